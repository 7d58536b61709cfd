"""Which files a batch takes: links, lock files, archives, closed folders."""

import os
from pathlib import Path

import pytest

from reviewer.batch import Options
from reviewer.batch.inputs import collect
from tests.batch.conftest import Run, table


def paths(root: Path, output: str = "结果") -> list[str]:
    return [item.path for item in collect([root], root.parent / output).files]


def filed(place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(table("云溪县农业农村局", 2024), "utf-8")
    return place


def test_lock_files_and_hidden_ones_are_no_filings(tmp_path: Path) -> None:
    filed(tmp_path / "材料" / "一 处" / "申报 表.csv")
    for name in ("~$报 表.docx", ".~lock.申报表.docx#", "._申报表.docx", ".隐藏/申报表.csv"):
        filed(tmp_path / "材料" / name)
    assert paths(tmp_path / "材料") == ["一 处/申报 表.csv"]


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_links_are_followed_but_not_round_in_a_circle(tmp_path: Path) -> None:
    source = tmp_path / "材料"
    filed(source / "甲" / "申报表.csv")
    filed(tmp_path / "别处" / "乙" / "申报表.csv")
    (source / "丙").symlink_to(tmp_path / "别处", target_is_directory=True)
    (source / "甲" / "上级").symlink_to(source, target_is_directory=True)
    (tmp_path / "别处" / "乙" / "自己").symlink_to(tmp_path / "别处", target_is_directory=True)
    (source / "圈").symlink_to(source / "圈")
    (source / "再一次.csv").symlink_to(source / "甲" / "申报表.csv")
    assert paths(source) == ["丙/乙/申报表.csv", "再一次.csv"]


def test_an_archive_is_reported_as_not_reviewed(source: Path, run: Run) -> None:
    (source / "坏 文件.docx").unlink()
    (source / "某局 上报.zip").write_bytes(b"PK\x03\x04")
    (source / "某局 上报.RAR").write_bytes(b"Rar!")
    summary = run(options=Options(select=("QNT205",)))
    assert {r.path: r.failure.what for r in summary.tally.failures if r.failure} == dict.fromkeys(
        ("某局 上报.RAR", "某局 上报.zip"), "压缩包没有打开，里面的申报表没有审核"
    )
    assert summary.exit_code() == 2


def test_a_closed_folder_is_told_and_not_passed(
    source: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source / "坏 文件.docx").unlink()
    walk = os.walk

    def closed(root: object, onerror: object = None, **more: object) -> object:
        assert callable(onerror)
        onerror(PermissionError(13, "Permission denied", str(source / "不让看")))
        return walk(root, onerror=onerror, **more)  # type: ignore[call-overload]

    monkeypatch.setattr("reviewer.batch.inputs.os.walk", closed)
    summary = run(options=Options(select=("QNT205",)))
    assert summary.exit_code() == 2
    page = (tmp_path / "结果" / "审核汇总.html").read_text("utf-8")
    assert "没有权限打开的文件夹（1）" in page
    assert "不让看" in page
