import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from reviewer.records import Amount, Comparator, Hit, Severity
from reviewer.rules.cost_lines import difference, matches, parts_of, several_years, sources
from reviewer.rules.engine import Context, CouldNotCheck, NotApplicable, Row, rule
from reviewer.taxonomy import words
from reviewer.text import parse_amount, squash
from reviewer.text.calculation import wan

# A limit this far below the amount is no saving any more but another amount.
_FAR_BELOW = Decimal("0.8")
_TWO_THINGS = re.compile(r"[与和及、]")
# A few 元 against many 万元 is a price whose "/人" was left out (QNT205), no total.
_PRICE = Decimal("0.05")


@rule(
    "CON401",
    "成本指标与项目金额不符",
    severity="error",
    smart="A",
    basis=("caiyu-2021-101#cost", "caiyu-2015-88#matched"),
    categories=("成本指标",),
    reads=["budget", "name", "value", "unit", "category"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """成本指标里的总成本（年初预算数、项目总成本、预算控制数）与本项目金额不一致。

    检查：成本指标说的是整个项目的金额时，把指标值换算成万元与项目金额比较。大于项目金额的报错；
    写“＝”、没有比较符，或名称就是预算数、资金总额的，不等即报错；写“≤”且比项目金额低20%还多的，提示核对。
    分项成本大于整个项目金额的也报错。
    理由：同一张表上项目要多少钱只能有一个数；成本目标突破预算，或与申请的资金不是一个数，预算和绩效无法对照。
    反例：项目金额23.42万元，年初预算数 ｜ 21.45万元；项目金额50万元，项目总成本 ｜ ≤65万元
    正例：项目金额68.6万元，年初预算 ｜ 68.6万元；项目金额202.64万元，项目总成本 ｜ ≤202.6万元
    例外：单位成本、补助标准、分项成本、节约额不与总额比；按所印小数四舍五入相等的不报；“≤”略低于项目金额是成本控制，不报；
    实施期跨几年的，大于一年的项目金额不报；等于其中一项资金来源（如财政拨款）或一行支出明细的不报；几项成本相加等于项目金额的不报；总投资、概算、合同价含其他年度和来源，不比；
    社会成本、生态环境成本不比。
    """
    if _other_cost(row):
        raise NotApplicable("不是项目经济成本")
    name, amount = squash(row.name), _amount(row)
    if amount is None or amount.wan is None or row.target.is_range or row.target.change or _no_total(name):
        return
    budget = row.form.budget
    if budget is None or budget.wan is None:
        raise CouldNotCheck("表中没有读到项目金额，无法与成本指标比较")
    if amount.unit == "元" and amount.wan < budget.wan * _PRICE:
        return
    known = [budget, *sources(row.form)]
    if _fillers().sub("", name):  # 项目总成本 is no line's cost
        known += [line.amount for line in row.form.cost_lines]
    if any(matches(amount.wan, a, [amount]) for a in known):
        return
    whole = _names_whole(name, row, context)
    said = f"成本指标“{row.name}”为{wan(amount.wan)}"
    if amount.wan > budget.wan:
        if not several_years(row.form):
            over = f"{said}，超过项目金额" if whole else f"单项成本“{row.name}”{wan(amount.wan)}已超过整个项目的金额"
            yield _hit(row, amount.wan, budget.wan, over)
    elif whole and not _adds_up(row, context, budget):
        restates = any(word in name for word in words("budget_amount_names"))
        if restates or row.target.comparator in (None, Comparator.EQ):
            yield _hit(row, amount.wan, budget.wan, f"{said}，与项目金额不一致")
        elif row.target.comparator in (Comparator.LE, Comparator.LT) and amount.wan < budget.wan * _FAR_BELOW:
            far = f"成本控制数{wan(amount.wan)}远低于项目金额"
            yield _hit(row, amount.wan, budget.wan, far, severity=Severity.WARN)


def _other_cost(row: Row) -> bool:
    """Social and ecological costs are no money of the project."""
    return any(word in squash(row.indicator.level2) for word in ("社会成本", "生态", "环境成本"))


def _hit(row: Row, cost: Decimal, budget: Decimal, said: str, severity: Severity | None = None) -> Hit:
    return row.hit(
        "value",
        f"{said}：项目金额是{wan(budget)}，{difference(cost, budget)}。请核对哪个数对，改到一致。",
        evidence=f"{row.indicator.value}；项目金额{wan(budget)}",
        severity=severity,
    )


def _amount(row: Row) -> Amount | None:
    """The target as an amount with its printed precision; None where it is none, or one for each of something."""
    if row.target.unit not in ("元", "千元", "万元", "亿元"):
        return None
    return parse_amount(f"{row.target.number:f}", row.target.unit)


@cache
def _fillers() -> re.Pattern[str]:
    listed = {*words("total_cost_fillers"), *words("total_cost_names"), *words("budget_amount_names")}
    return re.compile("|".join(map(re.escape, sorted(listed, key=len, reverse=True))) + r"|\d{4}|[()（）≤<=*、,：:的]")


@cache
def _totals() -> re.Pattern[str]:
    listed = (*words("total_cost_names"), *words("budget_amount_names"))
    return re.compile("|".join(map(re.escape, sorted(listed, key=len, reverse=True))))


def _names_whole(name: str, row: Row, context: Context) -> bool:
    """Whether the name speaks of the whole project's cost and not of a part of it.

    What stands beside 总成本 may be the project's name or a short form of it (空气站运维 of
    环境空气自动监测站运行维护), but not what a line of the breakdown is called, and no other total may stand beside it.
    """
    if not _is_total(name):
        return False
    left = _fillers().sub("", name)
    project = squash(row.form.project)
    if not left or (project and project in name):
        return True
    if len(left) < 2:  # 工作站建设总成本: too little is left without the words that every project has
        left = _totals().sub("", name)
    if len(left) < 2 or not _shortens(left, project):
        return False
    lines = parts_of(row.form.cost_lines)
    parts = {_fillers().sub("", squash(t)) for line in lines for t in (line.content, line.detail)}
    # 临时救助 is all of 困难群众临时救助, but 设备购置 half of 设备购置与运行维护.
    if len(lines) > 1 and left in parts and (_TWO_THINGS.search(project) or not project.endswith(left)):
        return False
    others = (squash(o.name) for o in context.rows(row.form, ("成本指标",)) if _amount(o))
    return not any(o != name and _is_total(o) and _fillers().sub("", o) for o in others)


def _no_total(name: str) -> bool:
    """A cost for each of something, or of other years and payers as well."""
    return any(word in name for word in (*words("unit_cost_words"), *words("investment_words")))


def _is_total(name: str) -> bool:
    return not _no_total(name) and any(
        word in name for word in (*words("total_cost_names"), *words("budget_amount_names"))
    )


def _shortens(short: str, full: str) -> bool:
    """Whether all characters of ``short`` stand in ``full`` in that order."""
    rest = iter(full)
    return all(character in rest for character in short)


def _adds_up(row: Row, context: Context, budget: Amount) -> bool:
    """Several cost rows that together make the project's amount are parts of it."""
    amounts = [amount for other in context.rows(row.form, ("成本指标",)) if (amount := _amount(other))]
    return matches(sum((a.wan for a in amounts if a.wan is not None), Decimal(0)), budget, amounts)
