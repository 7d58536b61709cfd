"""Word documents that are not as clean as the example: what was there before stays, and places are still found."""

from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from lxml import etree

from reviewer.annotate import Annotated
from reviewer.annotate.package import Package
from reviewer.readers import read
from tests.annotate.office import (
    W,
    accepted,
    annotated,
    cell_at,
    check_word,
    commented,
    comments,
    document,
    parts,
    rejected,
    text,
    texts,
    without_comments,
)

NS = f'xmlns:w="{W.strip("{}")}"'
Make = Callable[..., Path]


def tc(words: str, properties: str = "", inner: str = "") -> str:
    body = inner or f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{body}</w:tc>"


def tr(*cells: str) -> str:
    return f"<w:tr>{''.join(c if c.startswith('<') else tc(c) for c in cells)}</w:tr>"


def table(*rows: str) -> str:
    grid = "<w:gridCol/>" * 4
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


WIDE = '<w:gridSpan w:val="3"/>'
TOP, ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
HEAD = (
    tr(tc("项目支出绩效目标申报表", '<w:gridSpan w:val="4"/>')),
    tr(tc("项目名称"), tc("农技推广培训", WIDE)),
    tr(tc("年度绩效目标"), tc("举办农技推广培训3场", WIDE)),
    tr("一级指标", "二级指标", "三级指标", "指标值"),
)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A document with the given body."""

    def make(*blocks: str, change: Callable[[Package], None] | None = None) -> Path:
        made = Document()
        for block in parse_xml(f"<w:body {NS}>{''.join(blocks)}</w:body>"):
            made.element.body.insert(len(made.element.body) - 1, block)
        path = tmp_path / "申报 表.docx"
        made.save(str(path))
        if change is not None:
            package = Package(path, path.read_bytes())
            change(package)
            path.write_bytes(package.save())
        return path

    return make


def finish(path: Path) -> tuple[Annotated, etree._Element]:
    """Annotate, and check what holds for all: the build, and that rejecting gives the original."""
    before = etree.fromstring(parts(path.read_bytes())["word/document.xml"])
    done, report = annotated(path)
    check_word(done.content)
    after = document(done.content)
    ours = [m for m in after.iter(f"{W}ins", f"{W}del") if m.get(f"{W}author") == "张三（审核建议）"]
    for mark in after.iter(f"{W}ins", f"{W}del"):
        if mark not in ours:
            mark.tag = f"{W}moveTo" if mark.tag == f"{W}ins" else f"{W}moveFrom"  # theirs are not ours to decide
    back = rejected(without_comments(after))
    assert texts(back) == texts(before)
    again = path.with_name("again") / path.name
    again.parent.mkdir(exist_ok=True)
    again.write_bytes(done.content)
    clean = [u for u in read(again).unread if "审核建议" not in u.text]
    assert read(again).model_copy(update={"unread": tuple(clean)}) == report.filings[0].filing
    return done, document(done.content)


def test_comments_of_others_stay(make: Make) -> None:
    old = (
        f'<w:comments {NS}><w:comment w:id="1" w:author="李四" w:date="2026-01-01T00:00:00Z">'
        "<w:p><w:r><w:t>请局里核对</w:t></w:r></w:p></w:comment></w:comments>"
    )

    def add(package: Package) -> None:
        package.put("word/comments.xml", old.encode())
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
        package.relate("word/document.xml", kind, "word/comments.xml")
        main = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
        package.declare("word/comments.xml", main)

    marked = (
        '<w:p><w:commentRangeStart w:id="1"/><w:r><w:t>稳步推进</w:t></w:r><w:commentRangeEnd w:id="1"/>'
        '<w:r><w:commentReference w:id="1"/></w:r></w:p>'
    )
    row = tr("产出指标", "质量指标", "培训质量", tc("", inner=marked))
    done, root = finish(make(table(*HEAD, row), change=add))
    kept, words = comments(done.content)["1"]
    assert (kept.get(f"{W}author"), words) == ("李四", "请局里核对")
    assert commented(root, "1") is cell_at(root, 1, 5, 4)
    assert any("QNT202" in words for _, words in comments(done.content).values())


def test_revisions_of_others_are_read_and_not_touched(make: Make) -> None:
    revised = (
        '<w:p><w:r><w:t>稳步</w:t></w:r><w:ins w:id="7" w:author="李四" w:date="2026-01-01T00:00:00Z"><w:r>'
        '<w:t>推进</w:t></w:r></w:ins><w:del w:id="8" w:author="李四" '
        'w:date="2026-01-01T00:00:00Z"><w:r><w:delText>提升</w:delText></w:r></w:del></w:p>'
    )
    rows = (
        tr("产出指标", "质量指标", "培训质量", tc("", inner=revised)),
        tr("产出指标", "数量指标", "培训场次", "3场"),
    )
    path = make(table(*HEAD, *rows))
    filing = read(path)
    assert filing.forms[0].indicators[0].value == "稳步推进"
    assert [u.text for u in filing.unread if u.advisory] == ["2 处修订"]
    done, root = finish(path)
    theirs = [m for m in root.iter(f"{W}ins", f"{W}del") if m.get(f"{W}author") == "李四"]
    assert [m.get(f"{W}id") for m in theirs] == ["7", "8"]
    assert "F1.1/confirm" not in done.tracked  # told in the comment instead
    told = [words for _, words in comments(done.content).values() if "QNT202" in words]
    assert "建议" in told[0] and "修订标出" not in told[0]


def test_a_lower_row_of_a_merged_heading(make: Make) -> None:
    rows = (
        tr("效益指标", tc("经济效益指标", TOP), "亩均增收", "≥300元"),
        tr("效益指标", tc("", ON), "群众幸福感", "不断提高"),
    )
    done, root = finish(make(table(*HEAD, *rows)))
    (key,) = [k for k, (_, words) in comments(done.content).items() if "（CAT101）" in words]
    assert commented(root, key) is cell_at(root, 1, 5, 2)
    assert "（第6行）" in comments(done.content)[key][1].split("\n")[0]
    # The heading is shared: moving the row is told, not written over the heading of the other row.
    assert text(cell_at(accepted(root), 1, 5, 2)) == "经济效益指标"


def test_a_table_inside_a_cell(make: Make) -> None:
    inner = table(*HEAD, tr("产出指标", "质量指标", "培训质量", "稳步推进"))
    outer = f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>{tr(tc('', inner=inner + '<w:p/>'))}</w:tbl>"
    done, root = finish(make(outer))
    (key,) = [k for k, (_, words) in comments(done.content).items() if "（QNT202）" in words]
    assert text(rejected(commented(root, key))) == "稳步推进"
    assert "F1.1/confirm" in done.tracked


def test_content_controls_and_several_paragraphs(make: Make) -> None:
    control = "<w:sdt><w:sdtContent><w:p><w:r><w:t>稳步推进</w:t></w:r></w:p></w:sdtContent></w:sdt><w:p/>"
    lines = "<w:p><w:r><w:t>稳步</w:t></w:r></w:p><w:p><w:r><w:t>提升</w:t></w:r></w:p>"
    rows = (
        tr("产出指标", "质量指标", "培训质量", tc("", inner=control)),
        tr("产出指标", "质量指标", "服务水平", tc("", inner=lines)),
    )
    done, root = finish(make(table(*HEAD, *rows)))
    found = {
        text(rejected(commented(root, k))).strip()
        for k, (_, words) in comments(done.content).items()
        if "（QNT202）" in words
    }
    assert found == {"稳步推进", "稳步\n提升"}


def test_a_table_in_a_text_box(make: Make) -> None:
    inner = table(*HEAD, tr("产出指标", "质量指标", "培训质量", "稳步推进"))
    box = f"<w:p><w:r><w:pict><w:txbxContent>{inner}<w:p/></w:txbxContent></w:pict></w:r></w:p>"
    done, root = finish(make(table(tr("甲", "乙")), box))
    for key in comments(done.content):
        where = commented(root, key)  # Word takes comments in the body only: they stand on the box's paragraph
        assert where.tag == f"{W}p" and where.getparent().tag == f"{W}body"
    assert "F1.1/confirm" in done.tracked


def test_headers_pictures_and_macros_stay(make: Make) -> None:
    def add(package: Package) -> None:
        package.put("word/vbaProject.bin", b"\xd0\xcf\x11\xe0 macro")
        package.put("word/media/seal.png", b"\x89PNG seal")

    path = make(table(*HEAD, tr("产出指标", "质量指标", "培训质量", "稳步推进")), change=add)
    done, _ = finish(path)
    before, after = parts(path.read_bytes()), parts(done.content)
    changed = {n for n in before if before[n] != after[n]}
    assert changed == {"word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}


def test_a_signed_document_is_said_to_lose_its_signature(make: Make) -> None:
    def add(package: Package) -> None:
        package.put("_xmlsignatures/sig1.xml", b"<Signature/>")

    done, _ = finish(make(table(*HEAD, tr("产出指标", "质量指标", "培训质量", "稳步推进")), change=add))
    assert "电子签名" in done.notes[0]


def test_strict_documents(make: Make) -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"

    def turn(package: Package) -> None:
        for name in package.names():
            data = package.read(name).replace(W.strip("{}").encode(), strict.encode())
            relations = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
            package.put(name, data.replace(relations, b"http://purl.oclc.org/ooxml/officeDocument/relationships"))

    path = make(table(*HEAD, tr("产出指标", "质量指标", "培训质量", "稳步推进")), change=turn)
    done, report = annotated(path)
    found = parts(done.content)
    assert b"http://purl.oclc.org/ooxml/officeDocument/relationships/comments" in found["word/_rels/document.xml.rels"]
    root = etree.fromstring(found["word/comments.xml"])
    assert root.tag == f"{{{strict}}}comments"
    assert len(root) == len(report.filings[0].findings) + 1
    path.write_bytes(done.content)
    assert read(path).forms == report.filings[0].filing.forms
