"""Ruled boxes on a page → cells with spans; shared by PDF and OCR, which know a table only by its lines."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviewer.readers.grid import Cell

_LATIN = re.compile(r"[A-Za-z,;]")


@dataclass(frozen=True)
class Box:
    """A rectangle on a page; ``top`` is smaller than ``bottom``."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True)
class Line:
    """A line of text with its place."""

    text: str
    left: float
    right: float
    size: float


def edges(values: Iterable[float], tolerance: float) -> list[float]:
    """The distinct ruled positions: values closer than ``tolerance`` to the one before are the same line."""
    found: list[float] = []
    last = float("-inf")
    for value in sorted(values):
        if value - last > tolerance:
            found.append(value)
        last = value
    return found


def _nearest(positions: Sequence[float], value: float) -> int:
    return min(range(len(positions)), key=lambda i: abs(positions[i] - value))


def cells_of(boxes: Sequence[Box], texts: Sequence[str], columns: Sequence[float], tolerance: float) -> list[Cell]:
    """Boxes as cells of a grid.

    Args:
        boxes: the boxes of one table.
        texts: the text of each box.
        columns: vertical lines of the table, also those of its continuation on other pages.
        tolerance: distance below which two lines are one.
    """
    rows = edges((y for b in boxes for y in (b.top, b.bottom)), tolerance)
    found: dict[tuple[int, int], Cell] = {}
    for box, text in zip(boxes, texts, strict=True):
        top, bottom = _nearest(rows, box.top), _nearest(rows, box.bottom)
        left, right = _nearest(columns, box.left), _nearest(columns, box.right)
        if bottom > top and right > left and (top, left) not in found:
            found[top, left] = Cell(text, top, left, bottom - top, right - left)
    return [found[slot] for slot in sorted(found)]


def unwrap(lines: Sequence[Line], width: float) -> str:
    """The text of a cell: a line that fills the cell was wrapped and goes on; a shorter one ends a paragraph.

    Args:
        lines: the printed lines from top to bottom.
        width: width of the cell in the same measure as the lines.
    """
    text = ""
    for n, line in enumerate(lines):
        text += line.text
        if n + 1 == len(lines):
            break
        # Left over in a full line: both margins of the cell and less than two characters.
        full = width - (line.right - line.left) < 12 + 1.8 * line.size
        if not full:
            text += "\n"
        elif _LATIN.match(line.text[-1:]) and _LATIN.match(lines[n + 1].text[:1]):
            text += " "
    return text
