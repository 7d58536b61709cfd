"""Runs one suggester on one row of a small made-up filing, and proves what it proposes."""

from typing import Any

from reviewer.pipeline import profile_for
from reviewer.records import Dropped, Filing, Finding, Suggestion
from reviewer.rules import RULES, Context, run_rules
from reviewer.suggesters import SUGGESTERS, Draft, Prover
from reviewer.suggesters.base import Case, row_text
from reviewer.suggesters.delivery import cases
from tests.rules.builder import filing_of

OWN_KEYS = {"row", "gives", "standing", "removes", "extra", "refused", "sources"}


def findings_of(filing: Filing, only: str | None = None) -> tuple[Finding, ...]:
    profiles = {form.id: profile_for(form) for form in filing.forms}
    return run_rules(Context(filing=filing, profiles=profiles), RULES.values(), only=only)[0]


def prover_of(filing: Filing) -> Prover:
    return Prover(filing, findings_of(filing), lambda changed, form_id: findings_of(changed, form_id))


def case_of(filing: Filing, place: str) -> Case | None:
    """The case of a row (``F1.1``) or a form (``F1``); None where the review finds nothing there."""
    profiles = {form.id: profile_for(form) for form in filing.forms}
    found = cases(filing, findings_of(filing), profiles)
    return next((c for c in found if (c.indicator.id if c.indicator else c.form.id) == place), None)


def proposals(name: str, data: dict[str, Any]) -> list[Suggestion | Dropped]:
    """What a suggester proposes for a case of its YAML file, each proven or dropped."""
    item = SUGGESTERS[name]
    filing = filing_of({k: v for k, v in data.items() if k not in OWN_KEYS} | {"finds": "0"})
    place = "F1" if item.scope == "form" else f"F1.{data.get('row', '1')}"
    case = case_of(filing, place)
    if case is None or not case.codes & item.codes:
        return []
    start = Draft(row_text(case.form, case.indicator), case.indicator.category) if case.indicator else Draft(None, None)
    prover = prover_of(filing)
    return [
        prover.prove(case, draft, item.engines[0], serial=n if item.scope == "form" else 0)
        for n, draft in enumerate(item.propose(case, start), 1)
    ]
