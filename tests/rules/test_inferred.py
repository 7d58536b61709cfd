"""By which category the rules about values check a row whose form prints no second level."""

import pytest

from reviewer.records import Hit, Indicator, Severity
from reviewer.rules.inferred import inferred_category, said_so
from reviewer.text import parse_value


def row(level1: str, level2: str, category: str | None, name: str, value: str) -> Indicator:
    return Indicator(id="F1.1", level1=level1, level2=level2, category=category, name=name, value=value)


@pytest.mark.parametrize(
    ("level1", "level2", "category", "name", "value", "inferred"),
    [
        ("效益指标", "", None, "群众收入", "稳步提高", "社会效益指标"),  # the first level says it, whatever the value
        ("效益指标", "", None, "受益人数", "≥150人", "社会效益指标"),
        ("产出指标", "效益指标", None, "群众收入", "稳步提高", "社会效益指标"),  # what stands in the second column
        ("效益指标", "经济效益指标", "经济效益指标", "群众收入", "稳步提高", None),  # a category is printed
        ("管理指标", "", None, "制度健全性", "健全", None),  # a frame of its own
        ("效益指标", "管理指标", None, "制度健全性", "健全", None),
        ("", "", None, "培训人数", "≥150人", None),  # a number is checked by what it is
        ("产出指标", "", None, "培训人数", "较多", "数量指标"),
        ("", "", None, "服务对象满意度", "较高", "满意度指标"),
        ("", "", None, "居民幸福感", "稳步提高", "社会效益指标"),
        ("产出指标", "", None, "居民幸福感", "稳步提高", None),  # a benefit is no output
        ("", "", None, "产业发展", "稳步提高", None),  # not clear enough
        ("", "", None, "农民增收额", "稳步提高", "社会效益指标"),  # the economy or the people: a benefit in any case
        ("", "", None, "污染源执法监测家次", "稳步提高", "社会效益指标"),
        ("", "", None, "业务保障能力提升情况", "稳步提高", "社会效益指标"),
        ("", "", None, "农民增收额", "提高水平", "社会效益指标"),  # a direction without a vague word
        ("", "", None, "农民增收额", "拓宽", "社会效益指标"),
        ("", "", None, "农民增收额", "符合国家标准，稳步提高", None),  # beside a standard
        ("", "", None, "农民增收额", "合格，稳步提高", None),
        ("", "", None, "农民增收额", "服务优，稳步提高", "社会效益指标"),
        ("", "", None, "某某", "稳步提高", None),  # words that tell nothing
    ],
)
def test_category(level1: str, level2: str, category: str | None, name: str, value: str, inferred: str | None) -> None:
    assert inferred_category(row(level1, level2, category, name, value), parse_value(value)) == inferred


def test_a_finding_says_what_it_was_checked_as_and_is_no_error() -> None:
    hit = Hit(message="不能考核。", severity=Severity.ERROR)
    said = said_so(hit, row("", "", None, "居民幸福感", "稳步提高"), "社会效益指标")
    assert said.severity is Severity.WARN
    assert said.message == "不能考核。（表中没有印二级指标，这里按名称和指标值当作效益指标检查。）"
    assert "当作数量指标检查" in said_so(hit, row("效益指标", "", None, "培训人数", "较多"), "数量指标").message


def test_where_the_benefits_are_printed_nothing_is_to_be_said() -> None:
    hit = Hit(message="不能考核。", severity=Severity.ERROR)
    assert said_so(hit, row("效益指标", "", None, "群众收入", "稳步提高"), "社会效益指标") is hit
    assert said_so(hit, row("产出指标", "效益指标", None, "群众收入", "稳步提高"), "社会效益指标") is hit
    assert said_so(hit, row("产出指标", "", None, "群众收入", "稳步提高"), "社会效益指标") is not hit
