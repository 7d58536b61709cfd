from collections.abc import Iterator

from reviewer.matching.phrases import vague_word
from reviewer.records import Hit, ValueKind
from reviewer.rules.engine import Context, Row, rule
from reviewer.text import parse_value, squash


@rule(
    "QNT210",
    "成本指标未量化",
    severity="error",
    smart="M",
    basis=("caiyu-2021-101#cost", "caiyu-2015-88#quantified"),
    categories=("成本指标",),
    reads=["value", "standard", "note"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """成本指标没有金额、单位成本或比率。

    检查：填在“成本指标”下的一行，指标值中没有数字。
    理由：成本指标是花钱的上限或标准，“严格按照预算标准”“不超预算”没有数，无法控制也无法比较。
    反例：严控成本 ｜ 严格按照指标任务落实工作；建设成本 ｜ 参照政府采购成本控制
    正例：项目总成本 ｜ ≤68.6万元；托养服务补助标准 ｜ 3600元/人·年；成本控制率 ｜ ≤100%
    例外：社会成本、生态环境成本是负面影响，不一定用金额；
        价格标准的数字写在本行其他栏（绩效标准、备注、单位）里的不报；空值、占位由 CMP002、CMP003 处理。
    """
    target = row.target
    if target.kind is not ValueKind.QUALITATIVE or row.value_is_name or _is_checked_burden(row):
        return
    others = (row.indicator.standard, row.indicator.note)
    if any(parse_value(text).kind is ValueKind.MONEY for text in others if text):
        return
    yield row.hit(
        "value",
        f"成本指标“{row.name or row.indicator.name}”的指标值“{row.indicator.value}”没有金额。"
        "请写明总成本上限或单位成本，如“≤【待填】万元”“≤【待填】元/人”。",
        evidence=row.indicator.value,
    )


def _is_checked_burden(row: Row) -> bool:
    """A social or environmental cost told as an event (无扰民投诉): a burden on others is not always money."""
    heading = squash(row.indicator.level2)
    return ("社会成本" in heading or "环境成本" in heading) and not vague_word(row.indicator.value)
