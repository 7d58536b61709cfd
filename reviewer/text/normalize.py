"""Normal forms of printed words."""

import re
import unicodedata
from functools import lru_cache

_CONTROL = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NUMBERING = re.compile(
    r"^(?:(?:指标|任务|目标|项目)\s*\d{1,2}\s*[:：.、]|\d{1,2}\s*[、．]|[(（]\d{1,2}[)）]|[①-⑳]|[★☆*※▲●◆]+)+\s*"
)
_RESIDUE = re.compile(
    r"[(（]\s{0,9}(?:[≥≤=<>＝﹥﹤≧≦]\s{0,9})?\*{2,99}[^()（）]{0,99}[)）]"
    r"|[≥≤=<>≧≦]?\s{0,9}(?<!\*)\*{2,99}\s{0,9}[^\s*()（）]{0,6}$"
)
_POINTS = re.compile(r"[(（][^()（）]{0,200}[)）](?:分)?|\d{1,9}(?:\.\d{1,9})?\s{0,9}分(?=$)")


def fold(text: str) -> str:
    """NFKC form without control and direction marks: full-width letters, digits and signs become half-width."""
    return _CONTROL.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=4096)
def squash(text: str) -> str:  # every rule asks for the same cells
    """``fold`` without any white space; the form in which names are compared."""
    return "".join(fold(text).split())


@lru_cache(maxsize=4096)
def clean_name(text: str) -> str:
    """An indicator's name without numbering (``指标1：``), stars and unfilled template residue (``(≥**人)``)."""
    name = squash(text)
    return _RESIDUE.sub("", _NUMBERING.sub("", name)).strip("，,。.;；、:：")


@lru_cache(maxsize=4096)
def clean_heading(text: str) -> str:
    """A column or level heading without white space, stars, points and bracketed remarks (``（50分）``, ``(必填)``)."""
    heading = squash(text)
    return _POINTS.sub("", _NUMBERING.sub("", heading)).strip("*★:：、")
