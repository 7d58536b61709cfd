"""What the spreadsheet formats share: a sheet's printed cells and merged ranges → a grid."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reviewer.readers.grid import Cell, Grid
from reviewer.readers.safety import MAX_COLUMNS, MAX_ROWS, MAX_SLOTS, note
from reviewer.records import Unread

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column; 0-based, inclusive


@dataclass
class SheetShape:
    """Where the content of a sheet lies.

    Attributes:
        last_row, last_column: of the cells with content, 0-based; -1 when there is none.
        filled: cells with content.
        merges: merged ranges, not yet clipped.
        uncomputed: formulas without a stored result.
        hidden_rows, hidden_columns: how many with content are hidden.
    """

    last_row: int = -1
    last_column: int = -1
    filled: int = 0
    merges: list[Merge] = field(default_factory=list)
    uncomputed: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: int = 0
    hidden_columns: int = 0

    def size(self) -> tuple[int, int]:
        """Rows and columns to read: the content and the merged ranges that begin in it, within the limits."""
        inside = [m for m in self.merges if m[0] <= self.last_row and m[1] <= self.last_column]
        columns = min(max([self.last_column, *(m[3] for m in inside)]) + 1, MAX_COLUMNS)
        # A merged range over a whole column or row is no wider than the content.
        if columns == MAX_COLUMNS:
            columns = min(self.last_column + 1, MAX_COLUMNS)
        rows = min(max([self.last_row, *(m[2] for m in inside if m[2] - m[0] < 1000)]) + 1, MAX_ROWS)
        return min(rows, MAX_SLOTS // max(columns, 1)), columns


def sheet_grid(file: str, sheet: str, shape: SheetShape, texts: Mapping[tuple[int, int], str]) -> Grid:
    """The grid of a sheet: every slot of its content's rectangle; merged ranges are one cell with the first text."""
    rows, columns = shape.size()
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    # Ranges that do not overlap cover each slot once; a damaged or hostile list of them is not followed to its end.
    budget = 4 * rows * columns
    for top, left, bottom, right in shape.merges:
        bottom, right = min(bottom, rows - 1), min(right, columns - 1)
        budget -= max(bottom - top + 1, 0) * max(right - left + 1, 0)
        if budget < 0:
            break
        slots = {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
        if slots and covered.isdisjoint(slots):
            covered |= slots
            spans[top, left] = (bottom - top + 1, right - left + 1)
    cells = [
        Cell(texts.get((r, c), ""), r, c, *spans.get((r, c), (1, 1)))
        for r in range(rows)
        for c in range(columns)
        if (r, c) in spans or (r, c) not in covered
    ]
    return Grid(file, cells, sheet=sheet)


def sheet_notes(file: str, sheet: str, shape: SheetShape, *, hidden: bool, read: int) -> list[Unread]:
    """What a person should know about a sheet: hidden parts, formulas without result, what lies beyond the limits."""
    found: list[Unread] = []
    rows, columns = shape.size()
    if hidden and shape.filled:
        found.append(note(file, f"隐藏的工作表“{sheet}”", "工作表是隐藏的，已一并读取", sheet=sheet, advisory=True))
    if shape.hidden_rows or shape.hidden_columns:
        parts = [f"{n} {w}" for n, w in ((shape.hidden_rows, "行"), (shape.hidden_columns, "列")) if n]
        reason = "隐藏的行列不会打印出来，已一并读取"
        found.append(note(file, f"隐藏的{'、'.join(parts)}", reason, sheet=sheet, advisory=True))
    for row, column in sorted(shape.uncomputed)[:50]:
        reason = "公式没有保存计算结果，单元格的值未读、未审；请用 Excel 或 WPS 打开、保存后再审核"
        found.append(note(file, "（公式）", reason, sheet=sheet, row=row + 1, column=column + 1))
    if len(shape.uncomputed) > 50:
        found.append(
            note(file, f"另有 {len(shape.uncomputed) - 50} 个公式", "公式没有保存计算结果，未读、未审", sheet=sheet)
        )
    if shape.last_row >= rows or shape.last_column >= columns:
        reason = f"工作表超出可读范围（前 {rows} 行、前 {columns} 列），其余未读、未审"
        found.append(note(file, f"{shape.filled - read} 个有内容的单元格", reason, sheet=sheet, row=rows + 1))
    return found


def error_cell(file: str, sheet: str, row: int, column: int, text: str) -> Unread:
    """The Unread for a cell that prints an error such as ``#REF!``; row and column 0-based."""
    reason = "公式出错，单元格没有有效的值，请改正公式"
    return note(file, text, reason, sheet=sheet, row=row + 1, column=column + 1)
