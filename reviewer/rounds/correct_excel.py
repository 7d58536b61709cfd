"""Rewrites written into a workbook: the bytes of single cells are replaced, everything else stays as it is.

No row is inserted: print ranges, formulas and validations of other rows would have to move. A further row is written
only into a row of its heading that was left empty.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils.cell import coordinate_from_string, get_column_letter, range_boundaries

from reviewer.annotate.package import Package, xml_text
from reviewer.annotate.places import Places
from reviewer.annotate.sheet_scan import scan_sheet
from reviewer.readers.base import read_grids
from reviewer.readers.xlsx import sheet_parts
from reviewer.records import FilingReport, Form, Indicator, Location, RowText, Suggestion
from reviewer.suggesters.base import row_text
from reviewer.text.normalize import squash

_COLUMNS = ("level2", "name", "value", "nature", "unit", "standard")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # what Excel would read as a coded character
_Cell = tuple[str, str]  # sheet and reference


def correct_excel(package: Package, item: FilingReport) -> tuple[bytes, list[str]]:
    """The workbook with the suggestions of a report written into it, and the ids of those that could be written."""
    work = _Work(package, item)
    done = [suggestion.id for suggestion in item.suggestions if work.plan(suggestion)]
    work.write()
    return package.save(), done


@dataclass
class _Sheet:
    part: str
    data: bytes
    merged: set[str]
    cells: "_Cells"


@dataclass
class _Work:
    package: Package
    item: FilingReport
    texts: dict[_Cell, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._forms = {form.id: form for form in self.item.filing.forms}
        self._places: Places[_Cell] = Places()
        for grid in read_grids(self.package.path)[1]:
            where = [grid.locate(cell) for cell in grid.cells]
            self._places.add(grid, [(grid.sheet or "", _reference(place)) for place in where])
        self._sheets = {name: self._sheet(part) for name, part, _ in sheet_parts(self.package.path, self.package.zip)}
        self._filled: set[str] = set()

    def _sheet(self, part: str) -> _Sheet:
        from lxml import etree

        data = self.package.read(part)
        head = data[:100].lower()
        if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (b"encoding" in head and b"utf-8" not in head):
            data = etree.tostring(self.package.tree(part), xml_declaration=True, encoding="UTF-8", standalone=True)
        return _Sheet(part, data, set(_covered(scan_sheet(data).merges)), _Cells(data))

    def plan(self, item: Suggestion) -> bool:
        """Plan one rewrite, whole or not at all."""
        form = self._forms[item.form_id]
        texts: dict[_Cell, str] = {}
        filled: set[str] = set()
        row = next((i for i in form.indicators if i.id == item.indicator_id), None)
        if item.indicator_id is not None:
            if row is None or not self._row(texts, form, row, row_text(form, row), item.proposed):
                return False
        elif item.proposed is None or not self._fill(texts, filled, form, item.proposed):
            return False
        if not all(self._fill(texts, filled, form, extra) for extra in item.extra):
            return False
        self.texts |= texts
        self._filled |= filled
        return bool(texts)

    def _row(self, texts: dict[_Cell, str], form: Form, row: Indicator, old: RowText, new: RowText | None) -> bool:
        for key in _COLUMNS:
            before = getattr(old, key) or ""
            after = (getattr(new, key) or "") if new is not None else before if key == "level2" else ""
            if before == after:
                continue
            cell = self._own_cell(form, row, key, before)
            if cell is None or cell in texts or cell in self.texts:
                return False
            texts[cell] = after
        return True

    def _fill(self, texts: dict[_Cell, str], filled: set[str], form: Form, new: RowText) -> bool:
        """Plan a further row in a row of its heading that is empty."""
        for blank in form.blank_rows:
            if blank.id in self._filled | filled or squash(blank.level2) != squash(new.level2):
                continue
            mine = dict(texts)
            if self._row(mine, form, blank, row_text(form, blank), new.model_copy(update={"level2": blank.level2})):
                texts.update(mine)
                filled.add(blank.id)
                return True
        return False

    def _own_cell(self, form: Form, row: Indicator, key: str, text: str) -> _Cell | None:
        """The cell of a column, if it is this row's alone, holds the words told and no formula."""
        place = row.cells.get(key)
        if place is None or place.sheet not in self._sheets or place.row is None or place.column is None:
            return None
        spot = self._places.find(place)
        cell = spot.cell if spot is not None else (place.sheet, _reference(place))
        sheet = self._sheets[place.sheet]
        if squash(spot.text if spot is not None else "") != squash(text) or sheet.cells.has_formula(cell[1]):
            return None
        if cell[1] in sheet.merged or not sheet.cells.can_hold(cell[1]):
            return None
        if spot is not None and (spot.row != place.row or (row.location and row.location.row != spot.row)):
            return None
        for other in (*form.indicators, *form.blank_rows):
            for column in _COLUMNS:
                if (other.id, column) != (row.id, key) and self._same(other.cells.get(column), cell):
                    return None
        return cell

    def _same(self, place: Location | None, cell: _Cell) -> bool:
        spot = self._places.find(place)
        return (spot.cell if spot is not None else (place.sheet, _reference(place)) if place else None) == cell

    def write(self) -> None:
        """Set the parts of the sheets that change."""
        for name, sheet in self._sheets.items():
            texts = {reference: text for (home, reference), text in self.texts.items() if home == name}
            if texts:
                self.package.put(sheet.part, sheet.cells.replaced(texts))


def _reference(place: Location) -> str:
    return f"{get_column_letter(place.column or 1)}{place.row or 1}"


def _covered(merges: Iterable[str]) -> Iterable[str]:
    """The cells of merged ranges that are not their first."""
    for merge in merges:
        left, top, right, bottom = (n or 1 for n in range_boundaries(merge))
        for row in range(top, min(bottom, top + 2000) + 1):
            for column in range(left, min(right, left + 200) + 1):
                if (row, column) != (top, left):
                    yield f"{get_column_letter(column)}{row}"


@dataclass
class _Span:
    """Where an element stands in the bytes; ``inner``: where its content ends (-1: it is written as ``<c/>``)."""

    start: int
    inner: int
    end: int
    attributes: dict[str, str]
    formula: bool = False


class _Cells:
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
