"""Bytes of text files → text."""

import codecs
from pathlib import Path

from reviewer.errors import UnreadableFileError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes, path: Path) -> str:
    """The text of a file in UTF-8, UTF-16 or GB18030 (GBK, GB2312), with or without a byte-order mark.

    UTF-8 is tried before GB18030, because Chinese in GB18030 is hardly ever valid UTF-8 while the reverse often
    decodes to rubbish. Other encodings (Big5) are guessed by charset-normalizer.

    Raises:
        UnreadableFileError: empty, or no text in a known encoding.
    """
    if not data.strip():
        raise UnreadableFileError("文件是空的", str(path), "检查是否选错文件，或重新导出")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding, path)
    if b"\0" in data[:4096]:
        # UTF-16 without a mark: the zero bytes of ASCII signs stand on one side.
        little = data[1:4096:2].count(0) >= data[0:4096:2].count(0)
        return _strict(data, "utf-16-le" if little else "utf-16-be", path)
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise _unknown(path)
    return str(best)


def _strict(data: bytes, encoding: str, path: Path) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise _unknown(path) from None


def _unknown(path: Path) -> UnreadableFileError:
    return UnreadableFileError("认不出文件的文字编码，或文件已损坏", str(path), "用记事本另存为 UTF-8 编码后重试")


def read_text(path: Path) -> str:
    """``decode`` of a file, line ends unified."""
    return decode(path.read_bytes(), path).replace("\r\n", "\n").replace("\r", "\n")
