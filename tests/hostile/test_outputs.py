"""What strangers write goes into files that others open: no formula, no markup, no control character gets through."""

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from bs4 import BeautifulSoup
from docx import Document
from lxml import etree

from reviewer.annotate import Stamp, annotate
from reviewer.batch import run_batch
from reviewer.pipeline import build_report, review_filing
from reviewer.readers import read
from reviewer.rounds.decisions import Decisions
from reviewer.rounds.letter import Head, Letter, first_letter
from reviewer.rounds.letter_docx import letter_docx
from reviewer.rounds.letter_html import letter_html
from reviewer.training.certificate import certificate, page
from reviewer.training.journal import Learner
from reviewer.training.progress import Answer, knowledge
from reviewer.training.report_excel import workbook
from reviewer.writers import WRITERS
from reviewer.writers.view import views
from tests.hostile.poison import STARTS, evil, poisoned

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
FORBIDDEN = {*map(chr, (*range(9), 11, 12, *range(14, 32), 127, 0xFFFE, 0xFFFF)), "\u202e", "\u2066"}
PAGES = [name for name in WRITERS if WRITERS[name].suffix == ".html"]


def is_harmless_page(html: str) -> None:
    """Nothing that was written became an element, a script or an unseen character."""
    assert "HYPERLINK" in html
    soup = BeautifulSoup(html, "html.parser")
    assert not soup.find_all("img", src="x")
    assert not [tag for tag in soup.find_all(True) if any(key.startswith("on") for key in tag.attrs)]
    scripts = "".join(tag.get_text() for tag in soup.find_all("script") if tag.get("type") != "application/json")
    assert "alert(" not in scripts
    assert not FORBIDDEN & set(html)
    html.encode("utf-8")


def is_harmless_book(content: bytes | Path) -> None:
    """No cell is a formula, whoever opens it."""
    book = openpyxl.load_workbook(io.BytesIO(content) if isinstance(content, bytes) else content)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert [cell for cell in cells if cell.data_type == "f"] == []
    # Shown as text also when a person edits the cell.
    risky = [c for c in cells if isinstance(c.value, str) and c.value.strip().startswith(FORMULA)]
    risky = [cell for cell in risky if cell.value != "-3.5"]  # a number
    assert risky and all(cell.quotePrefix for cell in risky)


# --- one report


@pytest.mark.parametrize("start", STARTS)
def test_cells_of_a_csv(start: str) -> None:
    table = WRITERS["csv"].write(poisoned(start, with_suggestions=True)).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert sum("HYPERLINK" in cell for cell in cells) > 20
    assert [cell for cell in cells if cell.strip().startswith(FORMULA)] == []
    assert [cell for cell in cells if cell[:1] in ("\t", "\r", "\n")] == []


@pytest.mark.parametrize("number", ["-3.5", "-12%", "+8", "-1,200.50"])
def test_a_number_below_nothing_stays_a_number(number: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(
            [["一级指标", "二级指标", "三级指标", "指标值"], ["产出指标", "质量指标", "提升工作，推进服务", number]]
        )
    report = build_report([review_filing(read(path))])
    rows = list(csv.DictReader(io.StringIO(WRITERS["csv"].write(report).decode("utf-8-sig"))))
    assert number in [row["指标值"] for row in rows]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("with_suggestions", [False, True])
def test_a_page(name: str, with_suggestions: bool) -> None:
    is_harmless_page(WRITERS[name].write(poisoned("=", with_suggestions=with_suggestions)).decode("utf-8"))


def test_formats_for_machines() -> None:
    report = poisoned("=", with_suggestions=True)
    for name in ("json", "sarif"):
        assert "HYPERLINK" in json.dumps(json.loads(WRITERS[name].write(report)))
    tree = etree.fromstring(WRITERS["junit"].write(report), etree.XMLParser(resolve_entities=False))
    assert "HYPERLINK" in etree.tostring(tree, encoding="unicode")


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_text_for_people(name: str) -> None:
    text = WRITERS[name].write(poisoned("=", with_suggestions=True)).decode("utf-8")
    assert "HYPERLINK" in text.replace("\\", "")
    assert not FORBIDDEN & set(text)
    if name == "markdown":
        assert not BeautifulSoup(text.replace("\\<", "&lt;"), "html.parser").find_all(["script", "img"])


# --- letters


def letter() -> Letter:
    bad = evil("=")
    head = Head(
        office=bad, reviewer=bad, number=bad, today=date(2025, 3, 11), opinion=bad + "\n" + bad, unit=bad, due=bad
    )
    report = poisoned("=", with_suggestions=True)
    return first_letter(views(report), [Decisions(opinion=bad).decisions] * len(report.filings), head)


def test_letters() -> None:
    is_harmless_page(letter_html(letter()).decode("utf-8"))
    document = Document(io.BytesIO(letter_docx(letter())))
    text = "\n".join(p.text for p in document.paragraphs)
    assert "HYPERLINK" in text and not FORBIDDEN & set(text)
    assert not document.element.body.findall(".//{*}instrText")  # no field that Word would compute


# --- the filer's own file


def test_notes_in_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book["Sheet"]
    for row in (
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "质量指标", "培训质量" + evil("")[:60], "稳步提升"],
        ["产出指标", "质量指标", "培训合格率", "-3.5"],
    ):
        sheet.append(["".join(c for c in cell if c.isprintable()) for cell in row])
    path = tmp_path / "a.xlsx"
    book.save(path)
    report = build_report([review_filing(read(path))])
    item = report.filings[0]
    worse = tuple(f.model_copy(update={"message": evil("=") + f.message, "evidence": evil("@")}) for f in item.findings)
    report = report.model_copy(update={"filings": (item.model_copy(update={"findings": worse}),)})
    done = annotate(path, report, Stamp(author=evil("="), when=datetime(2025, 3, 11)))
    made = openpyxl.load_workbook(io.BytesIO(done.content))
    cells = [cell for row in made["Sheet"].iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    notes = [cell.comment.text for cell in cells if cell.comment]
    assert any("HYPERLINK" in note for note in notes) and not FORBIDDEN & set("".join(notes))


# --- training


def test_the_report_on_learners() -> None:
    answer = Answer(
        item="QNT201.x", code="QNT201", found=True, named=True, fixed=True, at=datetime(2026, 3, 2, tzinfo=UTC)
    )
    people = [
        Learner(name=evil(start), unit=evil(start), answers=(answer,), unreadable=0) for start in ("=", "-", "＠")
    ]
    is_harmless_book(workbook(people, datetime(2026, 3, 3, tzinfo=UTC)))
    known = knowledge((answer,), datetime(2026, 3, 3, tzinfo=UTC))
    is_harmless_page(page(certificate(known, evil("="), evil("="))).decode("utf-8"))


# --- a batch

NAMES = [
    "=cmd HYPERLINK(1).csv", "<img src=x onerror=alert(1)>.csv", "上\\..\\..\\上.csv", "a:b.csv", "CON.csv", "aux .csv",
    "换\n行.csv", "上\u202egnp.csv", "@x';drop.csv", "长" * 80 + ".csv", "a" * 250 + ".csv", "-.csv", " .csv",
]  # fmt: skip


def test_a_batch_of_hostile_names(tmp_path: Path) -> None:
    source, output = tmp_path / "上报", tmp_path / "结果"
    source.mkdir()
    bad = "".join(c for c in evil("=") if c.isprintable())
    for n, name in enumerate(NAMES):
        with (source / name).open("w", newline="", encoding="utf-8", errors="replace") as out:
            csv.writer(out).writerows(
                [
                    [f"{2023 + n % 2}年项目支出绩效目标申报表"],
                    ["项目名称", bad],
                    ["项目单位", bad],
                    ["年度绩效目标", f"{bad}完成全县高标准农田建设任务，改善农业生产条件，提高粮食综合生产能力"],
                    ["一级指标", "二级指标", "三级指标", "指标值"],
                    ["产出指标", "质量指标", bad, bad],
                    ["产出指标", "数量指标", "-HYPERLINK", "-3.5"],
                ]
            )
    before = {path for path in tmp_path.rglob("*") if output not in path.parents and path != output}
    summary = run_batch([source], output, jobs=2, with_parquet=False)
    assert summary.tally.total.files == len(NAMES)
    assert {p for p in tmp_path.rglob("*") if output not in p.parents and p != output} == before, "written elsewhere"
    for place in output.rglob("*"):
        name = place.name
        assert not set(name) & set('<>:"|?*\\\n\u202e') and not name.endswith((".", " ")), name
        assert len(name.encode()) <= 255
        assert name.partition(".")[0].upper() not in {"CON", "AUX", "NUL", "PRN"}
    (book,) = output.glob("*.xlsx")
    is_harmless_book(book)
    for html in output.rglob("*.html"):
        is_harmless_page(html.read_text("utf-8"))
