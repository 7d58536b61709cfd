from collections.abc import Iterator
from decimal import Decimal

from reviewer.records import Amount, Form, FormKind, Hit
from reviewer.rules.cost_lines import adding, difference, line_name, matches, numbering, parts_of, sources, sums
from reviewer.rules.engine import Context, CouldNotCheck, NotApplicable, rule
from reviewer.text import squash
from reviewer.text.calculation import wan
from reviewer.text.dates import find_dates


@rule(
    "CON402",
    "支出明细合计不符",
    severity="error",
    smart="A",
    basis=("caiyu-2015-88#matched", "local-guide#funds"),
    scope="form",
    kinds=(FormKind.PROJECT, FormKind.DEPARTMENT),
    reads=["budget", "cost.content", "cost.amount"],
)
def check(form: Form, context: Context) -> Iterator[Hit]:
    """支出明细各行金额相加，与表上的合计或项目金额对不上。

    检查：把支出明细各行金额换算成万元相加，先与明细的“合计”比，再与项目金额比；差额超过印刷精度的四舍五入误差即报。
    理由：明细是项目金额的构成。加起来不等于总数，说明有漏列、重列或改了一处没改另一处，资金与目标无从匹配。
    反例：项目金额140万元，明细13＋44＋43＋50＝150万元
    正例：项目金额73.19万元，明细45＋25＋3.19＝73.19万元
    例外：没有合计行的只与项目金额比；各行四舍五入到0.01万元造成的尾差不报；元与万元混用但换算后相等的不报；
    “合计”“小计”“其中”行不重复相加；明细只列某一项资金来源（如财政拨款）且与其相等的不报；
    实施期跨年、明细列全周期资金的不与年度金额比。有一行金额读不出数字时不下结论，列为“未能检查”。
    """
    lines = parts_of(form.cost_lines)
    if not lines:
        raise NotApplicable("表中没有支出明细")
    totals = [a for a in (form.cost_total, form.budget) if a is not None and a.wan is not None]
    if not totals:
        raise NotApplicable("表中没有可供比较的合计或项目金额")
    unread = [line for line in lines if line.amount.wan is None]
    if unread:
        names = "、".join(f"“{line_name(line)}”" for line in unread[:5])
        raise CouldNotCheck(f"支出明细{names}的金额读不出数字，无法相加")
    amounts = [line.amount for line in lines]
    values = [a.wan for a in amounts if a.wan is not None]
    readings = sums([(numbering(squash(line.content)), line.amount.wan or Decimal(0)) for line in lines])
    if not any(a.unit_printed for a in amounts):  # no unit printed: the lines may be in 元
        readings += [r / 10000 for r in readings]
    wrong = [t for t in totals if not any(matches(r, t, amounts) for r in readings)]
    if not wrong or (wrong == [form.budget] and _other_scope(form, readings, amounts)):
        return
    total = sum(values, Decimal(0))
    said = "；".join(_said(t, form, total) for t in wrong)
    yield Hit(
        message=f"支出明细相加为{wan(total)}，{said}。请核对各行金额与总数，改到一致。",
        evidence=adding(values),
        location=(wrong[0].location or lines[0].location or form.location),
    )


def _said(target: Amount, form: Form, total: Decimal) -> str:
    name = "明细合计" if target is form.cost_total else "项目金额"
    value = target.wan or Decimal(0)
    return f"{name}是{wan(value)}，{difference(total, value)}"


def _other_scope(form: Form, readings: list[Decimal], amounts: list[Amount]) -> bool:
    """The breakdown covers one source of money, or all years of a project of several."""
    if any(matches(r, source, amounts) for r in readings for source in sources(form)):
        return True
    years = {d.year for d in find_dates(squash(form.period or ""))[0] if d.year}
    return len(years) > 1
