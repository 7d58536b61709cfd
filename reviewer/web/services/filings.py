"""Filings: taken in, listed, moved from state to state."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewer.errors import ReviewerError
from reviewer.store import Store
from reviewer.store.audit import record
from reviewer.store.base import now
from reviewer.store.files import Kept
from reviewer.store.models import AuditEntry, Filing, StoredFile, User
from reviewer.web.actor import Actor
from reviewer.web.problems import ForbiddenError, TooLargeError, UnsupportedError
from reviewer.web.services import policy
from reviewer.web.services.names import safe_name
from reviewer.web.services.reading import Reading
from reviewer.web.services.removal import forget
from reviewer.web.services.rows import audit_info, fresh, infos, loaded, visible
from reviewer.web.services.shapes import AuditInfo, FilingInfo, Refused, Uploaded
from reviewer.web.services.units import unit_named
from reviewer.web.services.work import WorkService
from reviewer.web.settings import Settings

_MOVES = {"open": "submitted", "in_review": "assigned", "returned": "returned", "passed": "passed"}
LIST_LIMIT = 10_000


@dataclass(frozen=True)
class Upload:
    """A file that comes in: its name as the browser tells it, its content in chunks."""

    name: str
    chunks: Iterable[bytes]


class FilingService:
    """Filings of all units."""

    def __init__(self, settings: Settings, store: Store, reading: Reading, work: WorkService) -> None:
        self._settings, self._store, self._reading, self._work = settings, store, reading, work

    # --- taking in -----------------------------------------------------------------------------------------------

    def take(
        self,
        actor: Actor,
        uploads: Sequence[Upload],
        *,
        handed_in: bool = False,
        unit: str = "",
        previous: str | None = None,
        deadline: date | None = None,
    ) -> Uploaded:
        """Keep files and have them read; when this returns, they are on the disk.

        Args:
            handed_in: False: the unit's own draft, which no reviewer sees.
            unit: name of the unit, from a reviewer; a clerk's files are his own unit's.
            previous: id of the filing that this is the next round of.

        Raises:
            ReviewerError: too many files, or no file at all.
        """
        limit = self._settings.limits.upload.files
        if not uploads:
            raise ReviewerError("没有选文件", "", "选一个或几个申报表文件")
        if len(uploads) > limit:
            raise TooLargeError(f"一次最多传 {limit} 个文件", f"这次有 {len(uploads)} 个", "分几次传")
        if previous is not None and len(uploads) > 1:
            raise ReviewerError("修改后的申报表一次只能传一份", "", "一份一份地传")
        if not actor.is_reviewer and actor.unit_id is None:
            raise ForbiddenError("您的账号还没有指定单位，不能上传", "", "请管理员在“用户”里给您指定单位")
        taken: list[str] = []
        refused: list[Refused] = []
        for upload in uploads:
            name = safe_name(upload.name)
            try:
                kept = self._keep(name, upload.chunks)
            except ReviewerError as error:
                refused.append(Refused(name=name, what=error.what, remedy=error.remedy))
                continue
            try:
                taken.append(self._note(actor, name, kept, handed_in, unit, previous, deadline))
            except BaseException:
                self._store.files.remove(kept.stored)
                raise
        for filing_id in taken:
            self._reading.read(filing_id)
        return Uploaded(filings=self.some(actor, taken), refused=refused)

    def _keep(self, name: str, chunks: Iterable[bytes]) -> Kept:
        known = self.suffixes()
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in known:
            raise UnsupportedError(f"不支持的文件类型“{suffix or name}”", "", f"可以传：{'、'.join(known)}")
        kept = self._store.files.keep(self._measured(chunks))
        if kept.size == 0:
            self._store.files.remove(kept.stored)
            raise UnsupportedError("文件是空的", "", "重新取得文件再传")
        return kept

    def _measured(self, chunks: Iterable[bytes]) -> Iterable[bytes]:
        limit, seen = self._settings.limits.upload.file_mb, 0
        for chunk in chunks:
            seen += len(chunk)
            if seen > limit * 1024**2:
                raise TooLargeError(f"文件超过 {limit} MB", "", "去掉图片或拆开后再传")
            yield chunk

    def suffixes(self) -> list[str]:
        """The file endings that are taken."""
        from reviewer.readers.base import READERS

        return sorted({suffix for reader in READERS.values() for suffix in reader.suffixes} - {".json"})

    def _note(
        self,
        actor: Actor,
        name: str,
        kept: Kept,
        handed_in: bool,
        unit: str,
        previous: str | None,
        deadline: date | None,
    ) -> str:
        with self._store.write() as db:
            before = policy.check_seen(actor, db.get(Filing, previous)) if previous is not None else None
            unit_id = actor.unit_id
            if actor.is_reviewer:
                unit_id = unit_named(db, actor, unit) if unit.strip() else before.unit_id if before else None
            if before is not None and "revise" not in policy.may(actor, before):
                state = self._settings.limits.states[before.state]
                raise ForbiddenError(f"上一份{state}，现在不能传修改稿", "", "退回以后再传；要撤回请与审核人联系")
            filing = Filing(
                id=secrets.token_hex(16),
                unit_id=unit_id,
                title=name,
                round=before.round + 1 if before is not None else 1,
                previous_id=before.id if before is not None else None,
                deadline=deadline if actor.is_reviewer else None,
                file=StoredFile(stored=kept.stored, name=name, size=kept.size, sha256=kept.sha256),
                owner_id=actor.user_id,
            )
            db.add(filing)
            if handed_in:
                hand_in(db, filing)
            db.flush()
            record(db, actor, "uploaded", filing, name=name, size=kept.size, sha256=kept.sha256)
            return filing.id

    # --- telling -------------------------------------------------------------------------------------------------

    def get(self, actor: Actor, filing_id: str) -> FilingInfo:
        """One filing.

        Raises:
            NotFoundError: there is none that the person may see.
        """
        with self._store.read() as db:
            filing = policy.check_seen(actor, db.get(Filing, filing_id))
            return infos(db, actor, [filing])[0]

    def some(self, actor: Actor, ids: Sequence[str]) -> list[FilingInfo]:
        """The filings of these ids that the person may see, in this order."""
        with self._store.read() as db:
            found = {f.id: f for f in db.scalars(loaded().where(Filing.id.in_(ids)))}
            return infos(db, actor, [found[i] for i in ids if i in found and policy.may_see(actor, found[i])])

    def all(
        self, actor: Actor, *, state: str | None = None, unit_id: int | None = None, year: int | None = None
    ) -> list[FilingInfo]:
        """The filings that the person may see, the newest first; no more than ``LIST_LIMIT``."""
        query = visible(loaded(), actor).order_by(Filing.created.desc(), Filing.id).limit(LIST_LIMIT)
        if state is not None:
            query = query.where(Filing.state == state)
        if unit_id is not None:
            query = query.where(Filing.unit_id == unit_id)
        if year is not None:
            query = query.where(Filing.year == year)
        with self._store.read() as db:
            return infos(db, actor, list(db.scalars(query)))

    def audit(self, actor: Actor, filing_id: str) -> list[AuditInfo]:
        """Who did what with a filing, the latest first.

        Raises:
            NotFoundError: there is none that the person may see.
        """
        with self._store.read() as db:
            policy.check_seen(actor, db.get(Filing, filing_id))
            query = select(AuditEntry).where(AuditEntry.filing_id == filing_id).order_by(AuditEntry.id.desc())
            return [audit_info(entry) for entry in db.scalars(query)]

    # --- moving --------------------------------------------------------------------------------------------------

    def move(self, actor: Actor, filing_id: str, version: int, to: str, *, note: str = "") -> FilingInfo:
        """Move a filing to another state.

        Raises:
            NotFoundError: there is none that the person may see.
            ForbiddenError: he may not move it there.
            ConflictError: somebody else was quicker.
            ReviewerError: a filing with flaws that must be corrected passes only with a note.
        """
        with self._store.write() as db:
            filing = fresh(db, actor, filing_id, version)
            policy.check_may(actor, filing, to)
            left = self._work.errors_left(db, actor, filing) if to == "passed" and not note.strip() else 0
            if left:
                what = f"还有 {left} 处必须修改的问题"
                raise ReviewerError(what, "", "退回修改；确实可以通过的，写明理由再通过")
            if to == "returned" and filing.state == "open":
                filing.reviewer = db.get(User, actor.user_id)
            was, filing.state = filing.state, to
            if to == "in_review":
                filing.reviewer = db.get(User, actor.user_id)
            if to == "open" and filing.handed_in is None:
                hand_in(db, filing)
            action = "reopened" if was in ("returned", "passed") or (was, to) == ("in_review", "open") else _MOVES[to]
            record(db, actor, action, filing, note=note.strip()[:2000])
            db.flush()
            return infos(db, actor, [filing])[0]

    def set_deadline(self, actor: Actor, filing_id: str, version: int, deadline: date | None) -> FilingInfo:
        """Set until when a filing is to be settled.

        Raises:
            NotFoundError, ForbiddenError, ConflictError: see ``move``.
        """
        with self._store.write() as db:
            filing = fresh(db, actor, filing_id, version)
            policy.check_may(actor, filing, "deadline")
            filing.deadline = deadline
            record(db, actor, "deadline", filing, deadline=deadline.isoformat() if deadline else None)
            db.flush()
            return infos(db, actor, [filing])[0]

    def remove(self, actor: Actor, filing_id: str, version: int) -> None:
        """Remove a draft, or a file that could not be read.

        Raises:
            NotFoundError, ForbiddenError, ConflictError: see ``move``.
        """
        with self._store.write() as db:
            filing = fresh(db, actor, filing_id, version)
            policy.check_may(actor, filing, "remove")
            stored = filing.file
            record(db, actor, "removed", filing, name=stored.name, sha256=stored.sha256)
            forget(db, filing)
        self._store.files.remove(stored.stored)


def hand_in(db: Session, filing: Filing) -> None:
    """Note that a filing is handed in now, and which one the unit handed in before."""
    earlier = db.get(Filing, filing.previous_id) if filing.previous_id is not None else None
    while earlier is not None and earlier.handed_in is None:
        earlier = db.get(Filing, earlier.previous_id) if earlier.previous_id is not None else None
    filing.handed_in = now()
    filing.earlier_id = earlier.id if earlier is not None else None
    filing.turn = (earlier.turn or 1) + 1 if earlier is not None else 1
