"""A review of one file, condensed to what a batch keeps of it."""

import re
from collections import Counter
from typing import Literal

from reviewer.batch.records import (
    AsideRow,
    FileFailure,
    FileResult,
    FindingRow,
    FormRow,
    Gap,
    IndicatorRow,
    StaleRow,
)
from reviewer.batch.sector import sector_of
from reviewer.errors import ReviewerError
from reviewer.records import Aside, Finding, Form, Indicator, Report
from reviewer.writers.view import FilingView, views
from reviewer.writers.words import KIND_WORDS, one_line, shown

_GOAL_LIMIT = 4_000
_TEXT_LIMIT = 1_200
# Budget codes before a name: [155]某县民政局, 219001-某镇人民政府.
_CODE = re.compile(r"^[\[【(（]?\d{3,}[\]】)）]?[-—_ ]*")


def condense(path: str, digest: str, report: Report) -> FileResult:
    """The result of one reviewed file.

    Args:
        path: see ``FileResult``.
        report: the report on this file alone.
    """
    (view,) = views(report)
    filing = view.item.filing
    unit = unit_name(filing.org) or next((u for u in (unit_name(form.org) for form in filing.forms) if u), "")
    return FileResult(
        path=path,
        source=filing.source,
        format=filing.format,
        digest=digest,
        unit=unit,
        year=filing.year or next((form.year for form in filing.forms if form.year), None),
        forms=tuple(_form(view, form, unit) for form in filing.forms),
        findings=tuple(_finding(view, finding) for finding in view.item.findings),
        gaps=_gaps(view),
        aside=tuple(_aside(view, aside) for aside in view.item.aside),
        stale=tuple(StaleRow(**stale.model_dump()) for stale in report.stale_waivers),
        suggestions=dict(sorted(Counter(s.standing.value for s in view.item.suggestions).items())),
    )


def failed(path: str, digest: str, error: Exception, *, passing: bool = False) -> FileResult:
    """The result of a file that was not reviewed."""
    name = path.rpartition("/")[2]
    if isinstance(error, ReviewerError):
        failure = FileFailure(what=error.what, where=error.where, remedy=error.remedy, passing=passing)
    else:
        what = f"程序读这个文件时出错（{type(error).__name__}: {error}）"
        failure = FileFailure(what=what, where=path, remedy="请把文件反馈给维护者", passing=passing)
    return FileResult(path=path, source=name, format="", digest=digest, unit="", year=None, failure=failure)


def unit_name(text: str) -> str:
    """A unit's name on one line, without its budget code."""
    return _CODE.sub("", one_line(text, 60)).strip()


def _form(view: FilingView, form: Form, unit: str) -> FormRow:
    score = next((s for s in view.item.scores if s.form_id == form.id), None)
    own = unit_name(form.org) or unit
    return FormRow(
        id=form.id,
        label=view.form_label(form.id),
        title=one_line(form.title, 80),
        kind=KIND_WORDS[form.kind],
        unit=own,
        year=form.year or view.item.filing.year,
        project=one_line(form.project, 80),
        sector=sector_of(form, own),
        profile=view.item.profile.get(form.id, ""),
        budget_wan=format(form.budget.wan, "f") if form.budget and form.budget.wan is not None else "",
        grade=(score.grade or "") if score else "",
        total=(score.total or "") if score else "",
        judged=score.judged if score else 0,
        goals=tuple(shown(o.text)[:_GOAL_LIMIT] for o in form.objectives if o.text.strip()),
        indicators=tuple(_indicator(row) for row in form.indicators),
    )


def _indicator(row: Indicator) -> IndicatorRow:
    return IndicatorRow(
        id=row.id,
        level1=one_line(row.level1, 80),
        level2=one_line(row.level2, 80),
        category=row.category or "",
        name=one_line(row.name, 400),
        value=one_line(row.value, 400),
        unit=one_line(row.unit or "", 40),
    )


def _finding(view: FilingView, finding: Finding) -> FindingRow:
    row = view.indicators.get(finding.indicator_id or "")
    return FindingRow(
        form_id=finding.form_id,
        indicator_id=finding.indicator_id or "",
        code=finding.code,
        name=finding.name,
        severity=finding.severity,
        dimension=finding.dimension,
        place=view.place(finding),
        level2=one_line(row.level2, 80) if row else "",
        indicator=one_line(row.name, 200) if row else "",
        value=one_line(row.value, 200) if row else "",
        message=shown(finding.message, _TEXT_LIMIT),
        evidence=shown(finding.evidence, _TEXT_LIMIT),
        basis="；".join(view.cites(finding)),
        suggestion="\n".join(f"〔{s.standing}〕{s.summary}" for s in view.suggested(finding)),
    )


def _aside(view: FilingView, aside: Aside) -> AsideRow:
    finding = aside.finding
    row = view.indicators.get(finding.indicator_id or "")
    return AsideRow(
        form_id=finding.form_id,
        kind=aside.kind,
        code=finding.code,
        name=finding.name,
        severity=finding.severity,
        place=view.place(finding),
        indicator=one_line(row.name, 200) if row else "",
        message=shown(finding.message, _TEXT_LIMIT),
        reason=one_line(aside.reason, 400),
        reviewer=one_line(aside.reviewer, 60),
        until=aside.until,
    )


def _gaps(view: FilingView) -> tuple[Gap, ...]:
    gaps = [
        Gap(
            kind="crashed" if item.crashed else "unchecked",
            form="、".join(item.forms),
            code=item.code,
            name=item.name,
            text="",
            reason=one_line(item.reason, 400),
        )
        for item in view.unchecked
    ]
    for unread in view.item.filing.unread:
        place = unread.location.describe() if unread.location else ""
        text, reason = one_line(unread.text, 200), one_line(unread.reason, 400)
        kind: Literal["advice", "unread"] = "advice" if unread.advisory else "unread"
        gaps.append(Gap(kind=kind, form=place, code="", name="", text=text, reason=reason))
    return tuple(gaps)
