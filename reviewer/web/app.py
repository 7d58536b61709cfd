"""The application: rooms, REST API, static files, errors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from reviewer.errors import ReviewerError
from reviewer.store import Store, open_store
from reviewer.web.answers import problem
from reviewer.web.api import filings, library, work
from reviewer.web.gate import Gate
from reviewer.web.problems import SignInError
from reviewer.web.rooms import ROOMS, rooms_for
from reviewer.web.services import Services
from reviewer.web.settings import Settings

_HERE = Path(__file__).parent


def create_app(settings: Settings, store: Store | None = None) -> FastAPI:
    """The application over a store (opened from the settings when None; then it is also closed at the end).

    Raises:
        ReviewerError: the store cannot be opened.
    """
    own = store is None
    store = store or open_store(settings.data, settings.database)
    services = Services(settings, store)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        services.reading.start()
        yield
        services.reading.close()
        if own:
            store.close()

    app = FastAPI(
        title="indicator reviewer",
        lifespan=life,
        docs_url=None,  # the usual pages load their scripts from a CDN
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.settings, app.state.store, app.state.services = settings, store, services
    for routes in (filings, work, library):
        app.include_router(routes.router, prefix="/api")
    for room in ROOMS:
        app.include_router(room.router(), prefix=f"/{room.key}", include_in_schema=False)
        if (room.folder / "static").is_dir():
            app.mount(f"/static/{room.key}", StaticFiles(directory=room.folder / "static"))
    app.mount("/static", StaticFiles(directory=_HERE / "static"))
    app.add_api_route("/", _home, include_in_schema=False)
    app.add_exception_handler(ReviewerError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(Gate, settings=settings, services=services)
    return app


def _home(request: Request) -> Response:
    """To the first room of a person."""
    actor = request.state.actor
    if actor is None:
        raise SignInError("请先登录")
    key = {"clerk": "check", "reviewer": "queue", "admin": "queue"}[actor.role]
    if request.app.state.settings.local:
        key = rooms_for(actor)[0].key
    return RedirectResponse(f"/{key}", 303)


async def _refused(request: Request, error: Any) -> Response:
    local = request.app.state.settings.local
    if isinstance(error, SignInError) and not local and not request.url.path.startswith(("/api/", "/account")):
        return RedirectResponse("/account/sign-in", 303)
    return problem(request, error)


async def _invalid(request: Request, error: Any) -> Response:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return problem(request, ReviewerError("请求的内容不对", f"{where}：{first['msg']}", "检查填写的内容再试"), 422)


async def _http(request: Request, error: Any) -> Response:
    told = {404: ("没有这一页", "检查网址，或从上面的导航进入"), 405: ("这个网址不支持这种请求", "")}
    what, remedy = told.get(error.status_code, (str(error.detail), ""))
    return problem(request, ReviewerError(what, "", remedy), error.status_code)
