"""PDF: ruled tables over pages, scans, and what is lost when a page cannot be read. The files are drawn here."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from reviewer.errors import UnreadableFileError
from reviewer.readers import ocr
from reviewer.readers.boxes import Line, unwrap
from reviewer.readers.grid import Grid
from reviewer.readers.pdf import pdf_grids

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
XS = (60, 130, 220, 380, 500)
Draw = Callable[[Canvas], None]


def pdf(path: Path, *pages: Draw, password: str | None = None) -> Path:
    canvas = Canvas(str(path), pagesize=A4, encrypt=password)
    for draw in pages:
        canvas.setFont("STSong-Light", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def table(canvas: Canvas, top: float, rows: list[list[str]], *, closed: bool = True, height: float = 40) -> None:
    """Ruled rows from ``top`` downwards; an empty first cell is merged with the one above (no line between)."""
    bottom = top - height * len(rows)
    for x in XS:
        canvas.line(x, top, x, bottom)
    canvas.line(XS[0], top, XS[-1], top)
    for n, row in enumerate(rows, 1):
        y = top - height * n
        last = n == len(rows)
        open_below = (last and not closed) or (not last and not rows[n][0])
        canvas.line(XS[1] if open_below else XS[0], y, XS[-1], y)
        for x, text in zip(XS, row, strict=False):
            for k, line in enumerate(text.split("\n")):
                canvas.drawString(x + 4, y + height - 14 - 12 * k, line)


def texts(grid: Grid) -> list[list[str | None]]:
    return [[c.text if c else None for c in row] for row in grid.rows()]


def test_text_and_table_in_order(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(200, 800, "项目支出绩效目标申报表")
        table(
            canvas,
            780,
            [
                ["一级指标", "二级指标", "三级指标", "指标值"],
                ["产出指标", "数量指标", "培训人数", "≥150人"],
                ["", "质量指标", "合格率", "95%"],
            ],
        )
        canvas.drawString(60, 640, "填报人：")
        canvas.drawString(290, 20, "- 1 -")

    grids, unread = pdf_grids(pdf(tmp_path / "a.pdf", page))
    assert [g.is_text for g in grids] == [True, False, True]
    assert texts(grids[0]) == [["项目支出绩效目标申报表"]]
    assert texts(grids[1])[1:] == [
        ["产出指标", "数量指标", "培训人数", "≥150人"],
        ["产出指标", "质量指标", "合格率", "95%"],
    ]
    assert texts(grids[2]) == [["填报人："]], "the page number is no text of the form"
    cell = next(c for c in grids[1].cells if c.text == "95%")
    assert grids[1].locate(cell).describe() == "第1页 表1 第3行第4列"
    assert not unread


def test_wrapped_lines_are_joined_and_paragraphs_are_not(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        table(canvas, 780, [["目标", "一二三四五六七八\n九十", "第一条\n第二条", "x"], ["a", "b", "c", "d"]])

    (grid,), _ = pdf_grids(pdf(tmp_path / "a.pdf", page))
    assert texts(grid)[0][1:3] == ["一二三四五六七八九十", "第一条\n第二条"]
    assert unwrap([Line("performance", 0, 95, 10), Line("target", 0, 50, 10)], 100) == "performance target"


def test_a_table_goes_on_with_the_same_columns(tmp_path: Path) -> None:
    """The second page has fewer columns drawn; both grids have all, and the cell open at the break is not lost."""

    def first(canvas: Canvas) -> None:
        table(
            canvas, 200, [["产出指标", "数量指标", "培训人数", "10人"], ["", "质量指标", "合格率", "95%"]], closed=False
        )

    def second(canvas: Canvas) -> None:
        canvas.line(60, 800, 500, 800)
        canvas.line(60, 760, 500, 760)
        for x in (60, 220, 500):
            canvas.line(x, 800, x, 760)
        canvas.drawString(64, 780, "合计")
        canvas.drawString(224, 780, "105")

    grids, unread = pdf_grids(pdf(tmp_path / "a.pdf", first, second))
    assert texts(grids[0]) == [["产出指标", "数量指标", "培训人数", "10人"], ["产出指标", "质量指标", "合格率", "95%"]]
    assert texts(grids[1]) == [["合计", "合计", "105", "105"]]
    assert [g.page for g in grids] == [1, 2]
    assert not unread


def test_a_row_cut_by_the_page_break_is_joined(tmp_path: Path) -> None:
    long = "一二三四五六七八九十一二\n三四五六七八九十一二三"

    def first(canvas: Canvas) -> None:
        table(canvas, 200, [["甲", "乙", "丙", "丁"], ["经费", "13", long, "计划标准"]])

    def second(canvas: Canvas) -> None:
        table(canvas, 800, [[" ", "", "其余的字。", ""], ["合计", "13", "", ""]])

    grids, _ = pdf_grids(pdf(tmp_path / "a.pdf", first, second))
    assert (texts(grids[0])[1][2] or "").replace("\n", "").endswith("一二三其余的字。")
    assert texts(grids[1]) == [["合计", "13", "", ""]]
    assert grids[1].locate(grids[1].cells[0]).row == 2


def test_a_short_row_after_the_break_is_a_row_of_its_own(tmp_path: Path) -> None:
    def first(canvas: Canvas) -> None:
        table(canvas, 200, [["产出", "数量", "培训人数", "10人"], ["效益", "社会", "满意的群众", "90%"]])

    def second(canvas: Canvas) -> None:
        table(canvas, 800, [[" ", "", "无指标值的一行", ""], ["合计", "13", "", ""]])

    grids, _ = pdf_grids(pdf(tmp_path / "a.pdf", first, second))
    assert texts(grids[1])[0] == ["", "", "无指标值的一行", ""]


def picture(path: Path) -> Path:
    """A ruled table as a scan shows it, slightly turned."""
    image = Image.new("RGB", (1100, 520), (244, 244, 240))
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=30)
    for y in (60, 160, 260, 360):
        draw.line((60, y, 1040, y), fill=(20, 20, 20), width=3)
    for x in (60, 380, 720, 1040):
        draw.line((x, 60, x, 360), fill=(20, 20, 20), width=3)
    for r, row in enumerate(
        (("LEVEL", "NAME", "VALUE"), ("OUTPUT", "People trained", "150"), ("EFFECT", "Satisfied", "90%"))
    ):
        for c, text in enumerate(row):
            draw.text(((60, 380, 720)[c] + 40, 92 + 100 * r), text, font=font, fill=(10, 10, 10))
    image.rotate(1.0, fillcolor=(244, 244, 240), resample=Image.Resampling.BICUBIC).save(path)
    return path


def test_a_scan_is_refused_without_ocr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    scan = picture(tmp_path / "scan.png")
    path = pdf(tmp_path / "a.pdf", lambda c: c.drawImage(str(scan), 50, 300, 500, 240) and None)
    with pytest.raises(UnreadableFileError, match="扫描件") as caught:
        pdf_grids(path)
    assert "indicator-reviewer[ocr]" in caught.value.remedy


def test_a_scanned_page_among_others_is_unread_without_ocr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    scan = picture(tmp_path / "scan.png")
    path = pdf(
        tmp_path / "a.pdf",
        lambda c: table(c, 700, [["一级", "二级", "三级", "值"], ["产出", "数量", "人数", "3"]]),
        lambda c: c.drawImage(str(scan), 50, 300, 500, 240) and None,
    )
    grids, (unread,) = pdf_grids(path)
    assert len(grids) == 1
    assert unread.location is not None and unread.location.page == 2
    assert not unread.advisory


@pytest.mark.skipif(not ocr.is_installed(), reason="the ocr extra is not installed")
def test_ocr_reads_a_turned_scan_into_cells(tmp_path: Path) -> None:
    grids, unread = ocr.picture_file(picture(tmp_path / "scan.png"))
    (grid,) = [g for g in grids if not g.is_text]
    assert [[(t or "").replace(" ", "").lower() for t in row] for row in texts(grid)] == [
        ["level", "name", "value"],
        ["output", "peopletrained", "150"],
        ["effect", "satisfied", "90%"],
    ]
    assert "请对照原件核对" in unread[0].reason
    assert not unread[0].advisory


@pytest.mark.skipif(not ocr.is_installed(), reason="the ocr extra is not installed")
def test_ocr_reads_scanned_pages_of_a_pdf_in_their_place(tmp_path: Path) -> None:
    scan = picture(tmp_path / "scan.png")
    path = pdf(
        tmp_path / "a.pdf",
        lambda c: c.drawImage(str(scan), 50, 300, 500, 240) and None,
        lambda c: table(c, 700, [["一级", "二级", "三级", "值"], ["产出", "数量", "人数", "3"]]),
    )
    grids, unread = pdf_grids(path)
    assert [g.page for g in grids if not g.is_text] == [1, 2]
    assert [u.location.page for u in unread if u.location and "OCR 识别" in u.reason] == [1]


def test_a_password_is_asked_for(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", lambda c: c.drawString(60, 700, "x"), password="secret")
    with pytest.raises(UnreadableFileError, match="密码"):
        pdf_grids(path)
