"""Rewrites written into a workbook: the bytes of single cells are replaced, everything else stays as it is.

A further row is written into a row of its heading that was left empty; where there is none, a row is inserted
(``insert_rows``) behind the last one of its heading, unless something in the workbook could not follow.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from openpyxl.utils.cell import get_column_letter, range_boundaries

from reviewer.annotate.further_rows import Behind, place_behind
from reviewer.annotate.package import Package
from reviewer.annotate.places import Places
from reviewer.annotate.sheet_scan import scan_sheet
from reviewer.readers.base import read_grids
from reviewer.readers.xlsx import sheet_parts
from reviewer.records import FilingReport, Form, Indicator, Location, RowText, Suggestion
from reviewer.rounds.corrections import Tried
from reviewer.rounds.insert_rows import NewRow, insert_rows, obstacle, obstacle_in_sheet, unlocked_formats
from reviewer.rounds.sheet_cells import SheetCells
from reviewer.rounds.sheet_tree import bounds
from reviewer.suggesters.base import row_text
from reviewer.text.normalize import squash

_COLUMNS = ("level2", "name", "value", "nature", "unit", "standard")
_LOCKED = "工作表有保护，这一格是锁定的，请先撤销保护或由有权修改的人改"
_NO_ROW = "要插入新行，但{why}：请在 Excel 里手工插入，建议的内容可用 reviewer annotate 批注在格子上"
_SHARED = _NO_ROW.format(why="这几行的格子与别的行合用")
_Cell = tuple[str, str]  # sheet and reference


def correct_excel(package: Package, item: FilingReport) -> Tried:
    """The workbook with the suggestions of a report written into it, as far as they could be."""
    work = _Work(package, item)
    done = [suggestion.id for suggestion in item.suggestions if work.plan(suggestion)]
    work.write()
    return Tried(package.save(), done, work.reasons)


@dataclass
class _Sheet:
    part: str
    data: bytes
    merges: list[tuple[int, int, int, int]]
    covered: set[str]
    cells: SheetCells
    protected: bool

    def at(self, row: int, column: int) -> list[tuple[int, int, int, int]]:
        """The merged ranges (left, top, right, bottom) that a cell lies in."""
        return [m for m in self.merges if m[0] <= column <= m[2] and m[1] <= row <= m[3]]


@dataclass
class _Plan:
    """What one rewrite does: new texts of cells, empty rows that it fills, rows to insert by sheet."""

    texts: dict[_Cell, str] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)
    rows: list[tuple[str, NewRow]] = field(default_factory=list)


@dataclass
class _Work:
    package: Package
    item: FilingReport
    texts: dict[_Cell, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._forms = {form.id: form for form in self.item.filing.forms}
        self._places: Places[_Cell] = Places()
        for grid in read_grids(self.package.path)[1]:
            where = [grid.locate(cell) for cell in grid.cells]
            self._places.add(grid, [(grid.sheet or "", _reference(place)) for place in where])
        self._sheets = {name: self._sheet(part) for name, part, _ in sheet_parts(self.package.path, self.package.zip)}
        self._filled: set[str] = set()
        self._rows: list[tuple[str, NewRow]] = []
        self._why = ""
        self._by_part: dict[str, Callable[[int], str]] = {}
        self._open_formats = unlocked_formats(self.package)

    def _sheet(self, part: str) -> _Sheet:
        from lxml import etree

        data = self.package.read(part)
        head = data[:100].lower()
        if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (b"encoding" in head and b"utf-8" not in head):
            data = etree.tostring(self.package.tree(part), xml_declaration=True, encoding="UTF-8", standalone=True)
        scan = scan_sheet(data)
        return _Sheet(
            part, data, list(map(bounds, scan.merges)), set(_covered(scan.merges)), SheetCells(data), scan.protected
        )

    def plan(self, item: Suggestion) -> bool:
        """Plan one rewrite, whole or not at all."""
        form, plan, self._why = self._forms[item.form_id], _Plan(), ""
        if not self._planned(plan, form, item):
            if self._why:
                self.reasons[item.id] = self._why
            return False
        self.texts |= plan.texts
        self._filled |= plan.filled
        self._rows += plan.rows
        return bool(plan.texts or plan.rows)

    def _planned(self, plan: _Plan, form: Form, item: Suggestion) -> bool:
        row = next((i for i in form.indicators if i.id == item.indicator_id), None)
        if item.indicator_id is not None:
            if row is None or not self._row(plan.texts, form, row, row_text(form, row), item.proposed):
                return False
        elif item.proposed is None or not self._further(plan, form, item.proposed, None):
            return False
        return all(self._further(plan, form, extra, row) for extra in item.extra)

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

    def _further(self, plan: _Plan, form: Form, new: RowText, beside: Indicator | None) -> bool:
        """Plan a further row: in an empty row of its heading, else inserted."""
        for blank in form.blank_rows:
            if blank.id in self._filled | plan.filled or squash(blank.level2) != squash(new.level2):
                continue
            mine = dict(plan.texts)
            if self._row(mine, form, blank, row_text(form, blank), new.model_copy(update={"level2": blank.level2})):
                plan.texts.update(mine)
                plan.filled.add(blank.id)
                return True
        place = place_behind(form, new, beside)
        row = self._inserted(form, place, new) if place is not None else None
        if row is None:
            return False
        plan.rows.append(row)
        return True

    def _inserted(self, form: Form, place: Behind, new: RowText) -> tuple[str, NewRow] | None:
        """The row to insert behind another one of the form."""
        like, home = place.like, place.like.cells.get("name")
        spot = self._places.find(home)
        if home is None or home.sheet not in self._sheets or home.row is None or home.column is None:
            return None
        if spot is not None and spot.row != home.row:
            self._why = _SHARED
            return None
        after, sheet = home.row, self._sheets[home.sheet]
        texts: dict[int, str] = {}
        for key in _COLUMNS[1:]:
            own = like.cells.get(key)
            column = own.column if own is not None and own.row == after else None
            if column is None and getattr(new, key):
                return None
            if column is not None:
                if any(top < bottom for _, top, _, bottom in sheet.at(after, column)):
                    self._why = _SHARED
                    return None
                texts[column] = getattr(new, key) or ""
        fresh: set[int] = set()
        for key in ("level1", "level2"):
            own = like.cells.get(key)
            column = own.column if own is not None and own.sheet == home.sheet else None
            upright = [m for m in sheet.at(after, column or 0) if m[1] < m[3]]
            if key in place.headings:
                # A heading in a row of its own is no column; one that goes on below would be cut in two.
                if column is None or column >= home.column or any(m[3] > after for m in upright):
                    self._why = _NO_ROW.format(why=f"表里没有地方写“{place.headings[key]}”这一级")
                    return None
                texts[column] = place.headings[key]
                fresh.add(column)
            elif own is not None and own.row == after and column is not None and not upright and column not in texts:
                found = self._places.find(own)
                texts[column] = found.text if found is not None else ""
        why = self._obstacle or self._beside(form, home.sheet, after) or self._obstacles(sheet.part)(after)
        if why:
            self._why = _NO_ROW.format(why=why)
            return None
        return home.sheet, NewRow(after, {c: t for c, t in texts.items() if t}, frozenset(fresh))

    @cached_property
    def _obstacle(self) -> str:
        return obstacle(self.package)

    def _obstacles(self, part: str) -> Callable[[int], str]:
        if part not in self._by_part:
            self._by_part[part] = obstacle_in_sheet(self.package, part)
        return self._by_part[part]

    def _beside(self, form: Form, sheet: str, after: int) -> str:
        """Whether another form goes on in the row behind, so that a new row would part it."""
        for other in self._forms.values():
            rows = [place.row for place in _places_of(other) if place.sheet == sheet and place.row]
            if other.id != form.id and rows and min(rows) <= after < max(rows):
                return "同样的行里还有另一张表"
        return ""

    def _own_cell(self, form: Form, row: Indicator, key: str, text: str) -> _Cell | None:
        """The cell of a column, if it is this row's alone, holds the words told and no formula."""
        place = row.cells.get(key)
        if place is None or place.sheet not in self._sheets or place.row is None or place.column is None:
            return None
        spot = self._places.find(place)
        cell = spot.cell if spot is not None else (place.sheet, _reference(place))
        sheet = self._sheets[place.sheet]
        if sheet.protected and sheet.cells.style(cell[1]) not in self._open_formats:
            self._why = _LOCKED
            return None
        if squash(spot.text if spot is not None else "") != squash(text) or sheet.cells.has_formula(cell[1]):
            return None
        if cell[1] in sheet.covered or not sheet.cells.can_hold(cell[1]):
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
        """Set the parts that change."""
        for name, sheet in self._sheets.items():
            texts = {reference: text for (home, reference), text in self.texts.items() if home == name}
            if texts:
                self.package.put(sheet.part, sheet.cells.replaced(texts))
        for name, sheet in self._sheets.items():
            # Rows that go on with the headings above stand before those that print new ones.
            rows = sorted((row for home, row in self._rows if home == name), key=lambda row: len(row.fresh))
            if rows:
                insert_rows(self.package, sheet.part, name, rows)


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


def _places_of(form: Form) -> Iterable[Location]:
    for row in (*form.indicators, *form.blank_rows):
        yield from row.cells.values()
    yield from (line.location for line in form.cost_lines if line.location is not None)
    yield from (field.location for field in form.fields if field.location is not None)
