"""What the rules about money share: names of cost lines, parts of a sum, and amounts in words."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from reviewer.records import Amount, CostLine, Form, SummaryRow
from reviewer.taxonomy import words
from reviewer.text import squash
from reviewer.text.calculation import rounding_tolerance, wan

_LEVELS = (
    re.compile(r"^[一二三四五六七八九十]{1,3}[、.．]?$"),
    re.compile(r"^[(（][一二三四五六七八九十]{1,3}[)）]$"),
    re.compile(r"^\d{1,3}[、.．]?$"),
    re.compile(r"^[(（]\d{1,3}[)）]$"),
    re.compile(r"^\d{1,3}[.．-]\d{1,3}$"),
)
_NUMBERED = re.compile(r"^([(（]?(?:[一二三四五六七八九十]{1,3}|\d{1,3})(?:[)）]|[、.．](?!\d)))")


def line_name(line: CostLine) -> str:
    """What a cost line is for, as a person would call it."""
    return squash(line.detail) or squash(line.content) or "未写名称的支出"


def parts_of(lines: Iterable[CostLine]) -> list[CostLine]:
    """The lines that add up: no empty lines, no totals, no lines that split up another."""
    return [
        line
        for line in lines
        if (squash(line.content + line.detail) or line.amount.printed.strip())
        and not _repeats(squash(line.content))
        and not _repeats(squash(line.detail))
    ]


def rows_of(rows: Iterable[SummaryRow]) -> list[SummaryRow]:
    """The projects of a summary: no empty rows and no totals."""
    return [
        row
        for row in rows
        if (squash(row.name) or row.amount.printed.strip())
        and not _repeats(squash(row.name))
        and not _repeats(squash(row.no))
    ]


def _repeats(name: str) -> bool:
    bare = name.strip("：:()（）")
    return bare in words("cost_total_names") or name.startswith(words("cost_subset_starts"))


def sums(numbered: Sequence[tuple[str, Decimal]]) -> list[Decimal]:
    """The sums that a list of numbered amounts may mean: all of them, or each level of numbering by itself."""
    found = [sum((value for _, value in numbered), Decimal(0))]
    levels: dict[int, Decimal] = {}
    for number, value in numbered:
        level = next((n for n, pattern in enumerate(_LEVELS) if pattern.match(number)), -1)
        levels[level] = levels.get(level, Decimal(0)) + value
    if len(levels) > 1:
        found += levels.values()
    return found


def numbering(text: str) -> str:
    """The number before a name (``一、提退人员经费`` → ``一、``), "" when there is none."""
    match = _NUMBERED.match(squash(text))
    return match.group(1) if match else ""


def matches(value: Decimal, target: Amount | None, parts: Iterable[Amount | None]) -> bool:
    """Whether a sum of ``parts`` equals a printed amount within rounding."""
    if target is None or target.wan is None:
        return False
    return abs(value - target.wan) <= rounding_tolerance([target, *parts])


def sources(form: Form) -> list[Amount]:
    """The amounts of the form's sources of money that hold a number."""
    return [source.amount for source in form.fund_sources if source.amount.wan is not None]


def difference(value: Decimal, target: Decimal) -> str:
    """``多出3万元`` or ``少3万元``."""
    return f"多出{wan(value - target)}" if value > target else f"少{wan(target - value)}"


def adding(amounts: Sequence[Decimal]) -> str:
    """An addition in words; long ones shortened in the middle."""
    shown = [wan(a).removesuffix("万元") if not wan(a).endswith("元") or wan(a).endswith("万元") else wan(a)
             for a in amounts]  # fmt: skip
    if len(shown) > 12:
        shown = [*shown[:8], "…", *shown[-2:]]
    return "＋".join(shown) + f"＝{wan(sum(amounts, Decimal(0)))}"
