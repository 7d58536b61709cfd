from collections.abc import Iterator

from reviewer.records import Hit, ValueKind
from reviewer.rules.engine import Context, Row, rule


@rule(
    "QNT207",
    "时效指标无明确时点",
    severity="error",
    smart="T",
    basis=("caiyu-2021-101#output", "caiyu-2015-88#quantified"),
    categories=("时效指标",),
    reads=["value"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """时效指标没有日期、期限、周期、频次，也没有按时率。

    检查：填在“时效指标”下的一行，指标值里读不出日期、时长、周期、频次，也没有数字比率。
    理由：“及时”“按时”“按规定时限”没有时点，年底无法判断是否按时。
    反例：补助经费到位及时性 ｜ 及时；医疗文书及时率 ｜ 按规定时限
    正例：补助发放完成时间 ｜ 2023年12月底前；补助按时发放率 ｜ ≥95%；投诉响应时间 ｜ ≤2小时
    例外：“每季度”“按月”“年底前”等周期和相对时点算有时点；空值、占位由 CMP002、CMP003 处理；不存在的日期由 QNT208 处理。
    """
    target = row.target
    if target.kind is not ValueKind.QUALITATIVE or row.value_is_name:
        return
    yield row.hit(
        "value",
        f"时效指标“{row.name or row.indicator.name}”的指标值“{row.indicator.value}”没有时点。"
        "请写明完成日期（如“××××年12月底前”）、时长、频次，或按时完成率。",
        evidence=row.indicator.value,
    )
