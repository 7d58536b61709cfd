"""What a scorer says about one decision, and the figures made from such marks."""

from enum import StrEnum
from typing import Literal

from reviewer.records.base import Record


class Verdict(StrEnum):
    """What became of one decision; ``unscored``: it could not be judged, which is not the same as wrong."""

    HIT = "hit"  # a labelled flaw was found
    MISS = "miss"  # a labelled flaw was not found
    FALSE_ALARM = "false_alarm"  # something was found that no label speaks of
    RIGHT = "right"
    WRONG = "wrong"
    UNSCORED = "unscored"

    @property
    def good(self) -> bool:
        """A hit or a right answer."""
        return self in (Verdict.HIT, Verdict.RIGHT)


class Mark(Record):
    """One decision.

    Attributes:
        case: id of the case.
        item: place in the case (``F1.3``), or "" for the case as a whole.
        group: what is counted together: a code, a category, a question.
        severity: of the finding, where there is one.
        expected, got: for the confusion table and for reading; "" where they say nothing.
        count: how many things the mark stands for (false alarms on a clean form).
    """

    case: str
    item: str = ""
    group: str
    verdict: Verdict
    severity: str = ""
    expected: str = ""
    got: str = ""
    note: str = ""
    count: int = 1

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies the decision in two runs."""
        return self.case, self.item, self.group


class Figure(Record):
    """One number with what it was counted from.

    Attributes:
        name: ``precision``, ``recall``, ``f1``, ``accuracy`` …
        group: a code or a category; "" over all.
        value: None where nothing could be counted.
        low, high: Wilson 95% interval of a proportion; None where the figure is none.
        part, whole: the counts, ``value = part / whole`` for proportions and means.
    """

    name: str
    group: str = ""
    value: float | None
    low: float | None = None
    high: float | None = None
    part: int = 0
    whole: int = 0
    kind: Literal["proportion", "mean", "score"] = "proportion"
