"""Pairs of names that mean the same, and pairs that must never be taken for the same."""

from pathlib import Path

import pytest
import yaml

from reviewer.matching import same_meaning
from reviewer.matching.decompose import decompose

_PAIRS = yaml.safe_load(Path(__file__).with_name("pairs.yaml").read_text("utf-8"))


def _cases(kind: str) -> list[pytest.param]:
    return [
        pytest.param(one, other, id=f"{group}: {one} / {other}")
        for group, pairs in _PAIRS[kind].items()
        for one, other in pairs
    ]


@pytest.mark.parametrize(("one", "other"), _cases("same"))
def test_names_of_one_meaning_are_accepted_both_ways(one: str, other: str) -> None:
    assert same_meaning(one, other)
    assert same_meaning(other, one)


@pytest.mark.parametrize(("one", "other"), _cases("different"))
def test_names_of_another_meaning_are_never_accepted(one: str, other: str) -> None:
    assert not same_meaning(one, other)
    assert not same_meaning(other, one)


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("培训人数", "people"),
        ("受益学生数", "people"),
        ("残疾人数", "people"),
        ("受益农户数", "household"),
        ("企业户数", "item"),
        ("法律援助案件数", "count"),
        ("信息系统用户数", "count"),
        ("举办培训班期数", "events"),
        ("验收合格率", "rate"),
        ("监测数据有效率", "rate"),
        ("补贴按时发放率", "timely"),
        ("群众不满意度", "dissatisfaction"),
        ("人均补助金额", "unit_cost"),
        ("助学制度", "mechanism"),
        ("村养殖场", ""),
        ("养老服务能力提升", "ability"),
        ("门诊费用增幅", "rate"),
    ],
)
def test_head(name: str, head: str) -> None:
    assert decompose(name).head == head


@pytest.mark.parametrize(
    ("name", "axis", "sign"),
    [
        ("逾期发放率", "及时", -1),
        ("未按时完成率", "及时", -1),
        ("城镇登记失业率", "就业", -1),
        ("药品不良反应报告数", "不良反应", 0),
        ("无障碍改造户数", "障碍", 0),
        ("非遗保护项目数量", "遗", 0),
    ],
)
def test_polarity(name: str, axis: str, sign: int) -> None:
    signs = {t.term.axis: t.term.sign for t in decompose(name).tokens}
    assert signs.get(axis, 0) == sign


@pytest.mark.parametrize("name", ["", " ", "%", "（）", "a", "率", "\u200b", "3", "人数" * 200])
def test_odd_names_are_taken_apart_without_error(name: str) -> None:
    parts = decompose(name)
    assert not same_meaning(name, "培训合格率")
    assert isinstance(parts.tokens, tuple)
