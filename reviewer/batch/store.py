"""The output folder: its lock, one result file a file reviewed, and outputs that are whole or not there.

    审核汇总.html  审核汇总.xlsx  数据/*.parquet  单个报告/*.html  .batch/{lock,run.json,results/}

A result file is written beside its place and renamed, so that a killed run leaves whole results or none; the lock is
one of the operating system, which a killed run cannot leave behind.
"""

import contextlib
import errno
import gzip
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reviewer.batch.records import FileResult
from reviewer.errors import ReviewerError

STATE = ".batch"
REPORTS = "单个报告"
DATA = "数据"
PAGE = "审核汇总.html"
WORKBOOK = "审核汇总.xlsx"
_PART = ".part"
# A file name may have 255 bytes (Linux) or characters (Windows); a Chinese character takes three bytes.
_NAME_BYTES = 180
_OUR_NAMES = (PAGE, WORKBOOK, DATA, REPORTS, STATE)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class Store:
    """The results in an output folder; workers may use it side by side.

    Args:
        output: the output folder.
    """

    def __init__(self, output: Path) -> None:
        self.output = output
        self._results = output / STATE / "results"

    def load(self, key: str) -> FileResult | None:
        """The result under a key; None where there is none, or a damaged one (power was lost)."""
        try:
            return FileResult.model_validate_json(gzip.decompress(self._place(key).read_bytes()))
        except (FileNotFoundError, gzip.BadGzipFile, EOFError, ValidationError, ValueError):
            return None
        except OSError as error:
            if "zlib" in str(error) or isinstance(error, EOFError):
                return None
            raise

    def save(self, key: str, result: FileResult) -> None:
        """Keep a result.

        Raises:
            OSError: the disk is full or may not be written to.
        """
        data = gzip.compress(result.model_dump_json().encode("utf-8", "replace"), compresslevel=6, mtime=0)
        with replacing(self._place(key)) as part:
            part.write_bytes(data)

    def report_place(self, path: str, key: str) -> Path:
        """Where the HTML report of a file lies: its own name, the key's beginning to keep versions apart."""
        folder, _, name = path.rpartition("/")
        while len(name.encode()) > _NAME_BYTES:
            name = name[1:]
        parts = [_fit(part) for part in folder.split("/") if part]
        return self.output.joinpath(REPORTS, *parts, f"{_fit(name)}.{key[:8]}.html")

    def _place(self, key: str) -> Path:
        return self._results / key[:2] / f"{key}.json.gz"


@contextmanager
def opened(output: Path) -> Iterator[Store]:
    """The output folder, made where it is not there, for one run alone.

    Raises:
        ReviewerError: another run uses it, it may not be written to, or it holds something else.
    """
    from filelock import FileLock, Timeout

    state = output / STATE
    _check_folder(output)
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = FileLock(state / "lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise ReviewerError(
            f"另一个批量审核正在使用这个输出文件夹{_holder(state)}", str(output), "等它结束，或换一个 --output"
        ) from None
    except NotImplementedError:
        raise ReviewerError(
            "输出文件夹所在的磁盘不支持加锁", str(output), "换到本机磁盘上的文件夹，完成后再复制过去"
        ) from None
    except OSError as error:
        raise trouble(error, output) from None
    try:
        told = json.dumps({"process": os.getpid(), "since": time.strftime("%Y-%m-%d %H:%M")})
        _write(state / "holder.json", told.encode(), output)
        _sweep(output)
        yield Store(output)
    finally:
        with contextlib.suppress(OSError):
            (state / "holder.json").unlink(missing_ok=True)
        lock.release()


def begin(store: Store) -> date:
    """The day that stands in the outputs: of the run that is going on, also where it was killed and started again."""
    place = store.output / STATE / "run.json"
    known = _load(place)
    if known.get("finished") is False:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            return date.fromisoformat(known["day"])
    today = date.today()
    _write(place, json.dumps({"day": today.isoformat(), "finished": False}).encode(), store.output)
    return today


def finish(store: Store, day: date) -> None:
    """The outputs are all there."""
    place = store.output / STATE / "run.json"
    _write(place, json.dumps({"day": day.isoformat(), "finished": True}).encode(), store.output)


@contextmanager
def replacing(place: Path) -> Iterator[Path]:
    """A new file beside ``place`` to write to; it takes the place when the block ends well, else it goes.

    Raises:
        OSError: the disk is full or may not be written to, or another program holds ``place`` open (Windows).
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=_PART, dir=place.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(0o644)
        part.replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def trouble(error: OSError, place: Path) -> ReviewerError:
    """An error of the disk in words for a person."""
    where = str(error.filename or place)
    kept = "已审核的结果都在，再次运行同一命令会接着做"
    if error.errno in _FULL:
        return ReviewerError("磁盘已满，结果没有写完", str(place), f"清理磁盘后再运行；{kept}")
    if error.errno in _CLOSED:
        remedy = f"关闭打开它的程序（如 Excel、WPS），或换一个可以写入的文件夹；{kept}"
        return ReviewerError("没有写入权限，或文件正被别的程序打开", where, remedy)
    return ReviewerError(f"结果写不进去：{error.strerror or error}", where, f"检查磁盘和路径；{kept}")


def drop_reports(store: Store, keep: set[Path]) -> None:
    """Remove reports of ours that no file of this run has: of files that were changed or taken away."""
    for file in (store.output / REPORTS).rglob("*.html"):
        if file not in keep and len(file.name.split(".")) > 2 and len(file.name.split(".")[-2]) == 8:
            with contextlib.suppress(OSError):
                file.unlink()
    for folder in sorted((store.output / REPORTS).rglob("*"), reverse=True):
        if folder.is_dir():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _check_folder(output: Path) -> None:
    if output.exists() and not output.is_dir():
        raise ReviewerError("--output 应为文件夹，这是文件", str(output), "换一个文件夹名")
    try:
        strange = [f.name for f in output.iterdir() if f.name not in _OUR_NAMES and not f.name.startswith((".", "~$"))]
    except FileNotFoundError:
        return
    except OSError as error:
        raise trouble(error, output) from None
    # Outputs named by us are replaced; a folder that holds other things is more likely a slip than meant.
    if strange and not (output / STATE).is_dir():
        raise ReviewerError(
            f"输出文件夹里有别的文件（{strange[0]} 等{len(strange)}个）", str(output), "换一个空的或新的文件夹"
        )


def _fit(name: str) -> str:
    """A part of a path that every system takes: no reserved characters or names, no trailing dot or blank."""
    clean = "".join("_" if c in '<>:"|?*\\' or ord(c) < 32 else c for c in name).rstrip(". ")
    return f"_{clean}" if not clean or _DEVICES.fullmatch(clean) else clean


_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # what Windows keeps for devices


def _holder(state: Path) -> str:
    known = _load(state / "holder.json")
    return f"（进程 {known.get('process')}，{known.get('since')} 开始）" if known else ""


def _load(place: Path) -> dict[str, Any]:
    try:
        data = json.loads(place.read_bytes())
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _write(place: Path, data: bytes, output: Path) -> None:
    try:
        with replacing(place) as part:
            part.write_bytes(data)
    except OSError as error:
        raise trouble(error, output) from None


def _sweep(output: Path) -> None:
    """What a killed run left half-written."""
    for folder in (output / STATE, output / REPORTS, output / DATA):
        for file in folder.rglob(f".*{_PART}"):
            with contextlib.suppress(OSError):
                file.unlink()
    for file in output.glob(f".*{_PART}"):
        with contextlib.suppress(OSError):
            file.unlink()
    shutil.rmtree(output / STATE / "tmp", ignore_errors=True)
