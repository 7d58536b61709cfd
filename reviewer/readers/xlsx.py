"""Excel workbooks (.xlsx, .xlsm): cells as printed, merged ranges, stored results of formulas.

openpyxl's streaming mode gives values with their number formats (python-calamine gives none, and 0.95 is not what a
form with 95% says). It does not give merged ranges, hidden rows, or which empty cell is a formula without result: these
come from one pass over the sheet's XML, which also finds where the content ends, so that a million formatted but empty
rows cost little. Formulas are never evaluated, macros never run.
"""

import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from reviewer.errors import UnreadableFileError
from reviewer.readers.base import reader
from reviewer.readers.grid import Grid
from reviewer.readers.number_format import BUILTIN_CHINESE, render
from reviewer.readers.safety import MAX_SLOTS, check_zip, note, parse_xml
from reviewer.readers.spreadsheet import Merge, SheetShape, error_cell, sheet_grid, sheet_notes
from reviewer.records import Unread

if TYPE_CHECKING:
    from lxml.etree import _Element

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MAX_MERGES = 50_000


def _name(element: "_Element") -> str:
    return str(element.tag).rpartition("}")[2]


def _slot(reference: str | None) -> tuple[int, int] | None:
    """``B3`` → (2, 1); None for anything else."""
    match = _REFERENCE.fullmatch(reference or "")
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _merge(reference: str) -> Merge | None:
    first, _, last = reference.partition(":")
    top, bottom = _slot(first), _slot(last or first)
    if top is None or bottom is None or bottom[0] < top[0] or bottom[1] < top[1]:
        return None
    return (*top, *bottom)


def _shape(package: zipfile.ZipFile, part: str) -> SheetShape:
    """One pass over a sheet's XML."""
    from lxml import etree

    shape = SheetShape()
    hidden_columns: set[int] = set()
    row = -1
    with package.open(part) as stream:
        events = etree.iterparse(
            stream, tag=("{*}row", "{*}mergeCell", "{*}col"), resolve_entities=False, no_network=True, huge_tree=False
        )
        for _, element in events:
            kind = _name(element)
            if kind == "mergeCell":
                merge = _merge(element.get("ref") or "")
                if merge and merge[:2] != merge[2:] and len(shape.merges) < _MAX_MERGES:
                    shape.merges.append(merge)
            elif kind == "col":
                if element.get("hidden") in ("1", "true"):
                    first, last = int(element.get("min") or 1), int(element.get("max") or 1)
                    hidden_columns.update(range(first - 1, min(last, first + 300)))
            else:
                number = element.get("r")
                row = int(number) - 1 if number else row + 1
                _scan_row(element, row, shape)
            element.clear()
            while (before := element.getprevious()) is not None and (parent := element.getparent()) is not None:
                parent.remove(before)
    shape.hidden_columns = sum(c <= shape.last_column for c in hidden_columns)
    return shape


def _scan_row(element: "_Element", row: int, shape: SheetShape) -> None:
    column, filled = -1, 0
    for cell in element:
        slot = _slot(cell.get("r"))
        column = slot[1] if slot else column + 1
        has_value = formula = False
        for child in cell:
            kind = _name(child)
            has_value = has_value or kind == "is" or (kind == "v" and bool(child.text))
            formula = formula or kind == "f"
        # A formula that gives an empty text is stored as such; any other without a value was never computed.
        if formula and not has_value and cell.get("t") != "str":
            shape.uncomputed.add((row, column))
        if has_value:
            filled += 1
            shape.last_column = max(shape.last_column, column)
    if filled:
        shape.filled += filled
        shape.last_row = max(shape.last_row, row)
        shape.hidden_rows += element.get("hidden") in ("1", "true")


def sheet_parts(path: Path, package: zipfile.ZipFile) -> Iterator[tuple[str, str, bool]]:
    """Name, part and whether hidden, of each worksheet in order."""
    names = set(package.namelist())
    book = "xl/workbook.xml"
    for relation in parse_xml(package.read("_rels/.rels"), path, "_rels/.rels") if "_rels/.rels" in names else ():
        if (relation.get("Type") or "").endswith("/officeDocument"):
            book = (relation.get("Target") or book).lstrip("/")
    folder = PurePosixPath(book).parent
    relations = f"{folder}/_rels/{PurePosixPath(book).name}.rels"
    if book not in names or relations not in names:
        raise UnreadableFileError("文件里没有工作簿的内容", str(path), "用 Excel 或 WPS 打开后另存为 .xlsx 再审核")
    targets = {}
    for relation in parse_xml(package.read(relations), path, relations):
        if (relation.get("Type") or "").endswith("/worksheet"):
            target = relation.get("Target") or ""
            part = target.lstrip("/") if target.startswith("/") else f"{folder}/{target.removeprefix('./')}"
            targets[relation.get("Id")] = part
    for sheet in parse_xml(package.read(book), path, book).iter("{*}sheet"):
        key = next((v for k, v in sheet.attrib.items() if str(k).endswith("}id")), None)
        if targets.get(str(key)) in names:
            yield str(sheet.get("name") or ""), targets[str(key)], sheet.get("state") not in (None, "visible")


def _printed(cell: Any, *, since_1904: bool) -> str:
    """The printed text of an openpyxl cell."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | datetime | date | time | timedelta):
        # Formats kept by number only: openpyxl knows the western ones and takes the Chinese dates for General.
        pattern = BUILTIN_CHINESE.get(cell.style_array.numFmtId) or cell.number_format
        return render(value, pattern, since_1904=since_1904)
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), str(value))


def _read_sheet(
    sheet: Any, file: str, name: str, shape: SheetShape, *, since_1904: bool
) -> tuple[dict[tuple[int, int], str], list[Unread]]:
    rows, columns = shape.size()
    texts: dict[tuple[int, int], str] = {}
    errors: list[Unread] = []
    if not rows or not columns:
        return texts, errors
    for r, row in enumerate(sheet.iter_rows(min_row=1, max_row=rows, min_col=1, max_col=columns)):
        for c, cell in enumerate(row):
            if cell.value is None:
                continue
            texts[r, c] = _printed(cell, since_1904=since_1904)
            if cell.data_type == "e" and len(errors) < 100:
                errors.append(error_cell(file, name, r, c, texts[r, c]))
    return texts, errors


@reader("xlsx", (".xlsx", ".xlsm", ".xltx"))
def xlsx_grids(path: Path) -> tuple[list[Grid], list[Unread]]:
    """Read a workbook, one grid a sheet.

    Raises:
        UnreadableFileError: damaged, protected, hostile, or without content.
    """
    from lxml.etree import XMLSyntaxError

    check_zip(path)
    grids: list[Grid] = []
    unread: list[Unread] = []
    with zipfile.ZipFile(path) as package:
        sheets = list(sheet_parts(path, package))
        try:
            shapes = [_shape(package, part) for _, part, _ in sheets]
        except (XMLSyntaxError, ValueError) as error:
            raise UnreadableFileError(
                "工作表的内容已损坏", str(path), "用 Excel 或 WPS 打开修复后另存一份，再审核新存的文件"
            ) from error
        has_pictures = any("/media/" in n for n in package.namelist())
    if not any(shape.filled for shape in shapes):
        if any(shape.uncomputed for shape in shapes):
            what, remedy = "工作簿里只有没有计算结果的公式", "用 Excel 或 WPS 打开、保存后再审核"
        elif has_pictures:
            what, remedy = "工作簿里只有图片（扫描件），没有可读的文字", "请取得原始的 Word 或 Excel 文件"
        else:
            what, remedy = "工作簿是空的，没有内容", "请检查是否拿错了文件"
        raise UnreadableFileError(what, str(path), remedy)
    all_texts, unread = _texts(path, [s[0] for s in sheets], shapes)
    for (name, _, hidden), shape, texts in zip(sheets, shapes, all_texts, strict=True):
        if shape.filled:
            grids.append(sheet_grid(path.name, name, shape, texts))
        unread += sheet_notes(path.name, name, shape, hidden=hidden, read=len(texts))
    return grids, unread


def _texts(
    path: Path, names: list[str], shapes: list[SheetShape]
) -> tuple[list[dict[tuple[int, int], str]], list[Unread]]:
    """The printed texts of each sheet by slot, and the cells with errors."""
    import openpyxl
    from openpyxl.utils.datetime import MAC_EPOCH

    found: list[dict[tuple[int, int], str]] = []
    unread: list[Unread] = []
    try:
        # As a stream: openpyxl and calamine go by the file ending otherwise, which may be wrong.
        with warnings.catch_warnings(), path.open("rb") as stream:
            warnings.simplefilter("ignore")  # about extensions that it leaves out: drawings, validations
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            try:
                for name, shape in zip(names, shapes, strict=True):
                    since_1904 = book.epoch == MAC_EPOCH
                    texts, errors = _read_sheet(book[name], path.name, name, shape, since_1904=since_1904)
                    found.append(texts)
                    unread += errors
            finally:
                book.close()
    except Exception as error:  # openpyxl refuses workbooks over styles and names that Excel and WPS forgive
        return _without_formats(path, names, shapes, error)
    return found, unread


def _without_formats(
    path: Path, names: list[str], shapes: list[SheetShape], cause: Exception
) -> tuple[list[dict[tuple[int, int], str]], list[Unread]]:
    """Values by calamine, which knows no number formats, where openpyxl cannot open the workbook."""
    from python_calamine import CalamineError, CalamineWorkbook

    # calamine lays out the whole rectangle of a sheet in memory.
    if any((s.last_row + 1) * (s.last_column + 1) > MAX_SLOTS * 10 for s in shapes):
        raise cause
    try:
        with path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
            found = []
            for name, shape in zip(names, shapes, strict=True):
                rows, columns = shape.size()
                values = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=rows) if rows else []
                found.append(
                    {
                        (r, c): render(v, "General")
                        if isinstance(v, int | float) and not isinstance(v, bool)
                        else str(v)
                        for r, row in enumerate(values)
                        for c, v in enumerate(row[:columns])
                        if v != ""
                    }
                )
    except CalamineError as error:
        raise cause from error
    reason = "工作簿的格式信息已损坏：数字按存储值读取，百分比和日期可能与显示的不同；请用 Excel 或 WPS 另存后再审核"
    return found, [note(path.name, "数字格式", reason)]
