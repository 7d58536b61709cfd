"""What a calculation says: quantities, terms and the sums they may make. Money is always 万元 and Decimal."""

from dataclasses import dataclass
from decimal import Decimal

from reviewer.text.calculation.vocabulary import is_duration

_CENT = Decimal("0.0001")


def plain(number: Decimal) -> str:
    """A number as a person writes it: no exponent, no trailing zeros, at most four decimals."""
    rounded = number.quantize(_CENT) if abs(number) < Decimal(10) ** 20 else number
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def wan(number: Decimal) -> str:
    """An amount of 万元 in words, e.g. ``67.5万元``; below 100 元 in 元."""
    if number and abs(number) < Decimal("0.01"):
        return f"{plain(number * 10000)}元"
    return f"{plain(number)}万元"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts.

    Attributes:
        value: in 万元 for money, in per cent for ``percent``, else in ``unit`` (scales 百, 万 … resolved).
        unit: canonical unit of a count; "" for money, per cents and bare numbers.
        money: it is an amount of money.
        per: canonical units of which it is a price or a rate (``元/人/年`` → 人, 年; 每期50人 → 期).
        any_per: it is a price, but of what is not printed (单价500元).
        noun: the words that name the thing counted (45名残疾儿童 → 残疾儿童).
        chinese: written in Chinese numerals (两级), which often count nothing.
    """

    value: Decimal
    unit: str = ""
    money: bool = False
    percent: bool = False
    per: tuple[str, ...] = ()
    any_per: bool = False
    text: str = ""
    noun: str = ""
    chinese: bool = False

    @property
    def bare(self) -> bool:
        """A number without any unit."""
        return not self.unit and not self.money and not self.percent


@dataclass(frozen=True, slots=True)
class Term:
    """One amount of money that the text gives or lets one compute.

    Attributes:
        value: the amount, by the likeliest reading.
        alternatives: other amounts that the same words may well mean (a monthly price for one month only).
        unlikely: amounts that the words could mean at a stretch (元 or 万元 where no unit is printed).
        factors: what was multiplied; a single one for a lump sum (印刷费2万元).
        label: the words before it.
        open: units of its price for which the text gives no number; the true amount is then larger.
        group: terms joined by plus signs share a number.
        words: the computation in words, without its result.
    """

    value: Decimal
    factors: tuple[Quantity, ...]
    alternatives: tuple[Decimal, ...] = ()
    unlikely: tuple[Decimal, ...] = ()
    label: str = ""
    open: tuple[str, ...] = ()
    group: int = 0
    words: str = ""

    @property
    def is_lump(self) -> bool:
        """A sum that is only stated, not computed."""
        return len(self.factors) == 1 and self.value == self.factors[0].value

    @property
    def said(self) -> str:
        """The computation with its result, e.g. ``45名残疾儿童×1.5万元/人/年＝67.5万元``."""
        label = "" if not self.is_lump else self.label
        return f"{label}{self.words}" if self.is_lump else f"{self.words}＝{wan(self.value)}"

    def counts(self) -> tuple[Quantity, ...]:
        """The factors that count things, durations left out."""
        return tuple(f for f in self.factors if f.unit and not is_duration(f.unit))


@dataclass(frozen=True, slots=True)
class Equation:
    """A result that the text itself prints: ``words`` give ``computed``, the text says ``stated`` (万元).

    Attributes:
        sure: the text joins the two by an equals sign or a bracket, not only by nearness.
    """

    words: str
    computed: Decimal
    stated: Decimal
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Calculation:
    """All that a text calculates.

    Attributes:
        terms: amounts that add up, in order.
        equations: results that the text prints, beside what its own factors give.
        totals: wholes that the text states (共计45万元), in 万元.
        context: amounts that are no part of the sum (上级补助, 上年支出, 不超过 …), in 万元.
        shares: fractions by which the text divides the sum between payers (各负担一半 → 0.5).
        rates: other fractions that the text names (不可预见费5% → 0.05).
        loose: quantities without a partner: counts without a price, prices without a count.
        unpriced: things that the text names without any figure.
        partial: the text says that it names only parts (其中, 主要包括).
        figures: whether it holds any quantity, price or amount at all.
        restated: indexes of terms that perhaps only repeat others.
    """

    text: str
    terms: tuple[Term, ...] = ()
    equations: tuple[Equation, ...] = ()
    totals: tuple[Decimal, ...] = ()
    context: tuple[Decimal, ...] = ()
    shares: tuple[Decimal, ...] = ()
    rates: tuple[Decimal, ...] = ()
    loose: tuple[Quantity, ...] = ()
    unpriced: tuple[str, ...] = ()
    partial: bool = False
    figures: bool = False
    restated: tuple[int, ...] = ()

    @property
    def total(self) -> Decimal:
        """The sum of the terms by their likeliest readings, in 万元."""
        return sum((t.value for t in self.terms), Decimal(0))

    @property
    def said(self) -> str:
        """The whole computation in words."""
        if len(self.terms) <= 1:
            return self.terms[0].said if self.terms else ""
        return f"{'，'.join(t.said for t in self.terms)}，合计{wan(self.total)}"
