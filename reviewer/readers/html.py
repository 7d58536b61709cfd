"""Web pages: tables with merged cells, nested tables, and the paragraphs between them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.errors import UnreadableFileError
from reviewer.readers.base import reader
from reviewer.readers.decode import decode
from reviewer.readers.grid import Cell, Grid
from reviewer.readers.safety import MAX_COLUMNS
from reviewer.records import Unread

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HIDDEN = {"script", "style", "head", "noscript", "template", "svg", "select", "button", "nav", "iframe", "object"}
_BLOCKS = {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "ul", "ol", "dl", "dt", "dd"}
_BLOCKS |= {"center", "header", "footer", "main", "form", "blockquote", "pre", "body", "caption", "tr", "td", "th"}
_SPACES = re.compile(r"[ \t\r\n\f]+")
_META = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.I)
_MAX_SPAN = 1000


@reader("html", (".html", ".htm"))
def grids(path: Path) -> tuple[list[Grid], list[Unread]]:
    """The tables of a page in order, with the text between them."""
    from lxml import html

    data = path.read_bytes()
    text = _text(data, path)
    try:
        # As text, not bytes: libxml2 knows fewer Chinese encodings than Python. Entities of a DTD are never loaded.
        root = html.document_fromstring(
            _without_declaration(text), parser=html.HTMLParser(no_network=True, huge_tree=False)
        )
    except Exception as error:  # lxml raises its own and ValueError on pages without any element
        raise UnreadableFileError("网页内容读不下去", str(path), "用浏览器打开后另存，或复制到 Word 后重试") from error
    walker = _Walker(path.name)
    walker.walk(root)
    walker.flush()
    return walker.grids, []


def _text(data: bytes, path: Path) -> str:
    declared = _META.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = declared.group(1).decode("ascii").lower()
        # Pages that say GB2312 are written in its superset.
        name = "gb18030" if name in ("gb2312", "gbk", "gb18030") else name
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, path)


def _without_declaration(text: str) -> str:
    """lxml refuses text with an XML declaration that names an encoding."""
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text)


class _Walker:
    def __init__(self, file: str) -> None:
        self.file = file
        self.grids: list[Grid] = []
        self.tables = 0
        self._words: list[str] = []
        self._lines: list[str] = []
        self._line = 0

    def walk(self, root: "HtmlElement") -> None:
        """Go through the page; without recursion, as hostile pages nest thousands deep."""
        stack: list[tuple[str, HtmlElement]] = [("open", root)]
        while stack:
            step, element = stack.pop()
            if step == "tail":
                self._words.append(element.tail or "")
                continue
            if step == "end":
                self._break()
                continue
            tag = element.tag
            if not isinstance(tag, str) or tag in _HIDDEN:
                continue
            if tag == "table":
                self._table(element)
                continue
            if tag == "br" or tag in _BLOCKS:
                self._break()
            self._words.append(element.text or "")
            if tag in _BLOCKS:
                stack.append(("end", element))
            for child in reversed(element):
                stack.append(("tail", child))
                stack.append(("open", child))

    def _break(self) -> None:
        words = _SPACES.sub(" ", "".join(self._words)).strip()
        self._words = []
        if words:
            self._lines.append(words)

    def flush(self) -> None:
        """Make a text grid of the paragraphs seen since the last table."""
        self._break()
        if self._lines:
            cells = [Cell(text, row, 0) for row, text in enumerate(self._lines)]
            self.grids.append(Grid(file=self.file, cells=cells, is_text=True, first_row=self._line + 1))
            self._line += len(self._lines)
            self._lines = []

    def _table(self, table: "HtmlElement") -> None:
        self.flush()
        captions = [c for c in table if c.tag == "caption"]
        for caption in captions:
            self._words.append(_cell_text(caption))
        self.flush()
        self.tables += 1
        number = self.tables
        cells: list[Cell] = []
        nested: list[HtmlElement] = []
        until: dict[int, int] = {}  # column → first row that no rowspan from above covers
        for r, row in enumerate(_rows(table)):
            column = 0
            for item in row:
                if item.tag not in ("td", "th"):
                    continue
                while until.get(column, 0) > r:
                    column += 1
                height, width = _span(item, "rowspan", _MAX_SPAN), _span(item, "colspan", MAX_COLUMNS)
                until.update(dict.fromkeys(range(column, column + width), r + height))
                inner = dict.fromkeys(item.iter("table"))
                nested.extend(t for t in inner if not any(a in inner for a in t.iterancestors("table")))
                cells.append(Cell(_cell_text(item), r, column, height, width))
                column += width
        height = max((c.row for c in cells), default=-1) + 1
        # rowspan may reach below the last row.
        cells = [Cell(c.text, c.row, c.column, min(c.rows, height - c.row), c.columns) for c in cells]
        if cells:
            self.grids.append(Grid(file=self.file, cells=cells, table=number))
        for inner_table in nested:
            self._table(inner_table)


def _rows(table: "HtmlElement") -> Iterator["HtmlElement"]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _span(item: "HtmlElement", name: str, most: int) -> int:
    found = re.match(r"\s*(\d{1,4})", item.get(name) or "")
    return min(max(int(found.group(1)), 1), most) if found else 1


def _cell_text(item: "HtmlElement") -> str:
    """The words of a cell: <br> and paragraphs break lines, nested tables stand for themselves."""
    parts: list[str] = []
    stack: list[tuple[str, HtmlElement]] = [("open", item)]
    while stack:
        step, element = stack.pop()
        if step == "tail":
            parts.append(_SPACES.sub(" ", element.tail or ""))
            continue
        if step == "end":
            parts.append("\n")
            continue
        if (
            not isinstance(element.tag, str)
            or element.tag in _HIDDEN
            or (element.tag == "table" and element is not item)
        ):
            continue
        block = element.tag in _BLOCKS and element is not item
        if element.tag == "br" or block:
            parts.append("\n")
        parts.append(_SPACES.sub(" ", element.text or ""))
        if block:
            stack.append(("end", element))
        for child in reversed(element):
            stack.append(("tail", child))
            stack.append(("open", child))
    lines = [line.strip() for line in "".join(parts).split("\n")]
    return "\n".join(line for line in lines if line)
