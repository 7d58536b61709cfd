"""Reading: every row of the content exactly as printed, and the fields around the rows."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from reviewer.evals.alignment import align_forms, align_rows, squeeze
from reviewer.evals.content import FormContent, RowContent
from reviewer.evals.kinds.filings import FilingSample
from reviewer.evals.marks import Figure, Mark, Verdict
from reviewer.evals.measures import proportion, score
from reviewer.evals.registry import SCORERS, Output, Sample, Scorer
from reviewer.evals.sets import EvalSet
from reviewer.records import FilingReport, Form, Indicator
from reviewer.text import clean_heading

_COLUMNS = ("nature", "unit", "standard", "weight", "note")


def score_reading(chosen: EvalSet, sample: Sample, output: Output) -> Iterator[Mark]:
    """A mark for each row and for each field of each form, in every rendering."""
    data: FilingSample = sample.data
    if data.content is None:
        return
    report: FilingReport | None = output.answer
    forms = align_forms(data.content, report.filing) if report else [None] * len(data.content.forms)
    for number, (content, form) in enumerate(zip(data.content.forms, forms, strict=True), 1):
        if report is None:
            yield _mark(sample, f"F{number}", "form", Verdict.UNSCORED, output.error)
            continue
        if form is None:
            yield _mark(sample, f"F{number}", "form", Verdict.WRONG, "没有读出这张表")
            continue
        rows = align_rows(content, form)
        for row, indicator in rows.items():
            fault = _row_fault(content.rows[row - 1], indicator)
            verdict = Verdict.WRONG if fault else Verdict.RIGHT
            yield _mark(sample, f"F{number}.{row}", "row", verdict, fault)
        extra = len(form.indicators) - sum(i is not None for i in rows.values())
        verdict = Verdict.WRONG if extra > 0 else Verdict.RIGHT
        yield _mark(sample, f"F{number}", "no_extra_rows", verdict, f"多读出 {extra} 行" if extra > 0 else "")
        for key, wanted, got in _fields(content, form):
            same = squeeze(wanted) == squeeze(got)
            note = "" if same else f"应为“{wanted}”，读成“{got}”"
            yield _mark(sample, f"F{number}/{key}", "field", Verdict.RIGHT if same else Verdict.WRONG, note)


def _mark(sample: Sample, item: str, group: str, verdict: Verdict, note: str = "") -> Mark:
    return Mark(case=sample.case, item=f"{sample.variant} {item}".strip(), group=group, verdict=verdict, note=note)


def _row_fault(row: RowContent, got: Indicator | None) -> str:
    """What was not read as printed; "" when all was."""
    if got is None:
        return f"没有读出“{row.name}｜{row.value}”"
    if clean_heading(row.level1) != clean_heading(got.level1):
        return f"一级指标应为“{row.level1}”，读成“{got.level1}”"
    if squeeze(row.level2) != squeeze(got.level2):
        return f"二级指标应为“{row.level2}”，读成“{got.level2}”"
    for key in _COLUMNS:
        if squeeze(getattr(row, key)) != squeeze(getattr(got, key)):
            return f"{key} 应为“{getattr(row, key) or ''}”，读成“{getattr(got, key) or ''}”"
    return ""


def _fields(content: FormContent, form: Form) -> Iterator[tuple[str, str, str]]:
    yield "kind", content.kind, form.kind.value
    for key in ("project", "period"):
        wanted = getattr(content, key)
        if wanted is not None and content.kind == "project":
            yield key, wanted, getattr(form, key) or ""
    for key, horizon in (("annual_goal", "annual"), ("period_goal", "period")):
        wanted = getattr(content, key)
        if wanted is not None:
            objective = form.objective(horizon)
            yield key, wanted, objective.text if objective else "（没有这一栏）"
    if content.budget is not None:
        yield "budget", content.budget, _amount(form.budget.printed if form.budget else "")
    for number, line in enumerate(content.cost_lines):
        got = form.cost_lines[number] if number < len(form.cost_lines) else None
        wanted = f"{line.content}｜{line.detail}｜{line.amount}｜{line.basis}"
        read = f"{got.content}｜{got.detail}｜{got.amount.printed}｜{got.calculation_basis}" if got else ""
        yield f"cost_lines.{number + 1}", wanted, read
    for number, project in enumerate(content.projects):
        row = form.rows[number] if number < len(form.rows) else None
        wanted = f"{project.name}｜{project.amount}｜{project.period_goal or ''}｜{project.annual_goal or ''}"
        read = f"{row.name}｜{row.amount.printed}｜{row.period_goal or ''}｜{row.annual_goal or ''}" if row else ""
        yield f"projects.{number + 1}", wanted, read


def _amount(printed: str) -> str:
    """``资金总额：388.88`` is printed around the amount in department forms."""
    return printed.rsplit("：", 1)[-1]


def measure_reading(marks: Sequence[Mark]) -> list[Figure]:
    """Rows and fields read exactly, over all and by rendering; forms that could not be read."""
    right: dict[tuple[str, str], int] = defaultdict(int)
    whole: dict[tuple[str, str], int] = defaultdict(int)
    for mark in marks:
        if mark.verdict is Verdict.UNSCORED or mark.group not in ("row", "field"):
            continue
        variant = mark.item.rpartition(" ")[0]
        for group in ("", variant) if variant else ("",):
            whole[mark.group, group] += 1
            right[mark.group, group] += mark.verdict is Verdict.RIGHT
    figures = [
        proportion(f"{name}s_exact", right[name, group], whole[name, group], group) for name, group in sorted(whole)
    ]
    extra = [m for m in marks if m.group == "no_extra_rows"]
    figures.append(proportion("forms_without_extra_rows", sum(m.verdict.good for m in extra), len(extra)))
    lost = [m for m in marks if m.group == "form"]
    unscored = sum(m.verdict is Verdict.UNSCORED for m in lost)
    figures.append(score("forms_lost", float(len(lost) - unscored), len(lost)))
    figures.append(score("unscored", float(unscored), unscored))
    return figures


SCORERS.add("reading", Scorer("reading", "读取", ("reading", "findings", "category"), score_reading, measure_reading))
