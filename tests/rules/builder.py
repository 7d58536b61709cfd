"""Small made-up filings for rule cases: from a few words of YAML to a Filing.

A case has ``title``, the filing (``rows``, ``form`` or ``forms``) and what the rule must say (``finds``, and
optionally ``severity``, ``message``, ``suggested``, ``outcome``). All values are text, as a filing has them; whatever
has a place in a file has one here, told by its words. ``unread`` names cells that could not be read (``row``,
``column``, ``reason``, ``advisory``). ``labels`` and ``header`` are the labels and the texts of header cells where they
are not the key and the value that was read.
"""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from reviewer.records import (
    CostLine,
    Filing,
    Form,
    FormKind,
    FundSource,
    HeaderField,
    Indicator,
    Location,
    Objective,
    SummaryRow,
    Unread,
)
from reviewer.taxonomy import category_of
from reviewer.taxonomy.levels import level1_of
from reviewer.text import parse_amount

FORM_KEYS = {
    "kind", "title", "org", "year", "project", "budget", "basic", "projects_total", "period", "annual_goal",
    "period_goal", "fund_sources", "rows", "cost_lines", "cost_columns", "cost_total", "projects", "heading_weights",
    "labels", "header", "columns",
}  # fmt: skip
ROW_KEYS = {"level1", "level2", "name", "value", "nature", "unit", "standard", "weight", "note", "actual", "horizon"}
CASE_KEYS = {
    "title", "org", "year", "rows", "form", "forms", "finds", "severity", "message", "suggested", "outcome", "why",
    "unread",
}  # fmt: skip


@cache
def read_cases(path: Path) -> list[dict[str, Any]]:
    """The cases of a file, all values as text."""
    cases = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    assert isinstance(cases, list), path
    return cases


def filing_of(case: dict[str, Any]) -> Filing:
    """The filing that a case describes."""
    assert set(case) <= CASE_KEYS, f"unknown keys {set(case) - CASE_KEYS} in case {case.get('title')}"
    forms = case.get("forms") or [case.get("form") or {"rows": case["rows"]}]
    year = case.get("year")
    return Filing(
        source="case.csv",
        format="csv",
        org=case.get("org", "某县某局"),
        year=int(year) if year else None,
        forms=tuple(_form(form, n) for n, form in enumerate(forms, 1)),
        unread=tuple(
            Unread(
                text=cell["reason"],
                reason=cell["reason"],
                location=_cell(int(cell["row"]), cell["column"], "") if "row" in cell else None,
                advisory="advisory" in cell,
            )
            for cell in case.get("unread", ())
        ),
    )


def _form(data: dict[str, Any], number: int) -> Form:
    assert set(data) <= FORM_KEYS, f"unknown keys {set(data) - FORM_KEYS}"
    form_id = f"F{number}"
    rows = [_row(r, form_id, n) for n, r in enumerate(data.get("rows") or [], 1)]
    columns = data.get("columns") or {k: k for r in rows for k in ROW_KEYS if getattr(r, k, None) not in (None, "")}
    labels, header = data.get("labels") or {}, data.get("header") or {}
    fields = [
        HeaderField(key=key, label=labels.get(key, key), text=text, location=_place(text))
        for key in ("project", "org", "budget", "period")
        if (text := header.get(key, data.get(key))) is not None
    ]
    return Form(
        id=form_id,
        kind=FormKind(data.get("kind", "project")),
        title=data.get("title", ""),
        org=data.get("org", ""),
        year=int(data["year"]) if data.get("year") else None,
        project=data.get("project", ""),
        period=data.get("period"),
        budget=_amount(data, "budget"),
        basic=_amount(data, "basic"),
        projects_total=_amount(data, "projects_total"),
        fund_sources=tuple(
            FundSource(name=n, amount=parse_amount(a)) for n, a in (data.get("fund_sources") or {}).items()
        ),
        fields=tuple(fields),
        objectives=tuple(
            Objective(horizon=horizon, text=data[key], location=_place(data[key]))
            for horizon, key in (("annual", "annual_goal"), ("period", "period_goal"))
            if key in data
        ),
        indicators=tuple(r for r in rows if not r.is_blank),
        blank_rows=tuple(r for r in rows if r.is_blank),
        cost_lines=tuple(
            CostLine(
                id=f"{form_id}.C{n}",
                content=line.get("content", ""),
                detail=line.get("detail", ""),
                amount=parse_amount(line.get("amount", "")),
                calculation_basis=line.get("basis", ""),
                quantity=line.get("quantity", ""),
                unit=line.get("unit", ""),
                unit_price=line.get("unit_price", ""),
                note=line.get("note", ""),
                location=_place(f"{form_id}.C{n}"),
            )
            for n, line in enumerate(data.get("cost_lines") or [], 1)
        ),
        cost_total=_amount(data, "cost_total"),
        rows=tuple(
            SummaryRow(
                id=f"{form_id}.R{n}",
                no=str(n),
                name=row["name"],
                amount=parse_amount(row.get("amount", "")),
                period_goal=row.get("period_goal"),
                annual_goal=row.get("annual_goal"),
                location=_place(row["name"]),
            )
            for n, row in enumerate(data.get("projects") or [], 1)
        ),
        columns=columns,
        cost_columns=data.get("cost_columns") or {},
        heading_weights=tuple((h, Decimal(w)) for h, w in data.get("heading_weights") or []),
        location=_place(data.get("title") or form_id),
    )


def _place(text: str) -> Location:
    return Location(file="case.csv", text=text)


def _amount(data: dict[str, Any], key: str) -> Any:
    if data.get(key) in (None, ""):
        return None
    return parse_amount(data[key], location=_place(data[key]))


def _cell(row: int, column: str, text: str) -> Location:
    return Location(file="case.csv", row=row, column=sorted(ROW_KEYS).index(column), text=text)


def _row(data: dict[str, Any], form_id: str, number: int) -> Indicator:
    indicator_id = f"{form_id}.{number}"
    assert set(data) <= ROW_KEYS, f"unknown keys {set(data) - ROW_KEYS}"
    level2 = data.get("level2", "")
    category = category_of(data.get("level1", ""), level2)
    level1 = data.get("level1", "")
    if not level1 and category:
        level1 = "产出指标" if category == "成本指标" else level1_of(category)
    rest = {k: v for k, v in data.items() if k not in ("level1", "level2")}
    cells = {k: _cell(number, k, v) for k, v in data.items() if k != "horizon"}
    return Indicator(
        id=indicator_id,
        level1=level1,
        level2=level2,
        category=category,
        cells=cells,
        location=_place(indicator_id),
        **rest,
    )
