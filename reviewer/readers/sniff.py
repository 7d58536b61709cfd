"""What a file really is, by its first bytes and its inner directory; the file ending is only what it claims to be."""

import re
import zipfile
from pathlib import Path

from reviewer.errors import UnreadableFileError
from reviewer.readers.safety import protected

_HEAD = 8192
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_SAVE_AS = "用 Excel、Word 或 WPS 打开，另存为 .xlsx 或 .docx 后再审核"
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|body|table|style)", re.I | re.S
)


def sniff(path: Path) -> str | None:
    """The reader that fits the content: ``docx xlsx xls doc pdf image html``, ``plain`` for text; None if unknown.

    Raises:
        UnreadableFileError: damaged, protected by a password, or of a kind that no reader takes (the message says
            what to save it as).
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(b"PK"):
        return _sniff_zip(path)
    if head.startswith(_OLE):
        return _sniff_ole(path)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(_IMAGES) or _is_bmp(path, head) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "image"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"avif"):
        raise UnreadableFileError("这是 HEIC/AVIF 照片，不能读取", str(path), "请另存为 .jpg，或取得 Word/Excel 原件")
    if head.startswith(b"{\\rtf"):
        return "doc"
    if head[:2] == b"\x09\x08" or head[:4] in (b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00"):
        return "xls"
    if head.startswith(_ARCHIVES):
        raise UnreadableFileError("这是压缩包，不是申报表", str(path), "请解压后审核里面的文件")
    return _sniff_text(path, head)


def _sniff_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            mime = ""
            if "mimetype" in names and package.getinfo("mimetype").file_size < 200:
                mime = package.read("mimetype").decode("ascii", "replace")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise UnreadableFileError(
            "文件已损坏或不完整（压缩包打不开）", str(path), "请重新拷贝或下载；仍打不开时请原单位重新报送"
        ) from error
    if "word/document.xml" in names or any(n.startswith("word/document") for n in names):
        return "docx"
    if any(n.startswith("xl/workbook") and n.endswith(".xml") for n in names):
        return "xlsx"
    if "opendocument.text" in mime:
        return "doc"
    if "xl/workbook.bin" in names:
        raise UnreadableFileError("这是二进制工作簿（.xlsb），不能读取", str(path), _SAVE_AS)
    if "opendocument" in mime:
        raise UnreadableFileError("这是 OpenDocument 表格或演示文稿，不能读取", str(path), _SAVE_AS)
    if any(n.startswith("ppt/") for n in names):
        raise UnreadableFileError("这是演示文稿，不是申报表", str(path), _SAVE_AS)
    if "[Content_Types].xml" in names:
        return "docx"  # an Office package with its main part under another name; the reader finds it or refuses
    raise UnreadableFileError("这是压缩包，不是申报表", str(path), "请解压后审核里面的文件")


def _sniff_ole(path: Path) -> str:
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as ole:
            streams = {entry[0].lower() for entry in ole.listdir()}
    except Exception as error:  # olefile raises its own and built-in errors on damaged files
        raise UnreadableFileError(
            "文件已损坏或不完整（复合文档打不开）", str(path), "请重新拷贝或下载；仍打不开时请原单位重新报送"
        ) from error
    if streams & {"encryptedpackage", "encryptioninfo"}:
        raise protected(path)
    if streams & {"workbook", "book"}:
        return "xls"
    if "worddocument" in streams:
        return "doc"
    raise UnreadableFileError("文件里没有 Word 或 Excel 的内容", str(path), _SAVE_AS)


def _is_bmp(path: Path, head: bytes) -> bool:
    """``BM`` alone also begins ordinary text; a bitmap states its own size behind it."""
    return head.startswith(b"BM") and len(head) > 26 and int.from_bytes(head[2:6], "little") == path.stat().st_size


def _sniff_text(path: Path, head: bytes) -> str | None:
    low = head.removeprefix(b"\xef\xbb\xbf")
    if low[:2] in (b"\xff\xfe", b"\xfe\xff"):
        low = low.decode("utf-16", "ignore").encode()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in low or b"schemas.microsoft.com/office/word/2003" in low:
        raise UnreadableFileError("这是 Office 2003 的 XML 文件，不能读取", str(path), _SAVE_AS)
    if low[:200].lstrip().lower().startswith(b"mime-version:"):
        raise UnreadableFileError("这是单个文件网页（MHTML），不能读取", str(path), _SAVE_AS)
    if _HTML.match(low):
        return "html"
    if b"\0" in low:
        return None
    return "plain"
