"""The example filing as a Word document: every finding on its cell, rewrites as changes that can be taken back."""

from functools import cache
from pathlib import Path

from lxml import etree

from reviewer.annotate import Annotated
from reviewer.readers import read
from reviewer.records import Finding, Report
from tests.annotate.conftest import OfficePdf
from tests.annotate.office import (
    EXAMPLES,
    W,
    annotated,
    audit,
    cell_at,
    check_accepted,
    check_word,
    commented,
    comments,
    document,
    parts,
    rejected,
    texts,
    without_comments,
)

SEED = EXAMPLES / "shifeng-2023.docx"


@cache
def seed() -> tuple[Annotated, Report]:
    return annotated(SEED)


def of_finding(finding: Finding) -> tuple[etree._Element, str]:
    """The cell that a finding's comment stands on, and the comment's words."""
    done, _ = seed()
    root = document(done.content)
    hits = [
        (commented(root, key), words)
        for key, (_, words) in comments(done.content).items()
        if f"（{finding.code}）" in words.split("\n")[0] and finding.message in words
    ]
    place = finding.location
    assert place is not None and place.table and place.row and place.column
    here = cell_at(root, place.table, place.row, place.column)
    return next((hit for hit in hits if hit[0] is here), hits[0])


def test_every_finding_stands_on_its_cell() -> None:
    done, report = seed()
    root = document(done.content)
    findings = report.filings[0].findings
    assert len(findings) > 60
    assert done.comments == len(comments(done.content)) == len(findings) + 1  # and the word at the top
    where: dict[str, list[etree._Element]] = {}
    for key, (_, words) in comments(done.content).items():
        where.setdefault(words.split("\n")[0].partition("（第")[0], []).append(commented(root, key))
    for finding in findings:
        place = finding.location
        assert place is not None and place.table and place.row and place.column
        here = cell_at(root, place.table, place.row, place.column)
        title = next(t for t in where if t.endswith(f"{finding.name}（{finding.code}）") and here in where[t])
        where[title].remove(here)
    assert [title for title, left in where.items() if left] == ["审核说明"]


def test_a_comment_tells_what_why_and_what_instead() -> None:
    _, report = seed()
    finding = next(f for f in report.filings[0].findings if f.code == "QNT202" and f.indicator_id == "F4.2")
    _, words = of_finding(finding)
    lines = words.split("\n")
    assert lines[0] == "【必须修改】质量指标不可衡量（QNT202）"
    assert lines[1] == finding.message
    assert any("财预" in line for line in lines)
    assert "建议（需确认）：改写为“质量指标｜居家服务规范率｜≥【待填】%”" in lines
    assert lines[-1] == "已在表中用修订标出，接受即采用，拒绝即保持原文。"


def test_author_and_time() -> None:
    done, _ = seed()
    for element, _ in comments(done.content).values():
        assert element.get(f"{W}author") == "张三"
        assert element.get(f"{W}date") == "2026-03-04T15:06:07Z"
    marks = list(document(done.content).iter(f"{W}ins", f"{W}del"))
    assert marks
    assert {m.get(f"{W}author") for m in marks} == {"张三（审核建议）"}


def test_rejecting_all_gives_the_original() -> None:
    done, _ = seed()
    before = etree.fromstring(parts(SEED.read_bytes())["word/document.xml"])
    after = rejected(without_comments(document(done.content)))
    assert texts(after) == texts(before)
    assert printed(after) == printed(before)


def printed(root: etree._Element) -> list[tuple[str, bytes]]:
    """Every character with the formatting of its run."""
    found = []
    for run in root.iter(f"{W}r"):
        properties = run.find(f"{W}rPr")
        look = b"" if properties is None else etree.tostring(properties, method="c14n")
        found += [(c, look) for t in run.iter(f"{W}t") for c in t.text or ""]
    return found


def test_accepting_all_gives_the_proposals(tmp_path: Path) -> None:
    done, report = seed()
    tracked = [s for s in report.filings[0].suggestions if s.id in done.tracked]
    assert len(tracked) > 25
    assert any(s.extra for s in tracked) and any(s.current is None for s in tracked)
    check_accepted(done, report, tmp_path / SEED.name)


def test_nothing_else_is_changed() -> None:
    done, _ = seed()
    before, after = parts(SEED.read_bytes()), parts(done.content)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
    assert set(after) - set(before) == {"word/comments.xml"}
    old = etree.fromstring(before["word/document.xml"])
    new = rejected(without_comments(document(done.content)))
    for name in ("tbl", "tr", "tc", "p", "sectPr", "tblPr", "trPr", "tcPr"):
        assert len(list(new.iter(f"{W}{name}"))) == len(list(old.iter(f"{W}{name}"))), name
    for one, other in zip(old.iter(f"{W}tcPr", f"{W}sectPr"), new.iter(f"{W}tcPr", f"{W}sectPr"), strict=True):
        assert etree.tostring(one, method="c14n") == etree.tostring(other, method="c14n")


def test_it_is_built_as_word_wants_it(tmp_path: Path) -> None:
    done, _ = seed()
    check_word(done.content)
    fresh = audit(done.content, tmp_path / "after.docx") - audit(SEED.read_bytes(), tmp_path / "before.docx")
    assert not fresh


def test_it_reads_as_before(tmp_path: Path) -> None:
    done, report = seed()
    path = tmp_path / SEED.name
    path.write_bytes(done.content)
    again = read(path)
    (note,) = again.unread
    assert note.advisory and "审核建议" in note.text
    assert again.model_copy(update={"unread": ()}) == report.filings[0].filing


def test_without_suggestions_the_text_is_not_touched() -> None:
    done, _ = annotated(SEED, suggest=False)
    root = document(done.content)
    assert not list(root.iter(f"{W}ins", f"{W}del"))
    before = etree.fromstring(parts(SEED.read_bytes())["word/document.xml"])
    assert etree.tostring(without_comments(root), method="c14n") == etree.tostring(before, method="c14n")


def test_annotating_twice_keeps_the_first_remarks(tmp_path: Path) -> None:
    first, _ = seed()
    path = tmp_path / SEED.name
    path.write_bytes(first.content)
    second, report = annotated(path)
    check_word(second.content)
    assert len(comments(second.content)) == first.comments + second.comments
    assert {f.code for f in report.filings[0].findings} == {f.code for f in seed()[1].filings[0].findings}
    assert not [s for s in second.tracked if s in first.tracked]  # revisions are not put on revisions


def test_libreoffice_opens_it(tmp_path: Path, office_pdf: OfficePdf) -> None:
    done, _ = seed()
    words = office_pdf(done.content, ".docx")
    assert words.startswith("附表1")
    assert "技能培训人数" in words  # an inserted row is shown
