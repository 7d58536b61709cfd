"""Workbooks: notes on the very cells, and not a byte changed in what is beside them."""

import io
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image as Picture

from reviewer.annotate import Annotated
from reviewer.annotate.package import Package
from reviewer.readers import read
from reviewer.records import Location, Report
from tests.annotate.conftest import OfficePdf
from tests.annotate.office import EXAMPLES, annotated, audit, parts

SEED = EXAMPLES / "shifeng-2023.xlsx"
ROWS = (
    ("项目支出绩效目标申报表", None, None, None),
    ("项目名称", "农技推广培训", None, None),
    ("年度绩效目标", "举办农技推广培训3场", None, None),
    ("一级指标", "二级指标", "三级指标", "指标值"),
    ("产出指标", "数量指标", "培训场次", "3场"),
    (None, "质量指标", "培训质量", "稳步推进"),
    ("效益指标", "经济效益指标", "亩均增收", "≥300元"),
    (None, None, "群众幸福感", "不断提高"),
)


@cache
def seed() -> tuple[Annotated, Report]:
    return annotated(SEED)


def notes(content: bytes) -> dict[tuple[str, str], str]:
    """The notes of a workbook as openpyxl sees them."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None
    }


def top_left(content: bytes, place: Location) -> tuple[str, str]:
    """The cell of a place; of a merged range the first."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert place.sheet and place.row and place.column
    sheet = book[place.sheet]
    for merged in sheet.merged_cells.ranges:
        left, top, right, bottom = range_boundaries(str(merged))
        if top <= place.row <= bottom and left <= place.column <= right:
            return place.sheet, sheet.cell(top, left).coordinate
    return place.sheet, sheet.cell(place.row, place.column).coordinate


def test_every_finding_stands_on_its_cell() -> None:
    done, report = seed()
    found = notes(done.content)
    findings = report.filings[0].findings
    assert len(findings) > 60
    wanted: dict[tuple[str, str], int] = {}
    for finding in findings:
        assert finding.location is not None
        cell = top_left(SEED.read_bytes(), finding.location)
        assert f"{finding.name}（{finding.code}）" in found[cell], finding
        assert finding.message in found[cell]
        wanted[cell] = wanted.get(cell, 0) + 1
    # A note holds the remarks of its own cell and of no other.
    for cell, words in found.items():
        titles = [line for line in words.split("\n") if line.startswith(("【必须修改】", "【应当修改】", "【提示】"))]
        assert len(titles) == wanted.get(cell, 0), cell
    assert done.comments == len(found)


def test_author_time_and_rewrite_are_told() -> None:
    done, _ = seed()
    words = notes(done.content)["残疾人事业补助", "E11"].split("\n")
    assert words[0] == "张三 2026-03-04 15:06"
    assert words[1] == "【必须修改】质量指标不可衡量（QNT202）"
    assert "建议（需确认）：改写为“质量指标｜居家服务规范率｜≥【待填】%”" in words
    assert not any("修订" in line for line in words)
    assert not done.tracked


def test_cells_and_reading_stay(tmp_path: Path) -> None:
    done, report = seed()
    path = tmp_path / SEED.name
    path.write_bytes(done.content)
    assert read(path) == report.filings[0].filing


def test_only_the_drawing_of_notes_is_added_to_a_sheet(tmp_path: Path) -> None:
    done, _ = seed()
    check_parts(SEED.read_bytes(), done.content)
    assert not audit(done.content, tmp_path / "b.xlsx") - audit(SEED.read_bytes(), tmp_path / "a.xlsx")


def check_parts(before: bytes, after: bytes) -> None:
    """Untouched parts byte for byte; sheets but for one element; content types and relations only gained."""
    old, new = parts(before), parts(after)
    for name, data in old.items():
        if data == new[name]:
            continue
        if name.startswith("xl/worksheets/sheet"):
            start = new[name].index(b"<legacyDrawing ")
            end = new[name].index(b"/>", start) + 2
            assert new[name][:start] + new[name][end:] == data
            order = [e.tag.rpartition("}")[2] for e in etree.fromstring(new[name])]
            assert order.index("legacyDrawing") > order.index("sheetData")
            behind = {"legacyDrawingHF", "picture", "oleObjects", "controls", "tableParts", "extLst"}
            assert behind.isdisjoint(order[: order.index("legacyDrawing")])
            assert {"drawing", "pageSetup", "dataValidations"}.isdisjoint(order[order.index("legacyDrawing") :])
        elif name.endswith(".rels") or name == "[Content_Types].xml":
            lines = {etree.tostring(e, method="c14n") for e in etree.fromstring(data)}
            assert lines <= {etree.tostring(e, method="c14n") for e in etree.fromstring(new[name])}
        else:
            assert name.startswith(("xl/comments", "xl/drawings/")) or "omments" in name, name


def build(path: Path, *, with_notes: bool = False) -> Path:
    """A workbook with all that a unit's file may hold: picture, chart, choices, print set-up, rules of colour."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "绩效 目标"
    for row in ROWS:
        sheet.append(row)
    for merged in ("A1:D1", "B2:D2", "B3:D3", "A5:A6", "A7:A8", "B7:B8"):
        sheet.merge_cells(merged)
    picture = io.BytesIO()
    Picture.new("RGB", (40, 20), "red").save(picture, "png")
    picture.seek(0)
    sheet.add_image(Image(picture), "F2")
    for n in range(1, 4):
        sheet.cell(20 + n, 1, n)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=21, max_row=23))
    sheet.add_chart(chart, "F10")
    choices = DataValidation(type="list", formula1='"计划标准,历史标准"')
    choices.add("D5:D8")
    sheet.add_data_validation(choices)
    sheet.conditional_formatting.add("D5:D8", CellIsRule("equal", ["1"], fill=PatternFill("solid", bgColor="FFC7CE")))
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.print_area, sheet.print_title_rows = "A1:D8", "1:1"
    sheet.oddHeader.center.text = "第&P页"
    sheet.freeze_panes = "A5"
    if with_notes:
        sheet["D6"].comment = Comment("李四：请核对", "李四")
        sheet["A1"].comment = Comment("去年的表", "王五")
    book.create_sheet("说明")["A1"] = "填表说明"
    book.save(path)
    return path


def test_pictures_charts_choices_and_print_setup_stay(tmp_path: Path, office_pdf: OfficePdf) -> None:
    path = build(tmp_path / "申报 表.xlsx")
    done, report = annotated(path)
    check_parts(path.read_bytes(), done.content)
    names = set(parts(done.content))
    assert {"xl/media/image1.png", "xl/charts/chart1.xml", "xl/drawings/drawing1.xml"} <= names
    again = openpyxl.load_workbook(io.BytesIO(done.content))["绩效 目标"]
    assert len(again._images) == len(again._charts) == len(again.data_validations.dataValidation) == 1
    assert again.page_setup.orientation == "landscape"
    assert not audit(done.content, tmp_path / "b.xlsx") - audit(path.read_bytes(), tmp_path / "a.xlsx")
    assert "农技推广培训" in office_pdf(done.content, ".xlsx")
    path.write_bytes(done.content)
    assert read(path) == report.filings[0].filing


def test_a_lower_row_of_a_merged_heading(tmp_path: Path) -> None:
    done, _ = annotated(build(tmp_path / "a.xlsx"))
    assert "（CAT101）（第8行）" in notes(done.content)["绩效 目标", "B7"]


def test_notes_of_others_stay(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", with_notes=True)
    done, _ = annotated(path)
    check_parts(path.read_bytes(), done.content)
    found = notes(done.content)
    both = found["绩效 目标", "D6"]
    assert both.startswith("李四：请核对") and "（QNT202）" in both
    assert found["绩效 目标", "A1"].startswith("去年的表")
    sheet = parts(done.content)["xl/worksheets/sheet1.xml"]
    assert sheet == parts(path.read_bytes())["xl/worksheets/sheet1.xml"]  # it had its drawing already
    (vml,) = [data for name, data in parts(done.content).items() if name.endswith(".vml")]
    shapes = etree.fromstring(vml).findall(".//{urn:schemas-microsoft-com:vml}shape")
    assert len({s.get("id") for s in shapes}) == len(shapes) == len(found)
    assert not audit(done.content, tmp_path / "b.xlsx") - audit(path.read_bytes(), tmp_path / "a.xlsx")


def test_each_note_has_a_box_on_its_cell() -> None:
    done, _ = seed()
    x = "{urn:schemas-microsoft-com:office:excel}"
    boxes = 0
    blocks = []
    for name, data in parts(done.content).items():
        if not name.endswith(".vml"):
            continue
        root = etree.fromstring(data)
        blocks += [e.get("data") for e in root.iter("{urn:schemas-microsoft-com:office:office}idmap")]
        number = name.removeprefix("xl/drawings/vmlDrawing").removesuffix(".vml")
        listed = etree.fromstring(parts(done.content)[f"xl/comments{number}.xml"])
        cells = {e.get("ref") for e in listed.iter() if e.get("ref")}
        here = {
            f"{chr(65 + int(d.findtext(f'{x}Column')))}{int(d.findtext(f'{x}Row')) + 1}"
            for d in root.iter(f"{x}ClientData")
        }
        assert here == cells
        boxes += len(here)
    assert boxes == done.comments
    assert len(set(blocks)) == len(blocks)  # each sheet's shapes have numbers of their own


def test_a_thread_of_comments_keeps_its_cell(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", with_notes=True)
    package = Package(path, path.read_bytes())
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    comment = '<threadedComment ref="D6" id="{1}"><text>?</text></threadedComment>'
    thread = f'<ThreadedComments xmlns="{space}">{comment}</ThreadedComments>'
    package.put("xl/threadedComments/threadedComment1.xml", thread.encode())
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    package.relate("xl/worksheets/sheet1.xml", kind, "xl/threadedComments/threadedComment1.xml")
    path.write_bytes(package.save())
    done, _ = annotated(path)
    found = notes(done.content)
    assert found["绩效 目标", "D6"] == "李四：请核对"
    assert "（QNT202）（对D6的意见）" in found["绩效 目标", "E6"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_prefixed_and_wide_sheets(tmp_path: Path, encoding: str) -> None:
    path = build(tmp_path / "a.xlsx")
    package = Package(path, path.read_bytes())
    root = package.tree("xl/worksheets/sheet1.xml")
    main = root.tag.rpartition("}")[0].lstrip("{")
    again = etree.fromstring(
        etree.tostring(etree.XSLT(etree.fromstring(_PREFIX.format(main=main).encode()))(root), encoding="utf-8")
    )
    package.put(
        "xl/worksheets/sheet1.xml", etree.tostring(again, xml_declaration=True, encoding=encoding, standalone=True)
    )
    path.write_bytes(package.save())
    done, report = annotated(path)
    assert "（QNT202）" in notes(done.content)["绩效 目标", "D6"]
    path.write_bytes(done.content)
    assert read(path) == report.filings[0].filing


_PREFIX = """<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:x="{main}">
<xsl:template match="@*|text()"><xsl:copy/></xsl:template>
<xsl:template match="x:*"><xsl:element name="x:{{local-name()}}">
<xsl:apply-templates select="@*|node()"/></xsl:element></xsl:template>
</xsl:stylesheet>"""


def test_a_damaged_directory_is_refused(tmp_path: Path) -> None:
    from reviewer.errors import ReviewerError

    done, report = seed()
    path = tmp_path / SEED.name
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a.xml", "<a/>")
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ReviewerError):
        annotated(path, report=report)
    assert done.content
