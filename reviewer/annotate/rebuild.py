"""A Word document made from what was read, for files that cannot be annotated themselves (text, PDF, .doc, .xls …)."""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.annotate.package import Package, xml_text
from reviewer.annotate.places import Places
from reviewer.annotate.word import WordFile
from reviewer.readers.grid import Cell, Grid

if TYPE_CHECKING:
    from lxml.etree import _Element

NOTICE = "本文件由程序按原表内容重建，不是原件"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")
_WIDE = 8  # columns beyond which a page lies on its side


def rebuilt(path: Path, format: str, grids: list[Grid]) -> WordFile:
    """A document with the cells of ``grids``, which are found by the places that they have in the original.

    Args:
        path: the original.
        format: key of its reader, for the notice at the top.
    """
    package = Package(path, _skeleton(path, wide=any(_width(g) > _WIDE for g in grids)))
    root = package.tree("word/document.xml")
    body = root[0]
    places: Places[_Element] = Places()
    blocks: list[_Element] = [
        _paragraph(NOTICE, bold=True),
        _paragraph(f"原件：{path.name}。格式、图片、印章和签名不在其中；内容以原件为准，请在原件上修改。"),
    ]
    for grid in grids:
        cells: list[_Element]
        if grid.is_text:
            cells = [_paragraph(cell.text) for cell in grid.cells]
            blocks += cells
        else:
            blocks.append(_paragraph(_heading(grid)))
            table, cells = _table(grid)
            blocks.append(table)
        places.add(grid, cells)
    blocks.append(_paragraph(""))
    for at, block in enumerate(blocks):
        body.insert(at, block)
    return WordFile(package, path.name, root, places)


def _skeleton(path: Path, *, wide: bool) -> bytes:
    """An empty document: A4, Chinese fonts."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    sides = (Cm(29.7), Cm(21)) if wide else (Cm(21), Cm(29.7))
    section.page_width, section.page_height = sides
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1.8)
    style: Any = document.styles["Normal"]
    style.font.size = Pt(10)
    style.paragraph_format.space_after = Pt(0)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    properties = document.core_properties
    properties.title, properties.author, properties.comments = xml_text(path.stem)[:250], "", NOTICE
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _heading(grid: Grid) -> str:
    parts = []
    if grid.sheet is not None:
        parts.append(f"工作表“{grid.sheet}”")
    if grid.page is not None:
        parts.append(f"第{grid.page}页")
    if grid.table is not None:
        parts.append(f"表{grid.table}")
    return " ".join(parts)


def _width(grid: Grid) -> int:
    return max((cell.column + cell.columns for cell in grid.cells), default=0)


def _new(name: str, children: Iterable["_Element"] = (), **attributes: str) -> "_Element":
    from lxml import etree

    element = etree.Element(f"{{{_W}}}{name}", nsmap={"w": _W})
    for key, value in attributes.items():
        element.set(f"{{{_W}}}{key}", value)
    element.extend(list(children))
    return element


def _paragraph(text: str, *, bold: bool = False) -> "_Element":
    run = _new("r", [_new("rPr", [_new("b")])] if bold else [])
    for number, line in enumerate(xml_text(text).split("\n")):
        if number:
            run.append(_new("br"))
        for part, words in enumerate(line.split("\t")):
            if part:
                run.append(_new("tab"))
            if words:
                node = _new("t")
                node.text = words
                node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                run.append(node)
    return _new("p", [run])


def _table(grid: Grid) -> tuple["_Element", list["_Element"]]:
    """A table, and the element of each of the grid's cells."""
    width = _width(grid)
    borders = _new("tblBorders", [_new(edge, val="single", sz="4", space="0", color="auto") for edge in _EDGES])
    look = _new("tblPr", [_new("tblW", w="5000", type="pct"), borders])
    table = _new("tbl", [look, _new("tblGrid", [_new("gridCol") for _ in range(max(width, 1))])])
    elements: dict[int, _Element] = {}
    for number, slots in enumerate(grid.rows()):
        if all(slot is None for slot in slots):
            continue  # lines of a text that begin no row
        if grid.ragged:  # a row's columns are mere positions: its last cell reaches the edge
            last = max(n for n, slot in enumerate(slots) if slot is not None)
            slots = slots[: last + 1]
        row = _new("tr")
        column = 0
        while column < len(slots):
            cell = slots[column]
            span = cell.columns if cell is not None else 1
            reach = width - column if grid.ragged and column + span >= len(slots) else span
            row.append(_cell(cell, number, reach, elements))
            column += span
        table.append(row)
    return table, [elements[id(cell)] for cell in grid.cells]


def _cell(cell: Cell | None, row: int, span: int, elements: dict[int, "_Element"]) -> "_Element":
    properties = _new("tcPr")
    if span > 1:
        properties.append(_new("gridSpan", val=str(span)))
    if cell is not None and cell.rows > 1:
        merge = _new("vMerge")
        if row == cell.row:
            merge.set(f"{{{_W}}}val", "restart")
        properties.append(merge)
    first = cell is not None and row == cell.row
    element = _new("tc", [properties, _paragraph(cell.text if cell is not None and first else "")])
    if cell is not None and first:
        elements[id(cell)] = element
    return element
