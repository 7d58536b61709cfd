"""Files and folders that cannot be written, held against a real file system: a clear word, and nothing lost."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reviewer.cli import main
from reviewer.rounds.decisions import beside
from reviewer.rounds.journal import FOLDER

resource = pytest.importorskip("resource", reason="limits and owners as POSIX has them")
NOBODY = 65534
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("annotate", "{file}"),
    ("apply", "{file}", "--safe"),
    ("letter", "{file}", "--output", "{folder}/意见书 一.docx"),
    ("review", "{file}", "--no-match", "--output", "{folder}/报告 一.html"),
    ("baseline", "{file}", "--output", "{folder}/基线 一.json"),
    ("decide", "{file}", "F1.8/safe", "accept", "--reviewer", "张三"),
)
NAMES = [command[0] for command in COMMANDS]


def _run(command: tuple[str, ...], file: Path) -> int:
    return main([part.format(file=file, folder=file.parent) for part in command])


def _left(folder: Path) -> dict[str, bytes]:
    """Every file below, without empty folders."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def as_nobody(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Become a user who owns nothing here; root comes back in the end."""
    if os.geteuid() == 0:
        for place in (tmp_path, *tmp_path.rglob("*")):
            os.chown(place, NOBODY, NOBODY)
        # The folders above belong to root and are closed to others.
        opened = [p for p in tmp_path.parents if p.stat().st_uid == 0 and not p.stat().st_mode & 0o001]
        for place in opened:
            place.chmod(place.stat().st_mode | 0o001)

    def leave() -> None:
        if os.geteuid() == 0:
            os.setegid(NOBODY)
            os.seteuid(NOBODY)

    yield leave
    os.seteuid(os.getuid())
    os.setegid(os.getgid())
    for place in (tmp_path, *tmp_path.rglob("*")):
        place.chmod(0o700)


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_folder_that_may_not_be_written(
    command: tuple[str, ...],
    word: Path,
    tmp_path: Path,
    as_nobody: Callable[[], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "只 读"
    folder.mkdir()
    file = Path(shutil.copy(word, folder / "申报表 一稿.docx"))
    assert _run(command, word) in (0, 1), "with leave to write it works, and what it imports is loaded"
    for place in (folder, file):
        os.chown(place, NOBODY, NOBODY) if os.geteuid() == 0 else None
    before = _left(folder)
    folder.chmod(0o500)
    capsys.readouterr()
    as_nobody()
    assert _run(command, file) == 2
    told = capsys.readouterr().err
    assert "权限" in told or "Permission denied" in told, told
    assert "怎么办" in told and "Traceback" not in told
    assert _left(folder) == before


def test_a_file_that_may_not_be_read(
    word: Path, as_nobody: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(word), "--no-remember"]) == 1
    word.chmod(0)
    capsys.readouterr()
    as_nobody()
    for command in ("check", "annotate", "apply"):
        assert main([command, str(word)]) == 2
        told = capsys.readouterr().err
        assert "权限" in told and "怎么办" in told, told


def test_a_file_marked_read_only_is_not_replaced(word: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = word.read_bytes()
    word.chmod(0o444)
    assert main(["apply", str(word), "--safe"]) == 2
    assert "只读" in capsys.readouterr().err
    assert word.read_bytes() == before and not (word.parent / FOLDER).exists()
    word.chmod(0o644)
    assert main(["apply", str(word), "--safe"]) == 0
    changed = word.read_bytes()
    word.chmod(0o444)
    assert main(["apply", str(word), "--undo"]) == 2
    assert word.read_bytes() == changed


def test_a_file_that_windows_holds_open(
    word: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = word.read_bytes()
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if Path(target) == word.resolve():
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    assert main(["apply", str(word), "--safe"]) == 2
    told = capsys.readouterr().err
    assert "正被别的程序" in told and "关闭" in told
    assert word.read_bytes() == before
    assert not [p for p in word.parent.iterdir() if p.suffix == ".tmp"]
    monkeypatch.undo()
    assert main(["apply", str(word), "--safe"]) == 0
    assert main(["apply", str(word), "--undo"]) == 0
    assert word.read_bytes() == before, "the step that never took place is passed over"


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_file_larger_than_allowed(command: tuple[str, ...], word: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = _left(word.parent)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (256, hard))
    try:
        code = _run(command, word)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code == 2
    assert "没有写成" in capsys.readouterr().err
    assert _left(word.parent) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 320 kB."""
    place = tmp_path / "小 盘"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=320k", "tmpfs", str(place)]
    if os.geteuid() or shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_full_disk(
    command: tuple[str, ...], word: Path, small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path(shutil.copy(word, small_disk / "申报表 一稿.docx"))
    with (small_disk / "占满").open("wb", buffering=0) as rest:
        try:
            while rest.write(b"\0" * 4096):
                pass
        except OSError:
            pass
    before = _left(small_disk)
    assert _run(command, file) == 2
    told = capsys.readouterr().err
    assert "磁盘已满" in told or "No space left" in told, told
    assert _left(small_disk) == before
    (small_disk / "占满").unlink()
    if command[0] in ("apply", "decide"):
        assert _run(command, file) == 0
        assert command[0] == "apply" or beside(file).is_file()
