"""Decoding tables that people saved: UTF-8 or GBK, never guessed where both stand in one file."""

import re

from reviewer.errors import DataError

_HAN = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")


def decode_table(content: bytes, where: str) -> str:
    """The text of a CSV file: UTF-8 (with or without mark), UTF-16 with mark, or GB18030.

    Args:
        content: the bytes of the file.
        where: the file's name, for errors.

    Raises:
        DataError: neither encoding fits, or some lines are UTF-8 and others GBK; names the first odd line.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise DataError("文件编码损坏", where, "用表格软件另存为 CSV（UTF-8）") from None
    if b"\x00" in content[:4096]:
        raise DataError("不是文本表格", where, "Excel 文件用 reviewer bank import 导入，或另存为 CSV（UTF-8）")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    utf8_line = broken_line = 0
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.isascii():
            continue
        try:
            # A few GBK pairs are valid UTF-8 by chance, but not as Chinese characters.
            if _HAN.search(line.decode("utf-8-sig")):
                utf8_line = utf8_line or number
                continue
        except UnicodeDecodeError:
            pass
        broken_line = broken_line or number
        try:
            line.decode("gb18030")
        except UnicodeDecodeError:
            raise DataError("编码既不是 UTF-8 也不是 GBK", f"{where} 第{number}行", "另存为 CSV（UTF-8）") from None
    if utf8_line:
        raise DataError(
            f"同一个文件混用了两种编码：第{utf8_line}行是 UTF-8，第{broken_line}行是 GBK",
            f"{where} 第{max(utf8_line, broken_line)}行",
            "用表格软件打开核对后，统一另存为 CSV（UTF-8）",
        )
    return content.decode("gb18030")
