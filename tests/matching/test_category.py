"""Category evidence: name, value, unit and filed category together."""

import pytest

from reviewer.matching.category import judge_category
from reviewer.matching.model import model_scores
from reviewer.taxonomy import CATEGORIES


@pytest.mark.parametrize(
    ("name", "value", "filed", "home"),
    [
        ("残疾人家庭的幸福感", "不断提高", "经济效益指标", "社会效益指标"),
        ("培训合格率", "≥95%", "数量指标", "质量指标"),
        ("逾期发放率", "≤5%", "质量指标", "时效指标"),
        ("项目总成本", "≤50万元", "数量指标", "成本指标"),
        ("参训学员满意度", "≥90%", "社会效益指标", "满意度指标"),
        ("工程竣工时间", "2023年9月", "数量指标", "时效指标"),
    ],
)
def test_wrong_category_is_doubted(name: str, value: str, filed: str, home: str) -> None:
    verdict = judge_category(name, value, filed=filed)
    assert verdict.homes[0] == home
    assert filed not in verdict.homes
    assert verdict.gap > 0


@pytest.mark.parametrize(
    ("name", "value", "filed"),
    [
        ("农村低保覆盖率", "100%", "数量指标"),
        ("赛事完成率", "100%", "质量指标"),
        ("农村低保标准", "≥530元/人·月", "质量指标"),
        ("受益群众人数", "≥500人", "社会效益指标"),
        ("资金到位率", "100%", "时效指标"),
    ],
)
def test_acceptable_homes_are_left_alone(name: str, value: str, filed: str) -> None:
    assert filed in judge_category(name, value, filed=filed).homes


def test_the_value_decides_where_a_name_of_degree_is_counted() -> None:
    """村卫生室实施…制度 would be a lasting effect by its words; 352 of them are a quantity."""
    assert "数量指标" in judge_category("村卫生室实施国家基本药物制度", "352个", filed="数量指标").homes


def test_scores_cover_all_categories_and_each_voice_says_why() -> None:
    verdict = judge_category("举办培训班期数", "≥3期", filed="数量指标")
    assert set(verdict.scores) == set(CATEGORIES)
    assert verdict.evidence
    assert all(voice.words for voice in verdict.evidence)


def test_model_shares_add_up() -> None:
    shares = model_scores("举办培训班期数")
    assert abs(sum(shares.values()) - 1) < 1e-9
    assert max(shares, key=lambda c: shares[c]) == "数量指标"


def test_model_is_silent_on_unknown_words() -> None:
    assert model_scores("𠮷𠮷") == {} or sum(model_scores("𠮷𠮷").values()) == pytest.approx(1)
