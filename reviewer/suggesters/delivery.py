"""From findings to proven suggestions: propose, trace the numbers, review the rewritten filing, deliver or drop."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from reviewer.records import Filing, Finding, Indicator, Severity
from reviewer.records.suggestion import NumberSource, RowText, Standing, Suggestion
from reviewer.suggesters.base import SUGGESTERS, Case, Draft, Engine, Suggester, row_text
from reviewer.suggesters.provenance import trace
from reviewer.taxonomy import Profile, category_of

Recheck = Callable[[Filing], tuple[Finding, ...]]
# A number in place of 【待填】 while the rewrite is reviewed: 90 before a percent sign, else a small count.
_RATE_TO_FILL = re.compile(r"【待填[^】]*】(?=%)")
_TO_FILL = re.compile(r"【待填[^】]*】")
_TRIES = 12  # drafts tried for one row


@dataclass(frozen=True)
class Dropped:
    """A proposal that was not delivered, and why."""

    form_id: str
    indicator_id: str | None
    reason: str


def suggest(
    filing: Filing,
    findings: tuple[Finding, ...],
    profiles: dict[str, Profile],
    recheck: Recheck,
    *,
    year: int | None = None,
    engines: Iterable[Engine] = ("rules",),
) -> tuple[tuple[Suggestion, ...], tuple[Dropped, ...]]:
    """Suggestions for a filing.

    Args:
        filing: the filing as read.
        findings: its findings.
        profiles: the profile of each form.
        recheck: reviews a rewritten filing; what it returns decides whether a suggestion is delivered.
        year: budget year given by the user.
        engines: which suggesters to ask.

    Returns:
        The suggestions in file order, and the proposals that were dropped.
    """
    wanted = set(engines)
    chosen = sorted((s for s in SUGGESTERS.values() if s.engine in wanted), key=lambda s: (s.order, s.name))
    delivered: list[Suggestion] = []
    dropped: list[Dropped] = []
    prover = _Prover(filing, findings, recheck)
    for form in filing.forms:
        for indicator in (*form.indicators, None):
            own = tuple(
                f for f in findings if f.form_id == form.id and f.indicator_id == (indicator.id if indicator else None)
            )
            if not own:
                continue
            case = Case(filing, form, own, profiles[form.id], year or form.year or filing.year, indicator)
            scope = "indicator" if indicator else "form"
            asked = [s for s in chosen if s.scope == scope and s.codes & case.codes]
            made, lost = (_row if indicator else _form)(case, asked, prover)
            delivered += made
            dropped += lost
    return tuple(delivered), tuple(dropped)


def _row(case: Case, asked: list[Suggester], prover: "_Prover") -> tuple[list[Suggestion], list[Dropped]]:
    """At most one safe and one further suggestion for a row."""
    assert case.indicator is not None
    start = Draft(row_text(case.form, case.indicator), case.indicator.category)
    made: list[Suggestion] = []
    lost: list[Dropped] = []
    safe = start
    for item in asked:
        for draft in item.propose(case, safe):
            if draft.standing is Standing.SAFE and draft != safe:
                safe = draft
                break
    if safe != start:
        result = prover.prove(case, safe)
        if isinstance(result, Suggestion):
            made.append(result)
        else:
            safe = start
    best: Suggestion | None = None
    for draft in list(_drafts(case, asked, start))[:_TRIES]:
        if draft in (start, safe):
            continue
        result = prover.prove(case, draft)
        if isinstance(result, Dropped):
            lost.append(result)
        elif best is None or _gain(case, result) > _gain(case, best):
            best = result
        if best is not None and set(best.removes) == case.codes:
            break
    if best is not None and (not made or set(best.removes) - set(made[0].removes)):
        made.append(best)
    return made, [] if made else lost[:1]


def _gain(case: Case, suggestion: Suggestion) -> float:
    """How much a suggestion removes: errors weigh more than warnings, warnings more than hints; earlier wins a tie."""
    weight = {Severity.ERROR: 3.0, Severity.WARN: 2.0, Severity.INFO: 1.0}
    return sum(weight[f.severity] for f in case.findings if f.code in suggestion.removes)


def _drafts(case: Case, asked: list[Suggester], start: Draft) -> Iterator[Draft]:
    """All small changes together first, then whole rows on top of them, then each change alone."""
    together = start
    for item in asked:
        if not item.replaces_all:
            together = next(iter(item.propose(case, together)), together)
    if together != start:
        yield together
    seen = {start, together}
    for base in dict.fromkeys((together, start)):
        for item in asked:
            for draft in list(item.propose(case, base))[:3]:
                if draft not in seen:
                    seen.add(draft)
                    yield draft


def _form(case: Case, asked: list[Suggester], prover: "_Prover") -> tuple[list[Suggestion], list[Dropped]]:
    """Rows that a form lacks: each proposal is proven on its own and delivered once."""
    made: list[Suggestion] = []
    lost: list[Dropped] = []
    for item in asked:
        for draft in item.propose(case, Draft(None, None)):
            result = prover.prove(case, draft, serial=len(made) + 1)
            if isinstance(result, Suggestion):
                made.append(result)
            else:
                lost.append(result)
    return made, lost


class _Prover:
    """Puts a draft back into the filing and reviews it again."""

    def __init__(self, filing: Filing, findings: tuple[Finding, ...], recheck: Recheck) -> None:
        self._filing = filing
        self._before = findings
        self._recheck = recheck

    def prove(self, case: Case, draft: Draft, serial: int = 0) -> Suggestion | Dropped:
        """The suggestion, when its numbers have sources, a finding goes and no error or warning comes."""
        row_id = case.indicator.id if case.indicator else None
        numbers: list[NumberSource] = []
        for row in filter(None, (draft.row, *draft.extra)):
            sources, missing = trace(row, case.form, case.indicator, draft.numbers, draft.bank)
            if missing:
                return Dropped(case.form.id, row_id, f"“{'、'.join(missing)}”找不到出处")
            numbers += [s for s in sources if s not in numbers]
        after = self._recheck(_rewritten(self._filing, case, draft))
        old = {(f.form_id, f.indicator_id, f.code) for f in self._before}
        fresh = [
            f
            for f in after
            if (f.form_id, f.indicator_id, f.code) not in old and f.severity in (Severity.ERROR, Severity.WARN)
        ]
        if fresh:
            return Dropped(case.form.id, row_id, f"改后出现新问题 {fresh[0].code}：{fresh[0].message}")
        removes = self._removed(case, after)
        if not removes and draft.standing is not Standing.SAFE:
            return Dropped(case.form.id, row_id, "改后原来的问题还在")
        if not removes and case.findings and draft.reasons and draft.row == _current(case):
            return Dropped(case.form.id, row_id, "没有改动")
        return Suggestion(
            id=f"{row_id or case.form.id}/{serial or draft.standing.value}",
            form_id=case.form.id,
            indicator_id=row_id,
            current=_current(case),
            proposed=draft.row,
            extra=draft.extra,
            reason="".join(dict.fromkeys(draft.reasons)),
            source="bank" if draft.bank else "rule",
            standing=draft.standing,
            removes=tuple(removes),
            numbers=tuple(numbers),
            bank=draft.bank,
        )

    def _removed(self, case: Case, after: tuple[Finding, ...]) -> list[str]:
        row_id = case.indicator.id if case.indicator else None
        left = [f for f in after if f.form_id == case.form.id and f.indicator_id == row_id]
        removed = []
        for code in dict.fromkeys(f.code for f in case.findings):
            # A form may have several findings of one code: one fewer is one removed.
            now = [f.message for f in left if f.code == code]
            then = [f.message for f in case.findings if f.code == code]
            # A form's finding may list several things: one of them fewer is a step, though the finding stays.
            if len(now) < len(then) or (row_id is None and set(now) != set(then)):
                removed.append(code)
        return removed


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
    blank = tuple(b for b in case.form.blank_rows)
    form = case.form.model_copy(update={"indicators": tuple(rows), "blank_rows": blank})
    return filing.model_copy(update={"forms": tuple(form if f.id == form.id else f for f in filing.forms)})


def _filled(indicator: Indicator, row: RowText, indicator_id: str) -> Indicator:
    """An indicator with the words of ``row``, numbers standing in for what is left to fill in."""

    def dummy(text: str | None) -> str | None:
        return None if text is None else _TO_FILL.sub("12", _RATE_TO_FILL.sub("90", text))

    same_heading = row.level2 == indicator.level2
    category = indicator.category if same_heading else category_of("", row.level2)
    value, unit = row.value, row.unit
    if unit == "%":
        value = _TO_FILL.sub("90", value)
    return indicator.model_copy(
        update={
            "id": indicator_id,
            "level2": row.level2,
            "category": category,
            "name": dummy(row.name),
            "value": dummy(value),
            "nature": row.nature,
            "unit": unit,
            "standard": row.standard,
        }
    )
