"""The whole path against a real server and a real, very small model. It proves the path, not the prose.

One test: with several workers each would start a server of its own.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewer.llm import Request, Session, load_settings, open_session
from reviewer.llm.check import probe
from reviewer.llm.local import missing_packages, served
from reviewer.pipeline import review, review_filing
from reviewer.records import Standing
from tests.llm.test_engine import FLAWED, filing

MISSING = missing_packages()
EMPTY = Request("rewrite", {"row": {}, "findings": [], "form": {}, "bank": []})
SMALL = "一级指标,二级指标,三级指标,指标值\n产出指标,质量指标,培训效果,稳步提升\n"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@pytest.mark.model
@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (pip install -e '.[llm,local-llm]')")
def test_the_whole_path(tmp_path: Path) -> None:
    with served(_free_port()) as url:

        def session(**options: Any) -> Session:
            given = {"preset": "llamacpp", "base_url": url, "cache": False, "max_tokens": 300, **options}
            return open_session(load_settings(given), progress=False)

        for check in (_ways, _several_at_once, _cut_off, _timeout):
            check(session)
        _a_review(session, tmp_path)


def _ways(session: Callable[..., Session]) -> None:
    trials = {t.mode: t for t in probe(session(max_tokens=60).settings)}
    assert trials["tools"].works, trials  # by a grammar, whatever the model's size
    assert trials["tools"].told
    assert not trials["json_schema"].works  # refused by this server, and said so
    assert trials["json_schema"].detail


def _several_at_once(session: Callable[..., Session]) -> None:
    asked = session(concurrency=3)
    answers = asked.ask_all([Request("check", {"row": {"三级指标": f"培训人数{n}"}}) for n in range(4)])
    assert all(a.reply is not None for a in answers), [a.failure for a in answers]
    assert asked.totals.input_tokens > 0


def _cut_off(session: Callable[..., Session]) -> None:
    answer = session(max_tokens=16, modes=["tools"]).ask(EMPTY)
    assert answer.failure is not None
    assert answer.failure.kind.value == "truncated"


def _timeout(session: Callable[..., Session]) -> None:
    answer = session(timeout=0.02, retries=0).ask(EMPTY)
    assert answer.failure is not None
    assert answer.failure.kind.value == "timeout"


def _a_review(session: Callable[..., Session], folder: Path) -> None:
    csv, replies = folder / "small.csv", folder / "replies.jsonl"
    csv.write_text(SMALL, "utf-8")
    first = review(csv, engines=("llm",), llm=session(record=replies, modes=["tools"], max_tokens=180))
    (report,) = first.filings
    assert report.findings == review(csv).filings[0].findings
    assert all(s.source == "llm" and s.standing is not Standing.SAFE for s in report.suggestions)
    assert {s.indicator_id for s in report.suggestions} | {d.indicator_id for d in report.dropped} >= {"F1.1"}
    assert any('"reply"' in line for line in replies.read_text("utf-8").splitlines()), "no typed reply at all"
    # The server's address is no part of what was said.
    assert review(csv, engines=("llm",), llm=open_session(load_settings({"replay": replies}))) == first


def test_the_server_ends_with_whoever_started_it(tmp_path: Path) -> None:
    fake = tmp_path / "llama_cpp"
    fake.mkdir()
    (fake / "__init__.py").write_text("", "utf-8")
    (fake / "server.py").write_text("import time\nprint('up', flush=True)\ntime.sleep(60)\n", "utf-8")
    line = [sys.executable, "-m", "reviewer.llm.local"]
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        assert server.stdout.readline() == b"up\n"
        server.stdin.close()
        assert server.wait(30) == 0


def test_a_dry_run_needs_no_server() -> None:
    dry = open_session(load_settings({"preset": "llamacpp"}), dry=True)
    review_filing(filing(FLAWED), engines=("llm",), llm=dry)
    assert dry.collected
