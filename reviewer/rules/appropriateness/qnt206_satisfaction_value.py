from collections.abc import Iterator

from reviewer.matching.heads import find_head
from reviewer.records import Comparator, Hit, Severity, ValueKind
from reviewer.rules.engine import Context, Row, rule
from reviewer.text import squash
from reviewer.text.vocabulary import unit_class, value_words


@rule(
    "QNT206",
    "满意度指标值不当",
    severity="error",
    smart="A",
    basis=("caiyu-2021-101#satisfaction", "caiyu-2021-101#value"),
    categories=("满意度指标",),
    reads=["value"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """满意度没有数字、超过 100%、定成 100% 或低于惯例。

    检查：满意度指标的值没有百分数（错误）；大于 100%（错误）；恰为 100%、低于所用框架的下限（80%）（警告）。
    理由：满意度靠问卷调查取得，没有数字无法考核；要求人人满意不切实际，定得过低则没有约束。
        上下限是审核惯例，不是规定，可在框架文件中调整。
    反例：群众幸福感 ｜ 明显提升；服务对象满意度 ｜ 100%
    正例：服务对象满意度 ｜ ≥90%
    例外：投诉次数、投诉率等反向指标不适用上下限；“无”由 CMP003 处理，空值由 CMP002 处理。
    """
    target = row.target
    scale = squash(row.indicator.value) in value_words()["unfilled_scale"]  # a scale is no number either
    if target.kind is ValueKind.EMPTY or (target.kind is ValueKind.PLACEHOLDER and not scale):
        return
    value = row.indicator.value
    number = target.number
    head = find_head(row.name)
    if number is None:
        yield row.hit(
            "value",
            f"满意度指标“{row.name}”的指标值“{value}”没有百分数，无法通过调查考核。请写成“≥90%”一类的数值。",
            evidence=value,
        )
        return
    if head is not None and (head.polarity == "bad" or next(iter(head.homes), "满意度指标") != "满意度指标"):
        return  # 投诉办结率: the bounds are those of a survey
    if unit_class(target.unit) not in ("rate", None):
        return
    if target.unit == "" and number <= 1:
        number *= 100  # 0.95 typed in a cell that was meant to be a percentage
    low, high = context.profile(row.form).satisfaction.low, context.profile(row.form).satisfaction.high
    bound = max(n.value for n in target.numbers) if target.is_range else number
    if bound > 100:
        yield row.hit("value", f"满意度不可能超过 100%，指标值却是“{value}”。请核对。", evidence=value)
    elif number >= high and not target.is_range:
        yield row.hit(
            "value",
            f"满意度“{value}”要求人人满意，不切实际，也无法通过抽样调查证明。建议改为“≥90%”或“≥95%”。",
            evidence=value,
            severity=Severity.WARN,
        )
    elif number < low and target.comparator not in (Comparator.LE, Comparator.LT):
        yield row.hit(
            "value",
            f"满意度“{value}”低于 {low}%，约束力不足。请提高目标，或说明理由。",
            evidence=value,
            severity=Severity.WARN,
        )
