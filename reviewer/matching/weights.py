"""Weights (权重、分值) as filings print them: 10, 10分, 10%, 0.1."""

import re
from collections.abc import Iterable
from decimal import Decimal

from reviewer.records import Indicator
from reviewer.text import squash

_WEIGHT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:分|%|百分点)?")


def weight_of(row: Indicator) -> Decimal | None:
    """The weight of a row; None when nothing readable is printed."""
    found = _WEIGHT.fullmatch(squash(row.weight or "").strip("()（）"))
    return Decimal(found.group(1)) if found else None


def distinct_weights(rows: Iterable[Indicator]) -> list[tuple[Indicator, Decimal | None]]:
    """Each row with its weight; of rows that share one merged weight cell the first alone, so that it counts once."""
    seen: set[tuple[object, ...]] = set()
    found = []
    for row in rows:
        cell = row.cells.get("weight")
        if cell is not None and cell.row is not None:
            place = (cell.sheet, cell.table, cell.page, cell.row, cell.column)
            if place in seen:
                continue
            seen.add(place)
        found.append((row, weight_of(row)))
    return found


def rounding(weights: Iterable[Decimal]) -> Decimal:
    """How far a total may be off because its parts were rounded (3 × 33.3): half a last place each, at most 0.5.

    Whole numbers are taken as exact.
    """
    places = [-int(w.as_tuple().exponent) for w in weights]
    if max(places, default=0) <= 0:
        return Decimal(0)
    return min(len(places) * Decimal(10) ** -max(places) / 2, Decimal("0.5"))
