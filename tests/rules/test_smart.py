"""The SMART score: a function of findings and of the row's own words."""

from pathlib import Path
from typing import Any

import pytest

from reviewer.errors import DataError
from reviewer.pipeline import review_filing
from reviewer.records import Severity, SmartScore
from reviewer.rules import smart
from reviewer.rules.smart import LETTERS, smart_score, smart_table
from tests.rules.builder import filing_of

FORM = {"title": "2024年项目支出绩效目标表", "year": "2024", "project": "农技培训", "annual_goal": "举办农技培训班3场"}


def score(row: dict[str, str], **form: Any) -> SmartScore:
    filing = filing_of({"form": {**FORM, **form, "rows": [row]}})
    return review_filing(filing).smart["F1.1"]


def points(found: SmartScore) -> str:
    return "".join(str(item.points) for item in found.letters)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"level2": "数量指标", "name": "农技培训场次", "value": "≥3场"}, "22222"),
        ({"level2": "数量指标", "name": "农技培训场次", "value": "3场"}, "21222"),  # QNT204 is a hint: M 1
        ({"level2": "质量指标", "name": "培训质量", "value": "稳步提升"}, "20122"),  # QNT202 error on words: M 0, A 1
        ({"level2": "时效指标", "name": "培训及时性", "value": "及时"}, "21120"),  # QNT207: T 0
        ({"level2": "数量指标", "name": "培训合格率", "value": "≥95%"}, "22202"),  # CAT101: R 0
        ({"level2": "质量指标", "name": "设备质量", "value": "符合国家标准"}, "21122"),  # checkable words: M 1
        ({"level2": "数量指标", "name": "农技培训场次", "value": ""}, "00022"),
        # QNT203 is a warning, but words that say nothing measure nothing: M 0
        ({"level2": "社会效益指标", "name": "农技培训影响", "value": "显著"}, "20122"),
    ],
)
def test_points(row: dict[str, str], expected: str) -> None:
    found = score(row)
    assert points(found) == expected, [(i.letter, i.points, i.reason) for i in found.letters]
    assert found.total == sum(map(int, expected))
    assert [i.letter for i in found.letters] == list(LETTERS)
    assert all(i.reason for i in found.letters)


def test_a_form_without_a_year_leaves_the_time_open() -> None:
    row = {"level2": "数量指标", "name": "农技培训场次", "value": "≥3场"}
    assert score(row, title="绩效目标表", year="").points("T") == 1
    dated = {"level2": "时效指标", "name": "培训完成时间", "value": "2024年11月底前"}
    assert score(dated, title="绩效目标表", year="").points("T") == 2


def test_what_is_left_to_fill_in_is_not_yet_measured() -> None:
    filing = filing_of({"form": {**FORM, "rows": [{"level2": "数量指标", "name": "农技培训场次", "value": "≥12场"}]}})
    form = filing.forms[0]
    full = smart_score(form, form.indicators[0], ())
    open_ = smart_score(form, form.indicators[0], (), to_fill=True)
    assert (full.total, open_.points("M"), open_.points("A")) == (10, 1, 1)
    assert "没有填" in open_.letters[1].reason


def test_two_warnings_of_a_letter_give_nothing_and_other_rows_do_not_count() -> None:
    filing = filing_of({"form": {**FORM, "rows": [{"level2": "数量指标", "name": "提高培训水平", "value": "≥3场"}]}})
    findings = review_filing(filing).findings
    form, row = filing.forms[0], filing.forms[0].indicators[0]
    spoken = next(f for f in findings if f.code == "WRD501")
    again = spoken.model_copy(update={"code": "WRD502", "severity": Severity.WARN})
    elsewhere = spoken.model_copy(update={"indicator_id": "F1.9"})
    assert smart_score(form, row, (elsewhere,)).points("S") == 2
    assert smart_score(form, row, (spoken,)).points("S") == 1
    assert smart_score(form, row, (spoken, again)).points("S") == 0


REASONS = smart_table().reasons
MET = {letter: text.met for letter, text in smart_table().letters.items()}
COUNT = {"level2": "数量指标", "name": "场次", "value": "≥3场"}
WORDS = {"level2": "质量指标", "name": "质量", "value": "合格"}
DATE = {"level2": "时效指标", "name": "完成时间", "value": "2024年11月底前"}
TIMELESS = {"title": "", "year": ""}


@pytest.mark.parametrize(
    ("row", "form", "to_fill", "expected", "reasons"),
    [
        (COUNT, {}, False, "22222", {"T": "form_time"}),
        (COUNT, {}, True, "21122", {"M": "to_fill", "A": "unjudged_to_fill", "T": "form_time"}),
        (COUNT, {**TIMELESS, "period": "2024年"}, False, "22222", {"T": "form_time"}),
        (COUNT, {**TIMELESS, "period": " "}, False, "22221", {"T": "no_time"}),
        ({**COUNT, "level2": "其他", "name": " "}, {}, False, "02212", {
            "S": "no_name", "R": "no_category", "T": "form_time",
        }),
        ({**COUNT, "value": "无"}, {}, False, "20022", {"M": "no_value", "A": "no_value", "T": "form_time"}),
        (WORDS, {}, False, "21122", {"M": "checkable", "A": "unjudged", "T": "form_time"}),
        # What is to be filled in is a number; words stay words.
        (WORDS, {}, True, "21122", {"M": "checkable", "A": "unjudged", "T": "form_time"}),
        (DATE, TIMELESS, False, "22222", {"T": "own_time"}),
        ({**DATE, "name": "工期", "value": "≤30天"}, TIMELESS, False, "22222", {"T": "own_time"}),
    ],
)  # fmt: skip
def test_what_the_words_alone_allow(
    row: dict[str, str], form: dict[str, str], to_fill: bool, expected: str, reasons: dict[str, str]
) -> None:
    made = filing_of({"form": {**FORM, **form, "rows": [row]}}).forms[0]
    found = smart_score(made, made.indicators[0], (), to_fill=to_fill)
    assert points(found) == expected
    told = {letter: getattr(REASONS, reason) for letter, reason in reasons.items()}
    assert {item.letter: item.reason for item in found.letters} == MET | told


def test_findings_are_told_before_what_the_words_lack_and_instead_of_what_is_met() -> None:
    words_only = score({"level2": "质量指标", "name": "培训质量", "value": "稳步提升"}).letters[1]
    assert words_only.reason == f"QNT202 质量指标不可衡量；{REASONS.words_only}"
    hint = score({"level2": "数量指标", "name": "农技培训场次", "value": "3场"}).letters[1]
    assert hint.reason == "QNT204 缺少比较符或方向"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("zero_from: 2", "zero_from: 0"), "写法不对"),
        (("  T: {", "  X: {"), "写法不对"),
        (("  T: {", "  # "), "字母 T"),
    ],
)
def test_broken_table_is_said(
    change: tuple[str, str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = smart.resource("taxonomy", "smart.yaml").read_text("utf-8")
    assert change[0] in text
    broken = tmp_path / "smart.yaml"
    broken.write_text(text.replace(*change), "utf-8")
    monkeypatch.setattr(smart, "resource", lambda *parts: broken)
    smart_table.cache_clear()
    try:
        with pytest.raises(DataError, match=said):
            smart_table()
        broken.write_text(text.replace("zero_from: 2", "zero_from: 1"), "utf-8")
        assert smart_table().zero_from == 1
    finally:
        smart_table.cache_clear()
