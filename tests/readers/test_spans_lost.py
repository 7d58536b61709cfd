"""The same form reads alike where a format keeps merged spans and where it loses them."""

import re
from pathlib import Path

import pytest

from reviewer.readers.base import READERS
from reviewer.readers.grid import Cell, Grid
from reviewer.readers.layout import build_filing
from reviewer.records import Filing

HERE = Path(__file__).parent / "layouts"
FILES = sorted(HERE.glob("*.html"))


def _unspan(grid: Grid, how: str) -> Grid:
    """A grid whose merged cells became single ones.

    blank: text in the first slot only (CSV from a spreadsheet). repeated: in every row (unmerged and filled down).
    dump: sideways spans closed up, lower parts empty (text dump of a Word table).
    """
    cells: list[Cell] = []
    for r, row in enumerate(grid.rows()):
        column = 0
        for c, cell in enumerate(row):
            first = cell is not None and (cell.row, cell.column) == (r, c)
            down = how == "repeated" and cell is not None and cell.column == c
            text = cell.text if cell is not None and (first or down) else ""
            if how != "dump":
                cells.append(Cell(text, r, c))
            elif cell is None or cell.column == c:
                cells.append(Cell(text, r, column))
                column += 1
    return Grid(file=grid.file, cells=cells, table=grid.table, is_text=grid.is_text, ragged=how == "dump")


def _content(filing: Filing) -> list[object]:
    def squash(text: str | None) -> str:
        return re.sub(r"\s+", "", text or "")

    result: list[object] = []
    for form in filing.forms:
        result.append((form.title, form.kind, form.project, form.org, form.period, form.budget and form.budget.wan))
        result.append([(o.horizon, squash(o.text)) for o in form.objectives])
        result.extend(
            (r.level2, r.category, r.name, r.value, r.nature, r.unit, r.weight, r.note, r.actual, r.horizon)
            for r in form.indicators
        )
        result.extend((c.content, c.detail, c.amount.wan, squash(c.calculation_basis)) for c in form.cost_lines)
    return result


@pytest.mark.parametrize("how", ["blank", "repeated", "dump"])
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_spans_lost(path: Path, how: str) -> None:
    grids, _ = READERS["html"].grids(path)
    whole = build_filing(path.name, "html", grids, [])
    lost = build_filing(path.name, "csv", [_unspan(g, how) for g in grids], [])
    assert _content(lost) == _content(whole)
