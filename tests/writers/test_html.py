"""The HTML report: self-contained, escaped, findings beside their cells."""

import re

import pytest
from bs4 import BeautifulSoup, Tag

from reviewer.writers import WRITERS
from tests.writers.sample import HOSTILE, sample


@pytest.fixture(scope="module")
def html() -> str:
    return WRITERS["html"].write(sample()).decode()


@pytest.fixture(scope="module")
def page(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "lxml")


def row_of(page: BeautifulSoup, number: int) -> Tag:
    note = page.select_one(f"#n1-{number}")
    assert note is not None
    row = note.find_parent("tr")
    assert isinstance(row, Tag)
    return row


def test_nothing_is_loaded_and_only_our_script_runs(html: str, page: BeautifulSoup) -> None:
    assert not page.select("[src], link, img, iframe, object, embed, base, form")
    assert len(page.select("script")) == len(page.select("style")) == 1
    assert all(a["href"].startswith("#") for a in page.select("a"))
    assert "url(" not in html
    assert "@import" not in html
    policy = page.select_one("meta[http-equiv=Content-Security-Policy]")
    assert policy is not None
    assert policy["content"].startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"\son\w+=", html), "inline handlers would be blocked"
    assert " style=" not in html


def test_policy_names_the_hash_of_the_script_as_written(page: BeautifulSoup) -> None:
    import base64
    import hashlib

    policy = page.select_one("meta[http-equiv=Content-Security-Policy]")
    assert policy is not None
    for tag in ("script", "style"):
        element = page.select_one(tag)
        assert element is not None
        assert element.string is not None
        digest = base64.b64encode(hashlib.sha256(element.string.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy["content"]


def test_filed_markup_is_text(html: str, page: BeautifulSoup) -> None:
    assert HOSTILE not in html
    assert "&lt;script&gt;alert" in html
    cells = [td.get_text() for td in page.select("td")]
    assert any(HOSTILE in cell for cell in cells), "shown as it was filed"
    assert "\u202e" not in html
    assert "\x1b" not in html


def test_a_finding_stands_beside_the_cell_it_marks(page: BeautifulSoup) -> None:
    note = next(n for n in page.select(".note") if n["data-code"] == "QNT202")
    number = str(note["id"]).rpartition("-")[2]
    mark = page.select_one(f"#m1-{number}")
    assert mark is not None
    cell = mark.find_parent(["td", "th"])
    assert isinstance(cell, Tag)
    assert cell.get_text().startswith("稳步提升")
    assert cell["class"] == ["value", "flaw", "error"]
    assert cell.find_parent("tr") is row_of(page, int(number))


def test_level_cells_are_merged_and_empty_rows_drawn(page: BeautifulSoup) -> None:
    table = page.select_one(".indicators")
    assert table is not None
    spans = [(th.get_text(), th.get("rowspan")) for th in table.select("tbody th")]
    assert spans[:2] == [("产出指标", "4"), ("数量指标", "2")]
    assert len(table.select("tr.blank")) == 1
    # Every row of the table covers the same number of columns, spans counted.
    for body in table.select("tbody"):
        open_spans: list[int] = []
        widths = []
        for tr in body.select("tr"):
            own = [int(str(c.get("rowspan", 1))) for c in tr.find_all(["td", "th"], recursive=False)]
            widths.append(len(own) + len(open_spans))
            open_spans = [n - 1 for n in [*open_spans, *own] if n > 1]
        assert set(widths) == {len(table.select("thead th"))}
        assert not open_spans


def test_cost_lines_and_summary_rows_carry_their_findings(page: BeautifulSoup) -> None:
    calculation = next(n for n in page.select(".note") if n["data-code"] == "CON403")
    row = calculation.find_parent("tr")
    assert isinstance(row, Tag)
    assert "土地平整" in row.get_text()
    empty_goal = page.select_one("#f1-F2 .projects .note")
    assert empty_goal is not None
    assert "汇总表中年度绩效目标没有填写" in empty_goal.get_text()


def test_findings_of_one_cause_point_at_each_other(page: BeautifulSoup) -> None:
    pair = [n for n in page.select(".note") if n["data-code"] == "CMP004"]
    assert [a["href"] for a in pair[0].select(".cites a")] == [f"#{pair[1]['id']}"]


def test_severity_is_said_in_words(page: BeautifulSoup) -> None:
    words = {"error": "必须修改", "warn": "应当修改", "info": "提示"}
    assert all(words[n["data-severity"]] in n.select_one(".sev").get_text() for n in page.select(".note"))  # type: ignore[union-attr]
    assert all(m.get("aria-label") for m in page.select(".mark"))


def test_links_have_targets_and_ids_are_unique(page: BeautifulSoup) -> None:
    ids = [str(e["id"]) for e in page.select("[id]")]
    assert len(ids) == len(set(ids))
    numbers = [n["id"] for n in page.select(".note")]
    targets = {str(a["href"])[1:] for a in page.select("a")}
    missing = targets - set(ids)
    # A finding about the whole form has no cell to point at.
    general = {f"m{str(n['id'])[1:]}" for n in page.select(".general .note")}
    assert missing <= general
    assert len(numbers) == 7


def test_controls_are_real_and_labelled(page: BeautifulSoup) -> None:
    assert len(page.select("button.toggle[aria-pressed=true]")) == 3
    assert all(b["type"] == "button" for b in page.select("button"))
    assert all(control.find_parent("label") for control in page.select("select, input"))


def test_draft_grade_is_called_a_suggestion(page: BeautifulSoup) -> None:
    score = page.select_one("#f1-F1 .score")
    assert score is not None
    text = score.get_text()
    assert "程序初评（建议）：差" in text
    assert "须人工判断" in text
    assert "（第9行）" in text, "a row id is put in words"
    assert "不是正式审核结论" in text


def test_several_filings_have_an_index() -> None:
    report = sample()
    twice = report.model_copy(update={"filings": report.filings * 2})
    page = BeautifulSoup(WRITERS["html"].write(twice), "lxml")
    assert [a["href"] for a in page.select("nav a")] == ["#filing1", "#filing2"]
    ids = [e["id"] for e in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_three_thousand_findings_stay_light() -> None:
    """A browser opens them in under 2 s (measured by hand); here: what that rests on stays so."""
    report = sample()
    item = report.filings[0]
    many = report.model_copy(update={"filings": (item.model_copy(update={"findings": item.findings * 429}),)})
    data = WRITERS["html"].write(many)
    assert data.count(b'<article class="note') == 3003
    assert b'class="form long"' in data, "long forms are laid out as they come into view"
    assert len(data) < 6_000_000
    assert data.count(b"<") / 2 < 60_000
