"""Uploads on their way through the workers: what was taken in is read, also after the service was ended in between."""

import logging
from collections.abc import Callable

from sqlalchemy import select

from reviewer.store import Store
from reviewer.store.audit import record
from reviewer.store.conflict import ConflictError
from reviewer.store.models import Filing, Review, StoredFile
from reviewer.web.services.units import unit_named
from reviewer.web.settings import Settings
from reviewer.web.workers import Failed, Job, Result, Workers

_TRIES = 5
_SWEEP_SECONDS = 24 * 3600.0
_log = logging.getLogger(__name__)


class Reading:
    """Reads filings in state ``reading``."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._store = store
        upload = settings.limits.upload
        self._workers = Workers(settings.workers, seconds=upload.seconds, memory_mb=upload.memory_mb)

    def start(self) -> None:
        """Start the workers, and take up what an earlier run of the service left."""
        self._workers.start()
        with self._store.read() as db:
            self._store.files.sweep(set(db.scalars(select(StoredFile.stored))), older_than=_SWEEP_SECONDS)
            left = list(db.scalars(select(Filing.id).where(Filing.state == "reading").order_by(Filing.created)))
        for filing_id in left:
            self.read(filing_id)

    def close(self) -> None:
        """End the workers."""
        self._workers.close()

    def read(self, filing_id: str) -> None:
        """Have a filing read and reviewed; its state tells when that is done."""
        with self._store.read() as db:
            filing = db.get_one(Filing, filing_id)
            job = Job(self._store.files.path(filing.file.stored), filing.file.name)
        self._workers.submit(job, self._finisher(filing_id))

    def _finisher(self, filing_id: str) -> Callable[[Result], None]:
        def done(result: Result) -> None:
            try:
                for _ in range(_TRIES):
                    try:
                        self._finish(filing_id, result)
                        return
                    except ConflictError:  # two files of one new unit, or the person was quicker
                        continue
                _log.error("keeping the review of %s: %s conflicts", filing_id, _TRIES)
            except Exception:  # the filing stays in state reading and is taken up at the next start
                _log.exception("keeping the review of %s", filing_id)

        return done

    def _finish(self, filing_id: str, result: Result) -> None:
        with self._store.write() as db:
            filing = db.get(Filing, filing_id)
            if filing is None or filing.state != "reading":
                return  # removed meanwhile, or another server was quicker
            if isinstance(result, Failed):
                filing.state = "failed"
                filing.failure = {"what": result.what, "where": result.where, "remedy": result.remedy}
                record(db, None, "failed", filing, what=result.what)
                return
            filing.state = "draft" if filing.handed_in is None else "open"
            filing.title = result.figures["title"] or filing.title
            filing.year = result.figures["year"]
            org = result.figures["org"].strip()
            if filing.unit_id is None and org:
                filing.unit_id = unit_named(db, None, org)
            db.add(Review(filing_id=filing.id, report=result.report, grids=result.grids, figures=result.figures))
            told = {key: result.figures[key] for key in ("error", "warn", "info", "suggestions")}
            record(db, None, "reviewed", filing, **told)
