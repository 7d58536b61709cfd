"""Help pages are made of what the rules say, and examples of the bank suit the form."""

import pytest

from reviewer.rules import RULES
from reviewer.web.check.examples import examples, right_examples
from reviewer.web.help.guide import FAMILIES, families, rule_pages, search
from reviewer.web.help.tour import STEPS
from tests.web.test_drawing import SEED, viewed


@pytest.mark.parametrize("code", list(RULES))
def test_each_rule_has_a_whole_page(code: str) -> None:
    page = rule_pages()[code]
    assert page.checks
    assert page.reason
    assert page.wrong
    assert page.right
    assert page.exceptions
    assert page.authorities
    assert not any("：" in text[:3] or text.endswith(("；", "。")) for text in (*page.wrong, *page.right))
    assert all(text.count("（") == text.count("）") for text in (*page.wrong, *page.right)), "no bracket is torn"


def test_families_hold_every_rule_once() -> None:
    told = [page.code for _, _, pages in families() for page in pages]
    assert sorted(told) == sorted(RULES)
    assert {family for family, _, _ in families()} <= set(FAMILIES)


def test_search() -> None:
    assert search("qnt202")[0].code == "QNT202"
    assert "QNT206" in {page.code for page in search("满意度 100%")}
    assert search("没有这样的词") == []
    names = [page.code for page in search("重复")]
    assert names[0] == "REL305", "what has the word in its name comes first"


def test_examples_suit_the_form() -> None:
    view, _ = viewed(SEED)
    told = 0
    for finding in view.item.findings:
        found = examples(view, finding)
        assert len(found) <= 3 or finding.indicator_id is None
        row = view.indicators.get(finding.indicator_id or "")
        for example in found:
            told += 1
            assert "【待填】" in example.row.value, "no number is made up"
            assert example.citation
            if row is not None and not finding.suggested_category:
                assert example.row.level2 == row.level2, "under the heading that the form prints"
    assert told >= 10
    assert right_examples("QNT202")


def test_the_tour_takes_ten_minutes() -> None:
    assert sum(step.minutes for step in STEPS) <= 10
    assert {"next", "accept", "undo", "edit", "reject", "safe", "export"} <= {step.key for step in STEPS}
