"""A filing in few words, for expected outputs that a person can check line by line."""

from typing import Any

from reviewer.records import Amount, CostLine, Filing, Form, Indicator

_COLUMNS = ("name", "value", "nature", "unit", "standard", "weight", "note", "actual")


def compact(filing: Filing) -> dict[str, Any]:
    """The content of a filing without places; empty parts are left out."""
    forms = [_form(f) for f in filing.forms]
    unread = [f"{u.text}（{u.reason}）" for u in filing.unread]
    return {"org": filing.org, "year": filing.year, "forms": forms, **({"unread": unread} if unread else {})}


def _amount(amount: Amount | None) -> str | None:
    """``120.5 万元``: the amount in 万元 and the unit it was printed in, with ? where the unit is assumed."""
    if amount is None:
        return None
    value = "-" if amount.wan is None else format(amount.wan.normalize(), "f")
    return f"{value}（按{amount.unit}{'' if amount.unit_printed else '？'}）"


def _row(row: Indicator) -> str:
    parts = [row.id.split(".")[1], row.level1, row.level2, row.category or "—"]
    cells = [f"{k}={v}" for k in _COLUMNS if (v := getattr(row, k)) not in (None, "")]
    return " | ".join([*parts, *cells, *(["period"] if row.horizon == "period" else [])])


def _cost(line: CostLine) -> str:
    more = [f"{k}={v}" for k in ("quantity", "unit", "unit_price", "note") if (v := getattr(line, k))]
    return " | ".join([line.content, line.detail, _amount(line.amount) or "", line.calculation_basis, *more])


def _form(form: Form) -> dict[str, Any]:
    content = {
        "title": form.title,
        "kind": form.kind.value,
        "project": form.project,
        "org": form.org,
        "year": form.year,
        "period": form.period,
        "budget": _amount(form.budget),
        "basic": _amount(form.basic),
        "projects_total": _amount(form.projects_total),
        "fund_sources": {s.name: _amount(s.amount) for s in form.fund_sources},
        "fields": [f"{f.key}: {f.label} = {f.text}" for f in form.fields],
        "objectives": {o.horizon: o.text for o in form.objectives},
        "columns": form.columns,
        "heading_weights": {h: str(w) for h, w in form.heading_weights},
        "indicators": [_row(r) for r in form.indicators],
        "blank_rows": [_row(r) for r in form.blank_rows],
        "cost_lines": [_cost(c) for c in form.cost_lines],
        "cost_total": _amount(form.cost_total),
        "rows": [f"{r.no} | {r.name} | {_amount(r.amount)} | {r.period_goal} | {r.annual_goal}" for r in form.rows],
    }
    return {key: value for key, value in content.items() if value not in (None, "", {}, [])}
