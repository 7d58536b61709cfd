"""The head of an indicator's name: what it measures and where it belongs (``taxonomy/heads.yaml``)."""

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from reviewer.errors import DataError
from reviewer.resources import resource
from reviewer.taxonomy.levels import CATEGORIES
from reviewer.taxonomy.loader import load_yaml
from reviewer.text import clean_name

# What may follow the head without being one: 生活水平情况, 幸福感程度. Brackets hold remarks: 种植数量（亩）.
_TAIL = re.compile(r"(?:\([^()]{0,99}\)|（[^（）]{0,99}）|影响|情况|程度|指标|目标|方面|等|的){1,9}$")


@dataclass(frozen=True)
class Head:
    """One entry of ``taxonomy/heads.yaml``.

    Attributes:
        word: the head as listed.
        measure: what it is counted in; None when it can be counted in several things.
        homes: acceptable categories, best first; empty for what is no performance indicator.
        maybe: categories that other evidence may make acceptable.
        polarity: ``good``, ``bad`` or ``none``.
        at_end: the name ends with it (else it stands inside).
    """

    word: str
    measure: str | None
    homes: tuple[str, ...]
    maybe: tuple[str, ...]
    polarity: str
    capped: bool
    why: str
    at_end: bool = True


@dataclass(frozen=True)
class _Heads:
    """All heads: plain words by word, those written with ``~`` with their patterns, longest first."""

    plain: dict[str, Head]
    split: tuple[tuple[re.Pattern[str], tuple[str, ...], Head], ...]
    longest: int
    rank: dict[str, int]  # where two heads fit alike, the one listed earlier among the longer ones wins


@cache
def _heads() -> _Heads:
    path = resource("taxonomy", "heads.yaml")
    found: dict[str, Head] = {}
    for entry in load_yaml(path):
        unknown = {*entry["homes"], *entry.get("maybe", ())} - set(CATEGORIES)
        if unknown:
            raise DataError(f"未知的二级指标 {unknown}", str(path), "改为九类二级指标之一")
        for word in entry["words"]:
            if word in found:
                raise DataError(f"中心词“{word}”列了两次", str(path), "删去一处")
            found[word] = Head(
                word=word,
                measure=entry.get("measure") or ("rate" if word.endswith("率") else None),
                homes=tuple(entry["homes"]),
                maybe=tuple(entry.get("maybe", ())),
                polarity=entry.get("polarity", "good"),
                capped=bool(entry.get("capped")),
                why=entry.get("why", ""),
            )
    ordered = sorted(found.values(), key=lambda h: len(h.word), reverse=True)
    plain = {h.word: h for h in ordered if "~" not in h.word}
    split = []
    for head in ordered:
        if "~" in head.word:
            parts = tuple(head.word.split("~"))
            split.append((re.compile(".{0,8}".join(map(re.escape, parts))), parts, head))
    rank = {h.word: n for n, h in enumerate(ordered)}
    return _Heads(plain, tuple(split), max(map(len, plain), default=0), rank)


@lru_cache(maxsize=8192)
def find_head(name: str) -> Head | None:
    """The head of a name as filed; None where nothing in it is known.

    The longest head at the end wins; failing that, the head that ends last inside the name, longest first.
    """
    words = clean_name(name)
    bare = _TAIL.sub("", words) or words
    for text in (words, bare):
        at_end = _at_end(text)
        if at_end is not None:
            return at_end
    return _inside(bare)


def _at_end(text: str) -> Head | None:
    heads = _heads()
    starts = range(max(0, len(text) - heads.longest), len(text))
    best = next((heads.plain[text[n:]] for n in starts if text[n:] in heads.plain), None)
    for pattern, parts, head in heads.split:
        if best is not None and heads.rank[best.word] < heads.rank[head.word]:
            break
        if text.endswith(parts[-1]) and any(match.end() == len(text) for match in pattern.finditer(text)):
            return head
    return best


def _inside(text: str) -> Head | None:
    heads = _heads()
    best = _last_plain(text, heads)
    for pattern, parts, head in heads.split:
        matches = list(pattern.finditer(text)) if parts[0] in text else []
        if matches:
            found = (matches[-1].end(), len(head.word), -heads.rank[head.word], head)
            if best is None or found[:3] > best[:3]:
                best = found
    return None if best is None else replace(best[3], at_end=False)


def _last_plain(text: str, heads: _Heads) -> tuple[int, int, int, Head] | None:
    """The plain head that ends last, the longest there; with its end, its length and its rank turned about."""
    for end in range(len(text), 2, -1):
        for start in range(max(0, end - heads.longest), end - 2):  # short heads (费, 满意) mean nothing inside a name
            head = heads.plain.get(text[start:end])
            if head is not None:
                return end, end - start, -heads.rank[head.word], head
    return None
