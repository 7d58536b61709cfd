"""Cold start: whole processes, beside a Python that does nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

_COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "reviewer --version": ["-m", "reviewer", "--version"],
    "reviewer --help": ["-m", "reviewer", "--help"],
    "reviewer rules": ["-m", "reviewer", "rules"],
    "reviewer explain CAT101": ["-m", "reviewer", "explain", "CAT101"],
    "reviewer review (example .docx)": ["-m", "reviewer", "review", "{seed}"],
    "reviewer check (example .docx)": ["-m", "reviewer", "check", "{seed}"],
    "reviewer suggest (example .docx)": ["-m", "reviewer", "suggest", "{seed}"],
    "reviewer match 培训人数": ["-m", "reviewer", "match", "培训人数"],
}


@pytest.mark.benchmark(group="start")
@pytest.mark.parametrize("name", _COMMANDS)
def bench_start(benchmark, name: str, seed: Path) -> None:
    """One process from start to end; its output is thrown away."""
    command = [sys.executable, *(part.format(seed=seed) for part in _COMMANDS[name])]

    def run() -> int:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode

    code = benchmark.pedantic(run, rounds=7, warmup_rounds=1)
    assert code in (0, 1), code
    benchmark.extra_info["peer"] = "python -c pass"
    benchmark.extra_info["name"] = name
