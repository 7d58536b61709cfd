"""The bank entries that stand nearest to each indicator of a filing."""

from collections import Counter
from collections.abc import Iterable
from functools import cache

from reviewer.matching.bank import national_bank
from reviewer.matching.matcher import matcher_of
from reviewer.records import Filing, Form
from reviewer.records.match import BankMatch

_LEAST = 0.45  # below, an entry only shares some words
_CLEAR = 3  # fewer words of a sector may be chance
_GENERAL = "共性"


@cache
def _keywords() -> dict[str, frozenset[str]]:
    """The keywords of each sector that no other sector has; sectors common to all are left out."""
    sectors: dict[str, set[str]] = {}
    for entry in national_bank().entries:
        if not entry.sector.startswith(_GENERAL):
            sectors.setdefault(entry.sector, set()).update(k for k in entry.keywords if len(k) > 1)
    seen = Counter(k for keywords in sectors.values() for k in keywords)
    return {s: frozenset(k for k in keywords if seen[k] == 1) for s, keywords in sectors.items()}


def sector_of(form: Form, org: str) -> str | None:
    """The bank's sector that a form belongs to, by the words of its project, goals and costs; None when unclear."""
    lines = " ".join(f"{line.content} {line.detail}" for line in form.cost_lines)
    names = " ".join(i.name for i in form.indicators)
    text = f"{org} {form.project} {form.project} {form.goal_text} {lines} {names}"
    hits = {s: sum(text.count(k) for k in keywords) for s, keywords in _keywords().items()}
    ranked = sorted(hits, key=lambda s: (-hits[s], s))
    if not ranked or hits[ranked[0]] < _CLEAR or hits[ranked[0]] < 2 * hits[ranked[1]]:
        return None
    return ranked[0]


def matches_for(filing: Filing, top: int = 3, exclude_filings: Iterable[str] = ()) -> dict[str, tuple[BankMatch, ...]]:
    """The nearest entries for each indicator that has any, by indicator id, best first.

    Args:
        top: how many at most.
        exclude_filings: ids of evaluated filings whose rows in the bank are left out.
    """
    matcher = matcher_of()
    excluded = tuple(exclude_filings)
    found: dict[str, tuple[BankMatch, ...]] = {}
    for form in filing.forms:
        sector = sector_of(form, form.org or filing.org)
        for indicator in form.indicators:
            if not indicator.name.strip():
                continue
            result = matcher.match([indicator.name], indicator.category, sector, top, excluded)[0]
            entries = tuple(
                BankMatch(
                    id=e.entry.id,
                    name=e.entry.name,
                    level2=e.entry.level2,
                    score=e.score,
                    same=e.same,
                    reasons=e.reasons,
                    citation=e.entry.citation,
                    definition=e.entry.definition,
                    unit=e.entry.unit,
                    direction=e.entry.direction,
                    standing=e.entry.standing,
                )
                for e in result.entries
                if e.same or e.score >= _LEAST
            )
            if entries:
                found[indicator.id] = entries
    return found
