"""Grids as lines of slots, with a ledger of what was understood."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reviewer.readers.grid import Cell, Grid
from reviewer.records import Location

_RESIDUE = re.compile(r"\[bookmark:[^\]]*\]")
_SPACE = re.compile(r"^[\s\ufeff\u200b]+|[\s\ufeff\u200b]+$")


def printed(text: str) -> str:
    """The words of a cell as printed: without surrounding white space and residue of Word's bookmarks."""
    return _SPACE.sub("", _RESIDUE.sub("", text) if "[b" in text else text)


@dataclass(frozen=True)
class Slot:
    """A cell as one line sees it; ``top`` is False on the lower lines of a cell merged downwards."""

    text: str
    cell: Cell
    top: bool

    @property
    def start(self) -> int:
        """First column, from 0."""
        return self.cell.column

    @property
    def end(self) -> int:
        """Column behind the last one."""
        return self.cell.column + self.cell.columns


@dataclass(frozen=True)
class Line:
    """A line of a table, or a paragraph."""

    grid: Grid
    grid_index: int
    row: int
    slots: tuple[Slot, ...]
    filled: tuple[Slot, ...]

    def at(self, column: int) -> Slot | None:
        """The slot that covers ``column``."""
        return next((s for s in self.slots if s.start <= column < s.end), None)

    def locate(self, slot: Slot) -> Location:
        """The slot's place, with the words as they stand in the file."""
        return self.grid.locate(slot.cell, self.row if not slot.top else None)

    @property
    def width(self) -> int:
        """Columns of this line."""
        return max((s.end for s in self.slots), default=0)


@dataclass
class Ledger:
    """Which cells were understood, and as part of which form (``owner``)."""

    used: dict[tuple[int, int, int], int] = field(default_factory=dict)
    owner: int = 0

    def use(self, line: Line, *slots: Slot | None) -> None:
        """Note that the slots were understood."""
        for slot in slots:
            if slot is not None:
                self.used[line.grid_index, slot.cell.row, slot.cell.column] = self.owner

    def use_all(self, line: Line) -> None:
        """Note that the whole line was understood."""
        self.use(line, *line.filled)

    def forget(self, owner: int) -> None:
        """What was taken for a form turned out to be none."""
        self.used = {cell: who for cell, who in self.used.items() if who != owner}

    def knows(self, line: Line, slot: Slot) -> bool:
        """Whether the slot was understood."""
        return (line.grid_index, slot.cell.row, slot.cell.column) in self.used


def lines_of(grids: list[Grid]) -> list[Line]:
    """All lines of all grids, in file order; lines without any cell are left out."""
    return [line for index, grid in enumerate(grids) for line in _lines(grid, index)]


def _lines(grid: Grid, index: int) -> Iterator[Line]:
    by_row: dict[int, list[Cell]] = {}
    for cell in grid.cells:
        by_row.setdefault(cell.row, []).append(cell)
    texts = {id(cell): printed(cell.text) for cell in grid.cells}
    hanging: list[Cell] = []
    height = max((c.row + c.rows for c in grid.cells), default=0)
    for row in range(height):
        own = by_row.get(row, [])
        hanging = [c for c in hanging if c.row + c.rows > row]
        cells = sorted([*hanging, *own], key=lambda c: c.column)
        if cells:
            slots = tuple(Slot(texts[id(c)], c, c.row == row) for c in cells)
            yield Line(grid, index, row, slots, tuple(s for s in slots if s.top and s.text))
        hanging.extend(c for c in own if c.rows > 1)
