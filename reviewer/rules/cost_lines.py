"""What the rules about money share: names of cost lines, parts of a sum, and amounts in words."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from reviewer.records import Amount, CostLine, Form, SummaryRow
from reviewer.taxonomy import words
from reviewer.text import money_unit, squash
from reviewer.text.calculation import (
    Calculation,
    heading_unit,
    read_calculation,
    rounding_tolerance,
    wan,
)
from reviewer.text.dates import find_dates
from reviewer.text.vocabulary import unit_class

_LEVELS = (
    re.compile(r"^[一二三四五六七八九十]{1,3}[、.．]?$"),
    re.compile(r"^[(（][一二三四五六七八九十]{1,3}[)）]$"),
    re.compile(r"^\d{1,3}[、.．]?$"),
    re.compile(r"^[(（]\d{1,3}[)）]$"),
    re.compile(r"^\d{1,3}[.．-]\d{1,3}$"),
)
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"^[\d,.]+$")
_NUMBERED = re.compile(r"^[(（]?(?:[一二三四五六七八九十]{1,3}|\d{1,3})(?:[)）]|[、.．](?!\d))")


def line_name(line: CostLine) -> str:
    """What a cost line is for, as a person would call it."""
    return squash(line.detail) or squash(line.content) or "未写名称的支出"


def calculation_of(line: CostLine, form: Form) -> Calculation:
    """The calculation of a line: from its columns 数量 and 单价, its basis, else where filers write it as well."""
    columns = read_calculation(in_columns(line, form))
    if columns.terms:
        return columns
    calculation = read_calculation(line.calculation_basis)
    if calculation.figures:
        return calculation
    # A lump in other columns may only repeat the amount; a product is a calculation.
    others = (read_calculation(text) for text in (line.detail, line.note))
    return next((c for c in others if any(not t.is_lump for t in c.terms)), calculation)


def in_columns(line: CostLine, form: Form) -> str:
    """数量 × 单价 in words, with units from their cells or headings (``40套×5000元``); "" where one is empty."""
    quantity, price, unit = squash(line.quantity), squash(line.unit_price), squash(line.unit)
    if not _DIGIT.search(quantity) or not _DIGIT.search(price):
        return ""
    if unit and unit_class(unit) == "money":
        price, unit = price if money_unit(price) else price + unit, ""
    headings = dict(enumerate(form.cost_columns.get("quantity", "").split("×")))
    parts = quantity.split("×")
    for n, part in enumerate(parts):
        if _NUMBER.match(part):
            parts[n] += unit if unit and len(parts) == 1 else heading_unit(headings.get(n, ""))
    _, _, remark = squash(form.cost_columns.get("unit_price", "")).partition("(")
    remark, _, _ = remark.partition(")")
    if _NUMBER.match(price) and money_unit(remark):
        price += remark
    return "×".join([*parts, price])


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
    levels = defaultdict[int | None, Decimal](Decimal)
    for number, value in numbered:
        levels[next((n for n, pattern in enumerate(_LEVELS) if pattern.match(number)), None)] += value
    return [*found, *levels.values()]


def numbering(text: str) -> str:
    """The number before a name (``一、提退人员经费`` → ``一、``), "" when there is none."""
    match = _NUMBERED.match(squash(text))
    return match.group() if match else ""


def several_years(form: Form) -> bool:
    """Whether the form's period names more than one year."""
    return len({d.year for d in find_dates(squash(form.period or ""))[0] if d.year}) > 1


def quoted(names: Sequence[str]) -> str:
    """The first five names in quotation marks."""
    return f"“{'”“'.join(names[:5])}”"


def matches(value: Decimal, target: Amount, parts: Iterable[Amount | None]) -> bool:
    """Whether a sum of ``parts`` equals a printed amount within rounding."""
    return target.wan is not None and abs(value - target.wan) <= rounding_tolerance([target, *parts])


def sources(form: Form) -> list[Amount]:
    """The amounts of the form's sources of money that hold a number."""
    return [source.amount for source in form.fund_sources if source.amount.wan is not None]


def difference(value: Decimal, target: Decimal) -> str:
    """``多出3万元`` or ``少3万元``."""
    return f"多出{wan(value - target)}" if value > target else f"少{wan(target - value)}"


def adding(amounts: Sequence[Decimal]) -> str:
    """An addition in words; long ones shortened in the middle."""
    shown = [wan(a).removesuffix("万元") for a in amounts]
    if len(shown) > 12:
        shown = [*shown[:8], "…", *shown[-2:]]
    return "＋".join(shown) + f"＝{wan(sum(amounts, Decimal(0)))}"
