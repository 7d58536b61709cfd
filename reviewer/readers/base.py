"""How a reader is declared, and how the right one is found for a file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from reviewer.errors import UnreadableFileError
from reviewer.records import Filing, Unread
from reviewer.readers.grid import Grid
from reviewer.registry import Registry


@dataclass(frozen=True)
class Reader:
    """A format: ``grids`` turns a file into grids in file order, and lists what it could not read.

    Attributes:
        name: key of the format, e.g. ``docx``.
        suffixes: file endings in lower case, with the dot.
        grids: raises UnreadableFileError where the file cannot be opened as this format.
    """

    name: str
    suffixes: tuple[str, ...]
    grids: Callable[[Path], tuple[list[Grid], list[Unread]]]


READERS: Registry[Reader] = Registry("reviewer.readers", "读取器")


def reader(
    name: str, suffixes: Iterable[str]
) -> Callable[[Callable[[Path], tuple[list[Grid], list[Unread]]]], Callable[[Path], tuple[list[Grid], list[Unread]]]]:
    """Declare a reader on its ``grids`` function."""

    def declare(
        grids: Callable[[Path], tuple[list[Grid], list[Unread]]],
    ) -> Callable[[Path], tuple[list[Grid], list[Unread]]]:
        READERS.add(name, Reader(name, tuple(suffixes), grids))
        return grids

    return declare


def read(path: str | Path) -> Filing:
    """Read a filing.

    Args:
        path: a file in one of the formats of ``READERS``.

    Returns:
        What was filed; whatever was not understood is in ``Filing.unread``.

    Raises:
        UnreadableFileError: no such file, an unknown format, a damaged or protected file, or no table in it.
    """
    file = Path(path)
    if not file.is_file():
        raise UnreadableFileError("找不到文件" if not file.exists() else "这不是文件", str(file), "检查路径后重试")
    for item in READERS.values():
        if file.suffix.lower() in item.suffixes:
            # The layout is shared by all formats and imported late: listing readers needs no taxonomy.
            from reviewer.readers.layout import build_filing

            grids, unread = item.grids(file)
            return build_filing(file.name, item.name, grids, unread)
    known = "、".join(s for r in READERS.values() for s in r.suffixes)
    raise UnreadableFileError(f"不支持的文件类型“{file.suffix}”", str(file), f"可读的类型：{known}")
