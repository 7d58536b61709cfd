"""Forms drawn from their own tables: whole, without holes, with each finding on its cell."""

from pathlib import Path

import pytest

from reviewer.pipeline import build_report, review_filing
from reviewer.readers import read
from reviewer.readers.base import read_grids
from reviewer.readers.grid import Cell as GridCell
from reviewer.readers.grid import Grid
from reviewer.web.workbench.drawing import Drawn, Table, _Part, _slots, _widths, draw
from reviewer.web.workbench.model import model
from reviewer.writers.view import FilingView

ROOT = Path(__file__).parents[2]
SEED = ROOT / "examples" / "shifeng-2023.docx"
_LAYOUTS = sorted((ROOT / "tests" / "readers" / "layouts").glob("*.html"))
_FILES = [*_LAYOUTS, *(ROOT / "examples" / f"shifeng-2023.{suffix}" for suffix in ("docx", "xlsx", "txt"))]
# Small tables by hand.
_SMALL = """一级指标,二级指标,三级指标,指标值
产出指标,数量指标,培训人数,150人
产出指标,质量指标,培训质量,稳步提升
"""


def viewed(file: Path) -> tuple[FilingView, list[Grid]]:
    """A review of a file, and its tables."""
    report = build_report([review_filing(read(file))])
    return FilingView(report.filings[0], report), read_grids(file)[1]


def _cells(form: Drawn) -> dict[tuple[str, str], str]:
    return {(c.row_id, c.key): c.text for t in form.tables for row in t.rows for c in row if c.row_id}


def _filled(table: Table) -> list[list[int]]:
    """How often each place of a table is covered."""
    covered = [[0] * len(table.widths) for _ in table.rows]
    for number, row in enumerate(table.rows):
        column = 0
        for cell in row:
            while covered[number][column]:
                column += 1
            for r in range(number, number + cell.rows):
                for c in range(column, column + cell.columns):
                    covered[r][c] += 1
            column += cell.columns
    return covered


@pytest.mark.parametrize("file", _FILES, ids=lambda path: path.name)
def test_every_table_is_whole_and_every_finding_is_drawn_once(file: Path) -> None:
    view, grids = viewed(file)
    drawn = draw(view, grids)
    assert [form.form_id for form in drawn] == list(view.forms)
    order = [number for form in drawn for number in form.order]
    assert sorted(order) == list(range(len(view.item.findings)))
    for form in drawn:
        for table in form.tables:
            assert {times for row in _filled(table) for times in row} == {1}
            assert sum(table.widths) == pytest.approx(100, abs=0.5)


def test_the_seed_as_the_filer_knows_it() -> None:
    view, grids = viewed(SEED)
    form = draw(view, grids)[3]
    (table,) = form.tables
    assert [cell.kind for cell in table.rows[0]] == ["title"]
    assert [cell.text for cell in table.rows[9]][:3] == ["产出指标", "数量指标", "残疾人居家托养等项目服务"]
    goal = table.rows[8][0]
    assert (goal.text, goal.rows, goal.kind) == ("年度绩效指标", 8, "label")
    cells = _cells(form)
    for row in view.forms["F4"].indicators:
        assert cells[row.id, "name"] == row.name.strip()
        assert cells[row.id, "value"] == row.value.strip()
    for cell in (cell for cells in table.rows for cell in cells):
        for number in cell.findings:
            finding = view.item.findings[number]
            assert finding.location is not None
            assert cell.text == finding.location.text.strip()


def test_the_same_filing_looks_alike_in_word_and_excel() -> None:
    word, excel = (draw(*viewed(SEED.with_suffix(s))) for s in (".docx", ".xlsx"))
    for one, other in zip(word, excel, strict=True):
        assert _cells(one) == _cells(other)


def test_without_tables_it_is_drawn_from_what_was_read() -> None:
    view, _ = viewed(SEED)
    drawn = draw(view, [])
    assert sorted(n for form in drawn for n in form.order) == list(range(len(view.item.findings)))
    cells = _cells(drawn[3])
    assert all(cells[row.id, "value"] == row.value for row in view.forms["F4"].indicators)
    assert all(times == 1 for form in drawn for t in form.tables for row in _filled(t) for times in row)


def test_a_table_with_two_forms_is_parted_at_the_second_title(tmp_path: Path) -> None:
    file = tmp_path / "两张.csv"
    head = "绩效目标表（{0}）,,,\n项目名称,{0}项目,项目金额,10万元\n"
    file.write_text(head.format("甲") + _SMALL + head.format("乙") + _SMALL, "utf-8")
    view, grids = viewed(file)
    assert len(view.forms) == 2
    first, second = draw(view, grids)
    told = ["".join(c.text for t in form.tables for row in t.rows for c in row) for form in (first, second)]
    assert "甲项目" in told[0]
    assert "乙项目" not in told[0]
    assert told[1].startswith("绩效目标表（乙）")


def test_a_finding_that_has_no_cell_stands_with_the_form(tmp_path: Path) -> None:
    file = tmp_path / "小表.csv"
    file.write_text(_SMALL, "utf-8")
    view, grids = viewed(file)
    nowhere = {"location": None, "indicator_id": None}
    item = view.item.model_copy(update={"findings": tuple(f.model_copy(update=nowhere) for f in view.item.findings)})
    (form,) = draw(FilingView(item, view.report), grids)
    assert sorted(form.general) == list(range(len(item.findings)))
    ranks = [item.findings[n].severity.rank for n in form.general]
    assert ranks == sorted(ranks), "the worst first"


def test_hidden_marks_do_not_reach_the_page(tmp_path: Path) -> None:
    file = tmp_path / "标记.csv"
    file.write_text(_SMALL.replace("培训人数", "培训\u202e人数\u200b"), "utf-8")
    view, grids = viewed(file)
    (form,) = draw(view, grids)
    assert _cells(form)["F1.1", "name"] == "培训人数"


def test_the_model_is_in_the_order_of_the_eye() -> None:
    view, grids = viewed(SEED)
    told = model(view, grids)
    assert [item["n"] for item in told["items"]] == list(range(1, len(view.item.findings) + 1))
    marks = [n for f in told["forms"] for n in f["general"]]
    for form in told["forms"]:
        own = [*form["general"]]
        for table in form["tables"]:
            own += [n for row in table["rows"] for cell in row for n in cell.get("f", [])]
        assert own == sorted(own), "numbers rise from cell to cell"
        assert all(told["items"][n]["form"] == form["id"] for n in own)
        marks += own
    assert set(marks) == set(range(len(told["items"])))
    for item in told["items"]:
        finding = view.item.findings[int(item["target"].removeprefix("意见")) - 1]
        assert (finding.code, finding.form_id) == (item["code"], item["form"])
        assert item["why"]
        assert item["cites"]


def test_widths_leave_room_for_words() -> None:
    cells = [GridCell(text, 0, n) for n, text in enumerate(("序号", "名称", "说明"))]
    cells += [GridCell(text, 1, n) for n, text in enumerate(("1", "办公用房维修改造", "说明" * 40))]
    grid = Grid("a.csv", cells)
    number, name, words = _widths(_slots(_Part(grid, 0, 2))[0])
    assert number < name < words


def test_each_missing_category_has_its_own_suggestion() -> None:
    report = build_report(
        [review_filing(read(ROOT / "tests/readers/layouts/cost_tables.html"), engines=("rules", "bank"))]
    )
    told = model(FilingView(report.filings[0], report), [])
    missing = [item for item in told["items"] if item["code"] == "CMP001" and item["form"] == "F1"]
    assert len(missing) >= 3
    for item in missing:
        for name in item["suggestions"]:
            (row,) = told["suggestions"][name]["rows"]
            assert row["level2"].removesuffix("指标") in item["why"]
    named = [name for item in missing for name in item["suggestions"]]
    assert named
    assert len(named) == len(set(named))
