import re
from collections.abc import Iterator

from reviewer.matching.phrases import is_fund_use
from reviewer.records import Hit, ValueKind
from reviewer.rules.engine import Context, Row, rule
from reviewer.taxonomy import words
from reviewer.text import squash

_PER_TIME = re.compile(r"/(?:年|季度?|月|周|天|日)$")


@rule(
    "QNT204",
    "缺少比较符或方向",
    severity="info",
    smart="M",
    basis=("sichuan-form#nature", "caiyu-2021-101#value"),
    reads=["name", "value"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """数字目标没有写明是“不少于”还是“不超过”。

    检查：指标值是数、比率或金额，值里没有 ≥ ≤ ＝ 以上 不低于 不超过 达到 等，表中也没有“性质/方向”栏。
    理由：不写方向，做多做少、花多花少都说不清算不算完成。
    反例：服务对象满意度 ｜ 90%；残疾人居家托养人数 ｜ 150人
    正例：服务对象满意度 ｜ ≥90%；成本控制数 ｜ ≤68.6万元
    例外：100% 和 0 本身就是上下限；法定或既定的支付标准（780元/生/年）、日期、写明增减幅度的不用比较符；区间不用。
    """
    target, number = row.target, row.target.number
    if number is None or target.comparator is not None:
        return
    if any(n.comparator is not None or n.change for n in target.numbers):
        return
    if (target.unit == "%" and number == 100) or number == 0:
        return
    # 1年, 每季度1次, 1次/月: a period, not a threshold; a rate of 90% is one.
    period = target.dates or target.time_words or target.kind is ValueKind.DURATION or _PER_TIME.search(target.unit)
    if row.category == "时效指标" and period:
        return
    value = squash(row.indicator.value)
    if row.value_is_name or row.name.endswith(words("change_ends")) or is_fund_use(value) or _set_by_rule(row, value):
        return
    better = "≤" if row.category == "成本指标" else "≥"
    bare = target.numbers[target.primary].text
    yield row.hit(
        "value",
        f"指标值“{row.indicator.value}”没有写明方向。请加上比较符，如“{better}{bare}”；确为固定数的写“＝{bare}”。",
        evidence=row.indicator.value,
    )


def _set_by_rule(row: Row, value: str) -> bool:
    """Amounts that are to be paid exactly (补助标准, 780元/生/年), and shares fixed by a rule (按8%分红)."""
    if re.search(r"按[^,，。;；\d]*\d", value):
        return True
    if row.target.kind is not ValueKind.MONEY:
        return False
    if row.name.endswith("标准") or "标准" in value:
        return True
    per_head = "/" in row.target.unit or any(w in row.name for w in words("per_head"))
    return per_head and any(w in row.name for w in words("exact_amounts"))
