"""What the tests know of Office files, told apart from the program's own code."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from reviewer.annotate import Annotated, Stamp, annotate
from reviewer.annotate.package import Package
from reviewer.pipeline import review
from reviewer.readers import read
from reviewer.records import Report

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STAMP = Stamp(author="张三", when=datetime(2026, 3, 4, 15, 6, 7))
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def annotated(path: Path, *, suggest: bool = True, report: Report | None = None) -> tuple[Annotated, Report]:
    """A file annotated under ``STAMP``, and the review that it was annotated with."""
    made = report or review(path, engines=("rules",) if suggest else ())
    return annotate(path, made, STAMP), made


def parts(content: bytes) -> dict[str, bytes]:
    """The parts of a package."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        assert len(set(package.namelist())) == len(package.namelist())
        return {name: package.read(name) for name in package.namelist()}


def document(content: bytes) -> etree._Element:
    """The main part of a Word document."""
    return etree.fromstring(parts(content)["word/document.xml"])


def rejected(root: etree._Element) -> etree._Element:
    """A copy with all tracked changes rejected."""
    return _decided(root, gone="ins", stays="del")


def accepted(root: etree._Element) -> etree._Element:
    """A copy with all tracked changes accepted."""
    return _decided(root, gone="del", stays="ins")


def _decided(root: etree._Element, gone: str, stays: str) -> etree._Element:
    root = deepcopy(root)
    # From the end: a paragraph that joins the one before it has joined those behind it already.
    for mark in reversed(list(root.iter(f"{W}{gone}", f"{W}{stays}"))):
        parent = mark.getparent()
        assert parent is not None
        goes = mark.tag == f"{W}{gone}"
        if parent.tag == f"{W}trPr":
            row = parent.getparent()
            parent.remove(mark)
            if goes and row.getparent() is not None:
                row.getparent().remove(row)
        elif parent.tag == f"{W}rPr":  # the end of a paragraph
            paragraph = parent.getparent().getparent()
            parent.remove(mark)
            following = paragraph.getnext()
            if goes and following is not None and following.tag == f"{W}p":
                for item in following:
                    if item.tag != f"{W}pPr":
                        paragraph.append(item)
                following.getparent().remove(following)
        else:
            at = parent.index(mark)
            if not goes:
                for shift, item in enumerate(list(mark)):
                    parent.insert(at + shift, item)
            parent.remove(mark)
    for words in root.iter(f"{W}delText"):
        if not any(a.tag == f"{W}moveFrom" for a in words.iterancestors()):
            words.tag = f"{W}t"
    return root


def without_comments(root: etree._Element) -> etree._Element:
    """A copy without the marks of comments."""
    root = deepcopy(root)
    for mark in list(root.iter(f"{W}commentRangeStart", f"{W}commentRangeEnd", f"{W}commentReference")):
        item = mark.getparent() if mark.tag == f"{W}commentReference" else mark
        item.getparent().remove(item)
    return root


def text(element: etree._Element) -> str:
    """The words of a cell or paragraph: paragraphs as lines; texts of nested tables come in their order."""
    if element.tag == f"{W}p":
        words = []
        for item in element.iter(f"{W}t", f"{W}br", f"{W}tab"):
            words.append({f"{W}br": "\n", f"{W}tab": "\t"}.get(item.tag) or item.text or "")
        return "".join(words)
    return "\n".join(text(p) for p in element.iter(f"{W}p"))


def texts(root: etree._Element) -> list[str]:
    """The words of every cell and paragraph."""
    return [text(item) for item in root.iter(f"{W}tc", f"{W}p")]


def cells(root: etree._Element) -> Iterator[tuple[int, int, int, etree._Element]]:
    """Table, row and column (from 1) of each cell of the tables of the body, as filed: rows proposed do not count."""
    for number, table in enumerate(root.iterfind(f"{W}body/{W}tbl"), 1):
        rows = [row for row in table.iterfind(f"{W}tr") if row.find(f"{W}trPr/{W}ins") is None]
        for at, row in enumerate(rows, 1):
            column = 1
            for cell in row.iterfind(f"{W}tc"):
                yield number, at, column, cell
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                column += int(span.get(f"{W}val")) if span is not None else 1


def cell_at(root: etree._Element, table: int, row: int, column: int) -> etree._Element:
    """The cell at a place; for the lower rows of a merged cell its first row's."""
    at = {(t, r, c): cell for t, r, c, cell in cells(root)}
    while True:
        starts = [c for t, r, c in at if (t, r) == (table, row) and c <= column]
        cell = at[table, row, max(starts)]
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        if merge is None or merge.get(f"{W}val") == "restart":
            return cell
        row -= 1


def comments(content: bytes, part: str = "word/comments.xml") -> dict[str, tuple[etree._Element, str]]:
    """The comments by id: the element, and its words, line by line."""
    root = etree.fromstring(parts(content)[part])
    return {c.get(f"{W}id"): (c, "\n".join(text(p) for p in c.iter(f"{W}p"))) for c in root}


def commented(root: etree._Element, key: str) -> etree._Element:
    """The cell (or paragraph) that a comment stands on."""
    (start,) = [e for e in root.iter(f"{W}commentRangeStart") if e.get(f"{W}id") == key]
    (end,) = [e for e in root.iter(f"{W}commentRangeEnd") if e.get(f"{W}id") == key]
    first, last = (
        next((a for a in e.iterancestors(f"{W}tc", f"{W}p") if a.tag == f"{W}tc"), None) for e in (start, end)
    )
    if first is None:
        return next(start.iterancestors(f"{W}p"))
    assert first is last
    return first


def check_word(content: bytes) -> None:
    """What Word asks of comments and revisions: numbers, pairs, relations, types, the order of elements."""
    found = parts(content)
    root = document(content)
    own = [c.get(f"{W}id") for c in etree.fromstring(found["word/comments.xml"])]
    for name in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        assert Counter(e.get(f"{W}id") for e in root.iter(f"{W}{name}")) == Counter(own)
    order = {e: n for n, e in enumerate(root.iter())}
    for key in own:
        start, end, mark = (
            next(e for e in root.iter(f"{W}{name}") if e.get(f"{W}id") == key)
            for name in ("commentRangeStart", "commentRangeEnd", "commentReference")
        )
        assert order[start] < order[end] < order[mark]
    marks = [*root.iter(f"{W}ins", f"{W}del")]
    numbers = [e.get(f"{W}id") for e in marks] + own
    assert len(set(numbers)) == len(numbers)
    assert all(e.get(f"{W}author") and e.get(f"{W}date") for e in marks)
    for paragraph in root.iter(f"{W}p"):
        assert [n for n, e in enumerate(paragraph) if e.tag == f"{W}pPr"] in ([], [0])
    for run in root.iter(f"{W}r"):
        assert [n for n, e in enumerate(run) if e.tag == f"{W}rPr"] in ([], [0])
    for cell in root.iter(f"{W}tc"):
        assert cell[-1].tag == f"{W}p"
    for mark in root.iter(f"{W}delText"):
        assert any(a.tag == f"{W}del" for a in mark.iterancestors())
    for mark in root.iter(f"{W}t"):
        assert all(a.tag != f"{W}del" for a in mark.iterancestors())
    relations = etree.fromstring(found["word/_rels/document.xml.rels"])
    (relation,) = [r for r in relations if r.get("Type", "").endswith("/comments")]
    assert relation.get("Target") == "comments.xml"
    assert b'PartName="/word/comments.xml"' in found["[Content_Types].xml"]


def check_accepted(done: Annotated, report: Report, path: Path) -> None:
    """With all changes accepted the document reads as the rewrites that are marked in it."""
    package = Package(path, done.content)
    package.put("word/document.xml", accepted(document(done.content)))
    path.write_bytes(package.save())
    rows: dict[tuple[str, str], list[list[str]]] = {}
    for form in read(path).forms:
        for row in form.indicators:
            told = [squeezed(t) for t in (row.level2, row.value, row.nature, row.unit, row.standard)]
            rows.setdefault((form.id, squeezed(row.name)), []).append(told)
    for item in report.filings[0].suggestions:
        if item.id not in done.tracked:
            continue
        for new in filter(None, (item.proposed, *item.extra)):
            told = [squeezed(t) for t in (new.level2, new.value, new.nature, new.unit, new.standard)]
            assert told in rows[item.form_id, squeezed(new.name)]
        if item.proposed is None and item.current is not None:
            assert (item.form_id, squeezed(item.current.name)) not in rows


def squeezed(text: str | None) -> str:
    """Without white space."""
    return "".join((text or "").split())


def audit(content: bytes, path: Path) -> Counter[str]:
    """What the checker of Open XML schemas says, by part and message; numbers of elements left out."""
    checker = pytest.importorskip("openxml_audit")
    path.write_bytes(content)
    errors = checker.OpenXmlValidator(max_errors=0).validate(str(path)).errors
    return Counter(re.sub(r"\[\d+\]", "", f"{e.part_uri} {e.path} {e.description}") for e in errors)
