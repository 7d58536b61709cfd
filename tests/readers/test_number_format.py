"""Numbers as a spreadsheet prints them."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.readers.number_format import general, render

ACCOUNTING = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "pattern", "printed"),
    [
        (0.95, "0%", "95%"),
        (0.955, "0.0%", "95.5%"),
        (1, "0%", "100%"),
        (0.9, '"≥"0%', "≥90%"),
        (95, '0"%"', "95%"),
        (388.88, "General", "388.88"),
        (314.21000000000004, "General", "314.21"),
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.333333333"),
        (140.0, "General", "140"),
        (0, "General", "0"),
        (12345678901234, "G/通用格式", "12345678901234"),
        (1e-7, "General", "0.0000001"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (0, ACCOUNTING, "-"),
        (-1234.5, ACCOUNTING, "-1,234.50"),
        (-3.5, "0.00_);(0.00)", "(3.50)"),
        (-3.5, "0.00", "-3.50"),
        (-0.001, "0.00", "0.00"),
        (1234.5, "#,##0.00_ ;[Red]-#,##0.00\\ ", "1,234.50"),
        (150, '0"人"', "150人"),
        (21.45, '0.00"万元"', "21.45万元"),
        (12, "¥#,##0.00", "¥12.00"),
        (12, "[$¥-804]#,##0.00", "¥12.00"),
        (0.5, "0.##", "0.5"),
        (5, "0_ ", "5"),
        (22, "000", "022"),
        (120000, '0.00,"千"', "120.00千"),
        (3, "@", "3"),
        (1500, '[>=1000]0.0,"千";0', "1.5千"),
        (5, '0"人";;"无"', "5人"),
        (0, '0"人";;"无"', "无"),
        (45261, 'yyyy"年"m"月"', "2023年12月"),
        (datetime(2023, 12, 1), 'yyyy"年"m"月";@', "2023年12月"),
        (45261, '[$-804]yyyy"年"m"月"d"日";@', "2023年12月1日"),
        (45261, "[$-F800]dddd, mmmm dd, yyyy", "2023年12月1日"),
        (45261, "yyyy年m月", "2023年12月"),
        (45261, "yyyy/m/d", "2023/12/1"),
        (45261, "yyyy-mm-dd", "2023-12-01"),
        (45261.5, "yyyy-mm-dd hh:mm", "2023-12-01 12:00"),
        (0.75, "h:mm AM/PM", "6:00 下午"),
        (time(8, 5), "h:mm", "8:05"),
        (timedelta(days=2), "0", "2"),
    ],
)
def test_printed(value: float | datetime | time | timedelta, pattern: str, printed: str) -> None:
    assert render(value, pattern) == printed


def test_dates_since_1904() -> None:
    assert render(45261 - 1462, 'yyyy"年"m"月"', since_1904=True) == "2023年12月"


@pytest.mark.parametrize("pattern", ["# ?/?", "0.00E+00", "000-0000"])
def test_patterns_beyond_us_print_the_plain_number(pattern: str) -> None:
    assert render(8.5, pattern) == "8.5"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False, allow_infinity=False))
def test_money_with_two_decimals_survives_binary_storage(amount: Decimal) -> None:
    assert Decimal(general(amount)) == amount
    assert Decimal(render(float(amount), "General")) == amount
    assert Decimal(render(float(amount), "#,##0.00").replace(",", "")) == amount


@given(st.floats(), st.text(alphabet='0#?.,%;"[]年ymdhs@_*\\ -General>=E+/', max_size=20))
def test_no_pattern_breaks_it(value: float, pattern: str) -> None:
    assert isinstance(render(value, pattern), str)
