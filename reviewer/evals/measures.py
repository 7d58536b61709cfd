"""Figures from counts."""

from reviewer.evals.marks import Figure
from reviewer.evals.statistics import wilson


def proportion(name: str, part: int, whole: int, group: str = "") -> Figure:
    """A proportion with its Wilson interval."""
    interval = wilson(part, whole)
    low, high = interval or (None, None)
    return Figure(
        name=name, group=group, value=part / whole if whole else None, low=low, high=high, part=part, whole=whole
    )


def mean(name: str, total: int, whole: int, group: str = "") -> Figure:
    """A count for each of ``whole`` things."""
    return Figure(name=name, group=group, value=total / whole if whole else None, part=total, whole=whole, kind="mean")


def score(name: str, value: float | None, whole: int, group: str = "") -> Figure:
    """A number that is neither, e.g. F1 or κ."""
    return Figure(name=name, group=group, value=value, whole=whole, kind="score")
