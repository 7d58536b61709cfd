"""Decisions, waivers and baselines: by the words of a place, never by its number."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from reviewer.cli import main
from reviewer.errors import ReviewerError
from reviewer.pipeline import build_report, review, review_filing
from reviewer.records import Filing, FilingReport, Form, FormKind, Indicator, Report, Standing
from reviewer.rounds.aside import Source, settle
from reviewer.rounds.baseline import freeze, load_baseline
from reviewer.rounds.deciding import decide, find, open_items, waive
from reviewer.rounds.decisions import Decision, Decisions, Waiver, beside, load_decisions, save_decisions
from reviewer.writers import WRITERS
from reviewer.writers.view import views

TODAY = date(2025, 3, 11)
_ROWS = [
    ("产出指标", "数量指标", "慰问困难残疾人户数", "260户"),
    ("产出指标", "质量指标", "居家服务水平", "稳步提升"),
    ("产出指标", "时效指标", "补贴发放完成时间", "2023年12月底前"),
    ("满意度指标", "服务对象满意度指标", "残疾人满意度", "90%"),
]


def _report(rows: list[tuple[str, str, str, str]] = _ROWS, source: str = "样例.docx") -> Report:
    indicators = tuple(
        Indicator(id=f"F1.{n}", level1=a, level2=b, category=b.replace("服务对象", ""), name=c, value=d)
        for n, (a, b, c, d) in enumerate(rows, 1)
    )
    form = Form(
        id="F1",
        kind=FormKind.PROJECT,
        title="2023年项目支出绩效目标表",
        project="残疾人帮扶",
        year=2023,
        indicators=indicators,
        columns={"level1": "一级指标", "level2": "二级指标", "name": "三级指标", "value": "指标值"},
    )
    filing = Filing(source=source, format="docx", year=2023, forms=(form,))
    return build_report([review_filing(filing, engines=("rules",))])


def _settled(report: Report, decisions: Decisions, today: date = TODAY) -> Report:
    return settle(report, [Source("样例.decisions.yaml", decisions)], today=today)


def _codes(item: FilingReport) -> list[str]:
    return [f"{f.code}@{f.indicator_id}" for f in item.findings]


def _reject(report: Report, name: str) -> Decision:
    (view,) = views(report)
    return decide(view, find(view, name), "reject", reason="上级下达", reviewer="张三", today=TODAY)


def test_a_rejected_finding_is_shown_aside_and_not_counted() -> None:
    report = _report()
    (item,) = _settled(report, Decisions(decisions=(_reject(report, "QNT202@F1.2"),))).filings
    assert "QNT202@F1.2" in _codes(report.filings[0])
    assert "QNT202@F1.2" not in _codes(item)
    assert [(a.kind, a.finding.code, a.reason, a.reviewer) for a in item.aside] == [
        ("rejected", "QNT202", "上级下达", "张三")
    ]


def test_a_rejection_follows_the_row_and_ends_with_its_text() -> None:
    report = _report()
    decisions = Decisions(decisions=(_reject(report, "QNT202@F1.2"),))
    moved = _settled(_report([_ROWS[0], _ROWS[2], _ROWS[3], _ROWS[1]]), decisions).filings[0]
    assert [a.finding.indicator_id for a in moved.aside] == ["F1.4"]
    changed = [_ROWS[0], ("产出指标", "质量指标", "居家服务水平", "显著提升"), *_ROWS[2:]]
    again = _settled(_report(changed), decisions).filings[0]
    assert again.aside == ()
    assert "QNT202@F1.2" in _codes(again)


def test_a_rejected_suggestion_does_not_come_back_until_the_text_changes() -> None:
    report = _report()
    safe = next(s for s in report.filings[0].suggestions if s.standing is Standing.SAFE)
    decisions = Decisions(decisions=(_reject(report, safe.id),))
    item = _settled(report, decisions).filings[0]
    assert safe.id not in [s.id for s in item.suggestions]
    assert any("审核人已驳回" in d.reason for d in item.dropped)
    assert item.findings == report.filings[0].findings, "the flaw itself is still there"
    rows = [*_ROWS[:3], ("满意度指标", "服务对象满意度指标", "残疾人满意度", "92%")]
    assert safe.id in [s.id for s in _settled(_report(rows), decisions).filings[0].suggestions]


def test_other_suggestions_for_the_row_stay() -> None:
    report = _report()
    safe = next(s for s in report.filings[0].suggestions if s.standing is Standing.SAFE)
    others = [s.id for s in report.filings[0].suggestions if s.id != safe.id]
    item = _settled(report, Decisions(decisions=(_reject(report, safe.id),))).filings[0]
    assert [s.id for s in item.suggestions] == others


def test_a_waiver_raises_the_score_and_says_who_and_until_when() -> None:
    report = _report()
    (view,) = views(report)
    waiver = waive(view, find(view, "QNT202@F1.2"), reason="已批复", reviewer="李四", until=date(2025, 12, 31))
    done = _settled(report, Decisions(waivers=(waiver,)))
    (item,) = done.filings
    assert float(item.scores[0].total or 0) > float(report.filings[0].scores[0].total or 0)
    for name in ("text", "markdown", "html", "csv"):
        told = WRITERS[name].write(done).decode("utf-8-sig")
        told = told.replace("\\", "").replace("\n    ", "").replace("\n", "")
        assert "豁免（李四：已批复；有效期至2025-12-31）" in told, name
    aside = json.loads(WRITERS["json"].write(done))["filings"][0]["aside"]
    assert [(a["kind"], a["finding"]["code"], a["until"]) for a in aside] == [("waiver", "QNT202", "2025-12-31")]


@pytest.mark.parametrize(
    ("text", "form", "hits"),
    [
        ("质量指标｜居家服务水平｜稳步提升", "项目：残疾人帮扶", True),
        ("居家服务水平", "", True),
        ("居家 服务水平", "残疾人帮扶", True),
        ("", "残疾人帮扶", True),
        ("居家服务水平", "另一个项目", False),
        ("居家服务", "", False),
    ],
)
def test_how_a_waiver_names_its_place(text: str, form: str, hits: bool) -> None:
    waiver = Waiver(code="QNT202", form=form, text=text, reason="已批复", reviewer="李四")
    item = _settled(_report(), Decisions(waivers=(waiver,))).filings[0]
    assert bool(item.aside) is hits


@pytest.mark.parametrize(
    ("waiver", "why"),
    [
        ({"text": "居家服务水平", "until": date(2025, 3, 10)}, "到期"),
        ({"text": "居家服务质量"}, "没有对应的意见"),
    ],
)
def test_stale_waivers_are_told(waiver: dict[str, object], why: str) -> None:
    made = Waiver.model_validate({"code": "QNT202", "reason": "已批复", "reviewer": "李四", **waiver})
    done = _settled(_report(), Decisions(waivers=(made,)))
    assert done.filings[0].aside == ()
    (stale,) = done.stale_waivers
    assert why in stale.why
    for name in ("text", "markdown", "html", "csv", "json"):
        assert "QNT202" in WRITERS[name].write(done).decode("utf-8-sig")
        assert why in WRITERS[name].write(done).decode("utf-8-sig").replace("\n    ", ""), name


def test_a_waiver_holds_on_its_last_day_and_is_not_stale_where_its_rule_did_not_run() -> None:
    waiver = Waiver(code="QNT202", text="居家服务水平", reason="已批复", reviewer="李四", until=TODAY)
    assert _settled(_report(), Decisions(waivers=(waiver,))).filings[0].aside
    report = _report()
    narrow = report.model_copy(
        update={"rule_names": {"CMP001": "必填二级指标缺失"}, "filings": (report.filings[0].model_copy(
            update={"findings": ()}),)}
    )  # fmt: skip
    assert _settled(narrow, Decisions(waivers=(waiver,))).stale_waivers == ()


def test_a_baseline_lets_only_new_findings_count(tmp_path: Path) -> None:
    path = tmp_path / "基线.json"
    path.write_bytes(freeze(_report(), TODAY))
    moved = [_ROWS[2], _ROWS[1], _ROWS[0], _ROWS[3]]
    done = settle(_report(moved, "改名.docx"), [None], baseline=load_baseline(path), today=TODAY).filings[0]
    assert done.findings == ()
    assert {a.kind for a in done.aside} == {"baseline"}
    twice = [*_ROWS, ("产出指标", "质量指标", "居家服务水平", "稳步提升")]
    done = settle(_report(twice), [None], baseline=load_baseline(path), today=TODAY).filings[0]
    assert "QNT202" in [f.code for f in done.findings], "a second one of the same words is new"
    assert done.scores == _report(twice).filings[0].scores


def test_decisions_survive_writing_and_reading(tmp_path: Path) -> None:
    report = _report()
    path = tmp_path / "样例.docx.decisions.yaml"
    waiver = Waiver(code="QNT204", reason="固定数", reviewer="李四", until=TODAY)
    noted = Decisions(
        file="样例.docx",
        opinion="总体可行。\n请尽快修改。",
        decisions=(_reject(report, "QNT202@F1.2"),),
        waivers=(waiver,),
    )
    save_decisions(path, noted)
    assert load_decisions(path) == noted
    assert path.read_text("utf-8").startswith("# 对“样例.docx”的审核处理记录")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("waivers:\n- code: QNT202\n", "waivers.1.reason：缺少"),
        ("waivers:\n- {code: QNT202, reason: '', reviewer: 张三}\n", "不能为空"),
        ("waivers:\n- {code: QNT202, reason: 好, reviewer: 张三, until: 明天}\n", "应为日期"),
        ("decisions:\n- {verdict: maybe, about: finding, codes: [A], date: 2025-01-01}\n", "取值不在允许范围内"),
        ("waiver: []\n", "不认识的键"),
        ("a: [\n", "不是有效的 YAML"),
    ],
)
def test_a_file_of_decisions_that_is_wrong_says_where(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "x.decisions.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReviewerError) as caught:
        load_decisions(path)
    assert told in caught.value.what
    assert caught.value.remedy


def test_open_items_shrink_as_decisions_are_made_and_numbers_stay() -> None:
    report = _report()
    (view,) = views(report)
    suggestions, findings = open_items(view, Decisions())
    assert len(findings) == len(report.filings[0].findings)
    decision = decide(view, find(view, "意见1"), "accept", reason="", reviewer="张三", today=TODAY)
    left = open_items(view, Decisions(decisions=(decision,)))[1]
    assert [item.title for item in left] == [item.title for item in findings[1:]]
    assert find(view, suggestions[0].handle) is find(view, "建议1")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["QNT202@F1.2", "reject"], "没有写审核人"),
        (["QNT202@F1.2", "reject", "--reviewer", "张三"], "驳回要写理由"),
        (["QNT999@F1.2", "accept", "--reviewer", "张三"], "没有“QNT999@F1.2”"),
        (["建议99", "accept", "--reviewer", "张三"], "没有“建议99”"),
        (["F1.2/confirm", "accept", "--reviewer", "张三"], "【待填】"),
        (["F1.2/confirm", "edit", "--reviewer", "张三"], "没有写改成什么"),
        (["F1.2/confirm", "edit", "--set", "颜色=红", "--reviewer", "张三"], "看不懂“颜色=红”"),
        (["F1.2/confirm", "waive", "--reason", "好", "--reviewer", "张三"], "豁免只对意见"),
        (["QNT202@F1.2", "waive", "--reason", "好", "--reviewer", "张三", "--until", "明天"], "看不懂日期"),
        (["QNT202@F1.2", "clear"], "没有处理过"),
        (["QNT202@F1.2"], "要写明编号和处理"),
    ],
)
def test_wrong_use_is_told(arguments: list[str], told: str, word: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", str(word), *arguments]) == 2
    assert told in capsys.readouterr().err
    assert not beside(word).exists()


def test_the_whole_way_on_the_command_line(word: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person = ["--reviewer", "张三"]
    assert main(["decide", str(word)]) == 0
    assert "F1.2/confirm" in capsys.readouterr().out
    assert main(["decide", str(word), "QNT202@F1.2", "reject", "--reason", "上级下达", *person]) == 0
    assert main(["decide", str(word), "F1.5/confirm", "edit", "--set", "指标值=≥85%", *person]) == 0
    assert (
        main(["decide", str(word), "REL301@F4", "waive", "--reason", "已批复", "--until", "2020-01-01", *person]) == 0
    )
    held = yaml.safe_load(beside(word).read_text("utf-8"))
    assert [d["verdict"] for d in held["decisions"]] == ["reject", "edit"]
    assert held["decisions"][1]["proposed"]["value"] == "≥85%"
    capsys.readouterr()
    assert main(["review", str(word)]) == 1
    printed = capsys.readouterr()
    assert "审核人不采纳" in printed.out and "失效的豁免" in printed.out
    assert "1 条意见没有计入" in printed.err and "1 条豁免失效" in printed.err
    assert main(["review", str(word), "--no-decisions"]) == 1
    assert "审核人不采纳" not in capsys.readouterr().out
    assert main(["decide", str(word), "QNT202@F1.2", "clear", *person]) == 0
    assert main(["decide", str(word), "REL301@F4", "clear", *person]) == 0
    assert [d.verdict for d in load_decisions(beside(word)).decisions] == ["edit"]
    assert load_decisions(beside(word)).waivers == ()


def test_baseline_on_the_command_line(
    word: Path, excel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "基线.json"
    assert main(["baseline", str(word), "--output", str(path)]) == 0
    assert main(["review", str(excel), "--baseline", str(path)]) == 0
    out = capsys.readouterr().out
    assert "没有计入的问题（另有" in out and "没有发现问题" not in out
    path.write_text("{}", encoding="utf-8")
    assert main(["review", str(excel), "--baseline", str(path)]) == 2
    assert "这不是基线文件" in capsys.readouterr().err
    broken = tmp_path / "坏.docx"
    broken.write_bytes(b"no document")
    assert main(["baseline", str(word), str(broken), "--output", str(tmp_path / "x.json")]) == 2
    assert not (tmp_path / "x.json").exists()


def test_the_examples_decisions_are_found_again_in_the_other_format(word: Path, excel: Path) -> None:
    report = review(word)
    (view,) = views(report)
    made = tuple(
        decide(view, finding, "reject", reason="试", reviewer="张三", today=TODAY) for finding in view.item.findings
    )
    other = settle(review(excel), [Source("x", Decisions(decisions=made))], today=TODAY)
    assert other.filings[0].findings == ()
