"""A form while it is being read, and its assembly into a record."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from reviewer.readers.costs import CostSection, SummarySection
from reviewer.readers.head import GOALS, Entry
from reviewer.readers.headings import bare, heading_weight, title_says
from reviewer.readers.sections import IndicatorSection, Row
from reviewer.records import (
    Amount,
    CostLine,
    Form,
    FormKind,
    FundSource,
    HeaderField,
    Indicator,
    Location,
    Objective,
    SummaryRow,
)
from reviewer.taxonomy import category_of
from reviewer.text import money_unit, parse_amount, squash

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=年|年度|[-—－./]|$|）|\))")
_STARTS_WITH_NUMBER = re.compile(r"[¥￥约]?[-−]?\d")
_UNITS = ("元", "百元", "千元", "万元", "百万元", "亿元")
# Labels that are no fields where nothing was filled in: places for signatures, headings of groups.
_DROPPED = ("money_unit", "signature", "seal", "fund_group", "total_score", "special", "plan_unit")


@dataclass
class Draft:
    """What has been read of a form so far."""

    title: str = ""
    location: Location | None = None
    sheet: str | None = None
    entries: list[Entry] = field(default_factory=list)
    indicators: list[IndicatorSection] = field(default_factory=list)
    costs: list[CostSection] = field(default_factory=list)
    summaries: list[SummarySection] = field(default_factory=list)
    year_words: list[str] = field(default_factory=list)

    @property
    def has_body(self) -> bool:
        """Whether a table of indicators, costs or projects has begun."""
        return bool(self.indicators or self.costs or self.summaries)

    @property
    def is_form(self) -> bool:
        """Whether this is a form: it prints indicators, projects, or a goal beside what it is a goal of."""
        if any(s.header for s in self.indicators) or any(s.rows for s in self.summaries):
            return True
        keys = {e.key for e in self.entries}
        return bool(keys & set(GOALS)) and bool(keys & {"project", "org", "budget"})

    def entry(self, *keys: str) -> Entry | None:
        """The first filled field of these keys, else the first empty one."""
        found = [e for key in keys for e in self.entries if e.key == key]
        return next((e for e in found if e.text), found[0] if found else None)

    def text(self, *keys: str) -> str:
        """The words of ``entry``; "" when it is not printed."""
        found = self.entry(*keys)
        return found.text if found else ""

    @property
    def org(self) -> str:
        """The unit that files: the one it names as such, else the department in charge."""
        return self.text("org") or self.text("supervisor")

    def year(self) -> int | None:
        """The budget year: from the title, a field 年度, the period, a goal's heading."""
        sources = [self.title, self.text("year"), *self.year_words, self.text("period"), self.text("start")]
        sources += [e.label for e in self.entries]
        for words in sources:
            if found := _YEAR.search(squash(words)):
                return int(found.group(1))
        return None

    def unit(self) -> tuple[str, bool]:
        """The form's unit of money and whether it is printed."""
        for entry in self.entries:
            if entry.key == "money_unit" and (unit := money_unit(entry.text)):
                return ({"万": "万元", "亿": "亿元"}.get(unit, unit), True)
        return "万元", False


def _amount(draft: Draft, text: str, heading: str, location: Location | None) -> Amount:
    """An amount with the unit of its cell, else of its heading, else of the form."""
    remark = re.findall(r"[(（]([^()（）]*)[)）]|单位[:：](\S+)", heading)
    named = next((u for pair in remark for part in pair if part and (u := money_unit(part)) in _UNITS), None)
    unit, printed = (named, True) if named else draft.unit()
    return parse_amount(text, unit, unit_printed=printed, location=location)


def _entry_amount(draft: Draft, entry: Entry) -> Amount:
    return _amount(draft, entry.text, entry.unit_heading or entry.label, entry.line.locate(entry.slot))


def _kind(draft: Draft) -> FormKind:
    if any(s.rows for s in draft.summaries) and not any(s.rows for s in draft.indicators):
        return FormKind.SUMMARY
    if title_says("department", draft.title):
        return FormKind.DEPARTMENT
    if draft.entry("duties") is not None and draft.entry("project") is None:
        return FormKind.DEPARTMENT
    return FormKind.PROJECT


def assemble(draft: Draft, number: int) -> Form:
    """The record of a form; ids count from ``number``."""
    form_id = f"F{number}"
    kind = _kind(draft)
    indicators, blank = _indicators(form_id, draft)
    goals = _objectives(draft)
    budget = _first_amount(draft, "budget") or _first_amount(draft, "budget_planned", "period_budget")
    if kind is FormKind.SUMMARY:
        total = next((s for s in draft.summaries if s.total), None)
        if total and total.total:
            budget = _amount(draft, total.total[0], total.amount_heading, total.total[1])
    period = draft.entry("period")
    start, end = draft.text("start"), draft.text("end")
    cost_total = next((s for s in draft.costs if s.total), None)
    department = kind is FormKind.DEPARTMENT
    columns: dict[str, str] = {}
    for section in draft.indicators:
        for key, heading in section.header.printed().items():
            columns.setdefault(key, heading)
    return Form(
        id=form_id,
        kind=kind,
        title=draft.title,
        org=draft.org,
        year=draft.year(),
        project=draft.text("project"),
        period=period.text if period else (f"{start}至{end}" if start and end else None),
        budget=budget,
        basic=_first_amount(draft, "basic") if department else None,
        projects_total=_first_amount(draft, "projects_total") if department else None,
        fund_sources=_fund_sources(draft, department),
        fields=_fields(draft),
        objectives=goals,
        indicators=tuple(indicators),
        blank_rows=tuple(blank),
        cost_lines=tuple(_cost_lines(form_id, draft)),
        cost_total=_amount(draft, cost_total.total[0], cost_total.amount_heading, cost_total.total[1])
        if cost_total and cost_total.total
        else None,
        rows=tuple(_summary_rows(form_id, draft)),
        columns=columns,
        cost_columns={k: h for section in reversed(draft.costs) for k, h in section.printed().items()},
        heading_weights=_heading_weights(draft),
        location=draft.location,
    )


def _first_amount(draft: Draft, *keys: str) -> Amount | None:
    entries = [e for key in keys for e in draft.entries if e.key == key and e.text]
    # A number that stands first is an amount; one inside words (（1）政府预算资金) need not be.
    entries.sort(key=lambda e: not _STARTS_WITH_NUMBER.match(squash(e.text)))
    return next((a for e in entries if (a := _entry_amount(draft, e)).wan is not None), None)


def _fund_sources(draft: Draft, department: bool) -> tuple[FundSource, ...]:
    keys = ("fund",) if department else ("fund", "basic", "projects_total")
    found: dict[str, FundSource] = {}
    for entry in draft.entries:
        if entry.key in keys and entry.text:
            amount = _entry_amount(draft, entry)
            if amount.wan is not None:
                found.setdefault(bare(entry.label), FundSource(name=bare(entry.label), amount=amount))
    # A source that was printed and left empty is kept: the form asked for it.
    for entry in draft.entries:
        if entry.key == "fund":
            found.setdefault(bare(entry.label), FundSource(name=bare(entry.label), amount=_entry_amount(draft, entry)))
    return tuple(found.values())


def _fields(draft: Draft) -> tuple[HeaderField, ...]:
    """The labelled fields; the department in charge stands for the filing unit where no other is printed."""
    has_org = any(e.key == "org" for e in draft.entries)
    has_budget = any(e.key in ("budget", "budget_planned") and e.text for e in draft.entries)
    result = []
    for entry in draft.entries:
        if not entry.text and (entry.key in _DROPPED or (entry.key == "budget" and has_budget)):
            continue
        key = "org" if entry.key == "supervisor" and not has_org else entry.key
        key = "fund_source" if key == "fund" else key
        result.append(HeaderField(key=key, label=entry.label, text=entry.text, location=entry.line.locate(entry.slot)))
    return tuple(result)


def _objectives(draft: Draft) -> tuple[Objective, ...]:
    found: dict[str, Entry] = {}
    for key in GOALS:
        entry = draft.entry(key)
        if entry:
            found[key] = entry
    if "goal" in found:
        plain = found.pop("goal")
        free = "annual_goal" if "annual_goal" not in found else "period_goal"
        # A plain 总体目标 beside both horizons is their common heading.
        if free not in found:
            found[free] = plain
    horizons: tuple[Literal["annual", "period"], ...] = ("period", "annual")
    return tuple(
        Objective(horizon=horizon, text=entry.text, location=entry.line.locate(entry.slot))
        for horizon in horizons
        if (entry := found.get(f"{horizon}_goal"))
    )


def _indicators(form_id: str, draft: Draft) -> tuple[list[Indicator], list[Indicator]]:
    full: list[Indicator] = []
    blank: list[Indicator] = []
    rows: Iterable[Row] = (row for section in draft.indicators for row in section.rows)
    for number, row in enumerate(rows, 1):
        texts = row.texts
        item = Indicator(
            id=f"{form_id}.{number}",
            level1=row.level1,
            level2=row.level2,
            category=category_of(row.level1, row.level2),
            name=texts.get("name") or "",
            value=texts.get("value") or "",
            nature=texts.get("nature"),
            unit=texts.get("unit"),
            standard=texts.get("standard"),
            weight=texts.get("weight"),
            note=texts.get("note"),
            actual=texts.get("actual"),
            horizon=row.horizon or "annual",
            location=row.location,
            cells=row.cells,
        )
        (blank if item.is_blank else full).append(item)
    return full, blank


def _cost_lines(form_id: str, draft: Draft) -> Iterable[CostLine]:
    lines = ((section, line) for section in draft.costs for line in section.lines)
    for number, (section, line) in enumerate(lines, 1):
        yield CostLine(
            id=f"{form_id}.C{number}",
            content=line.content,
            detail=line.detail,
            amount=_amount(draft, line.amount, section.amount_heading, line.amount_location),
            calculation_basis=line.basis,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            note=line.note,
            location=line.location,
        )


def _summary_rows(form_id: str, draft: Draft) -> Iterable[SummaryRow]:
    rows = ((section, row) for section in draft.summaries for row in section.rows)
    for number, (section, row) in enumerate(rows, 1):
        yield SummaryRow(
            id=f"{form_id}.R{number}",
            no=row.texts.get("number", ""),
            name=row.texts.get("name", ""),
            amount=_amount(draft, row.texts.get("amount", ""), section.amount_heading, row.amount_location),
            period_goal=row.texts.get("period_goal"),
            annual_goal=row.texts.get("annual_goal"),
            location=row.location,
        )


def _heading_weights(draft: Draft) -> tuple[tuple[str, Decimal], ...]:
    headings = dict.fromkeys("".join(h.split()) for section in draft.indicators for h in section.headings)
    return tuple((h, w) for h in headings if (w := heading_weight(h)) is not None)
