"""A proposed rewrite of one row, with the proof of where its numbers come from."""

from enum import StrEnum
from typing import Literal

from reviewer.records.base import Record
from reviewer.records.location import Location
from reviewer.records.smart import SmartScore

# What a rewrite leaves for a person to fill in: 【待填】, 【待填：参保人数】.
TO_FILL = "【待填】"


class Standing(StrEnum):
    """safe: the meaning cannot change; confirm: a person decides; hint: a direction only. A model is never safe."""

    SAFE = "safe"
    CONFIRM = "confirm"
    HINT = "hint"


class RowText(Record):
    """The columns of a row that a rewrite may change; None where the form has no such column."""

    level2: str
    name: str
    value: str
    nature: str | None = None
    unit: str | None = None
    standard: str | None = None

    def describe(self) -> str:
        """The row in one line: ``数量指标｜托养残疾人数｜≥150人``."""
        value = f"{self.nature if self.nature and self.nature not in self.value else ''}{self.value}{self.unit or ''}"
        return f"{self.level2}｜{self.name}｜{value}"


class NumberSource(Record):
    """Where a number of a rewrite comes from.

    Attributes:
        number: as written in the rewrite.
        source: the place in words (``年度绩效目标``, ``支出明细“残疾儿童康复救助”``, ``指标库 P0012``).
        quote: the words it was taken from.
        computation: how it was computed, "" when it was copied.
    """

    number: str
    source: str
    quote: str = ""
    computation: str = ""
    location: Location | None = None


class Suggestion(Record):
    """One proposed rewrite.

    Attributes:
        id: ``F4.1/safe``, ``F4.1/confirm``, ``F4.1/bank`` or ``F4/1``; unique in a filing.
        indicator_id: the row rewritten; None when a row is added.
        current: the row as filed; None when a row is added.
        proposed: the row proposed; None when the row should be left empty.
        extra: further rows (a row split in several, or one that fills the place a moved row left).
        source: the engine that made it.
        removes: codes of findings that the rewrite removes, proven by reviewing the rewritten filing.
        numbers: the source of each number in ``proposed`` and ``extra``.
        bank: citation of the bank entry used, "" for none.
        smart_before, smart_after: SMART score of ``current`` and of ``proposed``; None where there is no such row.
    """

    id: str
    form_id: str
    indicator_id: str | None = None
    current: RowText | None = None
    proposed: RowText | None = None
    extra: tuple[RowText, ...] = ()
    reason: str
    source: Literal["rule", "bank", "llm"]
    standing: Standing
    removes: tuple[str, ...] = ()
    numbers: tuple[NumberSource, ...] = ()
    bank: str = ""
    smart_before: SmartScore | None = None
    smart_after: SmartScore | None = None


class Dropped(Record):
    """A proposal that was not delivered, and why.

    Attributes:
        failure: kind of failure (``timeout``, ``refused`` …) when a model was asked and gave no usable reply: nothing
            is known of the row then. "" when there was a proposal and it did not pass.
    """

    form_id: str
    indicator_id: str | None = None
    source: Literal["rule", "bank", "llm"] = "rule"
    reason: str
    failure: str = ""
