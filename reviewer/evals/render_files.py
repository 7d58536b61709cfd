"""Tables → files: .xlsx, .docx, .csv and .html, as units hand them in."""

import csv
import html
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reviewer.evals.content import FilingContent
from reviewer.evals.render import Span, Table, tables

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def render(filing: FilingContent, folder: Path, form: str = "xlsx", layout: str | None = None) -> Path:
    """Write ``filing`` into ``folder`` as ``<id>.<form>``.

    Args:
        form: a key of ``WRITERS``.
        layout: one of ``render.LAYOUTS``; the filing's own when None.

    Returns:
        The file's path.
    """
    path = folder / f"{filing.id or 'filing'}.{form}"
    WRITERS[form](filing, tables(filing, layout), path)
    return path


def _covered(table: Table) -> tuple[dict[tuple[int, int], Span], set[tuple[int, int]]]:
    heads = {(s.row, s.column): s for s in table.spans}
    covered = {
        (r, c)
        for s in table.spans
        for r in range(s.row, s.last_row + 1)
        for c in range(s.column, s.last_column + 1)
        if (r, c) != (s.row, s.column)
    }
    return heads, covered


def _xlsx(filing: FilingContent, forms: list[Table], path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    for number, table in enumerate(forms, 1):
        sheet = book.create_sheet(f"表{number}")
        _, covered = _covered(table)
        for r, row in enumerate(table.rows):
            for c, text in enumerate(row):
                if text and (r, c) not in covered:
                    cell = sheet.cell(r + 1, c + 1, _typed(text))
                    if text.startswith("="):  # =40项 is a target, not a formula
                        cell.data_type = "s"
        for s in table.spans:
            sheet.merge_cells(
                start_row=s.row + 1, start_column=s.column + 1, end_row=s.last_row + 1, end_column=s.last_column + 1
            )
    book.save(path)


def _typed(text: str) -> str | float:
    """A plain number as a number, as a person types it into a sheet; all else as text."""
    if text.replace(".", "", 1).isdigit() and not (text.startswith("0") and len(text) > 1 and text[1] != "."):
        return float(text) if "." in text else int(text)
    return text


def _docx(filing: FilingContent, forms: list[Table], path: Path) -> None:
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    body = document.element.body
    for table in forms:
        body.insert(len(body) - 1, parse_xml(_word_table(table)))
        document.add_paragraph("")
    document.save(str(path))


def _word_table(table: Table) -> str:
    heads, covered = _covered(table)
    below = {
        (r, s.column): s for s in table.spans for r in range(s.row + 1, s.last_row + 1)
    }  # slots that continue a cell merged downwards
    grid = "<w:gridCol/>" * table.width
    parts = [f'<w:tbl xmlns:w="{_W}"><w:tblPr><w:tblStyle w:val="TableGrid"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>']
    for r, row in enumerate(table.rows):
        parts.append("<w:tr>")
        for c, text in enumerate(row):
            span = heads.get((r, c)) or below.get((r, c))
            if (r, c) in covered and (r, c) not in below:
                continue
            marks = ""
            if span and span.last_column > span.column:
                marks += f'<w:gridSpan w:val="{span.last_column - span.column + 1}"/>'
            if span and span.last_row > span.row:
                marks += "<w:vMerge/>" if (r, c) in below else '<w:vMerge w:val="restart"/>'
            shown = "" if (r, c) in below else text
            runs = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in shown.split("\n"))
            parts.append(f"<w:tc><w:tcPr>{marks}</w:tcPr><w:p><w:r>{runs}</w:r></w:p></w:tc>")
        parts.append("</w:tr>")
    parts.append("</w:tbl>")
    return "".join(parts)


def _csv(filing: FilingContent, forms: list[Table], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as out:
        writer = csv.writer(out)
        for number, table in enumerate(forms):
            if number:
                writer.writerow([])
            writer.writerows(table.rows)


def _html(filing: FilingContent, forms: list[Table], path: Path) -> None:
    parts = ["<!doctype html><meta charset=utf-8>"]
    for table in forms:
        heads, covered = _covered(table)
        parts.append("<table border=1>")
        for r, row in enumerate(table.rows):
            cells = []
            for c, text in enumerate(row):
                if (r, c) in covered:
                    continue
                s = heads.get((r, c)) or Span(r, c, r, c)
                size = f"rowspan={s.last_row - s.row + 1} colspan={s.last_column - s.column + 1}"
                cells.append(f"<td {size}>{html.escape(text).replace(chr(10), '<br>')}</td>")
            parts.append(f"<tr>{''.join(cells)}</tr>")
        parts.append("</table>")
    path.write_text("\n".join(parts), encoding="utf-8")


WRITERS: dict[str, Callable[[FilingContent, list[Table], Path], Any]] = {
    "xlsx": _xlsx,
    "docx": _docx,
    "csv": _csv,
    "html": _html,
}
