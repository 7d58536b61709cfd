"""Kind and scorer ``suggestions``: advice is tried, not believed; engines are compared row by row."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from reviewer.cli import main
from reviewer.errors import DataError
from reviewer.evals import run
from reviewer.evals.engines import engine_comparisons, grouped
from reviewer.evals.kinds.suggestions import Advice, RewriteCase, Tried
from reviewer.evals.marks import Verdict
from reviewer.evals.registry import Output, Sample
from reviewer.evals.scorers.suggestions import measure_suggestions, score_suggestions
from reviewer.evals.sets import EvalSet, load_set
from reviewer.records import NumberSource, RowText, Standing, Suggestion

SETTINGS = """
id: own
title: 自编
kind: suggestions
question: 改得怎样？
source: 自编
licence: 自编
labelled: 自编
limits: 自编
scorers: [suggestions]
engines: [rules, bank]
"""
CONTENT: dict[str, Any] = {
    "org": "某县农业农村局",
    "year": "2024",
    "template": "plain",
    "forms": [
        {
            "kind": "project",
            "title": "2024年项目支出绩效目标申报表",
            "project": "农技推广培训",
            "budget": "12",
            "annual_goal": "举办农技推广培训3场",
            "rows": [
                {"level1": "产出指标", "level2": "数量指标", "name": "农技推广培训场次", "value": "3场"},
                {"level1": "产出指标", "level2": "质量指标", "name": "培训规范性", "value": "稳步提升"},
                {"level1": "产出指标", "level2": "时效指标", "name": "完成时间", "value": "2024年11月底前"},
                {"level1": "产出指标", "level2": "成本指标", "name": "项目总成本", "value": "≤12万元"},
                {"level1": "效益指标", "level2": "社会效益指标", "name": "农民技术知识知晓率", "value": "≥85%"},
                {"level1": "满意度指标", "level2": "满意度指标", "name": "学员满意度", "value": "≥90%"},
            ],
        }
    ],
}
CASES = [
    {
        "id": "r1", "filing": "filings/own.yaml", "row": "F1.1", "codes": ["QNT204"], "categories": ["数量指标"],
        "keeps": [["培训"]], "numbers": ["3"],
        "references": [{"level2": "数量指标", "name": "农技推广培训场次", "value": "≥3场"}],
    },
    {"id": "r2", "filing": "filings/own.yaml", "row": "F1.2", "codes": ["QNT202"], "categories": ["质量指标"]},
]  # fmt: skip


def write(folder: Path, cases: list[dict[str, Any]] = CASES, settings: str = SETTINGS) -> EvalSet:
    (folder / "filings").mkdir(parents=True)
    (folder / "filings" / "own.yaml").write_text(yaml.safe_dump(CONTENT, allow_unicode=True), "utf-8")
    (folder / "set.yaml").write_text(settings, "utf-8")
    (folder / "cases.jsonl").write_text("\n".join(json.dumps(c, ensure_ascii=False) for c in cases), "utf-8")
    return load_set(folder)


def test_rewrites_are_taken_and_reviewed_again(tmp_path: Path) -> None:
    rules, bank = run.with_engines(write(tmp_path / "own"))
    assert (rules.id, bank.id, rules.baseline.name) == ("own:rules", "own:bank", "baseline-rules.json")
    result = run.run_set(rules)
    scorer = result.scorers[0]
    for name, value in (("delivered", 1), ("usable", 1), ("removed", 1), ("new_errors", 0), ("kept", 1)):
        figure = scorer.figure(name)
        assert figure is not None
        assert figure.value == value, [m for m in scorer.marks if not m.verdict.good]
    closeness = scorer.figure("closeness")
    assert closeness is not None
    assert closeness.value == 1
    gain = scorer.figure("smart_gain")
    assert gain is not None
    assert gain.value is not None
    assert gain.value > 0


def test_engines_are_compared_row_by_row(tmp_path: Path) -> None:
    results = [run.run_set(item) for item in run.with_engines(write(tmp_path / "own"), ["rules", "bank"])]
    [same] = grouped(results)
    [(one, other, found)] = engine_comparisons(same)
    assert (one, other, found.cases, found.old) == ("rules", "bank", 2, 1.0)
    assert found.lost  # no entry of the bank writes r1 and r2 as well as the rules do
    assert found.new == 1 - len(found.lost) / 2


def suggestion(**more: Any) -> Suggestion:
    old = RowText(level2="数量指标", name="农技推广培训场次", value="3场")
    values: dict[str, Any] = {
        "id": "F1.1/confirm", "form_id": "F1", "indicator_id": "F1.1", "current": old,
        "proposed": old.model_copy(update={"value": "≥3场"}), "reason": "补上比较符。", "source": "rule",
        "standing": Standing.CONFIRM, "removes": ("QNT204",),
        "numbers": (NumberSource(number="3", source="本行原文"),),
    }  # fmt: skip
    return Suggestion.model_validate(values | more)


def verdicts(tried: list[Tried], **case: Any) -> dict[str, Verdict]:
    data = RewriteCase.model_validate({**CASES[0], **case})
    output = Output(answer=Advice(found=("QNT204",), tried=tuple(tried)))
    dummy = EvalSet.model_construct(folder=Path(), settings=None, lines=())
    return {m.group: m.verdict for m in score_suggestions(dummy, Sample(data.id, data), output)}


def named(value: str, *numbers: NumberSource, name: str = "农技推广培训场次", **more: Any) -> Tried:
    row = RowText(level2="数量指标", name=name, value=value)
    return Tried(suggestion=suggestion(proposed=row, numbers=numbers), home="数量指标", **more)


OWN = NumberSource(number="3", source="本行原文")


@pytest.mark.parametrize(
    ("tried", "wrong"),
    [
        (named("≥3场", OWN), set()),
        (named("≥【待填】场"), set()),
        (named("≥3场", OWN, left=("QNT204",)), {"removed", "cleared", "usable"}),
        (named("≥3场", OWN, errors=("F1.1 CAT101",)), {"error", "usable"}),
        (named("≥3场", OWN, warnings=("F1.1 QNT205",)), {"warning", "usable"}),
        (named("≥3场"), {"number", "usable"}),  # no source given
        (named("≥5场", NumberSource(number="5", source="年度绩效目标")), {"number", "usable"}),  # not in the filing
        (named("≥6场", NumberSource(number="6", source="测算依据", computation="3+3=6")), set()),
        (named("≥7场", NumberSource(number="7", source="测算依据", computation="3+3=7")), {"number", "usable"}),
        (named("≥3场", OWN, name="农技推广培训场次（依据《办法》）"), {"number", "usable"}),
        (named("≥3场", OWN, name="宣传场次"), {"kept", "usable"}),
    ],
)
def test_each_fault_is_seen(tried: Tried, wrong: set[str]) -> None:
    found = verdicts([tried])
    assert {group for group, verdict in found.items() if verdict is Verdict.WRONG} == wrong


def test_a_row_left_empty_is_right_only_where_it_may_be() -> None:
    tried = Tried(suggestion=suggestion(proposed=None, numbers=()))
    assert verdicts([tried], may_be_empty=True)["category"] is Verdict.RIGHT
    assert verdicts([tried])["category"] is Verdict.WRONG


def test_nothing_delivered_is_wrong_and_nothing_found_is_unscored() -> None:
    assert verdicts([]) == {"delivered": Verdict.WRONG, "usable": Verdict.WRONG}
    assert verdicts([], codes=["QNT205"]) == {"delivered": Verdict.UNSCORED}
    figures = {f.name: f for f in measure_suggestions([])}
    assert figures["removed"].value is None  # nothing measured holds no floor


def test_a_row_whose_reply_was_not_recorded_is_unscored() -> None:
    output = Output(answer=Advice(found=("QNT204",), unasked=True))
    dummy = EvalSet.model_construct(folder=Path(), settings=None, lines=())
    data = RewriteCase.model_validate(CASES[0])
    [mark] = score_suggestions(dummy, Sample(data.id, data), output)
    assert (mark.group, mark.verdict) == ("delivered", Verdict.UNSCORED)


def test_refused_rewrites_are_counted_beside_the_delivered() -> None:
    output = Output(answer=Advice(found=("QNT204",), tried=(named("≥3场", OWN),), refused=2))
    dummy = EvalSet.model_construct(folder=Path(), settings=None, lines=())
    data = RewriteCase.model_validate(CASES[0])
    marks = list(score_suggestions(dummy, Sample(data.id, data), output))
    figures = {f.name: f.value for f in measure_suggestions(marks)}
    assert (figures["rewrites"], figures["refused"]) == (3, 2)


def test_the_filing_of_another_set(tmp_path: Path) -> None:
    chosen = write(tmp_path / "own", [{**CASES[1], "filing": "../other#f1"}])
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "cases.jsonl").write_text(json.dumps({"id": "f1", "content": CONTENT}), "utf-8")
    assert run.run_set(run.with_engines(chosen)[0]).scorers[0].figure("delivered").value == 1  # type: ignore[union-attr]
    for missing in ("../other#f2", "../none#f1"):
        broken = write(tmp_path / missing[3:].replace("#", ""), [{**CASES[1], "filing": missing}])
        with pytest.raises(DataError, match="找不到填报内容"):
            run.list_samples(broken)


def test_the_models_of_a_set(tmp_path: Path) -> None:
    chosen = write(tmp_path / "own", settings=SETTINGS + "models: [tiny, other]\n")
    llm = run.with_engines(chosen, ["rules", "llm"])
    assert [item.id for item in llm] == ["own:rules", "own:llm:tiny", "own:llm:other"]
    assert [item.model for item in run.with_engines(chosen, ["llm"], "big")] == ["big"]


def test_a_broken_case_names_its_line(tmp_path: Path) -> None:
    for number, change in enumerate(({"row": "F1.9"}, {"filing": "filings/x.yaml"}, {"categories": ["甲"]}, {"x": 1})):
        chosen = write(tmp_path / str(number), [CASES[1], {**CASES[0], **change}])
        with pytest.raises(DataError, match="第2行"):
            run.list_samples(chosen)


def test_one_table_for_all_engines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "own")
    assert main(["eval", "own", "--set-path", str(tmp_path), "--format", "markdown"]) == 0
    out = capsys.readouterr().out
    assert "|  | rules | bank |" in out
    assert "rules 与 bank 逐行比较" in out
    assert out.count("## own\n") == 1
    assert main(["eval", "own", "--set-path", str(tmp_path), "--engine", "rules"]) == 0
    assert "bank" not in capsys.readouterr().out


def test_floors_of_one_engine_do_not_bind_the_other(tmp_path: Path) -> None:
    floors = "floors:\n  - {scorer: suggestions, figure: delivered, min: 1, engine: rules}\n"
    rules, bank = (run.run_set(i) for i in run.with_engines(write(tmp_path / "own", settings=SETTINGS + floors)))
    assert (len(rules.floors), len(bank.floors)) == (1, 0)
    assert not rules.broken


def test_the_published_set_is_large_enough() -> None:
    [chosen] = run.load_sets(["suggestions"])
    cases = [sample.data for sample in run.list_samples(chosen)]
    assert len(cases) >= 150
    assert sum(bool(case.references) for case in cases) >= 60
