"""Make the example filing as Word and Excel files, from ``shifeng-2023.yaml``.

    python examples/build.py [FOLDER]

The files look like what a unit hands in: merged cells, borders, Chinese fonts, a form a page. The same input gives the
same bytes. Needs python-docx, openpyxl and PyYAML.
"""

import re
import sys
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, Side

HERE = Path(__file__).resolve().parent
STAMP = (2023, 1, 16, 9, 0, 0)
WIDTHS = {6: (2.3, 2.4, 2.9, 3.6, 3.0, 3.0), 5: (1.4, 3.6, 2.2, 5.0, 5.0)}  # cm, by number of columns
HEAD_ROWS = 3  # 附表, title and 填报单位 have no borders
NUMBER = re.compile(r"\d+(?:\.\d+)?")
PERCENT = re.compile(r"(\d+)%")
MONTH = re.compile(r"(\d{4})年(\d{1,2})月")


@dataclass(frozen=True)
class Block:
    """A cell with its span; rows and columns from 0."""

    text: str
    row: int
    column: int
    rows: int
    columns: int


def blocks(rows: list[list[str]]) -> list[Block]:
    """The cells of a drawn form: "<" belongs to the cell on the left, "^" to the cell above."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            owner[r, c] = owner[r, c - 1] if text == "<" else owner[r - 1, c] if text == "^" else (r, c)
    found = []
    for r, c in sorted(set(owner.values())):
        slots = [slot for slot, own in owner.items() if own == (r, c)]
        height, width = max(s[0] for s in slots) - r + 1, max(s[1] for s in slots) - c + 1
        if height * width != len(slots):
            raise ValueError(f"the merged cell at row {r + 1}, column {c + 1} is no rectangle")
        found.append(Block(rows[r][c], r, c, height, width))
    return found


def alignment(block: Block, width: int) -> str:
    """``right`` for 附表 and the unit of money, ``left`` for longer text, else ``center``."""
    if block.row == HEAD_ROWS - 1 and block.column:
        return "right"
    if block.row in (0, HEAD_ROWS - 1) or block.text.startswith(("单位负责人", "填表人")):
        return "left"
    return "left" if len(block.text) > 24 or block.text.startswith(" ") else "center"


def build_docx(forms: list[dict[str, Any]], path: Path) -> None:
    """The filing as a Word file, a table a form."""
    document = Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.9)
    section.top_margin = section.bottom_margin = Cm(1.8)
    style = document.styles["Normal"]
    style.font.size = Pt(10)
    _fonts(style.element.get_or_add_rPr(), "宋体")
    style.paragraph_format.space_after = Pt(0)
    for n, form in enumerate(forms):
        rows = form["rows"]
        if n:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        table = document.add_table(len(rows), len(rows[0]))
        table.autofit = False
        cells = [list(row.cells) for row in table.rows]
        for column, width in zip(table.columns, WIDTHS[len(rows[0])], strict=True):
            column.width = Cm(width)
            for cell in column.cells:
                cell.width = Cm(width)
        for block in blocks(rows):
            cell = cells[block.row][block.column]
            if block.rows * block.columns > 1:
                cell = cell.merge(cells[block.row + block.rows - 1][block.column + block.columns - 1])
            _fill(cell, block, len(rows[0]))
        for row in table.rows[HEAD_ROWS:]:
            row.height, row.height_rule = Cm(0.85), WD_ROW_HEIGHT_RULE.AT_LEAST
            for tc in row._tr.tc_lst:
                _borders(tc.get_or_add_tcPr())
    document.add_paragraph()  # Word wants one behind the last table
    document.core_properties.title = "2023年部门整体支出及专项资金绩效目标申报表"
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.save(str(path))


def _fill(cell: _Cell, block: Block, width: int) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for extra in cell.paragraphs[1:]:
        extra._element.getparent().remove(extra._element)
    lines = block.text.split("\n")
    for i, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if i == 0 else cell.add_paragraph()
        where = alignment(block, width)
        paragraph.alignment = WD_ALIGN_PARAGRAPH[where.upper()]
        run = paragraph.add_run(line)
        if block.row == 1:
            run.bold, run.font.size = True, Pt(16)
            _fonts(run._element.get_or_add_rPr(), "黑体")


def _fonts(properties: Any, name: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for key in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(qn(f"w:{key}"), name)


def _borders(properties: Any) -> None:
    borders = OxmlElement("w:tcBorders")
    for side in ("top", "left", "bottom", "right"):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    # The schema orders tcBorders before vAlign.
    aligned = properties.find(qn("w:vAlign"))
    if aligned is not None:
        aligned.addprevious(borders)
    else:
        properties.append(borders)


def build_xlsx(forms: list[dict[str, Any]], path: Path) -> None:
    """The filing as an Excel file, a sheet a form; what a clerk types becomes numbers, percentages, months."""
    book = Workbook()
    book.remove(book.active)
    line = Side(style="thin", color="000000")
    for form in forms:
        rows = form["rows"]
        sheet = book.create_sheet(form["sheet"])
        for letter, width in zip("ABCDEF", WIDTHS[len(rows[0])], strict=False):
            sheet.column_dimensions[letter].width = width * 4.6
        for block in blocks(rows):
            cell = sheet.cell(block.row + 1, block.column + 1)
            _set_value(cell, block.text)
            bottom, right = block.row + block.rows, block.column + block.columns
            for r in range(block.row + 1, bottom + 1):
                for c in range(block.column + 1, right + 1):
                    slot = sheet.cell(r, c)
                    slot.font = Font(name="黑体", size=16, bold=True) if block.row == 1 else Font(name="宋体", size=10)
                    slot.alignment = Alignment(
                        horizontal=alignment(block, len(rows[0])), vertical="center", wrap_text=True
                    )
                    if block.row >= HEAD_ROWS:
                        slot.border = Border(left=line, right=line, top=line, bottom=line)
            if block.rows * block.columns > 1:
                sheet.merge_cells(
                    start_row=block.row + 1, start_column=block.column + 1, end_row=bottom, end_column=right
                )
        for r in range(1, len(rows) + 1):
            sheet.row_dimensions[r].height = 15 * max(
                2, *(_lines(b, len(rows[0])) for b in blocks(rows) if b.row == r - 1)
            )
        sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = 9, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    book.save(path)


def _lines(block: Block, width: int) -> int:
    """Lines that the text needs in its cell; a Chinese character is about 0.36 cm wide."""
    room = sum(WIDTHS[width][block.column : block.column + block.columns]) * 2.2
    return sum(int(len(line) / room) + 1 for line in block.text.split("\n")) // block.rows


def _set_value(cell: SheetCell, text: str) -> None:
    if NUMBER.fullmatch(text):
        cell.value = float(text) if "." in text else int(text)
    elif percent := PERCENT.fullmatch(text):
        cell.value, cell.number_format = int(percent[1]) / 100, "0%"
    elif month := MONTH.fullmatch(text):
        cell.value, cell.number_format = datetime(int(month[1]), int(month[2]), 1), 'yyyy"年"m"月";@'
    elif text:
        cell.value = text


def freeze(path: Path) -> None:
    """Write the Office package anew with fixed times, so that the same content is the same bytes."""
    with zipfile.ZipFile(path) as package:
        parts = [(name, package.read(name)) for name in package.namelist()]
    when = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*STAMP).encode()
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts:
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + when, data)
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, data)


def main(folder: Path) -> None:
    """Write both files into ``folder``."""
    forms = yaml.safe_load((HERE / "shifeng-2023.yaml").read_text(encoding="utf-8"))["forms"]
    for build, name in ((build_docx, "shifeng-2023.docx"), (build_xlsx, "shifeng-2023.xlsx")):
        build(forms, folder / name)
        freeze(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
