"""From findings to proven suggestions: each engine proposes, the prover decides, what fails is dropped and counted."""

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from reviewer.records import Dropped, Filing, Finding, Severity, Standing, Suggestion
from reviewer.suggesters.base import SUGGESTERS, Case, Draft, Engine, Suggester, row_text
from reviewer.suggesters.prover import Prover, Recheck, Smart
from reviewer.suggesters.vacated import fill_vacated
from reviewer.taxonomy import Profile

if TYPE_CHECKING:
    from reviewer.llm.session import Session

_TRIES, _EACH = 12, 3  # drafts tried for one row, and of one suggester


def suggest(
    filing: Filing,
    findings: tuple[Finding, ...],
    profiles: dict[str, Profile],
    recheck: Recheck,
    *,
    year: int | None = None,
    engines: Iterable[Engine] = ("rules",),
    smart: Smart | None = None,
    llm: "Session | None" = None,
    rows: Collection[str] | None = None,
) -> tuple[tuple[Suggestion, ...], tuple[Dropped, ...]]:
    """Suggestions for a filing.

    Args:
        filing: the filing as read.
        findings: its findings.
        profiles: the profile of each form.
        recheck: reviews a rewritten filing; what it returns decides whether a suggestion is delivered.
        year: budget year given by the user.
        engines: which engines to ask; what a later one proposes again is left out.
        smart: scores a row before and after.
        llm: the dealings with a model, for engine ``llm``.
        rows: ids of the rows to propose for; all rows, and the forms, when None.

    Returns:
        The suggestions in file order, and the proposals that were dropped.
    """
    asked = {engine: _asked(engine) for engine in dict.fromkeys(engines)}
    delivered: list[Suggestion] = []
    dropped: list[Dropped] = []
    prover = Prover(filing, findings, recheck, smart)
    found = list(cases(filing, findings, profiles, year))
    if rows is not None:
        found = [case for case in found if case.indicator is not None and case.indicator.id in rows]
    written = None
    if "llm" in asked:
        from reviewer.suggesters.model import Writing

        assert llm is not None
        written = Writing(llm, found, Prover(filing, findings, recheck))
    for case in found:
        scope = "indicator" if case.indicator else "form"
        for engine, suggesters in asked.items():
            if engine == "llm":
                assert written is not None
                made, lost = written.deliver(case, prover)
                delivered += made
                dropped += lost
                continue
            chosen = [s for s in suggesters if s.scope == scope and s.codes & case.codes]
            made, lost = (_row if case.indicator else _form)(case, chosen, prover, engine)
            delivered += made
            dropped += lost
    return tuple(delivered), tuple(dropped)


def cases(
    filing: Filing, findings: tuple[Finding, ...], profiles: dict[str, Profile], year: int | None = None
) -> Iterator[Case]:
    """Every row with findings, and every form with findings of its own, in file order."""
    for form in filing.forms:
        for indicator in (*form.indicators, None):
            row_id = indicator.id if indicator else None
            own = tuple(f for f in findings if f.form_id == form.id and f.indicator_id == row_id)
            if own:
                yield Case(filing, form, own, profiles[form.id], year or form.year or filing.year, indicator)


def has_engine(engine: str) -> bool:
    """Whether anything stands behind an engine; a model is asked by ``model.py`` and declares no suggester."""
    return engine == "llm" or any(engine in item.engines for item in SUGGESTERS.values())


def _asked(engine: Engine) -> list[Suggester]:
    return sorted((s for s in SUGGESTERS.values() if engine in s.engines), key=lambda s: (s.order, s.name))


def _row(case: Case, asked: list[Suggester], prover: Prover, engine: Engine) -> tuple[list[Suggestion], list[Dropped]]:
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
    if fill_vacated(case, safe) != safe:
        safe = start  # a row must be added as well: for a person to decide
    if safe != start:
        result = prover.prove(case, safe, engine)
        if isinstance(result, Suggestion):
            made.append(result)
        else:
            lost.append(result)
            safe = start
    best: Suggestion | None = None
    for draft in (fill_vacated(case, draft) for draft in list(_drafts(case, asked, start))[:_TRIES]):
        if draft in (start, safe):
            continue
        result = prover.prove(case, draft, engine)
        if isinstance(result, Dropped):
            lost.append(result)
        elif best is None or _gain(case, result) > _gain(case, best):
            best = result
        if best is not None and set(best.removes) == case.codes:
            break
    if best is not None and (not made or set(best.removes) - set(made[0].removes)):
        made.append(best)
    made = [suggestion for suggestion in made if prover.deliver(suggestion)]
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
    for item in asked:
        alone = list(item.propose(case, start))[:_EACH]
        plain = {(d.row, d.extra) for d in alone}
        # Where the small changes leave no trace, their reasons would only confuse.
        on_top = [d for d in list(item.propose(case, together))[:_EACH] if (d.row, d.extra) not in plain]
        for draft in (*on_top, *alone) if item.replaces_all else alone:
            if draft not in seen:
                seen.add(draft)
                yield draft


def _form(case: Case, asked: list[Suggester], prover: Prover, engine: Engine) -> tuple[list[Suggestion], list[Dropped]]:
    """Rows that a form lacks: each proposal is proven on its own and delivered once."""
    made: list[Suggestion] = []
    lost: list[Dropped] = []
    filled: set[str | None] = set()
    for item in asked:
        for draft in item.propose(case, Draft(None, None)):
            # One row for a missing category is enough, and a second for the same thing is no second proposal.
            if (item.codes == {"CMP001"} and draft.category in filled) or prover.twin(case, draft):
                continue
            result = prover.prove(case, draft, engine, serial=len(made) + 1)
            if isinstance(result, Dropped):
                lost.append(result)
            elif prover.deliver(result):
                made.append(result)
                filled.add(draft.category)
    return made, lost
