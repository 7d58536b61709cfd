"""Engine ``llm`` with a scripted model: what it writes is proven like any other draft, and none is lost."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewer.errors import ReviewerError
from reviewer.llm import Session, load_settings, open_session
from reviewer.pipeline import profile_for, review, review_filing
from reviewer.records import Filing, Standing, Suggestion
from reviewer.suggesters.delivery import cases
from reviewer.suggesters.model_tasks import ORDERS, explain, judge
from reviewer.writers import WRITERS
from tests.llm.fault_server import Body, Step, completion, error, serving
from tests.rules.builder import filing_of

Make = Callable[..., Session]
ROW = {
    "decision": "rewrite", "level2": "质量指标", "name": "培训合格率", "sign": "≥", "number": "【待填】", "unit": "%",
    "reason": "改成比率。", "bank_entry": "", "computations": [],
}  # fmt: skip
FORM: dict[str, Any] = {
    "project": "残疾人培训", "budget": "8.6", "annual_goal": "培训残疾人150人，其中农村30人", "year": "2023",
    "cost_lines": [{"content": "培训费", "detail": "残疾人培训", "amount": "8.6", "basis": "城镇120人，农村30人"}],
}  # fmt: skip
FLAWED = {"level2": "质量指标", "name": "培训效果", "value": "稳步提升"}


def filing(*rows: dict[str, str], **form: Any) -> Filing:
    return filing_of({"form": FORM | {"rows": list(rows or (FLAWED,))} | form})


def _by_task(rewrites: list[Any], missing: Any = None) -> Callable[[Body, int], Step]:
    """Rewrites in turn, the last again and again; rows for what a form lacks."""
    left = list(rewrites)

    def script(body: Body, number: int) -> Step:
        if "rows" in json.dumps(body.get("response_format", {})):
            return completion(missing if missing is not None else {"rows": []})
        said = left.pop(0) if len(left) > 1 else left[0]
        return said if isinstance(said, Step) else completion(said)

    return script


def _row(report: Any, row: str = "F1.1") -> Suggestion:
    (made,) = [s for s in report.suggestions if s.indicator_id == row]
    assert isinstance(made, Suggestion)
    return made


def test_a_rewrite_is_proven_and_never_safe(session_for: Make) -> None:
    with serving(_by_task([ROW])) as server:
        report = review_filing(filing(), engines=("llm",), llm=session_for(server))
    made = _row(report)
    assert made.proposed is not None
    assert made.proposed.describe() == "质量指标｜培训合格率｜≥【待填】%"
    assert (made.id, made.source, made.standing) == ("F1.1/llm", "llm", Standing.CONFIRM)
    assert "QNT202" in made.removes
    assert made.smart_before is not None
    assert made.smart_after is not None


def test_one_repair_round_with_the_reason(session_for: Make) -> None:
    still_vague = {**ROW, "sign": "", "number": "明显提升", "unit": ""}
    with serving(_by_task([still_vague, ROW])) as server:
        report = review_filing(filing(), engines=("llm",), llm=session_for(server))
    assert _row(report).proposed is not None
    repair = [b for b in server.bodies if len(b["messages"]) == 4]
    assert len(repair) == 1
    assert json.loads(repair[0]["messages"][2]["content"])["number"] == "明显提升"
    assert "改后原来的问题还在" in repair[0]["messages"][3]["content"]


def test_a_second_failure_is_dropped_and_counted(session_for: Make) -> None:
    with serving(_by_task([{**ROW, "name": "高速公路通车率"}])) as server:
        report = review_filing(filing(), engines=("llm",), llm=session_for(server))
    assert not [s for s in report.suggestions if s.indicator_id == "F1.1"]
    (dropped,) = [d for d in report.dropped if d.indicator_id == "F1.1"]
    assert dropped.source == "llm"
    assert "没有提到" in dropped.reason
    assert sum(len(b["messages"]) == 4 for b in server.bodies) == 1  # one repair round, no more


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (error(500, "oops"), "模型服务出错"),
        (completion("这条没有问题。"), "回复不是 JSON"),
        (completion(None, refusal="no"), "模型拒绝回答"),
        ({**ROW, "decision": "give_up"}, "没有可用的改写"),
    ],
)
def test_no_reply_is_a_reason_and_not_silence(said: Any, reason: str, session_for: Make) -> None:
    with serving(lambda body, number: said if isinstance(said, Step) else completion(said)) as server:
        report = review_filing(filing(), engines=("llm",), llm=session_for(server))
    assert not [s for s in report.suggestions if s.indicator_id]
    (dropped,) = [d for d in report.dropped if d.indicator_id == "F1.1"]
    assert reason in dropped.reason
    assert report.findings == review_filing(filing()).findings


def test_a_stopped_run_says_which_rows_were_not_asked_about(session_for: Make) -> None:
    rows = [{**FLAWED, "name": f"培训效果{n}"} for n in "甲乙丙丁"]
    with serving(_by_task([ROW])) as server:
        report = review_filing(filing(*rows), engines=("llm",), llm=session_for(server, max_calls=2, concurrency=1))
    assert len(server.bodies) == 2
    reasons = [d.reason for d in report.dropped if d.indicator_id]
    assert sum("上限" in reason for reason in reasons) == 2
    ids = {s.indicator_id for s in report.suggestions} | {d.indicator_id for d in report.dropped}
    assert {f"F1.{n}" for n in range(1, 5)} <= ids


COUNT = {**ROW, "level2": "数量指标", "name": "残疾人培训人数", "unit": "人"}
VAGUE = {"level2": "数量指标", "name": "残疾人培训", "value": "扎实开展"}


@pytest.mark.parametrize(
    ("said", "value", "source"),
    [
        ({"number": "150"}, "≥150人", "年度绩效目标"),
        ({"number": "≥150人", "sign": ""}, "≥150人", "年度绩效目标"),
        ({"number": "150", "computations": [{"result": "150", "expression": "120+30"}]}, "≥150人", "表中数字相加"),
        ({"number": "一百五十"}, "≥一百五十人", "年度绩效目标"),
    ],
)
def test_every_number_carries_its_source(said: dict[str, Any], value: str, source: str, session_for: Make) -> None:
    with serving(_by_task([{**COUNT, **said}])) as server:
        report = review_filing(filing(VAGUE), engines=("llm",), llm=session_for(server))
    made = _row(report)
    assert made.proposed is not None
    assert made.proposed.value == value
    assert [n.source for n in made.numbers] == [source]
    assert all(n.computation == "120+30=150" for n in made.numbers if n.source == "表中数字相加")


@pytest.mark.parametrize("number", ["151", "150", "8.6", "99.9", "120+30", "【待填：册数】"])
def test_a_number_without_one_is_left_to_fill_in(number: str, session_for: Make) -> None:
    # 150 are people and 8.6 are 万元: no books.
    books = {"level2": "数量指标", "name": "残疾人培训教材", "value": "按需发放"}
    said = {**COUNT, "name": "残疾人培训教材发放数量", "number": number, "unit": "册"}
    with serving(_by_task([said, {**said, "number": "【待填】"}])) as server:
        report = review_filing(filing(books), engines=("llm",), llm=session_for(server))
    made = _row(report)
    assert made.proposed is not None
    assert made.proposed.value in ("≥【待填】册", "≥【待填：册数】册")
    assert made.numbers == ()


def test_columns_of_the_form_are_filled_as_it_prints_them(session_for: Make) -> None:
    row = {
        "level2": "数量指标",
        "name": "残疾人培训",
        "nature": "定性",
        "value": "扎实开展",
        "unit": "无",
        "weight": "10",
    }
    with serving(_by_task([{**COUNT, "number": "150"}])) as server:
        report = review_filing(filing(row), engines=("llm",), llm=session_for(server))
    made = _row(report)
    assert made.proposed is not None
    assert (made.proposed.nature, made.proposed.value, made.proposed.unit) == ("≥", "150", "人")


def test_rows_that_a_form_lacks(session_for: Make) -> None:
    cost = {key: value for key, value in ROW.items() if key != "decision"} | {
        "level2": "成本指标", "name": "残疾人培训成本", "sign": "≤", "number": "8.6", "unit": "万元",
    }  # fmt: skip
    extra = {**cost, "name": "残疾人培训总成本"}
    whole = filing({"level2": "数量指标", "name": "残疾人培训人数", "value": "≥150人"})
    with serving(_by_task([ROW], {"rows": [cost, extra]})) as server:
        report = review_filing(whole, engines=("llm",), llm=session_for(server))
    made = [s for s in report.suggestions if s.indicator_id is None and s.source == "llm"]
    assert [s.proposed.describe() for s in made if s.proposed] == ["成本指标｜残疾人培训成本｜≤8.6万元"]
    assert made[0].removes == ("CMP001",)


def test_a_name_has_something_of_its_own_row(session_for: Make) -> None:
    other = {"level2": "数量指标", "name": "残疾人培训场次", "value": "≥3场"}
    row = {"level2": "质量指标", "name": "道路养护", "value": "稳步提升"}
    with serving(_by_task([ROW, {**ROW, "name": "道路养护合格率"}])) as server:  # 培训合格率: true of another row
        report = review_filing(filing(row, other), engines=("llm",), llm=session_for(server))
    made = _row(report)
    assert made.proposed is not None
    assert made.proposed.name == "道路养护合格率"
    assert any("不是原来那件事" in b["messages"][-1]["content"] for b in server.bodies)


def test_what_the_rules_say_already_is_not_said_twice(session_for: Make) -> None:
    rules = _row(review_filing(filing(VAGUE), engines=("rules",)))
    assert rules.proposed is not None
    same = {**COUNT, "name": rules.proposed.name, "number": "【待填】"}
    with serving(_by_task([same])) as server:
        report = review_filing(filing(VAGUE), engines=("rules", "llm"), llm=session_for(server))
    proposed = [(s.proposed, s.extra) for s in report.suggestions]
    assert len(proposed) == len(set(proposed))
    assert [s for s in report.suggestions if s.indicator_id == "F1.1" and s.source != "llm"]


def test_personal_data_of_the_form_is_not_sent(session_for: Make) -> None:
    goal = "培训残疾人150人，联系人：李明华，电话13800138000"
    with serving(_by_task([ROW])) as server:
        review_filing(filing(annual_goal=goal), engines=("llm",), llm=session_for(server))
    sent = json.dumps(server.bodies, ensure_ascii=False)
    assert "150人" in sent
    assert not [secret for secret in ("李明华", "13800138000") if secret in sent]


def test_no_model_configured_is_said_before_anything_is_read() -> None:
    for run in (
        lambda: review("does-not-exist.docx", engines=("llm",)),
        lambda: review_filing(filing(), engines=("llm",)),
    ):
        with pytest.raises(ReviewerError, match="没有配置语言模型") as caught:
            run()
        assert caught.value.remedy


def test_a_replayed_run_gives_the_same_bytes(session_for: Make, tmp_path: Path) -> None:
    csv = tmp_path / "small.csv"
    csv.write_text("一级指标,二级指标,三级指标,指标值\n产出指标,质量指标,培训效果,稳步提升\n", "utf-8")
    path = tmp_path / "replies.jsonl"
    with serving(_by_task([{**ROW, "name": "高速公路"}, ROW])) as server:
        session = session_for(server, record=path)
        first = review(csv, engines=("rules", "llm"), llm=session)
    replayed = [
        review(csv, engines=("rules", "llm"), llm=open_session(load_settings({"model": "scripted", "replay": path})))
        for _ in range(2)
    ]
    assert any(s.source == "llm" for s in first.filings[0].suggestions)
    assert first.versions["model"] == "scripted"
    assert first.versions["prompt rewrite"].startswith("1 (")
    for name in ("json", "html", "markdown"):
        assert len({WRITERS[name].write(report) for report in (first, *replayed)}) == 1, name


def test_a_recording_outlives_other_words_for_a_finding_when_that_is_wanted(
    session_for: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "replies.jsonl"
    with serving(_by_task([ROW])) as server:
        made = _row(review_filing(filing(), engines=("llm",), llm=session_for(server, record=path)))
    monkeypatch.setattr("reviewer.suggesters.model_payload._finding", lambda *words: {"说明": "换了说法"})
    for like, found in ((False, False), (True, True)):
        session = open_session(load_settings({"replay": path, "replay_like": like}))
        report = review_filing(filing(), engines=("llm",), llm=session)
        assert (made in report.suggestions) is found
        assert session.totals.requests == 0


def test_a_recording_says_which_prompts_it_was_made_with(session_for: Make, tmp_path: Path) -> None:
    path = tmp_path / "replies.jsonl"
    with serving(_by_task([ROW])) as server:
        first = review_filing(filing(), engines=("llm",), llm=session_for(server, record=path, prompts="small"))
        assert "findings" not in server.bodies[0]["messages"][1]["content"]
    session = open_session(load_settings({"replay": path}))
    assert review_filing(filing(), engines=("llm",), llm=session) == first
    assert session.versions["prompt rewrite"] == "2 (1cf0025a8a3a99bc)"


def _case() -> Any:
    whole = filing()
    chosen = {form.id: profile_for(form) for form in whole.forms}
    return next(c for c in cases(whole, review_filing(whole).findings, chosen) if c.indicator)


def test_an_explanation_may_not_bring_in_numbers_or_verdicts(session_for: Make) -> None:
    case = _case()
    good = {"problem": "“稳步提升”没有数字。", "why": "年底没法核对。", "how": "写成培训合格率≥【待填】%。"}
    for change, ok in (({}, True), ({"how": "写成≥97.3%。"}, False), ({"why": "其实没有问题。"}, False)):
        with serving(completion(good | change)) as server:
            told = explain(session_for(server), case, case.findings[0], "检查：要有数字。")
        assert (told.reply is not None) is ok
        assert bool(told.problem) is not ok


def test_a_judge_answers_in_the_order_it_was_offered(session_for: Make) -> None:
    case = _case()
    proposed = case and _rewritten()
    with serving(completion({"choice": "A", "reason": "好。"})) as server:
        session = session_for(server)
        verdicts = [judge(session, case, proposed, order=n).verdict for n in range(6)]
    assert verdicts == [order[0] for order in ORDERS]
    with serving(completion("好")) as server:
        unscored = judge(session_for(server, model="other"), case, proposed)
    assert unscored.verdict is None
    assert unscored.problem


def _rewritten() -> Any:
    from reviewer.records import RowText

    return RowText(level2="质量指标", name="培训合格率", value="≥【待填】%")
