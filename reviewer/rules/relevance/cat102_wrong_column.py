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
from reviewer.text.vocabulary import unit_class, value_words

_TOLD_AGAIN = 0.65  # of the pairs of characters
_RATE_ENDS = ("率", "比例", "占比", "满意度", "比重")
_SIGNS = re.compile(r"[≥≤<>=]|不低于|不少于|不超过|大于|小于|等于|以上|以下|以内|及以上")
# 通过实施本项目，让群众得到实惠: why something is done, not what is reached.
_PURPOSE = re.compile(r"^(?:通过|为了|旨在|以便)|^(?:使|让).{4,}|[,，](?:使|让|从而|以此).{4,}")


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
    例外：占位的“无 ｜ 无”由 CMP003 指出；“合格”“达标”等短词与名称重合不算；绩效标准填“计划标准”等类别的不查。
    """
    yield from _name_is_heading(row) or _name_is_value(row) or _value(row)
    yield from _standard(row)
    yield from _unit(row)


def _name_is_heading(row: Row) -> list[Hit]:
    """The name column only repeats a heading of the levels above it: 数量指标 ｜ 375万平方米."""
    if not (is_category_name(row.indicator.name) or is_level1(row.indicator.name)):
        return []
    if "指标" not in row.indicator.name:
        return []  # 社会效益, 满意度 may be meant as names
    return [
        row.hit(
            "name",
            f"三级指标名称栏填的是类别“{row.indicator.name}”，没有说考核什么。请写明具体指标（如“培训人数”“完成时间”）。",
            evidence=f"{row.indicator.name}｜{row.indicator.value}",
        )
    ]


def _name_is_value(row: Row) -> list[Hit]:
    """The name column holds nothing but a value."""
    name = squash(row.indicator.name)
    parsed = parse_value(name)
    # The whole name is one number with its sign and unit: ≥95%, 6场以上.
    pure = len(parsed.numbers) == 1 and _SIGNS.sub("", name) == parsed.numbers[0].text
    dated = parsed.kind is ValueKind.DATE and parsed.dates and re.fullmatch(r"[\d年月日.\-—至到前底末内]+", name)
    # 贯穿全年 ｜ 当年的所有时间: both columns speak of the time and none names what is done by then.
    timeless = row.category == "时效指标" and parsed.time_words and len(name) <= 6 and find_head(name) is None
    timeless = timeless and row.target.kind in (ValueKind.QUALITATIVE, ValueKind.DATE) and not row.target.dates
    timeless = timeless or name in value_words()["time_words"]
    # 效果显著 ｜ 改善办学条件: name and value changed places.
    swapped = _only_vague(name) and not _only_vague(squash(row.indicator.value)) and len(name) >= 2
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
    if not name or not value or is_placeholder(squash(row.indicator.value)):
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
    names_a_rate = head is not None and head.at_end and len(value) >= 4 and value.endswith(_RATE_ENDS)
    if target.kind is ValueKind.QUALITATIVE and names_a_rate:
        what = f"指标值栏填的“{row.indicator.value}”是一个指标名称，没有目标值。请把它移到名称栏，并在值栏写出比例。"
        return [row.hit("value", what, evidence=shown)]
    return []


def _repeats(name: str, value: str, has_number: bool) -> bool:
    if has_number:
        # 当年在校学生数 ｜ 当年在校学生数4953: the name is written again before the number.
        return len(name) >= 5 and value.startswith(name)
    if len(value) >= 4 and value in name:
        return not _only_vague(value) and value not in words("standard_words")  # 持续保障: vague (QNT203), no copy
    if len(name) >= 4 and name in value:
        return True
    # 企业…获得目的国受众欢迎 ｜ 受目的国受众欢迎: the name told again in other words.
    said, told = pairs([name]), pairs([value])
    return len(value) >= 6 and len(said & told) >= _TOLD_AGAIN * min(len(said), len(told))


def _only_vague(text: str) -> bool:
    """Whether nothing but vague words stands there: 效果显著, 持续保障."""
    for word in ("效果", *words("vague")):
        text = text.replace(word, "")
    return not text


def _standard(row: Row) -> Iterator[Hit]:
    text = squash(row.indicator.standard or "")
    if len(text) < 6 or "标准" in text or parse_value(text).numbers:
        return
    if leading_verb(text, "goal_verbs") or text.startswith(("反映", "考察", "体现")):
        yield row.hit(
            "standard",
            f"绩效标准栏应写取值的标准（计划标准、历史标准、行业标准等），这里填的“{row.indicator.standard}”是目的或解释。",
            evidence=row.indicator.standard or "",
        )


def _unit(row: Row) -> Iterator[Hit]:
    text = squash(row.indicator.unit or "")
    if not text or is_placeholder(text):
        return
    sentence = len(text) > 6 and unit_class(text) is None and not re.search(r"[/(·*]", text)
    if re.fullmatch(r"[\d.,]+%?", text) or sentence:
        yield row.hit(
            "unit", f"单位栏填的“{row.indicator.unit}”不是计量单位。请只写单位（如人、次、%）。", evidence=text
        )
