"""The reviewer's overview: units × rounds, what is due, and figures over all filings."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import select

from reviewer.batch.dashboard import Bar
from reviewer.rules import RULES
from reviewer.store import Store
from reviewer.store.models import AuditEntry
from reviewer.web.actor import Actor
from reviewer.web.services.filings import LIST_LIMIT, FilingService
from reviewer.web.services.shapes import FilingInfo
from reviewer.web.settings import limits

WAITING = ("open", "in_review")
GRADES = ("优", "良", "中", "差", "未评")
_SOON = 3  # days before a deadline from which it is near
_TOP = 12


@dataclass(frozen=True)
class Case:
    """One filing through its rounds, the first round first."""

    rounds: tuple[FilingInfo, ...]

    @property
    def last(self) -> FilingInfo:
        """The latest round."""
        return self.rounds[-1]

    @cached_property
    def by_round(self) -> dict[int, FilingInfo]:
        """Its filings by number of the round."""
        return {filing.round: filing for filing in self.rounds}

    @property
    def due(self) -> str:
        """``over``, ``soon``, or "" when there is time or nothing waits."""
        days = self.last.deadline_days
        return "" if days is None else "over" if days < 0 else "soon" if days <= _SOON else ""


@dataclass(frozen=True)
class Sent:
    """A filing as its unit sees it: with what the reviewer wrote last, "" for nothing."""

    case: Case
    note: str


@dataclass(frozen=True)
class Wanted:
    """What a person wants to see; "" and None: all."""

    unit: str = ""
    state: str = ""
    year: int | None = None
    due: str = ""
    mine: bool = False


@dataclass
class Board:
    """The overview: cases by unit, in the order in which they need somebody.

    Attributes:
        units: name of the unit → its cases.
        rounds: the highest number of a round among them.
        years, unit_names: what there is to choose from.
        counts: cases by state of their latest round, over all.
        is_cut: there are more filings than could be told; the newest are here.
    """

    units: dict[str, list[Case]] = field(default_factory=dict)
    rounds: int = 1
    years: list[int] = field(default_factory=list)
    unit_names: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    total: int = 0
    shown: int = 0
    over: int = 0
    is_cut: bool = False


@dataclass(frozen=True)
class Figures:
    """What the dashboard draws."""

    filings: int
    waiting: int
    over: int
    settled: int
    states: list[Bar]
    grades: list[Bar]
    flaws: list[Bar]
    units: list[Bar]
    progress: list[tuple[str, int, int]]


class BoardService:
    """Overviews for reviewers."""

    def __init__(self, store: Store, filings: FilingService) -> None:
        self._store, self._filings = store, filings

    def board(self, actor: Actor, wanted: Wanted) -> Board:
        """The queue."""
        known = self._filings.all(actor)
        every = cases(f for f in known if f.handed_in is not None)
        board = Board(total=len(every), is_cut=len(known) >= LIST_LIMIT)
        board.years = sorted({c.last.year for c in every if c.last.year is not None}, reverse=True)
        board.unit_names = sorted({c.last.unit for c in every if c.last.unit})
        board.counts = Counter(c.last.state for c in every)
        board.over = sum(c.due == "over" for c in every)
        chosen = [c for c in every if _fits(c, wanted, actor)]
        board.shown = len(chosen)
        board.rounds = max((c.last.round for c in chosen), default=1)
        for case in sorted(chosen, key=_urgency):
            board.units.setdefault(case.last.unit or "（没有读出单位）", []).append(case)
        return board

    def sent(self, actor: Actor) -> list[Sent]:
        """What a person's unit handed in: what waits for the unit first, then the newest."""
        every = cases(f for f in self._filings.all(actor) if f.handed_in is not None)
        every.sort(key=lambda c: c.last.created, reverse=True)
        every.sort(key=lambda c: c.last.state not in ("returned", "failed"))
        settled = [c.last.id for c in every if c.last.state in ("returned", "passed")]
        query = select(AuditEntry.filing_id, AuditEntry.detail).where(
            AuditEntry.filing_id.in_(settled), AuditEntry.action.in_(("returned", "passed"))
        )
        with self._store.read() as db:
            notes = {
                filing: detail.get("note", "") for filing, detail in db.execute(query.order_by(AuditEntry.id)).all()
            }
        return [Sent(case, notes.get(case.last.id, "")) for case in every]

    def figures(self, actor: Actor, year: int | None = None) -> Figures:
        """The dashboard: latest rounds of all filings of a year."""
        every = cases(f for f in self._filings.all(actor) if f.handed_in is not None)
        every = [c for c in every if year is None or c.last.year == year]
        last = [c.last for c in every]
        forms = Counter(grade for f in last for grade in f.figures.get("grades", ()))
        return Figures(
            filings=len(every),
            waiting=sum(f.state in WAITING for f in last),
            over=sum(c.due == "over" for c in every),
            settled=sum(f.state in ("passed", "returned") for f in last),
            states=_bars([(words, Counter(f.state for f in last)[key], key) for key, words in limits().states.items()]),
            grades=_bars([(grade, forms[grade], f"g{n}") for n, grade in enumerate(GRADES)], "张表"),
            flaws=_flaws(last),
            units=_units(last),
            progress=_progress(every),
        )


def cases(filings: Iterable[FilingInfo]) -> list[Case]:
    """Filings gathered over their rounds; what was handed in twice for one round stands alone."""
    known = {filing.id: filing for filing in filings}
    after: dict[str, str] = {}
    for filing in sorted(known.values(), key=lambda f: f.created):
        if filing.previous in known:
            after[filing.previous] = filing.id
    inner = set(after.values())
    found = []
    for filing in known.values():
        if filing.id in inner:
            continue
        chain = [filing]
        while (later := after.get(chain[-1].id)) is not None:
            chain.append(known[later])
        found.append(Case(tuple(chain)))
    return found


def _fits(case: Case, wanted: Wanted, actor: Actor) -> bool:
    last = case.last
    return (
        wanted.unit.strip() in last.unit
        and wanted.state in ("", last.state)
        and wanted.year in (None, last.year)
        and (not wanted.due or case.due == wanted.due or (wanted.due == "soon" and case.due == "over"))
        and (not wanted.mine or last.reviewer == actor.shown)
    )


def _urgency(case: Case) -> tuple[bool, int, str, str]:
    """Waiting ones first, the nearest deadline first of these."""
    last = case.last
    days = last.deadline_days if last.deadline_days is not None else 10_000
    return last.state not in WAITING, days, last.created.isoformat(), last.id


def _bars(lines: Sequence[tuple[str, int, str]], unit: str = "份") -> list[Bar]:
    most = max((number for _, number, _ in lines), default=0) or 1
    total = sum(number for _, number, _ in lines) or 1
    return [
        Bar(label, number / most, f"{number}{unit}（{number / total:.0%}）", kind)
        for label, number, kind in lines
        if number or unit != "份"
    ]


def _flaws(last: Sequence[FilingInfo]) -> list[Bar]:
    """The flaws that most filings have, remarks left out."""
    having = Counter(code for f in last for code in f.figures.get("codes", {}))
    places = Counter[str]()
    for filing in last:
        places.update(filing.figures.get("codes", {}))
    most = max(having.values(), default=1)
    names = {rule.code: rule for rule in RULES.values()}
    return [
        Bar(
            f"{names[code].name}（{code}）",
            number / most,
            f"{number}份、{places[code]}处",
            names[code].severity.value,
        )
        for code, number in sorted(having.items(), key=lambda item: (-item[1], item[0]))[:_TOP]
        if code in names
    ]


def _units(last: Sequence[FilingInfo]) -> list[Bar]:
    """Flaws that must be corrected, a form, the units with most of them first."""
    errors, forms = Counter[str](), Counter[str]()
    for filing in last:
        errors[filing.unit] += filing.figures.get("error", 0)
        forms[filing.unit] += filing.figures.get("forms", 0)
    rates = {unit: errors[unit] / forms[unit] for unit in forms if forms[unit] and unit}
    most = max(rates.values(), default=0) or 1
    ranked = sorted(rates.items(), key=lambda item: (-item[1], item[0]))[:_TOP]
    return [Bar(unit, rate / most, f"{rate:.1f}处（{forms[unit]}张表）", "error") for unit, rate in ranked]


def _progress(every: Sequence[Case]) -> list[tuple[str, int, int]]:
    """Flaws that must be corrected in the first and in the latest round, of filings that have several."""
    return [
        (
            f"{case.last.unit or case.last.name}",
            int(case.rounds[0].figures.get("error", 0)),
            int(case.last.figures.get("error", 0)),
        )
        for case in sorted(every, key=lambda c: (c.last.unit, c.last.id))
        if len(case.rounds) > 1 and case.last.figures and case.rounds[0].figures
    ][:_TOP]
