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
_TAIL = re.compile(r"(?:\([^()]*\)|（[^（）]*）|(?:的)?影响(?:程度|情况)?|情况|程度|指标|目标|方面|等|的)+$")


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


@cache
def _heads() -> list[tuple[re.Pattern[str] | None, Head]]:
    """All heads, longest word first, each with its pattern where it is written with ``~``."""
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
    return [
        (re.compile(".{0,8}".join(map(re.escape, h.word.split("~")))) if "~" in h.word else None, h) for h in ordered
    ]


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
    for pattern, head in _heads():
        if pattern is None:
            if text.endswith(head.word):
                return head
        else:
            for match in pattern.finditer(text):
                if match.end() == len(text):
                    return head
    return None


def _inside(text: str) -> Head | None:
    best: tuple[int, int, Head] | None = None
    for pattern, head in _heads():
        if len(head.word) < 3 and pattern is None:
            continue  # short heads (费, 满意) mean nothing in the middle of a name
        if pattern is None:
            position = text.rfind(head.word)
            end = position + len(head.word) if position >= 0 else -1
        else:
            matches = list(pattern.finditer(text))
            end = matches[-1].end() if matches else -1
        if end >= 0 and (best is None or (end, len(head.word)) > best[:2]):
            best = (end, len(head.word), head)
    if best is None:
        return None
    return replace(best[2], at_end=False)
