"""Intervals, tests and agreement: small, seeded, without numpy.

Sources: E. B. Wilson 1927 (interval of a proportion); J. Cohen 1960 (κ); K. Krippendorff, Content Analysis (nominal α);
Q. McNemar 1947 (paired proportions, here the exact binomial form); B. Efron 1979 (bootstrap, percentile interval).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import comb, sqrt
from random import Random
from typing import TypeVar

T = TypeVar("T")
_Z = 1.959963984540054


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """The 95% interval of a proportion; None when nothing was counted."""
    if whole == 0:
        return None
    p = part / whole
    middle = (p + _Z * _Z / (2 * whole)) / (1 + _Z * _Z / whole)
    half = _Z * sqrt(p * (1 - p) / whole + _Z * _Z / (4 * whole * whole)) / (1 + _Z * _Z / whole)
    return max(0.0, middle - half), min(1.0, middle + half)


def f1(hits: int, false_alarms: int, misses: int) -> float | None:
    """Harmonic mean of precision and recall; None when there was nothing to find and nothing found."""
    whole = 2 * hits + false_alarms + misses
    return 2 * hits / whole if whole else None


def mcnemar(gained: int, lost: int) -> float:
    """Two-sided exact p of so uneven a split among the decisions on which two runs differ."""
    n = gained + lost
    if n == 0:
        return 1.0
    tail = float(sum(comb(n, k) for k in range(min(gained, lost) + 1)) / 2**n)
    return min(1.0, 2 * tail)


def bootstrap_difference(
    units: Sequence[T], statistic: Callable[[Sequence[T]], float | None], *, rounds: int = 2000, seed: int = 20240601
) -> tuple[float, float] | None:
    """Percentile 95% interval of a paired difference.

    Args:
        units: what is drawn with replacement: cases (or decisions), each carrying the results of both runs.
        statistic: the difference over a sample; samples where it is None are drawn again (at most ``rounds`` times).

    Returns:
        The interval; None when there are fewer than two units or hardly any sample has a statistic.
    """
    if len(units) < 2:
        return None
    rng = Random(seed)
    found: list[float] = []
    for _ in range(2 * rounds):
        value = statistic([units[rng.randrange(len(units))] for _ in units])
        if value is not None:
            found.append(value)
        if len(found) == rounds:
            break
    if len(found) < rounds // 2:
        return None
    found.sort()
    return found[int(0.025 * len(found))], found[min(len(found) - 1, int(0.975 * len(found)))]


def cohen_kappa(pairs: Iterable[tuple[str, str]]) -> float | None:
    """Agreement of two labellers beyond chance; None without pairs, or when both always say the same one thing."""
    said = list(pairs)
    if not said:
        return None
    n = len(said)
    observed = sum(a == b for a, b in said) / n
    first, second = Counter(a for a, _ in said), Counter(b for _, b in said)
    expected = sum(first[value] * second[value] for value in first) / n**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(units: Iterable[Sequence[str | None]]) -> float | None:
    """Nominal α of any number of labellers; None stands for "not labelled". None when no unit can be paired.

    Args:
        units: for each unit, what each labeller said.
    """
    weights: dict[tuple[str, str], float] = {}
    for unit in units:
        values = [v for v in unit if v is not None]
        if len(values) < 2:
            continue
        for i, a in enumerate(values):
            for j, b in enumerate(values):
                if i != j:
                    weights[a, b] = weights.get((a, b), 0.0) + 1 / (len(values) - 1)
    totals: dict[str, float] = {}
    for (a, _), weight in weights.items():
        totals[a] = totals.get(a, 0.0) + weight
    n = sum(totals.values())
    if n <= 1:
        return None
    observed = sum(w for (a, b), w in weights.items() if a != b)
    expected = sum(totals[a] * totals[b] for a in totals for b in totals if a != b) / (n - 1)
    return None if expected == 0 else 1 - observed / expected
