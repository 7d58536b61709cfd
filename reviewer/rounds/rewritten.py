"""A filing with rewrites in it, as it would read if the unit took them over; and its review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reviewer.records import Filing, FilingReport, Form, Indicator, RowText
from reviewer.rules import RULES, Context, run_rules
from reviewer.rules.engine import in_order
from reviewer.rules.scoring import score_form
from reviewer.rules.smart import smart_score
from reviewer.taxonomy import category_of, profiles


@dataclass(frozen=True)
class Rewrite:
    """What becomes of one row, or one or more rows to be added.

    Attributes:
        row_id: the row rewritten; None where rows are added only.
        proposed: the row; None: it is left empty.
        extra: rows added behind it.
    """

    form_id: str
    row_id: str | None
    proposed: RowText | None
    extra: tuple[RowText, ...] = ()


def rewritten(filing: Filing, rewrites: Iterable[Rewrite]) -> Filing:
    """The filing with rewrites in it; rows keep their ids, added ones get ``F3.+1``, ``F3.+2`` …"""
    by_form: dict[str, list[Rewrite]] = {}
    for rewrite in rewrites:
        by_form.setdefault(rewrite.form_id, []).append(rewrite)
    if not by_form:
        return filing
    forms = tuple(_form(form, by_form[form.id]) if form.id in by_form else form for form in filing.forms)
    return filing.model_copy(update={"forms": forms})


def _form(form: Form, rewrites: list[Rewrite]) -> Form:
    mine = {rewrite.row_id: rewrite for rewrite in rewrites if rewrite.row_id is not None}
    template = form.indicators[0] if form.indicators else Indicator(id=form.id)
    rows: list[Indicator] = []
    blank = [row for row in form.blank_rows if row.id not in mine]
    added = 0
    for row in (*form.indicators, *(row for row in form.blank_rows if row.id in mine)):
        rewrite = mine.get(row.id)
        if rewrite is None:
            rows.append(row)
            continue
        own = _filled(row, rewrite.proposed, row.id) if rewrite.proposed is not None else None
        if own is not None and not own.is_blank:
            rows.append(own)
        else:
            blank.append(row.model_copy(update={"name": "", "value": ""}))
        for text in rewrite.extra:
            added += 1
            rows.append(_filled(row, text, f"{form.id}.+{added}"))
    for rewrite in rewrites:
        if rewrite.row_id is None:
            for words in (rewrite.proposed, *rewrite.extra):
                if words is not None:
                    added += 1
                    rows.append(_filled(template, words, f"{form.id}.+{added}"))
    return form.model_copy(update={"indicators": tuple(rows), "blank_rows": tuple(blank)})


def _filled(row: Indicator, text: RowText, row_id: str) -> Indicator:
    category = row.category if text.level2 == row.level2 else category_of("", text.level2)
    return row.model_copy(update={"id": row_id, "category": category, **text.model_dump()})


def recheck(before: FilingReport, filing: Filing, *, year: int | None = None) -> FilingReport:
    """The review of a filing of which an earlier state was reviewed: only forms that differ are reviewed again.

    Suggestions, matches and the profiles of the forms stay those of ``before``.

    Args:
        year: budget year given by the user.
    """
    old = {form.id: form for form in before.filing.forms}
    changed = [form for form in filing.forms if old.get(form.id) != form]
    if not changed:
        return before.model_copy(update={"filing": filing})
    chosen = {form_id: profiles()[name] for form_id, name in before.profile.items()}
    context = Context(filing=filing, profiles=chosen, year=year)
    codes = {outcome.code for outcome in before.outcomes}
    rules = [rule for rule in RULES.values() if rule.code in codes]
    if len(changed) == 1:
        only = changed[0].id
        findings, outcomes = run_rules(context, rules, only=only)
        # Rules of the whole filing spoke of every form again, the others of the changed form alone.
        whole = {rule.code for rule in rules if rule.scope == "filing"}
        kept = (f for f in before.findings if f.form_id != only and f.code not in whole)
        findings = in_order(filing, (*findings, *kept))
        outcomes += tuple(o for o in before.outcomes if o.form_id != only and o.code not in whole)
    else:
        findings, outcomes = run_rules(context, rules)
    smart: Mapping[str, object] = {i.id: smart_score(f, i, findings) for f in changed for i in f.indicators}
    return before.model_copy(
        update={
            "filing": filing,
            "findings": findings,
            "outcomes": outcomes,
            "scores": tuple(score_form(form, chosen[form.id], findings, outcomes) for form in filing.forms),
            "smart": {**before.smart, **smart},
        }
    )
