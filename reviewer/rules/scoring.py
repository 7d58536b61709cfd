"""The draft score of a form, criterion by criterion (the review table of 财预〔2015〕88号)."""

from collections.abc import Iterable

from reviewer.records import Finding, Form, Outcome, Score
from reviewer.taxonomy import Profile


def score_form(form: Form, profile: Profile, findings: Iterable[Finding], outcomes: Iterable[Outcome]) -> Score:
    """Placeholder until the criteria are written: nothing is judged."""
    return Score(form_id=form.id, criteria=(), total=None, grade=None, judged=0, reason="尚未评分")
