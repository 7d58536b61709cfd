"""A batch from folders to tables: complete, resumable, and unharmed by bad files, full disks and a second run."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from reviewer.batch import Options
from reviewer.batch.inputs import Inputs, collect
from reviewer.batch.store import Store, opened
from reviewer.errors import ReviewerError
from reviewer.records import Severity
from tests.batch.conftest import Run, digests, fill, results, table

ROOT = Path(__file__).resolve().parents[2]
# What a run in a process of its own does; the top of the file runs in its workers too.
_SCRIPT = """
import sys
{top}
from reviewer.batch import run_batch
from reviewer.errors import ReviewerError

class Watch:
    done = 0
    def start(self, found): pass
    def writing(self, what): pass
    def step(self, path, *, kept, is_failure):
        self.done += 1
        {step}

if __name__ == "__main__":
    {main}
    try:
        summary = run_batch([sys.argv[1]], sys.argv[2], jobs=2, seconds={seconds}, with_parquet=False, progress=Watch())
    except ReviewerError as error:
        print(error)
        sys.exit(2)
    print(*summary.not_written, sep="\\n")
    sys.exit(summary.exit_code())
"""
Apart = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def apart(source: Path, tmp_path: Path) -> Apart:
    """Run a batch of ``source`` in a process of its own, with code of the test in it and in its workers."""

    def start(output: str, *, top: str = "", step: str = "pass", main: str = "pass", seconds: float = 60) -> object:
        script = tmp_path / "start.py"
        script.write_text(_SCRIPT.format(top=top, step=step, main=main, seconds=seconds), "utf-8")
        command = [sys.executable, str(script), str(source), str(tmp_path / output)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=300)

    return start  # type: ignore[return-value]


def test_everything_is_reviewed_and_told(run: Run, tmp_path: Path) -> None:
    summary = run(reports=True)
    total = summary.tally.total
    assert (total.files, total.forms, total.unread) == (12, 11, 1)
    assert summary.tally.rules["QNT202"].findings == 11
    assert len(summary.tally.units) == 6
    assert summary.inputs.skipped == {".mp4": 1}
    (failure,) = summary.tally.failures
    assert failure.path == "坏 文件.docx"
    assert summary.exit_code() == summary.exit_code(gate=False) == 2
    found = digests(tmp_path / "结果")
    assert {"审核汇总.html", "审核汇总.xlsx"} < set(found)
    own = [name for name in found if name.startswith("单个报告/")]
    assert len(own) == 11
    assert all("工程验收合格率" in found[name].decode() for name in own)


def test_exit_codes_and_the_gate(run: Run, source: Path) -> None:
    (source / "坏 文件.docx").unlink()
    flawed = run()
    assert (flawed.exit_code(), flawed.exit_code(gate=False)) == (1, 0)
    assert run(options=Options(select=("QNT205",))).exit_code() == 0


def test_killed_and_started_again_it_ends_as_if_undisturbed(apart: Apart, run: Run, tmp_path: Path) -> None:
    run("一次")
    kill = "import os, signal; self.done == 5 and os.kill(os.getpid(), signal.SIGKILL)"
    dead = apart("两次", step=kill)
    assert dead.returncode == -9
    before = results(tmp_path / "两次")
    assert 5 <= len(before) < 12
    assert not (tmp_path / "两次" / "审核汇总.html").exists()
    summary = run("两次")
    after = results(tmp_path / "两次")
    assert {name: after[name] for name in before} == before, "nothing is done twice"
    # A file that fails for good (unreadable content) is not tried again either.
    assert summary.kept == len(before)
    assert digests(tmp_path / "两次") == digests(tmp_path / "一次")


def test_half_written_results_of_a_lost_machine_are_done_anew(run: Run, tmp_path: Path) -> None:
    run("一次")
    kept = sorted((tmp_path / "一次" / ".batch" / "results").rglob("*.json.gz"))
    kept[0].write_bytes(kept[0].read_bytes()[:50])
    kept[1].write_bytes(b"")
    left = kept[2].with_name(".abc.part")
    left.write_bytes(b"half")
    before = digests(tmp_path / "一次")
    assert run("一次").kept == 10
    assert digests(tmp_path / "一次") == before
    assert not left.exists()


def test_only_what_changed_is_done_again(run: Run, source: Path, tmp_path: Path) -> None:
    run(reports=True)
    first = next(source.rglob("*第0号*"))
    first.write_text(table("云溪县农业农村局", 2023, quality="≥98%"), "utf-8")
    next(source.rglob("*第1号*")).unlink()
    summary = run(reports=True)
    assert (summary.tally.total.files, summary.kept) == (11, 10)
    assert summary.tally.rules["QNT202"].findings == 9
    assert len([n for n in digests(tmp_path / "结果") if n.startswith("单个报告/")]) == 10, "stale reports are gone"


def test_other_options_are_another_review(run: Run) -> None:
    run()
    assert run(options=Options(select=("QNT",))).kept == 0
    assert run(options=Options(select=("QNT",))).kept == 12


def test_reports_asked_for_later_are_made(run: Run, tmp_path: Path) -> None:
    run()
    run(reports=True)
    assert len([n for n in digests(tmp_path / "结果") if n.startswith("单个报告/")]) == 11


_TRAPS = """
import os, time
import reviewer.readers
_read = reviewer.readers.read
def read(path):
    if "卡住" in str(path): time.sleep(600)
    if "崩溃" in str(path): os._exit(77)
    if "内部" in str(path): raise KeyError("内部")
    if "内存" in str(path): raise MemoryError
    return _read(path)
reviewer.readers.read = read
"""


def test_files_that_hang_crash_or_break_cost_themselves_only(
    apart: Apart, run: Run, source: Path, tmp_path: Path
) -> None:
    for name in ("卡住", "崩溃", "内部", "内存"):
        (source / f"{name}.csv").write_text(table("云溪县农业农村局", 2024), "utf-8")
    done = apart("结果", top=_TRAPS, seconds=8)
    assert done.returncode == 2, done.stdout + done.stderr
    stored = [Store(tmp_path / "结果").load(name.partition(".")[0]) for name in results(tmp_path / "结果")]
    said = {r.path: r.failure for r in stored if r and r.failure}
    assert len(stored) == 16
    assert set(said) == {"卡住.csv", "崩溃.csv", "内部.csv", "内存.csv", "坏 文件.docx"}
    assert "超过 8 秒" in said["卡住.csv"].what
    assert "退出码 77" in said["崩溃.csv"].what
    assert "KeyError" in said["内部.csv"].what
    assert "内存不够" in said["内存.csv"].what
    again = run()
    assert again.tally.total.unread == 2, (
        "what may go better another time is tried again; what broke the program is not"
    )
    assert again.kept == 13


def test_a_second_run_on_one_output_is_refused(run: Run, tmp_path: Path) -> None:
    run()
    before = digests(tmp_path / "结果")
    with opened(tmp_path / "结果"), pytest.raises(ReviewerError, match=r"另一个批量审核正在使用.*进程"):
        run()
    assert digests(tmp_path / "结果") == before
    assert run().kept == 12, "the lock is gone with its holder"


def test_an_output_that_may_not_be_written(run: Run, tmp_path: Path, source: Path) -> None:
    if os.geteuid() == 0:  # nothing stops root but the kernel's own file systems
        with pytest.raises(ReviewerError, match=r"没有写入权限|写不进去"):
            run("/sys/结果")
    closed = tmp_path / "只读"
    closed.mkdir(mode=0o500)
    if os.geteuid() != 0:
        with pytest.raises(ReviewerError, match="没有写入权限"):
            run("只读/结果")
    with pytest.raises(ReviewerError, match="这是文件"):
        run(str(source / "坏 文件.docx"))
    with pytest.raises(ReviewerError, match="结果写不进去"):
        run(str(source / "坏 文件.docx" / "结果"))


_LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))"


def test_a_full_disk_stops_the_run_and_loses_nothing(apart: Apart, run: Run, tmp_path: Path) -> None:
    pytest.importorskip("resource")
    full = apart("结果", main=_LIMIT.format(900))
    assert full.returncode == 2
    assert "磁盘已满" in full.stdout
    assert "Traceback" not in full.stderr
    run("一次")
    run("结果")
    assert digests(tmp_path / "结果") == digests(tmp_path / "一次")


def test_a_disk_that_is_full_at_the_end_keeps_the_older_tables(
    apart: Apart, run: Run, source: Path, tmp_path: Path
) -> None:
    pytest.importorskip("resource")
    run("结果")
    before = digests(tmp_path / "结果")
    next(source.rglob("*第0号*")).unlink()
    full = apart("结果", main=_LIMIT.format(8_000))
    assert full.returncode == 2
    assert full.stdout.count("磁盘已满") == 2, "page and workbook"
    assert digests(tmp_path / "结果") == before
    assert run("结果").tally.total.files == 11


def test_a_folder_that_holds_other_things_is_not_taken(run: Run, tmp_path: Path) -> None:
    (tmp_path / "结果").mkdir()
    (tmp_path / "结果" / "我的文件.docx").write_bytes(b"x")
    with pytest.raises(ReviewerError, match="有别的文件"):
        run()


def test_nothing_to_review(tmp_path: Path, run: Run) -> None:
    (tmp_path / "空").mkdir()
    with pytest.raises(ReviewerError, match="没有可审核的文件"):
        collect([tmp_path / "空"], tmp_path / "结果")
    with pytest.raises(ReviewerError, match="找不到要审核的文件夹"):
        collect([tmp_path / "没有"], tmp_path / "结果")
    for options in (Options(select=("XYZ",)), Options(profile="没有"), Options(engines=("llm",))):
        with pytest.raises(ReviewerError):
            run(options=options)


def test_the_output_may_lie_among_the_inputs(source: Path, run: Run) -> None:
    output = str(source / "审核结果")
    assert run(output, reports=True).tally.total.files == 12
    again = run(output, reports=True)
    assert (again.tally.total.files, again.kept) == (12, 12)


def test_several_folders_and_files_each_once(tmp_path: Path) -> None:
    one, two = fill(tmp_path / "甲" / "材料", 4), fill(tmp_path / "乙" / "材料", 3)
    found: Inputs = collect([one, two, one, one / "坏 文件.docx"], tmp_path / "结果")
    paths = [item.path for item in found.files]
    assert len(paths) == len(set(paths)) == 7
    assert {p.partition("/")[0] for p in paths} == {"材料", "材料（2）"}


def test_waivers_beside_a_file_hold_until_they_expire(run: Run, source: Path) -> None:
    file = next(source.rglob("*第0号*"))
    until = date.today() + timedelta(days=1)
    words = (
        f"version: 1\nwaivers:\n  - {{code: QNT202, reason: 另行批复, reviewer: 张三, until: {until.isoformat()}}}\n"
    )
    file.with_name(file.name + ".decisions.yaml").write_text(words, "utf-8")
    summary = run()
    assert summary.tally.rules["QNT202"].findings == 10
    assert summary.tally.aside == {"waiver": 1}
    assert run(options=Options(decisions=False)).tally.rules["QNT202"].findings == 11


def test_a_baseline_leaves_what_is_new(run: Run, source: Path, tmp_path: Path) -> None:
    from reviewer.cli import main

    (source / "坏 文件.docx").unlink()
    place = tmp_path / "基线.json"
    assert main(["baseline", str(source), "--output", str(place)]) == 0
    next(source.rglob("*第0号*")).write_text(table("云溪县农业农村局", 2023, quality="明显改善"), "utf-8")
    summary = run(options=Options(baseline=str(place)))
    assert summary.tally.total.severities[Severity.ERROR] == 1
    assert summary.tally.aside["baseline"] > 10


def test_names_are_kept_within_what_systems_take(tmp_path: Path) -> None:
    store = Store(tmp_path)
    place = store.report_place(f"一/二?./{'很长的名字' * 40}.docx", "0123456789abcdef")
    assert len(place.name.encode()) < 255
    assert place.name.endswith(".docx.01234567.html")
    assert place.parent == tmp_path / "单个报告" / "一" / "二_"
