"""Money in filings: 元, 千元, 万元, 亿元, always Decimal."""

import re
from decimal import Decimal

from reviewer.records import Amount, Location
from reviewer.text.normalize import squash

# How many 万元 one of the unit is.
UNITS = {
    "元": Decimal("0.0001"),
    "百元": Decimal("0.01"),
    "千元": Decimal("0.1"),
    "万元": Decimal(1),
    "百万元": Decimal(100),
    "亿元": Decimal(10000),
    "万": Decimal(1),
    "亿": Decimal(10000),
}
_NUMBER = re.compile(r"[-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-−]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
# Beyond these powers of ten nothing is money, and an exponent written large (1e999999999) breaks all arithmetic.
_POWERS = range(-24, 25)
_MOST_DECIMALS = 100
_UNIT = re.compile(r"(百万元|亿元|千元|百元|万元|亿|万|元)")


def to_wan(value: Decimal, unit: str) -> Decimal:
    """``value`` of ``unit`` in 万元.

    Raises:
        KeyError: the unit is no unit of money.
    """
    return value * UNITS[unit]


def money_unit(text: str) -> str | None:
    """The unit of money that a heading names (``金额（万元）``, ``单位：元``); None when it names none."""
    found = _UNIT.search(squash(text).replace("人民币", ""))
    return found.group(1) if found else None


def _decimal(digits: str) -> Decimal | None:
    """The number; None where it is too large or too small to be money."""
    try:
        number = Decimal(digits)
    except ArithmeticError:
        return None
    exponent = number.as_tuple().exponent
    fits = number.adjusted() in _POWERS and isinstance(exponent, int) and exponent >= -_MOST_DECIMALS
    return number if fits else None


def parse_amount(
    printed: str, default_unit: str = "万元", *, unit_printed: bool = False, location: Location | None = None
) -> Amount:
    """An amount cell: a number with its own unit, else with ``default_unit``.

    Args:
        printed: the words of the cell; ``资金总额：388.88`` and ``45万元`` are understood.
        default_unit: the unit of the heading or the form.
        unit_printed: whether ``default_unit`` is printed there (False: an assumption).
    """
    text = squash(printed)
    found = _NUMBER.search(text)
    if found is None:
        return Amount(printed=printed, unit=default_unit, unit_printed=unit_printed, location=location)
    number = _decimal(found.group().replace(",", "").replace("−", "-"))
    if number is None:
        return Amount(printed=printed, unit=default_unit, unit_printed=unit_printed, location=location)
    own = _UNIT.match(text[found.end() :])
    unit = own.group(1) if own else default_unit
    unit = {"万": "万元", "亿": "亿元"}.get(unit, unit)
    wan = to_wan(number, unit)
    exponent = number.as_tuple().exponent
    scale = -UNITS[unit].adjusted()
    decimals = (-exponent if isinstance(exponent, int) else 0) + scale
    return Amount(
        printed=printed,
        wan=wan,
        decimals=decimals,
        unit=unit,
        unit_printed=bool(own) or unit_printed,
        location=location,
    )
