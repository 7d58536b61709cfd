from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import combinations

from reviewer.records import Amount, Form, FormKind, Hit, SummaryRow
from reviewer.rules.cost_lines import adding, difference, matches, quoted, rows_of, sums
from reviewer.rules.engine import Context, CouldNotCheck, NotApplicable, rule
from reviewer.taxonomy import words
from reviewer.text import squash
from reviewer.text.calculation import wan
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
    其他来源印了没有填的按0计，所有来源都没有填，或没有印其他来源、印出的低于总额的，列为“未能检查”；一份材料有几个单位、对不上哪张汇总表的不比。
    """
    budget, unread, checked = form.budget, list[str](), False
    if form.kind is FormKind.SUMMARY and budget is not None and budget.wan is not None:
        rows = rows_of(form.rows)
        blank = [r.name for r in rows if r.amount.wan is None]
        if blank:
            unread.append(f"汇总表中{quoted(blank)}的金额读不出数字")
        elif rows:
            checked = True
            yield from _rows(form, rows, budget)
    if form.basic is not None and form.projects_total is not None and budget is not None:
        if None in (form.basic.wan, form.projects_total.wan, budget.wan):
            unread.append("基本支出、项目支出或资金总额读不出数字")
        else:
            checked = True
            yield from _parts(form, budget, {"基本支出": form.basic, "项目支出": form.projects_total}, "部门资金总额")
    if form.kind is FormKind.DEPARTMENT and (summary := _summary_of(form, context)) is not None:
        mine, theirs = form.projects_total, summary.budget
        if mine is not None and theirs is not None and mine.wan is not None and theirs.wan is not None:
            checked = True
            if not matches(mine.wan, theirs, [mine]):
                yield Hit(
                    message=f"部门整体表的项目支出为{wan(mine.wan)}，汇总表（{summary.id}）合计为{wan(theirs.wan)}，"
                    f"{difference(mine.wan, theirs.wan)}。请核对是否漏列或重列了项目。",
                    evidence=f"{wan(mine.wan)}≠{wan(theirs.wan)}",
                    location=mine.location or form.location,
                )
    if form.fund_sources and budget is not None and budget.wan is not None:
        try:
            yield from _sources(form, budget)
            checked = True
        except CouldNotCheck as reason:
            unread.append(str(reason))
    if unread:
        raise CouldNotCheck("；".join(unread))
    if not checked:
        raise NotApplicable("表中没有同时印出总数和分项")


def _rows(form: Form, rows: list[SummaryRow], total: Amount) -> Iterator[Hit]:
    amounts = [r.amount for r in rows]
    if any(matches(reading, total, amounts) for reading in sums([(squash(r.no), _wan(r.amount)) for r in rows])):
        return
    value = _sum(amounts)
    yield Hit(
        message=f"汇总表{len(rows)}个项目相加为{wan(value)}，合计印的是{wan(_wan(total))}，"
        f"{difference(value, _wan(total))}。请核对各项目金额与合计。",
        evidence=adding([_wan(a) for a in amounts]),
        location=total.location or form.location,
    )


def _parts(form: Form, total: Amount, parts: dict[str, Amount], name: str) -> Iterator[Hit]:
    value, target = _sum(parts.values()), _wan(total)
    if matches(value, total, parts.values()):
        return
    said = "＋".join(f"{label}{'（未填）' if p.wan is None else wan(p.wan)}" for label, p in parts.items())
    yield Hit(
        message=f"{said}，合计{wan(value)}，与{name}{wan(target)}不等，{difference(value, target)}。请核对后改到一致。",
        evidence=f"{said}＝{wan(value)}",
        location=total.location or form.location,
    )


def _summary_of(form: Form, context: Context) -> Form | None:
    """The summary of the same organisation, when it is the only one."""
    found = [f for f in context.filing.forms if f.kind is FormKind.SUMMARY]
    departments = [f for f in context.filing.forms if f.kind is FormKind.DEPARTMENT]
    own = [f for f in found if f.org and squash(f.org) == squash(form.org)]
    if not own and len(found) == len(departments) == 1:
        own = [f for f in found if not f.org or not form.org]
    return own.pop() if len(own) == 1 else None


def _sources(form: Form, total: Amount) -> Iterator[Hit]:
    """财政拨款＋其他资金 against the total.

    Forms also print what public money is made of (一般公共预算, 中央, 省级 …), nested or side by side: any choice
    of sources that gives the total is accepted, as long as 其他资金 is in it.

    Raises:
        CouldNotCheck: an amount cannot be read, or sources that are not printed may make up the total.
    """
    named: dict[str, Amount] = {}
    for source in form.fund_sources:
        named.setdefault(squash(source.name).strip("：:"), source.amount)
    read = {n: a for n, a in named.items() if a.wan is not None}
    odd = [n for n, a in named.items() if n not in read and squash(a.printed) and not is_placeholder(squash(a.printed))]
    if odd:
        raise CouldNotCheck(f"资金来源{quoted(odd)}的金额读不出数字")
    if not read:
        raise CouldNotCheck(f"印出的资金来源{quoted(list(named))}都没有填金额，无法与资金总额核对")
    others = [n for n in named if n in words("other_money_names")]
    other = {n: a for n, a in read.items() if n in others}
    # 自筹资金 beside 其他资金 may be a part of it.
    fixed = {n: a for n, a in other.items() if len(other) == 1 or n.startswith(("其他", "其它"))}
    free = [a for n, a in read.items() if n not in fixed]
    if len(free) > _MOST_SOURCES:
        raise CouldNotCheck(f"资金来源多达{len(named)}项，分不清哪几项相加是资金总额")
    for choice in [c for n in range(len(free), 0, -1) for c in combinations(free, n)] or [()]:
        chosen = [*fixed.values(), *choice]
        if matches(_sum(chosen), total, chosen):
            return
    public = [n for n in named if n in words("public_money_names")]
    first = next((n for n in public if n in read), next(iter(public), None))
    if first is None:
        raise CouldNotCheck("没有印出财政拨款，分不清哪几项资金来源相加是资金总额")
    top = {first: named[first], **(other if first in read else read)}
    if _sum(top.values()) < _wan(total) and not others:
        raise CouldNotCheck(f"资金来源只印了{quoted(list(read))}，低于资金总额，其余来源没有印出，无法核对")
    yield from _parts(form, total, {**top, **{n: named[n] for n in others if n not in read}}, "资金总额")


def _wan(amount: Amount) -> Decimal:
    """The amount in 万元; what was left blank counts nothing."""
    return amount.wan or Decimal(0)


def _sum(amounts: Iterable[Amount]) -> Decimal:
    return sum(map(_wan, amounts), Decimal(0))
