import re
from collections.abc import Iterator

from reviewer.matching.phrases import is_evidenced
from reviewer.records import Hit, ValueKind
from reviewer.rules.engine import Context, Row, rule
from reviewer.taxonomy import words
from reviewer.text import squash

# 符合GB 50034-2013, 达到《…验收规范》要求: a standard that can be looked up by its name.
_NAMED_STANDARD = re.compile(
    r"(?:GB|DB|JGJ|CJJ|ISO|HJ|NY|SL|JTG)[/TZ]*\d|《[^》]+(?:规范|标准|规程|导则|细则|办法)[^》]*》"
    r"|(?:国家|国际|行业|地方|[省市县区部]级?|设计|技术|工程|验收)[\u4e00-\u9fff]{0,8}(?:标准|规范|规程)"
)

# What ends with passing or failing: 专家评审 ｜ 通过.
_EXAMINED = re.compile(r"评审|审查|审核|审定|验收|鉴定|评估|认证|检查|检测|考核|年检|复核")


@rule(
    "QNT202",
    "质量指标不可衡量",
    severity="error",
    smart="M",
    basis=("caiyu-2015-88#quantified", "caiyu-2021-101#output"),
    categories=("质量指标",),
    reads=["name", "value"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """质量指标既没有数字，也没有可以核对的标准。

    检查：填在“质量指标”下的一行，指标值中没有数字，也没有点名可核对的标准（合格、验收通过、国家标准、设计要求等）。
    理由：质量指标反映产出达到的标准和水平，“稳步提升”“有效增强”无法判断是否达到。
    反例：居家服务水平 ｜ 稳步提升
    正例：居家托养服务规范率 ｜ ≥95%；工程质量 ｜ 符合设计要求并一次验收合格
    例外：写明比较基期（较上年提高）或可核实的事实（无质量事故）的定性表述可以；日期、空值、占位由别的规则处理。
    """
    target = row.target
    if target.kind is not ValueKind.QUALITATIVE or row.value_is_name:
        return
    value = squash(row.indicator.value)
    # 一级、是 … count only as the whole value: 进一步提升 holds no grade.
    checkable = any(value == w or (len(w) > 1 and w in value) for w in words("standard_words"))
    checkable = checkable or bool(_NAMED_STANDARD.search(value))
    checkable = checkable or (value in ("通过", "已通过", "均通过") and bool(_EXAMINED.search(row.name)))
    if (checkable and not value.startswith(("不", "基本"))) or is_evidenced(value):
        return
    yield row.hit(
        "value",
        f"质量指标“{row.name or row.indicator.name}”的指标值“{row.indicator.value}”没有数字，也没有可核对的标准。"
        "请改用合格率、达标率等写明比例，或写出所依据的标准。",
        evidence=row.indicator.value,
    )
