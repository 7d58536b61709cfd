"""Rows inserted into a worksheet, and everything in the workbook that tells rows moved with them.

What Excel would move is moved: merged ranges, formulas of all sheets, validations, conditional formats, print ranges
and breaks, names, pictures, shapes, charts, notes. Where that cannot be done for certain nothing is inserted
(``obstacle``): the schema's elements that are not known here count as such.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.utils.cell import column_index_from_string, get_column_letter

from reviewer.annotate.package import Package, xml_text
from reviewer.annotate.word_text import local
from reviewer.rounds.moved_parts import shift_others, shift_relations
from reviewer.rounds.row_shift import Shift, cannot_follow
from reviewer.rounds.sheet_tree import (
    FORMULAS,
    bounds,
    every,
    location,
    shift_formulas,
    unshare,
    workbook,
    xml_parts,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_ROW = 1_048_576
_KNOWN = {
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "autoFilter", "sortState", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks",
    "colBreaks", "ignoredErrors", "drawing", "legacyDrawing", "legacyDrawingHF", "picture", "tableParts", "extLst",
}  # fmt: skip
_CONTROLS = {"controls", "oleObjects", "AlternateContent"}


@dataclass(frozen=True)
class NewRow:
    """A row to insert.

    Attributes:
        after: the row (from 1) that it stands behind and is built like.
        texts: the words of its cells by column (from 1).
        fresh: columns in which a merged range that ends above does not go on through it.
    """

    after: int
    texts: Mapping[int, str]
    fresh: frozenset[int] = frozenset()


def obstacle(package: Package) -> str:
    """Why no row can be inserted into any sheet of a workbook, "" if it can."""
    if any(name.lower().endswith("vbaproject.bin") for name in package.names()):
        return "文件里有宏，宏认行号"
    if any("/revisions/" in name for name in package.names()):
        return "工作簿是共享的"
    return next((why for text in _formulas(package) if (why := cannot_follow(text))), "")


def obstacle_in_sheet(package: Package, part: str) -> Callable[[int], str]:
    """Why no row can be inserted behind a row of a sheet, "" if it can: asked for each row."""
    root = package.tree(part)
    ranges: list[tuple[int, int, str]] = []
    for relation in package.relations(part):
        if relation.type.endswith("/table") and relation.target in package:
            _, top, _, bottom = bounds(package.tree(relation.target).get("ref") or "A1")
            ranges.append((top, bottom, "这几行是一张“表格”（套用了表格格式）"))
    for formula in every(root, {"f"}):
        if formula.get("t") == "array" and formula.get("ref"):
            _, top, _, bottom = bounds(formula.get("ref") or "A1")
            ranges.append((top, bottom - 1, "有一个数组公式跨过这一行"))
    general = _sheet_obstacle(package, part, root)

    def why(after: int) -> str:
        return general or next((said for top, bottom, said in ranges if top <= after <= bottom), "")

    return why


def _sheet_obstacle(package: Package, part: str, root: "_Element") -> str:
    children = {local(item) for item in root if isinstance(item.tag, str)}
    if children & _CONTROLS:
        return "工作表里有控件或嵌入的对象"
    if children - _KNOWN:
        return f"工作表里有不认识的设置（{'、'.join(sorted(children - _KNOWN))}）"
    protection = next((item for item in root if local(item) == "sheetProtection"), None)
    if protection is not None and protection.get("sheet") in ("1", "true"):
        return "工作表有保护"
    kinds = {relation.type.rpartition("/")[2] for relation in package.relations(part)}
    if kinds & {"pivotTable", "tableSingleCells"}:
        return "工作表里有数据透视表"
    if any(formula.get("t") == "dataTable" for formula in every(root, {"f"})):
        return "工作表里有模拟运算表"
    return "工作表已经写到最后一行" if _used_rows(root) >= MAX_ROW else ""


def _formulas(package: Package) -> Iterator[str]:
    for name in xml_parts(package, "worksheets/", "charts/"):
        yield from (item.text for item in every(package.tree(name), FORMULAS) if item.text and item.text.strip())
    yield from (item.text for item in every(package.tree(workbook(package)), {"definedName"}) if item.text)


def unlocked_formats(package: Package) -> set[int]:
    """The cell formats that a protected sheet lets people change."""
    styles = package.related(workbook(package), "styles")
    formats = list(every(package.tree(styles.target), {"cellXfs"}))[:1] if styles is not None else []
    return {
        number
        for number, item in enumerate(formats[0] if formats else ())
        if any(local(e) == "protection" and e.get("locked") in ("0", "false") for e in item)
    }


def insert_rows(package: Package, part: str, sheet: str, rows: Sequence[NewRow]) -> None:
    """Insert rows into a sheet that has no ``obstacle``; several behind one row stand in the order given.

    Args:
        part, sheet: the sheet's part and name.
    """
    rows = sorted(rows, key=lambda row: row.after)
    shift = Shift(sheet, tuple(row.after for row in rows))
    root = package.tree(part)
    _number(root)
    unshare(root, ())
    shift_formulas(root, shift, sheet)
    _shift_attributes(root, shift)
    _shift_merges(root, rows)
    _shift_rows(next(item for item in root if local(item) == "sheetData"), rows, shift)
    package.put(part, root)
    shift_relations(package, part, shift)
    shift_others(package, part, shift)


# ---- rows and cells


def _row_number(row: "_Element") -> int:
    return int(row.get("r") or 0)


def _shift_rows(data: "_Element", rows: Sequence[NewRow], shift: Shift) -> None:
    old = {_row_number(item): item for item in data if local(item) == "row"}
    for number, item in old.items():
        if shift.row(number) != number:
            _renumber(item, shift.row(number))
    last: dict[int, _Element] = {}
    for new in rows:
        above = last.get(new.after, old[new.after])
        made = _new_row(old[new.after], new)
        _renumber(made, _row_number(above) + 1)
        above.addnext(made)
        last[new.after] = made


def _new_row(like: "_Element", new: NewRow) -> "_Element":
    """A row of the same build as the one that it stands behind: its height and formats, none of its content."""
    row = like.makeelement(like.tag)
    for key, value in like.attrib.items():
        if key not in ("hidden", "collapsed"):
            row.set(key, value)
    texts = dict(new.texts)
    for cell in like:
        if local(cell) != "c":
            continue
        column = column_index_from_string(_letters(cell))
        for missing in sorted(c for c in texts if c < column):
            row.append(_cell(like, missing, None, texts.pop(missing)))
        row.append(_cell(like, column, cell.get("s"), texts.pop(column, "")))
    for column in sorted(texts):
        row.append(_cell(like, column, None, texts[column]))
    return row


def _cell(row: "_Element", column: int, style: str | None, words: str) -> "_Element":
    from lxml import etree

    space = row.tag.rpartition("}")[0] + "}"
    cell = row.makeelement(f"{space}c")
    cell.set("r", get_column_letter(column))
    if style:
        cell.set("s", style)
    if words:
        cell.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(cell, f"{space}is"), f"{space}t")
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        text.text = xml_text(words)
    return cell


def _letters(cell: "_Element") -> str:
    return "".join(c for c in cell.get("r") or "" if c.isalpha())


def _renumber(row: "_Element", number: int) -> None:
    row.set("r", str(number))
    for cell in row:
        if local(cell) == "c":
            cell.set("r", f"{_letters(cell)}{number}")


def _number(root: "_Element") -> None:
    """Rows and cells may leave out their numbers: give them."""
    number = 0
    for row in every(root, {"row"}):
        number = int(row.get("r") or number + 1)
        row.set("r", str(number))
        column = 0
        for cell in row:
            if local(cell) == "c":
                column = column_index_from_string(_letters(cell)) if cell.get("r") else column + 1
                cell.set("r", f"{get_column_letter(column)}{number}")


def _used_rows(root: "_Element") -> int:
    return max((int(item.get("r") or 0) for item in every(root, {"row"})), default=0)


def _shift_merges(root: "_Element", rows: Sequence[NewRow]) -> None:
    """Merged ranges move; those that end above a new row go on through it unless it begins something new there."""
    holder = next((item for item in root if local(item) == "mergeCells"), None)
    if holder is None:
        return
    for merge in list(holder):
        left, top, right, bottom = bounds(merge.get("ref") or "A1")
        behind = [row for row in rows if row.after == bottom]
        if top == bottom:  # merged across: the new row is merged likewise
            for row in behind:
                copy = deepcopy(merge)
                number = bottom + sum(r.after < bottom for r in rows) + behind.index(row) + 1
                copy.set("ref", f"{get_column_letter(left)}{number}:{get_column_letter(right)}{number}")
                holder.append(copy)
            grows = 0
        else:
            grows = sum(not row.fresh & set(range(left, right + 1)) for row in behind)
        start, end = (n + sum(r.after < n for r in rows) for n in (top, bottom))
        merge.set("ref", f"{get_column_letter(left)}{start}:{get_column_letter(right)}{end + grows}")
    if holder.get("count"):
        holder.set("count", str(len(holder)))


# ---- references


def _shift_attributes(root: "_Element", shift: Shift) -> None:
    for item in root.iter():
        if not isinstance(item.tag, str) or local(item) in ("mergeCell", "row", "c"):
            continue
        exact = local(item) in ("f", "hyperlink")  # an array or a link does not grow
        for key in ("ref", "sqref"):
            if item.get(key):
                item.set(key, (shift.moved if exact else shift.areas)(item.get(key) or ""))
        for key in ("topLeftCell", "activeCell"):
            if item.get(key):
                item.set(key, shift.reference(item.get(key) or ""))
        if local(item) == "hyperlink" and item.get("location"):
            item.set("location", location(shift, item.get("location") or "", shift.sheet))
        elif local(item) == "sqref" and item.text:
            item.text = shift.areas(item.text)
    for item in every(root, {"rowBreaks"}):
        for stop in item:
            stop.set("id", str(shift.end(int(stop.get("id") or 0))))
