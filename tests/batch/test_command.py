"""``reviewer batch`` from the command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer.cli import main
from reviewer.cli.progress import Reporter

ROOT = Path(__file__).resolve().parents[2]


def test_batch_tells_what_it_did(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["batch", str(source), "-o", str(tmp_path / "结果"), "--jobs", "1", "--no-parquet", "--suggest", "rules"]
    assert main(command) == 2
    said = capsys.readouterr()
    assert "12 个文件，11 张表，6 个单位" in said.out
    assert "没有审核 1 个文件，部分未读 0 个，都不算通过" in said.out
    assert "跳过不是申报表类型的文件：.mp4 1 个" in said.out
    assert "没有审核 坏 文件.docx" in said.err
    assert main(command) == 2
    assert "其中 12 个文件此前已审核过" in capsys.readouterr().out


def test_watch(source: Path, tmp_path: Path) -> None:
    (source / "坏 文件.docx").unlink()
    command = ["batch", str(source), "-o", str(tmp_path / "结果"), "--jobs", "1", "--no-parquet"]
    assert main(command) == 1
    assert main([*command, "--watch", "gate"]) == 1
    assert main([*command, "--watch", "warn"]) == 0


def test_wrong_use_is_told_before_any_work(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["batch", str(source), "-o", str(tmp_path / "结果"), "--select", "ABC"]) == 2
    assert "没有代码为“ABC”的规则" in capsys.readouterr().err
    assert main(["batch", str(source), "-o", str(tmp_path / "结果"), "--suggest", "魔法"]) == 2
    assert not (tmp_path / "结果").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are of POSIX")
def test_a_terminal_gets_a_bar_with_rate_and_rest(source: Path, tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "reviewer", "batch", str(source), "-o", str(tmp_path / "结果"), "--no-parquet"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "120", "PYTHONUTF8": "1"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert process.wait() == 2
    text = shown.decode("utf-8", "replace")
    assert "12/12" in text
    assert "个/秒" in text


def test_speed_counts_what_was_done_now(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from reviewer.batch.inputs import Input, Inputs

    now = [100.0]
    monkeypatch.setattr("reviewer.cli.progress.time.monotonic", lambda: now[0])
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
    reporter = Reporter()
    reporter.start(Inputs([Input(Path("x"), "x")] * 1000))
    for number in range(600):
        reporter.step("x", kept=number < 500, is_failure=number == 599)
        now[0] += 0.5 if number >= 500 else 0
    reporter.step("x", kept=False, is_failure=False)
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "共 1000 个文件"
    assert said[-1].startswith("已审核 "), said
    assert "2.1 个/秒" in said[1], "the 500 that were kept do not count"
    assert "约剩 4 分钟" in said[1]
    assert len(said) < 6, "a line now and then, not one a file"
