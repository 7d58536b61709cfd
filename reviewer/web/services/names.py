"""Names of uploaded files."""

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

_BAD = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def safe_name(name: str) -> str:
    """A file's name without folders and signs that some system could not take; never empty, at most 120 characters."""
    bare = PureWindowsPath(PurePosixPath(unicodedata.normalize("NFC", name)).name).name
    bare = _BAD.sub("", bare).strip(" .")
    if not bare or _DEVICES.fullmatch(bare):
        bare = f"文件{bare}"
    stem, suffix = PurePosixPath(bare).stem, PurePosixPath(bare).suffix[:10]
    # Linux counts bytes: 255 of them, three for a Chinese character.
    while len(f"{stem}{suffix}".encode("utf-8", errors="replace")) > 200:
        stem = stem[:-1]
    return f"{stem}{suffix}".encode("utf-8", errors="replace").decode()
