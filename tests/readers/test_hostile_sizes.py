"""Input of hostile size, shape and characters: bounded, and what is cut is listed."""

import io
import time
from pathlib import Path

import pytest
from openpyxl import Workbook

from reviewer.errors import UnreadableFileError
from reviewer.readers import read, safety
from reviewer.readers.grid import Cell, Grid
from reviewer.readers.safety import bound
from tests.readers.hostile_files import FAST, HEAD, MAIN, MAKERS, ROW, make_docx, make_xlsx, missing, refused, repack

# --- size and shape


def test_a_hundred_thousand_rows(tmp_path: Path) -> None:
    rows = [HEAD, *([ROW[0], ROW[1], f"{ROW[2]}{n}", f"{n}人"] for n in range(100_000))]
    path = make_xlsx(tmp_path / "a.xlsx", rows)
    start = time.monotonic()
    filing = read(path)
    assert time.monotonic() - start < 2 * FAST
    assert len(filing.forms[0].indicators) == safety.MAX_ROWS - 1
    (reason,) = missing(filing)
    assert "未读、未审" in reason
    assert f"前 {safety.MAX_ROWS} 行" in reason


def test_a_million_empty_rows_cost_little_and_hide_nothing(tmp_path: Path) -> None:
    path = make_xlsx(tmp_path / "a.xlsx", [HEAD, ROW])

    def grow(data: bytes) -> bytes:
        rows = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(3, 1_048_577))
        return data.replace(b"</sheetData>", rows + b"</sheetData>")

    repack(path, MAIN["xlsx"], grow)
    start = time.monotonic()
    filing = read(path)
    assert time.monotonic() - start < FAST
    assert [r.value for r in filing.forms[0].indicators] == ["150人"]
    assert not missing(filing)


def test_two_hundred_columns_and_more(tmp_path: Path) -> None:
    wide = make_xlsx(tmp_path / "a.xlsx", [HEAD + [""] * 196, ROW + ["x"] * 196])
    assert [r.value for r in read(wide).forms[0].indicators] == ["150人"]
    wider = make_xlsx(tmp_path / "b.xlsx", [HEAD, ROW + [""] * 300 + ["远处"]])
    filing = read(wider)
    assert [r.value for r in filing.forms[0].indicators] == ["150人"]
    assert any("前 200 列" in reason for reason in missing(filing))


def test_a_stray_cell_at_the_far_corner(tmp_path: Path) -> None:
    path = make_xlsx(tmp_path / "a.xlsx", [HEAD, ROW])
    stray = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    repack(path, MAIN["xlsx"], lambda data: data.replace(b"</sheetData>", stray))
    start = time.monotonic()
    filing = read(path)
    assert time.monotonic() - start < FAST
    assert [r.value for r in filing.forms[0].indicators] == ["150人"]
    assert any("未读、未审" in reason for reason in missing(filing))


def test_merged_ranges_without_end(tmp_path: Path) -> None:
    path = make_xlsx(tmp_path / "a.xlsx", [HEAD, ROW])
    merges = b"".join(b'<mergeCell ref="A%d:XFD1048576"/>' % n for n in range(3, 20_000))
    repack(
        path,
        MAIN["xlsx"],
        lambda data: data.replace(b"</sheetData>", b"</sheetData><mergeCells>" + merges + b"</mergeCells>"),
    )
    start = time.monotonic()
    assert [r.value for r in read(path).forms[0].indicators] == ["150人"]
    assert time.monotonic() - start < FAST


@pytest.mark.parametrize("kind", ["docx", "csv", "html"])
def test_a_cell_of_a_megabyte(tmp_path: Path, kind: str) -> None:
    long = "很长的说明" * 70_000
    rows = [HEAD, ROW, ["产出指标", "质量指标", long, "100%"]]
    path = tmp_path / f"a.{kind}"
    if kind == "docx":
        make_docx(path, rows)
    elif kind == "csv":
        path.write_text("\n".join(",".join(row) for row in rows), "utf-8")
    else:
        body = "".join("<tr>" + "".join(f"<td>{t}</td>" for t in row) + "</tr>" for row in rows)
        path.write_text(f"<table>{body}</table>", "utf-8")
    start = time.monotonic()
    filing = read(path)
    assert time.monotonic() - start < FAST
    assert [r.value for r in filing.forms[0].indicators] == ["150人", "100%"]
    assert any("350000 个字符" in reason for reason in missing(filing))
    assert all(len(u.text) < 1000 for u in filing.unread)


def test_nested_tables_to_a_depth(tmp_path: Path) -> None:
    def nested(depth: int) -> bytes:
        start = "<w:tbl><w:tblPr/><w:tr><w:tc><w:tcPr/>" * depth
        end = "<w:p/></w:tc></w:tr></w:tbl>" * depth
        return (start + "<w:p><w:r><w:t>底</w:t></w:r></w:p>" + end).encode()

    for depth in (5, 60):
        path = make_docx(tmp_path / f"{depth}.docx", [HEAD, ROW])
        repack(path, MAIN["docx"], lambda data, d=depth: data.replace(b"<w:sectPr", nested(d) + b"<w:sectPr", 1))
        assert [r.value for r in read(path).forms[0].indicators] == ["150人"]
    path = make_docx(tmp_path / "deep.docx", [HEAD, ROW])
    repack(path, MAIN["docx"], lambda data: data.replace(b"<w:sectPr", nested(3_000) + b"<w:sectPr", 1))
    refused(path, "嵌套过深")


def test_spans_of_a_million(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    cells = "".join(f"<td>{t}</td>" for t in HEAD)
    values = "".join(f"<td>{t}</td>" for t in ROW)
    path.write_text(
        "<table><tr><td colspan=99999999 rowspan=99999999>标题</td></tr></table>"
        f"<table><tr>{cells}</tr><tr>{values}</tr></table>",
        "utf-8",
    )
    start = time.monotonic()
    assert [r.value for r in read(path).forms[0].indicators] == ["150人"]
    assert time.monotonic() - start < FAST
    docx = make_docx(tmp_path / "a.docx", [HEAD, ROW])
    span = b'<w:tcPr><w:gridSpan w:val="99999999"/>'
    repack(docx, MAIN["docx"], lambda data: span.join(data.rsplit(b"<w:tcPr>", 1)))
    assert [r.value for r in read(docx).forms[0].indicators] == ["150人"]


# --- characters


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_characters_that_hide_or_reorder_text(tmp_path: Path, kind: str) -> None:
    rows = [HEAD, ["产出指标", "数量\u200b指标", "培训\ufeff残疾\u00ad人数", "\u202e人051\u202c"]]
    filing = read(MAKERS[kind](tmp_path / f"a.{kind}", rows))
    (row,) = filing.forms[0].indicators
    assert row.category == "数量指标"
    assert not set(row.model_dump_json()) & set("\u200b\ufeff\u202e\u202c")
    assert any("显示次序" in reason for reason in missing(filing)), "what is shown differs from what is stored"


def test_control_characters_in_text_formats(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(HEAD) + "\n产出指标,数量指标,培训\x07人\x0b数,150\x1b人\n", "utf-8")
    (row,) = read(path).forms[0].indicators
    assert ("".join(row.name.split()), row.value) == ("培训人数", "150人")


def test_right_to_left_text_is_kept(tmp_path: Path) -> None:
    filing = read(make_docx(tmp_path / "a.docx", [HEAD, ["产出指标", "数量指标", "ئۇيغۇرچە培训", "150人"]]))
    assert filing.forms[0].indicators[0].name == "ئۇيغۇرچە培训"
    assert not missing(filing)


# --- formulas and errors, through the whole reader


def test_formulas_and_error_cells_are_listed(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEAD, ROW, ["产出指标", "质量指标", "合格率", "=1/0"], ["产出指标", "时效指标", "完成时间", "#REF!"]):
        sheet.append(row)
    sheet["D4"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    filing = read(tmp_path / "a.xlsx")
    places = {u.location.describe(): u.reason for u in filing.unread if u.location and not u.advisory}
    assert "没有保存计算结果" in places["工作表“Sheet” 第3行第4列"]
    assert "公式出错" in places["工作表“Sheet” 第4行第4列"]


# --- the shared bounds


def test_bound_keeps_what_fits() -> None:
    grid = Grid("a", [Cell("标题", 0, 0, 1, 2), Cell("甲", 1, 0), Cell("乙", 1, 1)])
    assert bound([grid]) == ([grid], [])


def test_bound_counts_what_it_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "MAX_ROWS", 3)
    grid = Grid("a", [Cell(f"第{n}行", n, 0) for n in range(10)] + [Cell("", 20, 0)])
    (kept,), (unread,) = bound([grid])
    assert len(kept.cells) == 3
    assert unread.text == "7 个有内容的单元格"
    assert unread.location is not None and unread.location.row == 4


def test_reader_crashes_become_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise RecursionError("deep")

    monkeypatch.setattr("reviewer.readers.docx._Document.blocks", crash)
    refused(make_docx(tmp_path / "a.docx", [HEAD, ROW]), "异常")


def test_a_pdf_that_breaks_off(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(60, 700, "x" * 100)
    canvas.save()
    for share in (0.3, 0.7):
        path = tmp_path / f"{share}.pdf"
        path.write_bytes(stream.getvalue()[: int(len(stream.getvalue()) * share)])
        with pytest.raises(UnreadableFileError):
            read(path)
