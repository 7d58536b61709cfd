"""What is refused, and with which status."""

from reviewer.errors import ReviewerError
from reviewer.store.conflict import ConflictError


class NotFoundError(ReviewerError):
    """There is no such thing, or the person may not know of it."""


class ForbiddenError(ReviewerError):
    """The person's role does not allow it."""


class SignInError(ReviewerError):
    """Nobody is signed in."""


class TooManyError(ReviewerError):
    """Too many tries; ``seconds``: when the next one is allowed."""

    def __init__(self, what: str, where: str = "", remedy: str = "", *, seconds: int = 60) -> None:
        super().__init__(what, where, remedy)
        self.seconds = seconds


class TooLargeError(ReviewerError):
    """More than the limits of an upload or a request allow."""


class UnsupportedError(ReviewerError):
    """A kind of file that is not read."""


_STATUS: dict[type[ReviewerError], int] = {
    NotFoundError: 404,
    ForbiddenError: 403,
    SignInError: 401,
    ConflictError: 409,
    TooManyError: 429,
    TooLargeError: 413,
    UnsupportedError: 415,
}
TITLES = {
    400: "请求有误",
    401: "请先登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这种请求",
    409: "内容已被改动",
    413: "太大了",
    415: "不支持这种文件",
    421: "地址不对",
    422: "没有做成",
    429: "试得太多了",
    500: "程序出错了",
}


def status_of(error: ReviewerError) -> int:
    """The HTTP status of an error meant for a person."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 422)


def headers_of(error: ReviewerError) -> dict[str, str]:
    """Headers that go with an error."""
    return {"retry-after": str(error.seconds)} if isinstance(error, TooManyError) else {}
