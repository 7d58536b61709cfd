"""Target values: what every way of writing them says."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.records import Comparator, ValueKind
from reviewer.text import parse_value

GE, LE, GT, LT, EQ, RANGE = (
    Comparator.GE, Comparator.LE, Comparator.GT, Comparator.LT, Comparator.EQ, Comparator.RANGE,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind", "comparator", "number", "unit"),
    [
        ("≥95%", "rate", GE, "95", "%"),
        ("95 %以上", "rate", GE, "95", "%"),
        ("不低于95", "number", GE, "95", ""),
        ("百分之九十", "rate", None, "90", "%"),
        ("九成以上", "rate", GE, "90", "%"),
        ("大于等于10157.6平方米", "number", GE, "10157.6", "平方米"),
        ("≧300人", "number", GE, "300", "人"),
        ("＞＝300人", "number", GE, "300", "人"),
        ("═5", "number", EQ, "5", ""),
        ("≤490元/平米", "money", LE, "490", "元/平米"),
        ("≥530元/人*月", "money", GE, "530", "元/人*月"),
        ("三次", "number", None, "3", "次"),
        ("两期", "number", None, "2", "期"),
        ("惠及500人", "number", None, "500", "人"),
        ("控制在5%以内", "rate", LE, "5", "%"),
        ("达到5%以下", "rate", LE, "5", "%"),
        ("小于5%", "rate", LT, "5", "%"),
        ("无资产损失、利用率高于80%", "rate", GT, "80", "%"),
        ("80%-90%", "rate", RANGE, "80", "%"),
        ("3-5年", "duration", RANGE, "3", "年"),
        ("十五个工作日内", "duration", LE, "15", "个工作日"),
        ("2,000人次", "number", None, "2000", "人次"),
        ("≥100百分比", "rate", GE, "100", "%"),
        ("-5%", "rate", None, "-5", "%"),
        ("1.5万元/人/年", "money", None, "1.5", "万元/人/年"),
        ("一个季度督导一次,共4次", "number", None, "4", "次"),
        ("12月底前100%到位", "rate", None, "100", "%"),
        ("实施补助村卫生室352个。", "number", None, "352", "个"),
    ],
)
def test_numbers(text: str, kind: str, comparator: Comparator | None, number: str, unit: str) -> None:
    target = parse_value(text)
    assert (target.kind, target.comparator, target.number, target.unit) == (kind, comparator, Decimal(number), unit)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("无", "placeholder"),
        ("/", "placeholder"),
        ("XX", "placeholder"),
        ("≥**人", "placeholder"),
        ("优良中低差", "placeholder"),
        ("无直接经济效益", "placeholder"),
        ("持续提升", "qualitative"),
        ("一次性验收合格", "qualitative"),
        ("按〔2022〕15号文件执行", "qualitative"),
        ("符合GB18352-2016标准", "qualitative"),
        ("第三方评估通过", "qualitative"),
        ("应改尽改", "qualitative"),
        ("无事故", "qualitative"),
        ("1-12月", "date"),
        ("2023年12月底前", "date"),
        ("2023.07-2024.01", "date"),
        ("每季度", "date"),
    ],
)
def test_kinds_without_numbers(text: str, kind: str) -> None:
    target = parse_value(text)
    assert target.kind == kind
    assert not target.numbers


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2023年12月底前", [(2023, 12, None)]),
        ("2021年1月-12月", [(2021, 1, None), (2021, 12, None)]),
        ("2023年7月1日", [(2023, 7, 1)]),
        ("1-12月", [(None, 1, None), (None, 12, None)]),
        ("2023-2025年", [(2023, None, None), (2025, None, None)]),
        ("2023.07-2024.01", [(2023, 7, None), (2024, 1, None)]),
        ("2023年第二季度", [(2023, 6, None)]),
        ("20231231", [(2023, 12, 31)]),
        ("6个月", []),
        ("5年", []),
    ],
)
def test_dates(text: str, dates: list[tuple[int | None, int | None, int | None]]) -> None:
    assert [(d.year, d.month, d.day) for d in parse_value(text).dates] == dates


@pytest.mark.parametrize("text", ["2023年13月", "2023年2月30日", "2023年0月"])
def test_dates_that_do_not_exist(text: str) -> None:
    assert parse_value(text).bad_date


def test_several_numbers_keep_their_order_and_units() -> None:
    target = parse_value("130人×450元/年")
    assert [(n.value, n.unit) for n in target.numbers] == [(130, "人"), (450, "元/年")]


def test_change_is_no_comparator() -> None:
    target = parse_value("较上年增长5%")
    assert target.change == "较上年增长"
    assert target.comparator is None


def test_unit_and_nature_columns_fill_what_the_cell_lacks() -> None:
    target = parse_value("95", "%", "≥")
    assert (target.kind, target.comparator, target.unit) == (ValueKind.RATE, GE, "%")
    assert parse_value("≤95%", "%", "≥").comparator is LE


@given(
    number=st.decimals(min_value=0, max_value=10**9, places=2),
    unit=st.sampled_from(["人", "次", "%", "万元", "元/人", "平方米", "公里", "户", "台套"]),
    style=st.sampled_from(
        [("≥{}{}", GE), ("{}{}以上", GE), ("不超过{}{}", LE), ("{}{}以内", LE), ("={}{}", EQ), ("{}{}", None)]
    ),
)
def test_every_style_reads_back(number: Decimal, unit: str, style: tuple[str, Comparator | None]) -> None:
    target = parse_value(style[0].format(number, unit))
    assert (target.number, target.unit, target.comparator) == (number, unit, style[1])


@given(st.integers(min_value=1, max_value=9999))
def test_chinese_numerals_read_back(number: int) -> None:
    import cn2an

    assert parse_value(f"{cn2an.an2cn(number)}人").number == number


@given(st.text(max_size=60))
def test_any_text_is_read_without_error(text: str) -> None:
    target = parse_value(text)
    assert target.text == text
    assert (target.kind is ValueKind.EMPTY) <= (not target.numbers)


def test_long_text_takes_no_long_time() -> None:
    target = parse_value("提高第一二三四五六七八九十百千万1,234" * 5000)
    assert target.numbers
