"""A learner's answers in a file: one line each, only ever added to.

A line cut short by a power failure, or one that something else wrote, is told of and left where it is; all others
count.
"""

import hashlib
import json
import os
import re
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from reviewer.errors import ReviewerError
from reviewer.records.base import Record
from reviewer.resources import state_folder
from reviewer.training.progress import Answer

_WAIT = 10  # seconds for another window of the same learner to finish its line


class Learner(Record):
    """A learner and what he answered.

    Attributes:
        unreadable: lines of his file that could not be read.
    """

    name: str
    unit: str = ""
    answers: tuple[Answer, ...] = ()
    unreadable: int = 0


class Journal:
    """The file of one learner.

    Args:
        name: the learner.
        folder: where the files are; the user's own folder when None.
    """

    def __init__(self, name: str, folder: Path | None = None) -> None:
        self.name = name
        readable = re.sub(r"[^\w-]+", "_", name)[:40] or "learner"
        mark = hashlib.sha256(name.encode()).hexdigest()[:6]  # 张三 and 张_三 are two people
        self.path = (folder or journal_folder()) / f"{readable}-{mark}.jsonl"

    def read(self) -> Learner:
        """The learner; without answers when there is no file yet.

        Raises:
            ReviewerError: the file is there and cannot be opened.
        """
        return read_learner(self.path, self.name)

    def join(self, unit: str) -> None:
        """Note the unit, when it is another one than before."""
        if unit and unit != self.read().unit:
            self._append({"learner": self.name, "unit": unit})

    def append(self, answer: Answer) -> None:
        """Keep an answer; when this returns it is on the disk.

        Raises:
            ReviewerError: it could not be written.
        """
        if not self.path.exists():
            self._append({"learner": self.name, "unit": ""})
        self._append(answer.model_dump(mode="json"))

    def _append(self, line: dict[str, object]) -> None:
        data = (json.dumps(line, ensure_ascii=False) + "\n").encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock", timeout=_WAIT), self.path.open("ab+") as file:
                if file.tell() and not _ends_line(file.fileno(), self.path):
                    file.write(b"\n")
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except (OSError, Timeout) as error:
            raise ReviewerError(
                f"这一题的结果没有记下来（{getattr(error, 'strerror', None) or error}）",
                str(self.path),
                "检查磁盘空间和文件夹权限；以前的记录没有动",
            ) from None


def _ends_line(handle: int, path: Path) -> bool:
    size = os.fstat(handle).st_size
    with path.open("rb") as file:
        file.seek(size - 1)
        return file.read(1) == b"\n"


def read_learner(path: Path, name: str = "") -> Learner:
    """The learner of a file.

    Raises:
        ReviewerError: it is there and cannot be opened.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return Learner(name=name)
    except OSError as error:
        raise ReviewerError(
            f"练习记录打不开（{error.strerror or error}）", str(path), "检查文件是否被占用、是否有权限"
        ) from None
    unit, answers, unreadable = "", [], 0
    for line in lines:
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            if "learner" in data:
                name, unit = name or str(data["learner"]), str(data.get("unit", "")) or unit
            else:
                answers.append(Answer.model_validate(data))
        except (ValueError, TypeError, ValidationError):
            unreadable += 1
    return Learner(name=name or path.stem, unit=unit, answers=tuple(answers), unreadable=unreadable)


def journal_folder() -> Path:
    """Where the files of this computer's learners are."""
    return state_folder() / "training"


def learners(folder: Path | None = None) -> list[Learner]:
    """All learners whose files are in a folder, by unit and name."""
    found = [read_learner(path) for path in sorted((folder or journal_folder()).glob("*.jsonl"))]
    return sorted(found, key=lambda learner: (learner.unit, learner.name))
