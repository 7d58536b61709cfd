"""Reading calculations: what texts of 测算依据 compute, and that any text is read quickly and without a crash."""

import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.text import parse_amount
from reviewer.text.calculation import (
    Calculation,
    compare,
    counts_in,
    heading_unit,
    plain,
    read_calculation,
    rounding_tolerance,
    scaled_unit,
    wan,
)

TOTALS = [
    ("45名残疾儿童×1.5万元/人/年", "67.5"),
    ("3人*15000元", "4.5"),
    ("3人×15000", "4.5"),
    ("45×1.5", "67.5"),
    ("技能培训60人/3000元", "18"),
    ("5人×4000元均值", "2"),
    ("500元/件(均价)×200件", "10"),
    ("130人×450元/年+20人/1050元+10人/2100元，43人×3600元/年", "25.53"),
    ("12个月×3000元/月×2人", "7.2"),
    ("3000元×12月", "3.6"),
    ("100亩×400元/亩×50%", "2"),
    ("(3+2)人×1500元/月×12月", "9"),
    ("12个月×(2000元+500元)", "3"),
    ("每人每月200元，共50人", "12"),
    ("每人每月200元，共50人，按5个月计算", "5"),
    ("每人每月二百元，共五十人", "12"),
    ("按人均1200元标准，服务80人", "9.6"),
    ("培训3期，每期50人，每人100元", "1.5"),
    ("购买设备20台，单价0.5万元", "10"),
    ("6个村，每村5万元", "30"),
    ("每季度开展1次，每次5万元", "20"),
    ("护林员40人×500元/人月×12月", "24"),
    ("1,200人×1,000元", "120"),
    ("10人×2000元，30人×1000元", "5"),
    ("8人乘以500元", "0.4"),
    ("1万份×10元/份", "10"),
    ("儿童康复25万，服药补贴10万，辅具10万。", "45"),
    ("印刷费3万；差旅费5万；会议费6.5万元", "14.5"),
    ("1.培训费：3期×50人×400元=6万元；2.宣传费：5万元", "11"),
    ("培训费6万元（0.5万元/场×12场），宣传费1万元", "7"),
    ("设备30万元，培训20万元，合计50万元", "50"),
    ("45名×\n1.5万元", "67.5"),
    ("200亿元", "2000000"),
    ("48000元÷12", "0.4"),
    ("160万人次×1元/人次", "160"),
    ("2.5万余人次×4元", "10"),
    ("30余万人次×2元/人次", "60"),
    ("0.5万人/次×10元", "5"),
    ("500人次×20元/人·次", "1"),
    ("2.4万人·天×100元/人·天", "240"),
    ("500万千瓦时×0.6元/度", "300"),
    ("2万kg×5元/千克", "10"),
    ("1.2万头（只）×15元/头", "18"),
    ("1万个床位×20元/个", "20"),
    ("20元/百人次×5万人次", "1"),
    ("每万人20元×50万人", "0.1"),
    ("对300个村，每个村2万元", "600"),
]


@pytest.mark.parametrize(("text", "total"), TOTALS, ids=[t for t, _ in TOTALS])
def test_total(text: str, total: str) -> None:
    assert read_calculation(text).total == Decimal(total)


@pytest.mark.parametrize(
    "text",
    [
        "《残疾人保障法》第12条，某政发〔2018〕23号、[2012]39号文件",
        "根据2022年11月份工资表和2021-2023年规划测算",
        "2022年1月1日至12月31日，联系电话0733-28612345、13812345678",
        "根据实际需求测算",
        "市、区两级按第3期方案一次性解决",
        "",
    ],
)
def test_numbers_that_count_nothing(text: str) -> None:
    calculation = read_calculation(text)
    assert not calculation.terms
    assert not calculation.figures


@pytest.mark.parametrize(
    ("text", "amount", "verdict"),
    [
        ("45名×1.5万元/人", "40", "over"),
        ("45名×1.5万元/人", "67.5", "equal"),
        ("45名×1.5万元/人", "66", "equal"),
        ("45名×1.5万元/人", "80", "under"),
        ("2000元/人*10人，市、区各负担一半", "2", "equal"),
        ("2000元/人*10人，市、区各负担一半", "1", "equal"),
        ("2000元/人*10人，市、区各负担一半", "0.5", "over"),
        ("2500人×300元/人，省级承担60%，县级承担40%", "30", "equal"),
        ("打8折，100套×1000元", "8", "equal"),
        ("60人×1000元，不可预见费5%", "6.3", "equal"),
        ("3人×3000元/月", "10.8", "equal"),
        ("3人×3000元/月", "0.9", "equal"),
        ("每年10万元，分3年实施", "10", "equal"),
        ("每年10万元，分3年实施", "30", "equal"),
        ("20人×100元/人·天", "1.2", "equal"),
        ("总投资100万元，其中本级安排30万元", "30", "equal"),
        ("总投资100万元，其中本级安排30万元", "77", "unclear"),
        ("设备30万元，培训10万元，合计50万元", "50", "under"),
        ("3人×15000元", "45000", "equal"),
        ("3人×15000元", "45000元", "equal"),
        ("3人×15000元", "4.5万元", "equal"),
        ("保洁员30人，工资2000元/月", "90", "under"),
        ("普法讲座费3万元，15场×2000元", "3", "equal"),
        ("15场×2000元，讲座费3万元", "3", "equal"),
        ("服药补贴10万，辅具10万", "10", "over"),
    ],
)
def test_verdict(text: str, amount: str, verdict: str) -> None:
    assert compare(read_calculation(text), parse_amount(amount))[0] == verdict


def test_an_amount_without_a_number_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="no number"):
        compare(read_calculation("3人×5元"), parse_amount("待定"))


def test_what_is_left_unexplained_is_named() -> None:
    calculation = read_calculation("技能培训60人×3000元，贫困家庭无障碍改造")
    assert calculation.unpriced == ("贫困家庭无障碍改造",)
    verdict, gap = compare(calculation, parse_amount("43"))
    assert (verdict, gap) == ("under", Decimal(-25))


def test_the_computation_is_said_in_words() -> None:
    calculation = read_calculation("技能培训60人/3000元，创业帮扶5人×4000元")
    assert calculation.said == "60人×3000元＝18万元，5人×4000元＝2万元，合计20万元"
    assert wan(Decimal("0.0045")) == "45元"
    assert plain(Decimal("1E+3")) == "1000"


def test_a_printed_result_is_held_beside_the_computed_one() -> None:
    (equation,) = read_calculation("0.5万元/场×12场=7万元").equations
    assert (equation.computed, equation.stated, equation.sure) == (Decimal(6), Decimal(7), True)


def test_mentions() -> None:
    mentions = counts_in("开展居家托养服务150人，每期50人，投入3万元，完成率95%，用时3个月")
    assert [(m.quantity.value, m.quantity.unit, m.around) for m in mentions] == [
        (Decimal(150), "人", "开展居家托养服务")
    ]


def test_a_mention_knows_the_words_on_either_side() -> None:
    land, canals = counts_in("完成0.8万亩农田的土地平整和灌溉渠道60公里建设，工期8个月")
    assert (land.quantity.value, land.before, land.after) == (Decimal(8000), "完成", "农田的土地平整和灌溉渠道")
    assert (canals.before, canals.after) == ("农田的土地平整和灌溉渠道", "建设")
    assert land.around == canals.around == "完成农田的土地平整和灌溉渠道建设"


@pytest.mark.parametrize(
    ("unit", "scale", "name"),
    [
        ("万人次", 10000, "人次"),
        ("万人/次", 10000, "人次"),
        ("千米", 1, "公里"),
        ("万千瓦时", 10000, "千瓦时"),
        ("百万只", 1000000, "只"),
        ("万头(只)", 10000, "头(只)"),
        ("亿立方米", 100000000, "立方米"),
        ("名", 1, "人"),
        ("没有的单位", 1, "没有的单位"),
    ],
)
def test_units_with_scales(unit: str, scale: int, name: str) -> None:
    assert scaled_unit(unit) == (Decimal(scale), name)


@pytest.mark.parametrize(
    ("heading", "unit"),
    [("人数", "人"), ("数量（台）", "台"), ("天数（天）", "天"), ("数量", ""), ("数量（见附件）", "")],
)
def test_units_of_headings(heading: str, unit: str) -> None:
    assert heading_unit(heading) == unit


@pytest.mark.parametrize(
    ("amounts", "tolerance"),
    [
        (["140", "23.42"], "0.01"),
        (["33", "33", "33", "100"], "0.5"),
        (["3.3", "3.3", "3.3", "10"], "0.2"),
        (["35200元", "3.5"], "0.05005"),
    ],
)
def test_rounding_tolerance(amounts: list[str], tolerance: str) -> None:
    assert rounding_tolerance(map(parse_amount, amounts)) == Decimal(tolerance)


# ---- Properties

COUNT_UNITS = ["人", "名", "户", "台", "件", "场", "次", "公里", "平方米", "亩", "份", "套"]
SIGNS = ["×", "*", "x", "X", "＊", " × ", "乘以"]
counts = st.integers(min_value=1, max_value=99_999)
prices = st.decimals(min_value="0.01", max_value="99999.99", places=2, allow_nan=False, allow_infinity=False)


def printed(number: Decimal | int, style: str) -> str:
    text = f"{number:,}" if style == "grouped" else f"{number}"
    return text.translate(str.maketrans("0123456789.", "０１２３４５６７８９．")) if style == "wide" else text


@st.composite
def products(draw: st.DrawFn) -> tuple[str, Decimal]:
    count, price = draw(counts), draw(prices)
    unit, sign = draw(st.sampled_from(COUNT_UNITS)), draw(st.sampled_from(SIGNS))
    money, scale = draw(st.sampled_from([("元", "0.0001"), ("万元", "1"), ("千元", "0.1")]))
    style = draw(st.sampled_from(["plain", "grouped", "wide"]))
    per = draw(st.sampled_from(["", f"/{unit}"]))
    noun = draw(st.sampled_from(["", "残疾儿童", "服务对象"]))
    left = f"{printed(count, style)}{unit}"
    right = f"{printed(price, style)}{money}{per}"
    text = f"{left}{noun}{sign}{right}" if draw(st.booleans()) else f"{right}{sign}{left}"
    value = Decimal(count) * price * Decimal(scale)
    if draw(st.booleans()):
        months = draw(st.integers(min_value=2, max_value=12))
        text, value = f"{text}{sign}{months}个月", value * months
    return text, value


@settings(max_examples=150, deadline=None)
@given(st.lists(products(), min_size=1, max_size=4), st.sampled_from(["，", "；", "、", "+", "。\n"]))
def test_printed_products_read_back_exactly(terms: list[tuple[str, Decimal]], separator: str) -> None:
    calculation = read_calculation(separator.join(text for text, _ in terms))
    assert [t.value for t in calculation.terms] == [value for _, value in terms]
    assert calculation.total == sum(value for _, value in terms)


@settings(max_examples=100, deadline=None)
@given(st.lists(prices, min_size=2, max_size=5, unique=True), st.sampled_from(["万元", "万", "元"]))
def test_printed_lumps_read_back_exactly(values: list[Decimal], unit: str) -> None:
    names = ["印刷费", "差旅费", "会议费", "培训费", "设备费"]
    text = "，".join(f"{name}{value}{unit}" for name, value in zip(names, values, strict=False))
    scale = Decimal("0.0001") if unit == "元" else Decimal(1)
    assert read_calculation(text).total == sum(values) * scale


@settings(max_examples=100, deadline=None)
@given(products(), st.decimals(min_value="1.06", max_value="3", places=2))
def test_the_verdict_follows_the_size(term: tuple[str, Decimal], factor: Decimal) -> None:
    text, value = term
    calculation = read_calculation(text)
    for target, verdict in ((value, "equal"), (value / factor, "over"), (value * factor, "under")):
        amount = parse_amount(f"{target:.12f}万元")
        assert compare(calculation, amount)[0] == verdict


PIECES = st.sampled_from(
    [
        *"0123456789×*/+-=()（）[]〔〕《》，。；：、%万亿元人年月每折个名\n .·一二三十百",
        *["其中", "合计", "共", "1.5万元", "20人", "45×", "每人每月"],
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=60).map("".join)))
def test_any_text_is_read(text: str) -> None:
    calculation = read_calculation(text)
    assert isinstance(calculation, Calculation)
    assert compare(calculation, parse_amount("12.34"))[0] in ("equal", "over", "under", "unclear")
    counts_in(text)


LONG = ["1", "(", ")", "《", "10人×", "每", "1,", "一", "二十", "×", "((1", "5万元，", "3人×5元，", "其中", "3-"]
LONG += [
    "10人，每人5元，",
    "9.",
    "（1）",
    "共5万元，",
    "1:1",
    "元/",
    "3000元/月，",
    "10人，",
    "3人×5元，需5元，",
    "每年5元，3年，",
    "5元（3人×2元）",
]


@pytest.mark.parametrize("piece", LONG)
def test_long_texts_take_no_longer_than_their_length(piece: str) -> None:
    text = piece * (30_000 // len(piece))
    begin = time.process_time()
    compare(read_calculation(text), parse_amount("12"))
    counts_in(text)
    assert time.process_time() - begin < 10
