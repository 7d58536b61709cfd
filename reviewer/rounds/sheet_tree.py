"""The trees of a workbook's parts: what stands in them, and their formulas after rows were inserted."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import range_boundaries

from reviewer.annotate.package import Package
from reviewer.annotate.word_text import local
from reviewer.rounds.row_shift import Shift, cannot_follow

if TYPE_CHECKING:
    from lxml.etree import _Element

FORMULAS = {"f", "formula", "formula1", "formula2"}
_NUMBER = re.compile(r"\d+")


def workbook(package: Package) -> str:
    """The name of the workbook's part."""
    relations = (r.target for r in package.relations("") if r.type.endswith("/officeDocument"))
    return next(relations, "xl/workbook.xml")


def xml_parts(package: Package, *folders: str) -> list[str]:
    """The names of the parts in these folders, wherever they lie."""
    return [n for n in package.names() if n.endswith(".xml") and any(f"/{f}" in f"/{n}" for f in folders)]


def every(root: "_Element", names: set[str]) -> Iterator["_Element"]:
    """The elements with these local names."""
    return (item for item in root.iter() if isinstance(item.tag, str) and local(item) in names)


def bounds(reference: str) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a range, from 1."""
    left, top, right, bottom = (n or 1 for n in range_boundaries(reference.replace("$", "")))
    return left, top, right, bottom


def shift_formulas(root: "_Element", shift: Shift, own: str) -> bool:
    """Adapt all formulas of a part; whether any changed.

    Args:
        own: the sheet that the part is, "" for other parts.
    """
    changed = False
    for item in every(root, FORMULAS):
        if item.text and item.text.strip():
            cell = item.getparent()
            place = _NUMBER.search(cell.get("r") or "") if cell is not None and local(cell) == "c" else None
            new = shift.formula(item.text, own, int(place[0]) if place else None)
            changed = changed or new != item.text
            item.text = new
    return changed


def unshare(root: "_Element", names: Iterable[str]) -> None:
    """Formulas that were shared by a column of cells stand in each of them, since their references part ways now.

    Args:
        names: only formulas that name one of these sheets; none: all.
    """
    masters: dict[str, tuple[str, str]] = {}
    for item in every(root, {"f"}):
        cell = item.getparent()
        if item.get("t") == "shared" and item.text and cell is not None:
            masters[item.get("si") or ""] = (item.text, cell.get("r") or "A1")
    for item in every(root, {"f"}):
        cell, key = item.getparent(), item.get("si") or ""
        if item.get("t") != "shared" or cell is None or key not in masters:
            continue
        text, origin = masters[key]
        if names and not any(name in text for name in names):
            continue
        item.text = Translator(f"={text}", origin).translate_formula(cell.get("r") or "A1").removeprefix("=")
        for name in ("t", "si", "ref"):
            if name in item.attrib:
                del item.attrib[name]


def location(shift: Shift, text: str, own: str) -> str:
    """Where a link inside the workbook leads."""
    return shift.formula(text.removeprefix("#"), own) if not cannot_follow(text.removeprefix("#")) else text
