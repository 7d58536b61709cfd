"""What no engine can get past: sources of numbers, the second review, standings, collisions between suggestions."""

import pytest

from reviewer.pipeline import review_filing
from reviewer.records import Dropped, Filing, FilingReport, NumberSource, RowText, Standing, Suggestion
from reviewer.suggesters import SUGGESTERS, Draft, Prover
from reviewer.suggesters.base import Case, row_text
from reviewer.suggesters.provenance import numbers_in, trace
from tests.rules.builder import filing_of
from tests.suggesters.proving import case_of, findings_of, prover_of

FORM = {
    "title": "2024年项目支出绩效目标申报表",
    "year": "2024",
    "project": "残疾人托养服务",
    "budget": "140",
    "annual_goal": "开展残疾人居家托养服务150人",
    "rows": [
        {"level2": "数量指标", "name": "托养残疾人数", "value": "150人"},
        {"level2": "质量指标", "name": "居家服务水平", "value": "稳步提升"},
        {"level2": "满意度指标", "name": "服务对象满意度", "value": "90%"},
        {"level2": "社会效益指标", "name": "残疾人家庭的幸福感", "value": "不断提高"},
    ],
    "cost_lines": [{"content": "托养服务", "amount": "140", "basis": "130人＋20人，按标准补助"}],
}


def filing(**form: object) -> Filing:
    return filing_of({"form": FORM | form})


def quality() -> tuple[Filing, Case, Draft]:
    made = filing()
    case = case_of(made, "F1.2")
    assert case is not None
    assert case.indicator is not None
    return made, case, Draft(row_text(case.form, case.indicator), case.indicator.category)


def rewritten(name: str, value: str, *numbers: NumberSource, standard: str | None = None) -> Suggestion | Dropped:
    made, case, start = quality()
    columns = {"name": name, "value": value, "standard": standard}
    return prover_of(made).prove(case, start.change("改。", numbers=numbers, columns=columns))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("居家服务规范率", "≥97%"),
        ("居家服务规范率", "≥九成"),
        ("12个社区居家服务规范率", "≥【待填】%"),
        ("居家服务规范率", "≥【待填】%，2026年起"),
        ("居家服务规范率（按《托养服务规范》）", "≥【待填】%"),
        ("居家服务规范率（湘残联〔2099〕1号）", "≥【待填】%"),
    ],
)
def test_numbers_and_documents_without_a_source_are_refused(name: str, value: str) -> None:
    result = rewritten(name, value)
    assert isinstance(result, Dropped)
    assert "找不到出处" in result.reason


def test_what_the_filing_says_is_traced_to_its_place() -> None:
    result = rewritten("150名托养对象居家服务规范率", "≥【待填】%")
    assert isinstance(result, Suggestion), result
    [source] = result.numbers
    assert (source.number, source.source) == ("150", "年度绩效目标")
    assert "150人" in source.quote


def test_a_computed_number_carries_its_computation() -> None:
    row = RowText(level2="数量指标", name="托养残疾人数", value="≥150人")
    made = filing(annual_goal="开展托养服务", rows=[{"level2": "数量指标", "name": "托养", "value": "若干"}])
    given = NumberSource(number="150", source="支出明细“托养服务”的测算依据", computation="130+20=150")
    sources, missing = trace(row, made.forms[0], made.forms[0].indicators[0], (given,))
    assert not missing
    assert sources == [given]
    assert trace(row, made.forms[0], made.forms[0].indicators[0], ())[1] == ["150"]


def test_what_is_left_to_fill_in_is_no_number() -> None:
    assert numbers_in("≥【待填：2025年底前的人数】人") == []
    assert numbers_in("≥1.5万元，三年") == ["1.5", "三"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("居家服务对象满意度", "≥【待填】%", "CAT101"),  # belongs elsewhere now
        ("提高居家服务规范率", "≥【待填】%", "WRD501"),  # a phrase
        ("居家服务规范率", "≥【待填】人", "QNT205"),  # a rate in people
    ],
)
def test_a_rewrite_that_brings_a_new_flaw_is_refused(name: str, value: str, code: str) -> None:
    result = rewritten(name, value)
    assert isinstance(result, Dropped)
    assert f"改后出现新问题 {code}" in result.reason


def test_a_rewrite_that_leaves_its_flaw_is_refused() -> None:
    result = rewritten("居家服务质量水平", "稳步提升")
    assert isinstance(result, Dropped)
    assert result.reason == "改后原来的问题还在"


def report(**form: object) -> FilingReport:
    return review_filing(filing(**form), engines=("rules", "bank"))


def test_every_delivered_suggestion_removes_something_and_its_numbers_have_sources() -> None:
    found = report()
    assert found.suggestions
    for item in found.suggestions:
        assert item.removes
        for row in filter(None, (item.proposed, *item.extra)):
            printed = set(numbers_in(f"{row.name} {row.value}"))
            assert printed <= {n.number for n in item.numbers}
        assert item.standing is not Standing.SAFE or item.source == "rule"


def test_ids_are_unique_and_the_same_filing_gives_the_same_suggestions() -> None:
    found = report()
    ids = [item.id for item in found.suggestions]
    assert len(set(ids)) == len(ids)
    assert report() == found


def taken(found: FilingReport, ids: set[str]) -> Filing:
    """The filing with some suggestions taken."""
    rows = {s.indicator_id: s.proposed for s in found.suggestions if s.id in ids and s.proposed is not None}
    form = found.filing.forms[0]
    indicators = tuple(
        i.model_copy(update=rows[i.id].model_dump(exclude={"level2"})) if i.id in rows else i for i in form.indicators
    )
    return found.filing.model_copy(update={"forms": (form.model_copy(update={"indicators": indicators}),)})


def test_safe_fixes_are_done_once() -> None:
    found = report()
    safe = {s.id for s in found.suggestions if s.standing is Standing.SAFE}
    assert safe
    again = review_filing(taken(found, safe), engines=("rules",))
    assert not [s for s in again.suggestions if s.standing is Standing.SAFE]
    gone = {(s.indicator_id, code) for s in found.suggestions if s.id in safe for code in s.removes}
    assert not gone & {(f.indicator_id, f.code) for f in again.findings}


def test_two_engines_with_one_proposal_give_one_suggestion() -> None:
    found = report()
    rows = [(s.indicator_id, s.proposed, s.extra) for s in found.suggestions if s.indicator_id]
    assert len(set(rows)) == len(rows)


def test_copied_rows_are_not_made_copies_again() -> None:
    """REL303 counts as removed only where the rewrite differs from the ones for its sisters."""
    rows = [{"level2": "社会效益指标", "name": "残疾人家庭的幸福感", "value": "不断提高"}]
    forms = [{**FORM, "project": name, "cost_lines": [], "rows": rows} for name in ("甲", "乙", "丙")]
    found = review_filing(filing_of({"forms": forms}), engines=("rules",))
    claimed = [s.proposed for s in found.suggestions if "REL303" in s.removes]
    names = [row.name for row in claimed if row is not None]
    assert len(set(names)) == len(names)


def test_one_more_missing_category_is_a_new_flaw() -> None:
    """The form lacks categories already; a rewrite that empties another one is refused."""
    made, case, start = quality()
    result = prover_of(made).prove(case, start.change("移走。", columns={"level2": "社会效益指标", "name": "就业人数"}))
    assert isinstance(result, Dropped)
    assert "CMP001" in result.reason


def test_findings_of_other_forms_are_seen_too() -> None:
    forms = [FORM, {**FORM, "project": "别的项目"}]
    made = filing_of({"forms": forms})
    local = findings_of(made, "F1")
    assert {f.form_id for f in local if f.code == "QNT202"} == {"F1"}
    assert set(local) <= set(findings_of(made))


def test_engines_of_every_suggester_are_known() -> None:
    assert all(set(item.engines) <= {"rules", "bank", "llm"} and item.engines for item in SUGGESTERS.values())
    assert isinstance(prover_of(filing()), Prover)


def test_a_row_that_moves_away_leaves_no_required_place_empty() -> None:
    rows = [
        {"level2": "数量指标", "name": "补助人数", "value": "≥150人"},
        {"level2": "质量指标", "name": "补助发放及时率", "value": "≥95%"},
        {"level2": "时效指标", "name": "完成时间", "value": "2024年11月底前"},
    ]
    found = review_filing(filing(project="困难群众补助", rows=rows, cost_lines=[]), engines=("rules",))
    [item] = [s for s in found.suggestions if s.indicator_id == "F1.2"]
    assert item.proposed is not None
    assert item.proposed.level2 == "时效指标"
    assert [row.level2 for row in item.extra] == ["质量指标"]
    assert item.standing is Standing.CONFIRM
    assert "不能空着" in item.reason
