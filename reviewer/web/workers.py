"""Processes that read and review what was uploaded: a file that hangs, crashes or eats memory costs itself only.

Processes are spawned, never forked, so that all systems behave alike; each takes one file after another.
"""

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing import connection, parent_process
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from reviewer.errors import ReviewerError

_START_SECONDS = 120.0
_FILES = 300  # a process is replaced after so many files, so that what libraries hold on to stays small


@dataclass(frozen=True)
class Job:
    """A file to review.

    Attributes:
        place: where it lies; ``name``: under which name it was uploaded.
        suggest: propose rewrites, too.
    """

    place: Path
    name: str
    suggest: bool = True


@dataclass(frozen=True)
class Reviewed:
    """What a review gave, ready for the database; see ``services.packing``."""

    report: bytes
    grids: bytes
    figures: dict[str, Any]


@dataclass(frozen=True)
class Failed:
    """Why a file was not reviewed, for the person who uploaded it."""

    what: str
    where: str = ""
    remedy: str = ""


Result = Reviewed | Failed
Do = Callable[[Job], Result]
Done = Callable[[Result], None]
_STOPPED = Failed("服务停下时这个文件还没有读完", "", "服务重新启动后会接着读")


class Workers:
    """A queue and the processes that empty it.

    Args:
        count: how many processes; 0: one thread of this very process does the work (tests, and no protection).
        seconds: time limit of a file; one that takes longer is tried again without suggestions.
        memory_mb: memory of a process, where the system can limit it.
        do: what a process does with a job; it is told to it by its name.
    """

    def __init__(self, count: int, *, seconds: float, memory_mb: int, do: Do | None = None) -> None:
        self._count, self._seconds, self._memory = count, seconds, memory_mb
        self._do = do or work
        self._queue: queue.SimpleQueue[tuple[Job, Done] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._closed = False

    def submit(self, job: Job, done: Done) -> None:
        """Review a file; ``done`` is called from another thread."""
        self.start()
        self._queue.put((job, done))

    def start(self) -> None:
        """Start the processes, so that the first file need not wait for them."""
        with self._lock:
            if self._threads or self._closed:
                return
            for _ in range(max(self._count, 1)):
                thread = threading.Thread(target=self._serve, daemon=True)
                self._threads.append(thread)
                thread.start()

    def close(self) -> None:
        """End the processes; what they had not finished is taken up when the service starts again."""
        with self._lock:
            self._closed = True
            for _ in self._threads:
                self._queue.put(None)
        for thread in self._threads:
            thread.join(10)

    def _serve(self) -> None:
        seat = _Seat(self._memory, self._do) if self._count else None
        if seat is not None:
            seat.start()
        while (task := self._queue.get()) is not None:
            if self._closed:
                continue
            job, done = task
            done(seat.work(job, self._seconds) if seat is not None else self._do(job))
        if seat is not None:
            seat.end()


class _Seat:
    """One process, started again when it was lost."""

    def __init__(self, memory_mb: int, do: Do) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._memory, self._do = memory_mb, do
        self._process: SpawnProcess | None = None
        self._link: connection.Connection[Any, Any] | None = None
        self._ready = False
        self._done = 0

    def start(self) -> None:
        ours, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_live, args=(theirs, self._memory, self._do), daemon=True)
        self._process.start()
        theirs.close()
        self._link, self._ready, self._done = ours, False, 0

    def work(self, job: Job, seconds: float) -> Result:
        """Review a file within its time."""
        try:
            if self._done >= _FILES:
                self.end()
            if self._process is None or not self._process.is_alive():
                self.start()
            assert self._link is not None and self._process is not None
            if not self._ready:
                if not self._link.poll(_START_SECONDS):
                    self.end()
                    return Failed("审核进程启动不了", "", "请告诉管理员：查看 reviewer serve 窗口里的提示")
                self._ready = self._link.recv() == "ready"
            self._link.send(job)
            if not self._link.poll(seconds):
                self.end()
                if job.suggest:  # the findings are worth more than none
                    return self.work(replace(job, suggest=False), seconds)
                shown = f"{seconds:.0f} 秒还没有读完，已停下"
                return Failed(shown, job.name, "用 Word、Excel 或 WPS 打开后另存一份再传；太大的文件请拆开")
            self._done += 1
            result: Result = self._link.recv()
            return result
        except (EOFError, OSError):
            self.end()
            return Failed(
                "读这个文件时程序意外停止", job.name, "用 Word、Excel 或 WPS 打开后另存一份再传，或反馈给维护者"
            )

    def end(self) -> None:
        if self._process is not None:
            if self._link is not None:
                self._link.close()
            self._process.kill()
            self._process.join(10)
        self._process, self._link = None, None


def _live(link: "connection.Connection[Any, Any]", memory_mb: int, do: Do) -> None:
    """The life of a process: jobs in, results out, until the service is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the service to answer
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(AttributeError, OSError):
        os.nice(5)  # pages are answered first
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 1024**2,) * 2)
    if do is work:
        from reviewer.web.services.examine import warm

        warm()
    with contextlib.suppress(EOFError, BrokenPipeError, OSError):
        link.send("ready")
        while True:
            link.send(do(link.recv()))


def work(job: Job) -> Result:
    """Review a file; never raises."""
    from reviewer.web.services.examine import examine

    try:
        return examine(job)
    except ReviewerError as error:
        return Failed(error.what, error.where, error.remedy)
    except MemoryError:
        return Failed("文件展开后太大，内存不够", job.name, "拆成几个文件再传")
    except Exception as error:
        return Failed(f"程序读这个文件时出错（{type(error).__name__}）", job.name, "请把文件反馈给维护者")


def _end_with_parent() -> None:
    """End this process once the service is gone, however it went."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
