"""The tables. A change here needs a migration in ``migrations/versions`` (a test compares them)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reviewer.store.base import Base as Base
from reviewer.store.base import now

ROLES = ("clerk", "reviewer", "admin")
STATES = ("reading", "failed", "draft", "open", "in_review", "returned", "passed")


class Unit(Base):
    """A unit that files (预算单位)."""

    __tablename__ = "units"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class User(Base):
    """A person who may sign in. ``role`` is one of ``ROLES``; a clerk belongs to a unit."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint(f"role IN {ROLES}", name="role"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    display: Mapped[str] = mapped_column(String(60), default="")
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    disabled: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)
    unit: Mapped[Unit | None] = relationship()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Access(Base):
    """A way in: a browser's session, a program's token, or a one-time link. Only the hash of the secret is kept."""

    __tablename__ = "accesses"
    __table_args__ = (CheckConstraint("kind IN ('session', 'token', 'link')", name="kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64), default="")
    created: Mapped[datetime] = mapped_column(default=now)
    expires: Mapped[datetime] = mapped_column()
    user: Mapped[User] = relationship()


class StoredFile(Base):
    """An uploaded file: it lies under a random name, ``sha256`` proves that it is whole."""

    __tablename__ = "files"
    id: Mapped[int] = mapped_column(primary_key=True)
    stored: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime] = mapped_column(default=now)


class Filing(Base):
    """One version of a unit's filing: a later version is a row of its own that names the ``previous`` one.

    Attributes:
        id: random, so that it tells nothing and cannot be guessed.
        state: one of ``STATES``.
        failure: what, where and remedy when it could not be read.
        handed_in: when the unit handed it in; None while it is the unit's own draft.
        round: counts versions, drafts too, from 1.
        turn: counts those handed in, from 1; None for a draft. ``earlier_id``: the one handed in before.
        version: grows with each change of state, decision or edit.
    """

    __tablename__ = "filings"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_filings_queue", "state", "deadline"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    title: Mapped[str] = mapped_column(String(300), default="")
    year: Mapped[int | None] = mapped_column()
    round: Mapped[int] = mapped_column(default=1)
    previous_id: Mapped[str | None] = mapped_column(ForeignKey("filings.id"), index=True)
    earlier_id: Mapped[str | None] = mapped_column(ForeignKey("filings.id"), index=True)
    turn: Mapped[int | None] = mapped_column()
    state: Mapped[str] = mapped_column(String(20), default="reading")
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    deadline: Mapped[date | None] = mapped_column()
    handed_in: Mapped[datetime | None] = mapped_column()
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created: Mapped[datetime] = mapped_column(default=now)
    changed: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column(default=1)
    unit: Mapped[Unit | None] = relationship()
    file: Mapped[StoredFile] = relationship()
    owner: Mapped[User] = relationship(foreign_keys=[owner_id])
    reviewer: Mapped[User | None] = relationship(foreign_keys=[reviewer_id])
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Review(Base):
    """The review of a filing as it was filed, and the figures that lists show.

    Attributes:
        report: a ``records.Report`` as compressed JSON; it never changes, decisions are told apart from it.
        grids: the tables of the file, for drawing, in the same way.
    """

    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[str] = mapped_column(ForeignKey("filings.id"), unique=True)
    report: Mapped[bytes] = mapped_column(LargeBinary)
    grids: Mapped[bytes] = mapped_column(LargeBinary)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    created: Mapped[datetime] = mapped_column(default=now)


class Decision(Base):
    """What a person decided on a suggestion or finding of a filing, or a row that he rewrote; undone, never deleted.

    Attributes:
        number: counts the decisions on one filing, from 1.
        target: id of the suggestion, ``意见N`` (the Nth finding of the report), or id of the row.
        body: a ``rounds.Decision`` as JSON.
        step: decisions made in one go (accept all safe ones) share a step and are undone together.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("filing_id", "number"),
        CheckConstraint("about IN ('suggestion', 'finding', 'row')", name="about"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[str] = mapped_column(ForeignKey("filings.id"), index=True)
    number: Mapped[int] = mapped_column()
    step: Mapped[int] = mapped_column()
    about: Mapped[str] = mapped_column(String(12))
    target: Mapped[str] = mapped_column(String(120))
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made: Mapped[datetime] = mapped_column(default=now)
    undone: Mapped[datetime | None] = mapped_column()
    user: Mapped[User] = relationship()


class AuditEntry(Base):
    """Who did what when. Triggers refuse to change or delete a row, in both databases."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_filing", "filing_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    user_id: Mapped[int | None] = mapped_column()
    who: Mapped[str] = mapped_column(String(130))
    action: Mapped[str] = mapped_column(String(40))
    filing_id: Mapped[str | None] = mapped_column(String(32))
    unit_id: Mapped[int | None] = mapped_column()
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class TrainingAnswer(Base):
    """One answer to one item: what was judged right (found, named, fixed: each true, false or null), never changed.

    What a person knows and when it should come back is replayed from these rows (``training.progress``).
    """

    __tablename__ = "training_answers"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    item: Mapped[str] = mapped_column(String(120))
    code: Mapped[str] = mapped_column(String(12))
    level: Mapped[int] = mapped_column(default=1)
    rating: Mapped[int] = mapped_column()
    judged: Mapped[dict[str, Any]] = mapped_column(JSON)
    seconds: Mapped[float | None] = mapped_column()
    at: Mapped[datetime] = mapped_column(default=now)
