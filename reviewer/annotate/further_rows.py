"""Where a further row belongs in a form: behind the last row of its heading, or where the heading is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reviewer.records import Form, Indicator, RowText
from reviewer.taxonomy import category_of
from reviewer.taxonomy.levels import level1_name, level1_of


@dataclass(frozen=True)
class Behind:
    """The row that a new one stands behind.

    Attributes:
        headings: level headings that the form does not print yet; the others go on from the row above.
    """

    like: Indicator
    headings: Mapping[str, str] = field(default_factory=dict)


def place_behind(form: Form, new: RowText, beside: Indicator | None) -> Behind | None:
    """Where a row is to be added; None where that is not known.

    Args:
        beside: the row that it is proposed together with, if there is one.
    """
    if beside is not None and beside.level2 == new.level2:
        return Behind(beside)
    rows = sorted((*form.indicators, *form.blank_rows), key=_in_file)
    own = [row for row in rows if row.level2 == new.level2]
    if own:
        return Behind(own[-1])
    category = category_of("", new.level2)
    if category is None or not rows or len({row.horizon for row in rows}) > 1:
        return None  # which of two sets of indicators lacks it is not known
    level1 = "产出指标" if category == "成本指标" else level1_of(category)
    under = [row for row in rows if level1_name(row.level1) == level1]
    headings = {"level2": new.level2} if under else {"level2": new.level2, "level1": level1}
    return Behind((under or rows)[-1], headings)


def _in_file(row: Indicator) -> tuple[int, int]:
    place = row.location
    return (place.table or 0, place.row or 0) if place is not None else (0, 0)
