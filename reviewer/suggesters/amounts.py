"""Amounts, dates and counts that the filing itself gives."""

import re
from collections.abc import Iterator
from decimal import Decimal

from reviewer.matching.heads import find_head
from reviewer.matching.phrases import leading_verb
from reviewer.matching.terms import pairs, pieces
from reviewer.records import CostLine, Form
from reviewer.records.suggestion import TO_FILL, NumberSource
from reviewer.suggesters.base import Case, Draft, suggester, value_columns
from reviewer.text import find_years
from reviewer.text.calculation.mentions import counts_in
from reviewer.text.vocabulary import unit_class

_MEASURED = {"rate": "%", "people": "人", "households": "户", "times": "次"}
_COUNTED = re.compile(r"(?:率|比例|占比|人数|人次|户数|次数|场次)$")
_UNITS = {"人次": "人次", "场次": "场"}


def plain(number: Decimal) -> str:
    """A Decimal as people write it: 140, 68.6."""
    return f"{number.normalize():f}"


@suggester("project_amount", ["QNT210", "CON401"], order=30)
def project_amount(case: Case, draft: Draft) -> Iterator[Draft]:
    """The total cost is at most the project's own amount."""
    budget = case.form.budget
    if draft.row is None or budget is None or budget.wan is None:
        return
    amount = plain(budget.wan)
    columns: dict[str, str | None] = {"value": f"≤{amount}万元"}
    if draft.row.nature is not None:
        columns |= {"nature": "≤", "value": f"{amount}万元"}
    if draft.row.unit is not None:
        columns |= {"unit": "万元", "value": columns["value"].removesuffix("万元") if columns["value"] else None}
    if "QNT210" in case.codes:
        columns["name"] = "项目总成本"
    source = NumberSource(number=amount, source="项目金额", quote=budget.printed, location=budget.location)
    yield draft.change(f"总成本以项目金额{amount}万元为上限。", numbers=[source], columns=columns)


@suggester("deadline", ["QNT207", "QNT208"], order=30)
def deadline(case: Case, draft: Draft) -> Iterator[Draft]:
    """An on-time rate for 及时性; else the month in the filing's year is left to fill in."""
    if draft.row is None or draft.category != "时效指标":
        return
    if "QNT207" in case.codes and re.search(r"及时(?:性|率|程度)?$", draft.name):
        name = re.sub(r"及时(?:性|率|程度)?$", "及时率", draft.name)
        split = draft.row.unit is not None
        yield draft.change(
            "改为可统计的及时率，比例由填报单位填写。",
            columns={
                "name": name,
                "value": f"≥{TO_FILL}" + ("" if split else "%"),
                "unit": "%" if split else None,
            },
        )
    dated = year_of(case)
    if dated is None:
        return
    year, source = dated
    name = draft.name
    if "CAT102" in case.codes or find_head(name) is None:
        # 贯穿全年 names nothing that could be finished; 按季发放助学金 does.
        subject = re.sub(r"^(?:按[季月年周][度]?|每[季月年周])", "", name) if pieces(name) else ""
        name = f"{subject}完成时间" if subject and leading_verb(subject, "task_verbs", "pay_verbs") else "项目完成时间"
    yield draft.change(
        f"写明{year}年内完成的月份。",
        numbers=[source],
        columns={
            "name": name,
            "value": f"{year}年【待填：完成月份】月底前",
            "nature": "" if draft.row.nature is not None else None,
            "unit": "" if draft.row.unit is not None else None,
        },
    )


@suggester("number_to_fill", ["QNT201", "QNT202", "QNT203", "QNT207"], order=26)
def number_to_fill(case: Case, draft: Draft) -> Iterator[Draft]:
    """The name counts something already; only its number is missing: 门诊人次 增加 → ≥【待填】人次."""
    if draft.row is None or draft.target.numbers or "【待填" in draft.row.value:
        return
    head = find_head(draft.name)
    if head is None or head.measure not in _MEASURED or not _COUNTED.search(draft.name):
        return
    unit = next((u for end, u in _UNITS.items() if draft.name.endswith(end)), _MEASURED[head.measure])
    all_of_them = re.search(r"应.尽.|全部|所有", draft.row.value)
    sign = "≤" if head.polarity == "bad" else "=" if all_of_them else "≥"
    yield draft.change(
        "名称已经可以统计，指标值改为数字，由填报单位填写。", columns=value_columns(draft.row, sign, TO_FILL, unit)
    )


def year_of(case: Case) -> tuple[int, NumberSource] | None:
    """The year of a form, and where it says so; None when it says none."""
    years = find_years(case.form.period or "") or find_years(case.form.title)
    year = years[-1] if years else case.year
    if year is None:
        return None
    if find_years(case.form.period or ""):
        return year, NumberSource(number=str(year), source="项目实施期", quote=case.form.period or "")
    if years:
        return year, NumberSource(number=str(year), source="表名", quote=case.form.title)
    return year, NumberSource(number=str(year), source="填报年度", quote=f"{year}年度")


@suggester("counts_agree", ["CON405"], order=34)
def counts_agree(case: Case, draft: Draft) -> Iterator[Draft]:
    """A target count made equal to the counts in the basis of calculation, or to their sum."""
    if draft.row is None or draft.target.number is None:
        return
    kind = unit_class(draft.target.unit)
    for line in _lines_like(case.form, draft.name):
        counts = [m.quantity for m in counts_in(line.calculation_basis) if unit_class(m.quantity.unit) == kind]
        if not counts:
            continue
        total = sum((q.value for q in counts), Decimal(0))
        steps = "+".join(plain(q.value) for q in counts)
        label = line.detail or line.content
        source = NumberSource(
            number=plain(total),
            source=f"支出明细“{label}”的测算依据",
            quote=line.calculation_basis[:80],
            computation=f"{steps}={plain(total)}" if len(counts) > 1 else "",
            location=line.location,
        )
        sign = draft.target.comparator.value if draft.target.comparator and not draft.target.is_range else "≥"
        yield draft.change(
            f"与“{label}”的测算数量一致（{source.computation or plain(total)}）。",
            numbers=[source],
            columns={"value": f"{sign}{plain(total)}{draft.target.unit}"},
        )


def _lines_like(form: Form, name: str) -> list[CostLine]:
    """Cost lines that share words with a name, most words first."""
    own = pairs(pieces(name))
    scored = [(len(own & pairs(pieces(f"{line.content} {line.detail}"))), line) for line in form.cost_lines]
    return [line for hits, line in sorted(scored, key=lambda p: -p[0]) if hits >= 2]
