import re
from collections.abc import Iterator

from reviewer.matching.heads import Head, find_head
from reviewer.records import Comparator, Hit, Severity, ValueKind
from reviewer.rules.engine import Context, NotApplicable, Row, rule
from reviewer.taxonomy import words

_AT_LEAST = (Comparator.GE, Comparator.GT)
_AT_MOST = (Comparator.LE, Comparator.LT)
_GROWTH = re.compile(r"增长|增幅|增速|增加|提高|提升|上升|超额|收益|回报|投入产出|倍|杠杆|产销")


@rule(
    "QNT209",
    "方向与含义相反",
    severity="error",
    smart="A",
    basis=("sichuan-form#nature", "baotou-2023#six-checks"),
    reads=["name", "value", "unit", "category"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """比较符的方向与指标的含义相反。

    检查：越少越好的（逾期率、故障率、事故数、投诉数、成本）用了“≥”；在一批“≥”之中，想多做的数量用了“≤”；
        满意度、合格率、及时率用了“≤”；不会超过 100% 的比率写成“≥100%”（警告，应写“＝100%”）。
    理由：方向反了，做得越差反而越算完成。
    反例：逾期发放率 ｜ ≥100%；项目总成本 ｜ ≥50万元；建设数量 ｜ ≤4个（同表其他数量都是“≥”）
    正例：逾期发放率 ｜ ≤5%；项目总成本 ｜ ≤50万元；及时发放率 ｜ ＝100%
    例外：补助标准、最低生活标准是法定下限，可以“≥”；成本节约率、下降率可以“≥”；增长率可以“≥100%”。
    """
    target = row.target
    if target.number is None or target.comparator is None or target.change:
        raise NotApplicable("指标值没有写方向")
    head = find_head(row.name)
    bad = head if head is not None and head.polarity == "bad" else None
    printed, shown = _printed(row), f"{row.indicator.name}｜{row.indicator.nature or ''}{row.indicator.value}"
    cured = any(w in row.name + row.indicator.value for w in words("cures"))
    if target.comparator in _AT_LEAST:
        if bad and not cured and bad.measure != "money":
            yield row.hit(
                "value",
                f"“{row.name}”越低越好，却写成“{printed}”，方向反了。请改用“≤”。",
                evidence=shown,
            )
            return
        if row.category == "成本指标" and _is_spending(bad, row) and not cured:
            yield row.hit(
                "value",
                f"成本指标是花钱的上限，“{row.name}”却写成“{printed}”，方向反了。请改用“≤”。",
                evidence=shown,
            )
            return
        if _is_whole(head, row):
            yield row.hit(
                "value",
                f"“{row.name}”最高就是 100%，不能写“{printed}”。请写“＝100%”。",
                evidence=shown,
                severity=Severity.WARN,
            )
    elif target.comparator in _AT_MOST and _good_rate(head, row):
        yield row.hit(
            "value",
            f"“{row.name}”越高越好，却写成“{printed}”，方向反了。请改用“≥”。",
            evidence=shown,
        )
    elif target.comparator in _AT_MOST and row.category == "数量指标" and not bad and _wanted_more(row, context):
        yield row.hit(
            "value",
            f"“{row.name}”是想多做的事，同表其他数量都用“≥”，这里却写成“{printed}”，方向反了。请改用“≥”或“＝”。",
            evidence=shown,
        )


def _printed(row: Row) -> str:
    """The value with its sign, also where that stands in a column of its own."""
    own = row.target.numbers[row.target.primary].comparator
    return row.indicator.value if own else f"{row.target.comparator}{row.indicator.value}"


def _is_spending(bad: Head | None, row: Row) -> bool:
    """Money that is spent: a total or unit cost, not a legal standard of payment and not a saving."""
    if row.target.kind is not ValueKind.MONEY and bad is None:
        return False
    return not any(w in row.name for w in words("paid_by_standard"))


def _good_rate(head: Head | None, row: Row) -> bool:
    """A rate of how well or how timely something is done (满意度, 合格率, 及时率): nobody wants at most that much."""
    if head is None or not head.at_end or head.polarity != "good" or row.target.unit != "%":
        return False
    return head.homes in (("满意度指标",), ("质量指标",), ("时效指标",))


def _is_whole(head: Head | None, row: Row) -> bool:
    """≥100 % of something that cannot pass 100 %; satisfaction is QNT206's."""
    if row.target.unit != "%" or row.target.number != 100 or row.category == "满意度指标":
        return False
    # Without a category only what is plain from the name alone.
    plain = head is not None and head.at_end and head.capped and "满意度指标" not in head.homes
    return (row.category is not None or plain) and not _GROWTH.search(row.name + row.indicator.value)


def _wanted_more(row: Row, context: Context) -> bool:
    """Whether ≤ stands alone among ≥ siblings on a count of work done."""
    if row.target.kind is not ValueKind.NUMBER or any(w in row.name for w in words("limited")):
        return False
    signs = [r.target.comparator for r in context.rows(row.form, ("数量指标",))]
    return any(s in _AT_LEAST for s in signs) and sum(s in _AT_MOST for s in signs) == 1
