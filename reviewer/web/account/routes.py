"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from reviewer.errors import ReviewerError
from reviewer.web.account.people import router as people
from reviewer.web.deps import Me, Work
from reviewer.web.pages import render
from reviewer.web.problems import SignInError, TooManyError, headers_of, status_of
from reviewer.web.services.access import Entered
from reviewer.web.settings import Settings

router = APIRouter()
router.include_router(people)


@router.get("")
def index(request: Request, actor: Me) -> Response:
    """Who one is here."""
    return _account(request)


@router.post("/password")
def change_password(
    request: Request,
    actor: Me,
    services: Work,
    old: Annotated[str, Form(max_length=400)] = "",
    new: Annotated[str, Form(max_length=400)] = "",
    again: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """One's own new password."""
    if new != again:
        return _account(request, ReviewerError("两次输入的新密码不一样", "", "再输一次"))
    try:
        services.people.change_own_password(actor, old, new)
    except (ReviewerError, TooManyError) as error:
        return _account(request, error)
    return _account(request, done="密码已改，其他地方的登录都已退出。")


def _account(request: Request, error: ReviewerError | None = None, done: str = "") -> Response:
    status = 200 if error is None else status_of(error)
    return render(request, "account/index.html", status=status, error=error, done=done)


@router.get("/open")
def open_link(request: Request, services: Work, token: str = "") -> Response:
    """The one-time link of the local mode."""
    if request.state.actor is not None:  # the page was reloaded
        return RedirectResponse("/", 303)
    return _begin(services.settings, services.access.use_link(token))


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """The form."""
    if request.state.actor is not None:
        return RedirectResponse("/", 303)
    return render(request, "account/sign_in.html", error=None, name="")


@router.post("/sign-in")
def sign_in(
    request: Request, services: Work, name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
) -> Response:
    """Begin a session."""
    source = request.client.host if request.client else ""
    try:
        entered = services.access.sign_in(name, password, source=source)
    except (SignInError, TooManyError) as error:
        return _again(request, error, name)
    return _begin(services.settings, entered)


@router.post("/sign-out")
def sign_out(request: Request, services: Work, actor: Me) -> Response:
    """End the session."""
    services.access.sign_out(actor)
    answer = RedirectResponse("/account/sign-in", 303)
    answer.delete_cookie(services.settings.cookie)
    return answer


def _begin(settings: Settings, entered: Entered) -> Response:
    answer = RedirectResponse("/", 303)
    answer.set_cookie(settings.cookie, entered.secret, httponly=True, samesite="lax", secure=settings.secure)
    return answer


def _again(request: Request, error: ReviewerError, name: str) -> Response:
    page = render(request, "account/sign_in.html", status=status_of(error), error=error, name=name)
    page.headers.update(headers_of(error))
    return page
