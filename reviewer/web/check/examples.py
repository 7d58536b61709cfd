"""How to write an opinion's row well: examples of the rule, and of the indicator bank, as rows of the very form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reviewer.matching.bank import BankEntry
from reviewer.matching.beside import sector_of
from reviewer.matching.matcher import matcher_of
from reviewer.records import Finding, Form, Indicator, RowText
from reviewer.suggesters.bank_choice import as_row, choose
from reviewer.suggesters.base import heading_of, row_text
from reviewer.taxonomy.levels import is_category_name
from reviewer.web.help.guide import rule_pages
from reviewer.writers.view import FilingView

_MOST = 3
_NAMED = re.compile("[“、]?([\u4e00-\u9fff]{2,6}指标)")


@dataclass(frozen=True)
class Example:
    """A row that is well written.

    Attributes:
        row: as it would stand in the form, its number left to fill in.
        meaning: what it counts.
        proof: where its number is taken from (data_source), "" where the bank does not say.
        citation: library, number, version and standing.
    """

    row: RowText
    meaning: str
    proof: str
    citation: str


def examples(view: FilingView, finding: Finding) -> list[Example]:
    """Examples of the bank for the row of a finding; for a category that a form lacks, of that category.

    They are chosen by what the form speaks of; none where nothing fits.
    """
    form = view.forms[finding.form_id]
    row = view.indicators.get(finding.indicator_id or "")
    found: list[Example] = []
    for category in _categories(finding, row):
        found += [_example(form, row, entry, category) for entry in _entries(view, form, row, category)]
    return found[:_MOST]


def right_examples(code: str) -> tuple[str, ...]:
    """The examples of the rule itself."""
    return rule_pages()[code].right


def _categories(finding: Finding, row: Indicator | None) -> Iterator[str]:
    if finding.suggested_category:
        yield finding.suggested_category
    elif row is not None and row.category:
        yield row.category
    elif row is None:
        yield from filter(is_category_name, dict.fromkeys(_NAMED.findall(finding.message)))


def _entries(view: FilingView, form: Form, row: Indicator | None, category: str) -> list[BankEntry]:
    name = row.name if row is not None else ""
    sector = sector_of(form, form.org or view.item.filing.org)
    # What suits the row well may come from anywhere; what is only near it must be of the form's own sector.
    near = choose(category, name, form, top=3 * _MOST)
    chosen = [entry for entry, suits in near if suits] or [e for e, _ in near if sector and e.sector == sector]
    if chosen or not name.strip():
        return chosen
    (result,) = matcher_of().match([name], category, sector, _MOST)
    return [e.entry for e in result.entries if e.same]


def _example(form: Form, row: Indicator | None, entry: BankEntry, category: str) -> Example:
    like = row if row is not None else next(iter(form.indicators), None)
    columns = row_text(form, like) if like is not None else None
    return Example(
        as_row(entry, heading_of(form, category), columns), entry.definition, entry.data_source, entry.citation
    )
