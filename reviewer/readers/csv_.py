"""Comma-, semicolon- or tab-separated tables; several forms may stand one after another."""

import csv
import io
from pathlib import Path

from reviewer.errors import UnreadableFileError
from reviewer.readers.base import reader
from reviewer.readers.decode import read_text
from reviewer.readers.grid import Cell, Grid
from reviewer.records import Unread

_DELIMITERS = ",\t;|，"
# One cell may hold a long text, but no more than this; the default of the csv module is 128 KiB.
_FIELD_LIMIT = 4 * 1024 * 1024


def delimiter_of(text: str) -> str:
    """The delimiter that cuts most lines into the same number of cells, the more cells the better."""
    sample = text[:65536]
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        rows = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if row][:200]
        if not rows:
            continue
        # Titles and labelled fields above a table have fewer cells than its rows, and may be as many. A width that only
        # one line has is no table: a long text falls into any number of pieces.
        shared = {width for width in rows if rows.count(width) > 1}
        score = max((rows.count(w) * (w - 1) for w in shared), default=sum(n > 1 for n in rows)) / len(rows)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def rows_of(text: str, path: Path, delimiter: str | None = None) -> list[list[str]]:
    """The rows of a delimited text.

    Raises:
        UnreadableFileError: a cell is too long, as when a quotation mark is never closed.
    """
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter or delimiter_of(text)))
    except csv.Error as error:
        raise UnreadableFileError(
            f"表格文字的格式不对（{error}）", str(path), "检查引号是否成对，或用 Excel 另存为 .xlsx 后重试"
        ) from None


@reader("csv", (".csv", ".tsv", ".tab"))
def grids(path: Path) -> tuple[list[Grid], list[Unread]]:
    """One grid for the whole file: blank lines and titles part its forms."""
    rows = rows_of(read_text(path), path, "\t" if path.suffix.lower() in (".tsv", ".tab") else None)
    cells = [Cell(text, r, c) for r, row in enumerate(rows) for c, text in enumerate(row)]
    return [Grid(file=path.name, cells=cells)], []
