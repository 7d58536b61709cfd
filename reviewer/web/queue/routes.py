"""The pages of this room."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from reviewer.web.deps import Me
from reviewer.web.pages import render

router = APIRouter()


@router.get("")
def index(request: Request, actor: Me) -> Response:
    """The first page."""
    return render(request, "queue/index.html")
