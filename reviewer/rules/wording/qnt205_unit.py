import re
from collections.abc import Iterator

from reviewer.matching.heads import Head, find_head
from reviewer.matching.phrases import is_goal
from reviewer.records import Hit, TargetValue, ValueKind
from reviewer.rules.engine import Context, Row, rule
from reviewer.taxonomy import BENEFITS
from reviewer.text import squash
from reviewer.text.vocabulary import unit_class

# Classes of units that cannot measure what the head of the name is counted in.
_CLASHES = {
    "people": {"rate", "households", "area", "length", "volume", "energy", "duration", "money"},
    "households": {"rate", "people", "area", "length", "volume", "energy", "duration", "money"},
    "times": {"rate", "area", "length", "volume", "households", "energy", "money"},
    "area": {"rate", "people", "times", "households", "length", "volume", "energy", "duration", "money"},
    "length": {"rate", "people", "times", "households", "area", "volume", "energy", "duration", "money"},
    "count": {"rate", "duration", "money"},
    "rate": {"people", "households", "area", "length", "volume", "countable", "times", "money", "duration"},
    "money": {"people", "households", "area", "length", "volume", "countable", "times", "energy"},
}
_NAMES = {
    "people": "人或人次",
    "households": "户",
    "times": "次、场、期",
    "area": "面积单位",
    "length": "长度单位",
    "count": "个、台、件等数量单位",
    "rate": "百分比",
    "money": "元或万元",
}


@rule(
    "QNT205",
    "计量单位缺失或不符",
    severity="warn",
    smart="M",
    basis=("sichuan-form#nature", "baotou-2023#six-checks"),
    reads=["name", "value", "unit"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """数字没有单位，或者单位量不了名称所说的东西。

    检查：指标值的数字在值栏和单位栏都没有单位；单位与名称不合（户数用人、覆盖率用个、人数用 %）；
        值栏与单位栏的单位互相矛盾；给目标或状态配百分比（维护社会稳定 ≥95%）。
    理由：单位不清，指标值就没有含义，也无法汇总和比对。
    反例：补助户数 ｜ ≥101人；药物制度覆盖率 ｜ 37个；新建中心村数量 ｜ ≥10
    正例：补助户数 ｜ ≥101户；新建中心村数量 ｜ ≥10个
    例外：日期没有单位；“人次”可以数人也可以数次；增长、分数、指数、排名等无单位的量不查。
    """
    target = row.target
    if target.number is None:
        return
    head = find_head(row.name)
    unit_hit = _column_clash(row, target) or _missing(row, target, head)
    hit = unit_hit or _mismatch(row, target, head) or _goal(row, target)
    if hit is not None:
        yield hit


def _missing(row: Row, target: TargetValue, head: Head | None) -> Hit | None:
    value = row.indicator.value
    if target.unit.startswith("/"):
        return row.hit("value", f"指标值“{value}”的单位不完整，“{target.unit}”前少了“元”等单位。", evidence=value)
    if target.unit:
        return None
    unitless = row.name.endswith(("指数", "得分", "评分", "排名", "名次", "等级", "倍数"))
    if _unit_in_name(row):
        return None
    if target.number == 0 or "/" in value or target.dates or unitless:  # 120/10万 is a ratio of its own
        return None
    is_rate = head is not None and head.measure == "rate"
    wanted = "%" if is_rate or row.category == "满意度指标" else "单位"
    remedy = "请补上“%”。" if wanted == "%" else "请写明单位（如人、次、个、万元）。"
    return row.hit("value", f"“{row.name}”的指标值“{value}”没有计量单位。{remedy}", evidence=value)


def _unit_in_name(row: Row) -> bool:
    """实施造林面积(亩): the form prints the unit behind the name; an unfilled (≥**%) is no unit."""
    found = re.search(r"(?<=\()[^()*]{1,6}(?=\)$)", squash(row.indicator.name))
    return bool(found and unit_class(found.group()))


def _column_clash(row: Row, target: TargetValue) -> Hit | None:
    own = target.numbers[target.primary].unit
    ours, theirs = unit_class(own), unit_class(squash(row.indicator.unit or ""))
    if None in (ours, theirs) or (ours == "rate") == (theirs == "rate"):
        return None
    return row.hit(
        "unit",
        f"指标值“{row.indicator.value}”里的单位“{own}”与单位栏的“{row.indicator.unit}”互相矛盾。请只留一个正确的单位。",
        evidence=f"{row.indicator.value}｜{row.indicator.unit}",
    )


def _mismatch(row: Row, target: TargetValue, head: Head | None) -> Hit | None:
    if head is None or head.measure not in _CLASHES or target.change or len(target.numbers) > 1:
        return None
    if not head.at_end or (head.measure == "rate" and "/" in target.unit):
        return None  # 死亡率 ｜ ≤0.03人/亿元: a ratio of two units
    kind = unit_class(target.unit)
    standard = head.measure == "money" and head.word.endswith("标准") and kind == "rate"
    if not standard and kind not in _CLASHES[head.measure]:
        return None
    if kind == "rate" and re.search(r"增长|增加|增幅|提高|下降|减少|降低|占|完成|达标|比", row.name):
        return None  # 就业人数增长 5%: a change of a count is a rate
    return row.hit(
        "value",
        f"“{row.name}”应当用{_NAMES[head.measure]}计量，指标值却是“{row.indicator.value}”。请核对名称和单位。",
        evidence=f"{row.indicator.name}｜{row.indicator.value}",
    )


def _goal(row: Row, target: TargetValue) -> Hit | None:
    if target.kind is not ValueKind.RATE or target.change or not is_goal(row.name):
        return None
    if row.category in ("满意度指标", "时效指标", "成本指标", None):
        return None
    if "是否" in row.name and row.category not in BENEFITS:
        return None  # 资金是否全部纳入 100%: badly named (WRD501), but a share that can be counted
    states = ("运转", "运行", "稳定", "发展")
    if row.name.startswith(("保障", "保证", "确保", "实现")) and not row.name.endswith(states):
        return None  # 保障贫困孤儿完成学业 100%: the share of orphans can be counted
    return row.hit(
        "value",
        f"“{row.name}”是目标或状态，没有可以数的东西，不能用“{row.indicator.value}”来计量。"
        "请换成有明确分子分母的率，或可统计的数。",
        evidence=f"{row.indicator.name}｜{row.indicator.value}",
    )
