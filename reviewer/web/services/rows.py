"""Filings as rows of the database: found, guarded against lost updates, and told."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from reviewer.store.audit import ACTION_WORDS
from reviewer.store.base import now
from reviewer.store.conflict import ConflictError
from reviewer.store.models import AuditEntry, Filing, Review
from reviewer.web.actor import Actor
from reviewer.web.services import policy
from reviewer.web.services.shapes import AuditInfo, FailureInfo, FilingInfo
from reviewer.web.settings import limits


def fresh(db: Session, actor: Actor, filing_id: str, version: int) -> Filing:
    """A filing to be changed, in the very version that the person saw; its version grows at the next flush.

    Raises:
        NotFoundError: there is none that the person may see.
        ConflictError: it was changed since.
    """
    filing = policy.check_seen(actor, db.get(Filing, filing_id))
    if filing.version != version:
        last = db.scalar(
            select(AuditEntry.who).where(AuditEntry.filing_id == filing_id).order_by(AuditEntry.id.desc()).limit(1)
        )
        raise ConflictError(last or "")
    filing.changed = max(now(), filing.changed + timedelta(microseconds=1))
    return filing


def visible(query: Select[Filing], actor: Actor) -> Select[Filing]:
    """Only what the person may see, see ``policy.may_see``."""
    own = Filing.owner_id == actor.user_id
    if actor.is_reviewer:
        return query.where(or_(own, Filing.handed_in.is_not(None)))
    if actor.unit_id is None:
        return query.where(own)
    return query.where(or_(own, Filing.unit_id == actor.unit_id))


def loaded() -> Select[Filing]:
    """All filings, with what ``infos`` tells of them."""
    return select(Filing).options(
        joinedload(Filing.unit), joinedload(Filing.file), joinedload(Filing.owner), joinedload(Filing.reviewer)
    )


def figures_by_id(db: Session, filings: Sequence[Filing]) -> dict[str, dict[str, Any]]:
    """The figures of filings that were reviewed, by id."""
    rows = db.execute(select(Review.filing_id, Review.figures).where(Review.filing_id.in_([f.id for f in filings])))
    return dict(rows.all())


def infos(db: Session, actor: Actor, filings: Sequence[Filing]) -> list[FilingInfo]:
    """Filings as they are told."""
    ids = [filing.id for filing in filings]
    figures = figures_by_id(db, filings)
    following = _following(db, actor, ids)
    today = date.today()
    told = []
    for filing in filings:
        is_settled = filing.state in ("returned", "passed", "draft", "failed")
        days = None if filing.deadline is None or is_settled else (filing.deadline - today).days
        told.append(
            FilingInfo(
                id=filing.id,
                name=filing.file.name,
                title=filing.title,
                unit_id=filing.unit_id,
                unit=filing.unit.name if filing.unit else "",
                year=filing.year,
                round=filing.turn or filing.round,
                previous=filing.earlier_id if filing.handed_in is not None else filing.previous_id,
                next=following.get(filing.id),
                state=filing.state,
                state_words=limits().states[filing.state],
                deadline=filing.deadline,
                deadline_days=days,
                failure=FailureInfo(**filing.failure) if filing.failure else None,
                figures=figures.get(filing.id, {}),
                owner=filing.owner.display or filing.owner.name,
                reviewer=(filing.reviewer.display or filing.reviewer.name) if filing.reviewer else "",
                created=filing.created,
                changed=filing.changed,
                handed_in=filing.handed_in,
                version=filing.version,
                may=policy.may(actor, filing),
            )
        )
    return told


def _following(db: Session, actor: Actor, ids: Sequence[str]) -> dict[str, str]:
    """By id, the version that came after: the next one handed in, else a draft that the person may see."""
    found: dict[str, str] = {}
    drafts = select(Filing).where(Filing.previous_id.in_(ids), Filing.handed_in.is_(None)).order_by(Filing.created)
    for draft in db.scalars(drafts):
        if draft.previous_id is not None and policy.may_see(actor, draft):
            found[draft.previous_id] = draft.id
    handed = select(Filing.previous_id, Filing.earlier_id, Filing.id).where(
        or_(Filing.earlier_id.in_(ids), Filing.previous_id.in_(ids)), Filing.handed_in.is_not(None)
    )
    for previous, earlier, filing_id in db.execute(handed.order_by(Filing.created)).all():
        found |= {before: filing_id for before in (previous, earlier) if before is not None}
    return found


def audit_info(entry: AuditEntry) -> AuditInfo:
    """An entry of the audit trail as it is told."""
    return AuditInfo(
        at=entry.at,
        who=entry.who,
        action=entry.action,
        words=ACTION_WORDS.get(entry.action, entry.action),
        detail=entry.detail,
        filing=entry.filing_id,
    )
