"""A form laid out for drawing: blocks of rows with merged cells, each row with the findings that belong to it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from reviewer.records import Amount, Finding, Form, Indicator, Location
from reviewer.writers.view import FilingView
from reviewer.writers.words import shown

# Columns of the indicator table in the order in which forms print them, with the heading used when none was read.
_COLUMNS = {
    "level1": "一级指标",
    "level2": "二级指标",
    "name": "三级指标",
    "nature": "指标性质",
    "value": "指标值",
    "unit": "计量单位",
    "standard": "绩效标准",
    "weight": "权重",
    "note": "备注",
    "actual": "实际完成值",
}
_ALWAYS = ("level1", "level2", "name", "value")
_HORIZONS = {"period": "实施期绩效目标", "annual": "年度绩效目标"}
_CELL_LIMIT = 1500


@dataclass
class Note:
    """A finding as it stands beside its row.

    Attributes:
        number: running number in the filing; the mark in the cell carries it too.
        place: the place in words; the line alone where the row stands beside it.
        siblings: numbers of the findings with the same cause.
    """

    finding: Finding
    place: str
    cites: tuple[str, ...]
    number: int = 0
    siblings: tuple[int, ...] = ()


@dataclass
class Cell:
    """One cell; ``places`` are the locations in the file whose findings it carries."""

    text: str
    heading: bool = False
    rowspan: int = 1
    colspan: int = 1
    kind: str = ""
    places: tuple[Location, ...] = ()
    notes: list[Note] = field(default_factory=list)


@dataclass
class Row:
    """One row and the findings beside it."""

    cells: list[Cell]
    indicator_id: str | None = None
    blank: bool = False
    notes: list[Note] = field(default_factory=list)


@dataclass
class Block:
    """A part of the form; ``groups`` are runs of rows that merged cells bind together."""

    caption: str
    headings: list[str]
    groups: list[list[Row]]
    kind: str

    @property
    def rows(self) -> Iterator[Row]:
        """All rows in order."""
        return (row for group in self.groups for row in group)


@dataclass
class Sheet:
    """A form ready to be drawn; ``general`` are the findings about the form as a whole."""

    form: Form
    blocks: list[Block]
    general: list[Note]

    @property
    def notes(self) -> Iterator[Note]:
        """All findings in the order of drawing."""
        yield from self.general
        for block in self.blocks:
            for row in block.rows:
                yield from row.notes


def sheets(view: FilingView) -> list[Sheet]:
    """All forms of a filing, findings placed and numbered through."""
    by_form: dict[str, list[Note]] = {form_id: [] for form_id in view.forms}
    for finding in view.item.findings:
        place = view.line_place(finding) or view.place(finding)
        by_form[finding.form_id].append(Note(finding, place, view.cites(finding)))
    drawn = [_sheet(form, by_form[form_id]) for form_id, form in view.forms.items()]
    notes = [note for sheet in drawn for note in sheet.notes]
    for number, note in enumerate(notes, 1):
        note.number = number
    causes: dict[tuple[str, str], list[Note]] = {}
    for note in notes:
        if note.finding.group:
            causes.setdefault((note.finding.code, note.finding.group), []).append(note)
    for members in causes.values():
        for note in members:
            note.siblings = tuple(other.number for other in members if other is not note)
    return drawn


def _sheet(form: Form, notes: list[Note]) -> Sheet:
    blocks = [
        block
        for block in (_head(form), _goals(form), *_indicators(form), _costs(form), _projects(form))
        if block is not None
    ]
    sheet = Sheet(form, blocks, [])
    by_indicator = {row.indicator_id: row for block in blocks for row in block.rows if row.indicator_id}
    for note in notes:
        row = by_indicator.get(note.finding.indicator_id or "")
        if row is None:
            row = _row_at(note.finding.location, blocks)
        if row is None:
            sheet.general.append(note)
            continue
        row.notes.append(note)
        _cell_for(note.finding, row).notes.append(note)
    for block in blocks:
        for drawn in block.rows:
            drawn.notes.sort(key=lambda n: n.finding.severity.rank)
    sheet.general.sort(key=lambda n: n.finding.severity.rank)
    return sheet


_GOALS = ("annual_goal", "period_goal")
_NOT_IN_HEAD = ("money_unit", "phone")


def _head(form: Form) -> Block | None:
    # The goals have a block of their own; who signs and how to reach them is not reviewed.
    drawn = [f for f in form.fields if f.key not in _NOT_IN_HEAD and not (f.key in _GOALS and form.objectives)]
    pairs: list[tuple[str, str, tuple[Location | None, ...]]] = [(f.label, f.text, (f.location,)) for f in drawn]
    if not pairs:
        known = (("填报单位", form.org), ("项目名称", form.project), ("期限", form.period or ""))
        pairs = [(label, text, ()) for label, text in known if text]
    labels = {re.sub(r"\s", "", label) for label, _, _ in pairs}
    amounts: list[tuple[str, Amount | None]] = [("资金总额", form.budget)] if not form.fields else []
    amounts += [("基本支出", form.basic), ("项目支出", form.projects_total)]
    amounts += [(source.name, source.amount) for source in form.fund_sources]
    for label, amount in amounts:
        # A field printed as “其中：基本支出” is the amount itself.
        if amount is not None and not any(label in known for known in labels):
            pairs.append((label, amount.printed, (amount.location,)))
            labels.add(label)
    if not pairs:
        return None
    rows = []
    for n in range(0, len(pairs), 2):
        cells = []
        for label, text, places in pairs[n : n + 2]:
            cells.append(Cell(shown(label, 200), heading=True, kind="label"))
            cells.append(_cell(text, places))
        if len(pairs[n : n + 2]) == 1:
            cells[-1].colspan = 3
        rows.append([Row(cells)])
    return Block("", [], rows, "head")


def _goals(form: Form) -> Block | None:
    if not form.objectives:
        return None
    rows = [
        [Row([Cell(_HORIZONS[o.horizon], heading=True, kind="label"), _cell(o.text, (o.location,), kind="goal")])]
        for o in form.objectives
    ]
    return Block("", [], rows, "goals")


def _indicators(form: Form) -> Iterator[Block]:
    rows = sorted((*form.indicators, *form.blank_rows), key=lambda row: running_number(row.id))
    horizons = list(dict.fromkeys(row.horizon for row in rows))
    for horizon in horizons:
        mine = [row for row in rows if row.horizon == horizon]
        caption = "绩效指标" if len(horizons) == 1 else _HORIZONS[horizon].replace("目标", "指标")
        keys = [k for k in _COLUMNS if k in _ALWAYS or any(getattr(row, k) not in (None, "") for row in mine)]
        headings = [shown(form.columns.get(k, "")).strip() or _COLUMNS[k] for k in keys]
        groups = [_merged(list(same), keys) for _, same in groupby(mine, key=lambda row: re.sub(r"\s", "", row.level1))]
        yield Block(caption, headings, groups, "indicators")


def _merged(rows: list[Indicator], keys: list[str]) -> list[Row]:
    """The rows of one first-level heading, level cells merged as the filer sees them."""
    drawn: list[Row] = []
    second: Cell | None = None
    for number, row in enumerate(rows):
        cells = []
        if number == 0:
            cells.append(_level(row, "level1", len(rows)))
        if second is not None and second.text == shown(row.level2, _CELL_LIMIT):
            second.rowspan += 1
        else:
            second = _level(row, "level2", 1)
            cells.append(second)
        for key in keys:
            if key not in ("level1", "level2"):
                place = row.cells.get(key) or (row.location if key == "name" else None)
                cells.append(_cell(getattr(row, key) or "", (place,), kind=key))
        drawn.append(Row(cells, indicator_id=row.id, blank=row.is_blank))
    return drawn


def _level(row: Indicator, key: str, rowspan: int) -> Cell:
    cell = _cell(getattr(row, key), (row.cells.get(key),), kind=key)
    cell.heading, cell.rowspan = True, rowspan
    return cell


def _costs(form: Form) -> Block | None:
    if not form.cost_lines and form.cost_total is None:
        return None
    rows = [
        Row(
            [
                _cell(line.content, (line.location,)),
                _cell(line.detail, ()),
                _cell(line.amount.printed, (line.amount.location,), kind="money"),
                _cell(line.calculation_basis, ()),
            ]
        )
        for line in form.cost_lines
    ]
    if form.cost_total is not None:
        total = _cell(form.cost_total.printed, (form.cost_total.location,), kind="money")
        rows.append(Row([Cell("合计", heading=True, colspan=2), total, Cell("")]))
    return Block("支出明细及测算", ["支出内容", "支出明细", "金额", "测算依据"], [[row] for row in rows], "costs")


def _projects(form: Form) -> Block | None:
    if not form.rows:
        return None
    rows = [
        [
            Row(
                [
                    _cell(row.no, (), kind="no"),
                    _cell(row.name, (row.location,)),
                    _cell(row.amount.printed, (row.amount.location,), kind="money"),
                    _cell(row.period_goal or "", ()),
                    _cell(row.annual_goal or "", ()),
                ]
            )
        ]
        for row in form.rows
    ]
    return Block("项目", ["序号", "名称", "金额", "实施期绩效目标", "年度绩效目标"], rows, "projects")


def _cell(text: str, places: Iterable[Location | None], kind: str = "") -> Cell:
    return Cell(shown(text, _CELL_LIMIT).strip(), kind=kind, places=tuple(p for p in places if p is not None))


def _row_at(place: Location | None, blocks: list[Block]) -> Row | None:
    """The row that holds ``place``: the very cell, else the same line of the same table."""
    if place is None:
        return None
    rows = [row for block in blocks for row in block.rows]
    for row in rows:
        if any(_same_cell(place, own) for cell in row.cells for own in cell.places):
            return row
    for row in rows:
        if any(_same_line(place, own) for cell in row.cells for own in cell.places):
            return row
    return None


def _cell_for(finding: Finding, row: Row) -> Cell:
    place = finding.location
    for cell in row.cells:
        if place is not None and any(_same_cell(place, own) for own in cell.places):
            return cell
    text = shown(place.text, _CELL_LIMIT).strip() if place is not None else ""
    plain = [cell for cell in row.cells if not cell.heading]
    same = [cell for cell in plain if text and cell.text == text]
    named = [cell for cell in plain if cell.kind == "name"]
    return (same or named or plain or row.cells)[0]


def _same_cell(one: Location, other: Location) -> bool:
    if one.row is None or one.column is None:
        return bool(one.text.strip()) and one == other
    return _same_line(one, other) and one.column == other.column


def _same_line(one: Location, other: Location) -> bool:
    key = (one.sheet, one.table, one.page, one.row)
    return one.row is not None and key == (other.sheet, other.table, other.page, other.row)


def running_number(row_id: str) -> int:
    """The number at the end of a row's id, which stands for its place among the rows; 0 where there is none."""
    tail = row_id.rpartition(".")[2][:9]
    return int(tail) if tail.isdecimal() else 0
