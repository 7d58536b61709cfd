"""Cross-validation by document: what is chosen never sees the document it is measured on."""

from reviewer.evals.crossvalidate import Labelled, Tally, cross_validate, judge, labelled_rows, tally
from reviewer.matching.category import judge_category, settings


def _row(document: str, name: str, value: str, filed: str, homes: set[str]) -> Labelled:
    verdict = judge_category(name, value, filed=filed)
    return Labelled(document, filed, frozenset(homes), filed not in homes, False, verdict)


ROWS = [
    _row("a", "培训合格率", "≥95%", "数量指标", {"质量指标"}),
    _row("a", "培训人数", "≥95人", "数量指标", {"数量指标"}),
    _row("b", "残疾人家庭的幸福感", "不断提高", "经济效益指标", {"社会效益指标"}),
    _row("b", "服务对象满意度", "≥90%", "满意度指标", {"满意度指标"}),
]


def test_shipped_weights_judge_as_the_rule_does() -> None:
    limits = settings()["doubt"]
    weights = (settings()["filed"], 1.0, limits["warn"], limits["error"])
    assert [judge(row, weights)[0] for row in ROWS] == ["error", "", "error", ""]
    assert tally(ROWS, weights) == Tally(hits=2, error_hits=2, first_right=4, rows=4)


def test_every_row_is_measured_once() -> None:
    result = cross_validate(ROWS)
    assert result.rows == len(ROWS)
    assert result.hits + result.misses == 2


def test_the_set_in_the_project_carries_homes() -> None:
    rows = labelled_rows("real-dev")
    assert len({r.document for r in rows}) > 30
    assert sum(r.misfiled for r in rows) > 15
