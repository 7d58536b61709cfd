"""Every real filing of the development set, rendered: annotated it reads as before, rejected it is what it was."""

import re
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from reviewer.evals.content import FilingContent
from reviewer.evals.kinds.filings import samples
from reviewer.evals.render_files import render
from reviewer.evals.sets import load_set, set_folders
from reviewer.readers import read
from tests.annotate.office import (
    annotated,
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
from tests.annotate.test_excel import check_parts, notes, top_left

# Every filing in one layout of each format; between them the filings go through all layouts.
LAYOUTS = {"docx": ("points", "blank", "merged", "repeated"), "xlsx": ("merged", "repeated", "blank", "points")}


@cache
def contents() -> tuple[FilingContent, ...]:
    folder = next(f for f in set_folders() if f.name == "real-dev")
    found = [s.data.content for s in samples(load_set(folder)) if s.first]
    assert len(found) >= 35
    return tuple(found)


@pytest.mark.parametrize("number", range(35))
def test_word(number: int, tmp_path: Path) -> None:
    path = render(contents()[number], tmp_path, "docx", LAYOUTS["docx"][number % 4])
    before = etree.fromstring(parts(path.read_bytes())["word/document.xml"])
    done, report = annotated(path)
    check_word(done.content)
    root = document(done.content)
    assert texts(rejected(without_comments(root))) == texts(before)
    said = {(commented(root, key), words.split("\n")[1]) for key, (_, words) in comments(done.content).items()}
    for finding in report.filings[0].findings:
        place = finding.location
        assert place is not None and place.table and place.row and place.column
        cell = cell_at(root, place.table, place.row, place.column)
        assert (cell, finding.message.split("\n")[0]) in said or re.search(r"\bF\d+\.\d", finding.message)
    check_accepted(done, report, path)
    path.write_bytes(done.content)
    again = read(path)
    left = tuple(u for u in again.unread if "审核建议" not in u.text)
    assert again.model_copy(update={"unread": left}) == report.filings[0].filing


@pytest.mark.parametrize("number", range(35))
def test_excel(number: int, tmp_path: Path) -> None:
    path = render(contents()[number], tmp_path, "xlsx", LAYOUTS["xlsx"][number % 4])
    before = path.read_bytes()
    done, report = annotated(path)
    check_parts(before, done.content)
    found = notes(done.content)
    for finding in report.filings[0].findings:
        assert finding.location is not None
        assert f"（{finding.code}）" in found[top_left(before, finding.location)]
    path.write_bytes(done.content)
    assert read(path) == report.filings[0].filing
