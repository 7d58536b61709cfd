"""What each rule says on its cases, word for word: place, message, evidence, and the reason where it could not check.

The cases say *whether* a rule speaks; these goldens hold *what* it says. ``pytest tests/rules/test_said.py --update``
renews them; read the difference before you commit it.
"""

from pathlib import Path
from typing import Any

import pytest

from reviewer.pipeline import profile_for
from reviewer.records import Finding, Location, OutcomeKind
from reviewer.rules import RULES, Context, Rule, run_rules
from tests.rules.builder import filing_of
from tests.rules.test_cases import load_cases

SAID = Path(__file__).parent / "said"


def said(item: Rule) -> str:
    """The golden of a rule: its cases in order, each with what the rule gives on it."""
    return "\n".join(line for case in load_cases(item) for line in _case(item, case)) + "\n"


def _case(item: Rule, case: dict[str, Any]) -> list[str]:
    filing = filing_of(case)
    context = Context(filing=filing, profiles={f.id: profile_for(f) for f in filing.forms})
    findings, outcomes = run_rules(context, [item])
    told = [f"- {o.form_id} {o.outcome.value}" + (f"：{o.reason}" if o.reason else "") for o in outcomes]
    quiet = all(o.outcome in (OutcomeKind.PASSED, OutcomeKind.FOUND) and not o.reason for o in outcomes)
    return [f"# {case['title']}", *([] if quiet else told), *map(_finding, findings)]


def _finding(found: Finding) -> str:
    parts = [f"- {found.indicator_id or found.form_id} {found.severity.value} {_place(found.location)}", found.message]
    parts += [f"证据：{found.evidence}"] if found.evidence else []
    parts += (
        [f"应归：{found.suggested_category}；{'、'.join(found.other_categories)}"] if found.suggested_category else []
    )
    return "\n  ".join(part.replace("\n", "⏎") for part in parts) + (f"\n  同因：{found.group}" if found.group else "")


def _place(location: Location | None) -> str:
    return f"“{location.text}”" if location else "—"


@pytest.mark.parametrize("item", RULES.values(), ids=lambda item: item.code)
def test_said(item: Rule, update: bool) -> None:
    path = SAID / f"{item.code}.txt"
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_text(said(item), "utf-8")
    assert path.read_text("utf-8") == said(item)


def test_no_golden_without_a_rule() -> None:
    assert {path.stem for path in SAID.iterdir()} == set(RULES)
