"""How far a batch is: a bar on a terminal, a line now and then where there is none."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from reviewer.batch.inputs import Inputs

_SECONDS = 15.0  # between two lines where there is no terminal


class Reporter:
    """Shows the progress of a batch on standard error."""

    def __init__(self) -> None:
        self._total = self._done = self._kept = self._failed = 0
        self._bar: Any = None
        self._task: Any = None
        self._last = self._since = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def start(self, found: "Inputs") -> None:
        """The files are known."""
        self._total = len(found.files)
        self._last = self._since = time.monotonic()
        if sys.stderr.isatty():
            self._open()
        else:
            self._say(f"共 {self._total} 个文件")

    def step(self, path: str, *, kept: bool, is_failure: bool) -> None:
        """A file is done."""
        self._done += 1
        self._kept += kept
        self._failed += is_failure
        if self._bar is not None:
            rate, rest = self._speed()
            self._bar.update(self._task, completed=self._done, rate=rate, rest=rest, failed=self._failures())
        elif time.monotonic() - self._last >= _SECONDS:
            self._last = time.monotonic()
            rate, rest = self._speed()
            self._say(f"已审核 {self._done}/{self._total}{self._failures()}，{rate}，{rest}")

    def writing(self, what: str) -> None:
        """An output is being written."""
        if self._bar is not None:
            self._bar.update(self._task, description=f"正在写 {what}", rest="")

    def _speed(self) -> tuple[str, str]:
        """Files a second and the time that is left; what was done before does not count as speed."""
        fresh = self._done - self._kept
        spent = time.monotonic() - self._since
        if not fresh or spent <= 0:
            return "", ""
        rate = fresh / spent
        left = (self._total - self._done) / rate
        words = f"{left:.0f} 秒" if left < 90 else f"{left / 60:.0f} 分钟" if left < 5400 else f"{left / 3600:.1f} 小时"
        return f"{rate:.1f} 个/秒", f"约剩 {words}"

    def _failures(self) -> str:
        return f"（{self._failed} 个读不了）" if self._failed else ""

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failed]}{task.fields[rate]} {task.fields[rest]}"),
        )
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("正在审核", total=self._total, rate="", rest="", failed="")
        self._bar.start()

    def _say(self, words: str) -> None:
        print(words, file=sys.stderr, flush=True)
