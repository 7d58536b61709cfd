from collections.abc import Iterator
from decimal import Decimal

from reviewer.records import Amount, Form, FormKind, Hit
from reviewer.rules.cost_lines import (
    adding,
    difference,
    line_name,
    matches,
    numbering,
    parts_of,
    quoted,
    several_years,
    sources,
    sums,
)
from reviewer.rules.engine import Context, CouldNotCheck, NotApplicable, rule
from reviewer.text.calculation import wan


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
    printed = (("明细合计", form.cost_total), ("项目金额", form.budget))
    totals = [(name, a, a.wan) for name, a in printed if a is not None and a.wan is not None]
    if not totals:
        raise NotApplicable("表中没有可供比较的合计或项目金额")
    unread = [line_name(line) for line in lines if line.amount.wan is None]
    if unread:
        raise CouldNotCheck(f"支出明细{quoted(unread)}的金额读不出数字，无法相加")
    amounts = [line.amount for line in lines]
    numbered = [(numbering(line.content), line.amount.wan) for line in lines if line.amount.wan is not None]
    readings, values = sums(numbered), [value for _, value in numbered]
    if not any(a.unit_printed for a in amounts):  # no unit printed: the lines may be in 元
        readings += [r / 10000 for r in readings]
    wrong = [t for t in totals if not any(matches(r, t[1], amounts) for r in readings)]
    if not wrong or ([name for name, *_ in wrong] == ["项目金额"] and _other_scope(form, readings, amounts)):
        return
    total = sum(values, Decimal(0))
    said = "；".join(f"{name}是{wan(value)}，{difference(total, value)}" for name, _, value in wrong)
    (_, first, _), *_ = wrong
    yield Hit(
        message=f"支出明细相加为{wan(total)}，{said}。请核对各行金额与总数，改到一致。",
        evidence=adding(values),
        location=first.location or form.location,
    )


def _other_scope(form: Form, readings: list[Decimal], amounts: list[Amount]) -> bool:
    """The breakdown covers one source of money, or all years of a project of several."""
    return several_years(form) or any(matches(r, source, amounts) for r in readings for source in sources(form))
