"""What every request passes before any route sees it (host, size, session, origin, CSRF), and the headers of answers.

Written as plain ASGI, so that no route can forget it and large uploads are refused while they come in.
"""

import hmac
import logging
import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reviewer.errors import ReviewerError
from reviewer.web.actor import Actor
from reviewer.web.answers import problem
from reviewer.web.problems import ForbiddenError, SignInError, TooLargeError
from reviewer.web.services import Services
from reviewer.web.settings import Settings

_log = logging.getLogger(__name__)

GUEST_COOKIE = "reviewer_guest"
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf_token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
UPLOAD_PATHS = ("/api/filings",)
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}


class _RefusedError(Exception):
    def __init__(self, error: ReviewerError, status: int | None = None) -> None:
        super().__init__(error.what)
        self.error, self.status = error, status


class Gate:
    """The middleware."""

    def __init__(self, app: ASGIApp, settings: Settings, services: Services) -> None:
        self._app, self._settings, self._services = app, settings, services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        guest = _cookie(request.headers, GUEST_COOKIE)
        guest_is_new = not guest
        guest = guest or secrets.token_urlsafe(24)
        request.state.actor, request.state.csrf = None, guest

        limited: _Limited | None = None
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            if limited is not None and limited.refused is not None and not started:
                return  # whatever the route made of a body that was cut off
            started = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("cache-control", "no-store")
                if guest_is_new and request.state.actor is None and not scope["path"].startswith(("/static/", "/api/")):
                    secure = "; Secure" if self._settings.secure else ""
                    headers.append("set-cookie", f"{GUEST_COOKIE}={guest}; Path=/; HttpOnly; SameSite=Strict{secure}")
            await send(message)

        try:
            self._check_host(request)
            await self._identify(request)
            receive = await self._check_change(request, receive)
            limited = _Limited(receive, self._limit(request), request.headers)
            await self._app(scope, limited, answer)
            if limited.refused is not None:
                raise limited.refused
        except _RefusedError as refused:
            limited = None
            await problem(request, refused.error, refused.status)(scope, receive, answer)
        except Exception as error:
            _log.exception("%s %s", request.method, request.url.path)
            if started:
                raise
            limited = None
            what = f"程序出错了（{type(error).__name__}）"
            told = ReviewerError(what, "", "已保存的内容不受影响；请把刚才的操作告诉维护者")
            await problem(request, told, 500)(scope, receive, answer)

    def _check_host(self, request: Request) -> None:
        host = urlsplit(f"//{request.headers.get('host', '')}")
        try:
            name = f"[{host.hostname}]" if ":" in (host.hostname or "") else host.hostname
        except ValueError:
            name = None
        if self._settings.hosts and name not in self._settings.hosts:
            error = ForbiddenError("网址里的主机名不对", "", f"请用 http://{self._settings.hosts[0]}:… 打开")
            raise _RefusedError(error, 421)

    async def _identify(self, request: Request) -> None:
        if request.url.path.startswith("/static/"):
            return
        access = self._services.access
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        actor: Actor | None = None
        if scheme.lower() == "bearer" and token:
            actor = await run_in_threadpool(access.actor, token.strip(), "token")
            if actor is None:
                raise _RefusedError(SignInError("令牌不对或已过期", "", "用 reviewer user token 换一个"))
        elif secret := _cookie(request.headers, self._settings.cookie):
            actor = await run_in_threadpool(access.actor, secret)
        if actor is not None:
            request.state.actor = actor
            request.state.csrf = actor.csrf

    async def _check_change(self, request: Request, receive: Receive) -> Receive:
        """Refuse what another site may have made the browser send."""
        if request.method in _SAFE or (request.state.actor is not None and not request.state.csrf):
            return receive
        told = request.headers.get("origin")
        if told is not None and urlsplit(told).netloc != request.headers.get("host"):
            raise _RefusedError(ForbiddenError("请求来自别的网站，没有执行", "", "在本程序的页面里操作"))
        sent = request.headers.get(CSRF_HEADER, "")
        if not sent and request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            body = await _body(receive, self._settings.limits.body_kb * 1024)
            sent = parse_qs(body.decode("utf-8", errors="replace")).get(CSRF_FIELD, [""])[0]
            receive = _again(body, receive)
        if not hmac.compare_digest(sent.encode(), request.state.csrf.encode()):
            raise _RefusedError(ForbiddenError("页面放得太久，或请求不是从本程序的页面发出的", "", "刷新页面再试一次"))
        return receive

    def _limit(self, request: Request) -> int:
        limits = self._settings.limits
        if request.method == "POST" and request.url.path in UPLOAD_PATHS and request.state.actor is not None:
            return limits.upload.file_mb * 1024**2 * limits.upload.files
        return limits.body_kb * 1024


class _Limited:
    """A request body that ends with an error once it is too long."""

    def __init__(self, receive: Receive, limit: int, headers: Headers) -> None:
        self._receive, self._limit, self._seen = receive, limit, 0
        self.refused: _RefusedError | None = None
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > limit:
            raise _RefusedError(_too_large(limit))

    async def __call__(self) -> Message:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self._limit:
            self.refused = _RefusedError(_too_large(self._limit))
            raise self.refused
        return message


def _too_large(limit: int) -> TooLargeError:
    size = f"{limit // 1024**2} MB" if limit >= 1024**2 else f"{limit // 1024} KB"
    return TooLargeError("一次传的内容太多了", "", f"一次最多 {size}，请分几次传")


async def _body(receive: Receive, limit: int) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise _RefusedError(_too_large(limit))
        if not message.get("more_body", False):
            break
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """The same body once more."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _cookie(headers: Headers, name: str) -> str:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""
