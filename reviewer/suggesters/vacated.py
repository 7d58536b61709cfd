"""A row that moves to its right category leaves a place behind; a required one is filled again."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from reviewer.records.suggestion import TO_FILL, NumberSource, RowText, Standing
from reviewer.suggesters.amounts import plain, year_of
from reviewer.suggesters.bank_choice import as_row, bank_words, choose
from reviewer.suggesters.base import Case, Draft, heading_of, suggester, value_columns
from reviewer.suggesters.filing_counts import filing_counts
from reviewer.suggesters.measurable import rewrites

_Found = tuple[RowText, tuple[NumberSource, ...], str]


def fill_vacated(case: Case, draft: Draft) -> Draft:
    """The draft with a further row in the category that it empties; as it is where nothing is emptied or known."""
    indicator = case.indicator
    if indicator is None or draft.row is None or draft.category == indicator.category or indicator.category is None:
        return draft
    others = [i for i in case.form.indicators if i.category == indicator.category and i.id != indicator.id]
    if others or indicator.category not in case.profile.required:
        return draft
    found = _row_for(case, indicator.category, draft.row)
    if found is None:
        return draft
    row, numbers, bank = found
    return replace(
        draft,
        extra=(*draft.extra, row),
        numbers=(*draft.numbers, *numbers),
        bank=draft.bank or bank,
        standing=max(draft.standing, Standing.CONFIRM, key=(Standing.SAFE, Standing.CONFIRM, Standing.HINT).index),
        reasons=(*draft.reasons, f"原处“{row.level2}”不能空着，另补一项。"),
    )


def _row_for(case: Case, category: str, columns: RowText) -> _Found | None:
    """A row for a category that the form would lack: from the form itself, else the bank, else the usual one."""
    form = case.form
    taken = {i.name for i in form.indicators}

    def made(name: str, sign: str, number: str, unit: str) -> RowText:
        row = columns.model_copy(update={"level2": heading_of(form, category), "name": name})
        return row.model_copy(update=value_columns(columns, sign, number, unit))

    if category == "成本指标" and form.budget is not None and form.budget.wan is not None:
        amount = plain(form.budget.wan)
        source = NumberSource(
            number=amount, source="项目金额", quote=form.budget.printed, location=form.budget.location
        )
        return made("项目总成本", "≤", amount, "万元"), (source,), ""
    if category == "时效指标":
        dated = year_of(case)
        if dated is None:
            return made("项目按时完成率", "≥", TO_FILL, "%"), (), ""
        year, source = dated
        row = made("项目完成时间", "", "", "")
        return row.model_copy(update={"value": f"{year}年【待填：完成月份】月底前"}), (source,), ""
    if category == "数量指标":
        for source, name, unit in filing_counts(form):
            if name not in taken:
                return made(name, "≥", source.number, unit), (source,), ""
    for entry, _ in choose(category, "", form, taken, top=1):
        return as_row(entry, heading_of(form, category), columns), (), bank_words(entry)
    usual = usual_row(case, category)
    if usual is None or usual["name"] in taken:
        return None
    return made(usual["name"], "≥", TO_FILL, usual["unit"]), (), ""


def usual_row(case: Case, category: str) -> dict[str, Any] | None:
    """The usual row of a category for what the form pays for (``taxonomy/rewrites.yaml``); None where there is none."""
    form = case.form
    lines = " ".join(f"{line.content} {line.detail}" for line in form.cost_lines)
    told = f"{form.project} {lines} {case.indicator.name if case.indicator else ''}"
    rows: list[dict[str, Any]] = rewrites()["usual"].get(category, [])
    return next((row for row in rows if not row.get("for") or any(word in told for word in row["for"])), None)


@suggester("usual", ["CMP003"], order=55, replaces_all=True)
def usual(case: Case, draft: Draft) -> Iterator[Draft]:
    """A placeholder under a required category: the usual row, where what the form pays for is known."""
    if draft.row is None or draft.category is None or draft.category not in case.profile.required:
        return
    found = usual_row(case, draft.category)
    if found is None or not found.get("for"):
        return
    yield draft.change(
        f"“{draft.row.level2}”不能空着，可以从这一项考虑。",
        standing=Standing.HINT,
        columns={"name": found["name"], **value_columns(draft.row, "≥", TO_FILL, found["unit"])},
    )
