"""Workbooks: printed numbers, merged ranges, formulas, hidden parts; .xlsx and .xls alike."""

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reviewer.errors import UnreadableFileError
from reviewer.readers import xlsx
from reviewer.readers.grid import Grid
from reviewer.readers.xls import xls_grids
from reviewer.readers.xlsx import xlsx_grids

Fill = Callable[[Worksheet], None]


def workbook(path: Path, fill: Fill) -> Path:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "申报表"
    fill(sheet)
    book.save(path)
    return path


def edited(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The package with one part changed."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def texts(grid: Grid) -> list[list[str | None]]:
    return [[c.text if c else None for c in row] for row in grid.rows()]


def put(sheet: Worksheet, place: str, value: Any, pattern: str = "General") -> None:
    sheet[place] = value
    sheet[place].number_format = pattern


def test_xlsx_prints_numbers_as_the_form_shows_them(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        put(sheet, "A1", 0.95, "0%")
        put(sheet, "B1", 388.88)
        put(sheet, "C1", datetime(2023, 12, 1), 'yyyy"年"m"月"')
        put(sheet, "A2", 150, '0"人"')
        put(sheet, "B2", 314.21000000000004, "0.00")
        put(sheet, "C2", True)

    (grid,), unread = xlsx_grids(workbook(tmp_path / "a.xlsx", fill))
    assert texts(grid) == [["95%", "388.88", "2023年12月"], ["150人", "314.21", "TRUE"]]
    assert not unread


def test_xlsx_date_formats_kept_by_number_only(tmp_path: Path) -> None:
    """Chinese Excel stores 2023年12月 as format 57, without saying what 57 is."""

    def fill(sheet: Worksheet) -> None:
        put(sheet, "A1", 45261, "0.00")

    path = workbook(tmp_path / "a.xlsx", fill)
    with zipfile.ZipFile(path) as package:
        assert b'numFmtId="2"' in package.read("xl/styles.xml")
    edited(path, "xl/styles.xml", lambda data: data.replace(b'numFmtId="2"', b'numFmtId="57"'))
    (grid,), _ = xlsx_grids(path)
    assert texts(grid) == [["2023年12月"]]


def test_xlsx_merged_ranges_and_locations(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["B2"], sheet["B3"], sheet["C3"], sheet["C4"] = "标题", "产出指标", "数量", "质量"
        sheet.merge_cells("B2:D2")
        sheet.merge_cells("B3:B4")

    (grid,), _ = xlsx_grids(workbook(tmp_path / "a.xlsx", fill))
    assert texts(grid)[1:] == [
        ["", "标题", "标题", "标题"],
        ["", "产出指标", "数量", ""],
        ["", "产出指标", "质量", ""],
    ]
    cell = next(c for c in grid.cells if c.text == "质量")
    assert grid.locate(cell).describe() == "工作表“申报表” 第4行第3列"


def test_xlsx_merge_over_whole_columns_is_cut_to_the_content(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"], sheet["A2"], sheet["B2"] = "标题", "名称", "值"
        sheet.merge_cells("A1:B1")

    path = workbook(tmp_path / "a.xlsx", fill)
    edited(path, "xl/worksheets/sheet1.xml", lambda data: data.replace(b"A1:B1", b"A1:XFD1"))
    (grid,), _ = xlsx_grids(path)
    assert texts(grid) == [["标题", "标题"], ["名称", "值"]]


def test_xlsx_formulas_give_their_stored_result_or_are_unread(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"], sheet["B1"], sheet["C1"], sheet["D1"] = "合计", "=20+3.42", "=1+1", "=A9"

    path = workbook(tmp_path / "a.xlsx", fill)
    edited(
        path,
        "xl/worksheets/sheet1.xml",
        lambda data: (
            data.replace(b"<f>20+3.42</f><v />", b"<f>20+3.42</f><v>23.42</v>")
            .replace(b"<f>20+3.42</f><v></v>", b"<f>20+3.42</f><v>23.42</v>")
            .replace(b'<c r="D1">', b'<c r="D1" t="str">')
        ),
    )
    (grid,), unread = xlsx_grids(path)
    assert texts(grid) == [["合计", "23.42", *[""] * (len(grid.rows()[0]) - 2)]]
    assert [(u.location.describe(), u.advisory) for u in unread if u.location] == [("工作表“申报表” 第1行第3列", False)]
    assert "没有保存计算结果" in unread[0].reason


def test_xlsx_error_cells_are_unread_and_printed(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"], sheet["B1"] = "金额", "#REF!"
        sheet["B1"].data_type = "e"

    (grid,), (unread,) = xlsx_grids(workbook(tmp_path / "a.xlsx", fill))
    assert texts(grid) == [["金额", "#REF!"]]
    assert unread.location is not None
    assert (unread.text, unread.location.row, unread.location.column) == ("#REF!", 1, 2)


def test_xlsx_hidden_parts_are_read_and_said(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"], sheet["A2"], sheet["B2"] = "甲", "乙", "丙"
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True
        assert sheet.parent is not None
        other = sheet.parent.create_sheet("底稿")
        other["A1"] = "丁"
        other.sheet_state = "veryHidden"

    grids, unread = xlsx_grids(workbook(tmp_path / "a.xlsx", fill))
    assert [g.sheet for g in grids] == ["申报表", "底稿"]
    assert [u.text for u in unread] == ["隐藏的1 行、1 列", "隐藏的工作表“底稿”"]
    assert all(u.advisory for u in unread)


def test_xlsx_line_breaks_in_cells(tmp_path: Path) -> None:
    (grid,), _ = xlsx_grids(workbook(tmp_path / "a.xlsx", lambda s: put(s, "A1", "第一行\n第二_x000D_行")))
    assert texts(grid) == [["第一行\n第二\r行"]]


def test_xlsx_with_broken_styles_is_read_without_formats_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "a.xlsx", lambda s: put(s, "A1", 0.95, "0%"))

    def broken(*_: object, **__: object) -> None:
        raise ValueError("Colors must be aRGB hex values")

    monkeypatch.setattr(openpyxl, "load_workbook", broken)
    (grid,), (unread,) = xlsx.xlsx_grids(path)
    assert texts(grid) == [["0.95"]]
    assert not unread.advisory
    assert "百分比" in unread.reason


def test_empty_workbooks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="工作簿是空的"):
        xlsx_grids(workbook(tmp_path / "a.xlsx", lambda _: None))
    book = xlwt.Workbook()
    book.add_sheet("空")
    book.save(str(tmp_path / "a.xls"))
    with pytest.raises(UnreadableFileError, match="工作簿是空的"):
        xls_grids(tmp_path / "a.xls")


def test_xls_prints_numbers_and_keeps_merged_ranges(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("申报表")
    sheet.write_merge(0, 0, 0, 2, "标题")
    sheet.write_merge(1, 2, 0, 0, "产出指标")
    sheet.write(1, 1, 0.95, xlwt.easyxf(num_format_str="0%"))
    sheet.write(1, 2, 45261, xlwt.easyxf(num_format_str='yyyy"年"m"月"'))
    sheet.write(2, 1, 388.88)
    sheet.write(2, 2, 12, xlwt.easyxf(num_format_str='0"万元"'))
    hidden = book.add_sheet("底稿")
    hidden.visibility = 1
    hidden.write(0, 0, "丁")
    book.save(str(tmp_path / "a.xls"))
    grids, unread = xls_grids(tmp_path / "a.xls")
    assert texts(grids[0]) == [["标题"] * 3, ["产出指标", "95%", "2023年12月"], ["产出指标", "388.88", "12万元"]]
    cell = next(c for c in grids[0].cells if c.text == "388.88")
    assert grids[0].locate(cell).describe() == "工作表“申报表” 第3行第2列"
    assert [(u.text, u.advisory) for u in unread] == [("隐藏的工作表“底稿”", True)]
