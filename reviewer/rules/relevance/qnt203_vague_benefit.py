from collections.abc import Iterator

from reviewer.matching.phrases import is_evidenced, is_fund_use, is_goal, leading_verb, vague_word
from reviewer.records import Hit, ValueKind
from reviewer.rules.engine import Context, Row, rule
from reviewer.taxonomy import BENEFITS, words
from reviewer.text import squash


@rule(
    "QNT203",
    "效益指标表述空泛",
    severity="warn",
    smart="M",
    basis=("caiyu-2015-88#quantified", "local-guide#graded", "caiyu-2020-10#qualitative"),
    categories=BENEFITS,
    reads=["name", "value"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """效益指标只有方向词，没有水平、基期、替代指标或佐证来源。

    检查：经济、社会、生态、可持续影响指标的指标值只是“不断提高”“持续改善”“效果明显”“长期”一类的话，
        或者给“促进……发展”这样的目标配一个百分比。
    理由：没有水平和基期，年底无法判断是否达到；定性目标应当分级分档或写明可核实的事实。
    反例：残疾人家庭的幸福感 ｜ 不断提高；促进农村集体经济发展 ｜ ≥95%
    正例：因残致贫返贫户数 ｜ 0户；村集体经济收入 ｜ 较上年提高5%；工程设计使用年限 ｜ ≥15年
    例外：写明基期（较上年提高）、可核实的事实（无因施工引发的信访）的定性表述可以；填“无”由 CMP003 处理。
        没有印二级指标的表，只查印在效益指标下的，和按内容断定说的是效益的。
    """
    target, value = row.target, squash(row.indicator.value)
    name = row.name or row.indicator.name
    if row.value_is_name:
        return
    if target.kind is ValueKind.QUALITATIVE:
        if is_evidenced(value):
            return
        word = vague_word(value)
        # A long statement without any vague word may well be a fact that can be checked; so may a plain grade.
        graded = value in words("standard_words") and value != "是"
        if not word and "是否" not in value and (len(value) > 8 or graded):
            return
        shown = f"只有“{word}”一类的方向词" if word else "说不出水平"
        yield row.hit(
            "value",
            f"效益指标“{name}”的指标值“{row.indicator.value}”{shown}，没有水平、基期或佐证，无法判断是否达到。"
            "请改为可统计的数（率、人数、金额、次数），或写明与上年相比的幅度和数据来源。",
            evidence=row.indicator.value,
        )
    elif is_fund_use(value):
        yield row.hit(
            "value",
            f"效益指标“{name}”的指标值写的是钱怎么用，没有说明效益达到什么水平。请写可统计的效果及其数值。",
            evidence=row.indicator.value,
        )
    elif target.time_words and not target.numbers and not target.dates and vague_word(value):
        yield row.hit(
            "value",
            f"效益指标“{name}”的指标值“{row.indicator.value}”只说时间长短，没有说明效益达到什么水平。请写明年限或可统计的数。",
            evidence=row.indicator.value,
        )
    elif target.kind is ValueKind.RATE and not target.change and is_goal(row.name):
        # 满足…需求 100% is a matter of its unit only (QNT205).
        if leading_verb(row.name, "goal_verbs") in ("满足", "保障", "保证", "确保") and "稳定" not in row.name:
            return
        if row.name.endswith("保障") or "可以有效" in row.name:
            return
        yield row.hit(
            "value",
            f"“{name}”是一个目标，不能用“{row.indicator.value}”这样的百分比衡量。"
            "请换成能反映它的具体指标（如收入、产值、人数、事故数）及其数值。",
            evidence=row.indicator.value,
        )
