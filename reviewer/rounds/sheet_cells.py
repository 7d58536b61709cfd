"""The cells and rows of a worksheet by their bytes, and texts put into them with not a byte changed beside."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils.cell import coordinate_from_string, get_column_letter, range_boundaries

from reviewer.annotate.package import xml_text

_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # what Excel would read as a coded character


@dataclass
class _Span:
    """Where an element stands in the bytes; ``inner``: where its content ends (-1: it is written as ``<c/>``)."""

    start: int
    inner: int
    end: int
    attributes: dict[str, str]
    formula: bool = False


class SheetCells:
    """The cells and rows of a worksheet by their bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._cells: dict[str, _Span] = {}
        self._rows: dict[int, _Span] = {}
        self._prefix = ""
        self._scan()

    def _scan(self) -> None:
        parser = expat.ParserCreate()
        row = column = 0
        span: list[_Span] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal row, column
            local = name.rpartition(":")[2]
            if local == "row":
                self._prefix = name[: -len("row")]
                row, column = int(attributes.get("r") or row + 1), 0
                span.append(_Span(parser.CurrentByteIndex, -1, -1, attributes))
                self._rows[row] = span[-1]
            elif local == "c" and span:
                reference = attributes.get("r")
                if reference:
                    letters, number = coordinate_from_string(reference)
                    column = range_boundaries(f"{letters}{number}")[0] or 1
                else:
                    column += 1
                span.append(_Span(parser.CurrentByteIndex, -1, -1, attributes))
                self._cells[f"{get_column_letter(column)}{row}"] = span[-1]
            elif local == "f" and span:
                span[-1].formula = True

        def end(name: str) -> None:
            if name.rpartition(":")[2] in ("row", "c") and span:
                done = span.pop()
                at = parser.CurrentByteIndex
                done.end = self._data.index(b">", at) + 1
                # An element written as <c/> ends where it starts; its attributes hold no ">".
                closing = self._data[at : at + 2] == b"</"
                done.inner = at if closing else -1

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.Parse(self._data, True)

    def has_formula(self, reference: str) -> bool:
        """Whether a cell is computed."""
        return reference in self._cells and self._cells[reference].formula

    def style(self, reference: str) -> int:
        """Number of a cell's format; that of its row where the cell is not written."""
        span = self._cells.get(reference) or self._rows.get(coordinate_from_string(reference)[1])
        number = span.attributes.get("s", "0") if span is not None else "0"
        return int(number) if number.isdecimal() else 0

    def can_hold(self, reference: str) -> bool:
        """Whether the cell, or at least its row, is written in the sheet."""
        return reference in self._cells or coordinate_from_string(reference)[1] in self._rows

    def replaced(self, texts: dict[str, str]) -> bytes:
        """The sheet with the texts of some cells replaced."""
        patches: list[tuple[int, int, bytes]] = []
        fresh: dict[int, list[str]] = {}
        for reference, text in texts.items():
            span = self._cells.get(reference)
            if span is None:
                fresh.setdefault(coordinate_from_string(reference)[1], []).append(reference)
            else:
                patches.append((span.start, span.end, self._cell(reference, text, span.attributes)))
        for number, references in fresh.items():
            patches += self._added(self._rows[number], number, {r: texts[r] for r in references})
        data = self._data
        for start, end, content in sorted(patches, reverse=True):
            data = data[:start] + content + data[end:]
        return data

    def _cell(self, reference: str, text: str, attributes: dict[str, str]) -> bytes:
        p = self._prefix
        style = f" s={quoteattr(attributes['s'])}" if "s" in attributes else ""
        if not text:
            return f'<{p}c r="{reference}"{style}/>'.encode()
        words = escape(_ESCAPED.sub("_x005F_", xml_text(text)))
        inner = f'<{p}is><{p}t xml:space="preserve">{words}</{p}t></{p}is>'
        return f'<{p}c r="{reference}"{style} t="inlineStr">{inner}</{p}c>'.encode()

    def _added(self, row: _Span, number: int, texts: dict[str, str]) -> Iterable[tuple[int, int, bytes]]:
        """Cells that the row does not have yet, each before the next one that it has."""
        order = {reference: range_boundaries(reference)[0] or 0 for reference in texts}
        own = sorted(
            (range_boundaries(r)[0] or 0, span.start)
            for r, span in self._cells.items()
            if coordinate_from_string(r)[1] == number
        )
        if row.inner < 0:
            inside = b"".join(self._cell(r, texts[r], {}) for r in sorted(texts, key=order.__getitem__))
            head = self._data[row.start : row.end].removesuffix(b"/>").rstrip() + b">"
            yield row.start, row.end, head + inside + f"</{self._prefix}row>".encode()
            return
        places: dict[int, list[str]] = {}
        for reference in sorted(texts, key=order.__getitem__):
            at = next((start for column, start in own if column > order[reference]), row.inner)
            places.setdefault(at, []).append(reference)
        for at, references in places.items():
            yield at, at, b"".join(self._cell(r, texts[r], {}) for r in references)
