"""What every rule must have: a page, an authority, and cases that fire and cases that do not."""

import pytest

from reviewer.rules import RULES, Rule
from reviewer.rules.inputs import INPUTS
from reviewer.taxonomy import CATEGORIES, regulations
from tests.rules.test_cases import case_file, load_cases

SECTIONS = ("检查", "理由", "反例", "正例", "例外")


@pytest.mark.parametrize("item", RULES.values(), ids=lambda item: item.code)
def test_contract(item: Rule) -> None:
    unfilled = [line.strip() for line in (item.name, *item.page.splitlines()) if "待填" in line]
    assert not unfilled, f"still to be filled in, in the module of {item.code}: {unfilled}"
    for section in SECTIONS:
        assert f"{section}：" in item.page, f"the docstring of {item.code} lacks “{section}：”"
    assert item.basis, "a rule cites at least one authority"
    for key in item.basis:
        assert key in regulations(), f"{item.code} cites {key}, which taxonomy/regulations.yaml lacks"
    assert set(item.smart) <= set("SMART")
    assert item.smart
    assert set(item.reads) <= INPUTS
    assert set(item.categories) <= set(CATEGORIES)
    assert item.check.__module__.rsplit(".", 1)[1].startswith(item.code.lower() + "_")
    cases = load_cases(item)
    assert case_file(item).is_file()
    assert not [c["title"] for c in cases if "待填" in c["title"]], "cases that are still to be filled in"
    firing = [c for c in cases if int(c["finds"]) > 0]
    clean = [c for c in cases if int(c["finds"]) == 0]
    assert firing, "at least one case must fire"
    assert len(cases) >= 8, f"{len(cases)} cases, 8 are needed"
    assert len(clean) * 2 >= len(cases), "at least half of the cases must be clean"
    assert len({c["title"] for c in cases}) == len(cases), "titles must differ"
