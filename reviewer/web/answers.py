"""Errors as people and programs read them: a Chinese page, or problem details (RFC 9457)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviewer.errors import ReviewerError
from reviewer.web.problems import TITLES, SignInError, headers_of, status_of


def wants_json(request: Request) -> bool:
    """Whether a program asks."""
    return request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", "")


def problem(request: Request, error: ReviewerError, status: int | None = None) -> Response:
    """The answer to what was refused or failed."""
    status = status or status_of(error)
    headers = headers_of(error)
    if wants_json(request):
        body = {
            "type": "about:blank",
            "title": TITLES.get(status, "出错了"),
            "status": status,
            "detail": error.what,
            "where": error.where,
            "remedy": error.remedy,
        }
        return JSONResponse(body, status, headers=headers, media_type="application/problem+json")
    from reviewer.web.pages import render

    sign_in = isinstance(error, SignInError)
    page = render(
        request, "problem.html", status=status, title=TITLES.get(status, "出错了"), error=error, sign_in=sign_in
    )
    page.headers.update(headers)
    return page
