"""Hostile files for the readers' tests, and what is asked of their reading."""

import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from reviewer.errors import UnreadableFileError
from reviewer.readers import read
from reviewer.records import Filing

HEAD = ["一级指标", "二级指标", "三级指标", "指标值"]
ROW = ["产出指标", "数量指标", "培训残疾人数", "150人"]
FAST = 30.0  # seconds, with room for a busy machine


def refused(path: Path, match: str) -> UnreadableFileError:
    with pytest.raises(UnreadableFileError, match=match) as caught:
        read(path)
    error = caught.value
    assert re.search("[\u4e00-\u9fff]", error.what)
    assert str(path) in error.where
    assert error.remedy
    return error


def missing(filing: Filing) -> list[str]:
    return [u.reason for u in filing.unread if not u.advisory]


def make_docx(path: Path, rows: list[list[str]]) -> Path:
    document = Document()
    table = document.add_table(len(rows), len(rows[0]))
    for cells, row in zip(rows, table.rows, strict=True):
        for text, cell in zip(cells, row.cells, strict=True):
            cell.text = text
    document.save(str(path))
    return path


def make_xlsx(path: Path, rows: list[list[str]]) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("表")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


MAKERS: dict[str, Callable[[Path, list[list[str]]], Path]] = {"docx": make_docx, "xlsx": make_xlsx}
MAIN = {"docx": "word/document.xml", "xlsx": "xl/worksheets/sheet1.xml"}


def repack(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def ole(path: Path, stream: str, data: bytes) -> Path:
    """A compound file with one stream (xlwt names it Workbook; the entry is renamed)."""
    from xlwt.CompoundDoc import XlsDoc

    XlsDoc().save(str(path), data)
    raw = bytearray(path.read_bytes())
    entry = raw.index("Workbook".encode("utf-16-le"))
    name = stream.encode("utf-16-le")
    raw[entry : entry + 64] = name.ljust(64, b"\0")
    raw[entry + 64 : entry + 66] = struct.pack("<H", len(name) + 2)
    path.write_bytes(raw)
    return path
