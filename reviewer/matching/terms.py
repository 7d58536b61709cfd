"""The words of a text that tell its subject: generic words cut out, the rest as Chinese pieces and character pairs.

No word segmentation: it would need a dictionary at start-up, and pairs of characters find 托养 in 居家托养服务 as well.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from reviewer.taxonomy import words
from reviewer.text import squash
from reviewer.text.occurrences import Occurrences

# Titles and numbers of documents, quotation marks apart: 《…通知》（湘残联字〔2012〕39号文件）.
_DOCUMENTS = re.compile(r"《[^》]*》|[\u4e00-\u9fff]{0,8}[〔\[({【]\d{4}[〕\])}】]第?\d*号?(?:文件)?")
_QUOTES = re.compile(r"[“”\"'‘’「」]")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_NOT_CHINESE = re.compile(r"[^\u4e00-\u9fff]+")
_JOINTS = re.compile(r"[的和及与等为或对在将了由按各每该其把被向从于]")


@cache
def _generic(lists: tuple[str, ...]) -> re.Pattern[str]:
    found = sorted({w for name in lists for w in words(name)}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, found)))


def without_documents(text: str) -> str:
    """``text`` without white space, titles and numbers of documents, and quotation marks."""
    return _QUOTES.sub("", _DOCUMENTS.sub(" ", squash(text)))


@lru_cache(maxsize=8192)
def pieces(text: str, lists: tuple[str, ...] = ("task_generic",)) -> tuple[str, ...]:
    """Runs of at least two Chinese characters that are left when generic words are cut out.

    Args:
        text: words as printed.
        lists: names of the lists of ``taxonomy/words.yaml`` to cut out.
    """
    rest = _generic(lists).sub(" ", _BRACKETS.sub(" ", without_documents(text)))
    return tuple(p for p in _JOINTS.sub(" ", _NOT_CHINESE.sub(" ", rest)).split() if len(p) > 1)


def pairs(parts: Iterable[str]) -> frozenset[str]:
    """All pairs of neighbouring characters of ``parts``."""
    return frozenset(part[i : i + 2] for part in parts for i in range(len(part) - 1))


@cache
def _synonyms() -> tuple[list[list[str]], Occurrences]:
    """For each word of a group all words of the group, and what finds them."""
    groups = [entry.split() for entry in words("same_task")]
    return [group for group in groups for _ in group], Occurrences(word for group in groups for word in group)


def with_synonyms(text: str) -> str:
    """``text`` (without white space) followed by the words that mean the same as words in it."""
    groups, occurrences = _synonyms()
    found = {id(groups[index]): groups[index] for index in occurrences.of(text)}  # each group once
    return " ".join([text, *(word for group in found.values() for word in group)])
