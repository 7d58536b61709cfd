"""Findings held against labels: precision, recall and F1 for each code and over all, false alarms on clean forms.

A code of the form level counts once a form wherever in it the finding stands; a code of a row counts at its row. What
is neither required nor optional is a false alarm. A filing that could not be read leaves its labels unscored.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviewer.evals.alignment import align_forms, align_rows
from reviewer.evals.kinds.filings import FilingSample, Label
from reviewer.evals.marks import Figure, Mark, Verdict
from reviewer.evals.measures import mean, proportion, score
from reviewer.evals.registry import SCORERS, Output, Sample, Scorer
from reviewer.evals.sets import EvalSet
from reviewer.evals.statistics import f1
from reviewer.records import FilingReport, Finding, Severity

# Group of the marks that count false alarms on clean forms, by severity.
_CLEAN = {Severity.ERROR: "clean:error", Severity.WARN: "clean:warn", Severity.INFO: "clean:info"}


@dataclass
class _Found:
    """A code found at a place, its highest severity, and whether a label has claimed it."""

    target: str
    code: str
    severity: Severity
    message: str
    claimed: bool = False


def score_findings(chosen: EvalSet, sample: Sample, output: Output) -> Iterator[Mark]:
    """Marks for one filing; nothing for its further renderings."""
    if not sample.first:
        return
    data: FilingSample = sample.data
    labels = [label for label in data.case.labels if _covered(chosen, label.code)]
    if output.answer is None:
        for label in labels:
            if label.required:
                yield _mark(sample, label.target, label.code, Verdict.UNSCORED, note=output.error)
        yield _mark(sample, "", "unread", Verdict.UNSCORED, note=output.error)
        return
    report: FilingReport = output.answer
    found = [f for f in _found(data, report) if _covered(chosen, f.code)]
    for outcome in report.outcomes:
        if outcome.outcome.value == "error" and _covered(chosen, outcome.code):
            yield _mark(sample, outcome.form_id, outcome.code, Verdict.UNSCORED, note=outcome.reason)
    for label in labels:
        hits = [f for f in found if f.code == label.code and any(_meets(label, t, f.target) for t in _places(label))]
        for hit in hits:
            hit.claimed = True
        if label.required:
            severity = min((h.severity for h in hits), key=lambda s: s.rank).value if hits else ""
            yield _mark(sample, label.target, label.code, Verdict.HIT if hits else Verdict.MISS, severity)
    alarms = [f for f in found if not f.claimed]
    for alarm in alarms:
        yield _mark(sample, alarm.target, alarm.code, Verdict.FALSE_ALARM, alarm.severity.value, alarm.message)
    if data.case.clean:
        forms = data.content.forms if data.content else report.filing.forms
        for form in (f"F{n}" for n in range(1, len(forms) + 1)):
            for severity, group in _CLEAN.items():
                count = sum(a.severity is severity and a.target.split(".")[0] == form for a in alarms)
                yield _mark(sample, form, group, Verdict.WRONG if count else Verdict.RIGHT, count=count)


def _covered(chosen: EvalSet, code: str) -> bool:
    return not chosen.settings.codes or code in chosen.settings.codes


def _mark(
    sample: Sample, item: str, group: str, verdict: Verdict, severity: str = "", note: str = "", count: int = 1
) -> Mark:
    return Mark(case=sample.case, item=item, group=group, verdict=verdict, severity=severity, note=note, count=count)


def _found(data: FilingSample, report: FilingReport) -> list[_Found]:
    """Findings by place of the content: rows that were read in another order or under another number are traced."""
    place: dict[str, str] = {}
    if data.content is not None:
        for number, form in enumerate(align_forms(data.content, report.filing), 1):
            if form is None:
                continue
            place[form.id] = f"F{number}"
            for row, indicator in align_rows(data.content.forms[number - 1], form).items():
                if indicator is not None:
                    place[indicator.id] = f"F{number}.{row}"
    best: dict[tuple[str, str], _Found] = {}
    for finding in report.findings:
        target = _target(finding, place)
        known = best.get((target, finding.code))
        if known is None or finding.severity.rank < known.severity.rank:
            best[target, finding.code] = _Found(target, finding.code, finding.severity, finding.message)
    return list(best.values())


def _target(finding: Finding, place: dict[str, str]) -> str:
    if finding.indicator_id is not None:
        return place.get(finding.indicator_id, finding.indicator_id)
    return place.get(finding.form_id, finding.form_id)


def _places(label: Label) -> tuple[str, ...]:
    return (label.target, *label.also)


# Codes that the codebook defines for a table as a whole: a rule may point at the row or at the form.
_FORM_CODES = ("CMP001", "CMP004", "CMP005", "CMP006", "CMP007", "REL", "CON")


def _meets(label: Label, wanted: str, target: str) -> bool:
    """Whether a finding at ``target`` is one at ``wanted``."""
    if target == wanted:
        return True
    form, _, row = wanted.partition(".")
    found_form, _, found_row = target.partition(".")
    if form != found_form:
        return False
    if row == "*":
        return bool(found_row)
    # A code of the table, labelled at the table or said of the table: the row does not matter.
    return label.code.startswith(_FORM_CODES) and (not row or not found_row)


def measure_findings(marks: Sequence[Mark]) -> list[Figure]:
    """Precision, recall, F1 over all and for each code; of errors alone; false alarms for each clean form."""
    groups: dict[str, dict[Verdict, int]] = defaultdict(lambda: defaultdict(int))
    errors: dict[str, dict[Verdict, int]] = defaultdict(lambda: defaultdict(int))
    for mark in marks:
        if mark.group.startswith("clean:"):
            continue
        for group in ("", mark.group):
            groups[group][mark.verdict] += 1
            if mark.severity == Severity.ERROR.value:
                errors[group][mark.verdict] += 1
    figures: list[Figure] = []
    for group in sorted(groups):
        hits, alarms, misses = (groups[group][v] for v in (Verdict.HIT, Verdict.FALSE_ALARM, Verdict.MISS))
        if group == "unread":
            continue
        figures.append(proportion("precision", hits, hits + alarms, group))
        figures.append(proportion("recall", hits, hits + misses, group))
        figures.append(score("f1", f1(hits, alarms, misses), hits, group))
    for group in sorted(errors):
        hits, alarms = errors[group][Verdict.HIT], errors[group][Verdict.FALSE_ALARM]
        figures.append(proportion("error_precision", hits, hits + alarms, group))
    for severity, group in _CLEAN.items():
        forms = [m for m in marks if m.group == group]
        if forms:
            figures.append(mean(f"clean_{severity.value}s_per_form", sum(m.count for m in forms), len(forms)))
    figures.append(score("unscored", float(groups[""][Verdict.UNSCORED]), groups[""][Verdict.UNSCORED]))
    return figures


SCORERS.add(
    "findings", Scorer("findings", "发现的问题", ("reading", "findings", "category"), score_findings, measure_findings)
)
