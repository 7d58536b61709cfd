"""Filing content → the table that a unit would hand in: rows of text with merged spans, in several layouts.

The layouts differ in how the level cells of the indicator table are written: ``merged`` downwards (Word and Excel
templates), ``repeated`` in every row (exports of budget systems), ``blank`` after the first row (copied tables), and
``points``: merged, with the points of each first level in its heading and line breaks in headings.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any

from reviewer.evals.content import FilingContent, FormContent, RowContent
from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml

LAYOUTS = ("merged", "repeated", "blank", "points")
_WIDTH = 5
# Points printed in headings under layout "points": without and with 成本 as a first level.
_POINTS = {"产出指标": 50, "效益指标": 30, "满意度指标": 10}
_POINTS_WITH_COST = {"成本指标": 20, "产出指标": 40, "效益指标": 20, "满意度指标": 10}


@cache
def templates() -> dict[str, dict[str, Any]]:
    """The templates of ``eval_sets/templates.yaml``."""
    loaded: dict[str, dict[str, Any]] = load_yaml(resource("eval_sets", "templates.yaml"))
    return loaded


@dataclass
class Span:
    """A merged cell: first row and column, last row and column, from 0."""

    row: int
    column: int
    last_row: int
    last_column: int


@dataclass
class Table:
    """One form as cells."""

    width: int
    rows: list[list[str]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def put(self, *cells: str) -> None:
        """A row; its last cell is widened to the table's edge."""
        row, last = len(self.rows), len(cells) - 1
        self.rows.append([*cells, *[""] * (self.width - len(cells))])
        if len(cells) < self.width:
            self.spans.append(Span(row, last, row, self.width - 1))


def tables(filing: FilingContent, layout: str | None = None) -> list[Table]:
    """The tables of a filing, one a form."""
    template = templates().get(filing.template) or templates()["plain"]
    return [_table(form, template, layout or filing.layout) for form in filing.forms]


def _table(form: FormContent, template: dict[str, Any], layout: str) -> Table:
    columns = [c for c in template["columns"] if c in form.columns]
    table = Table(width=max(len(columns), _WIDTH))
    table.put(form.title)
    if template["unit"]:
        table.put(template["unit"])
    if form.kind == "summary":
        _summary(table, form, template)
        return table
    _head(table, form, template["labels"])
    _indicators(table, form, columns, template["columns"], layout)
    if form.cost_lines or form.cost_total is not None:
        table.put(*template["costs"])
        for line in form.cost_lines:
            table.put(line.content, line.detail, line.amount, line.basis)
        if form.cost_total is not None:
            table.put(template["total"], "", form.cost_total, "")
    return table


def _summary(table: Table, form: FormContent, template: dict[str, Any]) -> None:
    if form.org is not None:
        table.put(template["labels"]["org"], form.org)
    table.put(*template["summary"])
    if form.budget is not None:
        table.put("", template["total"], form.budget, "", "")
    for row in form.projects:
        table.put(row.number, row.name, row.amount, row.period_goal or "", row.annual_goal or "")


def _head(table: Table, form: FormContent, labels: dict[str, str]) -> None:
    if form.kind == "department":
        if form.org is not None:
            table.put(labels["department"], form.org)
        if form.budget is not None:
            table.put(labels["department_budget"], f"资金总额：{form.budget}")
        for key in ("basic", "projects_total"):
            amount = getattr(form, key)
            if amount is not None:
                table.put("", labels[key], amount)
    else:
        for key in ("project", "org"):
            if getattr(form, key) is not None:
                table.put(labels[key], getattr(form, key))
        if form.budget is not None:
            table.put(labels["budget"], form.budget)
    for source, amount in form.fund_sources.items():
        table.put("", f"其中：{source}" if source == next(iter(form.fund_sources)) else source, amount)
    for key in ("period", "duties", "period_goal", "annual_goal"):
        if getattr(form, key) is not None:
            table.put(labels[key], getattr(form, key))


def _indicators(table: Table, form: FormContent, columns: list[str], heads: dict[str, str], layout: str) -> None:
    if not form.rows:
        return
    broken = layout == "points"
    table.put(*(heads[c].replace("指标值", "指标值\n") if broken and c == "value" else heads[c] for c in columns))
    start = len(table.rows)
    last: tuple[str, str] = ("", "")
    level1_of = _heading(form, layout)
    for number, row in enumerate(form.rows):
        cells = {c: getattr(row, c) or "" for c in columns}
        if "level1" in cells:
            cells["level1"] = level1_of(row)
        levels = (row.level1, row.level2)
        if layout == "blank" and number:
            if levels[0] == last[0]:
                cells["level1"] = ""
            if levels == last:
                cells["level2"] = ""
        last = levels
        table.put(*(cells[c] for c in columns))
    if layout in ("merged", "points"):
        for column, key in ((0, _first), (1, _both)):
            if column < len(columns) and columns[column] == ("level1", "level2")[column]:
                _merge_down(table, list(form.rows), start, column, key)


def _first(row: RowContent) -> tuple[str, ...]:
    return (row.level1,)


def _both(row: RowContent) -> tuple[str, ...]:
    return (row.level1, row.level2)


def _merge_down(
    table: Table, rows: list[RowContent], start: int, column: int, key: Callable[[RowContent], tuple[str, ...]]
) -> None:
    for _, group in groupby(rows, key=key):
        size = len(list(group))
        if size > 1:
            table.spans.append(Span(start, column, start + size - 1, column))
        start += size


def _heading(form: FormContent, layout: str) -> Callable[[RowContent], str]:
    """How a first level is printed: under layout "points" with its points and a line break."""
    if layout != "points":
        return lambda row: row.level1
    first = {row.level1 for row in form.rows}
    points = _POINTS_WITH_COST if "成本指标" in first else _POINTS
    # Only where all of them stand there: a part of the points would be a flaw of our own making.
    if not set(points) <= first or any(row.weight for row in form.rows):
        return lambda row: row.level1
    return lambda row: f"{row.level1}\n（{points[row.level1]}分）" if row.level1 in points else row.level1
