"""Uploaded files: kept under random names in a folder that no web server serves; whole or not there at all."""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from reviewer.errors import ReviewerError

_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Kept:
    """A file that was kept: its name in the store, its size in bytes, its SHA-256."""

    stored: str
    size: int
    sha256: str


class FileStore:
    """Files under random names, spread over 256 folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, chunks: Iterable[bytes]) -> Kept:
        """Keep a file; when this returns, it is on the disk.

        Raises:
            ReviewerError: the disk is full or cannot be written.
        """
        return self.put(secrets.token_hex(16), chunks)

    def put(self, stored: str, chunks: Iterable[bytes]) -> Kept:
        """The same under a given name of this store.

        Raises:
            ReviewerError: see ``keep``.
        """
        place = self.path(stored)
        part = place.with_suffix(".part")
        digest, size = hashlib.sha256(), 0
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with part.open("xb") as stream:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    stream.write(chunk)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(place)
            _sync_folder(place.parent)
        except OSError as error:
            part.unlink(missing_ok=True)
            what = f"文件没有存下：{error.strerror or error}"
            raise ReviewerError(what, "", "检查服务器的磁盘空间和权限，再传一次") from None
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return Kept(stored, size, digest.hexdigest())

    def path(self, stored: str) -> Path:
        """Where a file lies.

        Raises:
            ReviewerError: it is no name of this store.
        """
        if not _NAME.fullmatch(stored):
            raise ReviewerError("没有这个文件")
        return self.folder / stored[:2] / stored

    def read(self, stored: str, sha256: str) -> bytes:
        """The content of a file, proven to be what was uploaded.

        Raises:
            ReviewerError: it is gone or was changed.
        """
        try:
            content = self.path(stored).read_bytes()
        except OSError:
            raise ReviewerError("找不到存下的原文件", "", "从备份恢复（reviewer store restore），或重新上传") from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ReviewerError("存下的原文件已经损坏或被改动", "", "从备份恢复（reviewer store restore），或重新上传")
        return content

    def sweep(self, known: Collection[str], *, older_than: float) -> int:
        """Remove what a killed server left: files that no row names, and halves of files.

        Args:
            known: the names that rows have.
            older_than: seconds; younger files may be on their way into a row.

        Returns:
            How many were removed.
        """
        removed = 0
        limit = time.time() - older_than
        for path in self.folder.glob("??/*"):
            try:
                if path.name not in known and path.stat().st_mtime < limit:
                    path.unlink()
                    removed += 1
            except OSError:  # another server was quicker
                continue
        return removed

    def remove(self, stored: str) -> None:
        """Remove a file that nothing refers to."""
        self.path(stored).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
