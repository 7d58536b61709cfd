"""The page of this room."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from reviewer.web.deps import Me, Work
from reviewer.web.pages import render

router = APIRouter()


@router.get("")
def index(request: Request, actor: Me, services: Work) -> Response:
    """The filings of one's unit, those that wait for the unit first."""
    return render(
        request,
        "sent/index.html",
        sent=services.board.sent(actor),
        limits=services.settings.limits.upload,
        suffixes=services.filings.suffixes(),
    )
