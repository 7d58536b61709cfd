"""The draft score: what lowers a criterion, what is left unjudged, and that nothing else enters it."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from reviewer.errors import DataError
from reviewer.pipeline import review_filing
from reviewer.records import Criterion, FilingReport, Finding, Form, FormKind, Outcome, OutcomeKind, Score, Severity
from reviewer.rules import RULES, Rule, scoring
from reviewer.rules.engine import DIMENSIONS
from reviewer.rules.scoring import criteria, score_form, scoring_table
from reviewer.taxonomy import profiles
from tests.rules.builder import filing_of

FORM = Form(id="F1", kind=FormKind.PROJECT)
PROFILE = profiles()["caiyu-2015-88"]
CODES = [code for item in criteria() for code in item.reads]


def finding(code: str, severity: str, indicator: str | None = None, form_id: str = "F1") -> Finding:
    return Finding(
        code=code,
        name="某问题",
        severity=Severity(severity),
        dimension="",
        smart="S",
        form_id=form_id,
        indicator_id=indicator,
        message="",
    )


def ledger(findings: Iterable[Finding] = (), **special: str) -> list[Outcome]:
    """All codes passed, but those that found something and those named in ``special``."""
    found = {f.code for f in findings if f.form_id == "F1"}
    kinds = {code: OutcomeKind.FOUND if code in found else OutcomeKind.PASSED for code in CODES}
    kinds |= {code: OutcomeKind(kind) for code, kind in special.items()}
    return [Outcome(code=code, form_id="F1", outcome=kind, reason="某原因") for code, kind in kinds.items()]


def score(*findings: Finding, **special: str) -> Score:
    return score_form(FORM, PROFILE, findings, ledger(findings, **special))


def criterion(of: Score, key: str) -> Criterion:
    return next(c for c in of.criteria if c.key == key)


def test_every_rule_is_read_by_exactly_one_criterion() -> None:
    assert sorted(CODES) == sorted(RULES)


def test_dimensions_of_rules_all_have_a_criterion_for_rules_to_come() -> None:
    rest = [dimension for item in scoring_table().criteria for dimension in item.rest_of]
    assert sorted(rest) == sorted(DIMENSIONS.values())


@pytest.mark.parametrize("item", RULES.values(), ids=lambda item: item.code)
def test_a_rule_lowers_a_criterion_of_its_own_dimension(item: Rule) -> None:
    # The table has no dimension for 文字规范: those rules are spread over the others.
    home = next(c for c in criteria() if item.code in c.reads)
    assert item.dimension in (home.dimension, "文字规范")


def test_clean_form_gets_full_points_for_all_that_can_be_judged() -> None:
    result = score()
    assert [c.points for c in result.criteria] == [2, 2, 2, 2, 2, 2, 2, None]
    assert (result.total, result.grade, result.judged) == ("100.0", "优", 90)
    assert "可判定的 90 分中得 90 分，折合 100.0 分；其余 10 分未判定" in result.reason
    assert "最高评" not in result.reason
    assert "非法规规定" in result.reason
    assert all("须人工判断" in c.reason for c in result.criteria)


@pytest.mark.parametrize(("severity", "points"), [("error", 1), ("warn", 1), ("info", 2)])
def test_points_by_severity(severity: str, points: int) -> None:
    result = score(finding("QNT201", severity, "F1.1"))
    assert criterion(result, "scientific").points == points
    assert "QNT201 某问题 1处（F1.1）" in criterion(result, "scientific").reason
    assert [c.points for c in result.criteria if c.key != "scientific"] == [2, 2, 2, 2, 2, 2, None]


def test_several_errors_leave_nothing() -> None:
    result = score(finding("QNT201", "error", "F1.1"), finding("QNT202", "error", "F1.2"))
    assert criterion(result, "scientific").points == 0
    many_warnings = score(*[finding("QNT203", "warn", f"F1.{n}") for n in range(9)])
    assert criterion(many_warnings, "scientific").points == 1


def test_one_root_cause_counts_once() -> None:
    twice = [finding("QNT201", "error", f"F1.{n}").model_copy(update={"group": "same"}) for n in (1, 2)]
    assert criterion(score(*twice), "scientific").points == 1
    apart = [f.model_copy(update={"group": f.indicator_id or ""}) for f in twice]
    assert criterion(score(*apart), "scientific").points == 0


def test_total_is_the_weighted_share_of_what_was_judged() -> None:
    result = score(finding("QNT201", "error"), finding("QNT202", "error"), finding("CMP005", "warn"))
    # 90 judged; 15 lost in 指标科学, 5 in 规范完整: 70/90.
    assert (result.total, result.judged, result.grade) == ("77.8", 90, "中")
    assert "得 70 分" in result.reason


def test_all_info_findings_together_leave_the_grade() -> None:
    findings = [finding(code, "info", f"F1.{n}") for n, code in enumerate(CODES)]
    assert score(*findings).grade == "优"
    assert "提示不扣分" in criterion(score(*findings), "clear").reason


@pytest.mark.parametrize("code", CODES)
def test_one_error_keeps_a_form_from_the_best_grade(code: str) -> None:
    result = score(finding(code, "error"))
    assert Decimal(result.total or 0) >= 90
    assert result.grade == "良"
    assert "最高评良" in result.reason


@pytest.mark.parametrize("outcome", ["could_not_check", "error"])
def test_what_was_not_checked_is_not_met(outcome: str) -> None:
    result = score(CON401=outcome)
    matched = criterion(result, "matched")
    assert matched.points is None
    assert "CON401（某原因）" in matched.reason
    assert result.judged == 75
    lowered = criterion(score(finding("CON402", "warn"), CON401=outcome), "matched")
    assert lowered.points == 1
    assert "未能检查：CON401（某原因）" in lowered.reason


def test_criterion_without_anything_to_check_is_not_judged() -> None:
    nothing = dict.fromkeys(criterion(score(), "matched").reads, "not_applicable")
    assert criterion(score(**nothing), "matched").points is None
    some = criterion(score(CON401="not_applicable"), "matched")
    assert some.points == 2


def test_form_without_indicators_has_no_scientific_indicators() -> None:
    assert criterion(score(CAT101="not_applicable"), "scientific").points is None


def test_rules_left_out_leave_their_criterion_open() -> None:
    findings = [finding("QNT201", "error")]
    ran = [o for o in ledger(findings) if o.code != "QNT202"]
    result = score_form(FORM, PROFILE, findings, ran)
    assert criterion(result, "scientific").points is None
    assert "没有运行 QNT202" in criterion(result, "scientific").reason


def test_too_little_judged_gives_no_grade(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = [o for o in ledger() if o.code.startswith("CMP") or o.code == "WRD503"]
    result = score_form(FORM, PROFILE, [], ran)
    assert (result.judged, result.total, result.grade) == (10, "100.0", None)
    assert "不足 50 分" in result.reason
    enough = scoring_table().model_copy(update={"min_judged": 10})
    monkeypatch.setattr(scoring, "scoring_table", lambda: enough)
    assert score_form(FORM, PROFILE, [], ran).grade == "优"
    nothing = score_form(FORM, PROFILE, [], [])
    assert (nothing.judged, nothing.total, nothing.grade) == (0, None, None)


def test_summary_is_not_scored_but_its_findings_are_named() -> None:
    form = Form(id="F1", kind=FormKind.SUMMARY)
    found = [finding("CON404", "error")]
    result = score_form(form, PROFILE, found, ledger(found))
    assert (result.criteria, result.total, result.grade, result.judged) == ((), None, None, 0)
    assert "CON404 某问题 1处" in result.reason


def test_findings_of_other_forms_do_not_count() -> None:
    assert score(finding("QNT201", "error", "F2.1", form_id="F2")) == score()


def test_cut_offs_are_the_profiles_and_are_compared_before_rounding() -> None:
    strict = PROFILE.model_copy(update={"grades": {"优": Decimal(100), "良": Decimal("77.8"), "中": Decimal(60)}})
    findings = [finding("QNT201", "error"), finding("QNT202", "error"), finding("CMP005", "warn")]
    result = score_form(FORM, strict, findings, ledger(findings))
    assert (result.total, result.grade) == ("77.8", "中")  # 70/90 is a little less than 77.8
    assert score_form(FORM, strict, [], ledger()).grade == "优"  # 100 is 100


def test_below_all_cut_offs_is_the_worst_grade() -> None:
    result = score(*[finding(code, "error", f"F1.{n}") for n, code in enumerate(CODES)])
    assert (result.total, result.grade) == ("0.0", "差")
    assert "最高评" not in result.reason


def test_a_form_at_the_cap_is_not_said_to_be_capped() -> None:
    findings = [finding("QNT201", "error"), finding("CMP005", "warn")]
    result = score(*findings)
    assert result.grade == "良"
    assert "最高评" not in result.reason


def test_long_lists_of_places_are_cut() -> None:
    reason = criterion(score(*[finding("QNT201", "error", f"F1.{n}") for n in range(1, 6)]), "scientific").reason
    assert "QNT201 某问题 5处（F1.1、F1.2、F1.3 等）" in reason
    reason = criterion(score(*[finding("QNT201", "error", f"F1.{n}") for n in (1, 2, 3, 3)]), "scientific").reason
    assert "QNT201 某问题 4处（F1.1、F1.2、F1.3）" in reason


@pytest.mark.parametrize(
    ("key", "right", "wrong"),
    [("min_judged", (0, 100), (-1, 101)), ("zero_from", (1, 2), (0,)), ("weight", (1,), (0,))],
)
def test_limits_of_the_table(key: str, right: tuple[int, ...], wrong: tuple[int, ...]) -> None:
    table = scoring_table().model_dump(mode="json")
    place = table["criteria"][0] if key == "weight" else table
    for number in right:
        place[key] = number
        scoring.ScoringTable.model_validate(table)
    for number in wrong:
        place[key] = number
        with pytest.raises(ValidationError, match=key):
            scoring.ScoringTable.model_validate(table)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("weight: 10\n    reads: [WRD", "weight: 11\n    reads: [WRD"), "合计不是 100"),
        (("reads: [WRD501, ", "reads: [WRD501, CMP001, "), "CMP001"),
        (("needs: [CAT101]", "needs: [CON401]"), "needs"),
        (("min_judged", "least_judged"), "写法不对"),
    ],
)
def test_broken_table_is_said(
    change: tuple[str, str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = scoring.resource("taxonomy", "scoring.yaml").read_text("utf-8")
    assert change[0] in text
    broken = tmp_path / "scoring.yaml"
    broken.write_text(text.replace(*change), "utf-8")
    monkeypatch.setattr(scoring, "resource", lambda *parts: broken)
    scoring_table.cache_clear()
    try:
        with pytest.raises(DataError, match=said):
            scoring_table()
    finally:
        scoring_table.cache_clear()


# -- changing one cell -------------------------------------------------------------------------------------------------

MADE_UP = {
    "title": "made up",
    "year": "2024",
    "form": {
        "project": "乡村公路养护项目",
        "org": "某县交通运输局",
        "budget": "60万元",
        "period": "2024年",
        "annual_goal": "养护乡村公路120公里，保障群众安全出行。",
        "rows": [
            {"level2": "数量指标", "name": "养护乡村公路里程", "value": "≥120公里"},
            {"level2": "质量指标", "name": "养护工程验收合格率", "value": "≥95%"},
            {"level2": "时效指标", "name": "养护完成时间", "value": "2024年12月底前"},
            {"level2": "成本指标", "name": "养护总成本", "value": "≤60万元"},
            {"level2": "社会效益指标", "name": "因路况引发的交通事故下降率", "value": "≥5%"},
            {"level2": "满意度指标", "name": "沿线群众满意度", "value": "≥90%"},
        ],
        "cost_lines": [{"content": "公路养护", "amount": "60万元", "basis": "120公里×0.5万元/公里=60万元"}],
        "cost_total": "60万元",
    },
}
CELLS = [(n, column) for n in range(6) for column in ("level2", "name", "value")]
WORDS = [
    "", "无", "持续提升", "≥95%", "120", "≤60万元", "2023年13月", "优良中低差", "合格", "加强领导", "≥120公里", "及时",
    "数量指标", "满意度指标", "经济效益指标", "提高群众满意度达到95%以上", "就业、教育、托养人数", "≥150%", "≥61万元",
]  # fmt: skip


def edited(row: int, column: str, text: str) -> FilingReport:
    rows = [dict(r) for r in MADE_UP["form"]["rows"]]  # type: ignore[index]
    rows[row][column] = text
    return review_filing(filing_of({**MADE_UP, "form": {**MADE_UP["form"], "rows": rows}}))  # type: ignore[dict-item]


def read_by(report: FilingReport, of: Criterion) -> tuple[list[Finding], list[Outcome]]:
    return [f for f in report.findings if f.code in of.reads], [o for o in report.outcomes if o.code in of.reads]


BEFORE = review_filing(filing_of(MADE_UP))


@settings(max_examples=60, deadline=None)
@given(cell=st.sampled_from(CELLS), text=st.sampled_from(WORDS))
def test_changing_a_cell_changes_only_the_criteria_that_read_it(cell: tuple[int, str], text: str) -> None:
    after = edited(*cell, text)
    for old, new in zip(BEFORE.scores[0].criteria, after.scores[0].criteria, strict=True):
        if read_by(BEFORE, old) == read_by(after, new):
            assert old == new
        severities = {f.severity for f in read_by(after, new)[0]}
        if new.points == 2:
            assert severities <= {Severity.INFO}


@pytest.mark.parametrize(
    ("row", "column", "text", "lowered"),
    [
        (0, "value", "稳步增加养护里程", {"scientific"}),
        (2, "value", "及时", {"scientific"}),
        (5, "value", "≥130%", {"reasonable"}),
    ],
)
def test_which_criteria_an_edit_lowers(row: int, column: str, text: str, lowered: set[str]) -> None:
    before, after = BEFORE.scores[0], edited(row, column, text).scores[0]
    fell = {
        new.key
        for old, new in zip(before.criteria, after.criteria, strict=True)
        if (new.points or 0) < (old.points or 0)
    }
    assert fell == lowered
