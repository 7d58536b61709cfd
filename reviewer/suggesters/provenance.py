"""Number provenance: every number of a rewrite stands in the filing or the bank entry, or is computed with proof."""

import re
from collections.abc import Iterator
from decimal import Decimal

from reviewer.records import Form, Indicator, Location
from reviewer.records.suggestion import NumberSource, RowText
from reviewer.text import squash
from reviewer.text.numerals import ARABIC, CHINESE, to_decimal
from reviewer.text.vocabulary import unit_pattern

_TO_FILL = re.compile(r"【待填[^】]*】")
_NAMED = re.compile(r"《[^》]+》|[\u4e00-\u9fff]{0,6}[〔\[（(]\d{4}[〕\]）)]\d*号?")


def numbers_in(text: str) -> list[str]:
    """The numbers of a text as written, Chinese numerals before a unit included; what is left to fill in has none."""
    words = _TO_FILL.sub(" ", squash(text))
    found = []
    for match in re.finditer(f"{ARABIC}|{CHINESE}", words):
        printed = match.group()
        if not printed.strip("百千万亿"):
            continue  # the scale of a number before it: 140万元
        if printed[0].isdigit() or unit_pattern().match(words, match.end()):
            found.append(printed)
    return found


def named_in(text: str) -> list[str]:
    """Titles and numbers of documents named in a text."""
    return _NAMED.findall(squash(text))


def places(form: Form) -> Iterator[tuple[str, str, Location | None]]:
    """Every text of a form that a number may come from: what it is called, the words, and where it stands."""
    for objective in form.objectives:
        yield (
            ("年度绩效目标" if objective.horizon == "annual" else "实施期绩效目标"),
            objective.text,
            objective.location,
        )
    for line in form.cost_lines:
        label = line.detail or line.content
        yield f"支出明细“{label}”的测算依据", line.calculation_basis, line.location
        yield f"支出明细“{label}”的金额", line.amount.printed, line.amount.location or line.location
    for header in form.fields:
        yield f"表头“{header.label}”", header.text, header.location
    if form.budget is not None:
        yield "项目金额", form.budget.printed, form.budget.location
    if form.period:
        yield "项目实施期", form.period, None
    yield "表名", form.title, form.location
    for source in form.fund_sources:
        yield f"资金来源“{source.name}”", source.amount.printed, source.amount.location
    for indicator in form.indicators:
        yield f"指标“{indicator.name}”", f"{indicator.name} {indicator.value}", indicator.location


def trace(
    row: RowText, form: Form, indicator: Indicator | None, given: tuple[NumberSource, ...], bank_text: str = ""
) -> tuple[list[NumberSource], list[str]]:
    """The source of each number in a proposed row.

    Args:
        row: the row proposed.
        form: the form it belongs to.
        indicator: the row as filed, looked at first.
        given: sources that the suggester states itself (computed numbers).
        bank_text: words of the bank entry used.

    Returns:
        The sources found, and the numbers and document names without any source (violations).
    """
    text = f"{row.name} {row.value} {row.standard or ''}"
    sources: list[NumberSource] = []
    missing: list[str] = []
    for number in numbers_in(text):
        found = _given(number, given) or _filed(number, form, indicator) or _banked(number, bank_text)
        if found is None:
            missing.append(number)
        elif found not in sources:
            sources.append(found)
    everything = "".join(squash(words) for _, words, _ in places(form)) + squash(bank_text)
    everything += squash(indicator.name + indicator.value + (indicator.standard or "")) if indicator else ""
    missing += [name for name in named_in(text) if squash(name) not in everything]
    return sources, missing


def _given(number: str, given: tuple[NumberSource, ...]) -> NumberSource | None:
    return next((source for source in given if _equal(source.number, number)), None)


def _filed(number: str, form: Form, indicator: Indicator | None) -> NumberSource | None:
    if indicator is not None:
        own = f"{indicator.name} {indicator.value} {indicator.standard or ''} {indicator.note or ''}"
        if any(_equal(n, number) for n in numbers_in(own)):
            return NumberSource(number=number, source="本行原文", quote=own.strip(), location=indicator.location)
    for name, words, location in places(form):
        if any(_equal(n, number) for n in numbers_in(words)):
            return NumberSource(number=number, source=name, quote=words.strip()[:80], location=location)
    return None


def _banked(number: str, bank_text: str) -> NumberSource | None:
    if any(_equal(n, number) for n in numbers_in(bank_text)):
        return NumberSource(number=number, source="指标库", quote=bank_text[:80])
    return None


def _equal(one: str, other: str) -> bool:
    if one == other:
        return True
    first, second = to_decimal(one), to_decimal(other)
    return first is not None and second is not None and Decimal(first) == Decimal(second)
