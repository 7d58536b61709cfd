"""Word 97-2003 documents (.doc, .wps), RTF and OpenDocument text, through a program that is installed.

LibreOffice converts them to .docx, in a profile of its own that runs no macro and loads no linked file. Without it,
antiword reads .doc: column positions are kept, cells merged downwards come out as blanks below the first row.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from reviewer.errors import UnreadableFileError
from reviewer.readers.base import reader
from reviewer.readers.boxes import Box, cells_of, edges
from reviewer.readers.docx import docx_grids
from reviewer.readers.grid import Cell, Grid
from reviewer.readers.safety import note, protected
from reviewer.records import Unread

CONVERT_SECONDS = 120
# LibreOffice itself reserves some 2 GB of addresses; a hostile file must not take the machine's memory or disk.
CONVERT_MEMORY = 6 * 1024**3
CONVERT_OUTPUT = 512 * 1024**2
_PROGRAMS = (
    "soffice",
    "libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
)
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""
_INSTALL = "安装 LibreOffice 后再审核一次；或者用 Word、WPS 打开，另存为 .docx 再审核"


@reader("doc", (".doc", ".wps", ".dot", ".rtf", ".odt"))
def doc_grids(path: Path) -> tuple[list[Grid], list[Unread]]:
    """Read an old Word document.

    Raises:
        UnreadableFileError: protected by a password, damaged, or no program is installed that can read it.
    """
    with path.open("rb") as stream:
        kind = {b"{\\rt": ".rtf", b"PK\x03\x04": ".odt"}.get(stream.read(4), ".doc")
    if kind == ".doc" and _needs_password(path):
        raise protected(path)
    office = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if office is not None:
        return _by_office(office, path, kind)
    antiword = shutil.which("antiword")
    if antiword is not None and kind == ".doc":
        return _by_antiword(antiword, path)
    raise UnreadableFileError(f"读取 {kind} 文件需要 LibreOffice，本机没有安装", str(path), _INSTALL)


def _needs_password(path: Path) -> bool:
    """The encryption flag in the head of the document's main stream."""
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as ole:
            head = ole.openstream("WordDocument").read(12)
    except Exception as error:  # olefile raises its own and built-in errors on damaged files
        raise UnreadableFileError("文件已损坏，不是完整的 Word 文档", str(path), _INSTALL) from error
    return len(head) >= 12 and bool(head[11] & 0x01)


def _by_office(office: str, path: Path, kind: str) -> tuple[list[Grid], list[Unread]]:
    with tempfile.TemporaryDirectory(prefix="reviewer-") as folder:
        work = Path(folder)
        settings = work / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")
        source = work / f"filing{kind}"
        shutil.copyfile(path, source)
        command = [office, f"-env:UserInstallation={(work / 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(work / "out"), str(source)]
        _run(command, path)
        converted = work / "out" / "filing.docx"
        if not converted.is_file():
            raise UnreadableFileError(
                "LibreOffice 打不开这个文件（可能已损坏，或设了密码）",
                str(path),
                "用 Word 或 WPS 打开后另存为 .docx 再审核",
            )
        grids, unread = docx_grids(converted)
    return [replace(grid, file=path.name) for grid in grids], [_renamed(item, path.name) for item in unread]


def _renamed(item: Unread, name: str) -> Unread:
    where = item.location.model_copy(update={"file": name}) if item.location else None
    return item.model_copy(update={"location": where})


def _bounded(command: list[str]) -> list[str]:
    """The command under limits of memory (kB) and of what it writes (512 bytes), where a shell can set them."""
    if os.name == "nt":
        return command
    limits = f"ulimit -v {CONVERT_MEMORY // 1024}; ulimit -f {CONVERT_OUTPUT // 512}"
    # A system that knows one of the limits not (macOS: -v) goes on without it.
    return ["/bin/sh", "-c", f'{{ {limits}; }} 2>/dev/null; exec "$0" "$@"', *command]


def _run(command: list[str], path: Path) -> bytes:
    """Run a converter within limits; its whole process group ends with the time limit, or when we are interrupted."""
    options = {} if os.name == "nt" else {"start_new_session": True}
    with subprocess.Popen(  # type: ignore[call-overload]
        _bounded(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options
    ) as process:
        try:
            output, _ = process.communicate(timeout=CONVERT_SECONDS)
        except BaseException as error:
            if os.name == "nt":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            raise UnreadableFileError(
                f"转换文件超过 {CONVERT_SECONDS} 秒没有完成", str(path), "用 Word 或 WPS 打开后另存为 .docx 再审核"
            ) from error
    return bytes(output)


def _by_antiword(antiword: str, path: Path) -> tuple[list[Grid], list[Unread]]:
    """The DocBook that antiword writes: tables with column widths, a group for each run of rows of the same shape."""
    from lxml import etree

    output = _run([antiword, "-m", "UTF-8.txt", "-x", "db", str(path.resolve())], path)
    start, end = output.find(b"<chapter>"), output.rfind(b"</chapter>")
    if start < 0 or end < 0:
        raise UnreadableFileError("antiword 打不开这个文件（可能已损坏）", str(path), _INSTALL)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    # The book's title stands before the chapter; antiword writes it in a broken encoding.
    root = etree.fromstring(output[start : end + len(b"</chapter>")], parser)
    grids: list[Grid] = []
    tables = 0
    for element in root.iter("informaltable", "para"):
        if element.tag == "informaltable":
            tables += 1
            grids.append(Grid(path.name, _antiword_cells(element), table=tables))
        else:
            lines = [
                line.strip()
                for line in "".join(str(t) for t in [element.text or "", *(c.tail or "" for c in element)]).splitlines()
                if line.strip()
            ]
            if lines:
                cells = [Cell(line, row, 0) for row, line in enumerate(lines)]
                grids.append(Grid(path.name, cells, is_text=True))
    if not grids:
        raise UnreadableFileError("文档是空的，没有文字和表格", str(path), "请检查是否拿错了文件")
    reason = "由 antiword 读取，合并的单元格只在第一行有内容；安装 LibreOffice 后读取更准确"
    return grids, [note(path.name, "合并单元格", reason, advisory=True)]


def _antiword_cells(table: object) -> list[Cell]:
    boxes: list[Box] = []
    texts: list[str] = []
    row = 0.0
    for group in table.iter("tgroup"):  # type: ignore[attr-defined]
        widths = [float(spec.get("colwidth", "0").removesuffix("pt")) for spec in group.iter("colspec")]
        for line in group.iter("row"):
            left = 0.0
            for entry, width in zip(line.iter("entry"), widths, strict=False):
                boxes.append(Box(left, row, left + width, row + 1))
                texts.append("".join(entry.itertext()).strip("\n").rstrip())
                left += width
            row += 1
    columns = edges((x for box in boxes for x in (box.left, box.right)), 3.0)
    return cells_of(boxes, texts, columns, 0.5)
