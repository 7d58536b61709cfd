"""Which files a batch reviews, in an order and under names that do not depend on the machine."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from reviewer.batch.remote import Remote, is_url, listed
from reviewer.batch.sector import settings
from reviewer.errors import ReviewerError
from reviewer.readers.base import READERS

# ~$ files are what Word leaves beside an open document, ._ files what macOS leaves beside any.
_NOT_OURS = (".", "~$")


@dataclass(frozen=True)
class Input:
    """One file.

    Attributes:
        file: where it lies; of a file in an object store its name alone.
        path: below the folder given, with ``/``, led by the folder's name where several were given.
        namesakes: how many files of the batch have this name: a baseline knows files by their names alone.
    """

    file: Path
    path: str
    namesakes: int = 1
    remote: Remote | None = None


@dataclass
class Inputs:
    """What was found.

    Attributes:
        files: in order of their paths.
        skipped: files that no reader takes, by ending: how many. Packed files are not among them: they fail.
        closed: folders that may not be opened.
    """

    files: list[Input] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    closed: list[str] = field(default_factory=list)


def collect(roots: Iterable[str | Path], output: Path) -> Inputs:
    """All files below ``roots`` that a reader takes, each once; nothing of ``output``, which may lie among them.

    Args:
        roots: folders, files, URLs of object stores.

    Raises:
        ReviewerError: there is no such folder, or nothing in it can be read.
    """
    folders = list(map(str, roots))
    for root in folders:
        if not is_url(root) and not Path(root).exists():
            raise ReviewerError("找不到要审核的文件夹", str(root), "检查路径后重试")
    suffixes = {suffix for item in READERS.values() for suffix in item.suffixes}
    taken = suffixes | set(settings()["archives"])
    names = _names(folders)
    found = Inputs()
    seen: set[str | Path] = set()
    own = output.resolve()
    for root, name in zip(folders, names, strict=True):
        for file, below, remote in _remote(root) if is_url(root) else _local(Path(root), own, found):
            real = remote.url if remote else file.resolve()
            if real in seen or (isinstance(real, Path) and own in real.parents):
                continue
            seen.add(real)
            if file.suffix.lower() not in taken:
                found.skipped[file.suffix.lower() or "（无后缀）"] += 1
                continue
            path = f"{name}/{below}" if name else below
            # A name of broken bytes cannot be written as UTF-8.
            found.files.append(Input(file, path.encode("utf-8", "replace").decode("utf-8"), remote=remote))
    if not found.files:
        where = "、".join(folders)
        raise ReviewerError("文件夹里没有可审核的文件", where, f"可读的类型：{'、'.join(sorted(suffixes))}")
    names_of = Counter(item.file.name for item in found.files)
    found.files = [replace(item, namesakes=names_of[item.file.name]) for item in found.files]
    found.files.sort(key=lambda item: item.path)
    return found


def _local(root: Path, output: Path, found: Inputs) -> Iterator[tuple[Path, str, None]]:
    for file in _walk(root, output, found):
        yield file, file.name if root.is_file() else file.relative_to(root).as_posix(), None


def _remote(root: str) -> Iterator[tuple[Path, str, Remote]]:
    for below, remote in listed(root):
        if not any(part.startswith(_NOT_OURS) for part in below.split("/")):
            yield Path(below.rpartition("/")[2]), below, remote


def _walk(root: Path, output: Path, found: Inputs) -> Iterator[Path]:
    if root.is_file():
        yield root
        return

    def closed(error: OSError) -> None:
        found.closed.append(str(error.filename))

    # Links are followed, but into no folder twice: they may lead round in a circle.
    visited = {os.path.realpath(root), os.path.realpath(output)}

    def is_new(folder: Path) -> bool:
        real = os.path.realpath(folder)
        fresh = real not in visited
        visited.add(real)
        return fresh

    for folder, folders, files in os.walk(root, onerror=closed, followlinks=True):
        here = Path(folder)
        folders[:] = sorted(f for f in folders if not f.startswith(".") and is_new(here / f))
        for name in sorted(files):
            if not name.startswith(_NOT_OURS) and (here / name).is_file():
                yield here / name


def _names(folders: list[str]) -> list[str]:
    """What leads the paths of each folder: nothing for a single one, else its name, made unique."""
    if len(folders) == 1:
        return [""]
    taken: Counter[str] = Counter()
    names = []
    for folder in folders:
        name = folder.rstrip("/").rpartition("/")[2] if is_url(folder) else Path(folder).resolve().name
        taken[name] += 1
        names.append(name if taken[name] == 1 else f"{name}（{taken[name]}）")
    return names
