"""Accepted rewrites in the filer's own file: exactly those, nothing else, and back again."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.image import Image
from openpyxl.worksheet.datavalidation import DataValidation

from reviewer.cli import main
from reviewer.pipeline import review
from reviewer.readers import read
from reviewer.records import RowText, Standing
from reviewer.rounds.apply import correct
from reviewer.rounds.corrections import corrections
from reviewer.rounds.deciding import decide, find
from reviewer.rounds.decisions import Decision, Decisions, beside, load_decisions, save_decisions
from reviewer.rounds.journal import FOLDER, Journal
from reviewer.writers.view import views

TODAY = date(2025, 3, 11)
_HEADINGS = ("一级指标", "二级指标", "三级指标", "指标值", "单位")


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def _rows(path: Path) -> list[tuple[str, ...]]:
    return [
        (f.id, i.level2, i.name, i.value, i.unit or "", i.standard or "")
        for f in read(path).forms
        for i in f.indicators
    ]


def _accept(path: Path, name: str, *changes: str) -> None:
    (view,) = views(review(path, engines=("rules",)))
    made = decide(
        view,
        find(view, name),
        "edit" if changes else "accept",
        reason="",
        reviewer="张三",
        today=TODAY,
        columns=changes,
    )
    noted = load_decisions(beside(path))
    save_decisions(beside(path), noted.model_copy(update={"decisions": (*noted.decisions, made)}))


@pytest.mark.parametrize("kind", ["word", "excel"])
def test_safe_ones_in_one_step_change_nothing_else(kind: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(kind)
    report = review(path, engines=("rules",)).filings[0]
    safe = {s.indicator_id: s for s in report.suggestions if s.standing is Standing.SAFE}
    assert safe
    before = {i.id: i for f in report.filing.forms for i in f.indicators}
    parts = _parts(path)
    assert main(["apply", str(path), "--safe"]) == 0
    after = {i.id: i for f in read(path).forms for i in f.indicators}
    assert before.keys() == after.keys()
    for key, row in after.items():
        wanted = safe[key].proposed if key in safe else None
        expected = wanted or before[key]
        assert (row.level2, row.name, row.value) == (expected.level2, expected.name, expected.value), key
    changed = {name for name, content in _parts(path).items() if content != parts[name]}
    assert _parts(path).keys() == parts.keys()
    if kind == "word":
        assert changed == {"word/document.xml"}
        document = _parts(path)["word/document.xml"].decode()
        assert "apply-" not in document and "<w:ins " not in document and "<w:del " not in document
    else:
        assert changed and all(name.startswith("xl/worksheets/sheet") for name in changed)
    again = review(path, engines=("rules",)).filings[0]
    assert not [s for s in again.suggestions if s.standing is Standing.SAFE]


@pytest.mark.parametrize("kind", ["word", "excel"])
def test_undo_gives_the_file_back_byte_for_byte_step_by_step(kind: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(kind)
    first = path.read_bytes()
    _accept(path, "F1.5/confirm", "指标值=≥85%")
    assert main(["apply", str(path)]) == 0
    second = path.read_bytes()
    assert ("F1", "社会效益指标", "残疾人家庭幸福感提升的受访对象占比", "≥85%", "", "") in _rows(path)
    assert main(["apply", str(path), "--safe"]) == 0
    assert path.read_bytes() != second
    assert main(["apply", str(path), "--undo"]) == 0
    assert path.read_bytes() == second
    assert main(["apply", str(path), "--undo"]) == 0
    assert path.read_bytes() == first
    assert main(["apply", str(path), "--undo"]) == 2


def test_what_was_written_is_not_written_twice(word: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _accept(word, "F1.8/safe")
    assert main(["apply", str(word)]) == 0
    once = word.read_bytes()
    capsys.readouterr()
    assert main(["apply", str(word)]) == 0
    assert "1 条原已写入" in capsys.readouterr().err
    assert word.read_bytes() == once


def test_a_decision_whose_text_changed_is_told_and_not_written(word: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _accept(word, "F1.8/safe")
    noted = load_decisions(beside(word))
    other = noted.decisions[0].model_copy(update={"text": "满意度指标｜别的｜80%"})
    save_decisions(
        beside(word),
        noted.model_copy(update={"decisions": (other.model_copy(update={"proposed": _other(other)}),)}),
    )
    before = word.read_bytes()
    assert main(["apply", str(word)]) == 1
    assert "文件里的原文变了" in capsys.readouterr().out
    assert word.read_bytes() == before
    assert not (word.parent / FOLDER).exists()


def _other(decision: Decision) -> RowText:
    assert decision.proposed is not None
    return decision.proposed.model_copy(update={"name": "从没有过的名称"})


def test_rejected_ones_are_not_safe_any_more(word: Path) -> None:
    report = review(word, engines=("rules",))
    (view,) = views(report)
    safe = [s.id for s in view.item.suggestions if s.standing is Standing.SAFE]
    rejected = decide(view, find(view, safe[0]), "reject", reason="固定数", reviewer="张三", today=TODAY)
    chosen, _ = corrections(view.item, Decisions(decisions=(rejected,)), safe=True)
    assert [s.id for s in chosen] == safe[1:]


def test_output_leaves_the_original_alone(word: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = word.read_bytes()
    target = tmp_path / "已改.docx"
    assert main(["apply", str(word), "--safe", "--output", str(target)]) == 0
    assert word.read_bytes() == before
    assert target.read_bytes() != before
    assert not (tmp_path / FOLDER).exists()
    assert main(["apply", str(word), "--safe", "--output", str(target)]) == 2
    assert "已经有了" in capsys.readouterr().err
    assert main(["apply", str(word), "--safe", "--output", str(tmp_path / "已改.xlsx")]) == 2


def test_undo_refuses_a_file_that_was_changed_since(word: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", str(word), "--safe"]) == 0
    word.write_bytes(word.read_bytes() + b"\0")
    changed = word.read_bytes()
    capsys.readouterr()
    assert main(["apply", str(word), "--undo"]) == 2
    assert "又改过" in capsys.readouterr().err
    assert word.read_bytes() == changed


def test_a_step_that_was_noted_but_never_written_is_passed_over(word: Path) -> None:
    first = word.read_bytes()
    assert main(["apply", str(word), "--safe"]) == 0
    second = word.read_bytes()
    from datetime import datetime

    Journal(word).keep(second, b"killed before this was written", ("x",), datetime(2025, 3, 11))
    assert main(["apply", str(word), "--undo"]) == 0
    assert word.read_bytes() == first


@pytest.mark.parametrize("lock", ["~${}", ".~lock.{}#"])
def test_an_open_file_is_not_written(lock: str, word: Path, capsys: pytest.CaptureFixture[str]) -> None:
    word.with_name(lock.format(word.name)).write_bytes(b"")
    before = word.read_bytes()
    assert main(["apply", str(word), "--safe"]) == 2
    assert "正在 Word、Excel 或 WPS 里打开" in capsys.readouterr().err
    assert word.read_bytes() == before


def test_other_formats_are_refused_with_a_way_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "表.csv"
    path.write_text("一级指标,二级指标,三级指标,指标值\n产出指标,数量指标,培训人数,150人\n", encoding="utf-8")
    assert main(["apply", str(path), "--safe"]) == 2
    assert "另存为 .docx 或 .xlsx" in capsys.readouterr().err


def _workbook(path: Path, *, formula: bool = False) -> Path:
    """A sheet with a picture, a validation, a number format, an empty row, and cells that are not there."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    rows: list[tuple[object, ...]] = [
        ("2023年项目支出绩效目标申报表",),
        ("项目名称", "农技推广培训"),
        ("年度绩效目标", "举办农技推广培训3场，培训150人。"),
        _HEADINGS,
        ("产出指标", "数量指标", "农技推广培训人数", 150, "人"),
        ("产出指标", "质量指标", "培训合格率", "≥95", "%"),
        ("产出指标", "时效指标", "培训完成时间", "2023年12月底前", ""),
        ("产出指标", "成本指标"),
        ("效益指标", "社会效益指标", "农户知晓率", "≥90", "%"),
        ("满意度指标", "服务对象满意度指标", "学员满意度", "=90+0" if formula else 90, "%"),
    ]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    sheet["D5"].number_format = "0"
    validation = DataValidation(type="list", formula1='"人,次,%"')
    validation.add("E5:E10")
    sheet.add_data_validation(validation)
    picture = io.BytesIO()
    from PIL import Image as Pixels

    Pixels.new("RGB", (8, 8), "red").save(picture, "PNG")
    sheet.add_image(Image(io.BytesIO(picture.getvalue())), "G2")
    book.save(path)
    return path


def _decision(path: Path, name: str, **columns: str) -> Decision:
    report = review(path, engines=("rules",))
    form = report.filings[0].filing.forms[0]
    row = next(i for i in form.indicators if i.name == name)
    from reviewer.rounds.places import form_words, text_words
    from reviewer.suggesters.base import row_text

    current = row_text(form, row)
    return Decision(
        verdict="edit",
        about="suggestion",
        codes=("QNT204",),
        form=form_words(form),
        text=text_words(current),
        source="rule",
        current=current,
        proposed=current.model_copy(update=columns),
        reviewer="张三",
        date=TODAY,
    )


def test_pictures_validations_and_numbers_of_a_workbook_are_kept(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    path = _workbook(tmp_path / "表.xlsx")
    parts = _parts(path)
    save_decisions(beside(path), Decisions(decisions=(_decision(path, "农技推广培训人数", value="≥150 & <200"),)))
    assert main(["apply", str(path)]) == 0
    after = _parts(path)
    assert {name for name in parts if after[name] != parts[name]} == {"xl/worksheets/sheet1.xml"}
    old, new = (p["xl/worksheets/sheet1.xml"].decode() for p in (parts, after))
    assert '<c r="D5" s="' in new and "≥150 &amp; &lt;200" in new
    assert new.partition('<c r="D5"')[0] == old.partition('<c r="D5"')[0]
    assert new.partition('<c r="E5"')[2] == old.partition('<c r="E5"')[2]
    sheet = load_workbook(path).active
    assert sheet is not None
    assert sheet["D5"].value == "≥150 & <200" and sheet["D10"].value == 90
    assert len(sheet.data_validations.dataValidation) == 1 and len(sheet._images) == 1


def test_a_further_row_goes_into_an_empty_one_even_where_cells_are_missing(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    path = _workbook(tmp_path / "表.xlsx")
    report = review(path, engines=("rules",))
    from reviewer.rounds.places import form_words

    new = RowText(level2="成本指标", name="项目总成本", value="≤12", unit="万元")
    added = Decision(
        verdict="edit",
        about="suggestion",
        codes=("CMP001",),
        form=form_words(report.filings[0].filing.forms[0]),
        proposed=new,
        reviewer="张三",
        date=TODAY,
    )
    save_decisions(beside(path), Decisions(decisions=(added,)))
    assert main(["apply", str(path)]) == 0
    sheet = load_workbook(path).active
    assert sheet is not None
    assert [sheet.cell(8, n).value for n in range(1, 6)] == ["产出指标", "成本指标", "项目总成本", "≤12", "万元"]
    assert main(["apply", str(path)]) == 0, "it is there already"


def test_a_formula_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("PIL")
    path = _workbook(tmp_path / "表.xlsx", formula=True)
    report = review(path, engines=("rules",))
    form = report.filings[0].filing.forms[0]
    row = next(i for i in form.indicators if i.name == "学员满意度")
    decision = _decision(path, "学员满意度", value="≥90")
    assert row.value != "≥90"
    save_decisions(beside(path), Decisions(decisions=(decision,)))
    before = path.read_bytes()
    assert main(["apply", str(path)]) == 1
    assert "写不进去" in capsys.readouterr().out
    assert path.read_bytes() == before


def test_a_rewrite_that_does_not_read_back_is_left_out(word: Path) -> None:
    """Words that the reader takes for a heading must not come into the file; the others are written all the same."""
    report = review(word, engines=("rules",)).filings[0]
    good = [s for s in report.suggestions if s.standing is Standing.SAFE]
    first = good[0]
    assert first.current is not None
    heading = first.current.model_copy(update={"level2": "二级指标", "name": "三级指标", "value": "指标值"})
    done = correct(word, report, (first.model_copy(update={"id": "bad", "proposed": heading}), *good[1:]))
    assert [s.id for s in done.written] == [s.id for s in good[1:]]
    assert [entry.text.partition(" → ")[2] for entry in done.lost] == ["二级指标｜三级指标｜指标值"]
