"""Filings: uploaded, listed, moved, exported."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Query, UploadFile
from starlette.responses import Response

from reviewer.errors import ReviewerError
from reviewer.web.api.bodies import Deadline, Moving, Version
from reviewer.web.deps import Me, Work
from reviewer.web.problems import UnsupportedError
from reviewer.web.services.exports import LetterWords
from reviewer.web.services.filings import Upload
from reviewer.web.services.shapes import AuditInfo, FilingInfo, Uploaded
from reviewer.writers import WRITERS

router = APIRouter(prefix="/filings", tags=["filings"])
_CHUNK = 1024 * 256
Number = Annotated[int, Query(ge=0, le=2**31 - 1)]


@router.post("", status_code=202)
def upload(
    actor: Me,
    services: Work,
    files: Annotated[list[UploadFile], File(description="one or more filings")],
    purpose: Annotated[
        Literal["draft", "review"], Form(description="draft: one's own check, seen by the unit")
    ] = "draft",
    unit: Annotated[str, Form(max_length=200)] = "",
    previous: Annotated[str, Form(max_length=32, description="id of the filing of the round before")] = "",
    deadline: Annotated[str, Form(max_length=10, description="YYYY-MM-DD")] = "",
) -> Uploaded:
    """Hand in files; they are kept when the answer comes, and reviewed soon after (`state` is `reading` until then)."""
    try:
        until = date.fromisoformat(deadline) if deadline else None
    except ValueError:
        raise ReviewerError(f"看不懂日期“{deadline}”", "deadline", "写作 2025-03-11") from None
    uploads = [Upload(file.filename or "", _chunks(file)) for file in files]
    taken = services.filings.take(
        actor,
        uploads,
        handed_in=purpose == "review",
        unit=unit,
        previous=previous or None,
        deadline=until,
    )
    if not taken.filings and len(taken.refused) == 1:
        only = taken.refused[0]
        raise UnsupportedError(only.what, only.name, only.remedy)
    return taken


def _chunks(file: UploadFile) -> Iterator[bytes]:
    while chunk := file.file.read(_CHUNK):
        yield chunk


@router.get("")
def filings(
    actor: Me,
    services: Work,
    ids: Annotated[str, Query(max_length=4000, description="ids, by commas; all when empty")] = "",
    state: Annotated[str | None, Query(max_length=20)] = None,
    unit: Number | None = None,
    year: Number | None = None,
) -> dict[str, list[FilingInfo]]:
    """The filings that one may see."""
    if ids:
        return {"filings": services.filings.some(actor, ids.split(",")[:200])}
    return {"filings": services.filings.all(actor, state=state, unit_id=unit, year=year)}


@router.get("/{filing_id}")
def filing(actor: Me, services: Work, filing_id: str) -> FilingInfo:
    """One filing."""
    return services.filings.get(actor, filing_id)


@router.delete("/{filing_id}", status_code=204)
def remove(actor: Me, services: Work, filing_id: str, version: Annotated[Version, Query()]) -> Response:
    """Remove a draft, or what could not be read."""
    services.filings.remove(actor, filing_id, version)
    return Response(status_code=204)


@router.post("/{filing_id}/move")
def move(actor: Me, services: Work, filing_id: str, body: Moving) -> FilingInfo:
    """Hand in, take on, return, pass or reopen."""
    return services.filings.move(actor, filing_id, body.version, body.to, note=body.note)


@router.post("/{filing_id}/deadline")
def deadline(actor: Me, services: Work, filing_id: str, body: Deadline) -> FilingInfo:
    """Set until when a filing is to be settled."""
    return services.filings.set_deadline(actor, filing_id, body.version, body.deadline)


@router.get("/{filing_id}/report")
def report(actor: Me, services: Work, filing_id: str, current: bool = False) -> Response:
    """The report as JSON (see `reviewer schema`): as filed, or with the decisions in it."""
    work = services.work.open(actor, filing_id)
    shown = work.settled if current else work.report
    return Response(WRITERS["json"].write(shown), media_type="application/json")


@router.get("/{filing_id}/check")
def check(actor: Me, services: Work, filing_id: str) -> dict[str, Any]:
    """The light before handing in, and what to do in order."""
    return services.checks.told(actor, filing_id)


@router.get("/{filing_id}/compare")
def compare(actor: Me, services: Work, filing_id: str) -> dict[str, Any]:
    """This round beside the one before."""
    return services.checks.compared(actor, filing_id)


@router.get("/{filing_id}/audit")
def audit(actor: Me, services: Work, filing_id: str) -> dict[str, list[AuditInfo]]:
    """Who did what when, the latest first."""
    return {"entries": services.filings.audit(actor, filing_id)}


@router.get("/{filing_id}/export/{kind}", response_class=Response)
def export(
    actor: Me,
    services: Work,
    filing_id: str,
    kind: str,
    office: Annotated[str, Query(max_length=100)] = "",
    number: Annotated[str, Query(max_length=100)] = "",
    due: Annotated[str, Query(max_length=100)] = "",
    opinion: Annotated[str, Query(max_length=2000)] = "",
    hints: bool = False,
) -> Response:
    """A file to take away; the header `x-notes` (JSON, percent-encoded) tells what did not get into it."""
    words = LetterWords(office=office, number=number, due=due, opinion=opinion, hints=hints)
    made = services.exports.make(actor, filing_id, kind, words)
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(made.name, safe='')}"}
    if made.notes:
        headers["x-notes"] = quote(json.dumps(made.notes[:20], ensure_ascii=False))
    return Response(made.content, media_type=made.type, headers=headers)
