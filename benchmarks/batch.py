"""``reviewer batch`` on many filings: speed, memory, and a kill in the middle that changes nothing.

    python benchmarks/batch.py [--count 1000] [--jobs 2] [--reports] [--scaling] [--keep FOLDER] [--format json]

Filings are made by ``benchmarks/filings.py``, with some that cannot be read among them. One run goes undisturbed; of
another the process is killed (SIGKILL) when a part of the files is done, then the same command is given again: every
output must have the same bytes, and no file that was done may be done twice. ``--scaling`` reviews the same files in a
single process first: the share of perfect scaling is its time by that of ``--jobs`` processes times their number. On a
machine that has other work to do, compare the processor seconds, which other work touches less. Memory is that of the
run and its workers together, sampled from /proc (Linux only; elsewhere it is left out).
"""

import argparse
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from filings import write_filings

_PAGE = 4096


class _Memory(threading.Thread):
    """Samples the resident memory of a process and those below it."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._ended = threading.Event()
        self.most = self.most_parent = 0

    def run(self) -> None:
        while not self._ended.wait(0.5):
            used = _used(self._pid)
            self.most_parent = max(self.most_parent, used)
            self.most = max(self.most, used + sum(_used(child) for child in _children(self._pid)))

    def end(self) -> None:
        """Stop sampling."""
        self._ended.set()
        self.join()


def _used(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


def _children(pid: int) -> list[int]:
    try:
        found = [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [*found, *(below for child in found for below in _children(child))]


def _command(source: Path, output: Path, jobs: int, reports: bool) -> list[str]:
    command = [sys.executable, "-m", "reviewer", "batch", str(source), "--output", str(output), "--jobs", str(jobs)]
    return [*command, "--reports"] if reports else command


def _results(output: Path) -> int:
    total = 0
    for folder in (output / ".batch" / "results").glob("*"):
        total += sum(entry.name.endswith(".json.gz") for entry in os.scandir(folder))
    return total


def _digests(output: Path) -> dict[str, str]:
    """Every output but the state of the program."""
    files = (f for f in output.rglob("*") if f.is_file() and ".batch" not in f.parts)
    return {f.relative_to(output).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def _sizes(output: Path) -> dict[str, int]:
    files = (f for f in output.rglob("*") if f.is_file() and ".batch" not in f.parts)
    return {f.relative_to(output).as_posix(): f.stat().st_size for f in files}


def _undisturbed(source: Path, output: Path, jobs: int, options: argparse.Namespace) -> dict[str, Any]:
    started, used = time.monotonic(), _processor_seconds()
    process = subprocess.Popen(
        _command(source, output, jobs, options.reports), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    memory = _Memory(process.pid)
    memory.start()
    reviewed = 0.0
    while process.poll() is None:
        if not reviewed and _results(output) >= options.count:
            reviewed = time.monotonic() - started
        time.sleep(0.5)
    memory.end()
    seconds = time.monotonic() - started
    used = _processor_seconds() - used
    assert process.returncode in (0, 1, 2), process.returncode
    return {
        "files": _results(output),
        "seconds": round(seconds, 1),
        "processor_seconds": round(used, 1),
        "files_per_second": round(options.count / seconds, 2),
        "seconds_writing_tables": round(seconds - reviewed, 1) if reviewed else None,
        "peak_memory_mb": round(memory.most / 1024**2) or None,
        "peak_memory_parent_mb": round(memory.most_parent / 1024**2) or None,
        "exit_code": process.returncode,
    }


def _processor_seconds() -> float:
    """Of all processes that were started here and have ended, those below them too."""
    times = os.times()
    return times.children_user + times.children_system


def _killed(source: Path, output: Path, options: argparse.Namespace) -> dict[str, Any]:
    process = subprocess.Popen(
        _command(source, output, options.jobs, options.reports), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None and _results(output) < options.count * 2 // 5:
        time.sleep(0.2)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(2)  # what workers still do once their parent is gone would show now
    before = {f: f.stat().st_mtime_ns for f in (output / ".batch" / "results").rglob("*.json.gz")}
    again = subprocess.run(
        _command(source, output, options.jobs, options.reports), capture_output=True, text=True, check=False
    )
    touched = sum(f.stat().st_mtime_ns != stamp for f, stamp in before.items())
    kept = re.search(r"其中 (\d+) 个文件此前已审核过", again.stdout)
    return {"done_when_killed": len(before), "kept": int(kept[1]) if kept else 0, "done_twice": touched}


def main() -> None:
    """Make the filings, run, kill, compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--reports", action="store_true")
    parser.add_argument("--scaling", action="store_true", help="compare with a single process")
    parser.add_argument("--keep", type=Path, help="folder for filings and outputs; a temporary one else")
    parser.add_argument("--format", choices=("markdown", "json"), default="markdown")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="batch-") as temporary:
        folder = options.keep or Path(temporary)
        source = folder / "上报 材料"
        made = write_filings(source, options.count - max(options.count // 200, 1))
        for number in range(options.count - len(made)):
            (source / f"坏文件 {number}.docx").write_bytes(b"PK\x03\x04" + bytes(number))
        alone = _undisturbed(source, folder / "结果 单个", 1, options) if options.scaling else {}
        whole = _undisturbed(source, folder / "结果 一次", options.jobs, options)
        again = _killed(source, folder / "结果 两次", options)
        same = _digests(folder / "结果 一次") == _digests(folder / "结果 两次")
        outputs = {name: size for name, size in _sizes(folder / "结果 一次").items() if not name.startswith("单个报告")}
    found = {"jobs": options.jobs, **whole, **again, "same_bytes": same, "output_bytes": outputs}
    if alone:
        found |= {
            f"{key}_of_a_single_process": alone[key] for key in ("seconds", "processor_seconds", "files_per_second")
        }
        found["share_of_perfect_scaling"] = round(alone["seconds"] / whole["seconds"] / options.jobs, 3)
        found["more_processor_seconds"] = round(whole["processor_seconds"] / alone["processor_seconds"] - 1, 3)
    found["load_at_the_end"] = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    if options.format == "json":
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    print("| what | value |\n|---|---|")
    for key, value in found.items():
        print(f"| {key.replace('_', ' ')} | {value} |")


if __name__ == "__main__":
    main()
