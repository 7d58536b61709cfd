"""Markdown: its tables, and the paragraphs between them; text without Markdown tables is read as pasted text."""

import re
from html import unescape
from pathlib import Path

from reviewer.readers.base import reader
from reviewer.readers.decode import read_text
from reviewer.readers.grid import Cell, Grid
from reviewer.readers.pasted import grids_of
from reviewer.records import Unread

_BREAK = re.compile(r"<br\s*/?>", re.I)
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_EMPHASIS = re.compile(r"(\*\*|__|~~|`)(?=\S)(.+?)(?<=\S)\1")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")


@reader("markdown", (".md", ".markdown"))
def grids(path: Path) -> tuple[list[Grid], list[Unread]]:
    """Tables as Markdown parses them; everything else line by line."""
    from markdown_it import MarkdownIt

    text = read_text(path)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    tables = [t for t in tokens if t.type == "table_open" and t.map and t.level == 0]
    if not tables:
        return grids_of(path.name, _plain(text)), []
    lines = text.split("\n")
    result: list[Grid] = []
    end = 0
    for number, opening in enumerate(tables, 1):
        assert opening.map is not None
        start, stop = opening.map
        result.extend(grids_of(path.name, _plain("\n".join(lines[end:start])), end + 1))
        result.append(_table(path.name, number, tokens[tokens.index(opening) :]))
        end = stop
    result.extend(grids_of(path.name, _plain("\n".join(lines[end:])), end + 1))
    return result, []


def _table(file: str, number: int, tokens: list) -> Grid:  # type: ignore[type-arg]
    cells: list[Cell] = []
    row = column = -1
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            row += 1
            column = -1
        elif token.type in ("th_open", "td_open"):
            column += 1
        elif token.type == "inline":
            cells.append(Cell(_words(token.content), row, column))
    return Grid(file=file, cells=cells, table=number)


def _words(text: str) -> str:
    """The words of a cell without marks of emphasis; ``<br>`` breaks the line."""
    text = _TAG.sub("", _BREAK.sub("\n", text))
    return unescape(_ESCAPE.sub(r"\1", _EMPHASIS.sub(r"\2", text)))


def _plain(text: str) -> str:
    """Paragraphs without the marks of headings, quotations and emphasis; line numbers stay."""
    return "\n".join(_words(re.sub(r"^\s{0,3}(?:#{1,6}\s+|>\s?)+", "", line)) for line in text.split("\n"))
