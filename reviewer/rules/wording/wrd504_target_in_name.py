import re
from collections.abc import Iterator

from reviewer.matching.heads import find_head
from reviewer.matching.phrases import leading_verb, without_deadline
from reviewer.records import Hit
from reviewer.rules.engine import Context, Row, rule
from reviewer.taxonomy import words
from reviewer.text import clean_name

_UNIT = (
    r"(?:%|万?元|亿元|个|名|人次|人|户|次|场|期|台|套|件|辆|亩|公里|平方米|平米|米|吨|头|只|株|处|座|所|间|栋|条|项|家)"
)
# A number with its unit at the end of the name, or one that a comparator or 达到 introduces.
_TARGET = re.compile(
    rf"\d[\d.,]{{0,20}}{_UNIT}(?:以上|以下|以内|及以上)?$|[≥≤<>]\s{{0,9}}\d|\d[\d.,]{{0,20}}%(?:以上|以下|以内)?"
    rf"|(?:达到?|不低于|不少于|不超过|超过|控制在|至少)\d[\d.,]{{0,20}}{_UNIT}"
)
_AGE = re.compile(r"\d{1,3}(?:周岁|岁|年代)|[〔\[(（]\d{4}[〕\])）]\d{0,9}号?|\d{4}年(?:度|底|末)?")


@rule(
    "WRD504",
    "名称含目标值或方向词",
    severity="info",
    smart="S",
    basis=("caiyu-2021-101#highly-relevant", "commission-plan#review"),
    reads=["name", "value"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """目标值或“提高”“提升”等方向词写进了指标名称。

    检查：名称里有带单位的目标数（达到95%以上、围墙300米）或要办成的期限（6月底前完成……），
        或者“提高……率”“知晓率显著提升”这样带方向的写法。
    理由：名称只说考核什么，要达到多少写在指标值栏；两处都写容易互相矛盾。
    反例：提高退休人员对工作的满意度；群众满意度达到95%以上；围墙300米
    正例：退休人员满意度；群众满意度；围墙建设长度
    例外：年龄（60周岁以上）、年份、文件号不是目标值；“增长率”“下降率”本身就是指标；名称后印好的（≥**人）是模板，不算。
    """
    name = clean_name(row.indicator.name)
    if row.value_is_name:
        return
    bare = _AGE.sub("", name)
    found = _TARGET.search(bare)
    # 改造100户 ｜ 2024年底前: the target is the date, the number says of what.
    if found and not (row.target.number is None and row.target.dates):
        yield row.hit(
            "name",
            f"目标值“{found.group()}”写进了名称。名称只写考核什么，目标值请写在指标值栏。",
            evidence=row.indicator.name,
        )
        return
    timeless = without_deadline(name)
    if timeless != name and (timeless.endswith(words("done_ends")) or leading_verb(timeless, "task_verbs")):
        deadline = name.removesuffix(timeless).strip(",，")
        yield row.hit(
            "name",
            f"期限“{deadline}”写进了名称。名称只写考核什么（如“……完成时间”），期限请写在指标值栏。",
            evidence=row.indicator.name,
        )
        return
    head = find_head(name)
    if head is None or head.measure != "rate":
        return
    if leading_verb(name, "direction_verbs") if head.at_end else name.endswith(words("direction_ends")):
        yield row.hit(
            "name",
            f"名称“{name}”里带有“提高”“提升”一类的方向词。名称只写考核什么，提高多少请写在指标值栏。",
            evidence=row.indicator.name,
        )
