"""Photos and scans (.jpg .png .bmp .tif .gif .webp): read by OCR where the extra is installed, else refused."""

from pathlib import Path

from reviewer.readers import ocr
from reviewer.readers.base import reader
from reviewer.readers.grid import Grid
from reviewer.records import Unread


@reader("image", (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".gif", ".webp"))
def image_grids(path: Path) -> tuple[list[Grid], list[Unread]]:
    """Read a picture of a filing.

    Raises:
        UnreadableFileError: OCR is not installed, the picture cannot be opened, or holds no text.
    """
    if not ocr.is_installed():
        raise ocr.not_installed("这是图片（照片或扫描件），没有可直接读取的文字", path)
    return ocr.picture_file(path)
