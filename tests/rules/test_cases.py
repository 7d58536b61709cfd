"""Every rule against its YAML cases; a rule and its cases share a stem."""

from pathlib import Path
from typing import Any

import pytest

from reviewer.pipeline import profile_for
from reviewer.rules import RULES, Context, Rule, run_rules
from tests.rules.builder import filing_of, read_cases

HERE = Path(__file__).parent


def case_file(item: Rule) -> Path:
    """The YAML file beside which the rule's module stands."""
    return HERE / item.group / f"{item.check.__module__.rsplit('.', 1)[1]}.yaml"


def load_cases(item: Rule) -> list[dict[str, Any]]:
    return read_cases(case_file(item))


def _all() -> list[Any]:
    return [
        pytest.param(item, case, id=f"{item.code}-{case['title']}")
        for item in RULES.values()
        if case_file(item).is_file()
        for case in load_cases(item)
    ]


@pytest.mark.parametrize(("item", "case"), _all())
def test_case(item: Rule, case: dict[str, Any]) -> None:
    filing = filing_of(case)
    context = Context(filing=filing, profiles={f.id: profile_for(f) for f in filing.forms})
    findings, outcomes = run_rules(context, [item])
    shown = [(f.form_id, f.indicator_id, f.severity.value, f.message) for f in findings]
    assert not [o for o in outcomes if o.outcome.value == "error"], [o.reason for o in outcomes]
    assert len(findings) == int(case["finds"]), shown
    if "severity" in case:
        assert findings[0].severity.value == case["severity"], shown
    if "message" in case:
        assert any(case["message"] in f.message + f.evidence for f in findings), shown
    if "suggested" in case:
        assert findings[0].suggested_category == case["suggested"], shown
    if "outcome" in case:
        assert case["outcome"] in [o.outcome.value for o in outcomes], outcomes
