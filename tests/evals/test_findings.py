"""How findings are held against labels."""

from pathlib import Path
from typing import Any

import pytest

from reviewer.evals.content import content_of
from reviewer.evals.kinds.filings import FilingCase, FilingSample
from reviewer.evals.marks import Mark, Verdict
from reviewer.evals.registry import Output, Sample
from reviewer.evals.scorers.findings import measure_findings, score_findings
from reviewer.evals.sets import EvalSet, SetFile
from reviewer.records import Filing, FilingReport, Finding, Form, FormKind, Indicator, Severity

ROWS = [["数量指标", "培训人数", "≥150人"], ["", "", ""], ["质量指标", "合格率", "好"], ["质量指标", "准确率", "好"]]


def marks(labels: list[dict[str, Any]], found: list[tuple[str | None, str]], **case: Any) -> list[Mark]:
    """Marks for one form with three filled rows; what was read has no blank row, so its ids differ."""
    content = content_of({"forms": [{"kind": "project", "columns": ["level2", "name", "value"], "rows": ROWS}]}, "")
    filled = [row for row in ROWS if row[1]]
    indicators = tuple(
        Indicator(id=f"R{n}", level2=row[0], name=row[1], value=row[2]) for n, row in enumerate(filled, 1)
    )
    findings = tuple(
        Finding(
            code=code,
            name="",
            severity=Severity.ERROR,
            dimension="",
            smart="S",
            form_id="X1",
            indicator_id=row,
            message="",
        )
        for row, code in found
    )
    report = FilingReport(
        filing=Filing(source="", format="csv", forms=(Form(id="X1", kind=FormKind.PROJECT, indicators=indicators),)),
        profile={}, findings=findings, outcomes=(), scores=(),
    )  # fmt: skip
    sample = Sample(
        "c1", FilingSample(case=FilingCase(id="c1", content=content, labels=labels, **case), content=content)
    )
    return list(score_findings(_set(), sample, Output(answer=report)))


def _set(*codes: str) -> EvalSet:
    words = dict.fromkeys(("title", "question", "source", "licence", "labelled", "limits"), "")
    settings = SetFile(id="x", kind="findings", scorers=("findings",), codes=codes, **words)
    return EvalSet(folder=Path(), settings=settings, lines=())


def said(found: list[Mark]) -> list[tuple[str, str, str]]:
    return [(m.item, m.group, m.verdict.value) for m in found if not m.group.startswith("clean:")]


def test_a_row_is_found_by_what_it_says_not_by_its_number() -> None:
    found = marks([{"target": "F1.3", "code": "QNT202"}], [("R2", "QNT202")])
    assert said(found) == [("F1.3", "QNT202", "hit")]


def test_miss_and_false_alarm() -> None:
    found = marks([{"target": "F1.3", "code": "QNT202"}], [("R3", "QNT202")])
    assert said(found) == [("F1.3", "QNT202", "miss"), ("F1.4", "QNT202", "false_alarm")]


def test_optional_labels_neither_help_nor_hurt() -> None:
    optional = [{"target": "F1.3", "code": "QNT202", "required": False}]
    assert said(marks(optional, [("R2", "QNT202")])) == []
    assert said(marks(optional, [])) == []
    assert said(marks([{"target": "F1.*", "code": "QNT202", "required": False}], [("R3", "QNT202")])) == []


@pytest.mark.parametrize(("target", "row"), [("F1", "R2"), ("F1.3", None), ("F1", None), ("F1.3", "R2")])
def test_codes_of_the_form_count_at_the_form_or_at_the_row(target: str, row: str | None) -> None:
    assert said(marks([{"target": target, "code": "CON405"}], [(row, "CON405")])) == [(target, "CON405", "hit")]


def test_a_code_of_the_form_at_another_row_is_a_false_alarm() -> None:
    found = marks([{"target": "F1.3", "code": "CON405"}], [("R1", "CON405")])
    assert [v for *_, v in said(found)] == ["miss", "false_alarm"]


def test_one_of_several_right_places_is_enough() -> None:
    label = {"target": "F1.3", "code": "REL305", "also": ["F1.4"]}
    assert said(marks([label], [("R3", "REL305")])) == [("F1.3", "REL305", "hit")]
    assert said(marks([label], [("R3", "REL305"), ("R2", "REL305")])) == [("F1.3", "REL305", "hit")]


def test_codes_that_the_labels_do_not_cover_are_not_scored() -> None:
    content = content_of({"forms": [{"kind": "project"}]}, "")
    labels = [{"target": "F1", "code": "CMP001"}, {"target": "F1", "code": "CMP004"}]
    sample = Sample("c1", FilingSample(case=FilingCase(id="c1", labels=labels), content=content))
    found = list(score_findings(_set("CMP001"), sample, Output(error="读不了")))
    assert [(m.group, m.verdict) for m in found] == [("CMP001", Verdict.UNSCORED), ("unread", Verdict.UNSCORED)]


def test_what_could_not_be_read_is_unscored_and_no_miss() -> None:
    content = content_of({"forms": [{"kind": "project"}]}, "")
    sample = Sample(
        "c1", FilingSample(case=FilingCase(id="c1", labels=[{"target": "F1", "code": "CMP001"}]), content=content)
    )
    figures = measure_findings(list(score_findings(_set(), sample, Output(error="读不了"))))
    values = {f.name: f for f in figures if not f.group}
    assert values["recall"].value is None
    assert values["unscored"].value == 2


def test_false_alarms_on_clean_forms() -> None:
    found = marks(
        [{"target": "F1.4", "code": "QNT202", "required": False}], [("R2", "QNT202"), ("R3", "QNT202")], clean=True
    )
    figures = {f.name: f.value for f in measure_findings(found)}
    assert figures["clean_errors_per_form"] == 1.0
    assert figures["clean_warns_per_form"] == 0.0


def test_figures() -> None:
    made = [Mark(case=str(n), group="QNT201", verdict=Verdict.HIT, severity="error") for n in range(8)]
    made += [Mark(case="x", group="QNT201", verdict=Verdict.FALSE_ALARM, severity="warn") for _ in range(2)]
    made += [Mark(case="y", group="QNT202", verdict=Verdict.MISS) for _ in range(2)]
    figures = {(f.name, f.group): f for f in measure_findings(made)}
    assert figures["precision", ""].value == pytest.approx(0.8)
    assert figures["recall", ""].value == pytest.approx(0.8)
    assert figures["recall", "QNT202"].value == 0.0
    assert figures["precision", "QNT202"].value is None
    assert figures["error_precision", ""].value == 1.0
