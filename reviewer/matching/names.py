"""When two indicators have the same name or value, though they are written a little differently."""

import re
from functools import cache, lru_cache

from reviewer.taxonomy import words
from reviewer.text import clean_name, squash
from reviewer.text.values import is_placeholder

_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_FILLERS = re.compile(r"[的了、，,。.;；:：“”\"'‘’《》\-—_/\s]|情况$|程度$|指标$")
# A name that says nothing was set; a bare 无 at its start is not enough (无障碍设施, 无人机).
_NO_NAME = re.compile(r"^(?:不涉及|未涉及|不适用|本项目不(?:适用|涉及|产生)|此项不|本单位不涉及)")
# A value that does, and no template's residue (≥**人) or unfilled scale, which stand for something to be set.
_NO_VALUE = re.compile(r"^(?:无|没有|暂无|不|未|本项目|此项|本单位|[/\\—\-－]+)")

# What a system writes into a row that nobody filled in: name 0, value 0.00%.
_ZERO_NAME = re.compile(r"0+(?:\.0+)?%?")
_ZERO_VALUE = re.compile(r"[≥≤<>=]?0+(?:\.0+)?\D{0,3}")


@cache
def _fold() -> list[tuple[str, str]]:
    """Each word for the same thing with the first of its group, longest first."""
    pairs = [(w, group.split()[0]) for group in words("same_in_names") for w in group.split()[1:]]
    return sorted(pairs, key=lambda pair: len(pair[0]), reverse=True)


@lru_cache(maxsize=8192)
def plain_name(name: str) -> str:
    """A name without numbering, remarks in brackets, fillers; words for the same thing folded into one.

    ``开展培训班场次（场）`` and ``举办培训班的期数`` become the same text; a name without any letter is "".
    """
    text = _FILLERS.sub("", _BRACKETS.sub("", clean_name(name)))
    if not any(map(str.isalpha, text)):
        return ""
    for word, first in _fold():
        text = text.replace(word, first)
    return text


@lru_cache(maxsize=8192)
def plain_value(value: str) -> str:
    """A value without white space, closing marks and comparator spelling; for telling whether two values are equal."""
    text = squash(value).strip("。；;，,")
    for word, sign in (("大于等于", "≥"), ("不低于", "≥"), ("不少于", "≥"), (">=", "≥"), ("≧", "≥"), ("小于等于", "≤"),
                       ("不超过", "≤"), ("<=", "≤"), ("≦", "≤")):  # fmt: skip
        text = text.replace(word, sign)
    return text


def is_zero_fill(name: str, value: str) -> bool:
    """Whether name and value are the zeros that a system writes into a row nobody filled in."""
    filled = squash(value)
    return bool(_ZERO_NAME.fullmatch(squash(name)) and (_ZERO_VALUE.fullmatch(filled) or is_placeholder(filled)))


def says_nothing(name: str, value: str) -> bool:
    """Whether a row only says that there is nothing to set (无, 无直接经济效益, 本项目不涉及; 0 ｜ 0.00%)."""
    plain, filled = clean_name(name), squash(value)
    if plain and (is_placeholder(plain) or _NO_NAME.match(plain) or is_zero_fill(name, value)):
        return True
    return bool(_NO_VALUE.match(filled)) and is_placeholder(filled)
