"""What a model is told of a row: the row, its findings, the form's goals, costs and other rows, nearest bank entries.

Everything in it is data from a filing: clauses that speak to a program are left out before, and the same text without
them is all that a number of a rewrite may come from.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reviewer.llm.hostile import defused
from reviewer.llm.session import Request
from reviewer.matching import BankEntry
from reviewer.records import Filing, Form, Indicator
from reviewer.suggesters.bank_choice import choose
from reviewer.suggesters.base import Case
from reviewer.taxonomy import CATEGORIES

_LONG, _SHORT, _LINES, _ROWS, _BANK = 1500, 300, 30, 40, 6
_PERSONAL = frozenset({"manager", "phone", "signature"})
_NAME = re.compile(r"(?<![一-龥·])[一-龥·]{2,4}(?![一-龥·])")


@dataclass(frozen=True)
class Material:
    """What a model is asked about a case.

    Attributes:
        request: the question.
        form, indicator: as filed, without what speaks to a program: the only texts a rewrite may draw on.
        bank: the entries shown, by id.
    """

    request: Request
    form: Form
    indicator: Indicator | None
    bank: dict[str, BankEntry]


def material(case: Case) -> Material:
    """The question about a row, or about the rows that a form lacks."""
    form = sane_form(case.form)
    row_id = case.indicator.id if case.indicator else None
    indicator = next((i for i in form.indicators if i.id == row_id), None)
    entries = {e.id: e for e in _nearest(case, form, indicator)[:_BANK]}
    values: dict[str, Any] = {
        "findings": [_finding(f.code, f.name, f.message, f.evidence) for f in case.findings],
        "form": _form(form, row_id),
        "bank": [_entry(e) for e in entries.values()],
    }
    if indicator is not None:
        values["row"] = row_of(indicator)
    request = Request(
        "rewrite" if indicator is not None else "missing",
        values,
        private=tuple(personal(case.filing)),
        organisations=tuple(organisations(case.filing)),
        subject=(form.title, form.org, form.project, row_id or "", *(values.get("row") or {}).values()),
    )
    return Material(request, form, indicator, entries)


def missing_categories(case: Case) -> list[str]:
    """Categories that the findings of a form miss."""
    present = {i.category for i in case.form.indicators}
    said = "".join(f.message for f in case.findings if f.code == "CMP001")
    return [c for c in CATEGORIES if c in said and c not in present]


def _nearest(case: Case, form: Form, indicator: Indicator | None) -> list[BankEntry]:
    if indicator is None:
        found = [choose(c, "", form, top=2) for c in missing_categories(case)]
    else:
        moved = [c for f in case.findings for c in (f.suggested_category, *f.other_categories) if c]
        wanted = dict.fromkeys([*moved[:2], *([indicator.category] if indicator.category else [])])
        found = [choose(c, indicator.name, form, top=3) for c in wanted]
    return [entry for entries in found for entry, _ in entries]


def row_of(indicator: Indicator) -> dict[str, str]:
    """A row as a model sees it."""
    columns = {
        "二级指标": indicator.level2,
        "三级指标": indicator.name,
        "指标性质": indicator.nature,
        "指标值": indicator.value,
        "计量单位": indicator.unit,
        "绩效标准": indicator.standard,
        "备注": indicator.note,
    }
    return {key: _cut(text, _SHORT) for key, text in columns.items() if text}


def _finding(code: str, name: str, message: str, evidence: str) -> dict[str, str]:
    told = {"代码": code, "名称": name, "说明": message, "证据": evidence}
    return {key: _cut(_sane(text), _SHORT) for key, text in told.items() if text}


def _form(form: Form, row_id: str | None) -> dict[str, Any]:
    goals = {("年度目标" if o.horizon == "annual" else "实施期目标"): _cut(o.text, _LONG) for o in form.objectives}
    lines = [
        {
            key: _cut(text, _SHORT)
            for key, text in {
                "内容": line.content,
                "明细": line.detail,
                "金额": line.amount.printed and f"{line.amount.printed}{line.amount.unit}",
                "测算依据": line.calculation_basis,
            }.items()
            if text
        }
        for line in form.cost_lines[:_LINES]
    ]
    told: dict[str, Any] = {
        "项目": form.project,
        "单位": form.org,
        "年度": str(form.year or ""),
        "金额": f"{form.budget.printed}{form.budget.unit}" if form.budget else "",
        "实施期": form.period or "",
        **goals,
        "支出明细": lines,
        "二级指标类别": list(dict.fromkeys(r.level2 for r in (*form.indicators, *form.blank_rows) if r.level2)),
        "其他指标": [row_of(i) for i in form.indicators if i.id != row_id][:_ROWS],
    }
    return {key: value for key, value in told.items() if value}


def _entry(entry: BankEntry) -> dict[str, str]:
    told = {
        "编号": entry.id,
        "二级指标": entry.level2,
        "名称": entry.name,
        "定义": entry.definition,
        "计量单位": entry.unit,
        "方向": entry.direction,
    }
    return {key: text for key, text in told.items() if text}


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest] + "…"


@lru_cache(maxsize=4096)
def _sane(text: str) -> str:
    return defused(text)


def sane_row(indicator: Indicator) -> Indicator:
    """A row without what speaks to a program."""
    texts = ("level1", "level2", "name", "value", "nature", "unit", "standard", "note")
    return indicator.model_copy(update={key: _sane(text) for key in texts if (text := getattr(indicator, key))})


def sane_form(form: Form) -> Form:
    """A form without what speaks to a program."""
    lines = ("content", "detail", "calculation_basis", "quantity", "unit", "unit_price", "note")
    return form.model_copy(
        update={
            "title": _sane(form.title),
            "org": _sane(form.org),
            "project": _sane(form.project),
            "period": _sane(form.period) if form.period else form.period,
            "fields": tuple(f.model_copy(update={"text": _sane(f.text)}) for f in form.fields),
            "objectives": tuple(o.model_copy(update={"text": _sane(o.text)}) for o in form.objectives),
            "indicators": tuple(map(sane_row, form.indicators)),
            "blank_rows": tuple(map(sane_row, form.blank_rows)),
            "cost_lines": tuple(
                c.model_copy(update={key: _sane(text) for key in lines if (text := getattr(c, key))})
                for c in form.cost_lines
            ),
        }
    )


def personal(filing: Filing) -> Iterable[str]:
    """Names in the fields of the forms that hold them (负责人, 联系人, 填表人)."""
    for form in filing.forms:
        for field in form.fields:
            if field.key in _PERSONAL:
                yield from _NAME.findall(field.text)


def organisations(filing: Filing) -> Iterable[str]:
    """Names of the organisations of a filing."""
    yield from filter(None, (filing.org, *(form.org for form in filing.forms)))
