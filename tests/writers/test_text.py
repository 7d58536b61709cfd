"""The text report, CSV and Markdown."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from reviewer.records import Report, Severity
from reviewer.writers import WRITERS
from reviewer.writers.terminal import lines
from reviewer.writers.view import FilingView
from reviewer.writers.wrap import wrap
from tests.writers.sample import sample


@pytest.mark.parametrize("width", [60, 80, 100])
def test_lines_fit_the_width(width: int) -> None:
    assert max(cell_len(line.text) for line in lines(sample(), width)) <= width


@given(st.text(alphabet="中文，。（）“”abc 12%≥\n", max_size=120), st.integers(12, 60))
def test_wrapping_keeps_every_character(text: str, width: int) -> None:
    broken = list(wrap(text, width, "- "))
    assert all(cell_len(line) <= width for line in broken)
    kept = "".join(line[2:] for line in broken)
    assert kept.replace(" ", "") == text.replace("\n", "").replace(" ", "")


def test_no_line_starts_with_closing_punctuation() -> None:
    broken = list(wrap("一二三四五六七八九十，一二三四五六七八九十。" * 5, 20))
    assert not any(line[0] in "，。" for line in broken)


def test_what_to_fix_first_comes_first_and_rows_of_one_flaw_are_grouped() -> None:
    text = WRITERS["text"].write(sample()).decode()
    assert text.index("先改这些") < text.index("【必须修改】")
    assert "缺少比较符或方向（QNT204），以下2处" in text
    assert "第7行 “建成高标准农田面积”：200亩" in text
    assert "程序初评（建议）：差" in text


def test_severity_then_place() -> None:
    view = FilingView(sample().filings[0], sample())
    codes = [issue.head.code for issue in view.issues["F1"]]
    assert codes == ["CMP004", "CON403", "QNT202", "CAT101", "QNT204"]


def test_a_cause_over_two_forms_is_told_once_and_named_in_both() -> None:
    view = FilingView(sample().filings[0], sample())
    assert [f.form_id for f in view.issues["F1"][0].findings] == ["F1", "F2"]
    assert view.issues["F2"] == ()
    assert [issue.head.code for issue in view.elsewhere["F2"]] == ["CMP004"]
    assert [issue.head.form_id for issue in view.fix_first("F2")] == ["F2"]
    text = WRITERS["text"].write(sample()).decode()
    assert "绩效目标为空（CMP004）：与表1同一原因，已在那里说明" in text


def test_a_form_without_findings_with_an_unchecked_rule_is_not_called_clean() -> None:
    text = WRITERS["text"].write(sample()).decode()
    assert "表3 项目：农技推广（文件中第4个表格）：没有发现问题（有检查未能进行）" in text


def test_articles_of_one_document_are_cited_together_and_grade_c_as_reference() -> None:
    view = FilingView(sample().filings[0], sample())
    assert view.cites(view.item.findings[0]) == ("依据甲〔2020〕1号（第1条、第2条）", "参照《乙指引》")


def test_terminal_controls_of_a_filing_are_not_printed() -> None:
    text = WRITERS["text"].write(sample()).decode()
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_signs_can_be_printed_on_a_gbk_console() -> None:
    own = WRITERS["text"].write(sample()).decode()
    assert own.encode("gbk", errors="replace").count(b"?") == own.count("?")


def test_csv_opens_in_excel_and_runs_no_formula() -> None:
    data = WRITERS["csv"].write(sample())
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [r["级别"] for r in rows[:2]] == ["必须修改", "必须修改"]
    assert rows[5]["指标值"] == "'=不断提高"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row.values())
    assert [r["级别"] for r in rows[7:]] == ["未能检查", "检查出错", "未能读出", "读取说明", "没有审核"]


def test_markdown_takes_nothing_of_a_filing_for_markup() -> None:
    text = WRITERS["markdown"].write(sample()).decode()
    assert "<script" not in text.replace("\\<script", "")
    assert "\\<script\\>" in text


def test_counts(capsys: pytest.CaptureFixture[str]) -> None:
    report: Report = sample()
    view = FilingView(report.filings[0], report)
    assert view.counts == {Severity.ERROR: 4, Severity.WARN: 1, Severity.INFO: 2}
    assert "必须修改 4 处，应当修改 1 处，提示 2 处。" in WRITERS["text"].write(report).decode()
