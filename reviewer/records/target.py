"""What a target value (指标值) says, derived from the words of its cell."""

from calendar import monthrange
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from reviewer.records.base import Record, within


class ValueKind(StrEnum):
    """The kinds of target value that the rules tell apart."""

    NUMBER = "number"  # 150人, ≥3次
    RATE = "rate"  # ≥95%, 百分之九十
    MONEY = "money"  # ≤68.6万元, ≤490元/平米
    DATE = "date"  # 2023年12月底前, 1-12月
    DURATION = "duration"  # ≤30天, 1年
    QUALITATIVE = "qualitative"  # 持续提升, 合格
    PLACEHOLDER = "placeholder"  # 无, /, XX, 优良中低差
    EMPTY = "empty"


class Comparator(StrEnum):
    """The direction of a target."""

    GE = "≥"
    LE = "≤"
    GT = ">"
    LT = "<"
    EQ = "="
    RANGE = "range"


class Number(Record):
    """One number of a value, with the unit printed beside it.

    Attributes:
        value: as a Decimal, in the unit printed (``1.5`` for 1.5万元; 90 with unit ``%`` for 百分之九十).
        unit: the unit as printed, ``%`` for all percent signs, "" for none.
        text: the words that it was read from.
        comparator: the comparator that stands at this number.
        change: the word that makes it a change against a base (``较上年增长``), "" for a level.
    """

    value: Annotated[Decimal, within(10_000)]
    unit: str = ""
    text: str = ""
    comparator: Comparator | None = None
    change: str = ""


class DatePoint(Record):
    """A point of time as printed: a day, a month or a year; parts that are not printed are None."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    text: str = ""

    def last_day(self, default_year: int | None = None) -> date | None:
        """The last day that the words cover; None when no year is known."""
        year = self.year or default_year
        if year is None:
            return None
        month = self.month or 12
        return date(year, month, self.day or monthrange(year, month)[1])


class TargetValue(Record):
    """A parsed target value.

    Attributes:
        text: the words of the cell.
        kind: what it is.
        numbers: every number that is part of the target, in order; those of dates and document numbers left out.
        primary: index of the number that is the target (the total behind 共, else the first that is no period).
        comparator: direction of the primary number; from the 性质 column when the cell has none.
        unit: unit of the primary number; from the 单位 column when the cell has none.
        dates: points of time, in order.
        time_words: relative times and frequencies (年底前, 每月).
        bad_date: a date that does not exist (2023年13月), as printed.
        is_range: the primary number and the next one form a range (80%-90%).
    """

    text: str
    kind: ValueKind
    numbers: tuple[Number, ...] = ()
    primary: int = 0
    comparator: Comparator | None = None
    unit: str = ""
    dates: tuple[DatePoint, ...] = ()
    time_words: tuple[str, ...] = ()
    bad_date: str = ""
    is_range: bool = False

    @property
    def number(self) -> Decimal | None:
        """The primary number, or None."""
        return self.numbers[self.primary].value if self.numbers else None

    @property
    def change(self) -> str:
        """The change word at the primary number, "" for a level."""
        return self.numbers[self.primary].change if self.numbers else ""
