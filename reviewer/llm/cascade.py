"""One question until there is a typed reply or a typed failure.

A way to ask for JSON that the endpoint refuses is not tried again in this run (``Ways``). An answer that cannot be read
is sent back once with what is wrong; if that does not help, the next way is tried once. Timeouts, 429 and 5xx are
repeated after a wait. Every request is entered in the ledger, whatever came of it.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from reviewer.llm.failures import FailureKind, scrub
from reviewer.llm.ledger import Ledger, estimate_tokens
from reviewer.llm.parsing import ParseError, build, parse
from reviewer.llm.presets import Mode
from reviewer.llm.replies import Reply, schema_of
from reviewer.llm.settings import ModelSettings
from reviewer.llm.transport import AttemptError, RawReply, Usage

Message = dict[str, str]
_REPAIR = "上一条回复不能用：{problem}。请改正，只输出符合要求的一个 JSON 对象，不要其他文字。"
_BLAME_ENDED = {FailureKind.REFUSED, FailureKind.FILTERED}
_MORE = 2  # how many times the limit of tokens after an answer that was cut off
_LONGEST_QUOTE = 2000
_FIRST_WAIT = 1.0


class Sender(Protocol):
    """Asks once; see ``Transport``."""

    def send(self, messages: Sequence[Message], mode: Mode, schema: dict[str, Any], limit: int) -> RawReply: ...


@dataclass(frozen=True)
class Outcome:
    """What came of a question."""

    reply: Reply | None
    failure: FailureKind | None = None
    detail: str = ""
    attempts: int = 0
    usage: Usage = field(default_factory=Usage)
    mode: Mode | None = None


@dataclass
class Ways:
    """The ways that an endpoint has not refused, best first; shared by all questions of a run."""

    modes: tuple[Mode, ...]
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refuse(self, mode: Mode) -> None:
        """The endpoint knows no such way; the last one stays."""
        with self._lock:
            left = tuple(m for m in self.modes if m != mode)
            self.modes = left or self.modes


@dataclass
class Asker:
    """Asks questions of one endpoint."""

    settings: ModelSettings
    sender: Sender
    ledger: Ledger
    ways: Ways
    sleep: Callable[[float], None] = time.sleep

    def ask(self, messages: Sequence[Message], reply: type[Reply]) -> Outcome:
        """The reply, or why there is none."""
        return _Question(self, list(messages), reply).run()


class _Question:
    def __init__(self, asker: Asker, messages: list[Message], reply: type[Reply]) -> None:
        self._asker = asker
        self._messages = messages
        self._reply = reply
        self._schema = schema_of(reply)
        self._limit = asker.settings.max_tokens
        self._attempts = 0
        self._usage = Usage()

    def run(self) -> Outcome:
        problem: ParseError | None = None
        try:
            for mode, repairs in self._plan():
                if mode not in self._asker.ways.modes:
                    continue
                try:
                    return self._asked(mode, repairs)
                except ParseError as error:
                    problem = error
                except AttemptError as error:
                    if not error.refused_mode:
                        raise
                    self._asker.ways.refuse(mode)
                    problem = ParseError(FailureKind.BAD_REQUEST, error.detail)
        except AttemptError as error:
            return self._outcome(None, error.kind, error.detail)
        except ParseError as error:
            return self._outcome(None, error.kind, error.detail)
        assert problem is not None
        return self._outcome(None, problem.kind, problem.detail)

    def _plan(self) -> Iterator[tuple[Mode, int]]:
        """Ways and how many repairs each: the first that is not refused may be repaired, the next gets one try."""
        tried = 0
        for mode in self._asker.ways.modes:
            yield mode, 1 if tried == 0 else 0
            if mode in self._asker.ways.modes:  # not refused: it gave an answer
                tried += 1
            if tried == 2:
                return

    def _asked(self, mode: Mode, repairs: int) -> Outcome:
        messages = list(self._messages)
        for left in range(repairs, -1, -1):
            raw = self._sent(messages, mode)
            try:
                return self._outcome(_typed(raw, self._reply), mode=mode)
            except ParseError as error:
                if error.kind in _BLAME_ENDED:
                    raise AttemptError(error.kind, error.detail) from None
                if not left:
                    raise
                messages = self._again(raw, error)
        raise AssertionError("not reached")

    def _again(self, raw: RawReply, error: ParseError) -> list[Message]:
        """The messages for a repair."""
        if error.kind is FailureKind.TRUNCATED:
            self._limit *= _MORE
            return list(self._messages)
        said = raw.text or "".join(map(str, raw.arguments))
        if not said.strip():
            return list(self._messages)
        problem = error.detail or "不是 JSON"
        return [
            *self._messages,
            {"role": "assistant", "content": said[:_LONGEST_QUOTE]},
            {"role": "user", "content": _REPAIR.format(problem=problem)},
        ]

    def _sent(self, messages: list[Message], mode: Mode) -> RawReply:
        """An answer, after as many repetitions as the settings allow."""
        settings = self._asker.settings
        for repetition in range(settings.retries + 1):
            try:
                return self._once(messages, mode)
            except AttemptError as error:
                if not error.repeatable or repetition == settings.retries:
                    raise
                wait = error.retry_after
                if wait is None:
                    wait = _FIRST_WAIT * 2**repetition * random.uniform(0.8, 1.2)
                if wait > settings.max_wait:
                    raise AttemptError(error.kind, f"要求等待{wait:.0f}秒") from None
                self._asker.sleep(wait)
        raise AssertionError("not reached")

    def _once(self, messages: list[Message], mode: Mode) -> RawReply:
        ledger = self._asker.ledger
        expected = estimate_tokens(messages)
        held = ledger.reserve(expected, self._limit)
        if held is None:
            raise AttemptError(FailureKind.BUDGET)
        self._attempts += 1
        usage, failed = Usage(expected, 0, estimated=True), True
        try:
            raw = self._asker.sender.send(messages, mode, self._schema, self._limit)
            usage = raw.usage or Usage(expected, estimate_tokens([{"content": raw.text}]), estimated=True)
            failed = False
        except AttemptError as error:
            # What an endpoint turned away is not billed; after a timeout nobody knows, so the question counts.
            unknown = error.kind in (FailureKind.TIMEOUT, FailureKind.CONNECTION, FailureKind.BAD_RESPONSE)
            usage = usage if unknown else Usage()
            raise
        finally:
            self._usage = Usage(self._usage.input + usage.input, self._usage.output + usage.output)
            ledger.settle(held, usage, failed=failed)
        return raw

    def _outcome(
        self, reply: Reply | None, failure: FailureKind | None = None, detail: str = "", mode: Mode | None = None
    ) -> Outcome:
        return Outcome(reply, failure, scrub(detail), self._attempts, self._usage, mode)


def _typed(raw: RawReply, reply: type[Reply]) -> Reply:
    """The reply in an answer.

    Raises:
        ParseError: refused, filtered, cut off, empty, or not of the type.
    """
    if raw.refusal:
        raise ParseError(FailureKind.REFUSED, raw.refusal)
    if raw.finish == "content_filter":
        raise ParseError(FailureKind.FILTERED)
    if raw.finish == "length":
        raise ParseError(FailureKind.TRUNCATED)
    if len(raw.arguments) > 1:
        raise ParseError(FailureKind.WRONG_SHAPE, "调用了不止一次")
    if raw.arguments:
        arguments = raw.arguments[0]
        return parse(arguments, reply) if isinstance(arguments, str) else build(arguments, reply)
    return parse(raw.text, reply)
