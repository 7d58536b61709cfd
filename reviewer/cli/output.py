"""Where a report goes: the terminal, a pipe, or a file that is written whole or not at all."""

import errno
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.errors import ReviewerError

if TYPE_CHECKING:
    from reviewer.writers.terminal import Line

_STYLES = {"title": "bold", "error": "bold red", "warn": "yellow", "info": "cyan", "dim": "dim", "": ""}
_NARROW, _WIDE = 60, 100
_REASONS = {
    errno.ENOSPC: ("磁盘已满", "清理磁盘或换一个位置"),
    errno.EDQUOT: ("磁盘配额已用完", "清理磁盘或换一个位置"),
    errno.EACCES: ("没有写入权限", "换一个可以写入的文件夹"),
    errno.EPERM: ("没有写入权限", "换一个可以写入的文件夹"),
    errno.EROFS: ("磁盘是只读的", "换一个可以写入的文件夹"),
    errno.ENOENT: ("文件夹不存在", "先建好文件夹，或改正路径"),
    errno.ENOTDIR: ("文件夹不存在", "先建好文件夹，或改正路径"),
    errno.EFBIG: ("超过了允许的文件大小", "换一个位置"),
    errno.EISDIR: ("这是文件夹，不是文件", "写上文件名，如 报告.html"),
    errno.ENAMETOOLONG: ("文件名太长", "换一个短些的文件名"),
}


def check_output(output: Path, inputs: Iterable[Path]) -> None:
    """Refuse, before any work is done, an output that would destroy an input or has no folder to lie in.

    Raises:
        ReviewerError: the output is one of the inputs, a folder, or in a folder that does not exist.
    """
    if output.is_dir():
        raise _failed(output, IsADirectoryError(errno.EISDIR, ""))
    if not output.parent.is_dir():
        raise _failed(output, FileNotFoundError(errno.ENOENT, ""))
    if output.exists() and any(path.exists() and output.samefile(path) for path in inputs):
        raise ReviewerError("报告会覆盖要审核的文件，没有写入", str(output), "给 --output 换一个文件名")


def write_file(output: Path, data: bytes) -> None:
    """Write beside the target and rename: a failure leaves an older report as it was.

    Raises:
        ReviewerError: the disk is full or read-only, or the place may not be written to.
    """
    target = output.resolve()  # a link stays a link, its target is replaced
    temporary: Path | None = None
    written = False
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".tmp", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        written = True
        temporary.replace(target)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if written and isinstance(error, PermissionError) and target.exists():
            # The folder can be written: Windows refuses to replace a file that a program holds open.
            raise ReviewerError(
                "文件没有写成：它可能正被别的程序（如 Word、Excel、WPS）打开，或者是只读的",
                str(output),
                "先保存并关闭它，或换一个文件名",
            ) from None
        raise _failed(output, error) from None


def write_bytes(data: bytes) -> None:
    """Bytes to standard output as they are."""
    sys.stdout.flush()
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _failed(Path("标准输出"), error) from None


def print_lines(lines: Iterable["Line"]) -> None:
    """Lines to standard output; colours on a terminal only."""
    if not sys.stdout.isatty():
        for line in lines:
            print(line.text)
        sys.stdout.flush()
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for line in lines:
        console.print(Text(line.text, style=_STYLES[line.style]), soft_wrap=True)


def terminal_width() -> int:
    """Columns to write in: the terminal's, within what reads well; 80 when there is no terminal."""
    if not sys.stdout.isatty():
        return 80
    try:
        return min(max(os.get_terminal_size().columns, _NARROW), _WIDE)
    except OSError:
        return 80


def office_lock(file: Path) -> Path | None:
    """What an office program leaves beside a file that it has open; None when the file is not open."""
    # Word writes ~$ over the first two letters of longer names; LibreOffice and Excel keep the name whole.
    names = (f"~${file.name}", f"~${file.name[2:]}", f".~lock.{file.name}#")
    return next((lock for name in names if (lock := file.with_name(name)).exists()), None)


def system_message(error: OSError) -> str:
    """An error of the operating system that no command expected, in words for a person."""
    what, remedy = _REASONS.get(error.errno or 0, (error.strerror or str(error), "检查路径后重试"))
    return str(ReviewerError(f"没有写成或读成：{what}", str(error.filename or ""), remedy))


def _failed(output: Path, error: OSError) -> ReviewerError:
    what, remedy = _REASONS.get(error.errno or 0, (error.strerror or str(error), "检查路径后重试"))
    return ReviewerError(f"报告没有写成：{what}", str(output), remedy)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
