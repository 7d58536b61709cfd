"""One project in two tables: which form belongs to which row of a summary, and whether they say the same."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import fuzz

from reviewer.matching.terms import without_documents
from reviewer.records import Amount, Form, FormKind, SummaryRow
from reviewer.text import squash

_SIGNS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")
_NOT_WORDS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9%.]+")
_NUMBERING = re.compile(r"(?:(?<=^)|(?<=[。；;，,\n\u4e00-\u9fff]))\s*[(（]?\d{1,2}\s*[、.．)）](?=\s*[^\d\s])|[①-⑳]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FILLERS = re.compile(r"[的等了及和与、]")
# Below these shares of like characters two names, or two goal texts, are different: our convention, set on the
# printed variants that filings show (经开区—残疾人专项 / 经开区残疾人专项经费; a goal with or without 等).
_SAME_NAME = 88
_SAME_GOAL = 93
_LIKE_GOAL = 70


def _name_key(name: str) -> str:
    key = _SIGNS.sub("", squash(name))
    return re.sub(r"(?:项目|经费|资金|专项){1,6}$", "", key) or key


def matched_forms(rows: Iterable[SummaryRow], forms: Iterable[Form]) -> list[tuple[SummaryRow, list[Form]]]:
    """The project forms of each summary row.

    A form belongs to the row of the same name (punctuation and endings such as 项目, 经费 aside), else to the row of
    the likest name if that is like enough. Several forms can belong to one row (支出方向 of one 专项).
    """
    rows = [r for r in rows if _name_key(r.name)]
    found: dict[str, list[Form]] = {r.id: [] for r in rows}
    keys = {r.id: _name_key(r.name) for r in rows}
    for form in forms:
        key = _name_key(form.project)
        if form.kind is not FormKind.PROJECT or not key:
            continue
        same = [r.id for r in rows if keys[r.id] == key]
        if not same:
            scored = sorted(((fuzz.ratio(key, keys[r.id]), r.id) for r in rows), reverse=True)
            if not scored or scored[0][0] < _SAME_NAME or (len(scored) > 1 and scored[1][0] >= scored[0][0] - 3):
                continue
            # 一期 and 二期 are like names of different projects.
            if _NUMBER.findall(key) != _NUMBER.findall(keys[scored[0][1]]):
                continue
            same = [scored[0][1]]
        if len(same) == 1:
            found[same[0]].append(form)
    return [(r, found[r.id]) for r in rows if found[r.id]]


@lru_cache(maxsize=1024)
def _goal_key(text: str) -> str:
    return _NOT_WORDS.sub("", _FILLERS.sub("", _NUMBERING.sub("", without_documents(text))))


def goals_agree(one: str, other: str) -> float:
    """How well two goal texts of one project agree.

    Returns:
        1.0 when they say the same (wording, numbering and punctuation aside, or one is a shortened form of the
        other); else the share of like characters, at most 0.92; a different number makes it at most 0.7.
    """
    a, b = _goal_key(one), _goal_key(other)
    if a == b:
        return 1.0
    short, long = sorted((a, b), key=len)
    numbers, all_numbers = _NUMBER.findall(short), _NUMBER.findall(long)
    like = fuzz.ratio(a, b)
    if sorted(numbers) == sorted(all_numbers) and like >= _SAME_GOAL:
        return 1.0
    if len(short) >= 6 and set(numbers) <= set(all_numbers) and _shortened(short, long):
        return 1.0
    if like >= _LIKE_GOAL and sorted(numbers) != sorted(all_numbers):
        return min(like / 100, 0.7)
    return min(like / 100, 0.92)


def _shortened(short: str, long: str) -> bool:
    return short in long or fuzz.partial_ratio(short, long) >= 96


def amounts_agree(one: Decimal, other: Decimal, *printed: Amount) -> bool:
    """Whether two amounts in 万元 differ by rounding only.

    Args:
        printed: the amounts as printed; the coarsest of them sets how much rounding explains. More than 1 % of the
            larger amount is never rounding (9 against 9.4).
    """
    if one == other:
        return True
    gap = abs(one - other)
    half = Decimal(10) ** -min((a.decimals for a in printed), default=2) / 2
    return gap <= half and gap <= max(abs(one), abs(other)) / 100
