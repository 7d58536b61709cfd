import re
from collections.abc import Iterator

from reviewer.matching.heads import find_head
from reviewer.matching.phrases import is_fund_use, leading_verb
from reviewer.matching.terms import pairs
from reviewer.records import Hit, ValueKind
from reviewer.rules.engine import Context, Row, rule
from reviewer.taxonomy import words
from reviewer.taxonomy.levels import is_category_name, is_level1
from reviewer.text import clean_name, parse_value, squash
from reviewer.text.values import is_placeholder
from reviewer.text.vocabulary import unit_class

_TOLD_AGAIN = 0.65  # of the pairs of characters
_RATE_ENDS = ("率", "比例", "占比", "满意度", "比重")
_SIGNS = re.compile(r"[≥≤<>=]|不低于|不少于|不超过|大于|小于|等于|以上|以下|以内|及以上")
# 通过实施本项目，让群众得到实惠: why something is done, not what is reached (通过省级专家组竣工验收, 使用年限较长).
_PURPOSE = re.compile(
    r"^(?:为了|旨在|以便)|^通过(?!.*(?:验收|评审|审核|审查|审定|鉴定|认证|考核|评估|检查|检测)(?:合格)?$)"
    r"|(?:^|[,，])(?:使(?!用)|让|从而|以此).{4,}"
)


@rule(
    "CAT102",
    "内容填错栏",
    severity="error",
    smart="S",
    basis=("caiyu-2015-88#complete", "baotou-2023#six-checks", "sichuan-form#nature"),
    reads=["name", "value", "unit", "standard"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """名称、指标值、单位、绩效标准栏里填的是别的栏的内容。

    检查：指标值照抄名称或名称里的话；名称栏填的只是一个值（1年、100）或类别（数量指标）；值栏填的是另一个指标名称或资金用途；
        绩效标准栏填的是目的（增强各界关怀）；单位栏填的是数字或句子。
    理由：每栏各有用处，填错栏等于两栏都没填。
    反例：当年在校学生数 ｜ 当年在校学生数4953；1年 ｜ 1年；残健融合 ｜ 不断加强 ｜ 绩效标准：增强各界对残疾人的关怀
    正例：当年在校学生数 ｜ ＝4953人；建设工期 ｜ ≤1年
    例外：占位的“无 ｜ 无”由 CMP003 指出；“合格”“达标”等标准和四字以内的名称（新建公厕 ｜ 新建公厕3座）与值重合不算；
        不足十二字的目的短句（让群众满意）归 QNT202、QNT203；绩效标准填“计划标准”等类别的不查。
    """
    yield from _name_is_heading(row) or _name_is_value(row) or _value(row)
    yield from _standard(row)
    yield from _unit(row)


def _name_is_heading(row: Row) -> list[Hit]:
    """The name column only repeats a heading of the levels above it: 数量指标 ｜ 375万平方米."""
    name = row.indicator.name
    # 社会效益, 满意度 may be meant as names.
    if "指标" not in name or not (is_category_name(name) or is_level1(name)):
        return []
    return [
        row.hit(
            "name",
            f"三级指标名称栏填的是类别“{name}”，没有说考核什么。请写明具体指标（如“培训人数”“完成时间”）。",
            evidence=f"{name}｜{row.indicator.value}",
        )
    ]


def _name_is_value(row: Row) -> list[Hit]:
    """The name column holds nothing but a value."""
    name = squash(row.indicator.name)
    parsed = parse_value(name)
    # The whole name is one number with its sign and unit: ≥95%, 6场以上.
    pure = [number.text for number in parsed.numbers] == [_SIGNS.sub("", name)]
    dated = parsed.dates and re.fullmatch(r"[\d年月日.\-—至到前底末内]+", name)
    # 贯穿全年 ｜ 当年的所有时间: nothing but a time, it does not name what is done by then.
    timeless = parsed.time_words and not _without(name, *parsed.time_words, *words("time_spans"))
    # 效果显著 ｜ 改善办学条件: name and value changed places.
    swapped = name and _only_vague(name) and not _only_vague(squash(row.indicator.value))
    if not (pure or dated or timeless or swapped):
        return []
    return [
        row.hit(
            "name",
            f"指标名称栏填的是“{row.indicator.name}”，这是指标值，不是名称。请写明考核什么（如“建设工期”“完成时间”）。",
            evidence=f"{row.indicator.name}｜{row.indicator.value}",
        )
    ]


def _value(row: Row) -> list[Hit]:
    name, value = clean_name(row.indicator.name), clean_name(row.indicator.value)
    target = row.target
    if not name or target.kind is ValueKind.PLACEHOLDER:
        return []
    shown = f"{row.indicator.name}｜{row.indicator.value}"
    if value == name or _repeats(name, value, bool(target.numbers)):
        what = f"指标值“{row.indicator.value}”重复了名称里的话，没有给出目标值。请在值栏只写要达到的数或标准。"
        return [row.hit("value", what, evidence=shown)]
    if is_fund_use(value):
        what = f"指标值栏填的是资金用途（“{row.indicator.value}”），不是要达到的目标值。资金用途请写到支出明细。"
        return [row.hit("value", what, evidence=shown)]
    if target.kind is ValueKind.QUALITATIVE and len(value) >= 12 and _PURPOSE.search(value):
        what = f"指标值栏填的是目的（“{row.indicator.value}”），不是要达到的目标值。目的请写到绩效目标里。"
        return [row.hit("value", what, evidence=shown)]
    head = find_head(value)
    names_a_rate = head is not None and head.at_end and value.endswith(_RATE_ENDS)
    if target.kind is ValueKind.QUALITATIVE and names_a_rate:
        what = f"指标值栏填的“{row.indicator.value}”是一个指标名称，没有目标值。请把它移到名称栏，并在值栏写出比例。"
        return [row.hit("value", what, evidence=shown)]
    return []


def _repeats(name: str, value: str, has_number: bool) -> bool:
    if has_number:
        # 当年在校学生数 ｜ 当年在校学生数4953: the name is written again before the number.
        return len(name) >= 5 and value.startswith(name)
    said, told = pairs([name]), pairs([value])
    # 长期实施 ｜ 按照政策，长期实施; 企业…获得目的国受众欢迎 ｜ 受目的国受众欢迎: told again, perhaps in other words.
    again = len(name) >= 4 and value.endswith(name)
    again = again or (len(value) >= 4 and len(said & told) >= _TOLD_AGAIN * len(told))
    # 持续保障 is vague (QNT203), 验收合格 a standard.
    return again and not _only_vague(value) and not value.endswith(words("standard_words"))


def _without(text: str, *cut: str) -> str:
    for word in cut:
        text = text.replace(word, "")
    return text


def _only_vague(text: str) -> bool:
    """Whether nothing but vague words stands there: 效果显著, 持续保障."""
    return not _without(text, "效果", *words("vague"))


def _standard(row: Row) -> Iterator[Hit]:
    text = squash(row.indicator.standard or "")
    # 稳步提升 says a level, 满足设计要求 names a standard.
    if _only_vague(text) or "标准" in text or text.endswith(words("standard_words")) or parse_value(text).numbers:
        return
    if leading_verb(text, "goal_verbs") or text.startswith(("反映", "考察", "体现")):
        yield row.hit(
            "standard",
            f"绩效标准栏应写取值的标准（计划标准、历史标准、行业标准等），这里填的“{row.indicator.standard}”是目的或解释。",
            evidence=text,
        )


def _unit(row: Row) -> Iterator[Hit]:
    text = squash(row.indicator.unit or "")
    if is_placeholder(text):
        return
    sentence = len(text) > 6 and unit_class(text) is None and not re.search(r"[/(·*]", text)
    if re.fullmatch(r"[\d.,]+%?", text) or sentence:
        yield row.hit(
            "unit", f"单位栏填的“{row.indicator.unit}”不是计量单位。请只写单位（如人、次、%）。", evidence=text
        )
