"""The helpers of the form-level rules: names, goals, amounts, weights, fields."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.matching.names import plain_name, plain_value, says_nothing
from reviewer.matching.projects import amounts_agree, goals_agree, matched_forms
from reviewer.matching.sectors import are_near, terms_of
from reviewer.matching.tasks import uncovered_tasks
from reviewer.matching.terms import pieces
from reviewer.matching.weights import distinct_weights, rounding, weight_of
from reviewer.records import CostLine, Form, FormKind, Indicator, Location, SummaryRow
from reviewer.text import parse_amount


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("开展电商培训班场次（场）", "举办电商培训的期数", True),
        ("县道日常养护里程", "县道日常养护总里程", True),
        ("信息核对准确率", "信息核对准确比例", True),
        ("培训人数", "培训合格率", False),
        ("苹果种植面积", "梨树种植面积", False),
        ("群众满意度", "企业满意度", False),
    ],
)
def test_plain_name(one: str, other: str, same: bool) -> None:
    assert (plain_name(one) == plain_name(other)) is same


def test_plain_value_folds_comparators() -> None:
    assert plain_value("不低于 95%") == plain_value(">=95%。") == plain_value("≥95%")


@pytest.mark.parametrize(
    ("name", "value", "nothing"),
    [
        ("无", "无", True),
        ("无直接经济效益", "无", True),
        ("本项目不适用此指标", "无", True),
        ("经济收入", "/", True),
        ("无障碍设施改造户数", "≥20户", False),
        ("受益人数（≥**人）", "≥**人", False),
    ],
)
def test_says_nothing(name: str, value: str, nothing: bool) -> None:
    assert says_nothing(name, value) is nothing


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("1、提升康复水平2. 开展托养等服务", "1.提升康复水平；2.开展托养服务。", True),
        ("硬化村道5公里", "硬化村道5公里，安装路灯120盏", True),
        ("开展技能培训500人", "开展技能培训400人", False),
        ("购买意外保险", "开展法律援助", False),
    ],
)
def test_goals_agree(one: str, other: str, agree: bool) -> None:
    assert (goals_agree(one, other) == 1) is agree


_WORDS = st.text(alphabet="完成建设12、，。（）培训人次", max_size=30)


@given(_WORDS, _WORDS)
def test_goals_agree_is_symmetric_and_reflexive(one: str, other: str) -> None:
    assert goals_agree(one, one) == 1
    assert goals_agree(one, other) == goals_agree(other, one)
    assert 0 <= goals_agree(one, other) <= 1


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("140", "140.00", True),
        ("68.6", "68.58", True),
        ("68.6万元", "686000元", True),
        ("140", "139.6", True),
        ("9", "9.4", False),
        ("140", "150", False),
        ("23.42", "21.45", False),
        ("0", "0", True),
    ],
)
def test_amounts_agree(one: str, other: str, agree: bool) -> None:
    a, b = parse_amount(one), parse_amount(other)
    assert a.wan is not None
    assert b.wan is not None
    assert amounts_agree(a.wan, b.wan, a, b) is agree


def _form(number: int, project: str) -> Form:
    return Form(id=f"F{number}", kind=FormKind.PROJECT, project=project)


def test_matched_forms() -> None:
    rows = [SummaryRow(id=f"R{n}", name=name, amount=parse_amount("1")) for n, name in enumerate(
        ["开发区—残疾人专项经费", "管网改造1期", "管网改造2期", ""]
    )]  # fmt: skip
    forms = [_form(1, "开发区残疾人专项"), _form(2, "管网改造2期"), _form(3, "管网改造3期"), _form(4, "图书购置")]
    found = {row.name: [f.id for f in owned] for row, owned in matched_forms(rows, forms)}
    assert found == {"开发区—残疾人专项经费": ["F1"], "管网改造2期": ["F2"]}


@pytest.mark.parametrize(
    ("printed", "weight"), [("10", 10), ("10分", 10), ("（10）", 10), ("22.5%", "22.5"), ("约10", None)]
)
def test_weight_of(printed: str, weight: object) -> None:
    assert weight_of(Indicator(id="F1.1", weight=printed)) == (None if weight is None else Decimal(str(weight)))


def test_a_merged_weight_counts_once() -> None:
    cell = Location(table=1, row=5, column=6)
    other = Location(table=1, row=7, column=6)
    rows = [
        Indicator(id="F1.1", weight="30", cells={"weight": cell}),
        Indicator(id="F1.2", weight="30", cells={"weight": cell}),
        Indicator(id="F1.3", weight="30", cells={"weight": other}),
    ]
    assert [w for _, w in distinct_weights(rows)] == [Decimal(30), Decimal(30)]


def test_rounding_is_for_decimals_only() -> None:
    assert rounding([Decimal("33.3")] * 3) == Decimal("0.15")
    assert rounding([Decimal(30)] * 3) == 0
    assert rounding([]) == 0


def test_pieces_leave_out_documents_and_generic_words() -> None:
    text = "根据《助残日活动通知》（某残联字〔2022〕5号）开展残疾儿童康复服务项目"
    assert pieces(text) == ("根据", "残疾儿童康复")


def test_fields() -> None:
    assert terms_of("改造学校食堂") == {"教育": ("学校",)}
    assert are_near("农业", "水利")
    assert are_near("水利", "农业")
    assert not are_near("农业", "教育")


def test_lines_of_one_content_are_counted_together() -> None:
    lines = tuple(
        CostLine(id=f"F1.C{n}", content="设施更换", detail=detail, amount=parse_amount("20"), calculation_basis=basis)
        for n, (detail, basis) in enumerate([("蒸柜", "24台×8600元/台"), ("冷柜", "36台×4200元/台")])
    )
    row = Indicator(id="F1.1", level2="数量指标", category="数量指标", name="总台数", value="=60台")
    form = Form(id="F1", kind=FormKind.PROJECT, project="食堂改善", indicators=(row,), cost_lines=lines)
    assert uncovered_tasks(form, "") == []
    short = form.model_copy(update={"indicators": (row.model_copy(update={"value": "=50台"}),)})
    assert {t.text for t in uncovered_tasks(short, "")} == {"设施更换：蒸柜", "设施更换：冷柜"}
