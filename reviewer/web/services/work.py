"""Deciding on a filing: each step is kept with its audit entry before it is acknowledged, and can be undone."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from reviewer.errors import ReviewerError
from reviewer.readers.grid import Grid
from reviewer.records import FilingReport, Report, RowText, Severity, Suggestion
from reviewer.rounds.deciding import decide
from reviewer.rounds.decisions import Decision as Note
from reviewer.rounds.places import form_words, row_words
from reviewer.store import Store
from reviewer.store.audit import record
from reviewer.store.base import now
from reviewer.store.models import Decision, Filing, Review, User
from reviewer.suggesters.base import row_text
from reviewer.web.actor import Actor
from reviewer.web.problems import NotFoundError
from reviewer.web.services import policy
from reviewer.web.services.packing import unpack_grids, unpack_report
from reviewer.web.services.rows import fresh, infos
from reviewer.web.services.shapes import Verdict, WorkState
from reviewer.web.services.state import state, target_words, words_of
from reviewer.web.services.working import Entry, Working, finding_number, last_step

T = TypeVar("T")
_KEPT = 64  # reports of filings that are being worked on, kept in memory
_LONGEST = 2000


class WorkService:
    """Filings on the desk."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reports: _Recent[tuple[Report, list[Grid]]] = _Recent(_KEPT)
        self._reviews: _Recent[FilingReport] = _Recent(_KEPT)

    def open(self, actor: Actor, filing_id: str) -> Working:
        """A filing with its review and decisions.

        Raises:
            NotFoundError: there is none that the person may see, or it was not read (yet).
        """
        with self._store.read() as db:
            filing = policy.check_seen(actor, db.get(Filing, filing_id))
            return self._working(db, actor, filing)

    def state(self, actor: Actor, filing_id: str) -> WorkState:
        """What decisions made of a filing.

        Raises:
            NotFoundError: see ``open``.
        """
        return self._told(self.open(actor, filing_id))

    def errors_left(self, db: Session, actor: Actor, filing: Filing) -> int:
        """How many findings of a filing as filed must be corrected and were not rejected."""
        (item,) = self._working(db, actor, filing).settled.filings
        return sum(finding.severity is Severity.ERROR for finding in item.findings)

    def _told(self, work: Working) -> WorkState:
        told = state(work)
        self._reviews.put(work.filing.id, work.now)
        return told

    def _working(self, db: Session, actor: Actor, filing: Filing) -> Working:
        report, grids = self._reports.get(filing.id) or self._load(db, filing)
        rows = db.scalars(
            select(Decision)
            .where(Decision.filing_id == filing.id, Decision.undone.is_(None))
            .order_by(Decision.number)
            .options(joinedload(Decision.user))
        )
        entries = tuple(
            Entry(
                row.number,
                row.step,
                row.about,
                row.target,
                Note.model_validate(row.body),
                row.user.display or row.user.name,
                row.made,
            )
            for row in rows
        )
        return Working(infos(db, actor, [filing])[0], report, grids, entries, self._reviews.get(filing.id))

    def _load(self, db: Session, filing: Filing) -> tuple[Report, list[Grid]]:
        review = db.scalar(select(Review).where(Review.filing_id == filing.id))
        if review is None:
            what = "这个文件没有读出" if filing.state == "failed" else "这个文件还在读"
            raise NotFoundError(what, filing.file.name, "看列表里的说明" if filing.state == "failed" else "稍等再打开")
        loaded = unpack_report(review.report), unpack_grids(review.grids)
        self._reports.put(filing.id, loaded)
        return loaded

    # --- steps ---------------------------------------------------------------------------------------------------

    def decide(
        self,
        actor: Actor,
        filing_id: str,
        version: int,
        target: str,
        verdict: Verdict,
        *,
        reason: str = "",
        rows: Sequence[Mapping[str, str | None]] = (),
        message: str = "",
    ) -> WorkState:
        """Accept, edit or reject a suggestion or a finding.

        Args:
            target: id of a suggestion, or ``意见N``.
            rows: for an edited suggestion, its rows as the person wrote them.
            message: for an edited finding, the person's own words.

        Raises:
            NotFoundError: no such filing or target. ForbiddenError: he may not decide.
            ConflictError: somebody else was quicker. ReviewerError: the decision is not complete.
        """

        def make(work: Working) -> list[tuple[str, str, Note]]:
            found = _find(work, target)
            columns = _columns(found, rows) if isinstance(found, Suggestion) and verdict == "edit" else []
            note = decide(
                work.view,
                found,
                verdict,
                reason=reason.strip()[:_LONGEST],
                reviewer=actor.shown,
                today=date.today(),
                columns=columns,
                message=message.strip()[:_LONGEST],
            )
            return [("suggestion" if isinstance(found, Suggestion) else "finding", target, note)]

        return self._step(actor, filing_id, version, make)

    def accept_safe(self, actor: Actor, filing_id: str, version: int) -> WorkState:
        """Accept all safe suggestions that nobody has decided on, in one step.

        Raises:
            NotFoundError, ForbiddenError, ConflictError: see ``decide``. ReviewerError: there is none.
        """

        def make(work: Working) -> list[tuple[str, str, Note]]:
            safe = work.undecided_safe()
            if not safe:
                raise ReviewerError("没有可以一次采纳的建议", "", "“可直接采用”的都处理过了，其余请逐条看")
            today = date.today()
            return [
                (
                    "suggestion",
                    item.id,
                    decide(work.view, item, "accept", reason="", reviewer=actor.shown, today=today),
                )
                for item in safe
            ]

        return self._step(actor, filing_id, version, make)

    def rewrite(
        self,
        actor: Actor,
        filing_id: str,
        version: int,
        row_id: str,
        row: Mapping[str, str | None],
        *,
        reason: str = "",
    ) -> WorkState:
        """Put a row into one's own words.

        Args:
            row: the columns that change, see ``RowText``.

        Raises:
            NotFoundError, ForbiddenError, ConflictError: see ``decide``.
            ReviewerError: an unknown column, nothing changed, or something left to fill in.
        """

        def make(work: Working) -> list[tuple[str, str, Note]]:
            current = work.view.indicators.get(row_id)
            before = work.row_text(row_id)
            if current is None or before is None:
                raise NotFoundError(f"没有“{row_id}”这一行")
            proposed = _changed(before, row)
            form = work.view.forms[row_id.partition(".")[0]]
            filed = row_text(form, current)
            if proposed == before:
                raise ReviewerError("没有改动", "", "改了内容再保存")
            note = Note(
                verdict="edit",
                about="suggestion",
                codes=(),
                form=form_words(form),
                text=row_words(form, current),
                source="person",
                current=filed,
                proposed=proposed if proposed.name.strip() or proposed.value.strip() else None,
                reason=reason.strip()[:_LONGEST],
                reviewer=actor.shown,
                date=date.today(),
            )
            return [("row", row_id, note)]

        return self._step(actor, filing_id, version, make)

    def _step(
        self,
        actor: Actor,
        filing_id: str,
        version: int,
        make: Callable[[Working], list[tuple[str, str, Note]]],
    ) -> WorkState:
        with self._store.write() as db:
            filing = fresh(db, actor, filing_id, version)
            policy.check_may(actor, filing, "decide")
            work = self._working(db, actor, filing)
            notes = make(work)
            if filing.state == "open":  # whoever decides first takes it on
                filing.state, filing.reviewer = "in_review", db.get(User, actor.user_id)
                record(db, actor, "assigned", filing)
            db.flush()  # the version first: of two at once, the second ends here
            last = select(func.max(Decision.number), func.max(Decision.step)).where(Decision.filing_id == filing_id)
            number, step = (found or 0 for found in db.execute(last).one())
            for about, target, note in notes:
                number += 1
                db.add(
                    Decision(
                        filing_id=filing_id,
                        number=number,
                        step=step + 1,
                        about=about,
                        target=target,
                        verdict=note.verdict,
                        reason=note.reason,
                        body=note.model_dump(mode="json"),
                        user_id=actor.user_id,
                    )
                )
                action = "edited" if about == "row" else "decided"
                told = {"what": words_of(work, about, target, note.verdict), "reason": note.reason}
                record(db, actor, action, filing, number=number, **told, **_change(note))
            db.flush()
            work = self._working(db, actor, filing)
        return self._told(work)

    def undo(self, actor: Actor, filing_id: str, version: int, number: int | None = None) -> WorkState:
        """Take back the last step, or one decision.

        Raises:
            NotFoundError, ForbiddenError, ConflictError: see ``decide``. ReviewerError: there is nothing to take back.
        """
        with self._store.write() as db:
            filing = fresh(db, actor, filing_id, version)
            policy.check_may(actor, filing, "decide")
            work = self._working(db, actor, filing)
            entries = last_step(work.all) if number is None else [e for e in work.all if e.number == number]
            if not entries:
                raise ReviewerError("没有可以撤销的", "", "还没有处理过，或已经撤销了")
            db.flush()
            rows = db.scalars(
                select(Decision).where(
                    Decision.filing_id == filing_id, Decision.number.in_([entry.number for entry in entries])
                )
            )
            for row in rows:
                row.undone = now()
            for entry in entries:
                record(db, actor, "undone", filing, number=entry.number, what=target_words(work, entry))
            db.flush()
            work = self._working(db, actor, filing)
        return self._told(work)


def _find(work: Working, target: str) -> Any:
    if target in work.suggestions:
        return work.suggestions[target]
    number = finding_number(target)
    if number is not None and 0 <= number < len(work.base.findings):
        return work.base.findings[number]
    raise NotFoundError(f"没有“{target[:60]}”这条建议或意见")


def _columns(item: Suggestion, rows: Sequence[Mapping[str, str | None]]) -> list[str]:
    """What ``decide`` takes as ``--set``, for the columns that differ from the proposal."""
    proposed = [row for row in (item.proposed, *item.extra) if row is not None]
    if len(rows) != len(proposed):
        raise ReviewerError(f"这条建议有 {len(proposed)} 行，收到 {len(rows)} 行", "", "刷新后再改")
    told = []
    for number, (row, old) in enumerate(zip(rows, proposed, strict=True), 1):
        new = _changed(old, row)
        before = old.model_dump()
        told += [
            f"{number}.{key}={text or ''}"
            for key, text in new.model_dump().items()
            if (text or "") != (before[key] or "")
        ]
    return told


def _changed(before: RowText, columns: Mapping[str, str | None]) -> RowText:
    for key in columns:
        if key not in RowText.model_fields or getattr(before, key) is None:
            raise ReviewerError(f"这一行没有“{key[:40]}”这一栏", "", "刷新后再改")
    texts = {key: (text or "").strip()[:_LONGEST] for key, text in columns.items()}
    if any("【待填" in text for text in texts.values()):
        raise ReviewerError("还有【待填】没有填", "", "写上实际的数再保存")
    try:
        return RowText.model_validate({**before.model_dump(), **texts})
    except ValidationError:
        raise ReviewerError("这一行的内容不对", "", "检查填写的内容再试") from None


def _change(note: Note) -> dict[str, str]:
    """Before and after, for the audit trail."""
    told = {"before": note.current.describe()} if note.current is not None else {}
    after = [row.describe() for row in (note.proposed, *note.extra) if row is not None]
    if note.about == "suggestion" and note.verdict != "reject":
        told["after"] = "；".join(after) or "（整行留空）"
    if note.message:
        told["after"] = note.message
    return told


class _Recent(Generic[T]):
    """The latest things by key."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> T | None:
        """The thing of a key, None for none."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: str, thing: T) -> None:
        """Keep a thing; the one that was not asked for longest goes."""
        with self._lock:
            self._kept[key] = thing
            self._kept.move_to_end(key)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)
