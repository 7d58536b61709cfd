"""A batch from folders to outputs: review side by side, then write the tables from what lies on disk."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from reviewer.batch import dashboard, parquet, workbook
from reviewer.batch.condense import failed
from reviewer.batch.inputs import Input, Inputs, collect
from reviewer.batch.keys import Options, options_digest
from reviewer.batch.pool import Lost, Pool
from reviewer.batch.records import FileResult
from reviewer.batch.store import (
    DATA,
    PAGE,
    STATE,
    WORKBOOK,
    Store,
    begin,
    drop_reports,
    finish,
    opened,
    replacing,
    trouble,
)
from reviewer.batch.tally import Tally
from reviewer.batch.worker import Broken, Setup, Worker, digest_or_error
from reviewer.errors import ReviewerError

_WINDOWS_MOST = 60  # Windows waits for at most 63 things at once


class Progress(Protocol):
    """Who wants to know how far a batch is."""

    def start(self, found: Inputs) -> None:
        """The files are known."""

    def step(self, path: str, *, kept: bool, is_failure: bool) -> None:
        """A file is done; ``kept``: it was done before."""

    def writing(self, what: str) -> None:
        """An output is being written."""


@dataclass(frozen=True)
class Summary:
    """What came of a batch.

    Attributes:
        kept: files whose results lay there already.
        written: the outputs, as paths.
        not_written: Chinese sentences, one an output that could not be written.
    """

    tally: Tally
    inputs: Inputs
    kept: int
    written: tuple[Path, ...]
    not_written: tuple[str, ...]

    def exit_code(self, *, gate: bool = True) -> int:
        """2 when something was not read or not written, else 1 with flaws that must be corrected (``gate``), else 0."""
        code = 2 if self.not_written else self.tally.exit_code()
        return code if gate or code == 2 else 0


@dataclass
class _Run:
    """What one run knows."""

    store: Store
    items: Sequence[Input]
    setup: Setup
    day: date
    progress: Progress | None
    keys: list[str] = field(default_factory=list)
    kept: int = 0

    def results(self) -> Iterator[FileResult]:
        """Each file's result, in order, read from disk."""
        for item, key in zip(self.items, self.keys, strict=True):
            found = self.store.load(key)
            if found is None:
                raise ReviewerError("审核结果丢失（被删除或已损坏）", item.path, "再次运行同一命令，会补审这个文件")
            yield found

    def reports(self) -> list[str]:
        """Where each file's own report lies, below the output folder; "" for none."""
        if not self.setup.reports:
            return [""] * len(self.items)
        places = (self.store.report_place(item.path, key) for item, key in zip(self.items, self.keys, strict=True))
        return [p.relative_to(self.store.output).as_posix() if p.exists() else "" for p in places]


def run_batch(
    folders: Iterable[str | Path],
    output: str | Path,
    options: Options | None = None,
    *,
    jobs: int | None = None,
    seconds: float = 180,
    reports: bool = False,
    with_parquet: bool | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Review all files of folders and write the tables; a run that was stopped is taken up where it was.

    Args:
        folders: folders, searched with all below them, or single files.
        output: folder for results and tables; may lie in one of ``folders``.
        options: how to review.
        jobs: worker processes; one for each processor when None.
        seconds: time limit of a file.
        reports: write each file's own HTML report too.
        with_parquet: write Parquet files; when None, where pyarrow is installed.

    Raises:
        ReviewerError: an option or a folder is wrong, another run uses ``output``, or it cannot be written.
    """
    options = options or Options()
    if with_parquet and not parquet.is_installed():
        what = "写 Parquet 文件需要 pyarrow，本机没有安装"
        raise ReviewerError(what, "--parquet", "安装：pip install 'indicator-reviewer[batch]'；Excel 和网页不需要它")
    _check(options)
    place = Path(output)
    found = collect([Path(folder) for folder in folders], place)
    count = min(jobs or os.cpu_count() or 1, len(found.files), _WINDOWS_MOST)
    with opened(place) as store:
        setup = Setup(place, options, options_digest(options), reports)
        run = _Run(store, found.files, setup, begin(store), progress)
        if progress is not None:
            progress.start(found)
        _review(run, count, seconds)
        tally, written, missed = _write(run, parquet.is_installed() if with_parquet is None else with_parquet)
        if not missed:
            if reports:
                drop_reports(store, {place / report for report in run.reports() if report})
            finish(store, run.day)
    return Summary(tally, found, run.kept, tuple(written), tuple(missed))


def _check(options: Options) -> None:
    """Refuse what is wrong for every file before any is read."""
    from reviewer.pipeline import select_rules
    from reviewer.taxonomy import profiles

    select_rules(options.select, options.ignore)
    if options.profile is not None and options.profile not in profiles():
        raise ReviewerError(f"没有名为“{options.profile}”的框架", "--profile", f"可选：{'、'.join(profiles())}")
    if "llm" in options.engines:
        raise ReviewerError(
            "批量审核不调用模型", "--suggest", "用 rules、bank；个别文件用 reviewer suggest --engine llm"
        )
    if options.baseline is not None:
        from reviewer.rounds.baseline import load_baseline

        if load_baseline(Path(options.baseline)).single:
            remedy = "对整个文件夹重新运行 reviewer baseline"
            raise ReviewerError("这份基线只含一个文件，不能用于批量审核", options.baseline, remedy)


def _review(run: _Run, jobs: int, seconds: float) -> None:
    """Review what has no result yet."""
    keys: dict[int, str] = {}
    for answer in Pool(jobs, run.setup, seconds=seconds).run(run.items):
        if isinstance(answer, Broken):
            raise trouble(OSError(answer.errno, answer.reason), run.store.output)
        if isinstance(answer, Lost):
            keys[answer.number] = _keep_lost(run, answer, seconds)
            kept, is_failure = False, True
        else:
            keys[answer.number] = answer.key
            kept, is_failure = answer.kept, answer.failed
        run.kept += kept
        if run.progress is not None:
            run.progress.step(run.items[answer.number].path, kept=kept, is_failure=is_failure)
    run.keys = [keys[number] for number in range(len(run.items))]


def _keep_lost(run: _Run, lost: Lost, seconds: float) -> str:
    """Keep the failure of a file that took its worker with it; the next run tries it anew."""
    digest, unreadable = digest_or_error(lost.item.file)
    if lost.code is None:
        what = f"审核这个文件超过 {seconds:g} 秒，已停止"
        remedy = "加长 --timeout 再运行一次，或用 reviewer review 单独审核"
    else:
        what = f"审核这个文件时程序意外退出（退出码 {lost.code}）"
        remedy = "可能是内存不够：加 --jobs 1 再运行一次；仍不行请把文件反馈给维护者"
    error = unreadable or ReviewerError(what, lost.item.path, remedy)
    key = Worker(run.setup).key_for(lost.item, digest)
    try:
        run.store.save(key, failed(lost.item.path, digest, error, passing=True))
    except OSError as problem:
        raise trouble(problem, run.store.output) from None
    return key


def _write(run: _Run, with_parquet: bool) -> tuple[Tally, list[Path], list[str]]:
    """The tables from the results; one that cannot be written does not stop the others."""
    reports = run.reports()
    tally = Tally()
    for result, report in zip(run.results(), reports, strict=True):
        tally.add(result, report)
    _tell(run, "查找雷同")
    tally.close()
    output = run.store.output
    written: list[Path] = []
    missed: list[str] = []

    def make(place: Path, write: "_Write") -> None:
        _tell(run, place.name)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with replacing(place) as part:
                write(part)
            written.append(place)
        except OSError as error:
            missed.append(str(trouble(error, place)))

    make(output / PAGE, lambda part: part.write_bytes(dashboard.page(tally, run.day)))
    scratch = output / STATE / "tmp"
    make(output / WORKBOOK, lambda part: workbook.write(part, tally, run.results(), reports, run.day, scratch))
    for name in parquet.NAMES if with_parquet else ():
        place = output / DATA / f"{name}.parquet"
        make(place, lambda part, name=name: parquet.write(name, part, run.results()))
    return tally, written, missed


class _Write(Protocol):
    def __call__(self, part: Path, /) -> object: ...


def _tell(run: _Run, what: str) -> None:
    if run.progress is not None:
        run.progress.writing(what)
