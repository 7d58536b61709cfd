"""A calculation held against an amount: equal, over, under, or not to be told."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import product
from typing import Literal

from reviewer.records import Amount
from reviewer.text.calculation.model import Calculation

Verdict = Literal["equal", "over", "under", "unclear"]
# The codebook's margin for a calculation against its line: differences up to 5% are not reported.
MARGIN = Decimal("0.05")
_MOST_COMBINATIONS = 64
_MOST_TRIED = 24  # parts of a long text that are tried in other roles


def rounding_tolerance(amounts: Iterable[Amount | None]) -> Decimal:
    """By how much printed amounts may miss their sum through rounding, in 万元.

    Of amounts printed in the same unit the finest decides (140 beside 23.42 is exact to 0.01); each may be off by
    half of its last place. Whole numbers beside whole numbers are allowed half a unit in all.
    """
    by_unit: dict[str, list[int]] = {}
    for amount in amounts:
        if amount is not None and amount.wan is not None:
            by_unit.setdefault(amount.unit, []).append(amount.decimals)
    total = Decimal(0)
    for decimals in by_unit.values():
        place = Decimal(1).scaleb(-max(decimals)) / 2
        total += place * (len(decimals) if max(decimals) >= 1 else 1)
    return total


def compare(calculation: Calculation, amount: Amount) -> tuple[Verdict, Decimal]:
    """Hold a calculation against the amount that it explains.

    Every reading that the words allow is tried; the verdict is ``over`` or ``under`` only when all agree on it.

    Returns:
        The verdict and the difference computed − amount in 万元 by the likeliest reading (0 when equal).

    Raises:
        ValueError: the amount holds no number.
    """
    if amount.wan is None:
        raise ValueError("the amount holds no number")
    target = amount.wan
    slack = max(MARGIN * abs(target), Decimal(1).scaleb(-amount.decimals) / 2 if amount.decimals > 0 else Decimal(0))
    plausible = _plausible(calculation)
    # Without a printed unit the amount may be in 元 after all.
    targets = [target] if amount.unit_printed or amount.unit != "万元" else [target, target / 10000]
    for reading in (*plausible, *_lenient(calculation, plausible)):
        if any(abs(reading - t) <= (slack if t == target else MARGIN * abs(t)) for t in targets):
            return "equal", Decimal(0)
    if _whole_multiple(calculation, target):
        return "equal", Decimal(0)
    difference = calculation.total - target
    if not calculation.terms or calculation.context:
        return "unclear", difference
    if min(plausible) > target + slack:
        return "over", difference
    if max(plausible) < target - slack and not _lump_may_be_price(calculation, target):
        return "under", difference
    return "unclear", difference


def _plausible(calculation: Calculation) -> list[Decimal]:
    """Sums that the words may well mean."""
    terms = calculation.terms
    choices = [(t.value, *t.alternatives) for t in terms]
    combinations = 1
    for choice in choices:
        combinations *= len(choice)
    if combinations <= _MOST_COMBINATIONS:
        sums = [sum(chosen, Decimal(0)) for chosen in product(*choices)]
    else:
        sums = [calculation.total, sum((c[-1] for c in choices), Decimal(0))]
    if calculation.restated:
        again = sum((terms[n].value for n in calculation.restated), Decimal(0))
        sums.append(calculation.total - again)
    return list(dict.fromkeys([*sums, *(s * share for s in sums for share in calculation.shares)]))


def _lenient(calculation: Calculation, plausible: list[Decimal]) -> list[Decimal]:
    """Further sums, accepted as an explanation but never held against the filer."""
    total, terms = calculation.total, calculation.terms[:_MOST_TRIED]
    found: list[Decimal] = []
    for term in terms:
        found += [total - term.value + other for other in term.unlikely]
    found.append(sum((t.unlikely[0] if t.unlikely else t.value for t in calculation.terms), Decimal(0)))
    for rate in calculation.rates:
        found += [s * factor for s in plausible for factor in (rate, 1 + rate, 1 - rate)]
    if calculation.partial or not calculation.terms or calculation.unpriced:
        found += calculation.totals
    if calculation.context:
        others = [*calculation.context, *calculation.totals][:_MOST_TRIED]
        everything = sum(calculation.context, Decimal(0))
        wholes = [total, *others]
        found += [*others, total + everything, everything, *(w - o for w in wholes for o in others)]
        found += [w * r for w in wholes for r in (*calculation.shares, *calculation.rates)]
    # 50人，每人100元，分3期: counts whose role is not clear
    counts = [c.value for c in calculation.loose if not (c.money or c.chinese or c.percent)][:_MOST_TRIED]
    every = Decimal(1)
    for count in counts:
        found += [total * count, *(total - t.value + t.value * count for t in terms)]
        every *= count
    return [*found, total * every]


def _lump_may_be_price(calculation: Calculation, target: Decimal) -> bool:
    """慰问100户，500元: a lump beside a count without a price may be that price."""
    largest = max((c.value for c in calculation.loose if c.unit and not c.chinese), default=Decimal(0))
    return any(t.is_lump and t.value * largest >= target for t in calculation.terms)


def _whole_multiple(calculation: Calculation, target: Decimal) -> bool:
    """元/天 without a number of days: the amount is right if some whole number of days gives it."""
    if not any(t.open for t in calculation.terms) or calculation.total <= 0:
        return False
    ratio = target / calculation.total
    return ratio >= 2 and abs(ratio - ratio.to_integral_value()) <= Decimal("0.01") * ratio
