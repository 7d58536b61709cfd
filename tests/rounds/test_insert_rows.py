"""Rows inserted into a workbook: everything that tells rows goes with them, or nothing is inserted."""

import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from reviewer.cli import main
from reviewer.pipeline import review
from reviewer.readers import read
from reviewer.records import RowText
from reviewer.rounds.decisions import Decision, Decisions, beside, save_decisions
from reviewer.rounds.places import form_words
from reviewer.rounds.row_shift import Shift, cannot_follow
from tests.rounds.books import SHEET, book, protect

pytest.importorskip("PIL")

LEAFLETS = RowText(level2="数量指标", name="印发技术资料数量", value="≥800", unit="册")
COST = RowText(level2="成本指标", name="项目总成本", value="≤12", unit="万元")


def _decide(path: Path, *rows: RowText) -> None:
    form = review(path).filings[0].filing.forms[0]
    save_decisions(
        beside(path),
        Decisions(
            decisions=tuple(
                Decision(
                    verdict="edit",
                    about="suggestion",
                    codes=("CMP001",),
                    form=form_words(form),
                    proposed=row,
                    reviewer="张三",
                    date=date(2025, 3, 11),
                )
                for row in rows
            )
        ),
    )


def _sheet(path: Path) -> Worksheet:
    sheet = load_workbook(path)[SHEET]
    assert isinstance(sheet, Worksheet)
    return sheet


def _words(sheet: Worksheet, row: int) -> list[object]:
    return [sheet.cell(row, column).value for column in range(1, 8)]


def _part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read(name).decode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return book(tmp_path / "申报表 一稿.xlsx")


def test_a_row_of_a_merged_heading(path: Path) -> None:
    before = path.read_bytes()
    rows = [(i.level2, i.name, i.value) for i in read(path).forms[0].indicators]
    _decide(path, LEAFLETS)
    assert main(["apply", str(path)]) == 0
    sheet = _sheet(path)
    assert _words(sheet, 7) == [None, None, LEAFLETS.name, None, "≥800", "册", None]
    assert sheet["C7"].border.left.style == sheet["C6"].border.left.style == "thin"
    assert sheet.row_dimensions[7].height == 31.5 and sheet.row_dimensions[8].hidden
    spans = {str(span) for span in sheet.merged_cells.ranges}
    assert spans >= {"A1:G1", "A5:A9", "B5:B7", "C6:D6", "C7:D7", "C8:D8", "C11:D11", "A12:F12"}
    assert len(spans) == 14
    found = [(i.level2, i.name, i.value) for i in read(path).forms[0].indicators]
    assert found == [*rows[:2], ("数量指标", LEAFLETS.name, "≥800"), *rows[2:]]
    assert main(["apply", str(path), "--undo"]) == 0
    assert path.read_bytes() == before


def test_what_tells_rows_moves_with_them(path: Path) -> None:
    _decide(path, LEAFLETS)
    assert main(["apply", str(path)]) == 0
    sheet = _sheet(path)
    assert (sheet["G12"].value, sheet["G13"].value) == ("=SUM(G5:G11)", "=G12/100")
    assert {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation} == {
        "F5:F11": '"人,场,%,万元"',
        "G13": "G13<=$G$12",
    }
    formats = {str(f.sqref): [r.formula for r in f.rules] for f in sheet.conditional_formatting}
    assert formats == {"G5:G7": [["$G$12/2"]], "G12": [["G12<>100"]]}
    assert sheet.print_area == f"'{SHEET}'!$A$1:$G$13" and sheet.print_title_rows == "$1:$4"
    assert [stop.id for stop in sheet.row_breaks.brk] == [11] and sheet.freeze_panes == "A5"
    notes = {c.coordinate: c.comment.text for row in sheet.iter_rows() for c in row if c.comment}
    assert notes == {"B13": "请写全名", "C5": "按培训计划"}
    link = sheet["B13"].hyperlink
    assert link is not None and link.location == f"'{SHEET}'!G12"
    anchors = [a.anchor._from.row for a in (*sheet._images, *sheet._charts)]
    assert anchors == [1, 12, 14]
    assert f"'{SHEET}'!$G$5:$G$11" in _part(path, "xl/charts/chart1.xml")
    other = load_workbook(path)["汇总"]
    assert [other[f"A{n}"].value for n in (1, 2, 3)] == [f"='{SHEET}'!G12+G11", f"=SUM('{SHEET}'!G5:G7)", "=合计数"]
    assert load_workbook(path).defined_names["合计数"].attr_text == f"'{SHEET}'!$G$12"


def test_several_rows_and_a_new_heading(path: Path) -> None:
    more = LEAFLETS.model_copy(update={"name": "入户指导次数", "value": "≥40", "unit": "次"})
    _decide(path, COST, LEAFLETS, more)
    assert main(["apply", str(path)]) == 0
    sheet = _sheet(path)
    assert [sheet.cell(n, 3).value for n in (6, 7, 8, 9)] == [
        "农技推广培训场次",
        LEAFLETS.name,
        more.name,
        "培训合格率",
    ]
    assert _words(sheet, 11) == [None, "成本指标", "项目总成本", None, "≤12", "万元", None]
    assert {str(span) for span in sheet.merged_cells.ranges} >= {"A5:A11", "B5:B8", "C11:D11"}
    assert sheet["G14"].value == "=SUM(G5:G13)"
    names = [(i.level1, i.level2, i.name) for i in read(path).forms[0].indicators]
    assert ("产出指标", "成本指标", "项目总成本") in names and len(names) == 9


def test_only_parts_that_tell_rows_change(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        before = {name: package.read(name) for name in package.namelist()}
    _decide(path, LEAFLETS)
    assert main(["apply", str(path)]) == 0
    with zipfile.ZipFile(path) as package:
        after = {name: package.read(name) for name in package.namelist()}
    assert before.keys() == after.keys()
    same = {name for name in before if before[name] == after[name]}
    assert {n for n in before if re.search(r"media|styles|theme|Content_Types|rels$|sharedStrings|docProps", n)} <= same


def test_shared_formulas_part(path: Path) -> None:
    """What Excel writes for a formula that was filled down: one text for many cells."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = "xl/worksheets/sheet1.xml"
    text = parts[name].decode()
    for row in range(5, 11):
        said = f'<f t="shared" ref="H5:H10" si="0">G{row}/G$11</f>' if row == 5 else '<f t="shared" si="0"/>'
        text = re.sub(rf'(<row r="{row}".*?)(</row>)', rf'\1<c r="H{row}">{said}<v>0</v></c>\2', text, flags=re.DOTALL)
    parts[name] = text.encode()
    with zipfile.ZipFile(path, "w") as package:
        for part, content in parts.items():
            package.writestr(part, content)
    _decide(path, LEAFLETS)
    assert main(["apply", str(path)]) == 0
    sheet = _sheet(path)
    assert [sheet[f"H{n}"].value for n in range(5, 12)] == [
        "=G5/G$12", "=G6/G$12", None, "=G8/G$12", "=G9/G$12", "=G10/G$12", "=G11/G$12",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda s: s.__setitem__("H1", '=INDIRECT("G11")'), "INDIRECT"),
        (lambda s: s.__setitem__("H1", "=SUM(Sheet1:Sheet3!A1)"), "跨多张工作表"),
        (lambda s: s.add_table(Table(displayName="T", ref="I4:J10")), "表格"),
        (lambda s: setattr(s.protection, "sheet", True), "有保护"),
        (lambda s: s.merge_cells("F6:F7"), "合用"),
    ],
)
def test_where_it_cannot_be_done_nothing_is_inserted(
    spoil: object, why: str, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = load_workbook(path)
    made[SHEET]["I4"], made[SHEET]["J4"] = "甲", "乙"
    spoil(made[SHEET])  # type: ignore[operator]
    made.save(path)
    _decide(path, LEAFLETS)
    before = path.read_bytes()
    assert main(["apply", str(path)]) == 1
    told = capsys.readouterr().out
    assert "没有写入" in told and why in told and "reviewer annotate" in told
    assert path.read_bytes() == before


def test_locked_cells_are_not_written(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    protect(path, "E5")
    row = review(path).filings[0].filing.forms[0].indicators
    form = review(path).filings[0].filing.forms[0]
    from reviewer.rounds.places import text_words
    from reviewer.suggesters.base import row_text

    made = []
    for item, value in ((row[0], "≥160"), (row[1], "≥4")):
        current = row_text(form, item)
        made.append(
            Decision(
                verdict="edit", about="suggestion", codes=("QNT201",), form=form_words(form), text=text_words(current),
                current=current, proposed=current.model_copy(update={"value": value}), reviewer="张三",
                date=date(2025, 3, 11),
            )
        )  # fmt: skip
    save_decisions(beside(path), Decisions(decisions=tuple(made)))
    assert main(["apply", str(path)]) == 1
    assert "锁定" in capsys.readouterr().out
    assert (_sheet(path)["E5"].value, _sheet(path)["E6"].value) == ("≥160", "≥3")


def test_libreoffice_computes_the_same_sums(path: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    _decide(path, LEAFLETS, COST)
    assert main(["apply", str(path)]) == 0
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    with zipfile.ZipFile(path.with_suffix(".ods")) as package:
        content = package.read("content.xml").decode()
    total = re.search(r'table:formula="of:=SUM\(\[\.G5:\.G12\]\)"[^>]*office:value="([\d.]+)"', content)
    assert total is not None and float(total[1]) == 100
    assert content.count('office:value="100"') >= 1


def test_references() -> None:
    shift = Shift("表1", (8, 8, 10))
    assert [shift.reference(t) for t in ("A5:A8", "$A$9", "A$8", "5:8", "A:A", "合计数")] == [
        "A5:A10", "$A$11", "A$8", "5:10", "A:A", "合计数",
    ]  # fmt: skip
    assert shift.areas("E8 F9 G11:G12") == "E8:E10 F11 G14:G15"
    assert shift.formula("SUM(E$5:E8)", "表1", 8) == "SUM(E$5:E8)", "a running total ends at its own row"
    assert (
        shift.formula("COUNTIF(表2!A9:A20,\"A9\")+A9&'表1'!B9", "表1", 9) == "COUNTIF(表2!A9:A20,\"A9\")+A11&'表1'!B11"
    )
    assert shift.formula("A9", "表2") == "A9" and shift.formula("[1]表1!A9", "表2") == "[1]表1!A9"
    assert cannot_follow("SUM(A1:A9)") == ""
    assert "INDIRECT" in cannot_follow('SUM(INDIRECT("A"&ROW()))')
