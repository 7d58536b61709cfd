"""What was written into a file, step by step, with the file as it was before each step: so that it can be undone."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from reviewer.errors import DataError, ReviewerError
from reviewer.resources import write_atomically

FOLDER = ".reviewer-undo"
_VERSION = 1


@dataclass(frozen=True)
class Step:
    """One run of ``reviewer apply``.

    Attributes:
        before, after: SHA-256 of the file.
        backup: name of the copy of the file as it was.
        changes: the rewrites, in words.
    """

    when: str
    before: str
    after: str
    backup: str
    changes: tuple[str, ...]


class Journal:
    """The journal of one file, in a folder beside it."""

    def __init__(self, file: Path) -> None:
        self._file = file.resolve()
        self._folder = self._file.parent / FOLDER
        self._path = self._folder / f"{self._file.name}.json"

    @property
    def place(self) -> Path:
        """The folder with the copies."""
        return self._folder

    def steps(self) -> list[Step]:
        """The steps, oldest first.

        Raises:
            DataError: the journal cannot be read.
        """
        try:
            data: Any = json.loads(self._path.read_text("utf-8"))
            if data["version"] != _VERSION:
                raise ValueError(data["version"])
            return [Step(**{**step, "changes": tuple(step["changes"])}) for step in data["steps"]]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError):
            raise DataError("写入记录读不了", str(self._path), f"原文件的备份在 {self._folder}，可以手工取回") from None

    def keep(self, content: bytes, new: bytes, changes: tuple[str, ...], when: datetime) -> None:
        """Keep the file as it is, before it is replaced.

        Raises:
            OSError: the folder cannot be written.
        """
        steps = self.steps()
        backup = f"{self._file.stem}.{len(steps) + 1:03}{self._file.suffix}"
        self._folder.mkdir(exist_ok=True)
        partial = self._folder / f"{backup}.part"
        try:
            partial.write_bytes(content)
            partial.replace(self._folder / backup)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
        step = Step(when.isoformat(timespec="seconds"), digest(content), digest(new), backup, changes)
        self._save([*steps, step])

    def undo(self) -> tuple[bytes, Step]:
        """The file as it was before the last step; ``forget_last`` when it is back in its place.

        Raises:
            ReviewerError: nothing was written, the file was changed since, or its copy is missing or damaged.
        """
        steps = self.steps()
        current = digest(self._file.read_bytes())
        # A run that was killed between its note and its writing left a step that never took place.
        while steps and steps[-1].before == current:
            steps = self.forget_last()
        if not steps:
            raise ReviewerError("没有可以撤销的写入", str(self._file), "只有 reviewer apply 直接写入原文件后才能撤销")
        step = steps[-1]
        backup = self._folder / step.backup
        if step.after != current:
            raise ReviewerError(
                "写入之后文件又改过，没有撤销（否则会丢掉后来的改动）",
                str(self._file),
                f"写入前的原件在 {backup}，请自行对照取回",
            )
        try:
            content = backup.read_bytes()
        except OSError:
            raise ReviewerError("找不到写入前的备份", str(backup), "从别处取回原件") from None
        if digest(content) != step.before:
            raise ReviewerError("写入前的备份已经损坏或改动", str(backup), "从别处取回原件")
        return content, step

    def forget_last(self) -> list[Step]:
        """Take the last step out of the journal; its copy stays in the folder."""
        steps = self.steps()[:-1]
        self._save(steps)
        return steps

    def _save(self, steps: list[Step]) -> None:
        data = {"version": _VERSION, "file": self._file.name, "steps": [dict(vars(step)) for step in steps]}
        write_atomically(self._path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def digest(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()
