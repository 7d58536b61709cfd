"""A run's dealings with one model: redaction, cache, recording, account, several questions at once.

A session lasts for a run: its limits of calls and cost hold for all files together. ``default_session`` is the one of
the process for given settings.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reviewer.errors import DataError, ReviewerError
from reviewer.llm.cascade import Asker, Message, Outcome, Sender, Ways
from reviewer.llm.failures import FATAL, CallFailure, FailureKind
from reviewer.llm.ledger import Ledger, Totals
from reviewer.llm.parsing import ParseError, build
from reviewer.llm.pool import work
from reviewer.llm.prompts import VARIANTS, Prompt, load_prompt
from reviewer.llm.redaction import Redactor
from reviewer.llm.replies import Reply, schema_of
from reviewer.llm.settings import ModelSettings, load_settings
from reviewer.llm.store import Cache, Header, Recording, Stored, digest
from reviewer.llm.transport import Transport, body_of, check_installed


@dataclass(frozen=True)
class Request:
    """A question.

    Attributes:
        task: name of the prompt.
        values: its variables, as JSON would hold them, as filed; what identifies a person is taken out later.
        private: words to take out wherever they stand; ``organisations``: names taken out if the settings say so.
        history: earlier replies to this question (as JSON text) and what was wrong with each: a repair round.
        sample: number of a repetition that shall not come from the cache of the first.
        subject: what the question is about as filed, apart from what the program says of it.
    """

    task: str
    values: Mapping[str, Any]
    private: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    sample: int = 0
    subject: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """A typed reply or a typed failure.

    Attributes:
        reply: with what was taken out put back.
        prompt: prompt and version.
        cached: from the cache or a recording.
    """

    reply: Reply | None
    failure: CallFailure | None
    prompt: str
    cached: bool = False


@dataclass(frozen=True)
class _Prepared:
    prompt: Prompt
    messages: list[Message]
    redactor: Redactor
    key: str
    about: str
    cache_key: str


@dataclass
class Session:
    """See the module.

    Attributes:
        sender: asks once; made when the first question is sent.
        progress: show a bar on stderr while several questions are open.
        dry: collect requests in ``collected`` and send none.
    """

    settings: ModelSettings
    sender: Sender | None = None
    cache: Cache | None = None
    recording: Recording | None = None
    replay: Recording | None = None
    progress: bool = False
    dry: bool = False
    sleep: Callable[[float], None] | None = None
    collected: list[dict[str, Any]] = field(default_factory=list)
    stopped: CallFailure | None = None

    def __post_init__(self) -> None:
        price = self.settings.effective_price
        self._ledger = Ledger(price, self.settings.max_calls, self.settings.max_cost)
        self._ways = Ways(self.settings.modes)
        self._prompts: dict[str, str] = {}

    @property
    def totals(self) -> Totals:
        """What the run has cost so far."""
        return self._ledger.totals

    @property
    def versions(self) -> dict[str, str]:
        """Model and prompts used so far, for a report."""
        used = {f"prompt {task}": version for task, version in sorted(self._prompts.items())}
        return {"model": self.settings.model, **used} if used else {}

    def ask(self, request: Request) -> Answer:
        """One question."""
        return self.ask_all([request])[0]

    def ask_all(self, requests: Sequence[Request], title: str = "模型改写") -> list[Answer]:
        """Several questions, as many at once as the settings allow; the answers in the order of the questions.

        Raises:
            DataError: a prompt breaks its format or its variables.
            ReviewerError: the extra ``llm`` is not installed, or a recording cannot be written.
            KeyboardInterrupt: replies that came are in the cache; the same run goes on from there.
        """
        prepared = [self._prepare(request) for request in requests]
        if self.dry:
            self.collected += [self._body(item) for item in prepared]
            return [self._entered(item, _failure(FailureKind.BUDGET, "只预览，不发送")) for item in prepared]
        if self.replay is None and self.sender is None and requests:
            self.sender = Transport(self.settings)
        answers: dict[int, Answer] = {}
        with _bar(title, len(requests), self.progress) as advance:
            for place, answer in work(self._answer, prepared, self.settings.concurrency):
                answers[place] = answer
                advance()
        return [answers[place] for place in range(len(requests))]

    def _prepare(self, request: Request) -> _Prepared:
        prompt = load_prompt(request.task, self.settings.prompts)
        self._prompts[prompt.task] = f"{prompt.version} ({prompt.digest})"
        organisations = request.organisations if self.settings.mask_organisations else ()
        redactor = Redactor(request.private, organisations)
        messages = prompt.messages(redactor.hide_all(dict(request.values)))
        for said, complaint in request.history:
            messages.append({"role": "assistant", "content": redactor.hide(said)})
            messages.append({"role": "user", "content": redactor.hide(complaint)})
        settings = self.settings
        header = self.replay.header if self.replay is not None else _header(settings)
        key = digest(
            {
                "asked": header.model_dump(exclude={"prompts"}),
                "messages": messages,
                "schema": schema_of(prompt.reply_type),
                "prompt": [prompt.task, prompt.version, prompt.digest],
                "sample": request.sample,
            }
        )
        about = ""
        if request.subject:
            about = digest([request.subject, prompt.label, len(request.history), request.sample])[:16]
        return _Prepared(prompt, messages, redactor, key, about, digest([key, settings.base_url, settings.modes]))

    def _body(self, item: _Prepared) -> dict[str, Any]:
        schema = schema_of(item.prompt.reply_type)
        return body_of(self.settings, item.messages, self._ways.modes[0], schema, self.settings.max_tokens)

    def _answer(self, item: _Prepared) -> Answer:
        stored = self._kept(item)
        if stored is not None:
            return self._entered(item, stored, cached=True)
        if self.replay is not None:
            return self._entered(item, _failure(FailureKind.NOT_RECORDED))
        if self.stopped is not None:  # the next would fail like the last
            return self._entered(item, _failure(self.stopped.kind, self.stopped.detail))
        stored = self._asked(item)
        if stored.failure in FATAL:
            self.stopped = CallFailure(kind=stored.failure, detail=stored.detail)
        if self.cache is not None:
            self.cache.put(item.cache_key, stored)
        self._record(stored)
        return self._entered(item, stored)

    def _kept(self, item: _Prepared) -> Stored | None:
        if self.replay is not None:
            exact = self.replay.get(item.key)
            like = item.about if exact is None and self.settings.replay_like else ""
            return self.replay.get_about(like) if like else exact
        stored = self.cache.get(item.cache_key) if self.cache is not None else None
        if stored is not None:
            self._record(stored.model_copy(update={"about": item.about}))
        return stored

    def _asked(self, item: _Prepared) -> Stored:
        assert self.sender is not None
        sleep = {"sleep": self.sleep} if self.sleep is not None else {}
        asker = Asker(self.settings, self.sender, self._ledger, self._ways, **sleep)
        outcome: Outcome = asker.ask(item.messages, item.prompt.reply_type)
        return Stored(
            key=item.key,
            about=item.about,
            task=item.prompt.label,
            model=self.settings.model,
            reply=outcome.reply.model_dump() if outcome.reply is not None else None,
            failure=outcome.failure,
            detail=outcome.detail,
            attempts=outcome.attempts,
            input_tokens=outcome.usage.input,
            output_tokens=outcome.usage.output,
            mode=outcome.mode or "",
        )

    def _record(self, stored: Stored) -> None:
        # A limit of this run says nothing about the model.
        if self.recording is None or stored.failure is FailureKind.BUDGET:
            return
        try:
            self.recording.put(stored)
        except OSError as error:
            raise ReviewerError("记录模型回复的文件写不了", str(self.settings.record), str(error.strerror)) from None

    def _entered(self, item: _Prepared, stored: Stored, *, cached: bool = False) -> Answer:
        failure: CallFailure | None = None
        reply: Reply | None = None
        if stored.reply is not None:
            try:
                reply = build(item.redactor.restore_all(stored.reply), item.prompt.reply_type)
            except ParseError as error:  # kept by another version of the type, or too long once put back
                failure = CallFailure(kind=error.kind, detail=error.detail)
        else:
            kind = stored.failure or FailureKind.EMPTY
            failure = CallFailure(kind=kind, detail=stored.detail, attempts=stored.attempts)
        self._ledger.answered(failure.kind if failure else None, cached=cached)
        return Answer(reply, failure, item.prompt.label, cached)


def _header(settings: ModelSettings) -> Header:
    return Header(
        model=settings.model,
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        extra_body=settings.extra_body,
        prompts=str(settings.prompts or "") if str(settings.prompts) in VARIANTS else "",
    )


def _failure(kind: FailureKind, detail: str = "") -> Stored:
    return Stored(key="", task="", model="", failure=kind, detail=detail)


@contextmanager
def _bar(title: str, total: int, wanted: bool) -> Iterator[Callable[[], None]]:
    if not wanted or total < 2:
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda: progress.advance(task)


def open_session(settings: ModelSettings, *, progress: bool | None = None, dry: bool = False) -> Session:
    """A session as the settings say.

    Args:
        progress: None: when stderr is a terminal.

    Raises:
        DataError: the recording to play back is missing or broken, or it is also to be written.
        ReviewerError: the extra ``llm`` is not installed, and a model is to be asked.
    """
    replay: Recording | None = None
    if settings.replay is not None and not dry:
        replay = Recording(settings.replay)
        prompts = Path(replay.header.prompts) if replay.header.prompts else settings.prompts
        settings = settings.model_copy(update={"model": replay.header.model, "prompts": prompts})
    elif not dry:
        check_installed()
    if settings.record is not None and settings.replay is not None:
        raise DataError("record 和 replay 不能同时使用", "模型设置", "只留一个")
    return Session(
        settings,
        cache=Cache() if settings.cache and settings.replay is None and not dry else None,
        recording=Recording(settings.record, _header(settings)) if settings.record is not None and not dry else None,
        replay=replay,
        progress=sys.stderr.isatty() if progress is None else progress,
        dry=dry,
    )


_sessions: dict[str, Session] = {}


def default_session(options: Mapping[str, Any] | None = None) -> Session:
    """The session of this process for the settings in force: one account for all files of a run.

    Raises:
        ReviewerError: no model is configured.
        DataError: a setting does not fit.
    """
    settings = load_settings(options)
    key = settings.model_dump_json() + digest(settings.api_key.get_secret_value())
    if key not in _sessions:
        _sessions[key] = open_session(settings)
    return _sessions[key]
