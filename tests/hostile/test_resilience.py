"""Odd machines: terminals that know no Chinese, locale C, full and read-only places, two programs, wrong clocks."""

import csv
import io
import json
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from reviewer.batch.store import _fit
from reviewer.matching import cache
from reviewer.matching.cache import load_cached
from reviewer.pipeline import build_report, review_filing
from reviewer.readers import read
from reviewer.writers import WRITERS

HEAD = "一级指标,二级指标,三级指标,指标值"
ROWS = f"{HEAD}\n产出指标,数量指标,培训人数,≥150人\n产出指标,质量指标,培训合格率,稳步提升\n"


def run(*arguments: str | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own."""
    homes = {key: str(folder / "home") for key in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "LOCALAPPDATA")}
    return subprocess.run(
        [sys.executable, "-m", "reviewer", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **homes, **environment},
        cwd=folder,
        capture_output=True,
        timeout=300,
    )


@pytest.fixture
def filing(tmp_path: Path) -> Path:
    path = tmp_path / "申报表 №1 ①.csv"
    path.write_text(ROWS, "utf-8")
    return path


# --- terminals and locales

TERMINALS = [
    {"PYTHONIOENCODING": "gbk"},
    {"PYTHONIOENCODING": "ascii"},
    {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


@pytest.mark.parametrize("environment", TERMINALS, ids=["gbk", "ascii", "C"])
def test_terminals_that_lack_characters(filing: Path, environment: dict[str, str]) -> None:
    done = run("review", filing, folder=filing.parent, **environment)
    assert done.returncode in (0, 1), done.stderr[-800:]
    assert b"Traceback" not in done.stderr
    assert done.stdout.strip()
    report = filing.parent / "out.json"
    done = run("review", filing, "--output", report, folder=filing.parent, **environment)
    assert b"Traceback" not in done.stderr and done.returncode in (0, 1), done.stderr[-800:]
    json.loads(report.read_text("utf-8"))  # a file is UTF-8 whatever the terminal is


def test_gbk_is_readable_chinese(filing: Path) -> None:
    done = run("review", filing, folder=filing.parent, PYTHONIOENCODING="gbk")
    assert "稳步提升" in done.stdout.decode("gbk")


# --- outputs that are opened elsewhere


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "＝", " ="])
def test_what_a_filing_says_becomes_no_formula_and_no_markup(tmp_path: Path, start: str) -> None:
    evil = f'{start}HYPERLINK("http://x";"<img src=x onerror=alert(1)>")</script><script>alert(2)</script>'
    path = tmp_path / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([HEAD.split(","), ["产出指标", "质量指标", evil, evil]])
    report = build_report([review_filing(read(path))])
    table = WRITERS["csv"].write(report).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))]
    page = WRITERS["html"].write(report).decode("utf-8")
    assert "HYPERLINK" in page
    assert "<img src=x" not in page and "<script>alert(2)" not in page
    assert "Content-Security-Policy" in page


# --- places that take nothing


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_standard_output(filing: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "reviewer", "review", str(filing), "--format", "json"],
            stdout=full, stderr=subprocess.PIPE, timeout=300,
        )  # fmt: skip
    assert done.returncode == 2
    assert "磁盘已满" in done.stderr.decode("utf-8", "replace")
    assert b"Traceback" not in done.stderr


def test_a_home_that_cannot_be_written(filing: Path) -> None:
    """The caches only save time: without them the review is the same."""
    blocked = filing.parent / "home"
    blocked.write_text("no folder")
    done = run("review", filing, "--format", "json", folder=filing.parent)
    assert done.returncode in (0, 1), done.stderr[-800:]
    assert json.loads(done.stdout)["filings"]


# --- two programs on one cache


def _use_cache(folder: str, number: int, answers: Any) -> None:
    os.environ["XDG_CACHE_HOME"] = folder
    cache.cache_folder = lambda: Path(folder)  # type: ignore[assignment]
    values = [
        load_cached(f"shared-{n % 3}", lambda n=n: {"of": f"shared-{n % 3}", "big": "x" * 50_000}) for n in range(40)
    ]
    answers.put((number, all(v["of"] == f"shared-{n % 3}" for n, v in enumerate(values))))


def test_programs_that_share_a_cache(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    workers = [context.Process(target=_use_cache, args=(str(tmp_path), n, answers)) for n in range(3)]
    for worker in workers:
        worker.start()
    given = [answers.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join(60)
    assert all(right for _, right in given)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"shared-{n}.json" for n in range(3)], "nothing half-written"


def test_a_cache_that_a_kill_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "cache_folder", lambda: tmp_path)
    assert load_cached("a-1", lambda: {"n": 1}) == {"n": 1}
    place = tmp_path / "a-1.json"
    for damage in (b"", place.read_bytes()[:9], b"\xff\xfe", b"[]", b'{"key": "b-1", "value": {"n": 2}}'):
        place.write_bytes(damage)
        assert load_cached("a-1", lambda: {"n": 1}) == {"n": 1}
        assert json.loads(place.read_text("utf-8"))["value"] == {"n": 1}


# --- clocks


def test_files_from_the_future_and_from_long_ago(filing: Path, tmp_path: Path) -> None:
    first = run("review", filing, "--format", "json", folder=tmp_path)
    for moment in (time.time() + 50 * 365 * 86400, 315532800.0):
        os.utime(filing, (moment, moment))
        assert run("review", filing, "--format", "json", folder=tmp_path).stdout == first.stdout


def test_a_clock_that_was_set_back(filing: Path, tmp_path: Path) -> None:
    """A check remembered tomorrow is still the last one when the clock says yesterday."""
    done = run("check", filing, folder=tmp_path)
    assert done.returncode in (0, 1), done.stderr[-800:]
    (memory,) = [p for p in (tmp_path / "home").rglob("*.json") if "checks" in p.parts]
    later = time.time() + 400 * 86400
    os.utime(memory, (later, later))
    filing.write_text(ROWS.replace("稳步提升", "≥95%"), "utf-8")
    done = run("check", filing, folder=tmp_path)
    assert done.returncode in (0, 1) and b"Traceback" not in done.stderr
    assert memory.stat().st_mtime < later, "remembered anew"


# --- names that Windows does not take


@pytest.mark.parametrize(
    "name", ["CON", "nul", "aux.docx", "COM1.xlsx", "lpt9", "a.", "b ", "...", "", "x<y>:z|?*", "a\x1fb"]
)
def test_names_for_windows(name: str) -> None:
    fitted = _fit(name)
    assert fitted and not fitted.endswith((".", " "))
    assert not set(fitted) & set('<>:"|?*\\/') and all(ord(c) >= 32 for c in fitted)
    assert fitted.partition(".")[0].upper() not in {"CON", "NUL", "AUX", "PRN", "COM1", "LPT9"}


def test_names_as_long_as_the_system_takes(tmp_path: Path) -> None:
    path = tmp_path / ("长" * 80 + ".csv")
    path.write_text(ROWS, "utf-8")
    target = tmp_path / ("报" * 82 + ".json")
    done = run("review", path, "--output", target, folder=tmp_path)
    assert done.returncode in (0, 1), done.stderr.decode("utf-8", "replace")[-500:]
    assert target.exists()
    done = run("review", path, "--output", tmp_path / ("报" * 90 + ".json"), folder=tmp_path)
    assert done.returncode == 2
    assert "文件名太长" in done.stderr.decode("utf-8", "replace")
