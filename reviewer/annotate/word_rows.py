"""Which rewrites can stand in the table as tracked changes, and how: a row rewritten, emptied, filled or added.

A rewrite is written whole or not at all. What cannot be written so that accepting gives exactly the rewrite (a heading
shared by several rows, a cell with a picture, revisions of others) is left to the comment, which tells it in words.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from reviewer.annotate.further_rows import place_behind
from reviewer.annotate.places import Places, Spot
from reviewer.annotate.word_text import CellText, Mark, Marker, NotPlain, child, local, value
from reviewer.readers.docx import PROPOSAL
from reviewer.records import FilingReport, Form, Indicator, RowText, Standing, Suggestion

if TYPE_CHECKING:
    from lxml.etree import _Element

_COLUMNS = ("level2", "name", "value", "nature", "unit", "standard")


@dataclass
class _Plan:
    """What one rewrite does: new texts of cells, and rows to add behind others."""

    texts: list[tuple["_Element", str]] = field(default_factory=list)
    rows: list["_Added"] = field(default_factory=list)


@dataclass
class _Added:
    """A row to add behind ``like``: texts by number of the cell's element, cells that are not merged with those above.

    Attributes:
        rank: how many levels have a new heading.
    """

    like: "_Element"
    texts: dict[int, str]
    rank: int
    fresh: set[int] = field(default_factory=set)


class Rewriter:
    """Writes the rewrites of a review into a tree, at most one for each row."""

    def __init__(self, places: "Places[_Element]", root: "_Element", marker: Marker, mark: Mark) -> None:
        self._places, self._marker, self._mark = places, marker, mark
        self._changed: set[_Element] = set()
        # Tables with proposals of an earlier round that nobody has decided: no rows are added there once more.
        self._pending = {
            table
            for mark in root.iter()
            if local(mark) in ("ins", "del") and value(mark, "author").endswith(PROPOSAL)
            for table in mark.iterancestors()
            if local(table) == "tbl"
        }
        self._added: dict[_Element, list[tuple[int, _Element]]] = {}

    def write(self, report: FilingReport) -> list[str]:
        """Write what can be written; the ids of those suggestions.

        Of several rewrites of a row the one that removes most findings is taken, of equal ones the surer one.
        """
        done: list[str] = []
        rows: set[str] = set()
        forms = {form.id: form for form in report.filing.forms}
        order = list(Standing)
        better = sorted(report.suggestions, key=lambda s: (-len(s.removes), order.index(s.standing)))
        # Rows that are rewritten come first: what is added must not take the place of a row that is filled.
        for item in sorted(better, key=lambda s: s.indicator_id is None):
            if item.standing is Standing.HINT or item.indicator_id in rows:
                continue
            plan = self._plan(forms[item.form_id], item)
            if plan is not None:
                self._apply(plan)
                done.append(item.id)
                rows.update(filter(None, [item.indicator_id]))
        given = [item.id for item in report.suggestions]
        return sorted(done, key=given.index)

    def _plan(self, form: Form, item: Suggestion) -> _Plan | None:
        plan = _Plan()
        row = next((i for i in form.indicators if i.id == item.indicator_id), None)
        if item.indicator_id is not None:
            if row is None or item.current is None or not self._rewrite(plan, form, row, item.current, item.proposed):
                return None
        elif item.proposed is None or not self._add(plan, form, item.proposed, None):
            return None
        if not all(self._add(plan, form, extra, row) for extra in item.extra):
            return None
        return plan if plan.texts or plan.rows else None

    def _rewrite(self, plan: _Plan, form: Form, row: Indicator, old: RowText, new: RowText | None) -> bool:
        """Plan the cells of a row that change."""
        for key in _COLUMNS:
            before = getattr(old, key) or ""
            after = (getattr(new, key) or "") if new is not None else before if key == "level2" else ""
            if before == after:
                continue
            cell = self._own_cell(form, row, key, before)
            if cell is None or any(cell is other for other, _ in plan.texts):
                return False
            plan.texts.append((cell, after))
        return True

    def _own_cell(self, form: Form, row: Indicator, key: str, text: str) -> "_Element | None":
        """The cell of a column, if it is this row's alone, holds the words told and nothing but text."""
        spot = self._spot(row, key)
        if spot is None or spot.cell in self._changed or local(spot.cell) != "tc":
            return None
        if _squeezed(spot.text) != _squeezed(text):
            return None
        if row.cells[key].row != spot.row or (row.location is not None and row.location.row != spot.row):
            return None
        for other in (*form.indicators, *form.blank_rows):
            # A heading that others carry on, or a name over several lines, belongs to them too.
            if other.id != row.id and (found := self._spot(other, key)) is not None and found.cell is spot.cell:
                return None
        for column in _COLUMNS:
            if column != key and (found := self._spot(row, column)) is not None and found.cell is spot.cell:
                return None
        try:
            plain = CellText(spot.cell)
        except NotPlain:
            return None
        return spot.cell if plain.text.strip("\n") == spot.text else None

    def _spot(self, row: Indicator, key: str) -> "Spot[_Element] | None":
        return self._places.find(row.cells.get(key))

    def _tables(self, row: Indicator) -> "Iterator[_Element]":
        spot = self._spot(row, "name")
        return spot.cell.iterancestors() if spot is not None else iter(())

    def _add(self, plan: _Plan, form: Form, new: RowText, beside: Indicator | None) -> bool:
        """Plan a further row: into an empty row of its heading, else behind the last row of that heading."""
        if any(table in self._pending for row in form.indicators for table in self._tables(row)):
            return False
        if beside is None:
            for blank in form.blank_rows:
                filled = _Plan(list(plan.texts))
                if blank.level2 == new.level2 and self._rewrite(filled, form, blank, _row_text(blank), new):
                    plan.texts = filled.texts
                    return True
        place = place_behind(form, new, beside)
        return place is not None and self._add_behind(plan, place.like, new, place.headings)

    def _add_behind(
        self, plan: _Plan, like: Indicator, new: RowText, headings: Mapping[str, str] = MappingProxyType({})
    ) -> bool:
        """Plan a row behind another one.

        Args:
            headings: level headings that the form does not print yet; the others go on from the row above.
        """
        spot = self._spot(like, "name")
        if spot is None or local(spot.cell) != "tc" or like.cells["name"].row != spot.row:
            return False
        row = spot.cell.getparent()
        if row is None or local(row) != "tr" or not _is_simple(row):
            return False
        added = _Added(row, {}, len(headings))
        for key in _COLUMNS[1:]:
            found = self._spot(like, key)
            if found is not None and found.cell.getparent() is row:
                if _is_merged(found.cell):
                    return False
                added.texts[row.index(found.cell)] = getattr(new, key) or ""
            elif getattr(new, key):
                return False
        for key in ("level1", "level2"):
            at = _index_at(row, like.cells[key].column) if key in like.cells else None
            if key in headings:
                # A heading in a row of its own is no column.
                if at is None or at >= row.index(spot.cell) or at in added.texts or at in added.fresh:
                    return False
                added.texts[at] = headings[key]
                added.fresh.add(at)
                continue
            found = self._spot(like, key)
            if found is not None and at is not None and found.cell is row[at] and not _is_merged(found.cell):
                added.texts[at] = found.text
        plan.rows.append(added)
        return True

    def _apply(self, plan: _Plan) -> None:
        for cell, words in plan.texts:
            text = CellText(cell)
            text.propose(words)
            self._marker.write(text)
            self._changed.add(cell)
        for item in plan.rows:
            # Rows that go on with the headings above stand before those that print new ones.
            before = [row for rank, row in self._added.get(item.like, []) if rank <= item.rank]
            added = self._new_row(item)
            (before[-1] if before else item.like).addnext(added)
            self._added.setdefault(item.like, []).append((item.rank, added))
            self._added[item.like].sort(key=lambda pair: pair[0])

    def _new_row(self, added: "_Added") -> "_Element":
        """A row of the same build as another, all of it inserted."""
        like = added.like
        row = like.makeelement(like.tag)
        for number, item in enumerate(like):
            kind = local(item)
            if kind in ("tblPrEx", "trPr"):
                row.append(_without(deepcopy(item), {"ins", "del", "trPrChange", "tblPrExChange", "tblHeader"}))
            elif kind == "tc":
                row.append(self._new_cell(item, added.texts.get(number, ""), number in added.fresh))
        properties = child(row, "trPr")
        if properties is None:
            properties = row.makeelement(_tag(row, "trPr"))
            row.insert(1 if local(row[0]) == "tblPrEx" else 0, properties)
        if not len(properties):  # the schema wants one setting before the mark; this one says what holds anyway
            setting = properties.makeelement(_tag(row, "gridAfter"))
            setting.set(_tag(row, "val"), "0")
            properties.append(setting)
        properties.append(self._mark("ins"))
        return row

    def _new_cell(self, like: "_Element", words: str, fresh: bool) -> "_Element":
        cell = like.makeelement(like.tag)
        properties = child(like, "tcPr")
        if properties is not None:
            own = _without(deepcopy(properties), {"cellIns", "cellDel", "cellMerge", "tcPrChange"})
            merge = child(own, "vMerge")
            if merge is not None and fresh:
                own.remove(merge)
            elif merge is not None:
                for name in list(merge.attrib):
                    del merge.attrib[name]  # what began above goes on through this row
            cell.append(own)
        paragraph = cell.makeelement(_tag(cell, "p"))
        first = next((e for e in like.iter() if local(e) == "p"), None)
        of_paragraph = child(first, "pPr")
        of_run = child(next((e for e in like.iter() if local(e) == "r"), None), "rPr")
        if of_paragraph is not None:
            paragraph.append(_without(deepcopy(of_paragraph), {"sectPr", "pPrChange", "rPr"}))
        else:
            paragraph.append(cell.makeelement(_tag(cell, "pPr")))
        marks = cell.makeelement(_tag(cell, "rPr"))
        marks.append(self._mark("ins"))
        if of_run is not None:
            marks.extend(_without(deepcopy(of_run), {"rPrChange", "rStyle"}))
        paragraph[0].append(marks)
        if words:
            inserted = self._mark("ins")
            run = None if of_run is None else _without(deepcopy(of_run), {"rPrChange"})
            inserted.append(self._marker.run(words, run))
            paragraph.append(inserted)
        cell.append(paragraph)
        return cell


def _row_text(row: Indicator) -> RowText:
    names = {key: getattr(row, key) for key in _COLUMNS}
    return RowText(**names)


def _index_at(row: "_Element", column: int | None) -> int | None:
    """The number of the row's child that covers a column (from 1)."""
    before = child(child(row, "trPr"), "gridBefore")
    at = 1 + (int(value(before, "val") or 0) if before is not None else 0)
    for number, item in enumerate(row):
        if local(item) == "tc" and column is not None:
            span = child(child(item, "tcPr"), "gridSpan")
            at += int(value(span, "val") or 1) if span is not None else 1
            if column < at:
                return number
    return None


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _tag(element: "_Element", name: str) -> str:
    return f"{element.tag.rpartition('}')[0]}}}{name}"


def _without(element: "_Element", names: set[str]) -> "_Element":
    for item in [e for e in element if local(e) in names]:
        element.remove(item)
    return element


def _is_merged(cell: "_Element") -> bool:
    """Merged with the cell above or below."""
    return child(child(cell, "tcPr"), "vMerge") is not None


def _is_simple(row: "_Element") -> bool:
    """Cells alone, none of them merged the old way, no revisions of others."""
    properties = child(row, "trPr")
    if properties is not None and any(local(item) in ("ins", "del") for item in properties):
        return False
    if any(local(item) not in ("tblPrEx", "trPr", "tc", "bookmarkStart", "bookmarkEnd", "") for item in row):
        return False
    cells = [item for item in row if local(item) == "tc"]
    return not any(child(child(c, "tcPr"), "hMerge") is not None for c in cells)
