"""Suggestions as reports show them: before and after with the changes marked, why, from where, how sure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from reviewer.records import RowText, SmartScore, Standing, Suggestion
from reviewer.writers.changes import Part, changes
from reviewer.writers.words import one_line

STANDING_WORDS = {Standing.SAFE: "可直接采用", Standing.CONFIRM: "需确认", Standing.HINT: "仅供参考"}
STANDING_HELP = {
    Standing.SAFE: "不改变原意",
    Standing.CONFIRM: "请填报单位核对后采用",
    Standing.HINT: "只提示一个方向",
}
STANDING_SIGNS = {Standing.SAFE: "√", Standing.CONFIRM: "？", Standing.HINT: "…"}
SOURCE_WORDS = {"rule": "按规则", "bank": "参照指标库", "llm": "模型撰写"}
TO_FILL_HELP = "【待填】处由填报单位填写"
_QUOTE = 40
_OWN = "本行原文"


@dataclass(frozen=True)
class Side:
    """A row on one side of a change: its columns in parts, in the order of the form; ``added``: it is a new row."""

    columns: tuple[tuple[Part, ...], ...]

    added: bool = False

    @property
    def text(self) -> str:
        """The row in one line, without marks."""
        return "｜".join("".join(part.text for part in column) for column in self.columns)

    def label(self, before: bool) -> str:
        """原, 改 or 补."""
        return "补" if self.added else "原" if before else "改"

    def marked(self, opening: str, closing: str, clean: Callable[[str], str] = str) -> str:
        """The row in one line, changed pieces between the marks; a row that is all new is marked once."""
        if self.added:
            return f"{opening}{clean(self.text)}{closing}"
        return "｜".join(
            "".join(f"{opening}{clean(p.text)}{closing}" if p.changed else clean(p.text) for p in column)
            for column in self.columns
        )


@dataclass(frozen=True)
class SuggestionView:
    """One suggestion.

    Attributes:
        number: running number in the filing.
        place: the row in words, or the form as a whole.
        names: code → name of the findings that it removes.
    """

    item: Suggestion
    number: int
    place: str
    names: dict[str, str]

    @property
    def standing(self) -> str:
        """How sure it is, in words."""
        return STANDING_WORDS[self.item.standing]

    @property
    def action(self) -> str:
        """What is to be done, in a few words."""
        if self.item.current is None:
            return "补一条" if not self.item.extra else f"补{1 + len(self.item.extra)}条"
        if self.item.proposed is None:
            return "整行留空"
        return f"改写，另补{len(self.item.extra)}条" if self.item.extra else "改写"

    @cached_property
    def _sides(self) -> tuple[Side | None, tuple[Side, ...]]:
        item = self.item
        added = tuple(_added(row) for row in item.extra)
        if item.proposed is None or item.current is None:
            before = None if item.current is None else Side(tuple((Part(c, True),) for c in _columns(item.current)))
            return before, (() if item.proposed is None else (_added(item.proposed),)) + added
        pairs = [changes(a, b) for a, b in zip(*_both(item.current, item.proposed), strict=True)]
        old, new = ([tuple(pair[side]) for pair in pairs] for side in (0, 1))
        return Side(tuple(old)), (Side(tuple(new)), *added)

    @property
    def before(self) -> Side | None:
        """The row as filed; None where a row is added."""
        return self._sides[0]

    @property
    def after(self) -> tuple[Side, ...]:
        """The rows proposed; none where the row should be left empty."""
        return self._sides[1]

    @property
    def summary(self) -> str:
        """The rows proposed, without marks: ``改：…；补：…``."""
        return "；".join(f"{side.label(False)}：{side.text}" for side in self.after) or "整行留空"

    @property
    def solves(self) -> str:
        """The findings that go, in words."""
        return "、".join(f"{self.names.get(code, '')}（{code}）" for code in self.item.removes)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Where each number comes from; those that stand in the row itself together."""
        own = [n.number for n in self.item.numbers if n.source == _OWN]
        told = [f"{'、'.join(own)}：{_OWN}"] if own else []
        for number in self.item.numbers:
            if number.source != _OWN:
                quote = one_line(number.quote, _QUOTE)
                sum_ = f"，{number.computation}" if number.computation else ""
                told.append(f"{number.number}：{number.source}" + (f"“{quote}”" if quote else "") + sum_)
        return tuple(told)

    @property
    def to_fill(self) -> bool:
        """Whether something is left to fill in."""
        return any("【待填" in side.text for side in self.after)

    @property
    def smart(self) -> str:
        """The SMART score before and after, with the letters that changed; "" where neither was scored."""
        old, new = self.item.smart_before, self.item.smart_after
        if new is None:
            return ""
        if old is None:
            return f"{new.total}分（满分10）"
        moved = [
            f"{b.letter} {b.name} {a.points}→{b.points}"
            for a, b in zip(old.letters, new.letters, strict=True)
            if a.points != b.points
        ]
        change = f"{old.total}→{new.total}分" if old.total != new.total else f"{new.total}分"
        return f"{change}（满分10" + (f"；{'，'.join(moved)}）" if moved else "）")


def smart_reasons(score: SmartScore) -> list[str]:
    """``M 可衡量 1：…`` for each letter."""
    return [f"{item.letter} {item.name} {item.points}：{item.reason}" for item in score.letters]


def suggestion_views(
    items: Iterable[Suggestion], places: dict[str, str], names: dict[str, str]
) -> tuple[SuggestionView, ...]:
    """Views in file order.

    Args:
        places: by indicator id, the row in words.
        names: code → name.
    """
    return tuple(
        SuggestionView(item, number, places.get(item.indicator_id or "", "整张表"), names)
        for number, item in enumerate(items, 1)
    )


def _columns(row: RowText) -> list[str]:
    sign = row.nature if row.nature and row.nature not in row.value else ""
    return [one_line(row.level2), one_line(row.name), one_line(f"{sign}{row.value}{row.unit or ''}")]


def _both(old: RowText, new: RowText) -> tuple[list[str], list[str]]:
    before, after = _columns(old), _columns(new)
    if old.standard != new.standard:
        before.append(one_line(old.standard or ""))
        after.append(one_line(new.standard or ""))
    return before, after


def _added(row: RowText) -> Side:
    return Side(tuple((Part(text, True),) for text in _columns(row)), added=True)
