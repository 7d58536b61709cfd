"""Second round: what became of each finding."""

from collections import Counter
from pathlib import Path

import pytest

from reviewer.evals.kinds.rounds import judge
from reviewer.evals.planting.pairs import make_pairs
from reviewer.pipeline import review_filing
from reviewer.records import Filing, FilingReport, Form, FormKind, Indicator, Outcome, OutcomeKind, Unread
from reviewer.rounds.compare import Comparison, State, compare

_ROWS = (
    ("产出指标", "数量指标", "慰问困难残疾人户数", "≥260户"),
    ("产出指标", "质量指标", "居家服务水平", "稳步提升"),
    ("产出指标", "时效指标", "补贴发放完成时间", "2023年12月底前"),
    ("产出指标", "成本指标", "补贴标准", "1200元/人"),
    ("效益指标", "社会效益指标", "残疾人家庭的幸福感", "不断提高"),
    ("满意度指标", "服务对象满意度指标", "残疾人满意度", "≥90%"),
)
_Row = tuple[str, str, str, str]


def _filing(*rows: _Row, unread: tuple[Unread, ...] = ()) -> FilingReport:
    indicators = tuple(
        Indicator(id=f"F1.{n}", level1=a, level2=b, category=_category(b), name=c, value=d)
        for n, (a, b, c, d) in enumerate(rows, 1)
    )
    form = Form(
        id="F1",
        kind=FormKind.PROJECT,
        title="2023年项目支出绩效目标表",
        project="残疾人帮扶",
        year=2023,
        indicators=indicators,
        columns={"level1": "一级指标", "level2": "二级指标", "name": "三级指标", "value": "指标值"},
    )
    return review_filing(Filing(source="样例.docx", format="docx", year=2023, forms=(form,), unread=unread))


def _category(heading: str) -> str:
    return "满意度指标" if "满意度" in heading else heading


def _states(comparison: Comparison, code: str) -> list[tuple[State, str]]:
    return [(f.state, f.note) for f in comparison.followed if f.finding.code == code]


def test_same_filing_leaves_everything_open() -> None:
    report = _filing(*_ROWS)
    found = compare(report, report)
    assert report.findings
    assert {f.state for f in found.followed} == {State.OPEN}
    assert len(found.followed) == len(report.findings)
    assert found.changes == ()


def test_a_row_put_right_is_fixed() -> None:
    rows = [list(r) for r in _ROWS]
    rows[1][2:] = ["居家服务合格率", "≥95%"]
    found = compare(_filing(*_ROWS), _filing(*map(tuple, rows)))  # type: ignore[arg-type]
    assert _states(found, "QNT202") == [(State.FIXED, "")]
    assert [(c.kind, c.before, c.after) for c in found.changes] == [
        ("改动", "质量指标｜居家服务水平｜稳步提升", "质量指标｜居家服务合格率｜≥95%")
    ]


def test_a_row_that_was_moved_and_renamed_keeps_its_finding() -> None:
    rows = list(_ROWS)
    moved = ("产出指标", "质量指标", "残疾人居家服务水平", "稳步提升")
    rows = [rows[0], rows[2], rows[3], rows[4], rows[5], moved]
    found = compare(_filing(*_ROWS), _filing(*rows))
    assert _states(found, "QNT202") == [(State.OPEN, "改动过，问题仍在")]
    assert ("改名", "质量指标｜残疾人居家服务水平｜稳步提升") in [(c.kind, c.after) for c in found.changes]


def test_a_row_inserted_before_it_does_not_shift_the_findings() -> None:
    added = ("产出指标", "数量指标", "举办技能培训", "若干次")
    found = compare(_filing(*_ROWS), _filing(added, *_ROWS))
    assert _states(found, "QNT202") == [(State.OPEN, "")]
    assert _states(found, "QNT201") == [(State.NEW, "新加的一行")]
    assert [c.kind for c in found.changes] == ["新增"]


def test_a_good_row_spoilt_is_broken() -> None:
    rows = [list(r) for r in _ROWS]
    rows[0][3] = "完成全部任务"
    found = compare(_filing(*_ROWS), _filing(*map(tuple, rows)))  # type: ignore[arg-type]
    assert _states(found, "QNT201") == [(State.BROKEN, "")]
    assert found.failing


def test_a_row_taken_out_breaks_the_form() -> None:
    found = compare(_filing(*_ROWS), _filing(*_ROWS[:2], *_ROWS[3:]))
    lost = [f for f in found.followed if f.finding.code == "CMP001" and "时效" in f.finding.message]
    assert [f.state for f in lost] == [State.BROKEN]


def test_another_missing_category_is_another_finding() -> None:
    without_time = _filing(*_ROWS[:2], *_ROWS[3:])
    without_quality = _filing(_ROWS[0], *_ROWS[2:])
    found = compare(without_time, without_quality)
    states = {f.finding.message[:6]: f.state for f in found.followed if f.finding.code == "CMP001"}
    assert states == {"缺少时效指标": State.FIXED, "缺少质量指标": State.BROKEN}


def test_what_could_not_be_checked_again_is_not_fixed() -> None:
    old = _filing(*_ROWS)
    new = _filing(_ROWS[0], *_ROWS[2:])
    blind = new.model_copy(
        update={
            "outcomes": tuple(
                Outcome(code=o.code, form_id=o.form_id, outcome=OutcomeKind.COULD_NOT_CHECK, reason="列没有读出")
                if o.code == "QNT202"
                else o
                for o in new.outcomes
            )
        }
    )
    assert _states(compare(old, blind), "QNT202") == [(State.UNKNOWN, "这一轮没能检查：列没有读出")]


def test_a_row_missing_beside_unread_content_is_not_fixed() -> None:
    unread = Unread(text="图片", reason="图片里的文字没有读出")
    found = compare(_filing(*_ROWS), _filing(_ROWS[0], *_ROWS[2:], unread=(unread,)))
    assert [s for s, _ in _states(found, "QNT202")] == [State.UNKNOWN]
    found = compare(_filing(*_ROWS), _filing(_ROWS[0], *_ROWS[2:]))
    assert _states(found, "QNT202") == [(State.FIXED, "这一行已删去")]


def test_a_form_that_is_gone_is_not_fixed() -> None:
    old = _filing(*_ROWS)
    empty = FilingReport(
        filing=Filing(source="样例.docx", format="docx"), profile={}, findings=(), outcomes=(), scores=()
    )
    assert {f.state for f in compare(old, empty).followed} == {State.UNKNOWN}


def test_name_and_value_that_changed_places_are_one_row() -> None:
    rows = [list(r) for r in _ROWS]
    rows[0][2:] = ["≥260户", "慰问困难残疾人户数"]
    found = compare(_filing(*_ROWS), _filing(*map(tuple, rows)))  # type: ignore[arg-type]
    assert [c.kind for c in found.changes] == ["改动"]
    assert [s for s, _ in _states(found, "CAT102")] == [State.BROKEN]


@pytest.mark.parametrize("split", ["dev", "held_out"])
def test_every_finding_of_a_pair_is_followed_once(split: str, tmp_path: Path) -> None:
    """How many are in the right state is measured by the eval set ``rounds``; here none may be lost or told twice."""
    seen: Counter[State] = Counter()
    pairs = make_pairs(4, 7, split)
    assert pairs == make_pairs(4, 7, split)
    for number, pair in enumerate(pairs):
        judged = judge(pair, pair.files(tmp_path / str(number), number))
        followed = compare(judged.old, judged.new).followed
        assert Counter(id(f.old) for f in followed if f.old) == Counter(map(id, judged.old.findings))
        assert Counter(id(f.new) for f in followed if f.new) == Counter(map(id, judged.new.findings))
        seen.update(judged.right.values())
    assert seen[State.FIXED] and seen[State.OPEN] and seen[State.NEW] + seen[State.BROKEN]
