"""How a place is named so that it is found again in another version of the file: by its words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from reviewer.records import FilingReport, Finding, Form, Indicator, RowText
from reviewer.suggesters.base import row_text
from reviewer.text.normalize import squash
from reviewer.writers.words import KIND_WORDS, one_line

_ROW_ID = re.compile(r"\bF\d+(?:\.[A-Z]?\d+)?\b")


def form_words(form: Form) -> str:
    """A form in words: its kind and what it is about."""
    about = one_line(form.project or form.title or form.org)
    return f"{KIND_WORDS[form.kind]}：{about}" if about else KIND_WORDS[form.kind]


def row_words(form: Form, row: Indicator) -> str:
    """A row in words: ``数量指标｜托养残疾人数｜≥150人``."""
    return text_words(row_text(form, row))


def text_words(row: RowText) -> str:
    """The same for the text of a row."""
    return one_line(row.describe())


@dataclass(frozen=True)
class Places:
    """The forms and rows of a filing by their words."""

    item: FilingReport

    @cached_property
    def forms(self) -> dict[str, Form]:
        """Forms by id."""
        return {form.id: form for form in self.item.filing.forms}

    @cached_property
    def rows(self) -> dict[str, tuple[Form, Indicator]]:
        """Rows by id, those left empty too."""
        return {row.id: (form, row) for form in self.forms.values() for row in (*form.indicators, *form.blank_rows)}

    def finding_words(self, finding: Finding) -> str:
        """What a finding is about: its row; for a finding of the form, what it says."""
        known = self.rows.get(finding.indicator_id or "")
        if known is not None:
            return row_words(*known)
        return one_line(_ROW_ID.sub(self._named, finding.message))

    def _named(self, match: re.Match[str]) -> str:
        known = self.rows.get(match[0])
        if known is not None:
            return one_line(known[1].name) or one_line(known[1].level2)
        form = self.forms.get(match[0])
        return form_words(form) if form is not None else "某行"

    def is_in(self, finding: Finding, form: str) -> bool:
        """Whether a finding stands in a form told in words; "" is any form."""
        if not form.strip():
            return True
        own = self.forms[finding.form_id]
        told = squash(form)
        return told in {squash(text) for text in (form_words(own), own.project, own.title) if text.strip()}

    def is_about(self, finding: Finding, text: str) -> bool:
        """Whether a finding is about a text: the whole row or its name alone; the words of the cell; any for ""."""
        return not text.strip() or squash(text) in set(self._texts(finding))

    def _texts(self, finding: Finding) -> Iterator[str]:
        yield squash(self.finding_words(finding))
        known = self.rows.get(finding.indicator_id or "")
        if known is not None:
            if known[1].name.strip():
                yield squash(known[1].name)
        elif finding.location is not None and finding.location.text.strip():
            yield squash(finding.location.text)
