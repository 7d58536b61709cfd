"""What a worker process does: one file after another, each result on disk before it says so."""

import contextlib
import os
import signal
import threading
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.batch.inputs import Input
from reviewer.batch.keys import Options, digest_of, key_of
from reviewer.batch.records import FileResult
from reviewer.batch.sector import settings
from reviewer.batch.store import Store, replacing
from reviewer.errors import ReviewerError, UnreadableFileError
from reviewer.records import Report

if TYPE_CHECKING:
    from reviewer.rounds.aside import Source
    from reviewer.rounds.baseline import Baseline


@dataclass(frozen=True)
class Setup:
    """What a worker needs to know; it travels to the process.

    Attributes:
        options_digest: of ``options``, made once by the run.
        day: decides whether a waiver has expired: the day of the run, also where it was killed and taken up later.
        reports: write each file's own HTML report too.
    """

    output: Path
    options: Options
    options_digest: str
    day: date
    reports: bool = False


@dataclass(frozen=True)
class Done:
    """A file is done: its result lies under ``key``.

    Attributes:
        kept: it lay there before.
        failed: the file was not reviewed.
        memory: most memory this worker has used so far, in bytes; 0 where unknown.
    """

    number: int
    key: str
    kept: bool
    failed: bool
    memory: int


@dataclass(frozen=True)
class Broken:
    """The output cannot be written: the run cannot go on."""

    errno: int
    reason: str

    @classmethod
    def of(cls, error: OSError) -> "Broken":
        """From the error of the disk."""
        return cls(error.errno or 0, error.strerror or str(error))


def serve(link: "connection.Connection[Any, Any]", setup: Setup) -> None:
    """The life of a worker: (number, input) in, ``Done`` or ``Broken`` out, until None comes or the run is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the run to answer
    threading.Thread(target=_end_with_parent, daemon=True).start()
    worker = Worker(setup)
    worker.warm()
    with contextlib.suppress(EOFError, BrokenPipeError, OSError):
        link.send("ready")
        while (task := link.recv()) is not None:
            number, item = task
            try:
                answer: Done | Broken = worker.work(number, item)
            except OSError as error:  # of the output: those of the input are results
                answer = Broken.of(error)
            link.send(answer)


class Worker:
    """Reviews files and keeps their results."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._store = Store(setup.output)

    def warm(self) -> None:
        """Import and load what the first file would else wait for."""
        from reviewer.pipeline import select_rules
        from reviewer.readers.base import READERS

        READERS.load()
        options = self._setup.options
        self._rules = select_rules(options.select, options.ignore)

    def work(self, number: int, item: Input) -> Done:
        """Review a file, unless its result is there.

        Raises:
            OSError: the output cannot be written.
        """
        state = _state(item.file)
        for _ in range(2):
            result, key, kept = self._one(item)
            now = _state(item.file)
            if kept or now == state:
                break
            state = now  # it was changed while it was read: once more
        return Done(number, key, kept, result.failure is not None, _memory())

    def _one(self, item: Input) -> tuple[FileResult, str, bool]:
        from reviewer.batch.condense import condense, failed

        digest, error = digest_or_error(item.file)
        key = self.key_for(item, digest)
        known = self._store.load(key)
        if known is not None and self._is_enough(known, item, key):
            return known, key, True
        if error is not None:
            result = failed(item.path, digest, error, passing=True)
        else:
            try:
                report = self._review(item)
                result = condense(item.path, digest, report)
            except MemoryError:
                shown = ReviewerError("内存不够，没有审核这个文件", item.path, "关闭其他程序，或用 --jobs 1 再运行")
                result = failed(item.path, digest, shown, passing=True)
            except Exception as problem:  # a file that breaks the program must not end the run
                result = failed(item.path, digest, problem)
            else:
                if self._setup.reports:
                    self._write_report(report, item, key)
        self._store.save(key, result)
        return result, key, False

    def key_for(self, item: Input, digest: str) -> str:
        """The key of a file of this content."""
        from reviewer.rounds.decisions import beside

        options, own = self._setup.options, ""
        if options.decisions:
            with contextlib.suppress(OSError):
                own = digest_of(beside(item.file))
        # Waivers expire: where there are some, the day counts.
        day = self._setup.day.isoformat() if own or options.waivers else ""
        namesakes = str(item.namesakes) if options.baseline else ""
        return key_of(item.path, digest, self._setup.options_digest, "/".join((own, day, namesakes)))

    def _is_enough(self, known: FileResult, item: Input, key: str) -> bool:
        if known.failure is not None:
            return not known.failure.passing
        return not self._setup.reports or self._store.report_place(item.path, key).exists()

    def _review(self, item: Input) -> Report:
        from reviewer.pipeline import build_report, review_filing
        from reviewer.readers import read

        if item.file.suffix.lower() in settings()["archives"]:
            raise UnreadableFileError("压缩包没有打开，里面的申报表没有审核", item.path, "解压到文件夹里，再运行一次")
        options = self._setup.options
        reviewed = review_filing(
            read(item.file), profile=options.profile, year=options.year, rules=self._rules, engines=options.engines
        )
        return self._settled(build_report([reviewed], rules=self._rules), item)

    def _settled(self, report: Report, item: Input) -> Report:
        """The report in which the decisions beside the file, the waivers for all and the baseline hold."""
        from reviewer.rounds.aside import Source, settle
        from reviewer.rounds.decisions import beside, load_decisions

        place = beside(item.file)
        own = Source(place.name, load_decisions(place)) if self._setup.options.decisions and place.exists() else None
        known = self._baseline
        if own is None and known is None and not self._waivers:
            return report
        if known is not None and item.namesakes > 1:
            # The baseline adds up the files of one name. Each gets its share, so that together they are never
            # forgiven more than it holds, whatever the order in which they are reviewed.
            counts = {key: count // item.namesakes for key, count in known.counts.items() if key[0] == item.file.name}
            known = replace(known, counts=counts)
        settled = settle(report, [own], self._waivers, known, today=self._setup.day)
        # Whether a waiver for all is of use no single file can tell.
        mine = tuple(s for s in settled.stale_waivers if own is not None and s.source == own.name)
        return settled.model_copy(update={"stale_waivers": mine})

    @cached_property
    def _baseline(self) -> "Baseline | None":
        from reviewer.rounds.baseline import load_baseline

        place = self._setup.options.baseline
        return load_baseline(Path(place)) if place else None

    @cached_property
    def _waivers(self) -> "tuple[Source, ...]":
        from reviewer.rounds.aside import Source
        from reviewer.rounds.decisions import load_decisions

        places = map(Path, self._setup.options.waivers)
        return tuple(Source(place.name, load_decisions(place, must_exist=True)) for place in places)

    def _write_report(self, report: Report, item: Input, key: str) -> None:
        from reviewer.writers import WRITERS

        place = self._store.report_place(item.path, key)
        with replacing(place) as part:
            part.write_bytes(WRITERS["html"].write(report))


def digest_or_error(file: Path) -> tuple[str, ReviewerError | None]:
    """The digest of a file's content; where it cannot be read, "" and what to tell of it."""
    try:
        return digest_of(file), None
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = "检查文件权限，或先关闭占用它的程序，再运行一次"
        return "", UnreadableFileError("文件打不开", f"{file.name}（{reason}）", remedy)


def _state(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return (0, 0)
    return found.st_mtime_ns, found.st_size


def _memory() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if os.uname().sysname == "Darwin" else used * 1024


def _end_with_parent() -> None:
    """End this process once the run that started it is gone, however it went."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
