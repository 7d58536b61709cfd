"""What a run has cost, failed attempts included, and the hard stop.

Before a request goes out the most that it can cost is set aside; so requests under way at the same time cannot pass
the limit together.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pydantic import Field

from reviewer.llm.failures import FailureKind
from reviewer.llm.presets import Price
from reviewer.llm.transport import Usage
from reviewer.records.base import Record

_CENT = Decimal("0.0001")


class Totals(Record):
    """The account of a run.

    Attributes:
        calls: questions that were answered or failed; ``cached``: of them from the cache or a recording.
        requests: requests sent; ``failed``: of them without an answer.
        estimated: requests whose tokens the endpoint did not tell.
        cost: 元; None when the price is not known.
        failures: failed questions by kind.
    """

    calls: int = 0
    cached: int = 0
    requests: int = 0
    failed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    estimated: int = 0
    cost: Decimal | None = None
    failures: dict[str, int] = Field(default_factory=dict)


def estimate_tokens(messages: Sequence[Mapping[str, str]]) -> int:
    """Tokens of messages, rather too many than too few: one for each character of Chinese, one for two others."""
    text = "".join(m["content"] for m in messages)
    wide = sum(ord(c) > 0x2E7F for c in text)
    return wide + (len(text) - wide + 1) // 2 + 8 * len(messages)


@dataclass
class Ledger:
    """Counts for one run; safe for several threads."""

    price: Price | None
    max_calls: int | None = None
    max_cost: Decimal | None = None
    _totals: Totals = field(default_factory=Totals)
    _spent: Decimal = Decimal(0)
    _held: Decimal = Decimal(0)
    _lock: threading.Condition = field(default_factory=threading.Condition)

    def reserve(self, input_tokens: int, output_tokens: int) -> Decimal | None:
        """Set aside the most that a request can cost; None: it would pass a limit and must not be sent.

        Waits while only what is set aside for others stands in the way: they mostly cost less than that.
        """
        most = self.price.cost(input_tokens, output_tokens) if self.price else Decimal(0)
        with self._lock:
            while True:
                if self.max_calls is not None and self._totals.requests >= self.max_calls:
                    return None
                if self.max_cost is None or self._spent + self._held + most <= self.max_cost:
                    break
                if not self._held:
                    return None
                self._lock.wait()
            self._held += most
            self._totals = self._totals.model_copy(update={"requests": self._totals.requests + 1})
            return most

    def settle(self, held: Decimal, usage: Usage, *, failed: bool) -> None:
        """Enter what the request cost in fact."""
        with self._lock:
            totals = self._totals
            self._held -= held
            if self.price:
                self._spent += self.price.cost(usage.input, usage.output)
            self._totals = totals.model_copy(
                update={
                    "failed": totals.failed + failed,
                    "input_tokens": totals.input_tokens + usage.input,
                    "output_tokens": totals.output_tokens + usage.output,
                    "estimated": totals.estimated + usage.estimated,
                }
            )
            self._lock.notify_all()

    def answered(self, failure: FailureKind | None, *, cached: bool = False) -> None:
        """Enter a question that was answered or has failed."""
        with self._lock:
            totals = self._totals
            failures = dict(totals.failures)
            if failure is not None:
                failures[failure.value] = failures.get(failure.value, 0) + 1
            update = {"calls": totals.calls + 1, "cached": totals.cached + cached, "failures": failures}
            self._totals = totals.model_copy(update=update)

    @property
    def totals(self) -> Totals:
        """The account so far."""
        with self._lock:
            cost = self._spent.quantize(_CENT) if self.price else None
            return self._totals.model_copy(update={"cost": cost})
