"""What can go wrong with a call, enumerated: a call gives a typed reply or one of these, never silence."""

import re
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

from reviewer.records.base import Record


class FailureKind(StrEnum):
    """Why there is no reply."""

    AUTH = "auth"
    QUOTA = "quota"
    NOT_FOUND = "not_found"
    BAD_REQUEST = "bad_request"
    TOO_LONG = "too_long"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    BAD_RESPONSE = "bad_response"
    REFUSED = "refused"
    FILTERED = "filtered"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    NOT_JSON = "not_json"
    WRONG_SHAPE = "wrong_shape"
    BUDGET = "budget"
    NOT_RECORDED = "not_recorded"


WORDS = {
    FailureKind.AUTH: "密钥不被接受",
    FailureKind.QUOTA: "账户余额或额度用完",
    FailureKind.NOT_FOUND: "没有这个模型或地址",
    FailureKind.BAD_REQUEST: "请求不被接受",
    FailureKind.TOO_LONG: "内容超过模型的长度上限",
    FailureKind.RATE_LIMITED: "请求过于频繁",
    FailureKind.SERVER_ERROR: "模型服务出错",
    FailureKind.TIMEOUT: "超时",
    FailureKind.CONNECTION: "连不上模型服务",
    FailureKind.BAD_RESPONSE: "模型服务的回应不合协议",
    FailureKind.REFUSED: "模型拒绝回答",
    FailureKind.FILTERED: "被内容审查拦下",
    FailureKind.EMPTY: "回复是空的",
    FailureKind.TRUNCATED: "回复被截断",
    FailureKind.NOT_JSON: "回复不是 JSON",
    FailureKind.WRONG_SHAPE: "回复的内容不合要求",
    FailureKind.BUDGET: "已到本次运行的上限，没有调用",
    FailureKind.NOT_RECORDED: "没有这次调用的记录",
}
# Nothing was wrong with this one call: the next would fail alike, so a run stops asking.
FATAL = frozenset({FailureKind.AUTH, FailureKind.QUOTA, FailureKind.NOT_FOUND})


class CallFailure(Record):
    """A call without a reply.

    Attributes:
        detail: what the endpoint or the check said, keys taken out, shortened.
        attempts: requests that were made for it.
    """

    kind: FailureKind
    detail: str = ""
    attempts: int = 0

    @property
    def reason(self) -> str:
        """In Chinese, for a person."""
        return WORDS[self.kind] + (f"（{self.detail}）" if self.detail else "")


_KEYS = re.compile(r"\b(?:sk|pk|ak|rk)-[\w*.-]{4,}|(?i:bearer\s+)[\w.~+/-]+=*|\b[0-9a-f]{32}\.\w{8,}")
_LONGEST = 240


def scrub(text: str, *secrets: str) -> str:
    """A text from outside without keys, on one line, shortened: it may go into a report or an error."""
    for secret in secrets:
        if len(secret) >= 4:
            text = text.replace(secret, "***")
    text = re.sub(r"(?<=//)[^/@\s]+@", "", _KEYS.sub("***", text))
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def shown_url(url: str) -> str:
    """An address without user name, password and query."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
