"""PDF with a text layer: ruled tables, page by page, and the paragraphs around them.

A table that goes on on the next page becomes a grid of the same width there (the lines of both pages are taken
together); a row that the page break cuts in two is joined. A page without text layer is a scan: it is read by OCR where
the extra is installed, and refused or listed as unread where not.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reviewer.errors import UnreadableFileError
from reviewer.readers.base import reader
from reviewer.readers.boxes import Box, Line, cells_of, edges, unwrap
from reviewer.readers.grid import Cell, Grid
from reviewer.readers.safety import note, protected
from reviewer.records import Unread

MAX_PAGES = 200
MAX_SECONDS = 120.0
_MAX_EDGES = 20_000
_TOLERANCE = 2.5  # points; ruled lines are 0.5 to 1.5 points wide
_PAGE_NUMBER = re.compile(
    r"[\s—–\-~·]*+第?\s*+\d{1,4}\s*+页?[\s—–\-~·]*+(?:[/,，共]\s*+共?\s*+\d{1,4}\s*+页?)?[\s—–\-~·]*+"
)
_GARBLED = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff]")
_SENTENCE_END = "。！？；.!?;"


@dataclass
class _Table:
    page: int
    boxes: list[Box]
    texts: list[str]
    columns: list[float] = field(default_factory=list)

    def sides(self) -> tuple[float, float]:
        """The left and right border."""
        return min(b.left for b in self.boxes), max(b.right for b in self.boxes)


@dataclass
class _Text:
    page: int
    lines: list[str]


@reader("pdf", (".pdf",))
def pdf_grids(path: Path) -> tuple[list[Grid], list[Unread]]:
    """Read a PDF.

    Raises:
        UnreadableFileError: damaged, protected by a password, a scan (without the ``ocr`` extra), or with text whose
            characters cannot be known (fonts without a character table).
    """
    import pdfplumber

    items: list[_Table | _Text] = []
    unread: list[Unread] = []
    scans: list[int] = []
    started = time.monotonic()
    try:
        document = pdfplumber.open(path)
    except Exception as error:
        raise _cannot_open(path, error) from error
    with document:
        try:
            pages = document.pages
        except Exception as error:
            raise _cannot_open(path, error) from error
        if not pages:
            raise UnreadableFileError("PDF 里没有页面", str(path), "请重新取得完整的文件")
        for number, page in enumerate(pages, 1):
            if number > MAX_PAGES or time.monotonic() - started > MAX_SECONDS:
                reason = f"页数太多或过于复杂，第 {number} 页起未读、未审"
                unread.append(note(path.name, f"第 {number}—{len(pages)} 页", reason, page=number))
                break
            try:
                found = _page(page, number)
            except Exception as error:  # a broken page must not hide the readable ones
                reason = f"页面内容异常，未读、未审（{type(error).__name__}）"
                unread.append(note(path.name, f"第 {number} 页", reason, page=number))
                continue
            finally:
                page.close()
            if not found and page.images:
                scans.append(number)
            items.extend(found)
    if not items and not scans:
        what = "PDF 的页面内容异常，一页都读不出来" if unread else "PDF 里没有文字"
        raise UnreadableFileError(what, str(path), "请取得原始的 Word 或 Excel 文件")
    _check_readable(path, items)
    grids = _grids(path.name, items)
    if scans:
        return _with_scans(path, grids, unread, scans)
    return grids, unread


def _cannot_open(path: Path, error: Exception) -> UnreadableFileError:
    if "password" in f"{type(error).__name__} {error!r} {error.__cause__!r}".lower():
        return protected(path)
    return UnreadableFileError("PDF 已损坏或不完整", str(path), "请重新拷贝或下载，或取得原始的 Word 或 Excel 文件")


def _with_scans(
    path: Path, grids: list[Grid], unread: list[Unread], scans: list[int]
) -> tuple[list[Grid], list[Unread]]:
    """Add the scanned pages by OCR, or say that they are missing."""
    from reviewer.readers import ocr

    if ocr.is_installed():
        tables = max((g.table or 0 for g in grids), default=0)
        more, notes = ocr.pdf_pages(path, scans, first_table=tables + 1)
        return sorted([*grids, *more], key=lambda g: g.page or 0), [*unread, *notes]
    if not grids:
        raise ocr.not_installed("这是扫描件（PDF 里只有图片，没有文字层）", path)
    reason = "扫描页没有文字层，未读、未审"
    return grids, [*unread, *(note(path.name, f"第 {n} 页", reason, page=n) for n in scans)]


def _check_readable(path: Path, items: Sequence[_Table | _Text]) -> None:
    text = "".join(t for item in items for t in (item.texts if isinstance(item, _Table) else item.lines))
    garbled = sum(len(m) for m in _GARBLED.findall(text))
    if garbled and garbled * 5 > len("".join(text.split())):
        raise UnreadableFileError(
            "PDF 的字体没有字符对照表，文字读出来是乱码", str(path), "请取得原始的 Word 或 Excel 文件"
        )


def _page(page: Any, number: int) -> list[_Table | _Text]:
    """The tables and runs of text of a page, from top to bottom."""
    if len(page.edges) > _MAX_EDGES:
        raise ValueError("too many lines on the page")
    # Slanted watermarks are no text of the form; bold type is often printed twice.
    chars = page.filter(lambda o: o["object_type"] != "char" or o["upright"]).dedupe_chars().chars
    if not any(c["text"].strip() for c in chars):
        return []
    tables = _tables(page)
    placed: list[tuple[float, _Table]] = []
    outside = chars
    for table in tables:
        boxes = [Box(*cell) for cell in table.cells]
        frame = Box(*table.bbox)
        inside = [c for c in outside if frame.holds(*_middle(c))]
        outside = [c for c in outside if not frame.holds(*_middle(c))]
        placed.append((frame.top, _Table(number, boxes, _texts(boxes, inside))))
    placed.sort(key=lambda p: p[0])
    lines = [ln for ln in _lines(outside) if not _PAGE_NUMBER.fullmatch(ln[1].text)]
    items: list[_Table | _Text] = []
    for top, following in [*placed, (float("inf"), None)]:
        above = [ln.text for y, ln in lines if y < top]
        lines = [(y, ln) for y, ln in lines if y >= top]
        if above:
            items.append(_Text(number, above))
        if following is not None:
            items.append(following)
    return items


def _tables(page: Any) -> list[Any]:
    """The ruled tables of a page, also those whose outer lines were not drawn.

    A merged cell that a page break cuts has no line at the break, and some tables have none at their sides: such cells
    would be lost. Where a table's cells leave a gap, it is looked for again with its outline drawn in full.
    """
    tables = [t for t in page.find_tables() if len(t.cells) > 1]
    outlines: list[dict[str, Any]] = []
    for table in tables:
        _, top, _, bottom = table.bbox
        ruled = [e for e in page.edges if e["orientation"] == "h" and top - 1 <= e["top"] <= bottom + 1]
        left, right = min(e["x0"] for e in ruled), max(e["x1"] for e in ruled)
        covered = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in table.cells)
        if covered < 0.99 * (right - left) * (bottom - top):
            across = [(left, y, right, y) for y in (top, bottom)]
            down = [(x, top, x, bottom) for x in (left, right)]
            outlines += [_ruled(*ends) for ends in (*across, *down)]
    if not outlines:
        return tables
    lines = {"explicit_horizontal_lines": outlines, "explicit_vertical_lines": outlines}
    return [t for t in page.find_tables(lines) if len(t.cells) > 1]


def _ruled(x0: float, top: float, x1: float, bottom: float) -> dict[str, Any]:
    """A straight line as pdfplumber keeps it."""
    size = {"width": x1 - x0, "height": bottom - top}
    return {"object_type": "line", "x0": x0, "x1": x1, "top": top, "bottom": bottom, "doctop": top, **size}


def _middle(char: dict[str, Any]) -> tuple[float, float]:
    return (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2


def _lines(chars: list[dict[str, Any]]) -> list[tuple[float, Line]]:
    from pdfplumber.utils.text import chars_to_textmap

    if not chars:
        return []
    found = chars_to_textmap(chars, x_tolerance_ratio=0.4).extract_text_lines()
    return [(ln["top"], Line(ln["text"], ln["x0"], ln["x1"], ln["chars"][0]["size"])) for ln in found]


def _texts(boxes: Sequence[Box], chars: list[dict[str, Any]]) -> list[str]:
    """The text of each box, by the middle of its characters."""
    held: list[list[dict[str, Any]]] = [[] for _ in boxes]
    for char in chars:
        x, y = _middle(char)
        index = next((i for i, box in enumerate(boxes) if box.holds(x, y)), None)
        if index is not None:
            held[index].append(char)
    return [
        unwrap([ln for _, ln in _lines(inside)], box.right - box.left) for box, inside in zip(boxes, held, strict=True)
    ]


def _grids(file: str, items: Sequence[_Table | _Text]) -> list[Grid]:
    items = _without_clipped(items)
    _share_columns(items)
    grids: list[Grid] = []
    tables = 0
    before: _Table | None = None
    for item in items:
        if isinstance(item, _Text):
            cells = [Cell(text, row, 0) for row, text in enumerate(item.lines)]
            grids.append(Grid(file, cells, page=item.page, is_text=True))
            before = None
            continue
        tables += 1
        grid = Grid(file, cells_of(item.boxes, item.texts, item.columns, _TOLERANCE), table=tables, page=item.page)
        if before is not None and before.columns is item.columns and grids:
            _join_cut_row(grids[-1], grid)
        if grid.cells:
            grids.append(grid)
        before = item
    return grids


def _without_clipped(items: Sequence[_Table | _Text]) -> list[_Table | _Text]:
    """Without the text below a table that only repeats what its continuation on the next page holds.

    Spreadsheet programs draw the text of a merged cell on both sides of a page break and clip what lies outside.
    """
    kept: list[_Table | _Text] = []
    for n, item in enumerate(items):
        above, below = items[n - 1 : n], items[n + 1 : n + 2]
        if (
            isinstance(item, _Text)
            and above
            and below
            and isinstance(below[0], _Table)
            and isinstance(above[0], _Table)
        ):
            whole = "".join("".join(text.split()) for text in below[0].texts)
            if below[0].page == item.page + 1 and all("".join(line.split()) in whole for line in item.lines):
                continue
        kept.append(item)
    return kept


def _share_columns(items: Sequence[_Table | _Text]) -> None:
    """Give a table and its continuation on the next page the same vertical lines."""
    chain: list[_Table] = []
    for item in [*items, _Text(0, [])]:
        goes_on = (
            bool(chain)
            and isinstance(item, _Table)
            and item.page == chain[-1].page + 1
            and all(abs(x - y) < 4 for x, y in zip(item.sides(), chain[-1].sides(), strict=True))
        )
        if not goes_on and chain:
            shared = edges((x for t in chain for b in t.boxes for x in (b.left, b.right)), _TOLERANCE)
            for table in chain:
                table.columns = shared
            chain = []
        if isinstance(item, _Table):
            chain.append(item)


def _join_cut_row(above: Grid, below: Grid) -> None:
    """Join a row that a page break cut: its lower part has text only where a long text above did not end."""
    last = max(c.row + c.rows for c in above.cells) - 1
    first_row = [c for c in below.cells if c.row == 0 and c.rows == 1 and c.text.strip()]
    upper = {c.column: i for i, c in enumerate(above.cells) if c.row + c.rows - 1 == last and c.text.strip()}
    open_columns = {
        column: i
        for column, i in upper.items()
        if len(above.cells[i].text) >= 20 and above.cells[i].text.rstrip()[-1] not in _SENTENCE_END
    }
    if not first_row or len(first_row) >= len(upper) or any(c.column not in open_columns for c in first_row):
        return
    for cell in first_row:
        i = open_columns[cell.column]
        whole = above.cells[i]
        above.cells[i] = Cell(whole.text + cell.text, whole.row, whole.column, whole.rows, whole.columns)
    # The joined row is gone; cells that span it from above (a level cell) begin one row later.
    kept = [
        Cell(c.text, max(c.row - 1, 0), c.column, c.rows - (c.row == 0), c.columns)
        for c in below.cells
        if c.row > 0 or c.rows > 1
    ]
    below.cells[:] = kept
    below.first_row += 1
