"""Plain text: pasted tables and paragraphs, and the dump that puts each cell of a Word table on its own line.

In the dump a cell begins with a tab, a row ends with a blank line, and merged cells are lost: a cell merged sideways is
one cell, the lower part of a cell merged downwards an empty one. Line breaks inside a cell stay as they are, so a blank
line inside a cell looks like the end of a row; such rows are joined again by the number of cells of the header above.
"""

from dataclasses import dataclass, field
from pathlib import Path

from reviewer.readers.base import reader
from reviewer.readers.decode import read_text
from reviewer.readers.grid import Cell, Grid
from reviewer.readers.headings import inline_labels, is_furniture, is_level, is_strong_title, is_total, key_of
from reviewer.readers.pasted import grids_of
from reviewer.records import Unread

_HEADINGS_OF_A_HEADER = 3


@dataclass
class _Row:
    """Cells of one row, each with the index of the line it begins in."""

    line: int
    cells: list[str] = field(default_factory=list)


@reader("text", (".txt", ".text"))
def grids(path: Path) -> tuple[list[Grid], list[Unread]]:
    """The tables and paragraphs of a text."""
    text = read_text(path)
    if is_dump(text):
        return [dump_grid(path.name, text)], []
    return grids_of(path.name, text), []


def is_dump(text: str) -> bool:
    """Whether most lines with text are one cell each, begun by a tab."""
    lines = [line for line in text.split("\n") if line.strip() or line.startswith("\t")]
    single = [line for line in lines if line.startswith("\t") and "\t" not in line[1:].rstrip("\t")]
    return len(single) >= 8 and len(single) * 2 > len(lines)


def dump_grid(file: str, text: str) -> Grid:
    """The one ragged grid of a dump; a row's number is that of the line it begins in."""
    rows = _joined(_rows(text))
    cells = [Cell(t, row.line, column) for row in rows for column, t in enumerate(row.cells)]
    return Grid(file=file, cells=cells, ragged=True)


def _rows(text: str) -> list[_Row]:
    rows: list[_Row] = []
    blank = True
    for number, line in enumerate(text.split("\n")):
        if line.startswith("\t"):
            if blank or not rows:
                rows.append(_Row(number))
            rows[-1].cells.append(line[1:])
        elif not rows:
            if line.strip():
                rows.append(_Row(number, [line]))
        elif line.strip():
            rows[-1].cells[-1] += "\n" + line
        blank = not line.strip() and not line.startswith("\t")
    return rows


def _joined(rows: list[_Row]) -> list[_Row]:
    """Rows that a blank line inside a cell has split, put together by the header's number of cells."""
    result: list[_Row] = []
    width = 0
    at = 0
    while at < len(rows):
        row = rows[at]
        at += 1
        if _is_header(row.cells):
            width = len(row.cells)
        elif len(row.cells) < width and not _stands_alone(row.cells):
            taken, size = at, len(row.cells)
            while taken < len(rows) and size < width and not _stands_alone(rows[taken].cells):
                size += len(rows[taken].cells)
                taken += 1
            if size == width and taken > at:
                row = _Row(row.line, [c for part in rows[at - 1 : taken] for c in part.cells])
                at = taken
        result.append(row)
    return result


def _is_header(cells: list[str]) -> bool:
    return any(
        sum(key_of(section, c) not in (None, "group") for c in cells) >= _HEADINGS_OF_A_HEADER
        for section in ("indicator", "cost", "summary")
    )


def _stands_alone(cells: list[str]) -> bool:
    """Whether a row is whole although it is short: a total, a label, a title, a signature, or level headings."""
    filled = [c.strip() for c in cells if c.strip()]
    if not filled or any(is_total(c) for c in filled) or is_level(filled[0]):
        return True
    first = filled[0]
    labelled = key_of("head", first) is not None or any(True for _ in inline_labels(first))
    return labelled or is_furniture(first) or is_strong_title(first) or _is_header(cells)
