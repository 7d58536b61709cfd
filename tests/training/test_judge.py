"""What a learner may do right and wrong, and how the engine takes it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.evals.content import Edit
from reviewer.training import answering, judge
from reviewer.training.items import Item, by_code, catalogue
from reviewer.training.places import accepted
from reviewer.training.scene import view
from reviewer.training.settings import CLEAN


@pytest.fixture(scope="module")
def vague() -> Item:
    """入股合作社个数 ｜ 按时足额完成, among three sound rows."""
    return catalogue()["QNT201.quantity_without_number.a022"]


def write(item: Item, **columns: str) -> judge.Mending:
    """Rewrite columns of the flawed row."""
    row = accepted(item, judge.key_findings(item))[0].rsplit("/", 1)[0]
    return judge.mend(item, answering.edits_of(item, {f"{row}/{key}": text for key, text in columns.items()}))


def test_the_cell_is_asked_for(vague: Item) -> None:
    value = "/forms/0/rows/0/value"
    right = judge.diagnose(vague, [value], "QNT201")
    assert (right.found, right.named) == (True, True)
    beside = judge.diagnose(vague, ["/forms/0/rows/0/name"], "QNT201")
    assert not beside.found
    assert "行找对了" in beside.said[0]
    elsewhere = judge.diagnose(vague, ["/forms/0/rows/2/value"], "QNT202")
    assert (elsewhere.found, elsewhere.named) == (False, False)
    assert "位置不对" in elsewhere.said[0]
    assert "质量指标不可衡量" in elsewhere.said[1] and "QNT201" in elsewhere.said[1]
    too_many = judge.diagnose(vague, [value, "/forms/0/rows/1/value"], "QNT201")
    assert not too_many.found
    assert "另有1处" in too_many.said[0]
    nothing = judge.diagnose(vague, [], CLEAN)
    assert (nothing.found, nothing.named) == (False, False)
    assert nothing.places == (value,)


def test_a_number_mends_it_whatever_the_number(vague: Item) -> None:
    assert write(vague, value="=10个").right
    free = write(vague, value="≥25个")
    assert free.right
    assert "25" in free.remarks[0] and "出处" in free.remarks[0]
    to_fill = write(vague, value="≥【待填】个")
    assert to_fill.right and not to_fill.remarks


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"value": "按时足额完成"}, "还没有改动"),
        ({"value": "明显增加"}, "没有数量"),
        ({"name": "", "value": ""}, "不能删去"),
        ({"name": "道路硬化里程", "value": "≥5公里"}, "不是同一件事"),
        ({"value": ""}, "没有填指标值"),
        ({"level2": "质量指标"}, "质量指标"),
    ],
)
def test_what_does_not_mend(vague: Item, columns: dict[str, str], said: str) -> None:
    done = write(vague, **columns)
    assert not done.right
    assert said in "".join((*done.left, *done.fresh))


def test_cells_that_are_not_open_stay(vague: Item) -> None:
    assert answering.edits_of(vague, {"/forms/0/rows/2/value": "≤1元", "/forms/0/budget": "", "/nowhere": "x"}) == ()


def test_a_mending_that_breaks_something_else_is_no_mending() -> None:
    item = by_code()["QNT204"][0]
    row = judge.key_findings(item)[0].indicator_id
    assert row
    path = f"/forms/0/rows/{int(row.split('.')[1]) - 1}"
    done = judge.mend(
        item,
        [Edit(op="add", path=f"{path}/value", value="≥150%"), Edit(op="add", path=f"{path}/name", value="按时完成率")],
    )
    assert not done.right


def test_crying_wolf() -> None:
    item = by_code()[CLEAN][0]
    assert judge.diagnose(item, [], CLEAN).found
    cell = view(item.content)[0].rows[0][0].path
    wolf = judge.diagnose(item, [cell], "CAT101")
    assert (wolf.found, wolf.named) == (False, False)
    assert "白跑一趟" in wolf.said[0]


def test_a_missing_row_is_added_not_argued_away() -> None:
    item = catalogue()["REL301.task_added_to_goal.forest-fire-1"]
    assert answering.open_cells(item) == ()
    assert answering.adds_row(item) == ("level2", "name", "value")
    struck_out = {"/forms/0/annual_goal": "新建防火隔离带42公里。"}
    assert not judge.mend(item, answering.edits_of(item, struck_out)).right
    row = {"level2": "数量指标", "name": "应急演练组织次数", "value": "≥2次"}
    edits = answering.edits_of(item, {}, row)
    assert judge.mend(item, edits).right
    assert answering.changes(item.content, edits)[0].after == "数量指标｜应急演练组织次数｜≥2次"
    assert not judge.mend(item, answering.edits_of(item, {}, {**row, "name": "宣传手册发放数量"})).right


def test_a_row_too_many_may_be_left_out() -> None:
    item = next(i for i in by_code()["REL302"] if i.may_be_empty)
    row = judge.key_findings(item)[0].indicator_id
    assert row
    path = f"/forms/0/rows/{int(row.split('.')[1]) - 1}"
    assert judge.mend(item, answering.edits_of(item, {f"{path}/name": "", f"{path}/value": ""})).right


def test_either_side_of_a_wrong_sum_may_be_mended() -> None:
    item = catalogue()["CON402.printed_total_wrong.street-cleaning"]
    assert judge.mend(item, answering.edits_of(item, {"/forms/0/cost_total": "4193"})).right
    assert not judge.mend(item, answering.edits_of(item, {"/forms/0/cost_total": "4203.5"})).right
    diagnosis = judge.diagnose(item, ["/forms/0/cost_lines/0/amount"], "CON402")
    assert diagnosis.found  # any of the numbers that do not add up
    assert diagnosis.places == ("/forms/0/cost_total",)  # but this one is shown


def test_moving_a_row_uses_the_headings_of_the_form() -> None:
    item = next(i for i in by_code()["CAT101"] if i.id.startswith("CAT101.unit_cost"))
    row = accepted(item, judge.key_findings(item))[0].rsplit("/", 1)[0]
    edits = answering.edits_of(item, {f"{row}/level2": "成本指标"})
    assert {edit.path.rsplit("/", 1)[1] for edit in edits} == {"level1", "level2"}
    assert judge.mend(item, edits).right
    assert answering.edits_of(item, {f"{row}/level2": "不存在的类别"}) == ()


def test_content_that_fits_no_filing_is_refused(vague: Item) -> None:
    done = judge.mend(vague, [Edit(op="add", path="/forms/0/rows/0/nonsense", value="x")])
    assert not done.right
    assert "放不进" in done.left[0]


@pytest.mark.parametrize("words", ["三级指标", "一级指标", "合计", "小计", "绩效目标", "产出指标"])
def test_words_that_would_be_read_as_something_else_do_not_pass(vague: Item, words: str) -> None:
    done = write(vague, name=words, value="≥10个")
    assert not done.right


def test_a_goal_must_be_about_the_project() -> None:
    item = catalogue()["CMP004.goal_left_empty.river-dredging"]
    (cell,) = answering.open_cells(item)
    assert not judge.mend(item, answering.edits_of(item, {cell.path: "按要求完成全部任务"})).right
    assert judge.mend(item, answering.edits_of(item, {cell.path: "2024年完成5条中小河道清淤疏浚18.6公里。"})).right


def test_what_can_no_longer_be_checked_is_not_mended() -> None:
    item = catalogue()["CON402.printed_total_wrong.street-cleaning"]
    for text in ("", "若干", "见附表"):
        assert not judge.mend(item, answering.edits_of(item, {"/forms/0/cost_lines/0/amount": text})).right


@settings(max_examples=60, deadline=None)
@given(
    item=st.sampled_from([items[0] for items in by_code().values()]),
    texts=st.lists(
        st.one_of(
            st.text(max_size=60), st.sampled_from(["1e999", "≥" * 40, "2023年13月", "=1+1", "\x00", "【待填】" * 9])
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_nothing_typed_breaks_the_judge(item: Item, texts: list[str]) -> None:
    cells = answering.open_cells(item) if item.code != CLEAN else ()
    typed = {cell.path: text for cell, text in zip(cells, texts * len(cells), strict=False)}
    added = dict.fromkeys(answering.adds_row(item), texts[0])
    done = judge.mend(item, answering.edits_of(item, typed, added))
    assert isinstance(done.right, bool)
    judge.diagnose(item, texts, texts[0])
