"""REL301."""

from collections.abc import Iterator
from decimal import Decimal

from reviewer.matching.tasks import Task, has_tasks, uncovered_tasks
from reviewer.records import Form, FormKind, Hit
from reviewer.rules.engine import Context, CouldNotCheck, NotApplicable, rule

_SHOWN = 6
_LENGTH = 30


@rule(
    "REL301",
    "目标任务无对应指标",
    severity="warn",
    smart="R",
    basis=["caiyu-2021-101#coverage", "baotou-2023#six-checks", "caiyu-2015-88#matched"],
    scope="form",
    kinds=[FormKind.PROJECT, FormKind.DEPARTMENT],
    reads=["goals", "name", "value", "cost.content", "cost.amount", "cost.basis"],
)
def check(form: Form, context: Context) -> Iterator[Hit]:
    """检查：绩效目标和支出明细中写明的任务，指标的名称、值、备注里是否有一处提到，或有同样的数量。

    理由：指标应与主要支出方向对应。花了钱、写进目标的任务没有指标，年底就无从考核。

    反例：支出明细有残疾儿童康复救助40万元，全表没有一条指标提到康复；目标写“开展法律援助”，指标只有资助人数。

    正例：明细“路面病害处治180万元”，指标有“处治路面病害面积≥12000平方米”；目标“慰问800户”，指标值有800户。

    例外：按字词比对，只有一处字词都对不上才提出；办公、差旅、设计、监理、预备费等不是任务的明细不查；
    目标中说效果、手段的话（提升…、通过…）不查；只有一行明细或只是重复项目名称的不查；
    占金额不足2%的明细，不单独提出。
    """
    if not has_tasks(form):
        raise NotApplicable("表上没有绩效目标文字和支出明细")
    if not form.indicators:
        raise CouldNotCheck("没有读到指标，无法与任务对照")
    tasks = uncovered_tasks(form, form.org or context.filing.org)
    if not any(t.strong for t in tasks):
        return
    tasks = _without_repeats(tasks)
    shown = "；".join(_say(t) for t in tasks[:_SHOWN])
    more = f"等{len(tasks)}项" if len(tasks) > _SHOWN else ""
    place = next((line.location for line in form.cost_lines for t in tasks if t.line == line.id), None)
    yield Hit(
        message=f"有任务没有对应的指标：{shown}{more}。请为主要任务各补一条指标；确不考核的，从目标或明细中说明。",
        evidence="；".join(f"{t.source}：{t.text}" for t in tasks),
        location=place or next((o.location for o in form.objectives if o.text), None) or form.location,
    )


def _say(task: Task) -> str:
    text = task.text if len(task.text) <= _LENGTH else task.text[:_LENGTH] + "…"
    money = f"，{_plain(task.amount)}万元" if task.amount is not None else ""
    return f"“{text}”（{task.source}{money}）"


def _without_repeats(tasks: list[Task]) -> list[Task]:
    """Without goal clauses that name a task of a cost line again (残保金征收政策宣传费 and …宣传)."""
    kept: list[Task] = []
    for task in tasks:
        text = task.text.removesuffix("费用").removesuffix("费")
        if not any(text in k.text or k.text.removesuffix("费用").removesuffix("费") in text for k in kept):
            kept.append(task)
    return kept


def _plain(amount: Decimal) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
