"""A batch from folders to outputs: review side by side, then write the tables from what lies on disk."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from reviewer.batch import cluster, dashboard, parquet, workbook
from reviewer.batch.asides import stale_for_all
from reviewer.batch.inputs import Input, Inputs, collect
from reviewer.batch.keys import Options, options_digest
from reviewer.batch.parts import Parts
from reviewer.batch.pool import Pool
from reviewer.batch.records import FileResult
from reviewer.batch.remote import is_url
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
from reviewer.batch.worker import Broken, Done, Setup
from reviewer.errors import ReviewerError

Engine = Literal["local", "ray"]
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
        code = 2 if self.not_written or self.inputs.closed else self.tally.exit_code()
        return code if gate or code == 2 else 0


@dataclass
class _Run:
    """What one run knows; ``load`` gives the result under a key."""

    store: Store
    items: Sequence[Input]
    setup: Setup
    progress: Progress | None
    load: Callable[[str], FileResult | None]
    keys: list[str] = field(default_factory=list)
    kept: int = 0

    def results(self) -> Iterator[FileResult]:
        """Each file's result, in order, read from disk."""
        for item, key in zip(self.items, self.keys, strict=True):
            found = self.load(key)
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
    engine: Engine = "local",
    address: str | None = None,
    jobs: int | None = None,
    seconds: float = 180,
    reports: bool = False,
    with_parquet: bool | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Review all files of folders and write the tables; a run that was stopped is taken up where it was.

    Args:
        folders: folders, searched with all below them, or single files; with the engine ``ray`` URLs too.
        output: folder for results and tables; may lie in one of ``folders``.
        options: how to review.
        engine: what reviews: processes of this machine, or a Ray cluster. The outputs are the same.
        address: of the cluster; None: what RAY_ADDRESS says, else a cluster of this machine alone.
        jobs: files reviewed at once; one for each processor when None.
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
    if engine == "ray" and not cluster.is_installed():
        remedy = "安装：pip install 'indicator-reviewer[ray]'；一台机器用不着它，去掉 --engine ray 即可"
        raise ReviewerError("在多台机器上审核需要 Ray，本机没有安装", "--engine ray", remedy)
    _check(options)
    place = Path(output)
    roots = tuple(map(str, folders))
    if engine == "local" and (urls := [root for root in roots if is_url(root)]):
        remedy = "加 --engine ray，或先下载到本机的文件夹"
        raise ReviewerError("对象存储里的文件要用 --engine ray 审核", urls[0], remedy)
    found = collect(roots, place)
    with opened(place) as store:
        setup = Setup(place, options, options_digest(options), begin(store), reports)
        if progress is not None:
            progress.start(found)
        if engine == "ray":
            parts = Parts(place)
            run = _Run(store, found.files, setup, progress, parts.load)
            with _disk(place):
                parts.begin()
            shared = tuple(Path(root) for root in roots if not is_url(root))
            _review(run, cluster.Cluster(parts, setup, address, jobs, seconds, shared).run(found.files))
            parts.drop(set(run.keys))
        else:
            run = _Run(store, found.files, setup, progress, store.load)
            count = min(jobs or os.cpu_count() or 1, len(found.files), _WINDOWS_MOST)
            with Pool(count, setup, seconds=seconds) as pool:
                _review(run, pool.run(found.files))
        tables = parquet.NAMES if (parquet.is_installed() if with_parquet is None else with_parquet) else ()
        tally, written, missed = _write(run, found.closed, tables)
        if not missed:
            if reports:
                drop_reports(store, {place / report for report in run.reports() if report})
            finish(store, setup.day)
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
    for place in options.waivers:
        from reviewer.rounds.decisions import load_decisions

        load_decisions(Path(place), must_exist=True)
    if options.baseline is not None:
        from reviewer.rounds.baseline import load_baseline

        if load_baseline(Path(options.baseline)).single:
            remedy = "对整个文件夹重新运行 reviewer baseline"
            raise ReviewerError("这份基线只含一个文件，不能用于批量审核", options.baseline, remedy)


def _review(run: _Run, answers: Iterable[Done | Broken]) -> None:
    """Take in what became of each file."""
    keys: dict[int, str] = {}
    for answer in answers:
        if isinstance(answer, Broken):
            raise trouble(OSError(answer.errno, answer.reason), run.store.output)
        keys[answer.number] = answer.key
        run.kept += answer.kept
        if run.progress is not None:
            path = run.items[answer.number].path
            run.progress.step(path, kept=answer.kept, is_failure=answer.failed)
    run.keys = [keys[number] for number in range(len(run.items))]


def _write(run: _Run, closed: list[str], tables: Sequence[str]) -> tuple[Tally, list[Path], list[str]]:
    """The tables from the results; one that cannot be written does not stop the others."""
    reports = run.reports()
    tally = Tally()
    tally.closed = closed
    for result, report in zip(run.results(), reports, strict=True):
        tally.add(result, report)
    tally.stale += stale_for_all(run.setup, tally)
    _tell(run, "查找雷同")
    tally.close()
    output = run.store.output
    written: list[Path] = []
    missed: list[str] = []

    def make(places: Sequence[Path], write: Callable[[Sequence[Path]], object]) -> None:
        _tell(run, places[0].name)
        try:
            with contextlib.ExitStack() as stack:
                write([stack.enter_context(replacing(place)) for place in places])
            written.extend(places)
        except OSError as error:
            missed.append(str(trouble(error, places[0])))

    make([output / PAGE], lambda parts: parts[0].write_bytes(dashboard.page(tally, run.setup.day)))
    scratch = output / STATE / "tmp"
    day = run.setup.day
    make([output / WORKBOOK], lambda parts: workbook.write(parts[0], tally, run.results(), reports, day, scratch))
    if tables:
        places = [output / DATA / f"{name}.parquet" for name in tables]
        make(places, lambda parts: parquet.write(dict(zip(tables, parts, strict=True)), run.results()))
    return tally, written, missed


@contextlib.contextmanager
def _disk(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise trouble(error, place) from None


def _tell(run: _Run, what: str) -> None:
    if run.progress is not None:
        run.progress.writing(what)
