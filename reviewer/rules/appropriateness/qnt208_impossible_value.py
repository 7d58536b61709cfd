import re
from collections.abc import Iterator
from decimal import Decimal

from reviewer.matching.heads import find_head
from reviewer.records import Comparator, Hit, Severity
from reviewer.rules.engine import Context, Row, rule
from reviewer.taxonomy import national_totals
from reviewer.text import find_years, squash
from reviewer.text.vocabulary import unit_class

_GROWTH = re.compile(r"增长|增幅|增速|增加|提高|提升|上升|翻|超额|收益|回报|投入产出|倍|杠杆|产销|下降|降低|减少")


@rule(
    "QNT208",
    "指标值逻辑错误",
    severity="error",
    smart="A",
    basis=("baotou-2023#six-checks", "caiyu-2021-101#value", "local-guide#funds"),
    reads=["name", "value", "category"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """指标值在道理上不可能成立。

    检查：不会超过 100% 的比率写成大于 100%，比率或数量为负，区间上下限颠倒，日期不存在（13 月、2 月 30 日），
        时效指标的日期全部早于或晚于填报的预算年度和实施期，县、乡、村的个数超过全国总数。
    理由：这样的值无法实现或无法考核，多为笔误（如“≥”识别成“2”，2312222 个县）。
    反例：工程验收合格率 ｜ ≥120%；完成时间 ｜ 2023年13月；2023 年项目的完成时间 ｜ 2022年12月
    正例：旅游收入增长率 ｜ ≥150%；完成时间 ｜ 2023年12月底前；气温 ｜ -5℃
    例外：增长率、收益率、投入产出比可以超过 100%；两年期项目的日期在实施期内即可；次年一季度前收尾的不报。
    """
    target, value = row.target, row.indicator.value
    if target.bad_date:
        yield row.hit("value", f"“{target.bad_date}”不是存在的日期。请核对年月日。", evidence=value)
    yield from _numbers(row)
    if row.category == "时效指标":
        yield from _period(row, context)


def _numbers(row: Row) -> Iterator[Hit]:
    target, value = row.target, row.indicator.value
    if target.number is None:
        return
    number, name = target.number, squash(row.indicator.name)
    head = find_head(row.name)
    if target.is_range:
        low, high = target.numbers[target.primary : target.primary + 2]
        if low.value > high.value and low.unit == high.unit:
            yield row.hit("value", f"区间“{value}”的下限大于上限，请调换或核对。", evidence=value)
            return
    if target.unit == "%" and number > 100 and head is not None and head.capped and not _GROWTH.search(name + value):
        if row.category != "满意度指标" or head.homes != ("满意度指标",):  # QNT206 speaks of satisfaction
            yield row.hit(
                "value",
                f"“{row.name}”不可能超过 100%，指标值却是“{value}”。请核对。",
                evidence=f"{row.indicator.name}｜{value}",
            )
    elif number < 0 and not _GROWTH.search(name) and unit_class(target.unit) not in ("energy", None):
        yield row.hit("value", f"“{row.name}”不可能是负数，指标值却是“{value}”。请核对。", evidence=value)
    total = _national_total(name, target.unit)
    if total is not None and number > total:
        yield row.hit(
            "value",
            f"“{row.name}”的值“{value}”超过全国总数（约{total}个），不可能成立，疑为多打了数字或把“≥”误成“2”。请核对。",
            evidence=value,
        )


def _national_total(name: str, unit: str) -> Decimal | None:
    """Number of such places in the whole country, when the indicator counts places."""
    if unit_class(unit) not in ("countable", None):
        return None
    for word, total in national_totals().items():
        if re.search(rf"{word}(?:[(（][^)）]*[)）])?(?:个)?数量?$", name):
            return total
    return None


def _period(row: Row, context: Context) -> Iterator[Hit]:
    year = context.form_year(row.form)
    if year is None:
        return
    years = {d.year for d in row.target.dates if d.year is not None}
    period = set(find_years(row.form.period or ""))
    first, last = min({year, *period}), max({year, *period})
    if not years or any(first <= y <= last for y in years):
        return
    # Winding up in the first months of the next year is usual: 2024年3月底前 in a filing of 2023.
    if years == {last + 1} and all(d.month is not None and d.month <= 3 for d in row.target.dates):
        return
    if row.target.comparator is Comparator.RANGE:
        return
    doubtful = not row.form.period and years == {last + 1}  # a project of two years whose period is not printed
    span = f"{first}年" if first == last else f"{first}—{last}年"
    early = "早于" if max(years) < first else "晚于"
    yield row.hit(
        "value",
        f"时效指标“{row.name}”的日期“{row.indicator.value}”{early}本表的预算年度（{span}）。请核对年份，跨年项目写明当年的节点。",
        evidence=row.indicator.value,
        severity=Severity.WARN if doubtful else Severity.ERROR,
    )
