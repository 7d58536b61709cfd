"""How a reader is declared, and how the right one is found for a file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from reviewer.errors import ReviewerError, UnreadableFileError
from reviewer.readers.grid import Grid
from reviewer.records import Filing, Location, Unread
from reviewer.registry import Registry


@dataclass(frozen=True)
class Reader:
    """A format: ``grids`` turns a file into grids in file order, and lists what it could not read.

    Attributes:
        name: key of the format, e.g. ``docx``.
        suffixes: file endings in lower case, with the dot.
        grids: raises UnreadableFileError where the file cannot be opened as this format.
        filing: set instead of ``grids`` by a format that is a filing already (JSON).
    """

    name: str
    suffixes: tuple[str, ...]
    grids: Callable[[Path], tuple[list[Grid], list[Unread]]]
    filing: Callable[[Path], Filing] | None = None


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


def filing_reader(name: str, suffixes: Iterable[str]) -> Callable[[Callable[[Path], Filing]], Callable[[Path], Filing]]:
    """Declare a reader of a format that needs no layout, on the function that gives its filing."""

    def declare(filing: Callable[[Path], Filing]) -> Callable[[Path], Filing]:
        READERS.add(name, Reader(name, tuple(suffixes), lambda _: ([], []), filing))
        return filing

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
    from reviewer.readers.safety import check_file

    file = Path(path)
    check_file(file)
    item, _ = _reader_for(file)
    if item.filing is not None:
        return item.filing(file)
    name, grids, unread = read_grids(file)
    # The layout is shared by all formats and imported late: listing readers needs no taxonomy.
    from reviewer.readers.layout import build_filing

    return build_filing(file.name, name, grids, unread)


def format_of(file: Path) -> str:
    """The key of the reader that reads a file.

    Raises:
        UnreadableFileError: see ``read``.
    """
    from reviewer.readers.safety import check_file

    check_file(file)
    return _reader_for(file)[0].name


def read_grids(file: Path) -> tuple[str, list[Grid], list[Unread]]:
    """The format of a file, its grids and what could not be read of it; no grids for a format that has none (JSON).

    Raises:
        UnreadableFileError: see ``read``.
    """
    from reviewer.readers.safety import bound, check_file

    check_file(file)
    item, notes = _reader_for(file)
    try:
        grids, unread = item.grids(file)
    except ReviewerError:
        raise
    except Exception as error:  # parsers fail on hostile files in their own ways; a person gets no traceback
        raise UnreadableFileError(
            f"文件内容异常，按 {item.name} 格式读不下去（{type(error).__name__}）",
            str(file),
            "用 Word、Excel 或 WPS 打开后另存一份再审核；打不开时请重新取得文件",
        ) from error
    grids, cut = bound(grids)
    return item.name, grids, [*notes, *unread, *cut]


# Formats with a signature of their own; the others are plain text.
_SIGNED = ("docx", "xlsx", "xls", "doc", "pdf", "image")


def _reader_for(file: Path) -> tuple[Reader, list[Unread]]:
    """The reader by content, else by file ending; a note where the two disagree."""
    from reviewer.readers.sniff import sniff

    real = sniff(file)
    own = next((r for r in READERS.values() if file.suffix.lower() in r.suffixes), None)
    if real == "plain" and (own is None or own.name in _SIGNED):
        real = _kind_of_text(file) if own is not None else None
    found = READERS[real] if real is not None and real in READERS else None
    if own is not None and (own is found or (own.name not in _SIGNED and real not in _SIGNED)):
        return own, []
    if found is None:
        if own is None:
            known = "、".join(s for r in READERS.values() for s in r.suffixes)
            raise UnreadableFileError(f"不支持的文件类型“{file.suffix}”", str(file), f"可读的类型：{known}")
        raise UnreadableFileError(
            f"文件的内容不是 {file.suffix} 格式（可能已损坏，或改过扩展名）", str(file), "请重新取得原始文件"
        )
    reason = f"文件的扩展名是“{file.suffix}”，内容其实是 {found.name} 格式，已按 {found.name} 读取"
    return found, [Unread(text=file.name, reason=reason, location=Location(file=file.name), advisory=True)]


def _kind_of_text(file: Path) -> str:
    """``csv`` for a table exported under an Office ending, else ``text``."""
    lines = file.read_bytes()[:4096].splitlines()[:20]
    delimited = sum(line.count(b"\t") >= 2 or line.count(b",") >= 2 for line in lines)
    return "csv" if delimited * 2 > len(lines) else "text"
