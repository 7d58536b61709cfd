"""Rows that a form lacks: its cost from its amount, quantities from its cost lines, the rest from the bank."""

import re
from collections.abc import Iterator

from reviewer.matching.terms import pairs, pieces
from reviewer.records.suggestion import TO_FILL, NumberSource, RowText, Standing
from reviewer.suggesters.amounts import plain, year_of
from reviewer.suggesters.bank_choice import as_row, bank_words, choose
from reviewer.suggesters.base import Case, Draft, heading_of, row_text, suggester, value_columns
from reviewer.suggesters.filing_counts import filing_counts
from reviewer.taxonomy import CATEGORIES


def _columns(case: Case) -> RowText | None:
    return row_text(case.form, case.form.indicators[0]) if case.form.indicators else None


def _missing(case: Case) -> Iterator[str]:
    """The categories that the findings of CMP001 miss, each once; of several that would do, the first."""
    present = {i.category for i in case.form.indicators}
    for finding in case.findings:
        if finding.code == "CMP001":
            yield from [c for c in CATEGORIES if c in finding.message and c not in present][:1]


@suggester("missing_cost", ["CMP001"], order=10, scope="form")
def missing_cost(case: Case, draft: Draft) -> Iterator[Draft]:
    """The cost of a form that has no cost indicator is its own amount."""
    budget = case.form.budget
    if "成本指标" not in _missing(case) or budget is None or budget.wan is None:
        return
    amount = plain(budget.wan)
    row = _cost_row(heading_of(case.form, "成本指标"), amount, _columns(case))
    source = NumberSource(number=amount, source="项目金额", quote=budget.printed, location=budget.location)
    yield Draft(row, "成本指标", standing=Standing.CONFIRM).change(
        f"补一项成本指标，以项目金额{amount}万元为上限。", numbers=[source], columns={}
    )


@suggester("missing_time", ["CMP001"], order=12, scope="form")
def missing_time(case: Case, draft: Draft) -> Iterator[Draft]:
    """A form without a time indicator gets the month of completion in its own year."""
    if "时效指标" not in _missing(case) or not case.form.indicators:
        return
    dated = year_of(case)
    if dated is None:
        return
    year, source = dated
    row = RowText(
        level2=heading_of(case.form, "时效指标"),
        name="项目完成时间",
        value=f"{year}年【待填：完成月份】月底前",
        standard=_standard(case),
    )
    yield Draft(row, "时效指标", standing=Standing.CONFIRM).change(
        "补一项时效指标，月份由填报单位填写。", numbers=[source], columns={}
    )


@suggester("missing_satisfaction", ["CMP001"], order=14, scope="form")
def missing_satisfaction(case: Case, draft: Draft) -> Iterator[Draft]:
    """Whoever is served can be asked."""
    if "满意度指标" not in _missing(case) or not case.form.indicators:
        return
    row = RowText(level2=heading_of(case.form, "满意度指标"), name="服务对象满意度", value="", standard=_standard(case))
    columns = _columns(case)
    if columns is not None:
        row = row.model_copy(update={"nature": columns.nature, "unit": columns.unit})
    row = row.model_copy(update=value_columns(row, "≥", TO_FILL, "%"))
    yield Draft(row, "满意度指标", standing=Standing.CONFIRM).change(
        "补一项满意度指标，比例由填报单位填写。", columns={}
    )


@suggester("missing_from_bank", ["CMP001"], order=16, scope="form", engines=("rules", "bank"))
def missing_from_bank(case: Case, draft: Draft) -> Iterator[Draft]:
    """The nearest entry of the bank for a category that the form lacks."""
    columns = _columns(case)
    for category in _missing(case):
        taken = [i.name for form in case.filing.forms for i in form.indicators]
        for entry, sure in choose(category, case.form.project, case.form, taken, top=1):
            row = as_row(entry, heading_of(case.form, category), columns)
            standing = Standing.CONFIRM if sure else Standing.HINT
            yield Draft(row, category, standing=standing).change(
                f"补一项{category}，取自指标库“{entry.name}”。", bank=bank_words(entry), columns={}
            )


def _standard(case: Case) -> str | None:
    columns = _columns(case)
    return columns.standard if columns is not None else None


@suggester("uncovered_task", ["REL301"], order=20, scope="form")
def uncovered_task(case: Case, draft: Draft) -> Iterator[Draft]:
    """Quantities that the cost lines and goals name and no indicator counts: 45名残疾儿童, 培训60人."""
    columns = _columns(case)
    finding = case.finding("REL301")
    if finding is None:
        return
    told = pairs(pieces(finding.message + finding.evidence))
    names = {i.name for i in case.form.indicators}
    # A line may name several tasks (技能培训60人，创业帮扶5人): its counts are proposed together.
    places: dict[str, list[tuple[NumberSource, RowText]]] = {}
    for source, name, unit in filing_counts(case.form):
        standing_names = {row.name for found in places.values() for _, row in found} | names
        if name not in standing_names and pairs(pieces(name + source.source)) & told:
            row = _count_row(case, columns, name, source.number, unit)
            places.setdefault(source.source, []).append((source, row))
    for place, found in places.items():
        counts = "、".join(f"{source.number}{_unit_of(row)}" for source, row in found)
        (_, first), *rest = found
        several = f"补{len(found)}项数量指标" if rest else "补一项数量指标"
        yield Draft(first, "数量指标", standing=Standing.CONFIRM).change(
            f"{place}写了{counts}，{several}。",
            numbers=[source for source, _ in found],
            extra=[row for _, row in rest],
            columns={},
        )
        for source, row in found if rest else ():
            yield Draft(row, "数量指标", standing=Standing.CONFIRM).change(
                f"{place}写了{source.number}{_unit_of(row)}，补一项数量指标。", numbers=[source], columns={}
            )


def _count_row(case: Case, columns: RowText | None, name: str, number: str, unit: str) -> RowText:
    row = RowText(level2=heading_of(case.form, "数量指标"), name=name, value="", standard=_standard(case))
    if columns is not None:
        row = row.model_copy(update={"nature": columns.nature, "unit": columns.unit})
    return row.model_copy(update=value_columns(row, "≥", number, unit))


def _unit_of(row: RowText) -> str:
    return row.unit or re.sub(r"^[≥≤=]?[\d.,]+", "", row.value)


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
