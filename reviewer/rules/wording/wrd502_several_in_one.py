import re
from collections.abc import Iterator

from reviewer.matching.heads import find_head
from reviewer.matching.phrases import clauses, ends_measurably, is_phrase, leading_verb
from reviewer.records import Hit, TargetValue
from reviewer.rules.engine import Context, Row, rule
from reviewer.taxonomy import words
from reviewer.text import clean_name, squash
from reviewer.text.vocabulary import unit_class

_JOINTS = re.compile(r"[、,，;；]|和|及|与|以及|并")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_ASPECTS = re.compile(r"[、和].{2,6}等(?:各|多个)?方面")
_SUM = re.compile(r"[×xX*÷/=]\d|其中|共|合计|总计|总数|累计")
# 就业、教育、托养、康复等服务人数: a list of services before one count.
_LIST = re.compile(
    r"^(?P<items>[\u4e00-\u9fff]{2,8}(?:[、,，][\u4e00-\u9fff]{2,5}?)+(?:[和及与][\u4e00-\u9fff]{2,4})?)"
    r"(?P<etc>等)?(?:各?[类项种])?(?:服务|项目|工作|活动|培训|业务)?(?:人数|人次|次数|项目|工作|活动|服务)"
)


@rule(
    "WRD502",
    "一项多指",
    severity="warn",
    smart="S",
    basis=("caiyu-2021-101#highly-relevant", "commission-plan#review"),
    reads=["name"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """一个指标里放了两件以上可能各有进退的事。

    检查：名称由两句以上动宾短语组成（提升……，推动……）；并列了两个可度量的词（完成率、控制率）或几种不同的服务；
        指标值里有几个说不同事情的数（困难台胞432人、高龄台胞1792人）。
    理由：几件事完成得不一样时，一个值说不清是否达标，也无法分别打分。
    反例：就业、教育、托养、康复等服务人数 ｜ 500人；康复人才培养力度，提升机构服务能力 ｜ 持续加大与提高
    正例：残疾人托养服务人数 ｜ ≥150人；残疾儿童康复服务人数 ｜ ≥45人
    例外：并列的只是同一批被统计的人或物（休养员、康复者和现症病人慰问人数）不算；区间、总数加分项、计算过程不算。
    """
    name = clean_name(row.indicator.name)
    what = _name(name) or _value(row.target, squash(row.indicator.value))
    if what:
        yield row.hit(
            "name",
            f"这一个指标里有{what}，各自完成得怎样无法分开考核。请拆成几条，每条只考核一件事。",
            evidence=f"{row.indicator.name}｜{row.indicator.value}",
        )


def _name(name: str) -> str:
    parts = clauses(_BRACKETS.sub("", name))
    phrased = [p for p in parts if is_phrase(p) or ends_measurably(p) or p.endswith(words("direction_ends"))]
    if len(phrased) >= 2 and any(is_phrase(p) and not leading_verb(p, "duty_verbs") for p in phrased):
        return "几句不同的要求"
    if _ASPECTS.search(name):
        return "几个不同的方面"
    pieces = [p for p in _JOINTS.split(name) if p]
    heads = [*dict.fromkeys(p for p in pieces if _is_measure(p))]
    if len(heads) >= 2:
        return "几个不同的考核内容（" + "、".join(heads[:3]) + "）"
    listed = _LIST.match(_BRACKETS.sub("", name))
    items = re.split(r"[、,，和及与]", listed["items"]) if listed else []
    several = listed and (listed["etc"] or len(items) >= 3) and any(w in p for p in items for w in words("services"))
    if several and not any(p.endswith(words("groups_of_people")) for p in items):
        return "几种不同的服务"
    if _open_services(name):
        return "几种不同的服务"
    activities = [p for p in re.split(r"[、,，]", name) if p.endswith(words("activity_ends"))]
    if len(activities) >= 2 and not ends_measurably(name):
        return "几项不同的活动"
    states = [p for p in pieces if p.endswith(words("direction_ends")) and len(p) >= 4]
    if len(states) >= 2:
        return "几个不同的方面"
    if len(pieces) >= 2 and all(p in words("goals_in_pairs") or p.endswith(words("paired_ends")) for p in pieces):
        return "几个不同的方面"
    return ""


def _open_services(name: str) -> bool:
    """Whether a list of services is left open: 提供就业培训创业扶持等, but not 就业培训等 or a list of people."""
    listed = name.removesuffix("等")
    named = sum(word in listed for word in words("services"))
    return listed != name and named >= 3 and not listed.endswith(words("groups_of_people"))


def _is_measure(piece: str) -> bool:
    """A piece of a list that is a measure of its own: 完整、准确率 → 准确率 (and 完整), 知名度, 素质."""
    head = find_head(piece)
    if head is not None and head.at_end and head.measure in ("rate", "degree"):
        return True
    if head is not None and head.at_end and head.measure in ("people", "times", "count", "households", "area"):
        return len(piece) >= 3
    return piece in words("bare_measures") or piece.endswith(("率", *words("paired_ends")))


def _value(target: TargetValue, value: str) -> str:
    """Several numbers of one kind that speak of different things."""
    counts = [n for n in target.numbers if unit_class(n.unit) not in ("duration", None)]
    kinds = {unit_class(n.unit) for n in counts}
    if len(counts) < 2 or _SUM.search(value) or (len(kinds) > 1 and "money" in kinds):
        return ""
    pieces = [p for p in re.split(r"[、,，;；。]", value) if re.search(r"\d", p)]
    named = {re.sub(r"[\d.,%≥≤<>=]+.{0,3}$", "", p) for p in pieces} - {""}
    # 3期、200人: of two kinds, though nothing says of what.
    if len(named) < 2 and (len(kinds) == 1 or len(pieces) != len(counts)):
        return ""
    return "几个不同的数（" + "、".join(n.text for n in counts[:4]) + "）"
