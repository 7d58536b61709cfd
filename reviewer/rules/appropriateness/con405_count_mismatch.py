import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache, lru_cache
from itertools import compress, pairwise
from math import prod
from typing import NamedTuple

from reviewer.records import Comparator, CostLine, Form, FormKind, Hit, ValueKind
from reviewer.rules.cost_lines import calculation_of, in_columns, line_name, parts_of
from reviewer.rules.engine import Context, NotApplicable, Row, rule
from reviewer.taxonomy import words
from reviewer.text import squash
from reviewer.text.calculation import (
    Calculation,
    Mention,
    Quantity,
    compare,
    counts_in,
    plain,
    scaled_unit,
)
from reviewer.text.vocabulary import unit_class

# So much of a name must stand in the words beside a count for both to be the same thing.
_SHARED = Decimal("0.8")
# … and of the shorter of the two, where the form counts only one thing in that unit.
_ALIKE = Decimal("0.6")
# A target "≥" may stay so much below the number that the money was calculated for, a target "约" on either side of it.
_SPARE = Decimal("0.1")
_ABOUT = ("约", "左右", "余")
_PEOPLE = ("people", "households")
_LONG = 3
_KEPT = 2048  # texts, so that each is cut up once for all rows
_IN_SMALL = {"公里": "米", "吨": "公斤"}  # a thousand of them
_AND = re.compile(r"[和及与、]")
_OF_THESE = ("其中", "包括", "含")


@rule(
    "CON405",
    "指标值与测算数量不一致",
    severity="warn",
    smart="A",
    basis=("caiyu-2015-88#matched", "caiyu-2021-101#value"),
    scope="form",
    kinds=(FormKind.PROJECT, FormKind.DEPARTMENT),
    reads=["goals", "name", "value", "unit", "cost.content", "cost.amount", "cost.basis"],
)
def check(form: Form, context: Context) -> Iterator[Hit]:
    """同一件事的数量，指标值里是一个数，测算依据或绩效目标里是另一个数。

    检查：指标名称与某行支出（内容、测算依据）或绩效目标中的一句说的是同一件事、计量单位也相同时，比较两处的数量。
    测算依据里有几个数的，单个数、用加号连起来的小计、全部合计都比，几行支出都是这件事的逐行比，一个都对不上才报。
    理由：钱是按测算的数量要的，目标就应当按这个数量交；两处不同，要么多要了钱，要么目标定低或定高了。
    反例：居家托养服务 ｜ 150人，测算依据：130人×450元＋20人×1050元＋10人×2100元
    正例：大学生资助人数 ｜ 10人，测算依据：2000元/人×10人；培训人次 ｜ ≥150人次，测算依据：3期×50人次×100元。
    某个单位（册、床、场…）在全表指标里和对方都只出现一次的，名称大部分相同即视为同一件事。
    例外：名称不能确定是同一件事、单位不同（人与人次、场与期）的不比；“每期50人”“其中女性20人”“新增”等部分数只与同样写明的数比；
    “≥”的指标值略低于测算数（不低于九成）属留有余地，不报；测算依据只说明了部分金额的，不与全行合计比；
    同一行支出对应几个指标、加起来相符的不报。
    """
    rows = [counted for row in context.rows(form) if (counted := _counted(row)) is not None]
    if not any(row.asked for row in rows):
        raise NotApplicable("没有指标值是单个数量")
    lines = [(line, calculation_of(line, form)) for line in parts_of(form.cost_lines)]
    said = [(line, calculation) for line, calculation in lines if calculation.terms]
    goals = {o.horizon: counts_in(o.text) for o in form.objectives if o.text}
    for one in rows:
        if one.asked:
            others = (r for r in rows if r is not one)
            siblings = [(r.key, v) for r in others if (v := _in(Quantity(r.value, r.unit), one.unit)) is not None]
            found = _in_lines(one, siblings, said) or _in_goal(one, siblings, goals.get(one.row.indicator.horizon, ()))
            if found is not None:
                yield found


class _Counted(NamedTuple):
    """A row whose target is one count: ``value`` of ``unit``, of what ``key`` names.

    Attributes:
        asked: whether it can be held against other counts.
    """

    row: Row
    key: str
    unit: str
    value: Decimal
    asked: bool


def _counted(row: Row) -> _Counted | None:
    target = row.target
    if target.kind is not ValueKind.NUMBER:
        return None
    scale, unit = scaled_unit(target.unit)
    asked = len(target.numbers) == 1 and not target.change and "/" not in unit
    return _Counted(row, _key(row.name, unit), unit, target.numbers[target.primary].value * scale, asked)


def _in_lines(
    one: _Counted, siblings: list[tuple[str, Decimal]], lines: list[tuple[CostLine, Calculation]]
) -> Hit | None:
    key, unit, row = one.key, one.unit, one.row
    times = [sum(_in(c, unit) is not None for t in got.terms for c in t.counts()) for _, got in lines]
    if not any(times):
        return None
    once = sum(times) == 1 and not siblings and unit_class(unit) not in _PEOPLE
    contents = Counter(squash(line.content) for line in row.form.cost_lines)
    parts = _part_words(row.name)
    total = Decimal(0)
    found: list[tuple[CostLine, _Counts]] = []
    for line, calculation in compress(lines, times):
        if not parts <= _part_words(line.content + line.detail + line.calculation_basis):
            continue
        # A content that stands at several lines names their group.
        names = [line.content, line.detail] if contents[squash(line.content)] < 2 or not line.detail else [line.detail]
        counts = _line_counts(line, calculation, names, key, unit, once)
        if counts is None:
            continue
        total += sum(counts.each, Decimal(0))
        if _fits(one.value, counts.readings, row):
            return None
        alike = (v for k, v in siblings if _line_counts(line, calculation, names, k, unit, once) == counts)
        if sum(alike, one.value) not in counts.readings:
            found.append((line, counts))
    if not found or _fits(one.value, [total], row):
        return None
    line, counts = found[0]
    said = line.calculation_basis or in_columns(line, row.form)
    return _hit(row, list(counts.each), unit, f"“{line_name(line)}”的测算依据", said)


def _in_goal(one: _Counted, siblings: list[tuple[str, Decimal]], mentions: tuple[Mention, ...]) -> Hit | None:
    key, unit, value, row = one.key, one.unit, one.value, one.row
    mentioned = [(v, m) for m in mentions if (v := _in(m.quantity, unit)) is not None]
    if not mentioned:
        return None
    parts = _part_words(row.name)
    same = [(n, m) for n, m in mentioned if _about(key, m.around) and _part_words(m.around) == parts]
    # 乡道养护324公里 is the other row's, however much 县道养护 sounds like it.
    same = [(n, m) for n, m in same if not any(v == n != value and _nearer(k, key, m.around) for k, v in siblings)]
    same = same or [x for x in _left_over(one, [v for _, v in siblings], mentioned) if _same_part(key, parts, x[1])]
    numbers = [n for n, _ in same]
    if not numbers or _fits(value, [*numbers, sum(numbers, Decimal(0))], row):
        return None
    return _hit(row, numbers, unit, "绩效目标", "、".join(m.around + m.quantity.text for _, m in same))


def _left_over(
    one: _Counted, others: list[Decimal], mentioned: list[tuple[Decimal, Mention]]
) -> list[tuple[Decimal, Mention]]:
    """The one mention that no row's number explains, where this row is the only one that no mention explains."""
    explained = {*others, sum(others, one.value)}
    left = [(n, m) for n, m in mentioned if n not in explained]
    if len(left) != 1 or set(others) - {n for n, _ in mentioned}:
        return []
    ((_, mention),) = left
    before, after = ([_core(part) for part in _AND.split(text)] for text in (mention.before, mention.after))
    near = before[-1] or after[0]
    if unit_class(one.unit) in _PEOPLE and (not others or len(near) < _LONG):
        return []  # 培训困难人员200人 beside 就业人数: people are many things
    same = _covered(near, one.key) == len(near) if others else _alike(one.key, near)
    return left if near and same else []


def _same_part(key: str, parts: set[str], mention: Mention) -> bool:
    """Whether both count the same part; 其中拆除重建101户 is all of 拆除重建 when it says nothing else."""
    different = _part_words(mention.around) ^ parts
    if different - set(_OF_THESE):
        return False
    return not different or _covered(core := _core(mention.around), key) == len(core)


def _in(quantity: Quantity, unit: str) -> Decimal | None:
    """A count in ``unit``; None when it counts another measure."""
    if quantity.unit == unit:
        return quantity.value
    if _IN_SMALL.get(quantity.unit) == unit:
        return quantity.value * 1000
    return quantity.value / 1000 if _IN_SMALL.get(unit) == quantity.unit else None


def _part_words(text: str) -> set[str]:
    """Words that make a count one of a part (新增, 每期): two counts are the same thing only if they share them."""
    return {w for w in words("count_part_words") if w in text}


def _hit(row: Row, numbers: list[Decimal], unit: str, where: str, evidence: str) -> Hit:
    listed = "＋".join(map(plain, numbers))
    if len(numbers) > 1:
        listed += f"＝{plain(sum(numbers, Decimal(0)))}"
    scale, _ = scaled_unit(row.target.unit)
    printed = row.target.unit if scale == 1 else unit
    return row.hit(
        "value",
        f"指标“{row.name}”的指标值是{row.indicator.value}，{where}里同一事项的数量是{listed}{printed}，对不上。"
        "请核对数量，使目标与测算一致。",
        evidence=evidence.strip(),
    )


def _fits(value: Decimal, numbers: Iterable[Decimal], row: Row) -> bool:
    about = any(w in row.indicator.value for w in _ABOUT)
    prudent = row.target.comparator in (Comparator.GE, Comparator.GT)
    limit = row.target.comparator in (Comparator.LE, Comparator.LT)
    low, high = _SPARE if prudent or about else 0, _SPARE if about else 0
    return any(n - n * low <= value and (limit or value <= n + n * high) for n in numbers)


def _key(name: str, unit: str) -> str:
    """What a name counts, without the words that every name has."""
    bare = re.sub(r"[\d()（）、,，/%“”\"']", "", squash(name))
    return _fillers().sub("", bare).removesuffix(unit)


@cache
def _fillers() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words("count_fillers"))))


@lru_cache(maxsize=_KEPT)
def _core(text: str) -> str:
    """Words without fillers and 其中."""
    bare = _fillers().sub("", squash(text))
    return next((bare.removeprefix(w) for w in _OF_THESE if bare.startswith(w)), bare)


def _covered(short: str, text: str) -> int:
    """How many characters of ``short`` stand in ``text`` in pairs; the order of its parts does not count."""
    covered: set[int] = set()
    for n in range(len(short) - 1):
        if short[n : n + 2] in text:
            covered |= {n, n + 1}
    return len(covered)


@lru_cache(maxsize=_KEPT)
def _pieces(text: str) -> str:
    """Words without fillers, but with a mark where they stood: 乡道开展日常养护 holds no 道日."""
    return _fillers().sub("|", squash(text))


def _nearer(one: str, other: str, context: str) -> bool:
    """Whether the words are rather ``one`` than ``other``, or as much."""
    text = _pieces(context)
    return _covered(one, text) * len(other) >= _covered(other, text) * len(one)


def _about(key: str, context: str) -> bool:
    """Whether the words beside a count name what the indicator counts."""
    return key != "" and _covered(key, _pieces(context)) >= _SHARED * len(key)


def _alike(key: str, context: str) -> bool:
    """A looser likeness, for the only counts of a unit: the head noun and most words of the shorter one are shared."""
    mine, theirs = set(pairwise(key)), set(pairwise(_core(context)))
    shared = len(mine & theirs)
    if tuple(key[-2:]) in theirs and shared >= _ALIKE * min(len(mine), len(theirs)):
        return True
    return len(theirs) >= 2 and shared == len(theirs)


class _Counts(NamedTuple):
    """The numbers of one thing in a cost line: each, and every sum and product that may be the count meant."""

    each: tuple[Decimal, ...]
    readings: tuple[Decimal, ...]


def _line_counts(
    line: CostLine, calculation: Calculation, names: list[str], key: str, unit: str, once: bool
) -> _Counts | None:
    """The numbers of ``unit`` that a cost line gives for what ``key`` names; None when it gives none.

    Args:
        names: the words of the line that name it alone.
        once: ``unit`` is counted once in all lines and once in the indicators.
    """
    said = [t.label + "".join(f.noun for f in t.factors) for t in calculation.terms]
    narrow = [n for n, words_of in enumerate(said) if _about(key, words_of)]
    if narrow:
        return _numbers(calculation, narrow, unit)
    named = _about(key, "".join(names))
    if not named and not (once and any(_alike(key, text) for text in (*names, *said))):
        return None
    if line.amount.wan is None or calculation.unpriced:
        return None
    verdict, _ = compare(calculation, line.amount)
    if verdict in ("under", "unclear"):
        return None  # what is not explained may hold more of them
    return _numbers(calculation, range(len(calculation.terms)), unit)


def _numbers(calculation: Calculation, chosen: Iterable[int], unit: str) -> _Counts | None:
    groups: dict[int, Decimal] = defaultdict(Decimal)
    each: list[Decimal] = []
    products: list[Decimal] = []
    for n in chosen:
        term = calculation.terms[n]
        counts = [(_in(c, unit), c.value) for c in term.counts()]
        own = [v for v, _ in counts if v is not None]
        if own:
            each += own
            products.append(prod((other if v is None else v for v, other in counts), start=Decimal(1)))
            groups[term.group] += sum(own)
    if not each:
        return None
    return _Counts(tuple(each), (*each, *products, *groups.values(), sum(each, Decimal(0)), sum(products, Decimal(0))))
