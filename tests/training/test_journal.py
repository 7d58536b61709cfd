"""The file of answers: added to, never lost."""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reviewer.errors import ReviewerError
from reviewer.training.journal import Journal, journal_folder, learners, read_learner
from reviewer.training.progress import Answer

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def answer(item: str = "QNT201.x") -> Answer:
    return Answer(item=item, code="QNT201", found=True, named=True, fixed=False, at=AT, seconds=12.5)


def test_answers_come_back_as_they_were_given(tmp_path: Path) -> None:
    journal = Journal("张三", tmp_path)
    assert journal.read().answers == ()
    journal.join("甲县残联")
    journal.append(answer("一"))
    journal.append(answer("二"))
    read = journal.read()
    assert (read.name, read.unit, read.unreadable) == ("张三", "甲县残联", 0)
    assert read.answers == (answer("一"), answer("二"))
    journal.join("乙县财政局")
    assert journal.read().unit == "乙县财政局"
    assert len(journal.read().answers) == 2
    size = journal.path.stat().st_size
    journal.join("乙县财政局")
    assert journal.path.stat().st_size == size


@pytest.mark.parametrize(
    "tail", [b'{"item": "QNT201.y", "code": "QNT', b"\xff\xfe\x00garbage", b"[1, 2]", b'"text"', b"null"]
)
def test_a_broken_line_is_told_of_and_nothing_is_lost(tmp_path: Path, tail: bytes) -> None:
    journal = Journal("张三", tmp_path)
    journal.append(answer("一"))
    with journal.path.open("ab") as file:
        file.write(tail)
    before = journal.path.read_bytes()
    assert journal.read().unreadable == 1
    journal.append(answer("二"))
    read = journal.read()
    assert [a.item for a in read.answers] == ["一", "二"]
    assert read.unreadable == 1
    assert journal.path.read_bytes().startswith(before)


def test_an_older_or_newer_program_wrote_other_keys(tmp_path: Path) -> None:
    journal = Journal("张三", tmp_path)
    journal.append(answer("一"))
    with journal.path.open("a", encoding="utf-8") as file:
        file.write(
            '{"item": "二", "code": "QNT201", "found": true, "named": true, "at": "2026-03-02T09:00:00", "x": 1}\n'
        )
    assert journal.read().unreadable == 1


def test_names_that_look_alike_have_files_of_their_own(tmp_path: Path) -> None:
    names = ["张三", "张 三", "张/三", "../张三", "", "con", "名" * 300]
    paths = {Journal(name, tmp_path).path for name in names}
    assert len(paths) == len(names)
    assert {path.parent for path in paths} == {tmp_path}
    assert all(len(path.name.encode()) < 200 for path in paths)


def test_two_windows_at_once(tmp_path: Path) -> None:
    def work(name: str) -> None:
        for n in range(20):
            Journal("张三", tmp_path).append(answer(f"{name}{n}"))

    threads = [threading.Thread(target=work, args=(name,)) for name in ("甲", "乙", "丙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    read = Journal("张三", tmp_path).read()
    assert len(read.answers) == 60
    assert read.unreadable == 0


def test_a_full_disk_is_said_and_earlier_answers_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal("张三", tmp_path)
    journal.append(answer("一"))

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ReviewerError, match="没有记下来"):
        journal.append(answer("二"))
    assert journal.read().answers[0] == answer("一")


def test_a_folder_in_its_place_is_an_error_for_a_person(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").mkdir()
    with pytest.raises(ReviewerError, match="打不开"):
        read_learner(tmp_path / "x.jsonl")


def test_all_learners_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_STATE_DIR", str(tmp_path))
    for name, unit in (("张三", "乙县"), ("李四", "甲县"), ("王五", "甲县")):
        journal = Journal(name)
        journal.join(unit)
        journal.append(answer())
    assert journal_folder() == tmp_path / "training"
    assert {(p.unit, p.name) for p in learners()} == {("甲县", "李四"), ("甲县", "王五"), ("乙县", "张三")}
    assert [p.unit for p in learners()] == sorted(p.unit for p in learners())
    assert learners(tmp_path / "nowhere") == []
