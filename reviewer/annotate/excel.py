"""A workbook: notes on its cells, everything else as it was.

Only the parts that hold notes are written; a sheet's own XML gains one element (``legacyDrawing``) if it had no notes.
Excel has no tracked changes that other programs could write: rewrites are told in the notes, cells stay as filed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

from openpyxl.utils.cell import get_column_letter, range_boundaries

from reviewer.annotate.base import Annotated, Stamp
from reviewer.annotate.notes import Box, Notes, boxes, line_count
from reviewer.annotate.package import STRICT, TRANSITIONAL, Package
from reviewer.annotate.remarks import Remark, remarks
from reviewer.annotate.sheet_scan import SheetScan, scan_sheet
from reviewer.readers.xlsx import sheet_parts
from reviewer.writers.view import FilingView
from reviewer.writers.words import one_line

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MAIN_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_SIGNED = "原件带有电子签名，加了批注后签名失效；请另行保存原件"
_THREADS = 20  # cells looked at for a free one beside a thread of comments

_Slot = tuple[int, int]  # row and column, from 0


@dataclass
class _Sheet:
    """A worksheet and the remarks on its cells."""

    name: str
    part: str
    data: bytes
    scan: SheetScan
    threads: set[str]
    remarks: dict[_Slot, list[tuple[Remark, str]]] = field(default_factory=dict)

    def _merged(self, slot: _Slot) -> tuple[int, int, int]:
        """Row and columns of the first line of the merged range that a cell lies in."""
        for reference in self.scan.merges:
            left, top, right, bottom = (n or 1 for n in range_boundaries(reference))
            if top <= slot[0] + 1 <= bottom and left <= slot[1] + 1 <= right:
                return top - 1, left - 1, right - 1
        return *slot, slot[1]

    def top_left(self, slot: _Slot) -> _Slot:
        """The cell itself, or the first one of its merged range: Excel shows notes there only."""
        return self._merged(slot)[:2]

    def last_column(self, slot: _Slot) -> int:
        """The column in which the cell ends."""
        return self._merged(slot)[2]


def annotate_excel(package: Package, view: FilingView, stamp: Stamp, suffix: str) -> Annotated:
    """Write the findings and rewrites of a review into a workbook."""
    sheets = {s.name: s for s in _sheets(package.path, package)}
    for remark in remarks(view, revisions=False):
        _place(sheets, remark)
    count = 0
    for sheet in sheets.values():
        if sheet.remarks:
            count += _write(package, sheet, stamp)
    signed = any("_xmlsignatures/" in name for name in package.names())
    return Annotated(package.save(), suffix, rebuilt=False, comments=count, notes=(_SIGNED,) if signed else ())


def _sheets(path: Path, package: Package) -> Iterable[_Sheet]:
    from lxml import etree

    for name, part, _ in list(sheet_parts(path, package.zip)):
        data = package.read(part)
        if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:64]:
            data = etree.tostring(package.tree(part), xml_declaration=True, encoding="UTF-8", standalone=True)
        threads = {
            item.get("ref") or ""
            for relation in package.relations(part)
            if relation.type.endswith("/threadedComment") and relation.target in package
            for item in package.tree(relation.target)
        }
        yield _Sheet(name, part, data, scan_sheet(data), threads)


def _place(sheets: dict[str, _Sheet], remark: Remark) -> None:
    """Put a remark on its cell, or where it has none that exists on the first cell of the workbook."""
    for place in remark.places:
        sheet = sheets.get(place.sheet or "")
        if sheet is None or place.row is None or place.column is None:
            continue
        slot = place.row - 1, place.column - 1
        top = sheet.top_left(slot)
        row = remark.row or place.row
        where = f"（第{row}行）" if row != top[0] + 1 else ""
        free = _free(sheet, top)
        if free != top:
            where = f"（对{_reference(top)}的意见）"
        sheet.remarks.setdefault(free, []).append((remark, remark.title + where))
        return
    first = next(iter(sheets.values()))
    first.remarks.setdefault(_free(first, first.top_left((0, 0))), []).append((remark, remark.title))


def _free(sheet: _Sheet, slot: _Slot) -> _Slot:
    """The cell itself; beside it where people discuss in a thread, whose place Excel does not share with a note."""
    for shift in range(_THREADS):
        beside = slot[0], slot[1] + shift
        if _reference(beside) not in sheet.threads and sheet.top_left(beside) == beside:
            return beside
    return slot


def _reference(slot: _Slot) -> str:
    return f"{get_column_letter(slot[1] + 1)}{slot[0] + 1}"


def _write(package: Package, sheet: _Sheet, stamp: Stamp) -> int:
    base, main = (STRICT, _MAIN_STRICT) if sheet.scan.strict else (TRANSITIONAL, _MAIN)
    relation = package.related(sheet.part, "comments")
    notes = Notes(package.tree(relation.target) if relation else None, main)
    drawing = next((r.target for r in package.relations(sheet.part) if r.id == sheet.scan.legacy), "")
    old = package.read(drawing) if drawing and drawing in package else None
    # Notes without a box are not shown; a sheet without a drawing lacks the boxes of all.
    shown: list[Box] = []
    if old is None:
        shown = [Box(*slot, sheet.last_column(slot), 4) for slot in map(_slot, notes.cells)]
    author = one_line(stamp.author)
    head = f"{author} {stamp.when:%Y-%m-%d %H:%M}"
    for slot, found in sorted(sheet.remarks.items()):
        lines: list[tuple[str, bool]] = [(head, False)]
        for remark, title in sorted(found, key=lambda item: item[0].rank):
            lines.append((title, True))
            lines += [(line, False) for line in remark.lines]
        if notes.add(_reference(slot), author, lines):
            shown.append(Box(*slot, sheet.last_column(slot), line_count(lines)))
    assert notes.root is not None
    folder = sheet.part.rpartition("/")[0].rpartition("/")[0]
    if relation is None:
        part = package.free_name(f"{folder}/comments{{}}.xml".lstrip("/"))
        package.relate(sheet.part, f"{base}/comments", part)
        package.declare(part, _COMMENTS_TYPE)
    else:
        part = relation.target
    package.put(part, notes.root)
    others = [package.read(n) for n in package.names() if n.lower().endswith(".vml") and n != drawing]
    vml = boxes(sheet.scan, shown, old, others)
    if old is not None:
        package.put(drawing, vml)
    else:
        name = package.free_name(f"{folder}/drawings/vmlDrawing{{}}.vml".lstrip("/"))
        package.put(name, vml)
        package.declare_ending("vml", _VML_TYPE)
        key = package.relate(sheet.part, f"{base}/vmlDrawing", name)
        package.put(sheet.part, _with_drawing(sheet, base, key))
    return len(sheet.remarks)


def _slot(reference: str) -> _Slot:
    left, top, _, _ = (n or 1 for n in range_boundaries(reference))
    return top - 1, left - 1


def _with_drawing(sheet: _Sheet, base: str, key: str) -> bytes:
    """The sheet's XML with a legacyDrawing in its place, and not a byte changed beside."""
    prefix = f"{sheet.scan.root.rpartition(':')[0]}:" if ":" in sheet.scan.root else ""
    element = f"<{prefix}legacyDrawing xmlns:r={quoteattr(base)} r:id={quoteattr(key)}/>"
    at = sheet.scan.insert_at
    return sheet.data[:at] + element.encode() + sheet.data[at:]
