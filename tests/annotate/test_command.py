"""``reviewer annotate``: where the file goes, and what goes wrong on the way."""

import errno
import os
from pathlib import Path

import pytest

from reviewer.cli import main
from tests.annotate.office import EXAMPLES, W, comments, document

NAME = "石峰区残联 2023年（报送）"


@pytest.fixture
def filing(tmp_path: Path) -> Path:
    path = tmp_path / f"{NAME}.docx"
    path.write_bytes((EXAMPLES / "shifeng-2023.docx").read_bytes())
    return path


def test_it_lies_beside_the_original(filing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = filing.read_bytes()
    assert main(["annotate", str(filing), "--author", "张三"]) == 1
    made = filing.with_name(f"{NAME}（审核批注）.docx")
    assert {e.get(f"{W}author") for e, _ in comments(made.read_bytes()).values()} == {"张三"}
    assert filing.read_bytes() == before
    error = capsys.readouterr().err
    assert made.name in error and "批注" in error and "修订" in error
    assert sorted(p.name for p in filing.parent.iterdir()) == sorted([filing.name, made.name])


def test_without_suggestions(filing: Path, tmp_path: Path) -> None:
    target = tmp_path / "出.docx"
    assert main(["annotate", str(filing), "--suggest", "none", "--output", str(target), "--select", "QNT202"]) == 1
    words = [w for _, w in comments(target.read_bytes()).values()]
    assert all("QNT202" in w or w.startswith("审核说明") for w in words)
    assert b"w:ins " not in document_bytes(target)


def document_bytes(path: Path) -> bytes:
    from lxml import etree

    return bytes(etree.tostring(document(path.read_bytes())))


def test_a_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes((EXAMPLES / "shifeng-2023.xlsx").read_bytes())
    assert main(["annotate", str(path)]) == 1
    assert path.with_name("表（审核批注）.xlsx").is_file()
    assert "修订" not in capsys.readouterr().err


def test_other_formats_say_that_they_are_rebuilt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "表.txt"
    path.write_bytes((EXAMPLES / "shifeng-2023.txt").read_bytes())
    assert main(["annotate", str(path)]) == 1
    assert path.with_name("表.txt（审核批注）.docx").is_file()
    assert "重建" in capsys.readouterr().err


def test_the_original_is_never_written_on(filing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = filing.read_bytes()
    assert main(["annotate", str(filing), "--output", str(filing), "--force"]) == 2
    assert "覆盖要审核的文件" in capsys.readouterr().err
    assert filing.read_bytes() == before


def test_an_earlier_file_is_not_lost(filing: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    earlier = filing.with_name(f"{NAME}（审核批注）.docx")
    earlier.write_bytes(b"accepted by hand")
    assert main(["annotate", str(filing)]) == 2
    assert "没有覆盖" in capsys.readouterr().err
    assert earlier.read_bytes() == b"accepted by hand"
    assert main(["annotate", str(filing), "--force"]) == 1
    assert earlier.read_bytes() != b"accepted by hand"


@pytest.mark.parametrize("lock", ["~${rest}", ".~lock.{name}#"])
def test_a_file_that_is_open(filing: Path, lock: str, capsys: pytest.CaptureFixture[str]) -> None:
    target = filing.with_name("输出 文件.docx")
    target.with_name(lock.format(rest=target.name[2:], name=target.name)).touch()
    assert main(["annotate", str(filing), "--output", str(target), "--force"]) == 2
    assert "打开" in capsys.readouterr().err
    assert not target.exists()


def test_an_original_that_is_open_is_said(filing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filing.with_name(f"~${filing.name[2:]}").touch()
    assert main(["annotate", str(filing)]) == 1
    assert "最后一次保存" in capsys.readouterr().err


def test_a_wrong_ending(filing: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotate", str(filing), "--output", str(tmp_path / "a.xlsx")]) == 2
    assert ".docx" in capsys.readouterr().err
    assert not (tmp_path / "a.xlsx").exists()


@pytest.mark.parametrize(("code", "words"), [(errno.ENOSPC, "磁盘已满"), (errno.EROFS, "只读"), (errno.EACCES, "权限")])
def test_a_disk_that_takes_nothing(
    filing: Path, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("reviewer.cli.output.os.fsync", full)
    assert main(["annotate", str(filing)]) == 2
    assert words in capsys.readouterr().err
    assert [p.name for p in filing.parent.iterdir()] == [filing.name]


def test_a_folder_that_is_read_only(filing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    filing.parent.chmod(0o500)
    try:
        assert main(["annotate", str(filing)]) == 2
        assert "没有写入权限" in capsys.readouterr().err
    finally:
        filing.parent.chmod(0o700)


def test_a_folder_that_does_not_exist(filing: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotate", str(filing), "--output", str(tmp_path / "没有" / "a.docx")]) == 2
    assert "文件夹不存在" in capsys.readouterr().err


def test_an_unreadable_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "坏.docx"
    path.write_bytes(b"PK\x03\x04 cut off")
    assert main(["annotate", str(path)]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["坏.docx"]
