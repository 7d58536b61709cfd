"""Two runs on the same cases: what was gained and lost, and whether the difference is more than chance.

The interval is a percentile bootstrap over cases (a filing's rows hang together, so whole filings are drawn). A run is
called better or worse only when the interval excludes 0 and so uneven a split of the changed decisions is unlikely
by chance (exact McNemar test, 5%); with few cases no interval is given and nothing is claimed.
"""

from collections.abc import Sequence
from typing import Literal

from reviewer.evals.results import Baseline, Kept
from reviewer.evals.statistics import bootstrap_difference, f1, mcnemar
from reviewer.records.base import Record

_MIN_CASES = 10
_LEVEL = 0.05
_Tally = tuple[int, int, int, int]


class Comparison(Record):
    """One scorer's two results.

    Attributes:
        measure: ``f1`` where there are false alarms to count, else ``accuracy``.
        low, high: 95% interval of ``new - old``; None with too few cases.
        p: exact McNemar p over the decisions that changed.
        gained, lost: decisions that were wrong before and are not now, and the reverse: case, item, group.
    """

    scorer: str
    measure: Literal["f1", "accuracy"]
    cases: int
    left_out: int
    old: float | None
    new: float | None
    low: float | None
    high: float | None
    p: float
    gained: tuple[tuple[str, str, str], ...]
    lost: tuple[tuple[str, str, str], ...]

    @property
    def verdict(self) -> Literal["better", "worse", "unclear", "same"]:
        """What may be claimed."""
        if not self.gained and not self.lost:
            return "same"
        if self.low is None or self.high is None or self.p >= _LEVEL:
            return "unclear"
        return "better" if self.low > 0 else "worse" if self.high < 0 else "unclear"


def compare(old: Baseline, new: Baseline) -> list[Comparison]:
    """One comparison for each scorer that both have."""
    return [_compare(name, old.scorers[name], new.scorers[name]) for name in new.scorers if name in old.scorers]


def _compare(name: str, old: Kept, new: Kept) -> Comparison:
    cases = sorted(set(old.tallies) & set(new.tallies))
    pairs = [(old.tallies[case], new.tallies[case]) for case in cases]
    with_alarms = any(t[1] for pair in pairs for t in pair)
    measure: Literal["f1", "accuracy"] = "f1" if with_alarms or name == "findings" else "accuracy"
    statistic = _f1 if measure == "f1" else _accuracy
    before, after = _bad(old, cases), _bad(new, cases)
    gained, lost = tuple(sorted(before - after)), tuple(sorted(after - before))

    def difference(units: Sequence[tuple[_Tally, _Tally]]) -> float | None:
        a, b = statistic([u[0] for u in units]), statistic([u[1] for u in units])
        return None if a is None or b is None else b - a

    interval = bootstrap_difference(pairs, difference) if len(pairs) >= _MIN_CASES and (gained or lost) else None
    low, high = interval or (None, None)
    return Comparison(
        scorer=name,
        measure=measure,
        cases=len(cases),
        left_out=len(set(old.tallies) ^ set(new.tallies)),
        old=statistic([p[0] for p in pairs]),
        new=statistic([p[1] for p in pairs]),
        low=low,
        high=high,
        p=mcnemar(len(gained), len(lost)),
        gained=gained,
        lost=lost,
    )


def _bad(kept: Kept, cases: Sequence[str]) -> set[tuple[str, str, str]]:
    wanted = set(cases)
    return {(case, item, group) for case, item, group, _ in kept.bad if case in wanted}


def _f1(tallies: Sequence[_Tally]) -> float | None:
    return f1(sum(t[0] for t in tallies), sum(t[1] for t in tallies), sum(t[2] for t in tallies))


def _accuracy(tallies: Sequence[_Tally]) -> float | None:
    good, bad = sum(t[0] for t in tallies), sum(t[2] for t in tallies)
    return good / (good + bad) if good + bad else None
