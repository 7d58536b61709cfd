"""The opinion letter: what it says, what it looks like, and templates of a bureau's own."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from reviewer.cli import main
from reviewer.errors import ReviewerError
from reviewer.pipeline import review
from reviewer.records import Report, Severity
from reviewer.rounds.aside import Source, settle
from reviewer.rounds.compare import compare
from reviewer.rounds.deciding import decide, find
from reviewer.rounds.decisions import Decision, Decisions, beside, save_decisions
from reviewer.rounds.letter import Head, Letter, first_letter, second_letter
from reviewer.rounds.letter_docx import letter_docx
from reviewer.rounds.letter_html import letter_html
from reviewer.rounds.letter_template import BLOCKS, WORDS, default_template
from reviewer.writers.view import views
from tests.annotate.office import audit
from tests.rounds.conftest import EXAMPLES

TODAY = date(2025, 3, 11)
HEAD = Head(
    office="某某区财政局", reviewer="张三", number="财绩审〔2025〕3号", today=TODAY, opinion="总体可行。\n请尽快修改。"
)


@pytest.fixture(scope="module")
def report() -> Report:
    return review(EXAMPLES / "shifeng-2023.docx", engines=("rules",))


def _letter(report: Report, decisions: tuple[Decision, ...] = (), head: Head = HEAD) -> Letter:
    done = settle(report, [Source("x", Decisions(decisions=decisions))], today=TODAY)
    return first_letter(views(done), [decisions], head)


def _text(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    lines = [p.text for p in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)


def test_every_error_and_warning_has_its_opinion(report: Report) -> None:
    letter = _letter(report)
    (view,) = views(report)
    issues = [i for form in view.forms for i in view.issues[form] if i.severity is not Severity.INFO]
    opinions = [o for part in letter.parts for o in part.opinions]
    assert len(opinions) == len(issues) == letter.total
    assert [o.number for o in opinions] == list(range(1, len(issues) + 1))
    for opinion, issue in zip(opinions, issues, strict=True):
        assert opinion.title == f"{issue.head.name}（{issue.head.code}）"
        assert opinion.problem and opinion.basis and opinion.advice, opinion
        for finding in issue.findings:
            row = view.indicators.get(finding.indicator_id or "")
            if row is not None and row.name:
                assert row.name[:6].replace("\n", "") in opinion.place
    assert letter.unit == "株洲市石峰区残疾人联合会"
    assert letter.own == ("总体可行。", "请尽快修改。")
    assert "必须修改 23 处" in letter.overall[0]


def test_hints_are_opinions_only_on_request(report: Report) -> None:
    few, many = _letter(report), _letter(report, head=Head(hints=True))
    assert many.total > few.total
    assert not any(o.mark == "提示" for part in few.parts for o in part.opinions)


def test_no_row_id_is_shown(report: Report) -> None:
    for content in (_text(letter_docx(_letter(report))), letter_html(_letter(report)).decode()):
        assert not re.search(r"\bF\d+\.\d+\b", content)


def test_the_review_table_adds_up_and_is_a_suggestion(report: Report) -> None:
    letter = _letter(report)
    assert len(letter.tables) == len(report.filings[0].scores)
    for table, score in zip(letter.tables, report.filings[0].scores, strict=True):
        assert len(table.rows) == len(score.criteria)
        if score.grade is None:
            assert table.result.startswith("未评等级")
            continue
        assert f"初评等级（建议）：{score.grade}" in table.result
        judged = [r for r in table.rows if r.points != "须人工判断"]
        earned, whole = sum(float(r.points) for r in judged), sum(int(r.weight) for r in judged)
        assert score.total is not None
        assert abs(earned * 100 / whole - float(score.total)) <= 0.05


def test_the_reviewers_decisions_are_in_the_letter(report: Report) -> None:
    (view,) = views(report)
    person = {"reviewer": "张三", "today": TODAY}
    own = decide(view, find(view, "QNT202@F1.2"), "edit", reason="", message="请写明服务标准的文号。", **person)
    edited = decide(view, find(view, "F1.5/confirm"), "edit", reason="", columns=["指标值=≥85%"], **person)
    rejected = decide(view, find(view, "WRD502@F1.1"), "reject", reason="历来如此", **person)
    letter = _letter(report, (own, edited, rejected))
    opinions = [o for part in letter.parts for o in part.opinions]
    assert any(o.problem == "请写明服务标准的文号。" for o in opinions)
    assert any("≥85%" in o.advice for o in opinions)
    assert not any("WRD502" in o.title and "第14行" in o.place for o in letter.parts[0].opinions)
    assert [line for line in letter.aside if "WRD502" in line and "历来如此" in line]


def test_the_word_file_is_valid_and_laid_out_as_official_papers_are(report: Report, tmp_path: Path) -> None:
    content = letter_docx(_letter(report))
    assert not audit(content, tmp_path / "意见书.docx")
    document = Document(io.BytesIO(content))
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)  # type: ignore[union-attr]
    assert (round(section.top_margin.cm, 1), round(section.left_margin.cm, 1)) == (3.7, 2.8)  # type: ignore[union-attr]
    text = _text(content)
    assert "{{" not in text
    for words in ("绩效目标审核意见书", "财绩审〔2025〕3号", "某某区财政局", "审核人：张三", "2025年3月11日"):
        assert words in text
    order = [text.index(w) for w in ("株洲市石峰区残疾人联合会：", "总体可行。", "收悉", "附件1")]
    assert order == sorted(order)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        footers = "".join(package.read(n).decode() for n in package.namelist() if "footer" in n)
        assert footers.count("PAGE") == 2
        fonts = package.read("word/fontTable.xml").decode()
        assert "方正小标宋简体" in fonts and "altName" in fonts
    rows = [row for table in document.tables for row in table.rows]
    assert sum(row.cells[0].text.isdecimal() for row in rows) == _letter(report).total


def test_lines_without_words_are_left_out(report: Report) -> None:
    text = _text(letter_docx(_letter(report, head=Head(today=TODAY))))
    assert "审核人：" not in text and "{{" not in text


def test_a_clean_filing_gets_a_letter_too() -> None:
    from reviewer.pipeline import build_report
    from tests.rounds.test_compare import _filing

    clean = build_report([_filing().model_copy(update={"findings": ()})])
    letter = first_letter(views(clean), [()], HEAD)
    assert letter.total == 0
    assert "没有需要修改的意见。" in _text(letter_docx(letter))
    assert "没有需要修改的意见。" in letter_html(letter).decode()


def test_a_template_of_a_bureaus_own(report: Report, tmp_path: Path) -> None:
    template = tmp_path / "本局.docx"
    document = Document()
    line = document.add_paragraph()
    for piece in ("致{", "{单", "位}}：见文号{{文号", "}}。"):  # as Word cuts them after spell checking
        line.add_run(piece).bold = piece == "{单"
    document.add_paragraph("{{逐条意见}}")
    table = document.add_table(rows=1, cols=1)
    table.rows[0].cells[0].text = "{{未能检查}}"
    document.sections[0].header.paragraphs[0].text = "{{审核单位}}"
    document.save(str(template))
    made = Document(io.BytesIO(letter_docx(_letter(report), template)))
    assert made.paragraphs[0].text == "致株洲市石峰区残疾人联合会：见文号财绩审〔2025〕3号。"
    assert made.sections[0].header.paragraphs[0].text == "某某区财政局"
    assert "总体可行" not in "\n".join(p.text for p in made.paragraphs)
    assert "无。" in [cell.text for t in made.tables for row in t.rows for cell in row.cells]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["{{逐条意见}}", "{{单位名}}"], "不认识的占位：单位名"),
        (["{{单位}}"], "没有 {{逐条意见}}"),
        (["意见：{{逐条意见}}"], "要单独成段"),
    ],
)
def test_a_template_that_is_wrong_says_why(lines: list[str], told: str, report: Report, tmp_path: Path) -> None:
    template = tmp_path / "模板.docx"
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(template))
    with pytest.raises(ReviewerError) as caught:
        letter_docx(_letter(report), template)
    assert told in caught.value.what and caught.value.remedy
    template.write_bytes(b"no document")
    with pytest.raises(ReviewerError, match="不是 Word 文件"):
        letter_docx(_letter(report), template)


def test_the_default_template_holds_every_block_and_documents_itself() -> None:
    text = _text(default_template())
    assert all(f"{{{{{name}}}}}" in text for name in BLOCKS)
    assert set(re.findall(r"\{\{(.+?)\}\}", text)) <= {*WORDS, *BLOCKS}


def test_html_escapes_what_was_filed_and_templates_may_do_nothing(report: Report, tmp_path: Path) -> None:
    item = report.filings[0]
    filing = item.filing.model_copy(update={"org": "<script>alert(1)</script>"})
    evil = report.model_copy(update={"filings": (item.model_copy(update={"filing": filing}),)})
    page = letter_html(first_letter(views(evil), [()], HEAD)).decode()
    assert "<script" not in page
    template = tmp_path / "t.html"
    for source in ("{{ letter.__class__.__mro__ }}", "{{ nothing }}", "{% for %}"):
        template.write_text(source, encoding="utf-8")
        with pytest.raises(ReviewerError, match="模板有误"):
            letter_html(_letter(report), template)


def test_one_letter_for_each_unit(word: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "另一单位.csv"
    other.write_text(
        "项目支出绩效目标申报表,,,\n项目单位,某某街道,,\n项目名称,培训,,\n一级指标,二级指标,三级指标,指标值\n"
        "产出指标,数量指标,培训人数,若干\n",
        encoding="utf-8",
    )
    save_decisions(beside(word), Decisions(file=word.name, opinion="自己的话"))
    target = tmp_path / "意见书"
    arguments = ["letter", str(word), str(other), "--output", str(target), "--date", "2025-03-11"]
    assert main(arguments) == 1
    names = sorted(p.name for p in target.iterdir())
    assert names == ["审核意见书（某某街道）.docx", "审核意见书（株洲市石峰区残疾人联合会）.docx"]
    assert "自己的话" in _text((target / names[1]).read_bytes())
    assert "自己的话" not in _text((target / names[0]).read_bytes())
    assert main(["letter", str(word), str(other), "--output", str(tmp_path / "一份.docx")]) == 2
    assert "有 2 个单位" in capsys.readouterr().err
    assert main(["letter", str(word), "-o", str(tmp_path / "一份.html"), "--unit", "某某局"]) == 1
    assert "某某局：" in (tmp_path / "一份.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "没有写要审核的文件"),
        (["没有.docx"], "没有可以写意见书的文件"),
        (["{word}", "--date", "三月"], "看不懂日期"),
        (["{word}", "--template", "没有.docx"], "找不到模板"),
    ],
)
def test_wrong_use_is_told(
    arguments: list[str], told: str, word: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(word.parent)
    assert main(["letter", *(a.format(word=word) for a in arguments)]) == 2
    assert told in capsys.readouterr().err
    assert not list(word.parent.glob("审核意见书*"))


def test_default_templates_can_be_had(word: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for suffix in (".docx", ".html"):
        template = tmp_path / f"模板{suffix}"
        assert main(["letter", "--new-template", str(template)]) == 0
        if suffix == ".docx":
            assert "{{逐条意见}}" in capsys.readouterr().out
        target = tmp_path / f"书{suffix}"
        assert main(["letter", str(word), "--template", str(template), "-o", str(target)]) == 1
        assert target.stat().st_size > 10_000
        assert main(["letter", "--new-template", str(template)]) == 2


def test_the_second_letter_tells_what_is_left(report: Report) -> None:
    item = report.filings[0]
    gone = item.findings[0]
    new = report.model_copy(update={"filings": (item.model_copy(update={"findings": item.findings[1:]}),)})
    (before,), (after,) = views(report), views(new)
    letter = second_letter(compare(item, new.filings[0]), after, before, HEAD)
    assert letter.title == "绩效目标复核意见书"
    assert "已改 1 条，未改 75 条" in letter.overall[0]
    opinions = [o for part in letter.parts for o in part.opinions]
    assert len(opinions) == sum(f.severity is not Severity.INFO for f in item.findings[1:])
    assert {o.mark for o in opinions} == {"未改·必须修改", "未改·应当修改"}
    assert gone.severity is not Severity.INFO
    assert "未改·必须修改" in _text(letter_docx(letter))


def test_the_page_on_rounds_names_every_placeholder() -> None:
    page = (EXAMPLES.parent / "docs" / "rounds.md").read_text("utf-8")
    assert set(re.findall(r"\{\{(.+?)\}\}", page)) == {*WORDS, *BLOCKS}
