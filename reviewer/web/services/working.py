"""A filing on the desk: its review as filed, the decisions in force, what they make of it; nothing here is stored."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from reviewer.readers.grid import Grid
from reviewer.records import FilingReport, Finding, OutcomeKind, Report, RowText, Standing, Suggestion
from reviewer.rounds.aside import Source, settle
from reviewer.rounds.decisions import Decision, Decisions
from reviewer.rounds.rewritten import Rewrite, recheck, rewritten
from reviewer.suggesters.base import row_text
from reviewer.web.services.shapes import FilingInfo
from reviewer.writers.view import FilingView

FINDING = "意见"


@dataclass(frozen=True)
class Entry:
    """A decision that was not undone.

    Attributes:
        target: id of the suggestion, ``意见N``, or id of the row.
        decision: what was decided, as ``reviewer decide`` notes it.
    """

    number: int
    step: int
    about: str
    target: str
    decision: Decision
    who: str
    at: datetime


@dataclass(frozen=True)
class Working:
    """A filing with its decisions.

    Attributes:
        filing: as lists tell it.
        report: its review as filed; ``grids``: the tables of its file.
        all: the decisions that were not undone, oldest first.
        earlier: the review with rewrites of an earlier state: what did not change since is not reviewed again.
    """

    filing: FilingInfo
    report: Report
    grids: Sequence[Grid]
    all: tuple[Entry, ...]
    earlier: FilingReport | None = None

    @property
    def base(self) -> FilingReport:
        """The review as filed."""
        return self.report.filings[0]

    @cached_property
    def view(self) -> FilingView:
        """The review as filed, in words."""
        return FilingView(self.base, self.report)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The decisions in force: the last one on each matter, and the last rewrite of each row."""
        by_target = {entry.target: entry for entry in self.all}
        latest = sorted(by_target.values(), key=lambda entry: entry.number)
        rewrites = {self._row(entry): entry for entry in latest if self._rewrites(entry)}
        return tuple(e for e in latest if not self._rewrites(e) or rewrites[self._row(e)] is e)

    def _rewrites(self, entry: Entry) -> bool:
        return entry.about != "finding" and entry.decision.verdict != "reject"

    def _row(self, entry: Entry) -> str:
        """The row that an entry rewrites; an added row has none and stands for itself."""
        if entry.about == "row":
            return entry.target
        return self.suggestions[entry.target].indicator_id or entry.target

    @cached_property
    def suggestions(self) -> dict[str, Suggestion]:
        """The suggestions by id."""
        return {item.id: item for item in self.base.suggestions}

    @cached_property
    def decisions(self) -> Decisions:
        """The decisions in force, as the letter and the corrected file take them."""
        return Decisions(file=self.filing.name, decisions=tuple(entry.decision for entry in self.entries))

    @cached_property
    def rewrites(self) -> dict[str, tuple[Entry, Rewrite]]:
        """The rewrites in force with the decision that made each, by row (or suggestion, for rows added only)."""
        found = {}
        for entry in self.entries:
            if not self._rewrites(entry):
                continue
            row = self.view.indicators.get(self._row(entry))
            form_id = self._row(entry).partition(".")[0].partition("/")[0]
            made = Rewrite(form_id, row.id if row else None, entry.decision.proposed, entry.decision.extra)
            found[self._row(entry)] = (entry, made)
        return found

    @cached_property
    def now(self) -> FilingReport:
        """The review of the filing with the rewrites in it; nothing is set aside."""
        changed = rewritten(self.base.filing, [rewrite for _, rewrite in self.rewrites.values()])
        return recheck(self.earlier or self.base, changed)

    @cached_property
    def settled_now(self) -> FilingReport:
        """The same, what was rejected set aside: its scores are those of now."""
        return self._settled(self.report.model_copy(update={"filings": (self.now,)})).filings[0]

    @cached_property
    def settled(self) -> Report:
        """The review as filed, what was rejected set aside, and rewrites of the person's own among the suggestions."""
        own = tuple(self._own_suggestions())
        item = self.base.model_copy(update={"suggestions": (*self.base.suggestions, *own)})
        return self._settled(self.report.model_copy(update={"filings": (item,)}))

    def _settled(self, report: Report) -> Report:
        return settle(report, [Source("", self.decisions)], today=date.today())

    def _own_suggestions(self) -> Iterator[Suggestion]:
        for entry, rewrite in self.rewrites.values():
            if entry.about == "row" and rewrite.row_id is not None:
                codes = [f.code for f in self.base.findings if f.indicator_id == rewrite.row_id]
                left = {f.code for f in self.now.findings if f.indicator_id == rewrite.row_id}
                yield Suggestion(
                    id=f"{rewrite.row_id}/own",
                    form_id=rewrite.form_id,
                    indicator_id=rewrite.row_id,
                    current=entry.decision.current,
                    proposed=rewrite.proposed,
                    reason=entry.decision.reason or "审核人所写",
                    source="rule",
                    standing=Standing.CONFIRM,
                    removes=tuple(code for code in dict.fromkeys(codes) if code not in left),
                )

    @cached_property
    def pairs(self) -> tuple[dict[int, Finding | None], tuple[Finding, ...]]:
        """For each finding as filed (by its place in the report) the same one of now, and those that came anew."""
        left: dict[tuple[str, str, str | None], list[Finding]] = {}
        for finding in self.now.findings:
            left.setdefault(_key(finding), []).append(finding)
        found: dict[int, Finding | None] = dict.fromkeys(range(len(self.base.findings)))
        for same in (True, False):  # the very words first, then whatever is said of the same place
            for number, finding in enumerate(self.base.findings):
                rest = left.get(_key(finding), ())
                if found[number] is None:
                    match = next((f for f in rest if not same or f.message == finding.message), None)
                    if match is not None:
                        found[number] = match
                        left[_key(finding)].remove(match)
        return found, tuple(f for rest in left.values() for f in rest)

    @cached_property
    def unchecked(self) -> frozenset[tuple[str, str]]:
        """Rules that could not do their work on the filing of now: what they found before may still be there."""
        broken = (OutcomeKind.COULD_NOT_CHECK, OutcomeKind.ERROR)
        return frozenset((o.code, o.form_id) for o in self.now.outcomes if o.outcome in broken)

    def undecided_safe(self) -> list[Suggestion]:
        """The safe suggestions that nobody has decided on, and whose row nobody rewrote; one a row."""
        decided = {entry.target for entry in self.entries}
        taken = set(self.rewrites)
        found = []
        for item in self.base.suggestions:
            key = item.indicator_id or item.id
            if item.standing is Standing.SAFE and item.id not in decided and key not in taken:
                taken.add(key)
                found.append(item)
        return found

    def row_text(self, row_id: str) -> RowText | None:
        """A row as it reads now; None for no row of the filing."""
        row = self.view.indicators.get(row_id)
        if row is None:
            return None
        made = self.rewrites.get(row_id)
        if made is not None and made[1].proposed is not None:
            return made[1].proposed
        return row_text(self.view.forms[row_id.partition(".")[0]], row)


def _key(finding: Finding) -> tuple[str, str, str | None]:
    return finding.code, finding.form_id, finding.indicator_id


def finding_number(target: str) -> int | None:
    """The place in the report of ``意见N``, from 0; None for another target."""
    digits = target.removeprefix(FINDING)
    is_number = target.startswith(FINDING) and digits.isascii() and digits.isdecimal() and len(digits) < 10
    return int(digits) - 1 if is_number else None


def last_step(entries: Iterable[Entry]) -> list[Entry]:
    """The entries of the latest step."""
    known = list(entries)
    latest = max((entry.step for entry in known), default=0)
    return [entry for entry in known if entry.step == latest]
