"""The second round: what became of each finding, and what the unit changed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from rapidfuzz import fuzz

from reviewer.records import FilingReport, Finding, Indicator, OutcomeKind, Severity
from reviewer.rounds.align import Alignment, align
from reviewer.rounds.anchors import CLAUSE, COLUMNS, Anchor, Side
from reviewer.rounds.places import row_words
from reviewer.text.normalize import squash
from reviewer.writers.words import aside_reason

_QUOTED = re.compile(r"“([^”]*)”")
_SAME_SUBJECT = 85  # of 100: one subject with another number or a word more


class State(StrEnum):
    """What became of a finding.

    BROKEN is new in what the unit changed, UNKNOWN could not be checked again, ASIDE is there but waived or rejected.
    """

    FIXED = "fixed"
    OPEN = "open"
    NEW = "new"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    ASIDE = "aside"


STATE_WORDS = {
    State.FIXED: "已改",
    State.OPEN: "未改",
    State.NEW: "新增",
    State.BROKEN: "改坏",
    State.UNKNOWN: "未能核对",
    State.ASIDE: "不计入",
}
STATE_HELP = {
    State.FIXED: "上一轮的问题已经没有了",
    State.OPEN: "上一轮的问题还在",
    State.NEW: "上一轮没有：新加的内容，或没有改动的地方因别处改动而出现",
    State.BROKEN: "上一轮没有：改动过的地方出现的新问题",
    State.UNKNOWN: "新文件里找不到或没能检查，不算已改",
    State.ASIDE: "问题还在，已豁免或审核人不采纳，不算已改",
}


@dataclass(frozen=True)
class Followed:
    """A finding through both rounds.

    Attributes:
        old, new: the finding in either round; None where it is not.
        note: how it came to its state, in words; "" where the state says all.
        before, after: the row in words, "" for the form as a whole or where there is none.
    """

    state: State
    old: Finding | None
    new: Finding | None
    note: str = ""
    before: str = ""
    after: str = ""

    @property
    def finding(self) -> Finding:
        """The newer of the two."""
        found = self.new or self.old
        assert found is not None
        return found


@dataclass(frozen=True)
class RowChange:
    """What the unit did to a row.

    Attributes:
        kind: 新增, 删除, 改名, 改动 or 移动.
        form_id: of the new filing; of the old one for a row that went.
    """

    kind: str
    form_id: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Comparison:
    """Two rounds of one filing."""

    old: FilingReport
    new: FilingReport
    alignment: Alignment
    followed: tuple[Followed, ...]
    changes: tuple[RowChange, ...]

    def count(self, state: State) -> int:
        """How many findings are in a state."""
        return sum(item.state is state for item in self.followed)

    @cached_property
    def failing(self) -> bool:
        """Whether what must be corrected is left or came anew."""
        return any(
            item.finding.severity is Severity.ERROR and item.state in (State.OPEN, State.NEW, State.BROKEN)
            for item in self.followed
        )


def compare(old: FilingReport, new: FilingReport) -> Comparison:
    """Follow the findings of ``old`` into ``new``."""
    work = _Work(old, new, align(old.filing, new.filing))
    return Comparison(old, new, work.pairs, tuple(work.follow()), tuple(work.changes()))


class _Work:
    def __init__(self, old: FilingReport, new: FilingReport, pairs: Alignment) -> None:
        self.old, self.new, self.pairs = Side(old), Side(new), pairs
        self._back = {b: a for a, b in pairs.rows.items()}
        self._aside = {id(aside.finding): aside for aside in new.aside}

    def follow(self) -> Iterator[Followed]:
        """The findings of the old round in their order, then what is new."""
        matched = self._matched()
        taken = {id(new) for _, new in matched}
        partner = {id(old): new for old, new in matched}
        for old in self.old.item.findings:
            new = partner.get(id(old))
            yield self._open(old, new) if new is not None else self._gone(old)
        for new in self.new.item.findings:
            if id(new) not in taken:
                yield self._fresh(new)

    # --- which finding is which --------------------------------------------------------------------------------

    def _matched(self) -> list[tuple[Finding, Finding]]:
        # What the new round sets aside is still there: it must not pass for mended.
        left = list(self.old.item.findings)
        right = [*self.new.item.findings, *(aside.finding for aside in self.new.item.aside)]
        pairs: list[tuple[Finding, Finding]] = []
        for test in (self._same_words, self._same_place, self._same_subject, self._same_evidence):
            for a in list(left):
                b = next((b for b in right if a.code == b.code and self._in_one_form(a, b) and test(a, b)), None)
                if b is not None:
                    pairs.append((a, b))
                    left.remove(a)
                    right.remove(b)
        return pairs

    def _in_one_form(self, a: Finding, b: Finding) -> bool:
        rows = a.indicator_id and b.indicator_id and self.pairs.rows.get(a.indicator_id) == b.indicator_id
        return bool(rows) or self.pairs.forms.get(a.form_id) == b.form_id

    def _paired(self, a: Finding, b: Finding) -> bool:
        """Whether two findings are about one thing."""
        (kind, key), (other, target) = self.old.anchor(a), self.new.anchor(b)
        if kind != other:
            return False
        if kind in ("goal", "field"):
            return key.partition(".")[2] == target.partition(".")[2]
        known = {"row": self.pairs.rows, "cost": self.pairs.costs, "project": self.pairs.projects}
        return known.get(kind, self.pairs.forms).get(key) == target

    def _same_words(self, a: Finding, b: Finding) -> bool:
        return self._paired(a, b) and squash(a.message) == squash(b.message)

    def _same_place(self, a: Finding, b: Finding) -> bool:
        """About one thing smaller than the form; where that thing may have several such flaws, about the same word."""
        if not self._paired(a, b) or self.old.anchor(a)[0] == "form":
            return False
        several = self._alike(self.old, a) > 1 or self._alike(self.new, b) > 1
        own, other = self._foreign_quotes(self.old, a), self._foreign_quotes(self.new, b)
        return not several and (a.indicator_id is not None or not own or not other or own == other)

    def _alike(self, side: Side, finding: Finding) -> int:
        place = side.anchor(finding)
        return sum(f.code == finding.code and side.anchor(f) == place for f in side.item.findings)

    def _foreign_quotes(self, side: Side, finding: Finding) -> set[str]:
        """What the subject quotes that is not the name of the thing itself."""
        own = side.words(side.anchor(finding))
        quoted = {squash(words) for words in _QUOTED.findall(CLAUSE.split(finding.message, maxsplit=1)[0])}
        return {words for words in quoted if not own.startswith(words)}

    def _same_subject(self, a: Finding, b: Finding) -> bool:
        if (a.indicator_id is None) != (b.indicator_id is None) or (a.indicator_id and not self._paired(a, b)):
            return False
        one, two = self.old.subject(a), self.new.subject(b)
        if one == two:
            return True
        quotes = [{squash(q) for q in _QUOTED.findall(f.message.split("：", 1)[0])} for f in (a, b)]
        return quotes[0] == quotes[1] and fuzz.ratio(one, two) >= _SAME_SUBJECT and self._paired(a, b)

    def _same_evidence(self, a: Finding, b: Finding) -> bool:
        """A flaw of two rows, told at the other one of them."""
        parts = [sorted(squash(part) for part in f.evidence.split("；")) for f in (a, b)]
        return len(parts[0]) > 1 and parts[0] == parts[1]

    # --- what became of it -------------------------------------------------------------------------------------

    def _open(self, old: Finding, new: Finding) -> Followed:
        aside = self._aside.get(id(new))
        if aside is not None:
            return Followed(State.ASIDE, old, new, aside_reason(aside), *self._texts(old, new))
        notes = []
        if old.severity is not new.severity:
            notes.append("程度减轻" if new.severity.rank > old.severity.rank else "程度加重")
        if self._touched(old):
            notes.append("改动过，问题仍在")
        return Followed(State.OPEN, old, new, "；".join(notes), *self._texts(old, new))

    def _gone(self, old: Finding) -> Followed:
        before, after = self._texts(old, None)
        why = self._unknown(old)
        if why:
            return Followed(State.UNKNOWN, old, None, why, before, after)
        note = ""
        if old.indicator_id and old.indicator_id not in self.pairs.rows:
            note = "这一行已删去"
        elif not self._touched(old):
            note = "这一处没有改动，因别处的改动而解决"
        return Followed(State.FIXED, old, None, note, before, after)

    def _unknown(self, old: Finding) -> str:
        """Why it cannot be said that a flaw is gone; "" if it can."""
        form = self.pairs.forms.get(old.form_id)
        moved = self.pairs.rows.get(old.indicator_id or "")
        if form is None and moved is None:
            return "新文件里没有这张表"
        home = moved.partition(".")[0] if moved else form or ""
        outcome = self.new.outcomes.get((old.code, home))
        if outcome is not None and outcome.outcome in (OutcomeKind.COULD_NOT_CHECK, OutcomeKind.ERROR):
            return f"这一轮没能检查：{outcome.reason}" if outcome.reason else "这一轮没能检查"
        if outcome is None:
            return "这一轮没有运行这项检查"
        unread = any(not part.advisory for part in self.new.item.filing.unread)
        if old.indicator_id and moved is None and unread:
            return "新文件里没有读到这一行，而文件有内容未能读出"
        return ""

    def _fresh(self, new: Finding) -> Followed:
        before, after = self._texts(None, new)
        anchor = self.new.anchor(new)
        source = self._origin(anchor)
        outcome = self.old.outcomes.get((new.code, source[1].partition(".")[0])) if source else None
        if outcome is not None and outcome.outcome in (OutcomeKind.COULD_NOT_CHECK, OutcomeKind.ERROR):
            return Followed(State.NEW, None, new, "上一轮没能检查这一项", before, after)
        if source is None:
            note = {"row": "新加的一行", "form": "新加的表"}.get(anchor[0], "新加的内容")
            return Followed(State.NEW, None, new, note, before, after)
        if new.indicator_id is None:  # what a form lacks or where it disagrees may have been caused anywhere in it
            forms = ("form", source[1].partition(".")[0]), ("form", new.form_id)
            changed = self.old.words(forms[0]) != self.new.words(forms[1])
        else:
            changed = self.old.words(source) != self.new.words(anchor)
        if changed:
            return Followed(State.BROKEN, None, new, "", before, after)
        return Followed(State.NEW, None, new, "这一处没有改动，因别处的改动而出现", before, after)

    def _origin(self, anchor: Anchor) -> Anchor | None:
        """The anchor in the old filing."""
        kind, key = anchor
        if kind in ("goal", "field"):
            form = next((a for a, b in self.pairs.forms.items() if b == key.partition(".")[0]), None)
            return (kind, f"{form}.{key.partition('.')[2]}") if form else None
        known = {"row": self.pairs.rows, "cost": self.pairs.costs, "project": self.pairs.projects}
        old = next((a for a, b in known.get(kind, self.pairs.forms).items() if b == key), None)
        return (kind, old) if old else None

    def _touched(self, old: Finding) -> bool:
        """Whether the unit changed what a finding of the old round is about."""
        kind, key = self.old.anchor(old)
        if kind in ("goal", "field"):
            form = self.pairs.forms.get(key.partition(".")[0])
            target = f"{form}.{key.partition('.')[2]}" if form else None
        else:
            known = {"row": self.pairs.rows, "cost": self.pairs.costs, "project": self.pairs.projects}
            target = known.get(kind, self.pairs.forms).get(key)
        return target is None or self.old.words((kind, key)) != self.new.words((kind, target))

    def _texts(self, old: Finding | None, new: Finding | None) -> tuple[str, str]:
        """The row before and after."""
        a = old.indicator_id if old else self._back.get(new.indicator_id or "") if new else None
        b = new.indicator_id if new else self.pairs.rows.get(a or "")
        return tuple(row_words(*side.places.rows[key]) if key else "" for side, key in ((self.old, a), (self.new, b)))  # type: ignore[return-value]

    # --- what the unit did -------------------------------------------------------------------------------------

    def changes(self) -> Iterator[RowChange]:
        """Rows changed, added, moved and taken out, in the order of the new filing."""
        moved = self._moved()
        for form in self.new.item.filing.forms:
            for row in form.indicators:
                before = self._back.get(row.id)
                after = row_words(form, row)
                if before is None:
                    yield RowChange("新增", form.id, "", after)
                    continue
                old_form, old = self.old.places.rows[before]
                words = row_words(old_form, old)
                kind = _kind(old, row)
                if kind or row.id in moved:
                    yield RowChange(kind or "移动", form.id, words, after)
        for form in self.old.item.filing.forms:
            for row in form.indicators:
                if row.id not in self.pairs.rows:
                    yield RowChange("删除", form.id, row_words(form, row))

    def _moved(self) -> set[str]:
        """Rows of the new filing that stand in another order: those outside the longest run that kept its order."""
        moved: set[str] = set()
        for form in self.new.item.filing.forms:
            rows = [r.id for r in form.indicators if r.id in self._back]
            kept = set(_longest_rising([self._order(self._back[r]) for r in rows]))
            moved |= {r for n, r in enumerate(rows) if n not in kept}
        return moved

    def _order(self, row_id: str) -> tuple[int, int]:
        form, _, number = row_id.partition(".")
        return int(form.lstrip("F") or 0), int(number) if number.isdecimal() else 0


def _kind(old: Indicator, new: Indicator) -> str:
    changed = [c for c in COLUMNS if squash(getattr(old, c) or "") != squash(getattr(new, c) or "")]
    return "" if not changed else "改名" if changed == ["name"] else "改动"


def _longest_rising(values: Sequence[tuple[int, int]]) -> Iterable[int]:
    """Positions of a longest rising run."""
    best: list[list[int]] = []
    for n, value in enumerate(values):
        runs = [run for run in best if values[run[-1]] < value]
        best.append([*max(runs, key=len, default=[]), n])
    return max(best, key=len, default=[])
