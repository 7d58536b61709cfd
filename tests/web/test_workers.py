"""A file that hangs, crashes or takes too long costs itself only."""

import os
import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.store import Store
from reviewer.web.services.packing import pack_grids, unpack_grids, unpack_report
from reviewer.web.workers import Failed, Job, Result, Reviewed, Workers, work
from tests.web.filings import csv
from tests.web.jobs import do


@pytest.fixture
def workers() -> Iterator[Workers]:
    """One process that does what names say."""
    found = Workers(1, seconds=1.0, memory_mb=4096, do=do)
    yield found
    found.close()


def ask(workers: Workers, *names: str) -> list[Result]:
    """What came of files, in order."""
    done: queue.Queue[Result] = queue.Queue()
    for name in names:
        workers.submit(Job(Path(name), name), done.put)
    return [done.get(timeout=120) for _ in names]


def test_hanging_crashing_and_slow_files(workers: Workers) -> None:
    first, hung, crashed, slow, last = ask(workers, "a", "hang", "crash", "slow", "b")
    assert isinstance(first, Failed)
    assert first.what.endswith("True")
    assert isinstance(hung, Failed)
    assert hung.what == "1 秒还没有读完，已停下"
    assert isinstance(crashed, Failed)
    assert "意外停止" in crashed.what
    assert isinstance(slow, Failed)
    assert slow.what.endswith("False")  # tried again without suggestions
    assert isinstance(last, Failed)
    pids = {int(result.what.split()[0]) for result in (first, slow, last)}
    assert os.getpid() not in pids
    assert len(pids) == 2  # the second process goes on after the slow file


def test_what_is_kept_of_a_review(sqlite: Store, tmp_path: Path) -> None:
    kept = sqlite.files.keep([csv()])
    result = work(Job(sqlite.files.path(kept.stored), "申报表.csv"))
    assert isinstance(result, Reviewed)
    (item,) = unpack_report(result.report).filings
    assert [f.code for f in item.findings] == ["QNT202", "QNT204"]
    assert len(item.suggestions) == result.figures["suggestions"] == 3
    grids = unpack_grids(result.grids)
    assert grids[0].cells[0].text == "一级指标"
    assert unpack_grids(pack_grids(grids)) == grids
    plain = work(Job(sqlite.files.path(kept.stored), "申报表.csv", suggest=False))
    assert isinstance(plain, Reviewed)
    (item,) = unpack_report(plain.report).filings
    assert item.suggestions == ()
    assert "没有逐行提修改建议" in item.filing.unread[0].reason


def test_places_of_the_server_are_not_told(tmp_path: Path) -> None:
    place = tmp_path / ("a" * 32)
    place.write_bytes(b"PK\x03\x04 broken")
    result = work(Job(place, "坏.docx"))
    assert isinstance(result, Failed)
    for text in (result.what, result.where, result.remedy):
        assert str(tmp_path) not in text
        assert "reviewer-" not in text
    assert result.where == "坏.docx"
