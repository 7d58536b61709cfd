"""The labelled fields around the indicators: label beside value, label above value, or ``label：value`` in one cell."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reviewer.readers.headings import (
    CLOSING,
    LONGEST,
    TEXTS,
    bare,
    inline_labels,
    is_furniture,
    is_level,
    is_weak,
    key_of,
)
from reviewer.readers.lines import Ledger, Line, Slot
from reviewer.text import money_unit, squash

GOALS = ("annual_goal", "period_goal", "goal")
MONEY = ("budget", "period_budget", "basic", "projects_total", "fund", "budget_planned", "special_amount")
# Fields that only the head of a form prints: in the middle of the indicators they begin another part.
STRONG = ("project", "org", "supervisor", "budget", "period", "duties", "money_unit", *GOALS)
# Words under the indicators that are read as a row of indicators when the row holds a name and a value.
_ROW_LIKE = ("budget_actual", "plan", "total_score", "budget_planned", "fund", "work", "attribute", "overview")
_PLAN = ("plan_item", "plan_unit", "plan_goal")
_BELOW = (*GOALS, "goal_actual", "plan", *_PLAN)
_JOINED = (*GOALS, "period", "duties", "plan", "overview", "basis", "measures", "schedule", "remarks", "plan_goal")
_SEAL = re.compile(r"[(（]?\s{0,9}(?:单位)?(?:盖章|公章|签章|签字)\s{0,9}(?:处)?[)）]?")
_AMOUNT = re.compile(r"^[-−]?[\d,.]+(?:\s*(?:元|千元|万元|亿元|万|%))?$")


@dataclass(frozen=True)
class Entry:
    """A field as printed.

    Attributes:
        slot: the cell of the value (of the label where no value cell exists).
        unit_heading: the heading of the group that names the unit of money (项目资金（万元）).
    """

    key: str
    label: str
    text: str
    line: Line
    slot: Slot
    unit_heading: str = ""


@dataclass(frozen=True)
class _Label:
    index: int
    key: str
    slot: Slot


@dataclass
class HeadReader:
    """Reads head lines one after another; remembers labels whose values stand in the next line."""

    pending: list[tuple[Line, _Label]] = field(default_factory=list)
    fund_columns: dict[int, str] = field(default_factory=dict)
    money_context: bool = False
    special_row: int = -9
    unit_heading: str = ""
    budget_columns: dict[int, str] = field(default_factory=dict)

    def starts(self, line: Line, *, before: int | None = None) -> str | None:
        """The key of the label that the line begins with; None when it begins with none.

        Args:
            before: inside the indicators: the column of their names; a label at or behind it is content, and common
                words (目标, 备注) need a colon.
        """
        if not line.filled:
            return None
        first = line.filled[0]
        content = before is not None and first.start >= before and len(line.filled) > 1
        for inline_key, _, _ in inline_labels(first.text):
            return inline_key if not content or inline_key in CLOSING else None
        key = key_of("head", first.text)
        if key is None or (before is not None and is_level(first.text)):
            return None
        if before is not None:
            if content:
                return None
            if key not in STRONG and (key in _ROW_LIKE or is_weak(first.text)) and len(line.filled) > 2:
                return None
            if key in STRONG and is_weak(first.text):
                return None
        return key

    def read(self, line: Line, ledger: Ledger) -> list[Entry]:
        """The fields of one line, and those of earlier labels whose values it holds; [] when there are none."""
        labels, inline = self._labels(line)
        if not labels and not inline:
            done = self._values_of_pending(line, ledger)
            return done or self._unknown_fund(line, ledger)
        entries = self.flush()
        if any(label.key == "special" for label in labels):
            self.special_row = line.row
        entries += self._inline_entries(line, inline, labels, ledger)
        entries += self._beside(line, labels, inline, ledger)
        keys = {e.key for e in entries} | {label.key for label in labels}
        self.money_context = bool(keys & {"budget", "fund", "basic", "projects_total", "fund_group", "period_budget"})
        if not self.money_context:
            self.fund_columns, self.unit_heading, self.budget_columns = {}, "", {}
        self._note_money(labels)
        entries = [replace(e, unit_heading=self.unit_heading) if self._unit_from_group(e) else e for e in entries]
        first = line.filled[0]
        if first.cell.rows > 1 and first.start == 0:
            ledger.use(line, first)  # the heading of a group of fields
        return entries

    def _note_money(self, labels: Sequence[_Label]) -> None:
        """Remember the unit that a group's heading names, and which columns are about the whole period."""
        for label in labels:
            if label.key in ("budget", "period_budget", "fund_group") and money_unit(label.slot.text):
                self.unit_heading = label.slot.text
        totals = {label.slot.start: label.key for label in labels if label.key in ("budget", "period_budget")}
        if "period_budget" in totals.values():
            self.budget_columns = totals

    def _unit_from_group(self, entry: Entry) -> bool:
        return bool(self.unit_heading) and entry.key in MONEY and money_unit(entry.label) is None

    def flush(self) -> list[Entry]:
        """Labels that were never followed by a value: empty fields, except headings of a group."""
        waiting, self.pending = self.pending, []
        if len(waiting) > 1:
            first, rest = waiting[0][1], [label.key for _, label in waiting[1:]]
            if first.slot.cell.rows > 1 or first.key == "goal" or first.key in rest:
                waiting = waiting[1:]
        return [Entry(lb.key, lb.slot.text, "", line, lb.slot) for line, lb in waiting if lb.key not in _PLAN]

    def _labels(self, line: Line) -> tuple[list[_Label], dict[int, list[tuple[str, str, str]]]]:
        labels: list[_Label] = []
        inline: dict[int, list[tuple[str, str, str]]] = {}
        special = 0 <= line.row - self.special_row <= 1
        review = False
        for index, slot in enumerate(line.slots):
            review = review or (not slot.top and key_of("head", slot.text) == "review")
            if not slot.top or not slot.text or self._repeats_group(slot):
                continue
            key = None if line.grid.is_text and not self._alone(slot) else key_of("head", slot.text)
            if "：" in slot.text or ":" in slot.text:
                found = list(inline_labels(slot.text))
                # "年度资金总额：" alone is a label with its value beside or below it.
                if found and self._is_value(labels, index, slot, found[0][0]):
                    continue
                if found and not (len(found) == 1 and key is not None and not found[0][2]):
                    inline[index] = found
                    continue
            special = special or key == "special"
            review = review or key == "review"
            key = "review" if review and key in ("supervisor", "org", "org_other") else key
            if key == "fund" and self.budget_columns.get(slot.start) == "period_budget":
                key = "fund_period"
            table = bool(labels) and labels[-1].key in ("budget_planned", "budget_actual")
            if special and bare(slot.text) in ("名称", "金额"):
                labels.append(_Label(index, "special_name" if bare(slot.text) == "名称" else "special_amount", slot))
            elif key and (table or not self._too_weak(line, index, labels)):
                labels.append(_Label(index, key, slot))
        return labels, inline

    def _is_value(self, labels: Sequence[_Label], index: int, slot: Slot, key: str) -> bool:
        """Whether words that begin with a label and a colon are the value of the label beside or above them."""
        if key in CLOSING:
            return False
        if labels and labels[-1].index == index - 1 and labels[-1].key in (*TEXTS, "project", "period"):
            return not (labels[-1].key == "goal" and key in ("annual_goal", "period_goal"))
        return any(label.slot.start == slot.start and label.key in TEXTS for _, label in self.pending)

    def _repeats_group(self, slot: Slot) -> bool:
        """Whether a slot repeats the heading of the group whose values stand in this line."""
        if len(self.pending) < 2:
            return False
        group = self.pending[0][1].slot
        return slot.start == group.start and slot.text == group.text

    @classmethod
    def _too_weak(cls, line: Line, index: int, labels: Sequence[_Label]) -> bool:
        """A common word is a label in the first cell, or where the label before it has its value already."""
        slot = line.slots[index]
        if not is_weak(slot.text):
            return False
        return not cls._taken(line, labels[-1], index) if labels else slot is not line.filled[0]

    @staticmethod
    def _alone(slot: Slot) -> bool:
        """In running text only a goal's heading stands alone in its line, its words in the next one."""
        return key_of("head", slot.text) in GOALS and not is_weak(slot.text)

    @staticmethod
    def _taken(line: Line, label: _Label, index: int) -> bool:
        """Whether a value stands between a label and the slot ``index`` (then that slot is a label of its own)."""
        return index - label.index > 1

    def _inline_entries(
        self, line: Line, inline: dict[int, list[tuple[str, str, str]]], labels: list[_Label], ledger: Ledger
    ) -> list[Entry]:
        entries = []
        taken = {label.index for label in labels} | set(inline)
        for index, found in inline.items():
            slot = line.slots[index]
            ledger.use(line, slot)
            for n, (key, label, text) in enumerate(found):
                value_slot = slot
                if key in ("org", "fund_group", "budget") and _is_unit(text):
                    key = "money_unit"
                sealed = _SEAL.search(label + text) is not None
                text = _SEAL.sub("", text).strip()
                after = line.slots[index + 1] if index + 1 < len(line.slots) else None
                free = after is not None and after.top and index + 1 not in taken and key != "signature"
                if not text and n == len(found) - 1 and after and free and not is_furniture(after.text):
                    text, value_slot = _SEAL.sub("", after.text).strip(), after
                    ledger.use(line, after)
                if sealed and not text and key in ("org", "supervisor"):
                    key = "seal"  # filled by a stamp, not by words
                entries.append(Entry(key, label, text, line, value_slot))
        return entries

    def _beside(
        self, line: Line, labels: list[_Label], inline: dict[int, list[tuple[str, str, str]]], ledger: Ledger
    ) -> list[Entry]:
        entries: list[Entry] = []
        stops = sorted({label.index for label in labels} | set(inline))
        waiting: list[tuple[_Label, list[Slot]]] = []
        for label in labels:
            ledger.use(line, label.slot)
            stop = next((s for s in stops if s > label.index), len(line.slots))
            values = [s for s in line.slots[label.index + 1 : stop] if s.top and s.text != label.slot.text]
            has_own_below = label.key in ("budget_planned", "budget_actual", "total_score")
            group = label.slot.cell.rows > 1 and label.slot.start == 0 and label.key in (*MONEY, "review")
            if group and not any(v.text for v in values):
                continue  # 项目资金（万元） beside a table of its own
            if has_own_below and (not values or not any(v.text for v in values)):
                self.fund_columns[label.slot.start] = label.key
                continue
            if not values or (label.key in _BELOW and not any(v.text for v in values)):
                if not any(label.key == w.key and label.slot.text == w.slot.text for w, _ in waiting):
                    waiting.append((label, values))
                continue
            entries.append(self._take_values(line, label, values, ledger))
        return entries + self._wait(line, waiting, inline, ledger, alone=not any(e.text for e in entries))

    def _wait(
        self,
        line: Line,
        waiting: list[tuple[_Label, list[Slot]]],
        inline: dict[int, list[tuple[str, str, str]]],
        ledger: Ledger,
        *,
        alone: bool,
    ) -> list[Entry]:
        """Labels without a value beside them: their values may stand below, where no label of the line has one.

        Beside others that have, a label with empty cells is an empty field, and one without is the heading of a group
        (年度预算申请 | 资金总额：388.88).
        """
        if inline and waiting and max(inline) > waiting[-1][0].index:
            return []
        if alone and (len(waiting) > 1 or not any(values for _, values in waiting)):
            self.pending = [(line, label) for label, _ in waiting if label.key not in ("fund_group", "special")]
            return []
        return [self._take_values(line, label, values, ledger) for label, values in waiting if values]

    def _take_values(self, line: Line, label: _Label, values: Sequence[Slot], ledger: Ledger) -> Entry:
        filled = [v for v in values if v.text]
        chosen = filled[0] if filled else values[0]
        if self.fund_columns and label.key in MONEY:
            planned = [c for c, key in self.fund_columns.items() if key == "budget_planned"]
            under = [v for v in values if any(v.start <= c < v.end for c in planned)]
            chosen = under[0] if under else chosen
            ledger.use(line, *filled)
        text = chosen.text
        ledger.use(line, chosen)
        if label.key in _JOINED:
            # A value spread over several cells; copies of a merged cell are one value.
            parts = list(dict.fromkeys(v.text for v in filled))
            text = ("" if label.key == "period" else "\n").join(parts)
            ledger.use(line, *filled)
        else:
            ledger.use(line, *[v for v in filled if v.text == chosen.text])
        sealed = label.key in ("org", "supervisor") and not text and _SEAL.search(label.slot.text)
        return Entry("seal" if sealed else label.key, label.slot.text, text, line, chosen)

    def _values_of_pending(self, line: Line, ledger: Ledger) -> list[Entry]:
        """Values that stand under their labels."""
        if not self.pending or self.pending[0][0].grid.is_text != line.grid.is_text:
            return []
        entries, taken = [], set()
        for n, (label_line, label) in enumerate(self.pending):
            slot = next((s for s in line.slots if s.top and s.start == label.slot.start), line.at(label.slot.start))
            text = slot.text if slot and slot.top else ""
            if slot and self._repeats_group(slot):
                ledger.use(line, slot)
                text = ""
            if n == 0 and len(self.pending) > 1 and not text:
                continue  # the heading of the group
            if slot is None or slot.cell in taken:
                continue
            taken.add(slot.cell)
            ledger.use(line, slot)
            entries.append(Entry(label.key, label.slot.text, text, label_line if not text else line, slot))
        if not any(e.text for e in entries):
            return []
        keep = [p for p in self.pending if p[1].key in (*_PLAN, "plan")]
        self.pending = keep if any(p[1].key in _PLAN for p in keep) else []
        return entries

    def _unknown_fund(self, line: Line, ledger: Ledger) -> list[Entry]:
        """Below the amount an unknown name with an amount beside it is a source of funds."""
        tops = [s for s in line.slots if s.top]
        first = line.filled[0]
        at = tops.index(first)
        if not self.money_context or at + 1 >= len(tops) or not _AMOUNT.match(squash(tops[at + 1].text)):
            return []
        if len(first.text) > LONGEST or any(ch.isdigit() for ch in first.text):
            return []
        return [self._take_values(line, _Label(at, "fund", first), tops[at + 1 :], self._used(line, first, ledger))]

    @staticmethod
    def _used(line: Line, slot: Slot, ledger: Ledger) -> Ledger:
        ledger.use(line, slot)
        return ledger


def _is_unit(text: str) -> bool:
    """Whether the words are a unit of money and nothing else (万元, 人民币元)."""
    words = squash(text).strip("()")
    return money_unit(words) is not None and len(words) <= 5 and not any(ch.isdigit() for ch in words)
