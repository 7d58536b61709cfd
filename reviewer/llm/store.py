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


class Header(Record):
    """The first line of a recording: what every key in it depends on, beside the questions themselves.

    Attributes:
        prompts: which of the project's own sets of prompts, "" for the usual one; its words are in the keys anyway.
    """

    model: str
    temperature: float | None
    max_tokens: int
    extra_body: dict[str, Any]
    prompts: str = ""


class Stored(Record):
    """What came of one question.

    Attributes:
        key: digest of everything that the answer depends on.
        about: digest of the row, the prompt's version and the round alone: the same question, though the rules may
            word their findings otherwise today.
        task: prompt and version, for a person who reads the file.
        reply: the reply as JSON, stand-ins not yet put back; None for a failure.
        mode: how the reply was asked for.
    """

    key: str
    about: str = ""
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
    """A file of replies (JSON lines: a header, then replies in order of their keys), to play back or to write.

    Attributes:
        header: what was asked, and how.
    """

    def __init__(self, path: Path, header: Header | None = None) -> None:
        """Args:
        header: given when the file is to be written; a file that is there must have the same.

        Raises:
            DataError: the file is to be played back and missing, or it is broken, or was recorded with other settings.
        """
        self._path = path
        self._lock = threading.Lock()
        self._found: dict[str, Stored] = {}
        self._about: dict[str, Stored] | None = None
        if header is None or path.is_file():
            self.header, self._found = self._read()
            if header not in (None, self.header):
                raise DataError("这个记录是用别的模型或参数录的", str(path), "换一个文件名，或删去旧记录")
        else:
            self.header = header

    def _read(self) -> tuple[Header, dict[str, Stored]]:
        try:
            lines = self._path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise DataError("找不到或读不了模型回复的记录", str(self._path), "先用 record 录下，或改正路径") from None
        found = {}
        header: Header | None = None
        for number, line in enumerate(lines or [""], 1):
            try:
                if header is None:
                    header = Header.model_validate_json(line)
                else:
                    stored = Stored.model_validate_json(line)
                    found[stored.key] = stored
            except ValidationError:
                raise DataError("模型回复的记录不合格式", f"{self._path} 第{number}行", "重新录制") from None
        assert header is not None
        return header, found

    def get(self, key: str) -> Stored | None:
        """What was recorded for a key."""
        return self._found.get(key)

    def all(self) -> list[Stored]:
        """Everything recorded."""
        return list(self._found.values())

    def get_about(self, about: str) -> Stored | None:
        """What was recorded for the same row, prompt and round when the question was worded otherwise."""
        if self._about is None:
            self._about = {stored.about: stored for stored in self._found.values() if stored.about}
        return self._about.get(about)

    def put(self, stored: Stored) -> None:
        """Record; the file is whole after every call, so that an interruption loses nothing.

        Raises:
            OSError: it cannot be written.
        """
        with self._lock:
            self._found[stored.key] = stored
            lines = [self._found[key].model_dump_json(exclude_defaults=True) for key in sorted(self._found)]
            write_atomically(self._path, "\n".join([self.header.model_dump_json(), *lines]) + "\n")
