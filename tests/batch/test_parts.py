"""The Parquet partitions that a run on a cluster keeps its results in."""

from pathlib import Path
from typing import Any

import pytest

from reviewer.batch.parts import Parts
from reviewer.batch.records import FileFailure, FileResult

pa = pytest.importorskip("pyarrow")


def result(path: str, *, passing: bool = False) -> FileResult:
    failure = FileFailure(what="打不开", where="", remedy="", passing=True) if passing else None
    return FileResult(path=path, source="", format="docx", digest="d", unit="", year=None, failure=failure)


def table(*rows: tuple[str, FileResult]) -> Any:
    passing = [r.failure is not None and r.failure.passing for _, r in rows]
    said = [r.model_dump_json() for _, r in rows]
    columns = {"path": [r.path for _, r in rows], "key": [key for key, _ in rows], "passing": passing, "result": said}
    return pa.table(columns)


def begun(output: Path) -> Parts:
    parts = Parts(output)
    parts.begin()
    return parts


def files(output: Path) -> list[Path]:
    return sorted((output / ".batch" / "parts").glob("*"))


def test_what_was_kept_is_known_to_the_next_run(tmp_path: Path) -> None:
    parts = begun(tmp_path)
    parts.add(table(("k1", result("甲.docx")), ("k2", result("乙.docx", passing=True))))
    parts.add(table(("k3", result("甲.docx"))))
    for known in (parts, begun(tmp_path)):
        assert set(known.known("甲.docx")) == {"k1", "k3"}, "of the file as it was and as it is"
        assert known.known("乙.docx") == (), "what may go better is tried anew"
        assert known.known("丙.docx") == ()
        assert known.load("k2") == result("乙.docx", passing=True)
        assert known.load("k9") is None


def test_a_partition_of_former_results_goes(tmp_path: Path) -> None:
    parts = begun(tmp_path)
    parts.add(table(("old", result("甲.docx"))))
    parts.add(table(("new", result("甲.docx")), ("other", result("乙.docx"))))
    parts.drop({"new"})
    assert len(files(tmp_path)) == 1
    assert begun(tmp_path).known("甲.docx") == ("new",)


@pytest.mark.parametrize("left", [b"", b"PAR1 half of a partition"])
def test_a_damaged_partition_is_as_good_as_none(tmp_path: Path, left: bytes) -> None:
    parts = begun(tmp_path)
    parts.add(table(("k1", result("甲.docx"))))
    (place,) = files(tmp_path)
    place.write_bytes(left)
    again = begun(tmp_path)
    assert again.known("甲.docx") == ()
    assert again.load("k1") is None
    again.add(table(("k1", result("甲.docx"))))
    assert begun(tmp_path).load("k1") == result("甲.docx")


def test_more_partitions_than_are_held_open(tmp_path: Path) -> None:
    parts = begun(tmp_path)
    for number in range(30):
        parts.add(table((f"k{number}", result(f"{number}.docx"))))
    assert [parts.load(f"k{n}") for n in (0, 29, 0)] == [result("0.docx"), result("29.docx"), result("0.docx")]
    assert all(parts.load(f"k{n}") == result(f"{n}.docx") for n in range(30))
