"""A rule whose input is gone or cannot be made out never passed."""

from typing import Any

import pytest

from reviewer.pipeline import profile_for
from reviewer.records import Filing, Unread
from reviewer.rules import RULES, Context, run_rules
from reviewer.rules.inputs import is_unreadable, lacking
from tests.rules.builder import filing_of

ROW = {"level1": "产出指标", "level2": "数量指标", "name": "培训人数", "value": "≥150人"}


def outcome(code: str, *rows: dict[str, str]) -> tuple[str, str]:
    filing = filing_of({"title": "一张表", "rows": list(rows)})
    context = Context(filing=filing, profiles={f.id: profile_for(f) for f in filing.forms})
    ((one,), _) = (run_rules(context, [RULES[code]])[1], None)
    return one.outcome.value, one.reason


@pytest.mark.parametrize("text", ["▇▇▇", "≥▇50人", "\ufffd\ufffd", "(cid:120)(cid:7)", "□□□"])
def test_what_cannot_be_made_out(text: str) -> None:
    assert is_unreadable(text)


@pytest.mark.parametrize("text", ["", "≥150人", "□是 ■否", "■", "*", "？", "XX"])
def test_what_can(text: str) -> None:
    assert not is_unreadable(text)


def test_a_column_that_is_there_passes() -> None:
    assert outcome("QNT201", ROW) == ("passed", "")


def test_a_column_that_is_gone_could_not_be_checked() -> None:
    assert outcome("QNT201", {**ROW, "value": ""}) == ("could_not_check", "没有读到指标值，无法检查")


def test_half_a_column_is_enough_and_less_is_not() -> None:
    empty = {**ROW, "value": ""}
    assert outcome("QNT201", ROW, empty)[0] == "passed"
    assert outcome("QNT201", ROW, empty, empty) == ("could_not_check", "大半没有读到指标值，无法检查")


def test_one_blurred_cell_is_enough() -> None:
    rows = [ROW, ROW, {**ROW, "value": "▇▇"}]
    assert outcome("QNT204", *rows)[0] in ("could_not_check", "found")
    assert outcome("WRD502", ROW, {**ROW, "name": "▇▇"}) == ("could_not_check", "有1处三级指标名称看不清，无法检查")


def test_rows_whose_category_was_not_read_are_not_passed_over() -> None:
    assert outcome("QNT201", {**ROW, "level2": "▇▇"})[0] == "could_not_check"
    assert outcome("QNT201", {**ROW, "level2": "质量指标"})[0] == "not_applicable"


def test_a_value_without_a_number_needs_no_unit() -> None:
    filing = filing_of({"title": "一张表", "rows": [{**ROW, "value": "显著"}, {**ROW, "value": "良好"}]})
    assert lacking(["unit"], filing.forms[0], filing.forms[0].indicators, filing) == ""
    bare = filing_of({"title": "一张表", "rows": [{**ROW, "value": "150"}]})
    assert lacking(["unit"], bare.forms[0], bare.forms[0].indicators, bare) == "没有读到计量单位，无法检查"


@pytest.mark.parametrize(("count", "reason"), [(5, ""), (6, "各行的三级指标名称大多相同")])
def test_another_column_taken_for_the_names(count: int, reason: str) -> None:
    filing = filing_of({"title": "一张表", "rows": [{**ROW, "name": "计划标准"}] * count})
    found = lacking(["name"], filing.forms[0], filing.forms[0].indicators, filing)
    assert found.startswith(reason) and bool(found) == bool(reason)


def results(filing: Filing, code: str) -> dict[str, tuple[str, str]]:
    context = Context(filing=filing, profiles={f.id: profile_for(f) for f in filing.forms})
    return {o.form_id: (o.outcome.value, o.reason) for o in run_rules(context, [RULES[code]])[1]}


def test_a_row_of_a_blurred_category_may_be_of_any() -> None:
    assert outcome("QNT201", ROW, {**ROW, "level2": "▇▇"}) == ("could_not_check", "有1处二级指标看不清，无法检查")


@pytest.mark.parametrize("column", ["nature", "unit"])
def test_a_value_stands_in_several_cells(column: str) -> None:
    assert outcome("QNT201", ROW, {**ROW, column: "▇▇"}) == ("could_not_check", "有1处指标值看不清，无法检查")


STANDARD = {**ROW, "standard": "计划标准"}


@pytest.mark.parametrize(
    ("rows", "unread", "reason"),
    [
        ([ROW], "", ""),
        ([STANDARD], "", ""),
        ([ROW], "▇▇▇", "有一栏看不清，可能是绩效标准，无法检查"),
        ([STANDARD], "▇▇▇", ""),
        ([ROW], "没有归到栏目的字", ""),
    ],
)
def test_a_column_that_is_not_always_printed(rows: list[dict[str, str]], unread: str, reason: str) -> None:
    filing = filing_of({"title": "一张表", "rows": rows})
    filing = filing.model_copy(
        update={"unread": (Unread(text=unread, reason="没有识别出属于哪个栏目"),) * bool(unread)}
    )
    assert lacking(["standard"], filing.forms[0], filing.forms[0].indicators, filing) == reason


def test_a_column_that_the_other_forms_print() -> None:
    filing = filing_of({"forms": [{"rows": [STANDARD]}, {"rows": [ROW]}]})
    assert results(filing, "CAT102") == {
        "F1": ("passed", ""),
        "F2": ("could_not_check", "同一份材料的其他表有绩效标准一栏，这张表没有读到，无法检查"),
    }


def test_a_printed_column_without_a_word() -> None:
    (form,) = filing_of({"rows": [ROW]}).forms
    filing = filing_of({"rows": [ROW]}).model_copy(
        update={"forms": (form.model_copy(update={"columns": {**form.columns, "standard": "绩效标准"}}),)}
    )
    assert results(filing, "CAT102")["F1"] == ("could_not_check", "没有读到绩效标准，无法检查")


def test_a_table_of_which_nothing_was_read() -> None:
    filing = filing_of({"form": {"rows": [], "annual_goal": "培训150人"}})
    assert results(filing, "CMP004")["F1"][0] == "passed"
    lost = filing.model_copy(update={"unread": (Unread(text="培训人数", reason="没有识别出属于哪个栏目"),)})
    assert results(lost, "CMP004")["F1"] == ("could_not_check", "这张表没有读到指标、明细和项目，无法检查")


def test_a_goal_that_cannot_be_made_out() -> None:
    filing = filing_of({"form": {"rows": [ROW], "annual_goal": "培训▇▇人"}})
    assert results(filing, "CMP004")["F1"] == ("could_not_check", "绩效目标有看不清的地方，无法检查")


def lack(key: str | list[str], case: dict[str, Any], *unread: str, advisory: bool = False) -> str:
    """What the first form of a case lacks."""
    filing = filing_of(case)
    strange = tuple(Unread(text=text, reason="没有归到栏目", advisory=advisory) for text in unread)
    form = filing.forms[0]
    reads = [key] if isinstance(key, str) else key
    return lacking(reads, form, form.indicators, filing.model_copy(update={"unread": strange}))


LINE = {"content": "培训", "detail": "教材费", "amount": "2", "basis": "200册×100元", "quantity": "200"}
SUMMARY = {"kind": "summary", "projects": [{"name": "培训", "amount": "2", "annual_goal": "培训150人"}]}


@pytest.mark.parametrize(
    ("key", "cell", "name"),
    [
        ("cost.content", {"content": "▇▇"}, "支出内容"),
        ("cost.content", {"detail": "▇▇"}, "支出内容"),
        ("cost.detail", {"detail": "▇▇"}, "支出明细的内容"),
        ("cost.amount", {"amount": "▇▇"}, "支出明细的金额"),
        ("cost.basis", {"basis": "▇▇"}, "测算依据"),
        ("cost.basis", {"quantity": "▇▇"}, "测算依据"),
    ],
)
def test_a_blurred_cell_of_a_cost_line(key: str, cell: dict[str, str], name: str) -> None:
    assert lack(key, {"form": {"cost_lines": [LINE]}}) == ""
    assert lack(key, {"form": {"cost_lines": [LINE, LINE | cell]}}) == f"有1处{name}看不清，无法检查"


@pytest.mark.parametrize(("key", "column"), [("note", "备注"), ("weight", "权重"), ("standard", "绩效标准")])
def test_a_column_that_rows_may_leave_empty(key: str, column: str) -> None:
    assert lack(key, {"rows": [ROW, ROW, {**ROW, key: "甲"}]}) == ""
    assert lack(key, {"rows": [ROW, ROW, {**ROW, key: "▇▇"}]}) == f"有1处{column}看不清，无法检查"


def test_goals_of_a_summary() -> None:
    empty = {"name": "会议", "annual_goal": ""}
    assert lack("summary.annual_goal", {"form": SUMMARY}) == ""
    assert lack("summary.annual_goal", {"form": {**SUMMARY, "projects": [empty]}}).startswith("没有读到汇总表的年度")
    # The whole-period goal is not always printed: the other summaries tell.
    printed = {**SUMMARY, "projects": [{"name": "会议", "period_goal": "开会3次"}]}
    assert lack("summary.period_goal", {"forms": [SUMMARY, SUMMARY]}) == ""
    assert lack("summary.period_goal", {"forms": [printed, SUMMARY]}) == ""
    assert lack("summary.period_goal", {"forms": [SUMMARY, printed]}).startswith("同一份材料的其他表有")


def test_totals_that_cannot_be_made_out() -> None:
    assert lack("budget", {"form": {"budget": "2", "rows": [ROW]}}) == ""
    assert lack("budget", {"form": {"rows": [ROW]}}) == ""
    for key in ("budget", "cost_total"):
        assert lack("budget", {"form": {key: "▇▇", "rows": [ROW]}}) == "项目金额或合计有看不清的地方，无法检查"


def test_tables_that_were_not_read() -> None:
    empty = {"kind": "summary", "projects": []}
    assert lack("summary.name", {"form": empty}) == "没有读到汇总表的项目名称，无法检查"
    assert lack("summary.name", {"rows": [ROW]}) == ""
    assert lack("cost.amount", {"rows": [ROW]}, "教材费") == "没有读到支出明细的金额，无法检查"
    assert lack("cost.amount", {"rows": [ROW]}) == ""
    assert lack("cost.amount", {"rows": [ROW]}, "填表说明", advisory=True) == ""
    assert lack("cost.amount", {"form": {"kind": "department", "rows": [ROW]}}, "教材费") == ""
    assert lack("cost.detail", {"form": {"cost_lines": [{"content": "培训", "amount": "2"}]}}, "教材费") == ""
    # Any table is enough to tell that the form was read at all.
    for table in ({"rows": [ROW]}, {"cost_lines": [LINE]}, SUMMARY):
        assert lack("goals", {"form": table}, "教材费") == ""
    assert lack("goals", {"form": {"annual_goal": "培训"}}, "教材费").startswith("这张表没有读到")


def test_all_inputs_are_asked() -> None:
    rows = {"rows": [{**ROW, "value": "▇▇"}]}
    for first in ("everything", "goals", "cost.amount", ""):
        assert lack([first, "value"], rows) == "有1处指标值看不清，无法检查"
    assert lack("everything", {"rows": [ROW]}) == ""
    assert lack("everything", {"rows": [ROW]}, "教材费") == "文件里有没有读懂的内容，无法检查"


@pytest.mark.parametrize(("kinds", "alike"), [(2, True), (3, False)])
def test_a_third_of_the_names_may_differ(kinds: int, alike: bool) -> None:
    rows = [{**ROW, "name": ("计划标准", "历史标准", "行业标准")[n % kinds]} for n in range(6)]
    assert bool(lack("name", {"rows": rows})) is alike
