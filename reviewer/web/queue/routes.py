"""The pages of this room."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from reviewer.errors import ReviewerError
from reviewer.rounds.compare import STATE_HELP, STATE_WORDS
from reviewer.rounds.compare_text import ORDER, SIGNS, counts_in_words, heading
from reviewer.web.deps import Me, Reviewer, Work
from reviewer.web.pages import render
from reviewer.web.services.board import Wanted
from reviewer.web.services.exports import KINDS
from reviewer.web.settings import limits

router = APIRouter()
_Version = Annotated[int, Form(ge=1, le=2**31 - 1)]


@router.get("")
def index(
    request: Request,
    actor: Reviewer,
    services: Work,
    unit: Annotated[str, Query(max_length=200)] = "",
    state: Annotated[str, Query(max_length=20)] = "",
    year: Annotated[str, Query(max_length=4)] = "",
    due: Annotated[str, Query(max_length=5)] = "",
    mine: bool = False,
) -> Response:
    """Units × rounds."""
    wanted = Wanted(unit, state, int(year) if year.isdecimal() else None, due, mine)
    return render(
        request,
        "queue/index.html",
        board=services.board.board(actor, wanted),
        wanted=wanted,
        states=limits().states,
    )


@router.get("/dashboard")
def dashboard(
    request: Request, actor: Reviewer, services: Work, year: Annotated[str, Query(max_length=4)] = ""
) -> Response:
    """Charts over all filings."""
    chosen = int(year) if year.isdecimal() else None
    years = services.board.board(actor, Wanted()).years
    figures = services.board.figures(actor, chosen)
    return render(request, "queue/dashboard.html", figures=figures, year=chosen, years=years)


@router.post("/deadlines")
def deadlines(
    actor: Reviewer,
    services: Work,
    chosen: Annotated[list[str], Form()] = [],  # noqa: B006
    day: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """One deadline for several filings."""
    until = _day(day)
    if not chosen:
        raise ReviewerError("没有选申报表", "", "先在表中打勾，再定期限")
    for told in chosen[:500]:
        filing_id, _, version = told.partition(":")
        services.filings.set_deadline(actor, filing_id, int(version) if version.isdecimal() else 0, until)
    return RedirectResponse("/queue", 303)


@router.get("/{filing_id}")
def filing(request: Request, actor: Me, services: Work, filing_id: str) -> Response:
    """One filing: where it stands, what can be done, who did what. A unit sees its own."""
    told = services.filings.get(actor, filing_id)
    is_read = told.state not in ("reading", "failed")
    return render(
        request,
        "queue/filing.html",
        filing=told,
        state=services.work.state(actor, filing_id) if is_read else None,
        audit=services.filings.audit(actor, filing_id),
        kinds=KINDS,
        limits=services.settings.limits.upload,
        suffixes=services.filings.suffixes(),
    )


@router.post("/{filing_id}/move")
def move(
    actor: Me,
    services: Work,
    filing_id: str,
    version: _Version,
    to: Annotated[str, Form(max_length=20)],
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Hand in, take on, return, pass, reopen."""
    services.filings.move(actor, filing_id, version, to, note=note)
    return RedirectResponse(f"/queue/{filing_id}", 303)


@router.post("/{filing_id}/deadline")
def deadline(
    actor: Reviewer,
    services: Work,
    filing_id: str,
    version: _Version,
    day: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Until when it is to be settled."""
    services.filings.set_deadline(actor, filing_id, version, _day(day))
    return RedirectResponse(f"/queue/{filing_id}", 303)


@router.get("/{filing_id}/compare")
def compare(request: Request, actor: Me, services: Work, filing_id: str) -> Response:
    """This round beside the one before."""
    comparison, old, new = services.checks.compare(actor, filing_id)
    parts = [(state, [f for f in comparison.followed if f.state is state]) for state in ORDER]
    return render(
        request,
        "queue/compare.html",
        filing=services.filings.get(actor, filing_id),
        comparison=comparison,
        heading=heading(comparison),
        counts=counts_in_words(comparison),
        parts=[(state, items) for state, items in parts if items],
        place=lambda item: (new if item.new is not None else old).place(item.finding),
        state_words=STATE_WORDS,
        state_help=STATE_HELP,
        signs=SIGNS,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError:
        raise ReviewerError(f"看不懂日期“{text}”", "", "写作 2025-03-11") from None
