"""Replies kept: the user's cache, and recordings that are played back in tests and evaluations.

The cache holds successes only. A recording holds failures too: what is played back is what happened.
"""

import contextlib
import hashlib
import json
import threading
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from reviewer.errors import DataError
from reviewer.llm.failures import FailureKind
from reviewer.records.base import Record
from reviewer.resources import cache_folder, write_atomically


class Stored(Record):
    """What came of one question.

    Attributes:
        key: digest of everything that the answer depends on.
        task: prompt and version, for a person who reads the file.
        reply: the reply as JSON, stand-ins not yet put back; None for a failure.
        mode: how the reply was asked for.
    """

    key: str
    task: str
    model: str
    reply: dict[str, Any] | None = None
    failure: FailureKind | None = None
    detail: str = ""
    attempts: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    mode: Literal["", "json_schema", "tools", "json_object", "plain"] = ""


def digest(content: Any) -> str:
    """A key for anything that JSON can write."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:40]


class Cache:
    """Successful replies in the user's cache folder, a file each; a damaged one counts as absent."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder if folder is not None else cache_folder() / "llm"

    def get(self, key: str) -> Stored | None:
        """The reply of a key; None when there is none."""
        with contextlib.suppress(OSError, ValueError, ValidationError):
            stored = Stored.model_validate_json(self._path(key).read_text("utf-8"))
            if stored.reply is not None and stored.failure is None:
                return stored
        return None

    def put(self, key: str, stored: Stored) -> None:
        """Keep a success; a folder that cannot be written costs money only."""
        if stored.reply is not None and stored.failure is None:
            with contextlib.suppress(OSError):
                write_atomically(self._path(key), stored.model_dump_json())

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"


class Recording:
    """A file of replies (JSON lines, in order of their keys), to play back or to write."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        """Raises:
        DataError: the file is to be played back, and is missing or broken.
        """
        self._path = path
        self._lock = threading.Lock()
        self._found: dict[str, Stored] = {}
        if not write or path.is_file():
            self._found = self._read()

    def _read(self) -> dict[str, Stored]:
        try:
            lines = self._path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise DataError("找不到或读不了模型回复的记录", str(self._path), "先用 record 录下，或改正路径") from None
        found = {}
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    stored = Stored.model_validate_json(line)
                except ValidationError:
                    raise DataError("模型回复的记录不合格式", f"{self._path} 第{number}行", "重新录制") from None
                found[stored.key] = stored
        return found

    def get(self, key: str) -> Stored | None:
        """What was recorded for a key."""
        return self._found.get(key)

    def put(self, stored: Stored) -> None:
        """Record; the file is whole after every call, so that an interruption loses nothing.

        Raises:
            OSError: it cannot be written.
        """
        with self._lock:
            self._found[stored.key] = stored
            lines = [self._found[key].model_dump_json(exclude_defaults=True) for key in sorted(self._found)]
            write_atomically(self._path, "\n".join(lines) + "\n")
