"""Groups of near-duplicates among many texts or tables, without comparing each with each.

Equal ones are one already. The others meet through MinHash: signatures cut into bands, and only what shares a band is
compared. Each joins the most frequent one that it is like (its leader), so that no chain of small changes joins what
is not alike. The same input gives the same groups.
"""

import hashlib
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
from rapidfuzz import fuzz, process

# 21 bands of 3: texts that share 55 % of their pieces meet with 98 %, those that share 20 % with 15 %.
_BANDS, _ROWS = 21, 3
_MOST = 60  # leaders of one bucket: more would be boilerplate that says nothing
_PRIME = np.uint64(0x9E3779B97F4A7C15)

T = TypeVar("T")


def _constants() -> tuple[Any, Any]:
    draw = random.Random(20150088)
    count = _BANDS * _ROWS
    odd = np.array([draw.getrandbits(64) | 1 for _ in range(count)], dtype=np.uint64)
    return odd[:, None], np.array([draw.getrandbits(64) for _ in range(count)], dtype=np.uint64)[:, None]


_FACTORS, _OFFSETS = _constants()


def group_texts(texts: Iterable[str], like: float, size: int = 3) -> list[list[str]]:
    """Groups of like texts.

    Args:
        texts: distinct, the most frequent first.
        like: share of like characters (0 to 100) from which a text joins.
        size: length of the pieces that are compared first; 2 for short texts.

    Returns:
        Groups, their leader first, single ones too.
    """

    def best(text: str, leaders: Sequence[str]) -> int | None:
        found = process.extractOne(text, leaders, scorer=fuzz.ratio, processor=None, score_cutoff=like)
        return int(found[2]) if found is not None else None

    return _group(list(texts), lambda text: _pieces(text, size), best)


def group_tables(tables: Iterable[frozenset[str]], like: float) -> list[list[frozenset[str]]]:
    """Groups of tables that share most of their rows.

    Args:
        tables: distinct, the most frequent first.
        like: shared rows by all rows of both (0 to 1) from which a table joins.
    """

    def best(table: frozenset[str], leaders: Sequence[frozenset[str]]) -> int | None:
        shares = [len(table & other) / len(table | other) for other in leaders]
        most = max(shares, default=0.0)
        return shares.index(most) if most >= like else None

    def pieces(table: frozenset[str]) -> Any:
        rows = [hashlib.blake2b(row.encode("utf-8", "replace"), digest_size=8).digest() for row in table]
        return np.frombuffer(b"".join(rows), dtype="<u8")

    return _group(list(tables), pieces, best)


def _group(items: list[T], pieces: Callable[[T], Any], best: Callable[[T, Sequence[T]], int | None]) -> list[list[T]]:
    """``best``: which of some leaders an item joins, the first of equals; None for none."""
    groups: list[list[T]] = []
    buckets: dict[tuple[int, bytes], list[int]] = {}
    for item in items:
        keys = _bands(pieces(item))
        near = sorted({number for key in keys for number in buckets.get(key, ())})
        chosen = best(item, [groups[number][0] for number in near]) if near else None
        if chosen is not None:
            groups[near[chosen]].append(item)
            continue
        for key in keys:
            bucket = buckets.setdefault(key, [])
            if len(bucket) < _MOST:
                bucket.append(len(groups))
        groups.append([item])
    return groups


def _pieces(text: str, size: int) -> Any:
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    size = min(size, len(codes))
    found = np.zeros(max(len(codes) - size + 1, 1), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for step in range(size):
            found = found * _PRIME + codes[step : len(codes) - size + 1 + step]
    return found


def _bands(pieces: Any) -> Sequence[tuple[int, bytes]]:
    with np.errstate(over="ignore"):
        mixed = (pieces[None, :] * _FACTORS + _OFFSETS) >> np.uint64(32)
    least = mixed.min(axis=1).astype("<u4").reshape(_BANDS, _ROWS)
    return [(number, band.tobytes()) for number, band in enumerate(least)]
