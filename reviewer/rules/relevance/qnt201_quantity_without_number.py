from collections.abc import Iterator

from reviewer.records import Hit, ValueKind
from reviewer.rules.engine import Context, Row, rule


@rule(
    "QNT201",
    "数量指标未量化",
    severity="error",
    smart="M",
    basis=("caiyu-2015-88#quantified", "caiyu-2021-101#output", "hanzhong-2024#review"),
    categories=("数量指标",),
    reads=["value"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """数量指标的指标值里没有数字。

    检查：填在“数量指标”下、有名称的一行，指标值中读不出数量（文件号、年份、序号里的数字不算）。
    理由：数量指标反映提供多少产品和服务，没有数字就无法考核完成多少。
    反例：残疾人意外和住院综合保险 ｜ 增强残疾人家庭抵御意外和住院风险能力
    正例：购买残疾人意外和住院综合保险人数 ｜ ≥1200人
    例外：指标值为空由 CMP002 指出，填“无”“/”“XX”由 CMP003 指出，这里不重复；数字只写在名称里不算量化。
    """
    target = row.target
    if target.kind in (ValueKind.EMPTY, ValueKind.PLACEHOLDER) or target.numbers or row.value_is_name:
        return
    yield row.hit(
        "value",
        f"数量指标“{row.name or row.indicator.name}”的指标值“{row.indicator.value}”没有数量，无法考核完成多少。"
        "请写明数字和单位，如“≥【待填】人”。",
        evidence=row.indicator.value,
    )
