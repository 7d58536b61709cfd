"""Small JSON files in the user's cache folder: written whole or not at all, never needed, never trusted blindly."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from reviewer.resources import cache_folder, write_atomically

__all__ = ["cache_folder", "load_cached", "write_atomically"]

T = TypeVar("T", bound=dict[str, Any])
_KEPT = 12
"""How many caches stay; older ones (of former banks and editions) are removed."""


def load_cached(key: str, build: Callable[[], T]) -> T:
    """The value of a key, built and stored when it is not there.

    The key must name everything that the value depends on. A file that cannot be read, is damaged or belongs to
    another key is built anew; a folder that cannot be written costs time only.
    """
    path = cache_folder() / f"{key}.json"
    with contextlib.suppress(OSError, ValueError):
        stored = json.loads(path.read_text("utf-8"))
        if isinstance(stored, dict) and stored.get("key") == key and isinstance(stored.get("value"), dict):
            value: T = stored["value"]
            return value
    value = build()
    with contextlib.suppress(OSError):
        write_atomically(path, json.dumps({"key": key, "value": value}, ensure_ascii=False, separators=(",", ":")))
        _prune(path.parent)
    return value


def _prune(folder: Path) -> None:
    newest = sorted(folder.glob("*-*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
    for path in newest[_KEPT:]:
        path.unlink(missing_ok=True)
