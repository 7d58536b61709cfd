"""What the last check of a file found, so that the next one can say what was cleared.

Kept in the user's own state folder, readable by the user alone, never beside the file: it must not travel with what is
handed in. Kept are the names and values of rows, names of cost lines, and codes and first words of findings; goals,
amounts, bases of calculation, names of units and evidence are left out. Entries go after ninety days, or with
``reviewer check --forget``.
"""

import hashlib
import os
import time
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from reviewer.records import Amount, FilingReport, Form, Location
from reviewer.records.base import Record
from reviewer.resources import state_folder, write_atomically
from reviewer.rounds.anchors import CLAUSE

_VERSION = 1
_DAYS = 90
_SHOWN = 24  # characters of a cell that name a place
_NO_AMOUNT = Amount(printed="")


class Remembered(Record):
    """A check of a file: when it was, and what it found."""

    version: int = _VERSION
    when: str
    report: FilingReport


def recall(file: Path) -> Remembered | None:
    """The last check of a file; None when there was none, or it cannot be read any more."""
    try:
        found = Remembered.model_validate_json(_place(file).read_bytes())
    except (OSError, ValidationError, ValueError):
        return None  # a memory of another version is no memory
    return found if found.version == _VERSION else None


def remember(file: Path, report: FilingReport, now: datetime) -> None:
    """Keep a check; what is too old goes.

    Raises:
        OSError: the state folder cannot be written.
    """
    place = _place(file)
    place.parent.mkdir(parents=True, exist_ok=True)
    if os.name == "posix":
        place.parent.chmod(0o700)
    entry = Remembered(when=now.isoformat(timespec="seconds"), report=_slim(report))
    write_atomically(place, entry.model_dump_json(exclude_defaults=True))
    _prune(place.parent)


def forget(file: Path) -> bool:
    """Forget a file; whether there was anything to forget."""
    place = _place(file)
    known = place.exists()
    place.unlink(missing_ok=True)
    return known


def _place(file: Path) -> Path:
    name = hashlib.sha256(str(file.resolve()).encode("utf-8", errors="surrogateescape")).hexdigest()[:32]
    return state_folder() / "checks" / f"{name}.json"


def _prune(folder: Path) -> None:
    for old in folder.glob("*.json"):
        try:
            if time.time() - old.stat().st_mtime > _DAYS * 86400:
                old.unlink()
        except OSError:  # another run was quicker
            continue


def _cut(place: Location | None, length: int = 0) -> Location | None:
    return None if place is None else place.model_copy(update={"text": place.text[:length]})


def _slim(report: FilingReport) -> FilingReport:
    forms = tuple(_slim_form(form) for form in report.filing.forms)
    filing = report.filing.model_copy(update={"forms": forms, "org": "", "unread": ()})
    return FilingReport(
        filing=filing,
        profile={},
        findings=tuple(
            f.model_copy(
                update={
                    "message": CLAUSE.split(f.message, maxsplit=1)[0],
                    "evidence": "",
                    "location": _cut(f.location, _SHOWN),
                }
            )
            for f in report.findings
        ),
        outcomes=report.outcomes,
        scores=(),
    )


def _slim_form(form: Form) -> Form:
    nothing = {"amount": _NO_AMOUNT}
    return form.model_copy(
        update={
            "org": "",
            "budget": None,
            "basic": None,
            "projects_total": None,
            "cost_total": None,
            "fund_sources": (),
            "fields": tuple(f.model_copy(update={"text": "", "location": _cut(f.location)}) for f in form.fields),
            "objectives": tuple(
                o.model_copy(update={"text": "", "location": _cut(o.location)}) for o in form.objectives
            ),
            "cost_lines": tuple(
                c.model_copy(update={**nothing, "calculation_basis": "", "note": "", "location": _cut(c.location)})
                for c in form.cost_lines
            ),
            "rows": tuple(
                r.model_copy(update={**nothing, "period_goal": None, "annual_goal": None, "location": _cut(r.location)})
                for r in form.rows
            ),
            "heading_weights": (),
        }
    )
