"""Categories: does the evidence put a row into one of its acceptable homes, and does CAT101 name a right one.

The evidence is asked with the category under which the row was filed, as the rules ask it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from reviewer.evals.alignment import align_forms, align_rows
from reviewer.evals.kinds.filings import FilingSample
from reviewer.evals.marks import Figure, Mark, Verdict
from reviewer.evals.measures import proportion, score
from reviewer.evals.registry import SCORERS, Output, Sample, Scorer
from reviewer.evals.sets import EvalSet
from reviewer.records import FilingReport, Indicator

NO_HOME = "不属绩效指标"


def score_category(chosen: EvalSet, sample: Sample, output: Output) -> Iterator[Mark]:
    """A mark for each labelled row: the best home; blind: without the filed category; and what CAT101 suggests."""
    data: FilingSample = sample.data
    if not sample.first or data.content is None:
        return
    report: FilingReport | None = output.answer
    rows: dict[str, Indicator | None] = {}
    if report is not None:
        for number, form in enumerate(align_forms(data.content, report.filing), 1):
            if form is not None:
                found = align_rows(data.content.forms[number - 1], form)
                rows |= {f"F{number}.{row}": indicator for row, indicator in found.items()}
    suggested = {
        f.indicator_id: f.suggested_category
        for f in (report.findings if report else ())
        if f.code == "CAT101" and f.suggested_category
    }
    for label in data.case.homes:
        row = rows.get(label.target)
        best = label.homes[0] if label.homes else NO_HOME
        if row is None:
            yield Mark(case=sample.case, item=label.target, group=best, verdict=Verdict.UNSCORED, note=output.error)
            continue
        for question, filed in (("", row.category), ("blind", None)):
            got = _judged(row, filed)
            right = got in label.homes or (not label.homes and got == NO_HOME)
            yield Mark(
                case=sample.case,
                item=f"{label.target} {question}".strip(),
                group=question or best,
                verdict=Verdict.RIGHT if right else Verdict.WRONG,
                expected=best,
                got=got,
            )
        if row.id in suggested and label.homes:
            right = suggested[row.id] in label.homes
            yield Mark(
                case=sample.case,
                item=label.target,
                group="suggested",
                verdict=Verdict.RIGHT if right else Verdict.WRONG,
                expected=best,
                got=suggested[row.id] or "",
            )


def _judged(row: Indicator, filed: str | None) -> str:
    from reviewer.matching.category import judge_category

    verdict = judge_category(row.name, row.value, row.unit, row.nature, filed)
    return verdict.homes[0] if verdict.homes else NO_HOME


def measure_category(marks: Sequence[Mark]) -> list[Figure]:
    """Top-1 accuracy over all and by best home, blind, and of the home that CAT101 suggests."""
    right: dict[str, int] = defaultdict(int)
    whole: dict[str, int] = defaultdict(int)
    unscored = sum(m.verdict is Verdict.UNSCORED for m in marks)
    for mark in marks:
        if mark.verdict is Verdict.UNSCORED:
            continue
        for group in (mark.group,) if mark.group in ("blind", "suggested") else ("", mark.group):
            whole[group] += 1
            right[group] += mark.verdict is Verdict.RIGHT
    named = {"blind": "top1_blind", "suggested": "suggested_home_right"}
    figures = [
        proportion(named.get(group, "top1"), right[group], whole[group], "" if group in named else group)
        for group in sorted(whole)
    ]
    figures.append(score("unscored", float(unscored), unscored))
    return figures


SCORERS.add(
    "category", Scorer("category", "归类", ("reading", "findings", "category"), score_category, measure_category)
)
