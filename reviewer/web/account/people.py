"""People and units, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from reviewer.errors import ReviewerError
from reviewer.store.models import ROLES
from reviewer.web.deps import Admin, Work
from reviewer.web.pages import render
from reviewer.web.problems import status_of
from reviewer.web.services import Services

router = APIRouter()
_Text = Annotated[str, Form(max_length=400)]


@router.get("/people")
def people(request: Request, actor: Admin, services: Work) -> Response:
    """Everybody, and what can be done with them."""
    return _page(request, actor, services)


@router.post("/people")
def add(
    request: Request,
    actor: Admin,
    services: Work,
    name: _Text = "",
    password: _Text = "",
    role: _Text = "clerk",
    unit: _Text = "",
    display: _Text = "",
) -> Response:
    """Add a person."""
    try:
        services.people.add(actor, name, password, role, unit=unit, display=display)
    except ReviewerError as error:
        return _page(request, actor, services, error)
    return RedirectResponse("/account/people", 303)


@router.post("/people/{name}")
def change(
    request: Request,
    actor: Admin,
    services: Work,
    name: str,
    version: Annotated[int, Form(ge=1, le=2**31 - 1)],
    role: _Text = "",
    unit: _Text = "",
    display: _Text = "",
    password: _Text = "",
    disabled: Annotated[bool, Form()] = False,
) -> Response:
    """Change a person; a password left empty stays."""
    try:
        services.people.change(
            actor,
            name,
            version=version,
            role=role or None,
            unit=unit,
            display=display,
            disabled=disabled,
            password=password or None,
        )
    except ReviewerError as error:
        return _page(request, actor, services, error)
    return RedirectResponse("/account/people", 303)


@router.post("/units/{unit_id}")
def rename(
    request: Request,
    actor: Admin,
    services: Work,
    unit_id: int,
    version: Annotated[int, Form(ge=1, le=2**31 - 1)],
    name: _Text = "",
) -> Response:
    """Give a unit another name."""
    try:
        services.people.rename_unit(actor, unit_id, version, name)
    except ReviewerError as error:
        return _page(request, actor, services, error)
    return RedirectResponse("/account/people", 303)


@router.get("/audit")
def audit(request: Request, actor: Admin, services: Work) -> Response:
    """The latest of the whole audit trail."""
    return render(request, "account/audit.html", entries=services.people.audit(actor))


def _page(request: Request, actor: Admin, services: Services, error: ReviewerError | None = None) -> Response:
    return render(
        request,
        "account/people.html",
        status=200 if error is None else status_of(error),
        users=services.people.users(actor),
        units=services.people.units(actor),
        roles=ROLES,
        error=error,
    )
