"""The programs that read old documents: bounded in time, memory and what they write, alone in their folders."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from reviewer.readers import doc

posix = pytest.mark.skipif(os.name == "nt", reason="limits of processes are set by a POSIX shell")


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@posix
def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doc, "CONVERT_MEMORY", 400 * 1024**2)
    code = "try:\n b = bytearray(1 << 30); print('took it')\nexcept MemoryError:\n print('refused')"
    assert doc._run(python(code), tmp_path).strip() == b"refused"


@posix
def test_output_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doc, "CONVERT_OUTPUT", 1024**2)
    doc._run(python(f"open({str(tmp_path / 'out')!r}, 'wb').write(bytes(1 << 24))"), tmp_path)
    assert (tmp_path / "out").stat().st_size <= 1024**2


@posix
def test_arguments_stay_arguments(tmp_path: Path) -> None:
    hostile = "$(touch pwned); `touch pwned` \"x\" 'y' *"
    command = [sys.executable, "-c", "import sys; print(sys.argv[1])", hostile]
    assert doc._run(command, tmp_path).decode().strip() == hostile


@posix
def test_an_interrupt_ends_the_converter(tmp_path: Path) -> None:
    """Ctrl+C reaches us, not the converter in its own session."""
    mark = tmp_path / "pid"
    code = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(300)"

    def interrupt() -> None:
        while not (mark.exists() and mark.read_text()):
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        doc._run(python(code), tmp_path)
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_its_folder_is_private_and_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Path, int, list[str]]] = []

    def run(command: list[str], _: Path) -> bytes:
        folder = Path(command[-1]).parent
        seen.append((folder, folder.stat().st_mode & 0o777, command))
        return b""

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(doc, "_run", run)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    (tmp_path / "a.rtf").write_bytes(b"{\\rtf1 x}")
    with pytest.raises(doc.UnreadableFileError, match="打不开"):
        doc.doc_grids(tmp_path / "a.rtf")
    ((folder, mode, command),) = seen
    assert not folder.exists()
    assert os.name == "nt" or mode == 0o700
    assert folder.as_uri() in command[1], "a profile of its own"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.rtf"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_works_within_the_limits(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(rb"{\rtf1\ansi hello}")
    grids, _ = doc.doc_grids(tmp_path / "a.rtf")
    assert "hello" in grids[0].cells[0].text
    assert subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True).stdout == b""
