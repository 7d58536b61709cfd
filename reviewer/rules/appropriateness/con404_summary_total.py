from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from reviewer.records import Amount, Form, FormKind, Hit
from reviewer.rules.cost_lines import adding, difference, matches, rows_of, sums
from reviewer.rules.engine import Context, CouldNotCheck, NotApplicable, rule
from reviewer.taxonomy import words
from reviewer.text import squash
from reviewer.text.calculation import rounding_tolerance, wan
from reviewer.text.values import is_placeholder

_MOST_SOURCES = 10


@rule(
    "CON404",
    "汇总与分项不符",
    severity="error",
    smart="A",
    basis=("caiyu-2015-88#complete", "local-guide#funds"),
    scope="form",
    reads=["budget", "summary.name", "summary.amount"],
)
def check(form: Form, context: Context) -> Iterator[Hit]:
    """汇总数与组成它的各项加起来不相等。

    检查：汇总表各项目金额之和与合计；部门整体表的基本支出＋项目支出与资金总额，项目支出与汇总表合计；
    项目表的财政拨款＋其他资金与项目资金总额。差额超过印刷精度的四舍五入误差即报，并写出算式。
    理由：同一笔资金在几处填列，总数与分项不等，至少有一处是错的，预算无法按此批复。
    反例：汇总表5个项目相加315.21万元，合计印314.21万元；基本支出74.67＋项目支出314.21，资金总额印398.88万元
    正例：74.67＋314.21＝388.88万元；财政拨款90＋其他资金10＝100万元
    例外：表上没有印合计或分项的不查；四舍五入到0.01万元的尾差不报；按“一、（一）、1”分层编号的，任何一层相加相符即可；
    其他来源印了没有填的按0计，所有来源都没有填、只印了财政拨款一项而低于总额的，列为“未能检查”；一份材料有几个单位、对不上哪张汇总表的不比。
    """
    checked = False
    unread: list[str] = []
    if form.kind is FormKind.SUMMARY and form.budget is not None and form.budget.wan is not None:
        rows = rows_of(form.rows)
        blank = [r.name for r in rows if r.amount.wan is None]
        if blank:
            unread.append(f"汇总表中“{'”“'.join(blank[:5])}”的金额读不出数字")
        elif rows:
            checked = True
            yield from _rows(form, form.budget)
    if form.basic is not None and form.projects_total is not None and form.budget is not None:
        if None in (form.basic.wan, form.projects_total.wan, form.budget.wan):
            unread.append("基本支出、项目支出或资金总额读不出数字")
        else:
            checked = True
            yield from _parts(
                form, form.budget, {"基本支出": form.basic, "项目支出": form.projects_total}, "部门资金总额"
            )
    if form.kind is FormKind.DEPARTMENT and (summary := _summary_of(form, context)) is not None:
        checked = True
        yield from _against_summary(form, summary)
    if form.fund_sources and form.budget is not None and form.budget.wan is not None:
        reason = _why_not(form, form.budget.wan)
        checked = checked or not reason
        unread += [reason] if reason else []
        yield from _sources(form, form.budget)
    if unread:
        raise CouldNotCheck("；".join(unread))
    if not checked:
        raise NotApplicable("表中没有同时印出总数和分项")


def _rows(form: Form, total: Amount) -> Iterator[Hit]:
    rows = rows_of(form.rows)
    amounts = [r.amount for r in rows]
    values = [a.wan or Decimal(0) for a in amounts]
    readings = sums([(squash(r.no), r.amount.wan or Decimal(0)) for r in rows])
    if any(matches(reading, total, amounts) for reading in readings):
        return
    value = total.wan or Decimal(0)
    yield Hit(
        message=f"汇总表{len(rows)}个项目相加为{wan(sum(values, Decimal(0)))}，合计印的是{wan(value)}，"
        f"{difference(sum(values, Decimal(0)), value)}。请核对各项目金额与合计。",
        evidence=adding(values),
        location=total.location or form.location,
    )


def _parts(form: Form, total: Amount, parts: dict[str, Amount], name: str) -> Iterator[Hit]:
    value = sum((p.wan or Decimal(0) for p in parts.values()), Decimal(0))
    if matches(value, total, parts.values()):
        return
    said = "＋".join(f"{label}{'（未填）' if p.wan is None else wan(p.wan)}" for label, p in parts.items())
    target = total.wan or Decimal(0)
    yield Hit(
        message=f"{said}，合计{wan(value)}，与{name}{wan(target)}不等，{difference(value, target)}。请核对后改到一致。",
        evidence=f"{said}＝{wan(value)}",
        location=total.location or form.location,
    )


def _summary_of(form: Form, context: Context) -> Form | None:
    """The summary of the same organisation, when it is the only one."""
    found = [f for f in context.filing.forms if f.kind is FormKind.SUMMARY]
    own = [f for f in found if f.org and form.org and squash(f.org) == squash(form.org)]
    departments = [f for f in context.filing.forms if f.kind is FormKind.DEPARTMENT]
    if len(own) == 1:
        candidate = own[0]
    elif len(found) == 1 and len(departments) == 1 and not (found[0].org and form.org):
        candidate = found[0]
    else:
        return None
    usable = (form.projects_total, candidate.budget)
    return candidate if all(a is not None and a.wan is not None for a in usable) else None


def _against_summary(form: Form, summary: Form) -> Iterator[Hit]:
    mine, theirs = form.projects_total, summary.budget
    assert mine is not None and theirs is not None and mine.wan is not None and theirs.wan is not None
    if abs(mine.wan - theirs.wan) <= rounding_tolerance([mine, theirs]):
        return
    yield Hit(
        message=f"部门整体表的项目支出为{wan(mine.wan)}，汇总表（{summary.id}）合计为{wan(theirs.wan)}，"
        f"相差{wan(abs(mine.wan - theirs.wan))}。请核对是否漏列或重列了项目。",
        evidence=f"{wan(mine.wan)}≠{wan(theirs.wan)}",
        location=mine.location or form.location,
    )


def _sources(form: Form, total: Amount) -> Iterator[Hit]:
    """财政拨款＋其他资金 against the total.

    Forms also print what public money is made of (一般公共预算, 中央, 省级 …), nested or side by side: any choice
    of sources that gives the total is accepted, as long as 其他资金 is in it.
    """
    named = _named(form)
    read = {n: a for n, a in named.items() if a.wan is not None}
    public = {n: a for n, a in named.items() if n in words("public_money_names")}
    public = {n: a for n, a in public.items() if n in read} or public
    other = {n: a for n, a in read.items() if n in words("other_money_names")}
    empty = {n: a for n, a in named.items() if n in words("other_money_names") and n not in read}
    if not public or not read or total.wan is None or any(not _is_empty(a) for a in empty.values()):
        return
    simple = len(public) == 1 and public.keys() <= read.keys() and len(public) + len(other) == len(read)
    fixed = {n: a for n, a in other.items() if n.startswith(("其他", "其它"))}
    free = [a for n, a in read.items() if n not in fixed]
    if not simple and len(free) > _MOST_SOURCES:
        return
    choices = [tuple(free)] if simple else [c for n in range(1, len(free) + 1) for c in combinations(free, n)]
    for choice in choices:
        chosen = [*fixed.values(), *choice]
        if matches(sum((a.wan or Decimal(0) for a in chosen), Decimal(0)), total, chosen):
            return
    top = {**dict(list(public.items())[:1]), **(other if public.keys() & read.keys() else read)}
    value = sum((a.wan or Decimal(0) for a in top.values()), Decimal(0))
    if (top.keys() <= public.keys() and not empty and value < total.wan) or matches(value, total, top.values()):
        return
    yield from _parts(form, total, {**top, **empty}, "资金总额")


def _named(form: Form) -> dict[str, Amount]:
    named: dict[str, Amount] = {}
    for source in form.fund_sources:
        named.setdefault(squash(source.name).strip("：:"), source.amount)
    return named


def _is_empty(amount: Amount) -> bool:
    printed = squash(amount.printed)
    return amount.wan is None and (not printed or is_placeholder(printed))


def _why_not(form: Form, total: Decimal) -> str:
    """Why the sources cannot be held against the total; "" when they can."""
    named = _named(form)
    odd = [n for n, a in named.items() if a.wan is None and not _is_empty(a)]
    if odd:
        return f"资金来源“{'”“'.join(odd[:5])}”的金额读不出数字"
    if all(a.wan is None for a in named.values()):
        return f"印出的资金来源（{'、'.join(list(named)[:5])}）都没有填金额，无法与资金总额核对"
    only = list(named.items())
    if len(only) == 1 and only[0][1].wan is not None and only[0][1].wan < total:
        return f"资金来源只印了“{only[0][0]}”一项，低于资金总额，其余来源没有印出，无法核对"
    return ""
