"""Pages from templates: one Jinja environment for all rooms, everything escaped, nothing undefined."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from starlette.responses import HTMLResponse

from reviewer.records import Severity
from reviewer.web.rooms import ROOMS, rooms_for
from reviewer.web.settings import limits
from reviewer.writers.words import KIND_WORDS, SEVERITY_HELP, SEVERITY_SIGNS, SEVERITY_WORDS, one_line, shown, written

# how the state of a filing is marked
_TAGS = {"open": "warn", "in_review": "info", "returned": "error", "passed": "ok", "failed": "error"}
_HERE = Path(__file__).parent


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page.

    Args:
        template: ``room/name.html`` of a room's folder ``templates``, or a shared one.
        values: what it shows; ``actor``, ``room``, ``rooms``, ``csrf`` and ``path`` are always there.
    """
    actor = getattr(request.state, "actor", None)
    key = request.url.path.split("/")[1] if request.url.path != "/" else ""
    html = (
        environment()
        .get_template(template)
        .render(
            actor=actor,
            room=next((room for room in ROOMS if room.key == key), None),
            rooms=rooms_for(actor),
            csrf=getattr(request.state, "csrf", ""),
            local=request.app.state.settings.local,
            path=request.url.path,
            **values,
        )
    )
    # A damaged file may hold half a surrogate pair, which UTF-8 cannot express.
    return HTMLResponse(written(html), status_code=status)


@cache
def environment() -> Environment:
    """The Jinja environment."""
    rooms = {room.key: FileSystemLoader(room.folder / "templates") for room in ROOMS}
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(_HERE / "templates"), PrefixLoader(rooms)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        static=lambda name: f"/static/{name}",
        role_words=limits().roles,
        tags=_TAGS,
        severities=list(Severity),
        severity_words=SEVERITY_WORDS,
        severity_signs=SEVERITY_SIGNS,
        severity_help=SEVERITY_HELP,
        kind_words=KIND_WORDS,
    )
    made.filters.update(shown=shown, line=one_line)
    return made
