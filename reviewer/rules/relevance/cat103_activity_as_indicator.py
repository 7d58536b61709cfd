import re
from collections.abc import Iterator

from reviewer.matching.heads import find_head
from reviewer.matching.phrases import ends_measurably, leading_verb
from reviewer.records import Hit, ValueKind
from reviewer.rules.engine import Context, Row, rule
from reviewer.taxonomy import words
from reviewer.taxonomy.levels import level1_name
from reviewer.text import squash
from reviewer.text.vocabulary import unit_class

_DUTY = re.compile(
    r"(?:做好|抓好|搞好).*(?:工作|服务|管理|保障)|^(?:严格)?按照|^按(?:政策|要求|规定|计划|标准|程序|照)"
    r"|(?:成立|组建|落实|健全|完善|制定).*(?:专班|领导小组|责任制|工作制度|工作机制|工作方案|实施方案)"
    r"|(?:管理|服务|日常|保障|协调|宣传|后勤|党建)工作$|开展.*(?:项目|工作|活动)$"
)


@rule(
    "CAT103",
    "投入或工作过程充当指标",
    severity="warn",
    smart="R",
    basis=("caiyu-2021-101#highly-relevant", "local-guide#not-input"),
    reads=["name", "value", "category"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """把职责、工作过程、投入或预算执行情况当成绩效指标。

    检查：名称是“做好……管理工作”“加强……”“按照……执行”一类的职责或过程，值里也没有可数的产出；
        名称只是“宣传教育”“培训”等活动而值没有数量；名称是预算执行率、结余率。
    理由：绩效指标考核产出和效果；常规管理要求和花钱进度不是产出，也不能反映效果。
    反例：做好退休人员的管理工作 ｜ 好；资金执行率 ｜ 100%；严控成本，不扩大不增债 ｜ 严格落实
    正例：走访慰问退休人员次数 ｜ ≥4次；退休人员工资按时发放率 ｜ ＝100%
    例外：活动有可数的产出（举办培训班 ｜ 3期）不报；以率、数、时间等可度量的词收尾的名称不报。
    """
    name = row.name
    if not name or row.value_is_name or row.target.kind in (ValueKind.PLACEHOLDER, ValueKind.EMPTY):
        return
    shown = f"{row.indicator.name}｜{row.indicator.value}"
    head = find_head(name)
    if head is not None and head.at_end and not head.homes and not _own_frame(row):
        yield row.hit("name", f"“{name}”{head.why}。请删去，改设反映产出或效果的指标。", evidence=shown)
        return
    if _counts_something(row) or (ends_measurably(name) and not _DUTY.search(name)):
        return
    if name in words("bare_activities") or _DUTY.search(name) or leading_verb(name, "duty_verbs"):
        yield row.hit(
            "name",
            f"“{name}”说的是职责或工作过程，不是产出或效果，年底无法考核。请改为做成了多少（人次、场次、件数）或达到什么结果。",
            evidence=shown,
        )
    elif leading_verb(name, "task_verbs") and re.search(r"任务|工作", row.indicator.value) and not row.target.numbers:
        yield row.hit(
            "name",
            f"“{name}”和指标值“{row.indicator.value}”只说要完成工作，没有可数的产出。请写明做多少、做到什么程度。",
            evidence=shown,
        )


def _own_frame(row: Row) -> bool:
    """Whether the form prints a place of its own for it, outside the nine categories (管理指标｜预算执行管理)."""
    level1, level2 = row.indicator.level1, row.indicator.level2
    return row.category is None and bool(squash(level2) or (squash(level1) and level1_name(level1) is None))


def _counts_something(row: Row) -> bool:
    """Whether the value counts an output: a number whose unit is neither a rate nor a time."""
    target = row.target
    if row.category in ("数量指标", None) and target.numbers and not target.unit:
        return True  # 召开会议 ｜ 2: it lacks its unit only (QNT205)
    units = (target.unit, *(number.unit for number in target.numbers))
    return any(unit_class(unit) not in ("rate", "duration", None) for unit in units)
