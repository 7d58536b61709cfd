"""Heads of names: the longest one at the end, what it measures, where it belongs."""

import pytest

from reviewer.matching.heads import find_head


@pytest.mark.parametrize(
    ("name", "word", "measure", "home"),
    [
        ("残疾人家庭的幸福感", "幸福感", "degree", "社会效益指标"),
        ("★种植作物成活率(≥**%)", "成活率", "rate", "质量指标"),
        ("指标1：就学补助及时发放率", "及时~率", "rate", "时效指标"),
        ("预算资金当年下达率", "资金当年下达率", "rate", "时效指标"),
        ("助学金社会化发放率", "社会化发放率", "rate", "质量指标"),
        ("年度申请就学补助户数", "户数", "households", "数量指标"),
        ("对村两委机构正常运行的影响程度", "正常运行", "degree", "社会效益指标"),
    ],
)
def test_head_at_the_end(name: str, word: str, measure: str, home: str) -> None:
    head = find_head(name)
    assert head is not None
    assert (head.word, head.measure, head.homes[0], head.at_end) == (word, measure, home, True)


def test_head_inside_is_marked() -> None:
    head = find_head("防治知识知晓率显著提升")
    assert head is not None
    assert head.word.endswith("知晓率")
    assert not head.at_end


def test_no_indicator_at_all_has_no_home() -> None:
    head = find_head("资金执行率")
    assert head is not None
    assert head.homes == ()


def test_unknown_head() -> None:
    assert find_head("返本分红分几年") is None
