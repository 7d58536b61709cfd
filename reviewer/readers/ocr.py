"""Photos and scans by OCR: the optional extra ``ocr`` (rapidocr with its models in the wheel; nothing is downloaded).

Everything read here is marked as unread-until-checked: OCR takes ≥ for 2 and 0 for 〇 often enough.
"""

from importlib.util import find_spec
from pathlib import Path

from reviewer.errors import UnreadableFileError
from reviewer.readers.grid import Grid
from reviewer.records import Unread


def is_installed() -> bool:
    """Whether the ``ocr`` extra can be imported."""
    return all(find_spec(name) is not None for name in ("rapidocr_onnxruntime", "pypdfium2"))


def not_installed(what: str, path: Path) -> UnreadableFileError:
    """The refusal of a picture where the extra is missing."""
    return UnreadableFileError(
        what,
        str(path),
        "请取得原始的 Word 或 Excel 文件；没有原件时先安装 OCR：pip install 'indicator-reviewer[ocr]'，再审核一次",
    )


def pdf_pages(path: Path, pages: list[int], *, first_table: int) -> tuple[list[Grid], list[Unread]]:
    raise not_installed("这是扫描件（PDF 里只有图片，没有文字层）", path)
