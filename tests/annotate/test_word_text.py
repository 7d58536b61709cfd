"""Any text of any cell turned into any other: rejected it is the old one, accepted the new one."""

from itertools import count

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from reviewer.annotate.word_text import CellText, Mark, Marker, NotPlain
from tests.annotate.office import W, accepted, rejected, text

NS = W.strip("{}")
# Words as cells hold them: line breaks inside a paragraph, several paragraphs, formatting that changes in mid-word.
run = st.tuples(st.text("稳步提升至95%人、 ", max_size=6), st.sampled_from(["", "b", "i"]))
paragraph = st.lists(st.one_of(run, st.just(("\n", ""))), max_size=4)


def cell_of(paragraphs: list[list[tuple[str, str]]]) -> etree._Element:
    cell = etree.Element(f"{W}tc", nsmap={"w": NS})
    for runs in paragraphs:
        p = etree.SubElement(cell, f"{W}p")
        for words, look in runs:
            r = etree.SubElement(p, f"{W}r")
            if look:
                etree.SubElement(etree.SubElement(r, f"{W}rPr"), f"{W}{look}")
            if words == "\n":
                etree.SubElement(r, f"{W}br")
            else:
                t = etree.SubElement(r, f"{W}t")
                t.text = words
                t.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return cell


def propose(cell: etree._Element, new: str) -> None:
    words = CellText(cell)
    words.propose(new)
    Marker(NS, Mark(NS, "张三（审核建议）", "2026-03-04T15:06:07Z", count(1))).write(words)


def looks(cell: etree._Element) -> list[tuple[str, bytes]]:
    return [
        (c, b"".join(etree.tostring(e, method="c14n") for e in r.iterfind(f"{W}rPr")))
        for r in cell.iter(f"{W}r")
        for t in r.iter(f"{W}t")
        for c in t.text or ""
    ]


@settings(max_examples=300, deadline=None)
@example([[("人", "")], [], [("5", "")]], "人5")
@given(st.lists(paragraph, min_size=1, max_size=3), st.text("≥稳步95%人【待填】\n", max_size=12))
def test_every_change_can_be_taken_back_or_made(paragraphs: list[list[tuple[str, str]]], new: str) -> None:
    cell = cell_of(paragraphs)
    old, formatted = text(cell), looks(cell)
    propose(cell, new)
    assert text(rejected(cell)) == old
    assert looks(rejected(cell)) == formatted
    # White space around the words stays; it is no part of the proposal.
    assert text(accepted(cell)).strip() == new.strip()


def test_what_comes_has_the_formatting_of_its_neighbour() -> None:
    cell = cell_of([[("150人", "b")]])
    propose(cell, "≥150人")
    (inserted,) = cell.iter(f"{W}ins")
    assert text(etree.fromstring(f'<w:p xmlns:w="{NS}">{etree.tostring(inserted).decode()}</w:p>')) == "≥"
    assert inserted.find(f"{W}r/{W}rPr/{W}b") is not None
    assert not list(cell.iter(f"{W}del"))


def test_an_empty_cell_takes_the_formatting_of_its_paragraph() -> None:
    cell = etree.fromstring(
        f'<w:tc xmlns:w="{NS}"><w:p><w:pPr><w:jc w:val="center"/><w:rPr><w:sz w:val="18"/></w:rPr></w:pPr></w:p></w:tc>'
    )
    propose(cell, "≥3场")
    (inserted,) = cell.iter(f"{W}ins")
    assert inserted.getprevious().tag == f"{W}pPr"
    assert inserted.find(f"{W}r/{W}rPr/{W}sz").get(f"{W}val") == "18"
    assert text(rejected(cell)) == ""


def test_a_run_inside_a_link_is_split_where_it_is() -> None:
    cell = etree.fromstring(
        f'<w:tc xmlns:w="{NS}"><w:p><w:hyperlink><w:r><w:t>稳步提升</w:t></w:r></w:hyperlink></w:p></w:tc>'
    )
    propose(cell, "稳步下降")
    assert {m.getparent().tag for m in cell.iter(f"{W}ins", f"{W}del")} == {f"{W}hyperlink"}
    assert (text(rejected(cell)), text(accepted(cell))) == ("稳步提升", "稳步下降")


def test_what_is_no_plain_text_is_left_alone() -> None:
    bodies = {
        "a picture": "<w:p><w:r><w:drawing/></w:r></w:p>",
        "a field": '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>',
        "revisions of others": '<w:p><w:ins w:id="1" w:author="李四"><w:r><w:t>3</w:t></w:r></w:ins></w:p>',
        "a deleted end of a paragraph": '<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr></w:p><w:p/>',
        "a table": "<w:tbl/><w:p/>",
        "a footnote": '<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>',
    }
    for what, body in bodies.items():
        try:
            CellText(etree.fromstring(f'<w:tc xmlns:w="{NS}">{body}</w:tc>'))
        except NotPlain:
            continue
        raise AssertionError(what)
