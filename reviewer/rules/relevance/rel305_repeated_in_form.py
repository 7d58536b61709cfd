"""REL305."""

from collections.abc import Iterator
from itertools import combinations

from reviewer.matching.names import plain_name, plain_value, says_nothing
from reviewer.matching.terms import pieces
from reviewer.records import Form, FormKind, Hit, ValueKind
from reviewer.rules.engine import Context, CouldNotCheck, Row, rule
from reviewer.text import squash


@rule(
    "REL305",
    "表内重复",
    severity="warn",
    smart="S",
    basis=["commission-plan#review", "caiyu-2021-101#highly-relevant"],
    scope="form",
    kinds=[FormKind.PROJECT, FormKind.DEPARTMENT],
    reads=["name", "value", "category", "note"],
)
def check(form: Form, context: Context) -> Iterator[Hit]:
    """检查：一张表里是否有两条指标衡量同一件事：名称相同（“开展/举办”“场次/次数”之类的同义写法视为相同）。

    理由：同一件事考核两次，等于给它双份权重，还占了别的任务的位置；两条的值不同，则不知以哪条为准。

    反例：数量指标写了两条“培训人数”，一条100人、一条120人；“幸福感：不断提高”既填在经济效益又填在社会效益。

    正例：“培训人数”在数量，“培训合格率”在质量；“苹果种植面积”“梨树种植面积”；“种植人员”在数量为300人、
    在成本为1000元/人；年度与实施期两套指标各写一次。

    例外：名称通用而值不同的（完成时间、补助标准、合格率）可能各指一事，不算重复；备注写明所指不同的不算；
    不同类别而值也不同的不算；填“无”的行不算。
    """
    if not form.indicators:
        raise CouldNotCheck("没有读到指标")
    rows = [r for r in context.rows(form) if r.name and not says_nothing(r.indicator.name, r.indicator.value)]
    told: set[str] = set()
    for first, second in combinations(rows, 2):
        if second.indicator.id in told or first.indicator.horizon != second.indicator.horizon:
            continue
        if not _same_thing(first, second):
            continue
        told.add(second.indicator.id)
        values = [squash(r.indicator.value) or "（空）" for r in (first, second)]
        same_value = plain_value(values[0]) == plain_value(values[1])
        place = "" if first.category == second.category else f"（{first.category}）"
        advice = (
            "请删去一条"
            if same_value
            else f"两条的值不同（{values[0]}、{values[1]}），请核定后保留一条，或写明各指什么"
        )
        yield second.hit(
            "name",
            f"与前面的“{squash(first.indicator.name)}”{place}衡量同一件事。{advice}。",
            f"{squash(first.indicator.name)}：{values[0]}；{squash(second.indicator.name)}：{values[1]}",
            group=f"REL305 {first.indicator.id}",
        )


def _same_thing(first: Row, second: Row) -> bool:
    name, other = plain_name(first.indicator.name), plain_name(second.indicator.name)
    if not name or name != other:
        return False
    same_value = _value(first) == _value(second) and first.target.kind is not ValueKind.EMPTY
    if first.category != second.category:
        # 设施农业种植人员 in 数量 (300人) and in 成本 (1000元/人): two things, told apart by their values.
        return same_value
    if same_value:
        return True
    if squash(first.indicator.note or "") != squash(second.indicator.note or ""):
        return False
    if {first.target.kind, second.target.kind} & {ValueKind.MONEY, ValueKind.DATE, ValueKind.EMPTY}:
        return False
    return bool(pieces(first.name, ("task_generic", "standing_names"))) and first.target.unit == second.target.unit


def _value(row: Row) -> tuple[str, str]:
    return plain_value(row.indicator.value), squash(row.indicator.unit or "")
