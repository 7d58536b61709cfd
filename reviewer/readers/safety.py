"""What a file may cost us: limits, safe zip and XML, and text without characters that hide what is printed.

A filing comes from anywhere. Everything that can be made huge, nested, or point outside the file is bounded here, and
what is cut off is listed as unread instead of being dropped.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.errors import UnreadableFileError
from reviewer.readers.grid import Cell, Grid
from reviewer.records import Location, Unread

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_FILE_BYTES = 50 * 1024**2
MAX_UNPACKED_BYTES = 256 * 1024**2
MAX_ENTRIES = 5_000
# Deflate reaches 1,032:1; a sheet of a million formatted empty rows stays below 200:1 and is small in itself.
MAX_RATIO = 250
RATIO_COUNTS_FROM = 16 * 1024**2
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_SLOTS = 400_000
# Excel's own limit for a cell; longer texts come from generated or damaged files.
MAX_CELL_CHARS = 32_767

_CHUNK = 1 << 20
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_DTD_WIDE = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)")
_ENCODING = re.compile(rb"""^<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]+)""")
_XML_ENCODINGS = {b"utf-8", b"utf8", b"utf-16", b"utf-16le", b"utf-16be", b"us-ascii", b"ascii"}
# C0 controls but tab and line feed, DEL and C1, zero-width marks, bidi marks, embeddings, overrides and isolates, BOM.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RESAVE = "用 Word、Excel 或 WPS 打开后另存一份，再审核新存的文件"


def check_file(path: Path) -> None:
    """Refuse what is no readable file of a sensible size.

    Raises:
        UnreadableFileError: missing, a folder, empty, too large, or not permitted.
    """
    if path.is_dir():
        raise UnreadableFileError("这是文件夹，不是文件", str(path), "请给出文件夹里的具体文件")
    if not path.is_file():
        raise UnreadableFileError("这不是文件" if path.exists() else "找不到文件", str(path), "检查路径后重试")
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            stream.read(1)
    except OSError as error:
        raise UnreadableFileError(
            "文件打不开", f"{path}（{error.strerror or error}）", "检查文件权限，或先关闭占用它的程序"
        ) from error
    if size == 0:
        raise UnreadableFileError("文件是空的（0 字节）", str(path), "请重新取得完整的文件")
    if size > MAX_FILE_BYTES:
        raise UnreadableFileError(
            f"文件太大（{size / 1024**2:.0f} MB，最多 {MAX_FILE_BYTES // 1024**2} MB）",
            str(path),
            "删去图片、附件等无关内容，或把各张表分存为几个文件",
        )


def check_zip(path: Path) -> None:
    """Unpack an Office file once, in small steps, before a parser sees it.

    Raises:
        UnreadableFileError: damaged or truncated, too many or too large parts (also where the directory lies about
            their size), a zip password, or a DTD in an XML part (Office files never have one; entities are refused).
    """
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            if len(entries) > MAX_ENTRIES:
                raise _bomb(path, f"内部有 {len(entries)} 个部件")
            if len({e.filename for e in entries}) < len(entries):
                raise UnreadableFileError("文件内部有重名部件，不能确定以哪一个为准", str(path), _RESAVE)
            if any(e.flag_bits & 0x1 for e in entries):
                raise protected(path)
            total = 0
            for entry in entries:
                total += _check_entry(path, package, entry, total)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFileError(
            "文件已损坏或不完整（压缩包读不完）", str(path), "请重新拷贝或下载；仍打不开时请原单位重新报送"
        ) from error


def _check_entry(path: Path, package: zipfile.ZipFile, entry: zipfile.ZipInfo, before: int) -> int:
    is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    done, tail = 0, b""
    with package.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            if is_xml:
                _check_markup(path, entry.filename, tail + chunk, first=done == 0)
                tail = chunk[-64:]
            done += len(chunk)
            if before + done > MAX_UNPACKED_BYTES:
                raise _bomb(path, f"展开后超过 {MAX_UNPACKED_BYTES // 1024**2} MB")
            if done > RATIO_COUNTS_FROM and done > MAX_RATIO * max(entry.compress_size, 1):
                raise _bomb(path, f"部件 {entry.filename[:80]} 的压缩比超过 {MAX_RATIO} 倍")
    return done


def _check_markup(path: Path, part: str, data: bytes, *, first: bool) -> None:
    wide = b"\0" in data[:64]
    if first:
        declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
        if declared and declared[1].lower() not in _XML_ENCODINGS:
            raise UnreadableFileError(f"部件 {part[:80]} 的编码不合规范", str(path), _RESAVE)
    if (_DTD_WIDE if wide else _DTD).search(data):
        raise UnreadableFileError(
            "文件内部含有外部实体或 DTD 声明（正常的 Office 文件没有），为安全起见不读取",
            f"{path}（{part[:80]}）",
            _RESAVE,
        )


def _bomb(path: Path, why: str) -> UnreadableFileError:
    return UnreadableFileError(f"文件展开后异常庞大，为安全起见不读取（{why}）", str(path), _RESAVE)


def protected(path: Path) -> UnreadableFileError:
    """The error for a file that needs a password."""
    return UnreadableFileError("文件设了打开密码，不能读取", str(path), "请用密码打开后取消密码，另存一份再审核")


def parse_xml(data: bytes, path: Path, part: str) -> "_Element":
    """Parse an XML part: no entities, no DTD, no network, no endless depth.

    Raises:
        UnreadableFileError: not well-formed, too deep, or with a DTD.
    """
    from lxml import etree

    _check_markup(path, part, data, first=True)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        deep = "depth" in str(error).lower()
        raise UnreadableFileError(
            "文件内部嵌套过深" if deep else "文件内部的 XML 已损坏", f"{path}（{part[:80]}）", _RESAVE
        ) from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise UnreadableFileError("文件内部含有 DTD 声明，为安全起见不读取", f"{path}（{part[:80]}）", _RESAVE)
    return root


def clean_text(text: str) -> str:
    """Text without control, zero-width and reordering characters; line ends become line feeds."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", text.replace("\x0b", "\n").replace("\u2028", "\n").replace("\u2029", "\n"))


def bound(grids: Iterable[Grid]) -> tuple[list[Grid], list[Unread]]:
    """Grids within the limits, with clean text; what was cut off is listed.

    Spans are cut to the rows and columns where some cell begins, so that a merged range over a whole sheet or a
    ``colspan`` of a million costs nothing.
    """
    kept: list[Grid] = []
    unread: list[Unread] = []
    for grid in grids:
        width = min(max((c.column for c in grid.cells), default=0) + 1, MAX_COLUMNS)
        # A merged heading may be the only cell of its columns: its span counts up to the limit, not as content.
        width = max(width, min(max((c.column + c.columns for c in grid.cells), default=0), MAX_COLUMNS))
        height = min(max((c.row for c in grid.cells), default=0) + 1, MAX_ROWS, MAX_SLOTS // width)
        cells: list[Cell] = []
        outside = 0
        for cell in grid.cells:
            if cell.row >= height or cell.column >= width:
                outside += bool(cell.text.strip())
                continue
            cells.append(_bound_cell(grid, cell, height, width, unread))
        if outside:
            unread.append(
                Unread(
                    text=f"{outside} 个有内容的单元格",
                    reason=f"表格超出可读范围（前 {height} 行、前 {width} 列），其余未读、未审",
                    location=grid.locate(Cell("", height, 0)),
                )
            )
        kept.append(replace(grid, cells=cells))
    return kept, unread


def _bound_cell(grid: Grid, cell: Cell, height: int, width: int, unread: list[Unread]) -> Cell:
    text = cell.text
    if len(text) > MAX_CELL_CHARS:
        unread.append(
            Unread(
                text=clean_text(text[:60]) + "……",
                reason=f"单元格有 {len(text)} 个字符，只读了前 {MAX_CELL_CHARS} 个，其余未读、未审",
                location=grid.locate(replace(cell, text=clean_text(text[:60]))),
            )
        )
        text = text[:MAX_CELL_CHARS]
    if _REORDERING.search(text):
        unread.append(
            Unread(
                text=clean_text(text[:60]),
                reason="单元格含有改变文字显示次序的隐藏控制符，已去除；显示的内容可能与读到的不同，请核对",
                location=grid.locate(replace(cell, text=clean_text(text[:60]))),
            )
        )
    text = clean_text(text)
    rows, columns = min(cell.rows, height - cell.row), min(cell.columns, width - cell.column)
    if text == cell.text and rows == cell.rows and columns == cell.columns:
        return cell
    return Cell(text, cell.row, cell.column, max(rows, 1), max(columns, 1))


def note(file: str, text: str, reason: str, *, advisory: bool = False, **place: Any) -> Unread:
    """An Unread for a place in ``file``."""
    where = Location(file=file, **place)
    return Unread(text=text, reason=reason, location=where, advisory=advisory)
