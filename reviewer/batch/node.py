"""A machine of a cluster: reviews chunks of files with the local engine's worker process and hands the results back."""

import contextlib
import gzip
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from filelock import FileLock, Timeout

from reviewer.batch.condense import failed
from reviewer.batch.inputs import Input
from reviewer.batch.keys import program
from reviewer.batch.pool import Pool
from reviewer.batch.records import FileResult
from reviewer.batch.remote import fetch
from reviewer.batch.store import REPORTS, STATE, Store
from reviewer.batch.worker import Broken, Setup, Worker, digest_or_error
from reviewer.errors import ReviewerError, UnreadableFileError

Row = dict[str, Any]
_PREFIX, _LOCK, _FETCHED = "reviewer-batch-", "lock", "fetched"
_YOUNG = 60.0  # seconds in which a new folder gets its lock


@dataclass(frozen=True)
class Task:
    """A file to review; ``known``: keys under which a result lies already."""

    number: int
    item: Input
    known: tuple[str, ...]


@dataclass(frozen=True)
class Order:
    """What a machine needs to know; it travels there.

    Attributes:
        setup: as of the local engine; its ``output`` does not matter.
        seconds: time limit of a file.
        roots: folders that the machine must see.
        program: digest of the program that must run there too.
        files: content of the files named in the options (baseline, waivers), which lie on one machine only.
    """

    setup: Setup
    seconds: float
    roots: tuple[Path, ...]
    program: str
    files: tuple[tuple[str, bytes], ...]

    # What comes back of each file: names and pyarrow's types. ``report``: its HTML report, packed with gzip.
    COLUMNS: ClassVar = {
        "number": "int64", "path": "string", "key": "string", "kept": "bool_", "failed": "bool_", "passing": "bool_",
        "result": "string", "report": "binary",
    }  # fmt: skip

    @classmethod
    def of(cls, setup: Setup, seconds: float, roots: Sequence[Path]) -> "Order":
        """An order as it is given on this machine."""
        options = setup.options
        named = (*options.waivers, *((options.baseline,) if options.baseline else ()))
        files = tuple((name, Path(name).read_bytes()) for name in named)
        return cls(setup, seconds, tuple(root.resolve() for root in roots), program(), files)


class Node:
    """Does what an order says, in one worker process beside this one."""

    def __init__(self, order: Order) -> None:
        _check(order)
        self._order = order
        _sweep()
        self._scratch = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._lock = FileLock(self._scratch / _LOCK)
        self._lock.acquire()
        self._setup = replace(order.setup, output=self._scratch, options=self._options())
        self._worker = Worker(self._setup)
        self._store = Store(self._scratch)
        self._pool = Pool(1, self._setup, seconds=order.seconds, bare=True)

    def review(self, tasks: Sequence[Task]) -> Iterator[Row]:
        """A row for each file.

        Raises:
            ReviewerError: this machine's disk is full, or no worker can be started.
        """
        fresh: list[Task] = []
        for task in tasks:
            try:
                task = self._here(task)
            except OSError as error:
                yield self._not_fetched(task, error)
                continue
            digest, _ = digest_or_error(task.item.file)
            key = self._worker.key_for(task.item, digest)
            if key in task.known:
                yield {"number": task.number, "path": task.item.path, "key": key, "kept": True, "failed": False}
            else:
                fresh.append(task)
        for answer in self._pool.run(task.item for task in fresh):
            if isinstance(answer, Broken):
                raise ReviewerError(f"写不了临时文件：{answer.reason}", _name(), "检查这台机器的磁盘")
            yield self._done(fresh[answer.number], answer.key)
        for folder in (STATE, REPORTS, _FETCHED):
            shutil.rmtree(self._scratch / folder, ignore_errors=True)

    def _here(self, task: Task) -> Task:
        """The task with its file on this machine.

        Raises:
            OSError: it cannot be fetched.
        """
        item = task.item
        if item.remote is None:
            return task
        folder = self._scratch / _FETCHED / str(task.number)
        folder.mkdir(parents=True)
        return replace(task, item=replace(item, file=fetch(item.remote, folder, item.file.name)))

    def _not_fetched(self, task: Task, error: OSError) -> Row:
        said = UnreadableFileError("从对象存储取不到文件", str(error.strerror or error), "检查网络和权限，再运行一次")
        return _row(task, self._worker.key_for(task.item, ""), failed(task.item.path, "", said, passing=True), None)

    def close(self) -> None:
        """End the worker process and remove what it used."""
        self._pool.close()
        self._lock.release()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _done(self, task: Task, key: str) -> Row:
        result = self._store.load(key)
        if result is None:
            raise ReviewerError("审核结果丢失（被删除或已损坏）", task.item.path, "再次运行同一命令")
        report = self._store.report_place(task.item.path, key)
        return _row(task, key, result, gzip.compress(report.read_bytes(), 6) if report.exists() else None)

    def _options(self) -> Any:
        folder = self._scratch / "options"
        folder.mkdir()
        places: dict[str, str] = {}
        for number, (name, content) in enumerate(self._order.files):
            place = folder / f"{number}" / Path(name).name
            place.parent.mkdir()
            place.write_bytes(content)
            places[name] = str(place)
        options = self._order.setup.options
        known = places[options.baseline] if options.baseline else None
        return replace(options, baseline=known, waivers=tuple(places[name] for name in options.waivers))


def _row(task: Task, key: str, result: FileResult, report: bytes | None) -> Row:
    return {
        "number": task.number,
        "path": task.item.path,
        "key": key,
        "kept": False,
        "failed": result.failure is not None,
        "passing": result.failure is not None and result.failure.passing,
        "result": result.model_dump_json(),
        "report": report,
    }


def _sweep() -> None:
    """Remove what processes left that were killed: nobody holds its lock."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError, Timeout):
            if time.time() - folder.stat().st_mtime > _YOUNG:
                with FileLock(folder / _LOCK, timeout=0):
                    pass
                shutil.rmtree(folder, ignore_errors=True)


def _check(order: Order) -> None:
    if program() != order.program:
        remedy = "在集群的每台机器上装同一版本的程序、指标库和转换程序（LibreOffice、antiword）"
        raise ReviewerError("集群里有机器的审核程序与本机不同，结果会不一致", _name(), remedy)
    for root in order.roots:
        if not root.exists():
            remedy = "把申报材料放在每台机器都能以同一路径打开的共享文件夹"
            raise ReviewerError(f"集群里有机器打不开文件夹 {root}", _name(), remedy)


def _name() -> str:
    return f"机器 {socket.gethostname()}"
