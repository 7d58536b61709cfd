"""Rows that a form lacks: its cost from its amount, quantities from its cost lines, the rest from the bank."""

from collections.abc import Iterator

from reviewer.matching.terms import pairs, pieces
from reviewer.records.suggestion import NumberSource, RowText, Standing
from reviewer.suggesters.amounts import plain
from reviewer.suggesters.bank_choice import as_row, bank_words, choose
from reviewer.suggesters.base import Case, Draft, heading_of, row_text, suggester
from reviewer.suggesters.rewrites import filing_counts
from reviewer.taxonomy import CATEGORIES


def _columns(case: Case) -> RowText | None:
    return row_text(case.form, case.form.indicators[0]) if case.form.indicators else None


@suggester("missing_category", ["CMP001"], order=10, scope="form")
def missing_category(case: Case, draft: Draft) -> Iterator[Draft]:
    """A row for each category that CMP001 misses."""
    columns = _columns(case)
    present = {i.category for i in case.form.indicators}
    for finding in case.findings:
        if finding.code != "CMP001":
            continue
        missing = [c for c in CATEGORIES if c in finding.message and c not in present]
        budget = case.form.budget
        if missing[:1] == ["成本指标"] and budget is not None and budget.wan is not None:
            amount = plain(budget.wan)
            row = _cost_row(heading_of(case.form, "成本指标"), amount, columns)
            source = NumberSource(number=amount, source="项目金额", quote=budget.printed, location=budget.location)
            yield Draft(row, "成本指标", standing=Standing.CONFIRM).change(
                f"补一项成本指标，以项目金额{amount}万元为上限。", numbers=[source], columns={}
            )
            continue
        for category in missing[:1]:
            taken = [i.name for form in case.filing.forms for i in form.indicators]
            for entry, sure in choose(category, case.form.project, case.form, taken, top=1):
                row = as_row(entry, heading_of(case.form, category), columns)
                standing = Standing.CONFIRM if sure else Standing.HINT
                yield Draft(row, category, standing=standing).change(
                    f"补一项{category}，取自指标库“{entry.name}”。", bank=bank_words(entry), columns={}
                )


@suggester("uncovered_task", ["REL301"], order=20, scope="form")
def uncovered_task(case: Case, draft: Draft) -> Iterator[Draft]:
    """Quantities that the cost lines and goals name and no indicator counts: 45名残疾儿童, 培训60人."""
    columns = _columns(case)
    finding = case.finding("REL301")
    if finding is None:
        return
    told = pairs(pieces(finding.message + finding.evidence))
    names = {i.name for i in case.form.indicators}
    seen: set[str] = set()
    for source, name, unit in filing_counts(case.form):
        if name in seen or name in names or not pairs(pieces(name)) & told:
            continue
        seen.add(name)
        nature, split_unit = (
            columns is not None and columns.nature is not None,
            columns is not None and columns.unit is not None,
        )
        row = RowText(
            level2=heading_of(case.form, "数量指标"),
            name=name,
            value=("" if nature else "≥") + source.number + ("" if split_unit else unit),
            nature="≥" if nature else None,
            unit=unit if split_unit else None,
            standard=columns.standard if columns is not None else None,
        )
        yield Draft(row, "数量指标", standing=Standing.CONFIRM).change(
            f"{source.source}写了{source.number}{unit}，补一项数量指标。", numbers=[source], columns={}
        )


def _cost_row(heading: str, amount: str, columns: RowText | None) -> RowText:
    nature, unit = columns is not None and columns.nature is not None, columns is not None and columns.unit is not None
    return RowText(
        level2=heading,
        name="项目总成本",
        value=("" if nature else "≤") + amount + ("" if unit else "万元"),
        nature="≤" if nature else None,
        unit="万元" if unit else None,
        standard=columns.standard if columns is not None else None,
    )
