from collections.abc import Iterator

from reviewer.matching.heads import find_head
from reviewer.matching.names import is_zero_fill
from reviewer.records import Hit, Severity, ValueKind
from reviewer.rules.engine import Context, Row, rule
from reviewer.text import squash
from reviewer.text.values import is_placeholder
from reviewer.text.vocabulary import value_words


@rule(
    "CMP003",
    "占位填报",
    severity="warn",
    smart="S",
    basis=("caiyu-2015-88#complete", "integrated-system#checks"),
    reads=["name", "value"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """用“无”“/”“XX”、模板残留或没有选择的量表占着位置。

    检查：名称或指标值是“无”“暂无”“不涉及”“无直接经济效益”“/”“XX”“≥**人”“优良中低差”一类；名称和值都是系统代填的 0。
        填在必设的二级指标下为错误，其余为警告。
    理由：占位不是指标，既不能考核，也会被系统当作 0 或空值。
    反例：无 ｜ 无；无直接经济效益 ｜ 无直接经济效益；管理机制健全性 ｜ 优良中低差
    正例：没有该类效益时整行留空，或按表格说明填“不适用”
    例外：坏事的“无”是目标（安全责任事故 ｜ 无）；表格说明允许时的“不适用”；名称后的（≥**人）是印好的模板，不算。
    """
    name, value = squash(row.indicator.name), squash(row.indicator.value)
    target_empty = row.target.kind is ValueKind.PLACEHOLDER
    name_empty = bool(name) and (is_placeholder(name) or is_zero_fill(name, value))
    if not (target_empty or name_empty) or value == "不适用":
        return
    head = find_head(row.name)
    if not name_empty and value in ("无", "没有", "-", "0") and head is not None and head.polarity == "bad":
        return
    # 社会成本 and 生态环境成本 are set as applies; 成本 is required of 经济成本 only.
    burden = any(w in squash(row.indicator.level2) for w in ("社会成本", "环境成本"))
    required = row.category in context.profile(row.form).required and not burden
    column = "value" if target_empty else "name"
    shown = row.indicator.value if target_empty else row.indicator.name
    if squash(shown) in value_words()["unfilled_scale"]:
        what = f"“{row.name}”的指标值是整套量表“{shown}”，没有选出目标等级。请只写要达到的等级和判断标准。"
    elif required:
        what = f"{row.category}必须设置，这里却填“{shown}”占位。请填写真实的指标和值。"
    else:
        kind = "成本" if row.category == "成本指标" else "效益"
        what = f"这里填“{shown}”占位，不是指标。没有这类{kind}就整行留空，有就写出可考核的指标。"
    yield row.hit(
        column,
        what,
        evidence=f"{row.indicator.name}｜{row.indicator.value}",
        severity=Severity.ERROR if required else Severity.WARN,
    )
