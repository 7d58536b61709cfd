"""A form drawn as the filer knows it: the cells of its own tables, merged as printed, each with the findings on it.

A form whose tables cannot be drawn (JSON has none, a text may have lost its columns) is drawn from what was read.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reviewer.annotate.places import Places
from reviewer.readers.grid import Cell as GridCell
from reviewer.readers.grid import Grid
from reviewer.records import FilingReport, Form, Location
from reviewer.writers.sheet import Sheet, sheets
from reviewer.writers.view import FilingView
from reviewer.writers.words import shown

_LONGEST = 4000  # characters drawn of one cell
# In halves of a Chinese character: no column is narrower, and beyond these a label or words gain no more width.
_NARROWEST, _LABEL, _WIDEST = 7.0, 12, 34
_LEVELS = ("level1", "level2")
_Line = tuple[str | None, int | None, int | None, int | None]


@dataclass
class Cell:
    """One cell.

    Attributes:
        kind: ``label`` (printed by the form), ``value`` (filled in) or ``title`` (across the table).
        row_id, key: the indicator and the column that stand in it; "" for other cells.
        findings: numbers of the findings on it, as places in ``FilingReport.findings``.
    """

    text: str
    rows: int = 1
    columns: int = 1
    kind: str = "value"
    row_id: str = ""
    key: str = ""
    findings: list[int] = field(default_factory=list)


@dataclass
class Table:
    """A table: the widths of its columns in percent, and its rows; a cell stands in the row where it begins."""

    caption: str
    widths: list[float]
    rows: list[list[Cell]]


@dataclass
class Drawn:
    """A form ready to be drawn; ``general``: findings about the form as a whole, or without a cell of their own."""

    form_id: str
    tables: list[Table]
    general: list[int] = field(default_factory=list)

    @property
    def order(self) -> list[int]:
        """The findings in the order in which an eye meets them."""
        found = [*self.general]
        for table in self.tables:
            for row in table.rows:
                for cell in row:
                    found += cell.findings
        return list(dict.fromkeys(found))


@dataclass
class _Slot:
    """A cell of a grid with what stands for it in the drawing."""

    source: GridCell | None
    cell: Cell
    row: int
    column: int


def draw(view: FilingView, grids: Sequence[Grid]) -> list[Drawn]:
    """All forms of a filing as filed.

    Args:
        view: its review.
        grids: the tables of its file; none where its format has none.
    """
    parts = _parts(view.item, grids)
    drawn = []
    plain: dict[str, Sheet] = {}
    for form_id, form in view.forms.items():
        own = parts.get(form_id, [])
        if own and _holds(form, own):
            tables, general = _from_grids(view.item, form, own)
        else:
            plain = plain or {sheet.form.id: sheet for sheet in sheets(view)}
            tables, general = _from_sheet(view, plain[form_id])
        drawn.append(Drawn(form_id, tables, general))
    return drawn


def own_words(form: Form) -> Iterator[tuple[str, str, Location]]:
    """What was filled in and where: row ("" for none), column, place."""
    for entry in form.fields:
        if entry.location is not None:
            yield "", entry.key, entry.location
    for goal in form.objectives:
        if goal.location is not None:
            yield "", f"{goal.horizon}_goal", goal.location
    for row in (*form.indicators, *form.blank_rows):
        for key, place in row.cells.items():
            yield row.id, key, place
        if row.location is not None and "name" not in row.cells:
            yield row.id, "name", row.location
    for line in form.cost_lines:
        for key, at in (("detail", line.location), ("amount", line.amount.location)):
            if at is not None:
                yield line.id, key, at
    for entry_row in form.rows:
        for key, at in (("name", entry_row.location), ("amount", entry_row.amount.location)):
            if at is not None:
                yield entry_row.id, key, at
    amounts = (form.budget, form.basic, form.projects_total, form.cost_total, *(s.amount for s in form.fund_sources))
    for amount in amounts:
        if amount is not None and amount.location is not None:
            yield "", "amount", amount.location


# --- from the tables of the file -------------------------------------------------------------------------------------


@dataclass
class _Part:
    """The rows of a grid that belong to one form; ``last`` is not among them."""

    grid: Grid
    first: int
    last: int


def _parts(item: FilingReport, grids: Sequence[Grid]) -> dict[str, list[_Part]]:
    """By form, the parts of grids that it is printed in."""
    owner: dict[_Line, str] = {}
    for form in item.filing.forms:
        places = [place for _, _, place in own_words(form)]
        for place in (*places, *((form.location,) if form.location else ())):
            owner.setdefault(_line(place), form.id)
    parts: dict[str, list[_Part]] = {}
    for grid in grids:
        if grid.is_text or grid.ragged or not grid.cells:
            continue
        height = max(cell.row + cell.rows for cell in grid.cells)
        at = grid.cells[0]
        owned = [(n, owner.get(_line(grid.locate(at, n)))) for n in range(height)]
        known = [(n, form_id) for n, form_id in owned if form_id is not None]
        begin = 0
        for number, (row, form_id) in enumerate(known):
            following = known[number + 1] if number + 1 < len(known) else None
            if following is not None and following[1] == form_id:
                continue
            end = height if following is None else _border(grid, row + 1, following[0])
            parts.setdefault(form_id, []).append(_Part(grid, begin, end))
            begin = end
    return parts


def _border(grid: Grid, first: int, last: int) -> int:
    """Where the next form begins, between its first known row and the last one of the form before: at its titles."""
    rows = grid.rows()
    width = len(rows[0])
    border = last
    for number in range(last - 1, first - 1, -1):
        cells = {id(slot) for slot in rows[number] if slot is not None and slot.text.strip()}
        if len(cells) > 1 or not cells or width < 2:
            break
        border = number
    return border


def _holds(form: Form, parts: list[_Part]) -> bool:
    """Whether the tables hold the rows of the form."""
    lines = {_line(p.grid.locate(p.grid.cells[0], n)) for p in parts for n in range(p.first, p.last)}
    rows = [place for row_id, _, place in own_words(form) if row_id]
    return all(_line(place) in lines for place in rows)


def _from_grids(item: FilingReport, form: Form, parts: list[_Part]) -> tuple[list[Table], list[int]]:
    places: Places[_Slot] = Places()
    tables, slots_by_row = [], []
    for part in parts:
        rows, own = _slots(part)
        places.add(part.grid, [own.get(id(cell)) or _nowhere() for cell in part.grid.cells])
        slots_by_row.append(rows)
    _name(form, places)
    general = _mark(item, form, places)
    for part, rows in zip(parts, slots_by_row, strict=True):
        _kinds(form, part, rows)
        if rows:
            tables.append(Table("", _widths(rows), [[slot.cell for slot in row] for row in rows]))
    return tables, general


def _slots(part: _Part) -> tuple[list[list[_Slot]], dict[int, _Slot]]:
    """The rows to draw, and the slot of each cell of the grid by its identity."""
    grid_rows = part.grid.rows()[part.first : part.last]
    width = max((n + 1 for row in grid_rows for n, slot in enumerate(row) if slot is not None), default=0)
    left = min((n for row in grid_rows for n, slot in enumerate(row) if slot is not None), default=0)
    shown_rows = [n for n, row in enumerate(grid_rows) if any(slot is not None for slot in row)]
    rows, known = [], {}
    for number in shown_rows:
        row: list[_Slot] = []
        column = left
        while column < width:
            source = grid_rows[number][column]
            reach = min(source.columns, width - column) if source is not None else 1
            if source is None or id(source) not in known:
                height = 1
                if source is not None:
                    below = source.row + source.rows - part.first
                    height = sum(number <= n < below for n in shown_rows)
                text = shown(source.text, _LONGEST).strip() if source is not None else ""
                slot = _Slot(source, Cell(text, rows=height, columns=reach), number + part.first, column)
                row.append(slot)
                if source is not None:
                    known[id(source)] = slot
            column += reach
        rows.append(row)
    return rows, known


def _nowhere() -> _Slot:
    """A cell of the grid that belongs to another form."""
    return _Slot(None, Cell(""), -1, -1)


def _name(form: Form, places: Places[_Slot]) -> None:
    """Tell each cell which row and column of the filing stands in it."""
    for row_id, key, place in own_words(form):
        spot = places.find(place)
        if spot is not None and spot.cell.source is not None and not spot.cell.cell.key:
            merged = key in _LEVELS and spot.cell.cell.rows > 1
            spot.cell.cell.row_id, spot.cell.cell.key = ("" if merged else row_id), key


def _mark(item: FilingReport, form: Form, places: Places[_Slot]) -> list[int]:
    """Put each finding on its cell; those without one are returned, worst first."""
    rows = {row.id: row for row in (*form.indicators, *form.blank_rows)}
    general = []
    for number, finding in enumerate(item.findings):
        if finding.form_id != form.id:
            continue
        row = rows.get(finding.indicator_id or "")
        spot = places.find(finding.location) or places.find(row.cells.get("name") or row.location if row else None)
        if spot is None or spot.cell.source is None:
            general.append(number)
        else:
            spot.cell.cell.findings.append(number)
    return sorted(general, key=lambda n: item.findings[n].severity.rank)


def _kinds(form: Form, part: _Part, rows: list[list[_Slot]]) -> None:
    """Which cells the form prints and which were filled in."""
    data = {_line(place) for row_id, _, place in own_words(form) if row_id}
    above = True  # titles stand above what was filled in
    for row in rows:
        is_data = any(
            slot.source is not None and _line(part.grid.locate(slot.source, slot.row)) in data for slot in row
        )
        for slot in row:
            cell = slot.cell
            if len(row) == 1 and above and not cell.key:
                cell.kind = "title"
            elif len(row) == 1 and not cell.key and not is_data:
                cell.kind = "value"
            elif cell.key in _LEVELS or (cell.text and not cell.key and (not is_data or cell.rows > 1)):
                cell.kind = "label"
        above = above and len(row) == 1


def _widths(rows: list[list[_Slot]]) -> list[float]:
    left = min(slot.column for row in rows for slot in row)
    return _percent([(slot.column - left, slot.cell) for row in rows for slot in row])


# --- from what was read ----------------------------------------------------------------------------------------------


def _from_sheet(view: FilingView, sheet: Sheet) -> tuple[list[Table], list[int]]:
    numbers = {id(finding): n for n, finding in enumerate(view.item.findings)}
    tables = []
    for block in sheet.blocks:
        rows = []
        if block.headings:
            rows.append([Cell(heading, kind="label") for heading in block.headings])
        for row in block.rows:
            rows.append(
                [
                    Cell(
                        cell.text,
                        cell.rowspan,
                        cell.colspan,
                        "label" if cell.heading else "value",
                        "" if cell.heading and cell.rowspan > 1 else row.indicator_id or "",
                        cell.kind,
                        [numbers[id(note.finding)] for note in cell.notes],
                    )
                    for cell in row.cells
                ]
            )
        tables.append(Table(block.caption, _spread(rows), rows))
    return tables, [numbers[id(note.finding)] for note in sheet.general]


def _spread(rows: list[list[Cell]]) -> list[float]:
    """Widths of the columns of rows in which merged cells stand only where they begin."""
    placed: list[tuple[int, Cell]] = []
    open_until: dict[int, int] = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while open_until.get(column, 0) > number:
                column += 1
            placed.append((column, cell))
            for place in range(column, column + cell.columns):
                open_until[place] = number + cell.rows
            column += cell.columns
    return _percent(placed)


# --- measures -------------------------------------------------------------------------------------------------------


def _line(place: Location) -> _Line:
    return place.sheet, place.table, place.page, place.row


def _display(text: str) -> int:
    """The longest line in halves of a Chinese character."""
    return max(
        (sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in t) for t in text.split("\n")), default=0
    )


def _percent(cells: list[tuple[int, Cell]]) -> list[float]:
    """Widths by what stands in the columns: enough for labels, most for words; cells over several columns share."""
    widths = [_NARROWEST] * max(column + cell.columns for column, cell in cells)
    for column, cell in sorted(cells, key=lambda placed: placed[1].columns):
        if cell.kind == "title" or cell.columns > len(widths) // 2 + 1:
            continue
        most = _LABEL if cell.kind == "label" else _WIDEST
        wanted = min(_display(cell.text), _LABEL if cell.rows > 2 else most) + 4
        span = range(column, column + cell.columns)
        lacking = wanted - sum(widths[n] for n in span)
        if lacking > 0:
            for n in span:
                widths[n] += lacking / cell.columns
    total = sum(widths)
    return [round(100 * width / total, 2) for width in widths]
