"""Reading a file, beside the bare parser on the same file: what lies between is ours (merged cells, forms, rows)."""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.readers.base import read


def _lxml(path: Path) -> int:
    from lxml import etree

    with zipfile.ZipFile(path) as package:
        tree = etree.fromstring(package.read("word/document.xml"))
    return sum(1 for _ in tree.iter())


def _python_docx(path: Path) -> int:
    import docx

    return sum(len(cell.text) for table in docx.Document(str(path)).tables for row in table.rows for cell in row.cells)


def _openpyxl(path: Path) -> int:
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)
    return sum(1 for sheet in book for row in sheet.iter_rows(values_only=True) for v in row if v is not None)


def _calamine(path: Path) -> int:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    return sum(len(row) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())


def _csv(path: Path) -> int:
    return sum(len(row) for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


def _soup(path: Path) -> int:
    from bs4 import BeautifulSoup

    return sum(len(cell.get_text()) for cell in BeautifulSoup(path.read_bytes(), "lxml").find_all("td"))


_READERS: dict[str, dict[str, Callable[[Path], object]]] = {
    "docx": {"python-docx": _python_docx, "lxml": _lxml, "reviewer": read},
    "xlsx": {"openpyxl": _openpyxl, "calamine": _calamine, "reviewer": read},
    "csv": {"csv": _csv, "reviewer": read},
    "html": {"beautifulsoup4": _soup, "reviewer": read},
}


@pytest.mark.parametrize(("kind", "who"), [(kind, who) for kind, all_ in _READERS.items() for who in all_])
def bench_read(benchmark, kind: str, who: str, one_of_each: dict[str, Path]) -> None:
    """The largest filing of the eval sets, read again and again in one process."""
    benchmark.group = f"read .{kind}"
    assert benchmark(_READERS[kind][who], one_of_each[kind])
    benchmark.extra_info["peer"] = next(iter(_READERS[kind]))
    benchmark.extra_info["name"] = who
