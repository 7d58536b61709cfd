"""Excel 97-2003 workbooks (.xls, and .et of WPS): cells as printed, by xlrd.

xlrd, not python-calamine: of an .xls calamine gives no number formats, and 0.95 is not what a form with 95% says.
"""

import io
from pathlib import Path
from typing import Any

from reviewer.errors import UnreadableFileError
from reviewer.readers.base import reader
from reviewer.readers.grid import Grid
from reviewer.readers.number_format import BUILTIN_CHINESE, render
from reviewer.readers.safety import note, protected
from reviewer.readers.spreadsheet import SheetShape, error_cell, sheet_grid, sheet_notes
from reviewer.records import Unread

_REPAIR = "用 Excel 或 WPS 打开后另存为 .xlsx，再审核新存的文件"


@reader("xls", (".xls", ".et", ".xlt"))
def xls_grids(path: Path) -> tuple[list[Grid], list[Unread]]:
    """Read a workbook, one grid a sheet.

    Raises:
        UnreadableFileError: damaged, protected by a password, or without content.
    """
    book, unread = _open(path)
    grids: list[Grid] = []
    for index in range(book.nsheets):
        sheet = book.sheet_by_index(index)
        if sheet.nrows:
            grid, notes = _sheet(path.name, book, sheet)
            if grid.cells:
                grids.append(grid)
            unread += notes
        book.unload_sheet(index)
    if not grids:
        raise UnreadableFileError("工作簿是空的，没有内容", str(path), "请检查是否拿错了文件")
    return grids, unread


def _open(path: Path) -> tuple[Any, list[Unread]]:
    import xlrd

    try:
        # A log of its own: xlrd writes its warnings to standard output.
        options: dict[str, Any] = {"logfile": io.StringIO(), "on_demand": True, "ragged_rows": True}
        try:
            return xlrd.open_workbook(str(path), formatting_info=True, **options), []
        except xlrd.XLRDError:
            raise
        except Exception:  # broken style records, which a reader without formats does not meet
            book = xlrd.open_workbook(str(path), formatting_info=False, **options)
            reason = "工作簿的格式信息已损坏：合并单元格、百分比和日期可能与显示的不同；请另存为 .xlsx 后再审核"
            return book, [note(path.name, "单元格格式", reason)]
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise protected(path) from error
        raise UnreadableFileError("文件已损坏，或不是 Excel 97-2003 工作簿", str(path), _REPAIR) from error
    except Exception as error:
        raise UnreadableFileError("文件已损坏或不完整", str(path), _REPAIR) from error


def _sheet(file: str, book: Any, sheet: Any) -> tuple[Grid, list[Unread]]:
    from xlrd import XL_CELL_BLANK, XL_CELL_BOOLEAN, XL_CELL_EMPTY, XL_CELL_ERROR, XL_CELL_TEXT
    from xlrd.biffh import error_text_from_code

    shape = SheetShape(merges=[(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells])
    texts: dict[tuple[int, int], str] = {}
    errors: list[Unread] = []
    for row in range(sheet.nrows):
        before = shape.filled
        for column, cell in enumerate(sheet.row(row)):
            if cell.ctype in (XL_CELL_EMPTY, XL_CELL_BLANK) or cell.value == "":
                continue
            if cell.ctype == XL_CELL_TEXT:
                text = str(cell.value)
            elif cell.ctype == XL_CELL_BOOLEAN:
                text = "TRUE" if cell.value else "FALSE"
            elif cell.ctype == XL_CELL_ERROR:
                text = error_text_from_code.get(cell.value, "#N/A")
                if len(errors) < 100:
                    errors.append(error_cell(file, sheet.name, row, column, text))
            else:
                text = render(float(cell.value), _pattern(book, cell), since_1904=book.datemode == 1)
            texts[row, column] = text
            shape.filled += 1
            shape.last_row, shape.last_column = row, max(shape.last_column, column)
        info = sheet.rowinfo_map.get(row)
        shape.hidden_rows += bool(shape.filled > before and info is not None and info.hidden)
    shape.hidden_columns = sum(bool(info.hidden) for c, info in sheet.colinfo_map.items() if c <= shape.last_column)
    rows, columns = shape.size()
    read = sum(r < rows and c < columns for r, c in texts)
    notes = sheet_notes(file, sheet.name, shape, hidden=bool(sheet.visibility), read=read)
    return sheet_grid(file, sheet.name, shape, texts), [*errors, *notes]


def _pattern(book: Any, cell: Any) -> str:
    """The number format of a cell; without formatting information, of a date or General by the cell's type."""
    from xlrd import XL_CELL_DATE

    if cell.xf_index is None:
        return 'yyyy"年"m"月"d"日"' if cell.ctype == XL_CELL_DATE else "General"
    key = book.xf_list[cell.xf_index].format_key
    if key in BUILTIN_CHINESE:
        return BUILTIN_CHINESE[key]
    known = book.format_map.get(key)
    return str(known.format_str) if known is not None else "General"
