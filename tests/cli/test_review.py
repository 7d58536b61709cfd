"""``reviewer review``: exit codes, where the report goes, and what goes wrong on the way."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer import pipeline
from reviewer.cli import main
from reviewer.cli.review import Format, exit_code, split_codes
from reviewer.records import Outcome, OutcomeKind, Report, Severity, Unread
from reviewer.writers import WRITERS
from tests.writers.sample import sample

ROOT = Path(__file__).resolve().parents[2]
TABLE = """项目支出绩效目标申报表,,,,
项目名称,农技推广培训,,,
年度绩效目标,举办农技推广培训3场,,,
一级指标,二级指标,三级指标,指标值,单位
产出指标,数量指标,农技推广培训场次,{value},场
"""


@pytest.fixture
def filing(tmp_path: Path) -> Path:
    path = tmp_path / "申报表.csv"
    path.write_text(TABLE.format(value="若干"), encoding="utf-8")
    return path


def test_formats_are_the_writers() -> None:
    assert {item.value for item in Format} == set(WRITERS)


def test_errors_found_give_1(filing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(filing), "--select", "QNT201"]) == 1
    out = capsys.readouterr().out
    assert "数量指标未量化" in out
    assert "合计：1个文件" in out


def test_no_error_gives_0(filing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filing.write_text(TABLE.format(value="≥3"), encoding="utf-8")
    assert main(["review", str(filing), "--select", "QNT201"]) == 0
    assert "没有发现问题" in capsys.readouterr().out


def test_an_unreadable_file_gives_2_and_the_others_are_reviewed(
    filing: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "坏.docx").write_bytes(b"PK\x03\x04 cut off")
    assert main(["review", str(tmp_path), str(tmp_path / "没有.xlsx"), "--format", "json"]) == 2
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert [f["source"] for f in report["filings"]] == ["申报表.csv"]
    assert [f["source"] for f in report["failures"]] == ["坏.docx", "没有.xlsx"]
    assert all(f["what"] for f in report["failures"])
    assert "没有审核 坏.docx" in captured.err


def test_a_reader_that_breaks_down_is_one_failure(
    filing: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(path: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(pipeline, "read", broken)
    assert main(["review", str(filing)]) == 2
    captured = capsys.readouterr()
    assert "ZeroDivisionError" in captured.out
    assert "Traceback" not in captured.err


def test_folders_are_searched_and_office_leftovers_skipped(
    filing: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deep = tmp_path / "甲" / "乙"
    deep.mkdir(parents=True)
    (deep / "另一份.csv").write_bytes(filing.read_bytes())
    (deep / "~$另一份.docx").write_bytes(b"lock")
    (deep / ".隐藏.csv").write_bytes(b"")
    (deep / "照片说明.xyz").write_bytes(b"")
    main(["review", str(tmp_path), str(filing), "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert sorted(f["source"] for f in report["filings"]) == ["另一份.csv", "申报表.csv"]
    assert report["failures"] == []


def test_a_folder_with_nothing_to_read_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(tmp_path)]) == 2
    assert "文件夹里没有可读的文件" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("nothing", 1),
        ("no errors", 0),
        ("unread", 2),
        ("advisory", 0),
        ("no forms", 2),
        ("broken rule", 2),
        ("failure", 2),
    ],
)
def test_exit_codes(change: str, code: int) -> None:
    full = sample()
    item = full.filings[0].model_copy(update={"outcomes": ()})
    item = item.model_copy(update={"filing": item.filing.model_copy(update={"unread": ()})})
    if change != "nothing":
        milder = tuple(f for f in item.findings if f.severity is not Severity.ERROR)
        item = item.model_copy(update={"findings": milder})
    if change in ("unread", "advisory"):
        part = Unread(text="x", reason="y", advisory=change == "advisory")
        item = item.model_copy(update={"filing": item.filing.model_copy(update={"unread": (part,)})})
    if change == "no forms":
        item = item.model_copy(update={"filing": item.filing.model_copy(update={"forms": ()}), "findings": ()})
    if change == "broken rule":
        item = item.model_copy(
            update={"outcomes": (Outcome(code="X", form_id="F1", outcome=OutcomeKind.ERROR, reason="z"),)}
        )
    failures = full.failures if change == "failure" else ()
    report = Report(filings=(item,), bases={}, versions={}, failures=failures)
    assert exit_code(report) == code


def test_codes_by_comma_and_by_repetition() -> None:
    assert split_codes(["QNT201, CAT", "WRD，CON"]) == ["QNT201", "CAT", "WRD", "CON"]
    assert split_codes(None) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--select", "ABC999"], "没有代码为“ABC999”的规则"),
        (["--profile", "nowhere"], "没有名为“nowhere”的框架"),
    ],
)
def test_options_that_name_nothing(
    arguments: list[str], words: str, filing: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", str(filing), *arguments]) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("name", ["报告.html", "报告.json", "报告.md", "报告.csv", "报告.txt"])
def test_output_takes_its_format_from_the_file_name(name: str, filing: Path, tmp_path: Path) -> None:
    output = tmp_path / name
    assert main(["review", str(filing), "--output", str(output)]) == 1
    data = output.read_bytes()
    assert data
    expected = {".html": b"<!DOCTYPE html>", ".json": b"{", ".md": b"# ", ".csv": b"\xef\xbb\xbf", ".txt": "═".encode()}
    assert data.startswith(expected[output.suffix])
    assert not list(tmp_path.glob(".*.tmp"))


def test_format_given_wins_over_the_file_name(filing: Path, tmp_path: Path) -> None:
    main(["review", str(filing), "--output", str(tmp_path / "r.txt"), "--format", "json"])
    assert json.loads((tmp_path / "r.txt").read_text(encoding="utf-8"))["schema_version"] == 1


@pytest.mark.parametrize("way", ["same path", "symlink", "hard link"])
def test_an_input_is_never_overwritten(
    way: str, filing: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = filing.read_bytes()
    output = tmp_path / "link.csv"
    if way == "same path":
        output = filing
    elif way == "symlink":
        output.symlink_to(filing)
    else:
        os.link(filing, output)
    assert main(["review", str(filing), "--output", str(output)]) == 2
    assert "会覆盖要审核的文件" in capsys.readouterr().err
    assert filing.read_bytes() == before


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "磁盘已满"), (errno.EROFS, "磁盘是只读的"), (errno.EACCES, "没有写入权限")]
)
def test_a_failed_write_keeps_the_older_report(
    number: int,
    words: str,
    filing: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = tmp_path / "报告.html"
    output.write_text("上次的报告", encoding="utf-8")

    def full(handle: int) -> None:
        raise OSError(number, "planted")

    monkeypatch.setattr(os, "fsync", full)
    assert main(["review", str(filing), "--output", str(output)]) == 2
    assert words in capsys.readouterr().err
    assert output.read_text(encoding="utf-8") == "上次的报告"
    assert not list(tmp_path.glob(".*.tmp"))


@pytest.mark.parametrize(("target", "words"), [("没有/报告.html", "文件夹不存在"), (".", "这是文件夹")])
def test_output_with_no_place_to_lie_is_refused_before_reading(
    target: str, words: str, filing: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", str(filing), "--output", str(tmp_path / target)]) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""


def test_output_is_readable_by_others_as_any_new_file(filing: Path, tmp_path: Path) -> None:
    output, plain = tmp_path / "r.html", tmp_path / "plain"
    plain.touch()
    main(["review", str(filing), "--output", str(output)])
    assert output.stat().st_mode == plain.stat().st_mode


def test_same_input_same_bytes_in_two_processes(filing: Path) -> None:
    runs = [_run("review", str(filing), "--format", "json", seed=str(seed)).stdout for seed in (1, 2)]
    assert runs[0] == runs[1] != b""


def test_a_gbk_console_gets_text_without_a_crash(filing: Path) -> None:
    filing.write_text(TABLE.format(value="若干\U0001f600"), encoding="utf-8")
    done = _run("review", str(filing), encoding="gbk")
    assert done.returncode == 1, done.stderr.decode("gbk")
    assert "数量指标未量化" in done.stdout.decode("gbk")


def test_piped_text_has_no_colour_codes(filing: Path) -> None:
    assert b"\x1b" not in _run("review", str(filing)).stdout


def test_a_pipe_that_closes_early_is_no_crash(filing: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "reviewer", "review", str(filing), "--format", "html"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    error = process.stderr.read().decode(errors="replace")
    process.wait(30)
    process.stderr.close()
    assert "Traceback" not in error
    assert "Exception ignored" not in error


def _run(*arguments: str, encoding: str = "utf-8", seed: str = "0") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "reviewer", *arguments],
        cwd=ROOT,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONHASHSEED": seed},
        timeout=60,
        check=False,
    )
