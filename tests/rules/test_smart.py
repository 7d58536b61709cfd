"""The SMART score: a function of findings and of the row's own words."""

from typing import Any

import pytest

from reviewer.pipeline import review_filing
from reviewer.records import Severity, SmartScore
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


def test_the_table_names_all_letters() -> None:
    assert set(smart_table().letters) == set(LETTERS)
