"""Rows were inserted into a sheet: what tells its rows in the other parts of the workbook."""

import re
from typing import TYPE_CHECKING

from reviewer.annotate.package import Package
from reviewer.annotate.word_text import local
from reviewer.readers.xlsx import sheet_parts
from reviewer.rounds.row_shift import Shift
from reviewer.rounds.sheet_tree import every, location, shift_formulas, unshare, workbook, xml_parts

if TYPE_CHECKING:
    from lxml.etree import _Element

_VML_ROW = re.compile(rb"(<(?:\w+:)?Row>\s*)(\d+)")
_VML_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor>)([^<]*)")


def shift_relations(package: Package, part: str, shift: Shift) -> None:
    """Notes, tables and drawings of the sheet."""
    for relation in package.relations(part):
        kind, target = relation.type.rpartition("/")[2], relation.target
        if target not in package:
            continue
        if kind in ("comments", "threadedComment", "table"):
            root = package.tree(target)
            for item in root.iter():
                if isinstance(item.tag, str) and item.get("ref"):
                    item.set("ref", shift.moved(item.get("ref") or ""))
            package.put(target, root)
        elif kind == "drawing":
            root = package.tree(target)
            _shift_anchors(root, shift)
            package.put(target, root)
        elif kind == "vmlDrawing" and not _is_header(package, part, relation.id):
            data = _VML_ROW.sub(lambda m: m[1] + str(shift.row(int(m[2]) + 1) - 1).encode(), package.read(target))
            package.put(target, _VML_ANCHOR.sub(lambda m: m[1] + _vml_anchor(m[2], shift), data))


def _is_header(package: Package, part: str, key: str) -> bool:
    """Whether a VML drawing belongs to the page's header and footer."""
    holders = every(package.tree(part), {"legacyDrawingHF"})
    return any(key in item.attrib.values() for item in holders)


def _shift_anchors(root: "_Element", shift: Shift) -> None:
    """Pictures and shapes move with the cells that they are anchored to, as far as they are set to move at all."""
    for anchor in root:
        kind, moves = local(anchor), anchor.get("editAs") if isinstance(anchor.tag, str) else ""
        if kind not in ("twoCellAnchor", "oneCellAnchor") or moves == "absolute":
            continue
        rows = {
            local(end): row for end in anchor for row in end if local(end) in ("from", "to") and local(row) == "row"
        }
        before = {key: int(row.text or 0) for key, row in rows.items()}
        moved = {key: shift.row(n + 1) - 1 for key, n in before.items()}
        if moves == "oneCell" and "to" in moved:  # keeps its size
            moved["to"] = before["to"] + moved["from"] - before["from"]
        for key, row in rows.items():
            row.text = str(moved[key])


def _vml_anchor(text: bytes, shift: Shift) -> bytes:
    numbers = text.split(b",")
    if len(numbers) != 8:
        return text
    for at in (2, 6):
        numbers[at] = b" " + str(shift.row(int(numbers[at]) + 1) - 1).encode()
    return b",".join(numbers)


def shift_others(package: Package, part: str, shift: Shift) -> None:
    """Formulas of other sheets, names, charts, shapes that show a cell, the chain of calculation, sources of pivots."""
    book = workbook(package)
    root = package.tree(book)
    names = [item for item in every(root, {"definedName"}) if item.text]
    moved = [shift.formula(item.text or "", "") for item in names]
    if moved != [item.text for item in names]:
        for item, text in zip(names, moved, strict=True):
            item.text = text
        package.put(book, root)
    own = {target: name for name, target, _ in sheet_parts(package.path, package.zip)}
    for name in xml_parts(package, "worksheets/", "charts/", "drawings/", "chartsheets/"):
        if name == part:
            continue
        root = package.tree(name)
        if name in own:
            unshare(root, (shift.sheet.replace("'", "''"),))
        changed = shift_formulas(root, shift, own.get(name, ""))
        for item in root.iter():
            for key in ("textlink", "location"):
                told = item.get(key) if isinstance(item.tag, str) else None
                if told and (new := location(shift, told, own.get(name, ""))) != told:
                    item.set(key, new)
                    changed = True
        if changed:
            package.put(name, root)
    for name in xml_parts(package, "pivotCache/"):
        root = package.tree(name)
        sources = [s for s in every(root, {"worksheetSource"}) if s.get("sheet") == shift.sheet and s.get("ref")]
        for source in sources:
            source.set("ref", shift.reference(source.get("ref") or ""))
        if sources:
            package.put(name, root)
    _shift_chain(package, book, shift)


def _shift_chain(package: Package, book: str, shift: Shift) -> None:
    chain = package.related(book, "calcChain")
    if chain is None:
        return
    sheets = {item.get("name"): item.get("sheetId") for item in every(package.tree(book), {"sheet"})}
    root = package.tree(chain.target)
    at: str | None = None
    for item in root:
        at = item.get("i") or at  # left out where it is the one before
        if at == sheets.get(shift.sheet):
            item.set("r", shift.reference(item.get("r") or ""))
    package.put(chain.target, root)
