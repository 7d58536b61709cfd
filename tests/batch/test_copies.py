"""Copies over units and years: place and year masked, near-duplicates found, chance likeness left alone."""

import random
import time

import pytest

from reviewer.batch.copies import Copy, CopyFinder
from reviewer.batch.masking import Masker
from reviewer.batch.near import group_tables, group_texts
from reviewer.batch.records import FileResult, FormRow, IndicatorRow

ROWS = (
    ("建成高标准农田面积", "≥200亩"),
    ("工程验收合格率", "100%"),
    ("工程完工时间", "12月底前"),
    ("农户满意度", "≥90%"),
)
GOAL = "{place}{year}年完成高标准农田建设二百亩，配套沟渠十公里，带动一百户农户增收，确保工程合格、按期完工并交付使用。"


def result(unit: str, year: int | None, goal: str = "", rows: tuple[tuple[str, str], ...] = ()) -> FileResult:
    made = tuple(
        IndicatorRow(id=f"F1.{n}", level1="", level2="", category="", name=name, value=value, unit="")
        for n, (name, value) in enumerate(rows, 1)
    )
    form = FormRow(
        id="F1", label="表1", title="", kind="项目", unit=unit, year=year, project="农田", sector="农业", profile="",
        budget_wan="", grade="", total="", judged=0, goals=(goal,) if goal else (), indicators=made,
    )  # fmt: skip
    return FileResult(path=f"{unit}.docx", source="", format="docx", digest="", unit=unit, year=year, forms=(form,))


def copies(*files: FileResult) -> list[Copy]:
    finder = CopyFinder()
    for number, file in enumerate(files):
        finder.add(number, file)
    return finder.find()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("云溪县2023年完成道路建设", "临江县2024年完成道路建设"),
        ("2023年度，全县新建校舍三所", "2025年，我市新建校舍三所"),
        ("在清河区新增公厕", "在望山县新增公厕"),
        ("2021-2023年支持四川省广元市昭化区卫生院建设", "2022—2024年支持湖南省衡阳市南岳区卫生院建设"),
        ("二〇二三年“十四五”规划任务", "二〇二四年“十五五”规划任务"),
        ("云溪的道路", "临江的道路"),
        ("云溪县农业农村局培训农民", "临江县农业农村局培训农民"),
    ],
)
def test_place_and_year_do_not_count(one: str, other: str) -> None:
    masker = Masker(["云溪县农业农村局", "临江县农业农村局"])
    assert masker.mask(one) == masker.mask(other)


@pytest.mark.parametrize(
    "text",
    ["完善社区养老设施", "改造老旧小区", "建设美丽乡村", "保障农村饮水", "改善景区环境", "≥2000人次", "1980平方米"],
)
def test_words_that_only_look_like_a_place_or_year_stay(text: str) -> None:
    assert Masker().mask(text) == text.replace("≥", "")


def test_a_goal_with_another_place_year_and_number_is_a_copy() -> None:
    (found,) = copies(
        result("云溪县农业农村局", 2023, GOAL.format(place="云溪县", year=2023)),
        result("临江县农业农村局", 2024, GOAL.format(place="临江县", year=2024).replace("一百户", "九十户")),
        result("清河区水利局", 2024, "新建提灌站三座，整治渠道五公里，改善灌溉面积八百亩，解决三个村的生产用水困难。"),
    )
    assert (found.kind, found.exact, found.units) == ("goal", False, ("临江县农业农村局", "云溪县农业农村局"))
    assert found.years == (2023, 2024)
    assert [place.file for place in found.places] == [0, 1]
    assert len(found.texts) == 2


def test_one_unit_over_years_copies_from_itself() -> None:
    same = [result("云溪县农业农村局", year, GOAL.format(place="云溪县", year=year)) for year in (2022, 2023)]
    (found,) = copies(*same)
    assert found.exact
    assert found.years == (2022, 2023)
    assert copies(same[0], same[0]) == [], "the same year twice is no copying"


def test_units_without_a_name_are_not_two_units() -> None:
    goal = GOAL.format(place="", year=2023)
    assert copies(result("", 2023, goal), result("", 2023, goal), result("", None, goal)) == []


def test_tables_that_share_most_rows() -> None:
    more = (*ROWS, ("沟渠长度", "≥10公里"))
    found = copies(result("甲县财政局", 2023, rows=more), result("乙县财政局", 2023, rows=(*ROWS, ("泵站", "≥3座"))))
    assert found == [], "4 of 6 rows are not enough"
    (table,) = copies(result("甲县财政局", 2023, rows=more), result("乙县财政局", 2023, rows=ROWS))
    assert (table.kind, table.exact) == ("table", False)
    assert copies(result("甲县财政局", 2023, rows=ROWS[:3]), result("乙县财政局", 2023, rows=ROWS[:3])) == []


def test_a_table_of_the_last_year_is_a_copy_though_its_dates_moved() -> None:
    old, new = ((*ROWS[:2], ("工程完工时间", f"{year}年12月底前"), ROWS[3]) for year in (2023, 2024))
    (table,) = copies(result("甲县财政局", 2023, rows=old), result("甲县财政局", 2024, rows=new))
    assert (table.kind, table.exact, table.years) == ("table", True, (2023, 2024))


# What every unit writes, with the values that every unit writes.
GENERIC = (
    ("资金支付及时率", "100%"), ("项目验收合格率", "100%"), ("项目完成时间", "2024年12月底前"), ("成本控制率", "≤100%"),
    ("服务对象满意度", "≥90%"), ("设备正常运行率", "≥98%"), ("安全责任事故起数", "0起"), ("设备使用年限", "≥5年"),
    ("政策知晓率", "≥95%"), ("补助资金发放准确率", "100%"), ("年度重点任务按期完成率", "≥95%"),
)  # fmt: skip


def test_what_everybody_writes_is_no_copy() -> None:
    assert copies(*(result(f"{place}县财政局", 2024, rows=GENERIC) for place in "甲乙丙丁戊己庚辛")) == []


@pytest.mark.parametrize(
    "name",
    [
        "农村集中供水水质达标率",
        "接受服务残疾人满意度",
        "医疗设备投入使用时间",
        "乡镇卫生院新增诊疗项目数",
        "资金支付及时率",
    ],
)
def test_a_single_name_of_usual_length_is_no_copy(name: str) -> None:
    assert copies(*(result(f"{place}县财政局", 2024, rows=((name, "≥192次"),)) for place in "甲乙丙")) == []


OWN = (("农村饮水水质检测次数", "≥192次"), ("更换老旧管网长度", "≥32公里"), ("农村供水受益人口", "≥4.6万人"))


def test_rows_of_their_own_with_equal_values_are_a_copy_together() -> None:
    def other(number: int) -> tuple[tuple[str, str], ...]:
        return tuple((f"{'甲乙丙'[number]}渠清淤整治标段数{n}", f"≥{number * 7 + n + 11}段") for n in range(3))

    files = [result(f"{place}县水利局", 2024, rows=(*OWN, *other(n), *GENERIC)) for n, place in enumerate("甲乙丙")]
    (found,) = copies(*files)
    assert (found.kind, found.exact, len(found.units)) == ("rows", True, 3)
    assert found.texts[0].splitlines() == [f"{name}　{value}" for name, value in OWN]
    two = [result(f"{place}县水利局", 2024, rows=(*OWN[:2], *other(n), *GENERIC)) for n, place in enumerate("甲乙丙")]
    assert copies(*two) == [], "two rows may be chance"


def test_rows_whose_values_differ_are_no_copy() -> None:
    mine = tuple((name, value.replace("1", "2").replace("3", "5").replace("4", "7")) for name, value in OWN)
    assert copies(result("甲县水利局", 2024, rows=OWN), result("乙县水利局", 2024, rows=mine)) == []


def test_a_form_handed_down_to_all_stands_last_and_says_so() -> None:
    handed = "严格执行相关政策，保障工资及时足额发放、社保及时足额缴纳，预算编制科学合理，减少结余资金。"
    files = [result(f"{chr(0x4E00 + n)}{chr(0x4E80 + n)}局", 2024, handed) for n in range(12)]
    copied = [result(f"{place}县农业农村局", 2024, GOAL.format(place="", year=2024)) for place in "甲乙"]
    first, last = copies(*files, *copied)
    assert (len(first.units), first.common) == (2, False)
    assert (len(last.units), last.common) == (12, True)


def test_names_of_the_bank_and_short_names_are_free_to_use() -> None:
    own = "持续推动人居环境整治成果惠及沿线群众的村庄数量"
    rows = (("群众满意度", "≥90%"), ("服务对象满意度指标", "≥90%"), (own, "≥3个"))
    (found,) = copies(result("甲县财政局", 2023, rows=rows), result("乙县财政局", 2023, rows=rows))
    assert (found.kind, found.texts) == ("name", (own,))


def test_no_chain_joins_what_is_not_alike() -> None:
    start = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸"
    texts = [start]
    for place in range(10):
        texts.append(texts[-1][:place] + "换" + texts[-1][place + 1 :])
    groups = group_texts(texts, 90, size=2)
    assert groups[0][0] == start
    assert len(groups) > 1


def test_equal_input_gives_equal_groups() -> None:
    draw = random.Random(1)
    texts = ["".join(draw.choice("天地玄黄宇宙洪荒日月") for _ in range(30)) for _ in range(300)]
    assert group_texts(texts, 60) == group_texts(texts, 60)
    tables = [frozenset(text[i : i + 5] for i in range(0, 30, 5)) for text in texts]
    assert sorted(len(g) for g in group_tables(tables, 0.8)) == [1] * 300


def test_ten_thousand_forms_are_a_matter_of_seconds() -> None:
    draw = random.Random(2)
    words = "建设改造培训服务农田道路教师患者设备系统维护宣传监测补助发放群众企业工程质量安全"

    def text(count: int) -> str:
        return "".join(words[2 * n : 2 * n + 2] for n in draw.choices(range(20), k=count))

    shared = [text(60) for _ in range(50)]
    finder = CopyFinder()
    for number in range(10_000):
        goal = draw.choice(shared) if number % 4 == 0 else text(60)
        rows = tuple((f"{text(5)}{n}", "≥1") for n in range(3))
        finder.add(number, result(f"{text(2)}{number % 997}局", 2020 + number % 4, goal, rows))
    started = time.process_time()
    found = finder.find()
    assert sum(copy.kind == "goal" for copy in found) == 50
    assert sum(len(copy.places) for copy in found if copy.kind == "goal") == 2500
    assert time.process_time() - started < 60  # 8 s on the machine it was written on
