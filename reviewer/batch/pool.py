"""Worker processes with a time limit for each file: a file that hangs or kills its worker costs that file only.

Processes are spawned, never forked, so that all systems behave alike.
"""

import contextlib
import multiprocessing
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.context import SpawnProcess
from types import ModuleType
from typing import Any, Self

from reviewer.batch.condense import failed
from reviewer.batch.inputs import Input
from reviewer.batch.store import Store
from reviewer.batch.worker import Broken, Done, Setup, Worker, digest_or_error, serve
from reviewer.errors import ReviewerError

_MEMORY_LIMIT = 1_500 * 1024**2
_START_SECONDS = 180.0
_FAILED_STARTS = 3


@dataclass
class _Seat:
    """A worker process and what it is doing."""

    process: SpawnProcess
    link: "connection.Connection[Any, Any]"
    since: float
    ready: bool = False
    task: tuple[int, Input] | None = None
    done: int = 0


class Pool:
    """A number of worker processes; used as a context, they end with it.

    Args:
        jobs: how many.
        setup: what each is told at its start.
        seconds: time limit of a file.
        recycle: a worker is replaced after so many files, so that what libraries hold on to stays small.
        bare: workers do not import the main module of this process, which they otherwise would.
    """

    def __init__(self, jobs: int, setup: Setup, *, seconds: float, recycle: int = 400, bare: bool = False) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._jobs, self._setup, self._seconds, self._recycle = jobs, setup, seconds, recycle
        self._bare = bare
        self._seats: list[_Seat] = []
        self._failed_starts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, items: Iterable[Input]) -> Iterator[Done | Broken]:
        """What became of each file, in the order in which they end; may be called again for further files.

        Raises:
            ReviewerError: no worker can be started.
        """
        queue = iter(enumerate(items))
        task = next(queue, None)
        while task is not None or any(seat.task for seat in self._seats):
            while task is not None and len(self._seats) < self._jobs:
                self._seats.append(self._start())
            for seat in self._seats:
                if task is not None and seat.ready and seat.task is None:
                    task = self._give(seat, task) or next(queue, None)
            yield from self._wait()

    def close(self) -> None:
        """End the workers, those that are at work too."""
        for seat in self._seats:
            if seat.task is None:
                with contextlib.suppress(OSError):
                    seat.link.send(None)
        for seat in self._seats:
            if seat.task is None and seat.ready:
                seat.process.join(5)
            _kill(seat)
        self._seats.clear()

    def _give(self, seat: _Seat, task: tuple[int, Input]) -> tuple[int, Input] | None:
        """Hand a task over; the task is given back where the worker has just died idle."""
        try:
            seat.link.send(task)
        except OSError:
            return task
        seat.task, seat.since = task, time.monotonic()
        return None

    def _wait(self) -> Iterator[Done | Broken]:
        busy = [seat for seat in self._seats if seat.task or not seat.ready]
        limits = [seat.since + (self._seconds if seat.ready else _START_SECONDS) for seat in busy]
        pause = max(0.0, min(limits, default=time.monotonic()) - time.monotonic())
        sources = [source for seat in self._seats for source in (seat.link, seat.process.sentinel)]
        connection.wait(sources, min(pause, 1.0))
        for seat in list(self._seats):
            yield from self._look(seat)

    def _look(self, seat: _Seat) -> Iterator[Done | Broken]:
        try:
            if seat.link.poll():
                answer = seat.link.recv()
                if answer == "ready":
                    seat.ready, self._failed_starts = True, 0
                    return
                seat.task = None
                seat.done += 1
                if isinstance(answer, Done) and (seat.done >= self._recycle or answer.memory > _MEMORY_LIMIT):
                    self._retire(seat)
                yield answer
                return
        except (EOFError, OSError):
            seat.process.join(5)
        if not seat.process.is_alive():
            yield from self._lost(seat, seat.process.exitcode)
        elif time.monotonic() - seat.since > (self._seconds if seat.ready else _START_SECONDS) and (
            seat.task or not seat.ready
        ):
            yield from self._lost(seat, None)

    def _lost(self, seat: _Seat, code: int | None) -> Iterator[Done | Broken]:
        """``code``: exit code of the worker; None when the time was up."""
        self._seats.remove(seat)
        _kill(seat)
        if not seat.ready:
            self._failed_starts += 1
            if self._failed_starts >= _FAILED_STARTS:
                remedy = "在自己的脚本里调用时，请放在 if __name__ == '__main__': 之下；否则请反馈给维护者"
                raise ReviewerError(f"审核进程启动不了（退出码 {code}）", "", remedy)
        if seat.task is not None:
            yield self._keep_lost(*seat.task, code)

    def _keep_lost(self, number: int, item: Input, code: int | None) -> Done | Broken:
        """Keep the failure of a file that took its worker with it; the next run tries it anew."""
        digest, unreadable = digest_or_error(item.file)
        if code is None:
            what = f"审核这个文件超过 {self._seconds:g} 秒，已停止"
            remedy = "加长 --timeout 再运行一次，或用 reviewer review 单独审核"
        else:
            what = f"审核这个文件时程序意外退出（退出码 {code}）"
            remedy = "可能是内存不够：加 --jobs 1 再运行一次；仍不行请把文件反馈给维护者"
        error = unreadable or ReviewerError(what, item.path, remedy)
        key = Worker(self._setup).key_for(item, digest)
        try:
            Store(self._setup.output).save(key, failed(item.path, digest, error, passing=True))
        except OSError as problem:
            return Broken.of(problem)
        return Done(number, key, kept=False, failed=True, memory=0)

    def _start(self) -> _Seat:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs, self._setup), daemon=True)
        with _without_main() if self._bare else contextlib.nullcontext():
            process.start()
        theirs.close()
        return _Seat(process, ours, time.monotonic())

    def _retire(self, seat: _Seat) -> None:
        self._seats.remove(seat)
        with contextlib.suppress(OSError):
            seat.link.send(None)
        seat.process.join(10)
        _kill(seat)


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _kill(seat: _Seat) -> None:
    if seat.process.is_alive():
        seat.process.kill()
    seat.process.join(10)
    seat.link.close()
