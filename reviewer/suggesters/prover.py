"""The proof of a rewrite: its numbers are traced, and the filing with it in place is reviewed again."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal

from reviewer.records import (
    Dropped,
    Filing,
    Finding,
    Form,
    Indicator,
    NumberSource,
    RowText,
    Severity,
    SmartScore,
    Standing,
    Suggestion,
)
from reviewer.suggesters.base import Case, Draft, Engine, row_text
from reviewer.suggesters.provenance import trace
from reviewer.taxonomy import category_of

# Reviews a filing in which the named form was changed: findings of that form, and of rules that look at all forms.
Recheck = Callable[[Filing, str], tuple[Finding, ...]]
# SMART score of a row of a form under its findings; True: its number is still to be filled in.
Smart = Callable[[Form, Indicator, Iterable[Finding], bool], SmartScore]

# A number in place of 【待填】 while the rewrite is reviewed: 90 before a percent sign, else a small count.
_RATE_TO_FILL = re.compile(r"【待填[^】]*】(?=%)")
_TO_FILL = re.compile(r"【待填[^】]*】")
_COPIED = "REL303"


class Prover:
    """Proves drafts against one filing; knows what was delivered before, so that two suggestions never collide."""

    def __init__(
        self, filing: Filing, findings: tuple[Finding, ...], recheck: Recheck, smart: Smart | None = None
    ) -> None:
        self._filing = filing
        self._before = findings
        self._old = Counter(map(_place, findings))
        self._recheck = recheck
        self._smart = smart
        self._delivered: list[Suggestion] = []

    def prove(self, case: Case, draft: Draft, engine: Engine = "rules", serial: int = 0) -> Suggestion | Dropped:
        """The suggestion, when its numbers have sources, a finding goes and no error or warning comes.

        Args:
            serial: running number of a row added to a form; 0 for a row rewritten.
        """
        numbers: list[NumberSource] = []
        for row in filter(None, (draft.row, *draft.extra)):
            sources, missing = trace(row, case.form, case.indicator, draft.numbers, draft.bank)
            if missing:
                return _dropped(case, draft, engine, f"“{'、'.join(missing)}”找不到出处")
            numbers += [s for s in sources if s not in numbers]
        twin = self.twin(case, draft)
        if twin:
            return _dropped(case, draft, engine, f"与本表另一条建议“{twin}”重复")
        changed = _rewritten(self._filing, case, draft)
        after = self._recheck(changed, case.form.id)
        now = Counter(map(_place, after))
        # A form may lack several categories (CMP001): one more of them is a new flaw, though the code is not new.
        fresh = [f for f in after if f.severity is not Severity.INFO and now[_place(f)] > self._old[_place(f)]]
        if fresh:
            return _dropped(case, draft, engine, f"改后出现新问题 {fresh[0].code}：{fresh[0].message}")
        removes = self._removed(case, draft, after)
        if not removes and draft.standing is not Standing.SAFE:
            return _dropped(case, draft, engine, "改后原来的问题还在")
        if not removes and draft.row == _current(case):
            return _dropped(case, draft, engine, "没有改动")
        before_score, after_score = self._scores(case, draft, changed, after)
        return Suggestion(
            id=_id(case, draft, engine, serial),
            form_id=case.form.id,
            indicator_id=case.indicator.id if case.indicator else None,
            current=_current(case),
            proposed=draft.row,
            extra=draft.extra,
            reason="".join(dict.fromkeys(draft.reasons)),
            source=_source(draft, engine),
            standing=_standing(draft, engine),
            removes=tuple(removes),
            numbers=tuple(numbers),
            bank=draft.bank,
            smart_before=before_score,
            smart_after=after_score,
        )

    def deliver(self, suggestion: Suggestion) -> bool:
        """Take note of a suggestion that goes into the report; False: another engine delivered the same already."""
        again = any(
            s.form_id == suggestion.form_id
            and s.indicator_id == suggestion.indicator_id
            and (s.proposed, s.extra) == (suggestion.proposed, suggestion.extra)
            for s in self._delivered
        )
        if not again:
            self._delivered.append(suggestion)
        return not again

    def twin(self, case: Case, draft: Draft) -> str:
        """A name of the draft that a suggestion for another row of the form has already; "" for none."""
        own = {row.name for row in (draft.row, *draft.extra) if row is not None}
        row_id = case.indicator.id if case.indicator else None
        for other in self._delivered:
            if other.form_id == case.form.id and (other.indicator_id is None or other.indicator_id != row_id):
                both = own & {row.name for row in (other.proposed, *other.extra) if row is not None}
                # Two rows of one name as filed stay two; only what the rewrite itself would double is refused.
                both -= {i.name for i in case.form.indicators}
                if both:
                    return min(both)
        return ""

    def _removed(self, case: Case, draft: Draft, after: tuple[Finding, ...]) -> list[str]:
        row_id = case.indicator.id if case.indicator else None
        left = [f for f in after if f.form_id == case.form.id and f.indicator_id == row_id]
        removed = []
        for code in dict.fromkeys(f.code for f in case.findings):
            now = [f.message for f in left if f.code == code]
            then = [f.message for f in case.findings if f.code == code]
            # A form's finding may list several things: one of them fewer is a step, though the finding stays.
            fewer = len(now) < len(then) or (row_id is None and set(now) != set(then))
            if fewer and not (code == _COPIED and self._copied_again(case, draft)):
                removed.append(code)
        return removed

    def _copied_again(self, case: Case, draft: Draft) -> bool:
        """Whether a copied row would, with the suggestions for its sisters, be a copy again."""
        return draft.row is not None and any(
            s.proposed is not None
            and s.form_id != case.form.id
            and (s.proposed.name, s.proposed.value) == (draft.row.name, draft.row.value)
            for s in self._delivered
        )

    def _scores(
        self, case: Case, draft: Draft, changed: Filing, after: tuple[Finding, ...]
    ) -> tuple[SmartScore | None, SmartScore | None]:
        if self._smart is None:
            return None, None
        before = self._smart(case.form, case.indicator, self._before, False) if case.indicator else None
        if draft.row is None:
            return before, None
        form = next(f for f in changed.forms if f.id == case.form.id)
        row_id = case.indicator.id if case.indicator else f"{form.id}.+1"
        row = next(i for i in form.indicators if i.id == row_id)
        return before, self._smart(form, row, after, _TO_FILL.search(draft.row.value) is not None)


def _place(finding: Finding) -> tuple[str, str | None, str]:
    return finding.form_id, finding.indicator_id, finding.code


def _id(case: Case, draft: Draft, engine: Engine, serial: int) -> str:
    place = case.indicator.id if case.indicator else case.form.id
    if serial:
        return f"{place}/{'' if engine == 'rules' else engine + '-'}{serial}"
    return f"{place}/{engine if engine != 'rules' else 'safe' if draft.standing is Standing.SAFE else 'confirm'}"


def _source(draft: Draft, engine: Engine) -> Literal["rule", "bank", "llm"]:
    return "llm" if engine == "llm" else "bank" if draft.bank else "rule"


def _standing(draft: Draft, engine: Engine) -> Standing:
    """What a model wrote is never safe."""
    return Standing.CONFIRM if engine == "llm" and draft.standing is Standing.SAFE else draft.standing


def _dropped(case: Case, draft: Draft, engine: Engine, reason: str) -> Dropped:
    row_id = case.indicator.id if case.indicator else None
    return Dropped(form_id=case.form.id, indicator_id=row_id, source=_source(draft, engine), reason=reason)


def _current(case: Case) -> RowText | None:
    return row_text(case.form, case.indicator) if case.indicator else None


def _rewritten(filing: Filing, case: Case, draft: Draft) -> Filing:
    """The filing with the draft in the place of the row, and the extra rows behind it."""
    rows: list[Indicator] = []
    for indicator in case.form.indicators:
        if case.indicator is None or indicator.id != case.indicator.id:
            rows.append(indicator)
        elif draft.row is not None:
            rows.append(_filled(indicator, draft.row, indicator.id))
    added = ([draft.row] if case.indicator is None and draft.row is not None else []) + list(draft.extra)
    template = case.indicator or (case.form.indicators[0] if case.form.indicators else Indicator(id=case.form.id))
    rows += [_filled(template, row, f"{case.form.id}.+{n}") for n, row in enumerate(added, 1)]
    form = case.form.model_copy(update={"indicators": tuple(rows)})
    return filing.model_copy(update={"forms": tuple(form if f.id == form.id else f for f in filing.forms)})


def filled_in(text: str, unit: str | None = None) -> str:
    """The words with a number in each place left to fill in, as far as the rules care; ``unit`` stands beside them."""
    return _TO_FILL.sub("90" if unit == "%" else "12", _RATE_TO_FILL.sub("90", text))


def _filled(indicator: Indicator, row: RowText, indicator_id: str) -> Indicator:
    """An indicator with the words of ``row``, numbers standing in for what is left to fill in."""

    same_heading = row.level2 == indicator.level2
    category = indicator.category if same_heading else category_of("", row.level2)
    return indicator.model_copy(
        update={
            "id": indicator_id,
            "level2": row.level2,
            "category": category,
            "name": filled_in(row.name),
            "value": filled_in(row.value, row.unit),
            "nature": row.nature,
            "unit": row.unit,
            "standard": row.standard,
        }
    )
