"""One request to an endpoint, by langchain's ``ChatOpenAI`` over the ``openai`` SDK; the only module that imports them.

What comes back is a ``RawReply`` or an ``AttemptError`` of an enumerated kind. No repetition, no judgement here.
"""

import contextlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from reviewer.errors import ReviewerError
from reviewer.llm.failures import FailureKind, scrub
from reviewer.llm.presets import Mode
from reviewer.llm.settings import ModelSettings

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

_METHODS = {"json_schema": "json_schema", "tools": "function_calling", "json_object": "json_mode"}
_TOOL_NAME = "reply"
_MODE_FIELDS = ("response_format", "json_schema", "json_object", "tool_choice", "tools", "parallel_tool_calls")
_TOO_LONG = ("context_length", "context length", "maximum context", "too long", "context window", "max_model_len")
_FILTERED = ("content_filter", "data_inspection", "inappropriate", "sensitive", "risk", "1301")
_QUOTA = ("insufficient_quota", "insufficient balance", "arrearage", "余额", "欠费", "1113")


@dataclass(frozen=True)
class Usage:
    """Tokens of a request; ``estimated``: the endpoint told none, they were counted from the letters."""

    input: int = 0
    output: int = 0
    estimated: bool = False


@dataclass(frozen=True)
class RawReply:
    """What an endpoint answered.

    Attributes:
        text: the content, "" for none.
        arguments: arguments of tool calls, decoded, or as text when they are no JSON.
        finish: stop, length, content_filter, tool_calls …; "" when not told.
        refusal: the words of a refusal that the protocol marks as one.
    """

    text: str
    arguments: tuple[Any, ...] = ()
    finish: str = ""
    refusal: str = ""
    usage: Usage | None = None
    model: str = ""


class AttemptError(Exception):
    """A request without an answer.

    Attributes:
        retry_after: seconds that the endpoint asks to wait, None when it does not say.
        refused_mode: the endpoint may know no such way to ask for JSON: the next should be tried.
        repeatable: the same request may succeed later.
    """

    def __init__(
        self,
        kind: FailureKind,
        detail: str = "",
        *,
        retry_after: float | None = None,
        refused_mode: bool = False,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.retry_after = retry_after
        self.refused_mode = refused_mode

    @property
    def repeatable(self) -> bool:
        """See the class."""
        return self.kind in (
            FailureKind.RATE_LIMITED,
            FailureKind.SERVER_ERROR,
            FailureKind.TIMEOUT,
            FailureKind.CONNECTION,
            FailureKind.BAD_RESPONSE,
        )


def body_of(
    settings: ModelSettings, messages: Sequence[Mapping[str, str]], mode: Mode, schema: Mapping[str, Any], limit: int
) -> dict[str, Any]:
    """The request's body as it is sent; a test holds it against what a server receives."""
    body: dict[str, Any] = {"model": settings.model, "messages": [dict(m) for m in messages], "stream": False}
    body[settings.token_field] = limit
    if settings.temperature is not None:
        body["temperature"] = settings.temperature
    body |= settings.extra_body
    if mode == "json_schema":
        body["response_format"] = _response_format(schema)
    elif mode == "tools":
        body["tools"] = [_tool(schema)]
        body["tool_choice"] = {"type": "function", "function": {"name": _TOOL_NAME}}
        body["parallel_tool_calls"] = False
    elif mode == "json_object":
        body["response_format"] = {"type": "json_object"}
    return body


def _response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": _TOOL_NAME, "schema": dict(schema), "strict": True}}


def _tool(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "function", "function": {"name": _TOOL_NAME, "parameters": dict(schema)}}


class Transport:
    """Sends requests; may be used by several threads at once."""

    def __init__(self, settings: ModelSettings) -> None:
        """Raises:
        ReviewerError: the extra ``llm`` is not installed.
        """
        self._settings = settings
        self._secret = settings.api_key.get_secret_value()
        self._client = _client(settings, self._secret)

    def send(
        self, messages: Sequence[Mapping[str, str]], mode: Mode, schema: Mapping[str, Any], limit: int
    ) -> RawReply:
        """Ask once.

        Args:
            limit: most tokens of the reply.

        Raises:
            AttemptError: there is no answer.
        """
        from langsmith import tracing_context

        runnable = self._runnable(mode, schema, limit)
        turns = [(m["role"], m["content"]) for m in messages]
        try:
            # Never to a tracing service, whatever the environment says: a filing is nobody's business.
            with tracing_context(enabled=False), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                answer = runnable.invoke(turns)
        except Exception as error:
            ended = _ended(error)
            if ended is not None:
                return ended
            raise self._failed(error, mode) from None
        return _raw_reply(answer)

    def _runnable(self, mode: Mode, schema: Mapping[str, Any], limit: int) -> Any:
        extra: dict[str, Any] = dict(self._settings.extra_body)
        limits: dict[str, Any] = {}
        if self._settings.token_field == "max_tokens":
            extra["max_tokens"] = limit  # as a field of its own langchain would rename it
        else:
            limits["max_completion_tokens"] = limit
        client = self._client
        if mode == "plain":
            return client.bind(extra_body=extra, **limits)
        options: dict[str, Any] = {"method": _METHODS[mode], "extra_body": extra, **limits}
        # The first step alone, the model's own message: what follows it would throw a wrong reply away; and with
        # include_raw it would run in a thread that the interpreter waits for, so that Ctrl-C hung until the timeout.
        chain: Any
        if mode == "json_object":
            chain = client.with_structured_output(None, **options)
            return chain.first
        # The schema as a mapping: the reply is held against its type by ourselves, so that a wrong one is not lost.
        named = {"title": _TOOL_NAME, **schema}
        chain = client.with_structured_output(named, strict=True if mode == "json_schema" else None, **options)
        return chain.first

    def _failed(self, error: Exception, mode: Mode) -> AttemptError:
        import openai

        said = scrub(str(getattr(error, "message", "") or error), self._secret)
        if isinstance(error, openai.APITimeoutError):
            return AttemptError(FailureKind.TIMEOUT, f"{self._settings.timeout:g}秒内没有回应")
        if isinstance(error, openai.APIStatusError):
            return _of_status(error, said, mode)
        if isinstance(error, openai.APIConnectionError):
            return AttemptError(FailureKind.CONNECTION, said)
        return AttemptError(FailureKind.BAD_RESPONSE, said)


def check_installed() -> None:
    """Raises:
    ReviewerError: the extra ``llm`` is not installed.
    """
    if find_spec("langchain_openai") is None:
        raise ReviewerError(
            "引擎 llm 需要的程序包没有安装", "langchain-openai", "运行 pip install 'indicator-reviewer[llm]'"
        )


def _client(settings: ModelSettings, secret: str) -> "ChatOpenAI":
    check_installed()
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    return ChatOpenAI(
        model=settings.model,
        base_url=settings.base_url,
        # An empty key would make the SDK look for one that belongs to somebody else.
        api_key=SecretStr(secret or "none"),
        organization="",
        temperature=settings.temperature,
        timeout=settings.timeout,
        max_retries=0,  # repeated and counted by ourselves
        use_responses_api=False,
        cache=False,
    )


def _ended(error: Exception) -> RawReply | None:
    """The answer in an error that the SDK makes of one that was cut off or filtered; None for other errors."""
    import openai

    if not isinstance(error, openai.LengthFinishReasonError | openai.ContentFilterFinishReasonError):
        return None
    finish = "length" if isinstance(error, openai.LengthFinishReasonError) else "content_filter"
    told = getattr(getattr(error, "completion", None), "usage", None)
    usage = Usage(int(told.prompt_tokens or 0), int(told.completion_tokens or 0)) if told is not None else None
    return RawReply(text="", finish=finish, usage=usage)


def _of_status(error: Any, said: str, mode: Mode) -> AttemptError:
    status, text = error.status_code, f"{error.code or ''} {said} {error.body or ''}".lower()
    if status in (401, 403):
        return AttemptError(FailureKind.AUTH, said)
    if status == 402 or any(word in text for word in _QUOTA):
        return AttemptError(FailureKind.QUOTA, said)
    if status == 429:
        return AttemptError(FailureKind.RATE_LIMITED, said, retry_after=_retry_after(error.response.headers))
    # llama-cpp-python answers 500 to a response_format that it does not know.
    refused = mode != "plain" and (status in (405, 501) or any(word in text for word in _MODE_FIELDS))
    if (status in (408, 409, 425) or status >= 500) and not refused:
        return AttemptError(FailureKind.SERVER_ERROR, said, retry_after=_retry_after(error.response.headers))
    if any(word in text for word in _TOO_LONG) or status == 413:
        return AttemptError(FailureKind.TOO_LONG, said)
    if any(word in text for word in _FILTERED):
        return AttemptError(FailureKind.FILTERED, said)
    if status == 404 and not refused:
        return AttemptError(FailureKind.NOT_FOUND, said)
    return AttemptError(FailureKind.BAD_REQUEST, said, refused_mode=mode != "plain")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of ``retry-after-ms`` or ``Retry-After`` (a number or a date); None when there is neither."""
    with contextlib.suppress(KeyError, ValueError):
        return max(0.0, float(headers["retry-after-ms"]) / 1000)
    text = headers.get("retry-after", "")
    with contextlib.suppress(ValueError):
        return max(0.0, float(text))
    with contextlib.suppress(ValueError, TypeError):
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    return None


def _raw_reply(message: Any) -> RawReply:
    content = message.content
    if isinstance(content, list):  # some endpoints part the content
        content = "".join(part.get("text", "") if isinstance(part, dict) else str(part) for part in content)
    told = message.usage_metadata
    arguments = [call["args"] for call in message.tool_calls]
    arguments += [call["args"] or "" for call in message.invalid_tool_calls]
    return RawReply(
        text=content or "",
        arguments=tuple(arguments),
        finish=str(message.response_metadata.get("finish_reason") or ""),
        refusal=str(message.additional_kwargs.get("refusal") or ""),
        usage=Usage(told["input_tokens"], told["output_tokens"]) if told else None,
        model=str(message.response_metadata.get("model_name") or ""),
    )
