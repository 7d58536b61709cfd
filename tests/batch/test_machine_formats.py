"""SARIF against a model made from its schema; JUnit by what a build server counts."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Schema

from reviewer.cli import main
from reviewer.cli.review import Format
from reviewer.records import Aside, Report
from reviewer.writers import WRITERS
from tests.writers.sample import sample, suggested


def sarif(report: Report) -> dict[str, Any]:
    data = WRITERS["sarif"].write(report)
    Schema.model_validate_json(data)
    found: dict[str, Any] = json.loads(data)["runs"][0]
    return found


def with_aside() -> Report:
    report = sample()
    item = report.filings[0]
    aside = Aside(finding=item.findings[0], kind="waiver", reason="另行批复", reviewer="张三")
    return report.model_copy(
        update={"filings": (item.model_copy(update={"findings": item.findings[1:], "aside": (aside,)}),)}
    )


def test_the_command_knows_every_writer() -> None:
    assert {f.value for f in Format} - {"text"} == set(WRITERS) - {"text"}


@pytest.mark.parametrize("report", [sample(), suggested(), with_aside()])
def test_sarif_keeps_the_schema_and_every_finding(report: Report) -> None:
    run = sarif(report)
    wanted = [f.code for item in report.filings for f in (*item.findings, *(a.finding for a in item.aside))]
    assert [r["ruleId"] for r in run["results"]] == wanted
    rules = [r["id"] for r in run["tool"]["driver"]["rules"]]
    assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in run["results"])


def test_sarif_says_what_does_not_count() -> None:
    results = sarif(with_aside())["results"]
    (set_aside,) = [r for r in results if "suppressions" in r]
    assert "另行批复" in set_aside["suppressions"][0]["justification"]


def test_sarif_does_not_claim_success_over_gaps() -> None:
    run = sarif(sample())
    assert run["invocations"][0]["executionSuccessful"] is False
    clean = sample().model_copy(update={"filings": (), "failures": ()})
    assert sarif(clean)["invocations"][0]["executionSuccessful"] is True


def test_filed_text_makes_no_links_or_placeholders_in_sarif() -> None:
    report = sample()
    item = report.filings[0]
    first = item.findings[0].model_copy(update={"message": "见[这里](http://example.org)和{0}。"})
    told = report.model_copy(update={"filings": (item.model_copy(update={"findings": (first,)}),)})
    text = sarif(told)["results"][0]["message"]["text"]
    assert text.endswith(r"见\[这里](http://example.org)和{{0}}。")


def test_a_moved_row_keeps_its_fingerprint() -> None:
    report = sample()
    item = report.filings[0]
    moved = [
        f.model_copy(update={"location": f.location.model_copy(update={"row": 99}) if f.location else None})
        for f in item.findings
    ]
    later = report.model_copy(update={"filings": (item.model_copy(update={"findings": tuple(moved)}),)})

    def prints(one: Report) -> list[str]:
        return [r["partialFingerprints"]["place/v1"] for r in sarif(one)["results"]]

    assert prints(later) == prints(report)


@pytest.mark.parametrize("report", [sample(), suggested(), with_aside()])
def test_junit_counts(report: Report) -> None:
    root = ET.fromstring(WRITERS["junit"].write(report))
    for element in (root, *root.iter("testsuite")):
        cases = list(element.iter("testcase"))
        assert element.get("tests") == str(len(cases))
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert element.get(key) == str(sum(c.find(tag) is not None for c in cases))
    failed = {c.get("name", "").split()[0] for c in root.iter("testcase") if c.find("failure") is not None}
    crashed = {o.code for item in report.filings for o in item.outcomes if o.outcome == "error"}
    worst = {f.code for item in report.filings for f in item.findings if f.severity == "error"}
    assert failed == worst - crashed
    bare = [c for c in root.iter("testcase") if len(c) == 0]
    passed = {(o.code, o.form_id) for i in report.filings for o in i.outcomes if o.outcome == "passed"}
    named = {(c.get("name", "").split()[0], c.get("classname", "").rpartition(".")[2]) for c in bare}
    assert named <= passed, "nothing looks passed that did not pass"


@pytest.mark.parametrize("name", ["sarif", "junit"])
def test_review_writes_it(name: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "小 表.csv"
    file.write_text("一级指标,二级指标,三级指标,指标值\n产出指标,质量指标,培训效果,稳步提升\n", "utf-8")
    output = tmp_path / f"结果{WRITERS[name].suffix}"
    assert main(["review", str(file), "--output", str(output)]) in (1, 2)
    assert "QNT202" in output.read_text("utf-8")
    head = '{\n  "$schema"' if name == "sarif" else "<?xml"
    assert output.read_text("utf-8").startswith(head)
