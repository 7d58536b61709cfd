"""Word documents: merged cells, tracked changes, nesting, and what is not part of the printed text."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml

from reviewer.errors import UnreadableFileError
from reviewer.readers.docx import docx_grids
from reviewer.readers.grid import Grid
from reviewer.records import Unread

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
Read = Callable[[str], tuple[list[Grid], list[Unread]]]


@pytest.fixture
def read_body(tmp_path: Path) -> Read:
    """Read a document with the given body XML."""

    def read(body: str) -> tuple[list[Grid], list[Unread]]:
        document = Document()
        for child in list(document.element.body)[:-1]:
            document.element.body.remove(child)
        for child in reversed(list(parse_xml(f"<w:body {W}>{body}</w:body>"))):
            document.element.body.insert(0, child)
        path = tmp_path / "filing.docx"
        document.save(str(path))
        return docx_grids(path)

    return read


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(text: str = "", properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def control(inner: str) -> str:
    return f"<w:sdt><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


SPAN2 = '<w:gridSpan w:val="2"/>'
TOP = '<w:vMerge w:val="restart"/>'
BELOW = "<w:vMerge/>"


def slots(grid: Grid) -> list[list[str | None]]:
    return [[c.text if c else None for c in row] for row in grid.rows()]


def test_merged_cells_are_one_cell(read_body: Read) -> None:
    (grid,), unread = read_body(
        tbl(
            tr(tc("标题", '<w:gridSpan w:val="3"/>')),
            tr(tc("产出指标", TOP), tc("数量指标"), tc("10人")),
            tr(tc("", BELOW), tc("质量指标", SPAN2)),
        )
    )
    assert [(c.text, c.row, c.column, c.rows, c.columns) for c in grid.cells] == [
        ("标题", 0, 0, 1, 3),
        ("产出指标", 1, 0, 2, 1),
        ("数量指标", 1, 1, 1, 1),
        ("10人", 1, 2, 1, 1),
        ("质量指标", 2, 1, 1, 2),
    ]
    assert not unread
    assert grid.locate(grid.cells[4]).describe() == "表1 第3行第2列"


def test_a_new_merge_ends_the_one_above(read_body: Read) -> None:
    (grid,), _ = read_body(
        tbl(tr(tc("甲", TOP)), tr(tc("", BELOW)), tr(tc("乙", TOP)), tr(tc("", BELOW)), tr(tc("丙")))
    )
    assert slots(grid) == [["甲"], ["甲"], ["乙"], ["乙"], ["丙"]]


def test_a_continuation_without_a_beginning_keeps_its_text(read_body: Read) -> None:
    (grid,), _ = read_body(tbl(tr(tc("甲"), tc("乙")), tr(tc("孤儿", BELOW), tc("丁"))))
    assert slots(grid) == [["甲", "乙"], ["孤儿", "丁"]]


def test_old_horizontal_merges_and_grid_before(read_body: Read) -> None:
    (grid,), _ = read_body(
        tbl(
            tr(tc("宽", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>"), tc("末")),
            tr(tc("退格"), tc("末"), properties='<w:trPr><w:gridBefore w:val="1"/></w:trPr>'),
        )
    )
    assert slots(grid) == [["宽", "宽", "末"], [None, "退格", "末"]]


def test_insertions_count_deletions_do_not(read_body: Read) -> None:
    changed = (
        "<w:p><w:r><w:t>不少于</w:t></w:r><w:ins><w:r><w:t>95</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>80</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>"
        "<w:moveTo><w:r><w:t>%</w:t></w:r></w:moveTo></w:p>"
    )
    deleted = "<w:trPr><w:del w:id='1' w:author='x'/></w:trPr>"
    (text, table), _ = read_body(changed + tbl(tr(tc("留")), tr(tc("删"), properties=deleted)))
    assert text.cells[0].text == "不少于95%"
    assert slots(table) == [["留"]]


def test_hidden_text_is_left_out_and_said(read_body: Read) -> None:
    hidden = "<w:p><w:r><w:t>可见</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r></w:p>"
    (text,), (unread,) = read_body(hidden)
    assert text.cells[0].text == "可见"
    assert "隐藏文字" in unread.text
    assert unread.advisory


def test_tabs_breaks_symbols_and_content_controls(read_body: Read) -> None:
    body = (
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r>"
        '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r></w:p></w:sdtContent></w:sdt>'
        + tbl(control(tr(control(tc("控件")))))
    )
    (text, table), _ = read_body(body)
    assert text.cells[0].text == "甲\t乙\n丙☑"
    assert slots(table) == [["控件"]]


def test_a_large_inner_table_is_a_grid_of_its_own_a_small_one_is_text(read_body: Read) -> None:
    large = tbl(tr(tc("一级"), tc("二级"), tc("三级")), tr(tc("产出"), tc("数量"), tc("人数")))
    small = tbl(tr(tc("补助"), tc("3万元")))
    outer = tbl(tr(f"<w:tc><w:tcPr/>{p('框')}{large}{p('')}</w:tc>"), tr(f"<w:tc><w:tcPr/>{small}{p('')}</w:tc>"))
    (first, inner), _ = read_body(outer)
    assert slots(first) == [["框"], ["补助 3万元"]]
    assert slots(inner) == [["一级", "二级", "三级"], ["产出", "数量", "人数"]]
    assert (first.table, inner.table) == (1, 2)


def test_order_of_paragraphs_and_tables(read_body: Read) -> None:
    grids, _ = read_body(p("题目") + p("") + p("单位：某局") + tbl(tr(tc("一"))) + p("签字") + tbl(tr(tc("二"))))
    assert [(g.is_text, g.table, g.first_row, [c.text for c in g.cells]) for g in grids] == [
        (True, None, 1, ["题目", "单位：某局"]),
        (False, 1, 1, ["一"]),
        (True, None, 4, ["签字"]),
        (False, 2, 1, ["二"]),
    ]
    assert grids[0].locate(grids[0].cells[1]).row == 3


def test_a_text_box_is_read_once(read_body: Read) -> None:
    box = (
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice Requires='wps'><w:drawing><w:txbxContent>{p('框内题目')}</w:txbxContent></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><w:txbxContent>{p('框内题目')}</w:txbxContent></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r><w:r><w:t>锚点</w:t></w:r></w:p>"
    )
    grids, _ = read_body(box)
    assert [[c.text for c in g.cells] for g in grids] == [["锚点"], ["框内题目"]]


def test_macro_documents_and_strict_files_are_read(tmp_path: Path) -> None:
    document = Document()
    document.add_table(1, 1).cell(0, 0).text = "内容"
    plain = tmp_path / "plain.docx"
    document.save(str(plain))
    for name, old, new in (
        ("macro.docm", b"wordprocessingml.document.main+xml", b"ms-word.document.macroEnabled.main+xml"),
        (
            "strict.docx",
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        ),
    ):
        with zipfile.ZipFile(plain) as source, zipfile.ZipFile(tmp_path / name, "w") as target:
            for part in source.namelist():
                target.writestr(part, source.read(part).replace(old, new))
        grids, _ = docx_grids(tmp_path / name)
        assert slots(grids[0]) == [["内容"]]


def test_an_empty_document_is_refused(tmp_path: Path) -> None:
    Document().save(str(tmp_path / "empty.docx"))
    with pytest.raises(UnreadableFileError, match="文档是空的"):
        docx_grids(tmp_path / "empty.docx")


def test_a_picture_in_a_cell_is_missing_text_a_logo_is_not(read_body: Read) -> None:
    picture = "<w:r><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:imagedata/></v:shape></w:pict></w:r>"
    cell = f"<w:tc><w:tcPr/><w:p>{picture}</w:p></w:tc>"
    _, unread = read_body(f"<w:p>{picture}</w:p>" + tbl(tr(tc("指标值"), cell)))
    assert [(u.text, u.advisory) for u in unread] == [("表格里的 1 张图片", False), ("1 张图片", True)]
