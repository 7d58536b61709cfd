"""CMP007."""

from collections import Counter
from collections.abc import Iterable, Iterator

from reviewer.matching.names import says_nothing
from reviewer.records import Form, FormKind, Hit, Indicator
from reviewer.rules.engine import Context, CouldNotCheck, rule
from reviewer.taxonomy import OUTPUTS
from reviewer.taxonomy.levels import level1_name


@rule(
    "CMP007",
    "指标数量不足或过多",
    severity="info",
    smart="R",
    basis=["local-guide#not-input", "caiyu-2021-101#highly-relevant"],
    scope="form",
    kinds=[FormKind.PROJECT, FormKind.DEPARTMENT],
    reads=["level1", "category"],
)
def check(form: Form, context: Context) -> Iterator[Hit]:
    """检查：金额较大的项目产出指标是否太少（超过100万元而少于3条），指标总数是否过多（超过20条）。

    理由：钱多而产出指标只有一两条，主要支出方向必然有遗漏；指标过多则重点不突出，考核费力。
    读到的地方要求只有“三级指标不少于3条”；其余界限是本程序的约定，可在框架（profile）中修改。

    反例：500万元的项目只有一条数量指标和一条质量指标。

    正例：120万元的项目有数量、质量、时效各一条；全表12条指标。

    例外：填“无”的行不计；年度、实施期两套指标分别计数；没有金额的表不查下限；部门整体表不查下限；
    数量、质量、时效指标都缺的，由必填二级指标缺失（CMP001）一并指出，此处照样提示总数。
    """
    if not form.indicators:
        raise CouldNotCheck("没有读到指标")
    real = [i for i in form.indicators if not says_nothing(i.name, i.value)]
    most = _most(real)
    limits = context.profile(form).limits
    if most > limits.max_all:
        yield Hit(
            message=f"共{most}条指标，超过{limits.max_all}条。请保留最能反映产出和效果的，合并或删去次要的。",
            evidence=f"指标{most}条",
            location=form.location,
        )
    budget = form.budget.wan if form.budget else None
    if form.kind is not FormKind.PROJECT or budget is None or budget <= limits.min_output_budget_wan:
        return
    outputs = [i for i in real if i.category in OUTPUTS and level1_name(i.level1) != "成本指标"]
    unplaced = [i for i in real if i.category is None]
    count = _most(outputs)
    if count < limits.min_output and unplaced:
        raise CouldNotCheck(f"有{len(unplaced)}条指标看不出属于哪类二级指标，数不清产出指标")
    if count < limits.min_output:
        yield Hit(
            message=f"项目金额{budget:f}万元，产出指标只有{count}条。请按主要支出方向补足，至少{limits.min_output}条。",
            evidence="；".join(i.name for i in outputs) or "没有产出指标",
            location=form.location,
        )


def _most(rows: Iterable[Indicator]) -> int:
    """How many stand in the larger of the two sets, 年度 and 实施期."""
    return max(Counter(row.horizon for row in rows).values(), default=0)
