"""Trying an endpoint: which ways to ask for a typed reply it knows, and whether it tells its tokens."""

import time
from collections.abc import Iterator

from reviewer.llm.cascade import Asker, Ways
from reviewer.llm.failures import WORDS, FailureKind
from reviewer.llm.ledger import Ledger
from reviewer.llm.presets import MODES, Mode
from reviewer.llm.prompts import load_prompt
from reviewer.llm.settings import ModelSettings
from reviewer.llm.store import digest
from reviewer.llm.transport import Transport
from reviewer.records.base import Record

_ROW = {"三级指标": "培训残疾人人数", "指标值": "≥150", "计量单位": "人"}
_FATAL = frozenset({FailureKind.AUTH, FailureKind.QUOTA, FailureKind.NOT_FOUND, FailureKind.CONNECTION})


class Trial(Record):
    """What one way gave.

    Attributes:
        right: the reply also says what stands in the row; None without a reply.
        told: the endpoint told its tokens.
    """

    mode: Mode
    works: bool
    right: bool | None = None
    detail: str = ""
    seconds: float = 0
    input_tokens: int = 0
    output_tokens: int = 0
    told: bool = False


def probe(settings: ModelSettings) -> Iterator[Trial]:
    """Ask a small question in each way; ends early where the others would fail alike.

    Raises:
        ReviewerError: the extra ``llm`` is not installed.
    """
    prompt = load_prompt("check", settings.prompts)
    # A word of the day keeps an endpoint's own cache from answering.
    messages = prompt.messages({"row": {**_ROW, "编号": digest(time.time())[:8]}})
    sender = Transport(settings)
    for mode in MODES:
        ledger = Ledger(None)
        started = time.monotonic()
        outcome = Asker(settings, sender, ledger, Ways((mode,))).ask(messages, prompt.reply_type)
        totals = ledger.totals
        said = outcome.reply.model_dump() if outcome.reply is not None else None
        yield Trial(
            mode=mode,
            works=said is not None,
            right=None if said is None else said == {"name": _ROW["三级指标"], "unit": _ROW["计量单位"]},
            detail=_detail(outcome.failure, outcome.detail),
            seconds=time.monotonic() - started,
            input_tokens=totals.input_tokens,
            output_tokens=totals.output_tokens,
            told=totals.estimated == 0,
        )
        if outcome.failure in _FATAL:
            return


def _detail(failure: FailureKind | None, detail: str) -> str:
    if failure is None:
        return ""
    return WORDS[failure] + (f"：{detail}" if detail else "")
