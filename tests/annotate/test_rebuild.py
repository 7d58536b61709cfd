"""Files that cannot be annotated themselves: a Word document of what was read, said so, each remark on its cell."""

import shutil
import subprocess
from pathlib import Path

import pytest
import xlwt

from reviewer.annotate import annotate
from reviewer.errors import ReviewerError
from reviewer.evals.render_files import render
from reviewer.pipeline import review
from reviewer.readers import read
from reviewer.records import Filing
from tests.annotate.office import (
    EXAMPLES,
    STAMP,
    W,
    annotated,
    audit,
    check_accepted,
    check_word,
    commented,
    comments,
    document,
    rejected,
    squeezed,
    text,
)
from tests.annotate.test_round_trip import contents

NOTICE = "本文件由程序按原表内容重建，不是原件"


def rows(filing: Filing) -> list[tuple[str, ...]]:
    return [
        tuple(squeezed(t) for t in (i.level1, i.level2, i.name, i.value, i.unit, i.standard))
        for form in filing.forms
        for i in form.indicators
    ]


def check(path: Path) -> None:
    done, report = annotated(path)
    item = report.filings[0]
    assert done.rebuilt and done.suffix == ".docx"
    assert any(NOTICE in note for note in done.notes)
    check_word(done.content)
    root = document(done.content)
    assert text(next(root.iter(f"{W}p"))) == NOTICE
    assert path.name in text(list(root.iter(f"{W}p"))[1])
    original = rejected(root)
    said: dict[str, list[str]] = {}
    for key, (_, words) in comments(done.content).items():
        said.setdefault("".join(words.split()), []).append(squeezed(text(commented(original, key))))
    assert len(item.findings) + 1 == done.comments
    for finding in item.findings:
        assert finding.location is not None
        here = [c for words, found in said.items() if f"（{finding.code}）" in words for c in found]
        assert squeezed(finding.location.text) in here, finding
    made = path.with_name("重建.docx")
    made.write_bytes(done.content)
    again = read(made)
    assert rows(again) == rows(item.filing)
    assert [squeezed(f.title) for f in again.forms] == [squeezed(f.title) for f in item.filing.forms]
    check_accepted(done, report, made)


@pytest.mark.parametrize("number", range(0, 35, 5))
@pytest.mark.parametrize("form", ["csv:repeated", "html:merged", "html:points"])
def test_tables(form: str, number: int, tmp_path: Path) -> None:
    kind, _, layout = form.partition(":")
    check(render(contents()[number], tmp_path, kind, layout))


def test_the_dump_of_the_example(tmp_path: Path) -> None:
    path = tmp_path / "石峰区 残联.txt"
    path.write_bytes((EXAMPLES / "shifeng-2023.txt").read_bytes())
    done, report = annotated(path)
    check_word(done.content)
    assert done.comments == len(report.filings[0].findings) + 1 > 60
    assert len(done.tracked) > 20
    assert not {e for e in audit(done.content, tmp_path / "a.docx") if "document.xml" in e or "comments" in e}
    original = rejected(document(done.content))
    for key, (_, words) in comments(done.content).items():
        if "（QNT202）" in words.split("\n")[0]:
            assert text(commented(original, key)) in words  # each tells the value that it stands on


def test_old_workbooks(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表 1")
    for r, row in enumerate(
        (
            ("项目支出绩效目标申报表",),
            ("项目名称", "农技推广培训"),
            ("一级指标", "二级指标", "三级指标", "指标值"),
            ("产出指标", "质量指标", "培训质量", "稳步推进"),
        )
    ):
        for c, words in enumerate(row):
            sheet.write(r, c, words)
    book.save(str(tmp_path / "旧表.xls"))
    check(tmp_path / "旧表.xls")


def test_a_pdf(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    source = EXAMPLES / "shifeng-2023.docx"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    done, report = annotated(tmp_path / "shifeng-2023.pdf")
    check_word(done.content)
    assert done.rebuilt and done.comments >= len(report.filings[0].findings) + 1 > 60
    places = {f.location.page for f in report.filings[0].findings if f.location}
    assert len(places) > 3
    assert "第4页" in "".join(text(p) for p in document(done.content).iter(f"{W}p"))


def test_a_json_filing_has_no_table_to_write_on(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(read(EXAMPLES / "shifeng-2023.docx").model_dump_json(), "utf-8")
    with pytest.raises(ReviewerError, match="没有原表"):
        annotate(path, review(path), STAMP)
