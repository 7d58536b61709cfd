"""What a learner sees: a small filing as data, its cells by path, and the same filing as the engine reads it.

A cell is named by its JSON Pointer into the content (``/forms/0/rows/3/value``), the form as a whole by ``/forms/0``.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from reviewer.evals.content import Edit, FilingContent, FormContent, RowContent, apply_edits, content_of, plain
from reviewer.evals.render import Table, tables, templates
from reviewer.readers.grid import Cell, Grid
from reviewer.readers.layout import build_filing
from reviewer.records import Filing
from reviewer.records.base import Record

_SOURCE = "练习"
ROW_COLUMNS = ("level2", "name", "nature", "value", "unit", "standard", "weight")


class CellView(Record):
    """One cell: its path, its label (heading or the label beside it) and its words."""

    path: str
    label: str
    text: str


class FormView(Record):
    """A form as it is drawn.

    Attributes:
        path: names the form as a whole: "something is missing here".
        head: labelled fields above the indicators, goals included.
        columns: headings of the indicator table; ``rows`` the cells under them.
        cost_columns, costs: the same of the cost table; its last line may be the total.
        project_columns, projects: the same of a summary.
    """

    path: str
    title: CellView
    head: tuple[CellView, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[CellView, ...], ...] = ()
    cost_columns: tuple[str, ...] = ()
    costs: tuple[tuple[CellView, ...], ...] = ()
    project_columns: tuple[str, ...] = ()
    projects: tuple[tuple[CellView, ...], ...] = ()

    @property
    def cells(self) -> Iterator[CellView]:
        """All cells in the order in which they are read."""
        yield self.title
        yield from self.head
        for table in (self.rows, self.costs, self.projects):
            for row in table:
                yield from row


def read_scene(content: FilingContent) -> Filing:
    """The filing as the readers' own layout makes it of the rendered tables, without a file."""
    grids = [_grid(table, number) for number, table in enumerate(tables(content, "repeated"), 1)]
    return build_filing(_SOURCE, "csv", grids, [])


def reads_as(content: FilingContent, filing: Filing) -> bool:
    """Whether every row was read where it stands: words typed into a cell (三级指标) may make it a heading."""
    return len(filing.forms) == len(content.forms) and all(
        len(read.indicators) + len(read.blank_rows) == len(form.rows) and len(read.cost_lines) == len(form.cost_lines)
        for form, read in zip(content.forms, filing.forms, strict=True)
    )


def _grid(table: Table, number: int) -> Grid:
    covered = {(s.row, column) for s in table.spans for column in range(s.column + 1, s.last_column + 1)}
    cells = [
        Cell(text, row, column)
        for row, line in enumerate(table.rows)
        for column, text in enumerate(line)
        if (row, column) not in covered
    ]
    return Grid(file=_SOURCE, cells=cells, table=number)


def changed(content: FilingContent, edits: Iterable[Edit]) -> FilingContent:
    """The content with edits made.

    Raises:
        DataError: an edit leads nowhere, or what it makes is no filing.
    """
    return content_of(apply_edits(plain(content), list(edits)), _SOURCE)


def row_path(form: int, row: int, column: str = "") -> str:
    """The path of a row (both counted from 0) or of one of its cells."""
    return f"/forms/{form}/rows/{row}" + (f"/{column}" if column else "")


def view(content: FilingContent) -> tuple[FormView, ...]:
    """The forms of the content as they are drawn."""
    template = templates().get(content.template) or templates()["plain"]
    return tuple(_view(form, number, template) for number, form in enumerate(content.forms))


def _view(form: FormContent, number: int, template: dict[str, Any]) -> FormView:
    path = f"/forms/{number}"
    title = CellView(path=f"{path}/title", label="表名", text=form.title)
    labels = template["labels"]
    if form.kind == "summary":
        total = () if form.budget is None else (CellView(path=f"{path}/budget", label="合计金额", text=form.budget),)
        keys = ("number", "name", "amount", "period_goal", "annual_goal")
        projects = tuple(
            tuple(
                CellView(path=f"{path}/projects/{n}/{key}", label=heading, text=getattr(project, key) or "")
                for key, heading in zip(keys, template["summary"], strict=True)
                if key != "period_goal" or any(p.period_goal for p in form.projects)
            )
            for n, project in enumerate(form.projects)
        )
        columns = tuple(cell.label for cell in projects[0]) if projects else ()
        return FormView(path=path, title=title, head=total, project_columns=columns, projects=projects)
    columns = tuple(c for c in template["columns"] if c in form.columns and c != "level1")
    rows = tuple(
        tuple(
            CellView(path=row_path(number, n, key), label=template["columns"][key], text=_cell(row, key))
            for key in columns
        )
        for n, row in enumerate(form.rows)
    )
    costs = tuple(
        tuple(
            CellView(path=f"{path}/cost_lines/{n}/{key}", label=heading, text=getattr(line, key))
            for key, heading in zip(("content", "detail", "amount", "basis"), template["costs"], strict=True)
        )
        for n, line in enumerate(form.cost_lines)
    )
    if form.cost_total is not None:
        costs += ((CellView(path=f"{path}/cost_total", label=template["total"], text=form.cost_total),),)
    return FormView(
        path=path,
        title=title,
        head=tuple(_head(form, path, labels)),
        columns=tuple(template["columns"][key] for key in columns) if rows else (),
        rows=rows,
        cost_columns=tuple(template["costs"]) if costs else (),
        costs=costs,
    )


def _cell(row: RowContent, key: str) -> str:
    """The words of a cell; a first-level heading that has no second one stands for both."""
    text: str = getattr(row, key) or ""
    return text or (row.level1 if key == "level2" else "")


def _head(form: FormContent, path: str, labels: dict[str, str]) -> Iterator[CellView]:
    department = form.kind == "department"
    for key in ("project", "org", "budget", "basic", "projects_total"):
        text = getattr(form, key)
        if text is not None:
            label = labels.get(
                {"org": "department", "budget": "department_budget"}.get(key, key) if department else key
            )
            yield CellView(path=f"{path}/{key}", label=label or key, text=text)
    for source, amount in form.fund_sources.items():
        yield CellView(path=f"{path}/fund_sources/{source}", label=f"其中：{source}", text=amount)
    for key in ("period", "duties", "period_goal", "annual_goal"):
        text = getattr(form, key)
        if text is not None:
            yield CellView(path=f"{path}/{key}", label=labels[key], text=text)
