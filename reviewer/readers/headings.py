"""Which printed words name which column or field: lookups in ``taxonomy/columns.yaml``."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Literal

from reviewer.resources import resource
from reviewer.taxonomy import category_of, is_level1
from reviewer.taxonomy.levels import bare_level, is_category_name
from reviewer.taxonomy.loader import load_yaml
from reviewer.text import clean_heading, squash

Horizon = Literal["annual", "period"]
# No heading is longer; longer cells are content and are never looked up.
LONGEST = 40
_LIST_MARK = re.compile(r"^(?:[(（]?[一二三四五六七八九十]+[)）、.]|\d{1,2}[.、](?!\d)|其中[:：]?|[加减][:：])+")
_YEAR_BEFORE_DU = re.compile(r"(?:20\d\d|(?:20)?[XxＸ×*]{2,4})年?(?=年?度)")
_YEAR = re.compile(r"20\d\d年|(?:20)?[XxＸ×*]{2,4}年")
_FIGURE = re.compile(r"^[-—–−/\d.,%]*(?:分|元|万元|亿元)?$")
_POINTS = re.compile(r"[(（](\d{1,3}(?:\.\d+)?)分?[)）]|(?<![\d.\-—~至])(\d{1,3}(?:\.\d+)?)分$")


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = load_yaml(resource("taxonomy", "columns.yaml"))
    return data


@cache
def _index(section: str) -> dict[str, str]:
    index: dict[str, str] = {}
    for key, names in _data()[section].items():
        for name in names:
            index.setdefault(str(name), key)
    return index


@lru_cache(maxsize=16384)
def bare(text: str) -> str:
    """A heading without white space, brackets, points, list marks, 其中 and the year."""
    heading = _LIST_MARK.sub("", squash(text))
    heading = clean_heading(heading)
    heading = _YEAR_BEFORE_DU.sub("年" if "年年度" not in heading else "", heading).replace("年年度", "年度")
    return _YEAR.sub("年度", heading)


@lru_cache(maxsize=16384)
def key_of(section: str, text: str) -> str | None:
    """The key that a heading names in ``section`` (indicator, head, cost, summary); None when it names none."""
    if len(text) > LONGEST * 2:
        return None
    whole = squash(text)
    if not whole or len(whole) > LONGEST:
        return None
    index = _index(section)
    short = bare(text)
    for form in (whole, short, short.split("/")[0]):
        if form in index:
            return index[form]
    return None


def is_listed(section: str, key: str, text: str) -> bool:
    """Whether a heading is among the names of ``key``, also where another key claims it first."""
    return len(text) <= LONGEST and bare(text) in _data()[section][key]


def without_mark(text: str) -> str:
    """A level heading without the mark of a list (``一、产出指标`` → ``产出指标``)."""
    return _LIST_MARK.sub("", text.strip()).strip()


@lru_cache(maxsize=16384)
def is_group(text: str) -> bool:
    """Whether the words stand over or beside the indicator columns and say no more (年度绩效指标)."""
    return len(text) <= LONGEST * 2 and bare(text) in _data()["group"]


def horizon_of(text: str) -> Horizon | None:
    """The horizon that a heading names, else None."""
    words = bare(text) if len(text) <= LONGEST * 2 else ""
    for horizon in ("annual", "period"):
        if any(w in words for w in _data()["horizon"][horizon]):
            return "annual" if horizon == "annual" else "period"
    return None


def is_horizon_only(text: str) -> bool:
    """Whether a heading says which horizon and nothing about the column (实施期, 年度, 长期目标)."""
    words = bare(text)
    if horizon_of(words) is None:
        return False
    return words in _data()["horizon"]["period"] + _data()["horizon"]["annual"] or key_of("head", text) in (
        "annual_goal",
        "period_goal",
        "year",
        "period",
    )


def is_weak(text: str) -> bool:
    """Whether a label is too common a word to be trusted without a colon or the first column."""
    return bare(text) in _data()["weak"]


def is_total(text: str) -> bool:
    """合计, 总计 …"""
    return bool(text) and len(text) <= LONGEST and bare(text) in _data()["totals"]


def is_figure(text: str) -> bool:
    """Whether a cell holds a number or a dash and no words (388.88, 100分, —)."""
    return bool(_FIGURE.match(squash(text)))


def is_subtotal(text: str) -> bool:
    """小计."""
    return bool(text) and len(text) <= LONGEST and squash(text).strip(":：") in _data()["subtotals"]


@lru_cache(maxsize=8192)
def is_level(text: str) -> bool:
    """Whether the words are a level heading: a first-level one or one of the nine categories, and nothing else.

    ``category_of`` also finds a category inside longer words (服务对象满意度 as a name); here the ending 指标/目标/值
    or an exact synonym is asked for.
    """
    if not text or len(text) > LONGEST:
        return False
    text = without_mark(text)
    short = bare_level(text)
    if not short:
        return False
    if is_level1(text):
        return True
    return is_category_name(text) or (category_of("", text) is not None and clean_heading(text) != short)


def is_level_heading(text: str) -> bool:
    """``is_level`` for words that must end like a heading (效益指标, 数量指标); 满意度 alone does not."""
    words = without_mark(text)
    return is_level(text) and clean_heading(words) != bare_level(words)


def heading_weight(text: str) -> Decimal | None:
    """The points printed on a level heading (``产出指标（50分）`` → 50); None for none or a range."""
    found = _POINTS.search(squash(text))
    if found is None:
        return None
    value = Decimal(found.group(1) or found.group(2))
    return value if 0 < value <= 100 else None


@cache
def _patterns(name: str) -> list[re.Pattern[str]]:
    return [re.compile(p) for p in _data()[name]]


@lru_cache(maxsize=16384)
def is_furniture(text: str, *, running: bool = False) -> bool:
    """Whether a cell or paragraph says nothing (附表1, 注：…); a lone number does so in running text only (pages)."""
    words = squash(text)
    if not words or any(p.match(words) for p in _patterns("furniture")):
        return True
    return running and any(p.match(words) for p in _patterns("page_numbers"))


@cache
def _titles(kind: str) -> list[re.Pattern[str]]:
    return [re.compile(p) for p in _data()["titles"][kind]]


def title_says(kind: str, title: str) -> bool:
    """Whether a title names a department or a summary form."""
    return any(p.search(squash(title)) for p in _titles(kind))


def is_strong_title(text: str) -> bool:
    """Whether a line is a form's title by its own words."""
    words = squash(text)
    if not 4 <= len(words) <= 80 or any(mark in words for mark in "。；;！？"):
        return False
    if _LIST_MARK.match(words):  # the heading of a chapter: 二、绩效目标完成情况
        return False
    return key_of("head", text) is None and not is_group(text) and any(p.search(words) for p in _titles("strong"))


# Where a label may begin inside a text: behind white space, an opening bracket, a separator.
_BOUNDARY = re.compile(r"(?<=[\s(（;；,，])(?=\S)")
_BRACKET = re.compile(r"\s{0,9}[(（][^()（）]{0,20}[)）]\s{0,9}$")


def inline_labels(text: str) -> Iterator[tuple[str, str, str]]:
    """Labels with a colon inside a text, each with its key and the words up to the next one.

    ``填报单位：某局 金额单位：万元`` gives (org, 填报单位, 某局), (money_unit, 金额单位, 万元). Nothing is given when
    the text does not begin with a label: then a label inside it is part of a sentence. Labels may be stretched by
    spaces (填 表 人) and have a remark in brackets (填报单位（盖章）：).
    """
    stripped = text.strip()
    inner = stripped[1:-1] if stripped[:1] in "(（" and stripped[-1:] in ")）" else stripped
    found: list[tuple[str, int, int, int]] = []
    begin = 0
    for colon in (m.start() for m in _COLON.finditer(inner)):
        segment = inner[begin:colon]
        label = _label_at_end(segment)
        if label is not None:
            key, start = label
            if not found and segment[:start].strip():
                return
            if found and found[-1][0] in TEXTS and key not in CLOSING:
                continue
            found.append((key, begin + start, colon, colon + 1))
        elif not found and not (begin == 0 and squash(segment) in ("其中", "")):
            return
        begin = colon + 1
    for n, (key, start, colon, after) in enumerate(found):
        end = found[n + 1][1] if n + 1 < len(found) else len(inner)
        yield key, _LIST_MARK.sub("", inner[start:colon].strip()), inner[after:end].strip(_EDGES).rstrip(_EDGES + "(（")


_COLON = re.compile("[:：]")
_EDGES = " \t\r\n\u3000\xa0;；"
# Fields of running words: a label inside them belongs to the words, unless it is one that ends every form.
TEXTS = (
    *("annual_goal", "period_goal", "goal", "goal_actual", "duties", "overview", "basis", "necessity", "feasibility"),
    *("schedule", "measures", "plan", "plan_goal", "remarks", "work", "review"),
)
CLOSING = ("money_unit", "date", "signature", "phone")


def _label_at_end(segment: str) -> tuple[str, int] | None:
    """The longest label that ends a segment, and where it begins; None when the words before a colon are no label."""
    if len(segment) > 4 * LONGEST:
        segment, cut = segment[-4 * LONGEST :], len(segment) - 4 * LONGEST
    else:
        cut = 0
    index = _index("head")
    for start in (0, *(m.start() for m in _BOUNDARY.finditer(segment))):
        words = segment[start:]
        for form in (words, _BRACKET.sub("", words)):
            name = _LIST_MARK.sub("", squash(form))
            if name in index:
                return index[name], cut + start
    return None
