"""Filings in an object store (``s3://…``, ``hdfs://…``, whatever fsspec and its plugins know)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reviewer.errors import ReviewerError
from reviewer.rounds.decisions import SUFFIX

_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


@dataclass(frozen=True)
class Remote:
    """Where a file lies: its URL, and that of the decisions beside it ("" for none)."""

    url: str
    decisions: str


def is_url(place: str) -> bool:
    """Whether a place is a URL, not a path."""
    return _URL.match(place) is not None


def listed(url: str) -> Iterator[tuple[str, Remote]]:
    """All objects below a URL: the path below it, and where the object lies.

    Raises:
        ReviewerError: nobody there, no access, or no plugin for this kind of URL.
    """
    try:
        system, root = _opened(url)
        found = set(system.find(root))
    except Exception as error:  # each plugin has errors of its own
        raise ReviewerError("打不开对象存储", f"{url}（{type(error).__name__}: {error}）", _REMEDY) from None
    for place in sorted(found):
        if place.endswith(SUFFIX):
            continue
        beside = place + SUFFIX
        decisions = system.unstrip_protocol(beside) if beside in found else ""
        below = place.removeprefix(root).lstrip("/") or place.rpartition("/")[2]
        yield below, Remote(system.unstrip_protocol(place), decisions)


def fetch(remote: Remote, folder: Path, name: str) -> Path:
    """A copy in a folder of this machine, with the decisions beside it.

    Raises:
        OSError: it cannot be fetched or written.
    """
    place = folder / name
    for url, target in ((remote.url, place), (remote.decisions, folder / (name + SUFFIX))):
        if url:
            try:
                system, source = _opened(url)
                system.get_file(source, str(target))
            except OSError:
                raise
            except Exception as error:  # each plugin has errors of its own
                raise OSError(f"{type(error).__name__}: {error}") from None
    return place


_REMEDY = "检查地址、账号和网络；s3:// 需另装 indicator-reviewer[s3]，hdfs:// 等见 fsspec 的说明"


def _opened(url: str) -> tuple[Any, str]:
    import fsspec.core

    system, path = fsspec.core.url_to_fs(url)
    return system, path
