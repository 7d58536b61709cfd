"""JSON, for other programs; the contract is in ``reviewer.writers.contract``."""

import json
from collections.abc import Sequence

from reviewer.records import BankMatch, FilingReport, Finding, Form, Indicator, Report, SmartScore, Suggestion
from reviewer.writers.base import writer
from reviewer.writers.contract import (
    SCHEMA_VERSION,
    OutAside,
    OutBasis,
    OutDrop,
    OutDropped,
    OutFailure,
    OutFiling,
    OutFinding,
    OutForm,
    OutFormScore,
    OutIndicator,
    OutLocation,
    OutMatch,
    OutNumber,
    OutOutcome,
    OutReport,
    OutScore,
    OutSmart,
    OutStaleWaiver,
    OutSuggestion,
    OutUnread,
)
from reviewer.writers.words import SCORE_NOTE


@writer("json", ".json", "供其他程序读取")
def write(report: Report) -> bytes:
    """The report under the JSON contract; the same report gives the same bytes."""
    text = json.dumps(out_report(report).model_dump(mode="json"), ensure_ascii=False, indent=2)
    # A damaged file may hold half a surrogate pair, which UTF-8 cannot express.
    return (text + "\n").encode("utf-8", errors="replace")


def out_report(report: Report) -> OutReport:
    """The report as a model of the contract."""
    return OutReport(
        schema_version=SCHEMA_VERSION,
        versions=report.versions,
        rules=report.rule_names,
        filings=[_filing(item, report) for item in report.filings],
        failures=[OutFailure(**failure.model_dump()) for failure in report.failures],
        stale_waivers=[OutStaleWaiver(**stale.model_dump()) for stale in report.stale_waivers],
        bases={key: OutBasis(**b.model_dump(exclude={"key"}), cite=b.cite) for key, b in sorted(report.bases.items())},
    )


def _filing(item: FilingReport, report: Report) -> OutFiling:
    filing = item.filing
    return OutFiling(
        source=filing.source,
        format=filing.format,
        org=filing.org,
        year=filing.year,
        forms=[_form(form, item) for form in filing.forms],
        findings=[_finding(finding, report) for finding in item.findings],
        aside=[OutAside(**a.model_dump(exclude={"finding"}), finding=_finding(a.finding, report)) for a in item.aside],
        outcomes=[OutOutcome.of(outcome) for outcome in item.outcomes],
        score=OutScore(note=SCORE_NOTE, forms=[OutFormScore.model_validate(s.model_dump()) for s in item.scores]),
        unread=[OutUnread.of(unread) for unread in filing.unread],
        engines=list(item.engines),
        suggestions=[_suggestion(suggestion) for suggestion in item.suggestions],
        dropped=OutDropped(count=len(item.dropped), reasons=[OutDrop(**d.model_dump()) for d in item.dropped]),
    )


def _suggestion(item: Suggestion) -> OutSuggestion:
    numbers = [
        OutNumber(**n.model_dump(exclude={"location"}), location=OutLocation.of(n.location)) for n in item.numbers
    ]
    return OutSuggestion(
        **item.model_dump(exclude={"numbers", "smart_before", "smart_after"}),
        numbers=numbers,
        smart_before=OutSmart.of(item.smart_before),
        smart_after=OutSmart.of(item.smart_after),
    )


def _form(form: Form, item: FilingReport) -> OutForm:
    return OutForm(
        id=form.id,
        kind=form.kind.value,
        title=form.title,
        org=form.org,
        year=form.year,
        project=form.project,
        period=form.period,
        budget_wan=form.budget.wan if form.budget else None,
        profile=item.profile.get(form.id),
        indicators=[_indicator(row, item.matches.get(row.id, ()), item.smart.get(row.id)) for row in form.indicators],
        blank_rows=[_indicator(row) for row in form.blank_rows],
        location=OutLocation.of(form.location),
    )


def _indicator(row: Indicator, matches: Sequence[BankMatch] = (), smart: SmartScore | None = None) -> OutIndicator:
    values = row.model_dump(exclude={"location", "cells"})
    near = [OutMatch.model_validate(m.model_dump()) for m in matches]
    return OutIndicator(**values, smart=OutSmart.of(smart), matches=near, location=OutLocation.of(row.location))


def _finding(finding: Finding, report: Report) -> OutFinding:
    values = finding.model_dump(exclude={"location", "missing"})
    cites = [report.bases[key].cite for key in finding.basis if key in report.bases]
    return OutFinding(**values, citations=cites, location=OutLocation.of(finding.location))
