"""One self-contained HTML file: the form as the filer knows it, each finding beside the cell that it marks."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.records import BankMatch, Finding, Report, Severity, Standing
from reviewer.writers.base import writer
from reviewer.writers.sheet import Cell, Row, Sheet, sheets
from reviewer.writers.suggestions import (
    STANDING_HELP,
    STANDING_SIGNS,
    STANDING_WORDS,
    TO_FILL_HELP,
    SuggestionView,
    smart_reasons,
)
from reviewer.writers.terminal_suggestions import counts_in_words as suggestions_in_words
from reviewer.writers.view import FilingView, count, views
from reviewer.writers.words import (
    ASIDE_TITLE,
    KIND_WORDS,
    SCORE_NOTE,
    SEVERITY_HELP,
    SEVERITY_SIGNS,
    SEVERITY_WORDS,
    STALE_TITLE,
    aside_notice,
    aside_reason,
    one_line,
    shown,
    stale_words,
    written,
)

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
_ROW_ID = re.compile(r"\bF\d+\.\d+\b")


@writer("html", ".html", "在浏览器里对照原表阅读、打印")
def write(report: Report) -> bytes:
    """The report as one HTML file without any reference to the network."""
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    script = (_TEMPLATES / "report.js").read_text(encoding="utf-8")
    filings = [_Filing(number, view) for number, view in enumerate(views(report), 1)]
    used = {f.code: f.name for item in report.filings for f in item.findings}
    html = (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            filings=filings,
            counts=count(f for item in report.filings for f in item.findings),
            rules=sorted(used.items()),
            style=style,
            script=script,
            # The policy lets nothing run but this very script and nothing load at all.
            style_hash=_hash(style),
            script_hash=_hash(script),
        )
    )
    return written(html)


class _Filing:
    """A filing with what its template needs."""

    def __init__(self, number: int, view: FilingView) -> None:
        self.number = number
        self.view = view
        self.filing = view.item.filing
        self.sheets = sheets(view)
        self.rows = sum(len(form.indicators) for form in self.filing.forms)
        self.numbers = {id(note.finding): note.number for sheet in self.sheets for note in sheet.notes}
        self.missing, self.advice = view.missing, view.advice
        self._drawn: dict[int, int] = {}

    def counts(self, sheet: Sheet) -> dict[Severity, int]:
        """Findings of a form by severity."""
        return count(note.finding for note in sheet.notes)

    def score(self, form_id: str) -> Any:
        """The draft score of a form, None when it has none."""
        return next((s for s in self.view.item.scores if s.form_id == form_id), None)

    def near(self, row: Row) -> tuple[BankMatch, ...]:
        """The bank entries near a row's indicator."""
        return self.view.item.matches.get(row.indicator_id or "", ())

    def fixes(self, form_id: str) -> list[tuple[str, str, list[int]]]:
        """What to fix first: name, places, numbers of the findings."""
        return [
            (issue.head.name, self.view.places(issue), [self.numbers[id(f)] for f in issue.findings[:3]])
            for issue in self.view.fix_first(form_id)
        ]

    @property
    def suggestions_in_words(self) -> str:
        """How many suggestions there are, by standing."""
        return suggestions_in_words(self.view)

    def fresh(self, finding: Finding) -> list[SuggestionView]:
        """The suggestions for a finding that are drawn with it: those that no finding above has drawn."""
        mine = self.view.suggested(finding)
        return [s for s in mine if self._drawn.setdefault(s.number, id(finding)) == id(finding)]

    def known(self, finding: Finding) -> list[SuggestionView]:
        """The suggestions for a finding that stand with another one."""
        return [s for s in self.view.suggested(finding) if self._drawn.get(s.number) != id(finding)]

    def in_words(self, text: str) -> str:
        """Row ids in a text (``F3.5``) turned into places that a person can look up."""

        def place(match: re.Match[str]) -> str:
            row = self.view.indicators.get(match[0])
            if row is None:
                return match[0]
            line = row.location.row if row.location else None
            return f"第{line}行" if line else f"第{match[0].rpartition('.')[2]}项"

        return _ROW_ID.sub(place, text)


def _mark(cell: Cell) -> str:
    """The class of a cell by the worst finding in it."""
    worst = min((n.finding.severity for n in cell.notes), key=lambda s: s.rank, default=None)
    return f"flaw {worst.value}" if worst else ""


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        severities=list(Severity),
        severity_words=SEVERITY_WORDS,
        severity_signs=SEVERITY_SIGNS,
        severity_help=SEVERITY_HELP,
        kind_words=KIND_WORDS,
        score_note=SCORE_NOTE,
        mark=_mark,
        standings=list(Standing),
        standing_words=STANDING_WORDS,
        standing_signs=STANDING_SIGNS,
        standing_help=STANDING_HELP,
        to_fill_help=TO_FILL_HELP,
        smart_reasons=smart_reasons,
        aside_title=ASIDE_TITLE,
        aside_reason=aside_reason,
        aside_notice=aside_notice,
        stale_title=STALE_TITLE,
        stale_words=stale_words,
    )
    environment.filters.update(shown=shown, line=one_line)
    return environment
