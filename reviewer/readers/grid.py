"""A table as every format gives it: cells with merged spans, in rows of the same width where the format knows it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from reviewer.records import Location


@dataclass(frozen=True)
class Cell:
    """One cell. Row and column count from 0 in its grid; a merged cell is one Cell that spans several slots."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass
class Grid:
    """Cells of one table, or the paragraphs between tables (one column, ``is_text``).

    Attributes:
        file, sheet, table, page: where it stands, see ``Location``.
        first_row, first_column: added to a cell's row and column for its Location (1-based numbering).
        is_text: paragraphs, not a table.
        row_numbers: the number to show for a row, where rows are no lines of the file (several told in one line).
        ragged: the format lost merged spans (cell-a-line dump): a row's columns are mere positions in that row.
    """

    file: str
    cells: list[Cell] = field(default_factory=list)
    sheet: str | None = None
    table: int | None = None
    page: int | None = None
    first_row: int = 1
    first_column: int = 1
    is_text: bool = False
    ragged: bool = False
    row_numbers: dict[int, int] | None = None

    def rows(self) -> list[list[Cell | None]]:
        """The slots of each row; a slot covered by a merged cell holds that same Cell, a slot without cell None."""
        height = max((c.row + c.rows for c in self.cells), default=0)
        width = max((c.column + c.columns for c in self.cells), default=0)
        slots: list[list[Cell | None]] = [[None] * width for _ in range(height)]
        for cell in self.cells:
            for r in range(cell.row, cell.row + cell.rows):
                for c in range(cell.column, cell.column + cell.columns):
                    slots[r][c] = cell
        return slots

    def locate(self, cell: Cell, row: int | None = None) -> Location:
        """The Location of ``cell``; ``row`` (0-based) where a merged cell is meant at a lower row."""
        return Location(
            file=self.file,
            sheet=self.sheet,
            table=self.table,
            page=self.page,
            row=self._number(cell.row if row is None else row),
            column=cell.column + self.first_column if not self.is_text else None,
            text=cell.text,
        )

    def _number(self, row: int) -> int:
        return row + self.first_row if self.row_numbers is None else self.row_numbers.get(row, row + self.first_row)

    @classmethod
    def from_rows(cls, file: str, rows: Iterable[Iterable[str]], **place: object) -> "Grid":
        """A grid without merged cells (CSV, pasted text)."""
        cells = [Cell(text, r, c) for r, row in enumerate(rows) for c, text in enumerate(row)]
        return cls(file=file, cells=cells, **place)  # type: ignore[arg-type]
