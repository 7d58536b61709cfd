"""Target values (指标值): from the words of a cell to kind, comparator, numbers, unit and dates."""

import re
from decimal import Decimal
from functools import cache, lru_cache

from reviewer.records import Comparator, DatePoint, Number, TargetValue, ValueKind
from reviewer.text.dates import find_dates
from reviewer.text.normalize import squash
from reviewer.text.numerals import ARABIC, CHINESE, to_decimal
from reviewer.text.vocabulary import bare_unit, unit_class, unit_pattern, value_words

_SIGNS = {
    ">=": "≥", "=>": "≥", "≧": "≥", "⩾": "≥", "≮": "≥", "<=": "≤", "=<": "≤", "≦": "≤", "⩽": "≤", "≯": "≤",
    "═": "=", "==": "=", "〉": ">", "〈": "<", "≥≥": "≥", "≤≤": "≤", "≥=": "≥", "≤=": "≤",
}  # fmt: skip
_SIGN_WORDS = {"≥": Comparator.GE, "≤": Comparator.LE, ">": Comparator.GT, "<": Comparator.LT, "=": Comparator.EQ}
# Digits that count nothing: document numbers, titles, standards, ordinals, names of substances and networks.
_NOT_QUANTITIES = re.compile(
    r"[〔\[(（【{]\d{2,4}[〕\])）】}]第?\d*号?|\d{4}年?第\d+号|第\d+号|《[^》]{0,80}》"
    r"|(?:GB|DB|JGJ|CJJ|ISO|HJ|NY|SL|JTG|T/)[/TZ]*[\d.]+(?:[-—]\d{4})?"
    r"|PM2\.5|PM10|CO2|SO2|O3|[345]G(?!B)|\d[AR](?=级|景区|$)|第[\d一二三四五六七八九十]+(?:条|批|届|代|轮|阶段|方|期|次|号|项)"
    r"|[一二三四五六七八九十\d]{1,3}[、.](?=[\u4e00-\u9fff])"
)  # fmt: skip
_RESIDUE = re.compile(r"[≥≤<>=]?(?:\*+|[xX×]{2,}|_{2,})(?:[\u4e00-\u9fff%/·*]{0,8})")
_RANGE = re.compile(r"[-—~～至到]{1,2}")
_TOTAL = re.compile(r"(?:共|共计|合计|总计|总数|总共|累计)$")
_BACK = 200  # a direction stands no further before its number; looking back to the start made long cells slow
_FRACTION = re.compile(rf"(百|千)分之({CHINESE}|{ARABIC})")
_ANY_NUMBER = re.compile(rf"{_FRACTION.pattern}|{ARABIC}|{CHINESE}")
_DIGIT = re.compile(r"\d")
# A measure word nobody listed still counts as a unit when nothing follows it: 300羽只。
_UNLISTED_UNIT = re.compile(r"([\u4e00-\u9fff]{1,3})(?=$|[,，;；。、()（）])")
_ABOUT = re.compile(r"(?:人民币|约|为|:|：|大约|计划){1,6}$")
_JOINTS = re.compile(r"[,，;；。、]")
_DIRECTION = re.compile(r"(正|反|负)向")
_NATURES = re.compile(r"[正负反]向(?:指标)?|定量(?:指标)?")


@lru_cache(maxsize=8192)
def parse_value(text: str, unit: str | None = None, nature: str | None = None) -> TargetValue:
    """Parse a target value together with its 单位 and 性质 columns.

    Args:
        text: the words of the 指标值 cell.
        unit: the words of the 单位 column, if the form has one.
        nature: the words of the 性质/方向 column (``≥``, ``定性`` …), if the form has one.
    """
    words = _fold_signs(squash(text)).strip("。；;，,、 ")
    if not words:
        return TargetValue(text=text, kind=ValueKind.EMPTY)
    if is_placeholder(words):
        return TargetValue(text=text, kind=ValueKind.PLACEHOLDER, comparator=_nature(nature))
    dates, bad, rest = find_dates(_blank(_NOT_QUANTITIES, words))
    time_words = tuple(w for w in value_words()["time_words"] if w in words)
    numbers, ranges = _numbers(rest)
    if not numbers:
        kind = ValueKind.DATE if dates or bad or time_words else ValueKind.QUALITATIVE
        return TargetValue(
            text=text,
            kind=kind,
            comparator=_nature(nature),
            dates=tuple(dates),
            time_words=time_words,
            bad_date=bad[0] if bad else "",
        )
    primary = _primary(rest, numbers)
    main = numbers[primary][1]
    column_unit = _fold_unit(squash(unit or ""))
    own_unit = main.unit or column_unit
    is_range = primary in ranges
    comparator = Comparator.RANGE if is_range else main.comparator or _nature(nature)
    return TargetValue(
        text=text,
        kind=_kind(own_unit, main, dates),
        numbers=tuple(n for _, n in numbers),
        primary=primary,
        comparator=comparator,
        unit=own_unit,
        dates=tuple(dates),
        time_words=time_words,
        bad_date=bad[0] if bad else "",
        is_range=is_range,
    )


@lru_cache(maxsize=4096)
def is_placeholder(words: str) -> bool:
    """Whether the whole text stands for "nothing filled in" (无, /, XX, ≥**人, 优良中低差, 无直接经济效益)."""
    lists = value_words()
    bare = words.strip("。.,，;；")
    if words in lists["placeholder"] or bare in lists["placeholder"] or bare in lists["unfilled_scale"]:
        return True
    if _RESIDUE.fullmatch(words):
        return True
    return bare.startswith(tuple(lists["placeholder_prefix"])) and not _DIGIT.search(bare)


def _fold_signs(text: str) -> str:
    for sign, plain in _SIGNS.items():
        text = text.replace(sign, plain)
    return text


def _fold_unit(unit: str) -> str:
    if unit in value_words()["placeholder"]:
        return ""  # a dash or 无 in the column of units names none
    return "%" if unit in ("%", "百分比", "百分数", "百分率") else bare_unit(unit)


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda m: " " * len(m.group()), text)


@cache
def _idioms() -> re.Pattern[str]:
    words = sorted(value_words()["not_numeral"], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


@cache
def _before() -> list[tuple[str, Comparator | None]]:
    """Direction words that stand before a number, longest first; None marks a change word."""
    lists = value_words()
    pairs: list[tuple[str, Comparator | None]] = [(w, None) for w in lists["change_before"]]
    for key, comparator in (
        ("ge_before", Comparator.GE),
        ("gt_before", Comparator.GT),
        ("le_before", Comparator.LE),
        ("lt_before", Comparator.LT),
        ("eq_before", Comparator.EQ),
    ):
        pairs += [(w, comparator) for w in lists[key]]
    return sorted(pairs, key=lambda pair: len(pair[0]), reverse=True)


def _numbers(text: str) -> tuple[list[tuple[int, Number]], set[int]]:
    """Numbers with their positions, and the indices at which a range begins."""
    found: list[tuple[int, Number]] = []
    ranges: set[int] = set()
    last_end, last_text_end = -1, -1
    rest = _blank(_idioms(), text)
    for match in _ANY_NUMBER.finditer(rest):
        start, end = match.span()
        if start < last_end:
            continue
        number, end = _read_number(rest, match)
        if number is None:
            continue
        comparator, change = _direction_before(rest[max(start - _BACK, 0) : start])
        after = _direction_after(rest[end : end + _BACK])
        # Behind the number weighs more: 达到5%以下 means at most.
        comparator = after or comparator
        if found and _RANGE.fullmatch(rest[last_text_end:start] or ""):
            ranges.add(len(found) - 1)
        elif _negative(rest, start, found, last_text_end):
            number = number.model_copy(update={"value": -number.value})
        found.append((start, number.model_copy(update={"comparator": comparator, "change": change})))
        last_end = last_text_end = end
    for index in ranges:  # 3-5年: the first number shares the unit of the second
        if index + 1 < len(found) and not found[index][1].unit:
            position, number = found[index]
            found[index] = (position, number.model_copy(update={"unit": found[index + 1][1].unit}))
    return found, ranges


def _read_number(text: str, match: re.Match[str]) -> tuple[Number | None, int]:
    """The number at ``match`` with its unit, and where it ends; None where the words count nothing."""
    printed = match.group()
    fraction = _FRACTION.fullmatch(printed)
    if fraction:
        value = to_decimal(fraction.group(2))
        unit = "%" if fraction.group(1) == "百" else "‰"
        return (Number(value=value, unit=unit, text=printed) if value is not None else None), match.end()
    unit, end = _unit_at(text, match.end())
    chinese = not printed[0].isdigit()
    if chinese and not unit and printed[-1] in "万亿" and len(printed) > 1:
        unit, end = _unit_at(text, match.end() - 1)  # 三万元: 万 belongs to the unit
        printed = printed[:-1]
    if chinese and (not unit or unit_class(unit) is None):
        return None, match.end()
    value = to_decimal(printed)
    if value is None:
        return None, match.end()
    if unit == "成":
        unit, value = "%", value * Decimal(10)
    return Number(value=value, unit=unit, text=text[match.start() : end]), end


def _unit_at(text: str, start: int) -> tuple[str, int]:
    known = unit_pattern().match(text, start)
    if known:
        return _fold_unit(known.group()), known.end()
    unknown = _UNLISTED_UNIT.match(text, start)
    if unknown and not _direction_after(unknown.group(1)):
        return unknown.group(1), unknown.end()
    return "", start


def _direction_before(text: str) -> tuple[Comparator | None, str]:
    text = _ABOUT.sub("", text)
    if text and text[-1] in _SIGN_WORDS:
        return _SIGN_WORDS[text[-1]], ""
    for word, comparator in _before():
        if text.endswith(word):
            return comparator, word if comparator is None else ""
    clause = _JOINTS.split(text)[-1]
    for word, comparator in _before():  # 至少全年完成2次: the clause opens with its direction
        if comparator is not None and len(word) > 1 and clause.startswith(word):
            return comparator, ""
    return None, ""


def _direction_after(text: str) -> Comparator | None:
    text = text.lstrip("()（）")
    lists = value_words()
    if any(text.startswith(w) for w in lists["ge_after"]) and not text.startswith("起止"):
        return Comparator.GE
    if any(text.startswith(w) for w in lists["le_after"]):
        return Comparator.LE
    return None


def _negative(text: str, start: int, found: list[tuple[int, Number]], last_end: int) -> bool:
    """A minus sign: at the very start or behind a comparator, never behind another number."""
    if start == 0 or text[start - 1] not in "-−":
        return False
    return start == 1 or text[start - 2] in "≥≤<>=:： "


def _primary(text: str, numbers: list[tuple[int, Number]]) -> int:
    for index, (position, _) in enumerate(numbers):
        if _TOTAL.search(text, max(position - 4, 0), position):
            return index
    for index, (position, number) in enumerate(numbers):
        if unit_class(number.unit) != "duration" and not text.endswith("每", 0, position):
            return index
    return 0


def _kind(unit: str, number: Number, dates: list[DatePoint]) -> ValueKind:
    by_class = {"rate": ValueKind.RATE, "money": ValueKind.MONEY, "duration": ValueKind.DURATION}
    return by_class.get(unit_class(unit) or "", ValueKind.NUMBER)


def _nature(nature: str | None) -> Comparator | None:
    """The comparator that a 性质 column names (``≥``, ``大于等于``, ``正向指标``); None for 定性, 定量 …"""
    if not nature:
        return None
    words = _NATURES.sub("", _fold_signs(squash(nature))).strip("、/()")
    if words in _SIGN_WORDS:
        return _SIGN_WORDS[words]
    for word, comparator in _before():
        if words == word and comparator is not None:
            return comparator
    direction = _DIRECTION.match(squash(nature))
    if direction and not words:
        return Comparator.GE if direction.group(1) == "正" else Comparator.LE
    return None
