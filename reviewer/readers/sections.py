"""The body of a form: its indicator rows."""

import re
from dataclasses import dataclass, field

from reviewer.readers.columns import ColumnSet, Header
from reviewer.readers.headings import (
    Horizon,
    horizon_of,
    is_figure,
    is_group,
    is_level,
    is_level_heading,
    is_total,
    key_of,
    without_mark,
)
from reviewer.readers.lines import Ledger, Line, Slot
from reviewer.records import Location
from reviewer.taxonomy import BENEFITS, OUTPUTS, category_of, is_level1
from reviewer.taxonomy.levels import level1_name, level1_of
from reviewer.text import clean_name, squash

_ELLIPSIS = re.compile(r"^[…⋯.]+$")
_NUMBERING = re.compile(r"^(?:指标|目标|任务)?[\d一二三四五六七八九十]{1,3}[:：.、]?$|^[①-⑳]$|^[(（]\d{1,2}[)）]$")
_VALUE_IN_NAME = re.compile(
    r"^(?P<name>.+?)[\s:：,，]{0,9}(?P<value>(?:[≥≤≧≦<>＜＞=＝═]|不低于|不少于|不高于|不超过|不小于|不大于|大于等于|小于等于|达到|控制在).*)$",
    re.S,
)
# What the first-level headings hold in the frameworks in use; 满意度 stands under 效益 in many older forms.
_HOLDS = {
    "成本指标": ("成本指标", "时效指标"),
    "产出指标": OUTPUTS,
    "效益指标": (*BENEFITS, "满意度指标"),
    "满意度指标": ("满意度指标",),
}


@dataclass
class Row:
    """An indicator row before it gets its id."""

    horizon: Horizon | None
    level1: str
    level2: str
    texts: dict[str, str | None]
    cells: dict[str, Location]
    location: Location

    @property
    def is_blank(self) -> bool:
        """Neither name nor value."""
        return not self.texts.get("name") and not self.texts.get("value")


@dataclass
class _Carry:
    level1: str = ""
    level2: str = ""
    places: dict[str, Location] = field(default_factory=dict)


class IndicatorSection:
    """Reads the lines below an indicator header."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.rows: list[Row] = []
        self.headings: list[str] = []
        self._carry = [_Carry() for _ in header.sets]
        self._horizon: Horizon | None = header.group_horizon()

    @property
    def name_column(self) -> int:
        """The first column that holds names."""
        return min(s.left_of_name() for s in self.header.sets)

    def continue_with(self, header: Header) -> None:
        """The same table goes on under a repeated header (page break): levels carry on."""
        self.header = header
        self._horizon = header.group_horizon() or self._horizon
        if len(header.sets) != len(self._carry):
            self._carry = [_Carry() for _ in header.sets]

    def take(self, line: Line, ledger: Ledger) -> bool:
        """Read one line; False when nothing in it belongs to the indicators."""
        self._leading(line, ledger)
        if line.filled and all(_ELLIPSIS.match(s.text) for s in line.filled):
            ledger.use_all(line)
            return True
        words = [s for s in line.filled if not is_group(s.text) and not _NUMBERING.match(squash(s.text))]
        if words and is_total(words[0].text):
            ledger.use(line, words[0], *[s for s in line.filled if is_figure(s.text)])
            return True
        if self._heading_row(line, ledger):
            return True
        if len(line.filled) == 1 and self._stray(line.filled[0]):
            return False
        shift = self._shift(line)
        mapped = [self._read_set(line, n, shift, ledger) for n in range(len(self.header.sets))]
        for column in self.header.ignored:
            slot = line.at(column.start - shift)
            if slot and slot.text and (is_group(slot.text) or _NUMBERING.match(squash(slot.text))):
                ledger.use(line, slot)
        return any(mapped)

    def _heading_row(self, line: Line, ledger: Ledger) -> bool:
        """A line that is a level heading and nothing else, where the table has no column for it or it spans all."""
        if len({s.text for s in line.filled}) != 1 or not is_level_heading(line.filled[0].text):
            return False
        slot = line.filled[0]
        spans = slot.start <= self.name_column and line.filled[-1].end > self.name_column + 1
        no_column = slot.start == self.name_column and not self.header.sets[0].columns.keys() & {"level1", "level2"}
        if not spans and not no_column:
            return False
        first = is_level1(without_mark(slot.text)) or level1_name(without_mark(slot.text)) is not None
        for carry in self._carry:
            self._set_levels(carry, line, {"level1" if first else "level2": slot}, ledger)
        return True

    def _stray(self, slot: Slot) -> bool:
        """Whether a lone cell in the first-level column is no level heading: then it is not known what it is."""
        columns = [s.columns["level1"] for s in self.header.sets if "level1" in s.columns]
        return any(c.start <= slot.start < c.end for c in columns) and not is_level(slot.text)

    def _leading(self, line: Line, ledger: Ledger) -> None:
        """Cells left of the names that no heading covers: the merged 年度绩效指标, numbers."""
        for slot in line.slots:
            if slot.start >= self.name_column or not slot.text:
                continue
            if is_group(slot.text) or key_of("head", slot.text) in ("annual_goal", "period_goal", "goal"):
                self._horizon = horizon_of(slot.text) or self._horizon
                ledger.use(line, slot)
            elif _NUMBERING.match(squash(slot.text)):
                ledger.use(line, slot)

    def _shift(self, line: Line) -> int:
        """How many columns a line of a ragged grid lacks before the names.

        1 where one level cell stands for both level columns; -1 where a number (指标1) stands before the name under
        a heading that was merged over both.
        """
        if not line.grid.ragged:
            return 0
        columns = self.header.sets[0].columns
        level1, level2 = columns.get("level1"), columns.get("level2")
        at_name = line.at(columns["name"].start)
        if len(line.slots) == self.header.slots + 1 and at_name and _NUMBERING.match(squash(at_name.text)):
            return -1
        if not level1 or not level2 or len(line.slots) != self.header.slots - 1:
            return 0
        first, second = line.at(level1.start), line.at(level2.start)
        return 1 if first and is_level(first.text) and not (second and is_level(second.text)) else 0

    def _read_set(self, line: Line, number: int, shift: int, ledger: Ledger) -> bool:
        column_set, carry = self.header.sets[number], self._carry[number]
        name_column = column_set.left_of_name() - shift
        slots = self._level_slots(line, column_set, shift)
        if any(s and s.end > name_column + 1 and s.start < name_column for s in slots.values()):
            return False
        self._set_levels(carry, line, slots, ledger)
        texts, cells, tops = self._texts(line, column_set, shift, ledger)
        self._split_value(texts, cells)
        if not texts.get("value") and not clean_name(_ELLIPSIS.sub("", texts.get("name") or "")):
            texts["name"] = ""  # 指标1： of the template
        name, value = texts.get("name") or "", texts.get("value") or ""
        own_level = any(s is not None and s.top and s.text for s in slots.values())
        if not name and not value:
            hanging = any(s is not None and not s.top and s.text for k, s in slots.items() if k == "level2")
            filled_here = bool(tops) or own_level
            if number > 0 and not own_level:
                return filled_here
            if not (filled_here or (hanging and not line.filled)):
                return False
            own_level2 = (second := slots.get("level2")) is not None and second.top and bool(second.text)
            if not (own_level2 or hanging or tops) and category_of(carry.level1, carry.level2) is None:
                return filled_here  # a first-level heading in a line of its own
        elif not tops & {"name", "value"}:
            return self._add_to_last(texts, tops)
        if number > 0 and self._same_name(column_set) and not value:
            return True
        place = cells.get("name") or cells.get("value") or carry.places.get("level2") or carry.places.get("level1")
        row = Row(
            horizon=column_set.horizon if len(self.header.sets) > 1 else self._horizon or column_set.horizon,
            level1=carry.level1,
            level2=carry.level2,
            texts=texts,
            cells={**{k: p for k, p in carry.places.items() if p.text}, **cells},
            location=place or line.locate(line.slots[0]),
        )
        if number > 0 and self._same_name(column_set) and self.rows and not self.rows[-1].texts.get("value"):
            self.rows.pop()  # one name, two value columns, of which only the second is filled
        self.rows.append(row)
        return True

    def _add_to_last(self, texts: dict[str, str | None], tops: set[str]) -> bool:
        """The lower lines of a merged name and value: their notes and the like belong to the same row."""
        if not tops or not self.rows:
            return bool(tops)
        last = self.rows[-1].texts
        last.update({key: "\n".join(t for t in (last.get(key), texts.get(key)) if t) for key in tops})
        return True

    def _same_name(self, column_set: ColumnSet) -> bool:
        return column_set.columns["name"] == self.header.sets[0].columns["name"]

    def _level_slots(self, line: Line, column_set: ColumnSet, shift: int) -> dict[str, Slot | None]:
        """The level cells of a line; unlabelled columns left of the names count where they hold level headings."""
        found: dict[str, Slot | None] = {}
        seen: set[int] = set()
        for key in ("level1", "level2"):
            column = column_set.columns.get(key)
            if column is None:
                continue
            if shift > 0 and key == "level2":
                found[key] = None
                continue
            slot = line.at(column.start)
            if slot is not None and id(slot.cell) in seen:
                slot = None  # one cell across both level columns
            if slot is not None:
                seen.add(id(slot.cell))
            found[key] = slot
        if len(found) < 2:
            known = {(c.start, c.end) for c in column_set.columns.values()}
            for slot in line.slots:
                inside = any(start <= slot.start < end for start, end in known)
                if inside or slot.start >= self.name_column or not is_level(slot.text):
                    continue
                key = "level1" if is_level1(slot.text) and "level1" not in found else "level2"
                found.setdefault(key, slot)
        return found

    def _set_levels(self, carry: _Carry, line: Line, slots: dict[str, Slot | None], ledger: Ledger) -> None:
        level1, level2 = slots.get("level1"), slots.get("level2")
        if level1 and level1.text:
            ledger.use(line, level1)
            if level1.top or without_mark(level1.text) != carry.level1:
                carry.level1, carry.level2 = without_mark(level1.text), ""
                carry.places = {"level1": line.locate(level1)}
                self.headings.append(level1.text)
        if level2 and level2.text:
            ledger.use(line, level2)
            if level2.top or without_mark(level2.text) != carry.level2:
                carry.level2 = without_mark(level2.text)
                carry.places = {**carry.places, "level2": line.locate(level2)}
                self.headings.append(level2.text)
                if level1 is None or not level1.text:
                    self._correct_level1(carry)

    @staticmethod
    def _correct_level1(carry: _Carry) -> None:
        """A level carried over a blank cell cannot hold a category of another level: the blank stands for that one.

        石峰区残联 2023: 社会效益指标 below 产出指标 with an empty first column is under 效益指标.
        """
        category, level1 = category_of("", carry.level2), level1_name(carry.level1)
        if category is None or level1 is None:
            return
        if category not in _HOLDS.get(level1, ()):
            carry.level1 = level1_of(category) if category != "成本指标" else "产出指标"
            carry.places = {k: p for k, p in carry.places.items() if k != "level1"}

    def _texts(
        self, line: Line, column_set: ColumnSet, shift: int, ledger: Ledger
    ) -> tuple[dict[str, str | None], dict[str, Location], set[str]]:
        """Words and places by column key, and the keys whose cells begin in this line with some words."""
        texts: dict[str, str | None] = {}
        cells: dict[str, Location] = {}
        tops: set[str] = set()
        for key, column in column_set.columns.items():
            if key in ("level1", "level2"):
                continue
            slots = [s for s in line.slots if column.start - shift <= s.start < column.end - shift]
            ledger.use(line, *[s for s in slots if s.text])
            if key == "name" and len(slots) > 1:
                slots = [s for s in slots if not _NUMBERING.match(squash(s.text))] or slots
            filled = [s for s in slots if s.text]
            texts[key] = "".join(dict.fromkeys(s.text for s in filled))
            if slots:
                cells[key] = line.locate(filled[0] if filled else slots[0])
            if any(s.top for s in filled):
                tops.add(key)
        return texts, cells, tops

    def _split_value(self, texts: dict[str, str | None], cells: dict[str, Location]) -> None:
        """Where no value column is printed, the value stands behind the name: 培训人数≥100人."""
        if not self.header.split_value:
            return
        found = _VALUE_IN_NAME.match(texts.get("name") or "")
        if found:
            texts["name"], texts["value"] = found["name"].strip(), found["value"].strip()
            cells["value"] = cells["name"]
