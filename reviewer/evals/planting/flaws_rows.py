"""Operators for flaws of a row's value: QNT201 to QNT210."""

import re
from decimal import Decimal

from reviewer.evals.planting.draft import BENEFITS, Draft
from reviewer.evals.planting.operators import (
    COUNT,
    WITH_ROWS,
    is_count,
    is_date,
    is_rate,
    is_threshold,
    is_total_cost,
    phrases,
    plants,
    replace_target,
)

# What a name says that is counted in this unit.
_NAMED = {
    "人": "人数", "户": "户数", "公里": "长度|里程", "米": "长度", "平方米": "面积", "亩": "面积", "台": "台数",
    "场": "场次", "册": "册数", "套": "套数", "期": "期数", "座": "座数", "个": "个数",
}  # fmt: skip


@plants("QNT201")
def quantity_without_number(draft: Draft) -> bool:
    return replace_target(draft, "QNT201", ("数量指标",), is_count)


@plants("QNT202")
def quality_without_standard(draft: Draft) -> bool:
    return replace_target(draft, "QNT202", ("质量指标",), is_rate)


@plants("QNT203")
def vague_benefit(draft: Draft) -> bool:
    return replace_target(draft, "QNT203", BENEFITS, lambda r: not re.search("[=＝]0", draft.said(r)))


@plants("QNT204")
def comparator_lost(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        if draft.has(number, "nature"):
            continue
        for row in draft.rows(number, "数量指标", "质量指标", *BENEFITS, "满意度指标", where=is_threshold):
            draft.set(number, row, value=row["value"].lstrip("≥"))
            draft.label("QNT204", number, row)
            return True
    return False


@plants("QNT204")
def direction_column_left_empty(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(number, "数量指标", "质量指标", "满意度指标", where=is_threshold):
            if draft.has(number, "nature"):
                draft.set(number, row, nature="")
                draft.label("QNT204", number, row)
                return True
    return False


@plants("QNT205")
def unit_lost(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(number, "数量指标", where=is_count):
            found = COUNT.match(draft.said(row))
            assert found
            if found.group(2):
                continue  # ≥2.5万 would leave a numeral that a reader may take for a unit
            if draft.has(number, "unit"):
                draft.set(number, row, unit="")
            else:
                draft.set(number, row, value=row["value"].removesuffix(found.group(3)))
            draft.label("QNT205", number, row)
            return True
    return False


@plants("QNT205")
def unit_of_another_thing(draft: Draft) -> bool:
    wrong: dict[str, str] = phrases()["units_wrong"]
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(number, "数量指标", where=is_count):
            found = COUNT.match(draft.said(row))
            assert found
            unit = found.group(3)
            # The name must say what is counted, else the unit alone does and cannot be wrong.
            if unit not in wrong or not re.search(_NAMED.get(unit, "$^"), row["name"]):
                continue
            draft.set_target(number, row, draft.said(row).removesuffix(unit) + wrong[unit])
            draft.label("QNT205", number, row)
            draft.maybe(number, row, ["CON405"], "单位改了，与测算数量也不再一致")
            return True
    return False


@plants("QNT205")
def count_in_percent(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(
            number, "数量指标", where=lambda r: is_count(r) and r["name"].endswith(("人数", "人次", "户数", "面积"))
        ):
            draft.set_target(number, row, draft.rng.choice(["≥90%", "≥95%", "≥98%"]))
            draft.label("QNT205", number, row)
            draft.maybe(number, row, ["QNT201", "CAT101", "CON405"], "人数填成比例，也可说未量化或不属数量")
            return True
    return False


@plants("QNT206")
def satisfaction_without_number(draft: Draft) -> bool:
    return replace_target(draft, "QNT206", ("满意度指标",), is_rate)


@plants("QNT206")
def satisfaction_out_of_range(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(number, "满意度指标", where=is_rate):
            target = draft.rng.choice(["=100%", "≥100%", "≥70%", "≥75%", "≥60%", "≥105%"])
            draft.set_target(number, row, target)
            draft.label("QNT206", number, row)
            if target == "≥100%":
                draft.maybe(number, row, ["QNT209"], "≥100%写法本身也有误")
            if target == "≥105%":
                draft.maybe(number, row, ["QNT208", "QNT209"], "比率超过100%")
            return True
    return False


@plants("QNT207")
def time_without_point(draft: Draft) -> bool:
    return replace_target(draft, "QNT207", ("时效指标",), lambda r: True)


@plants("QNT208")
def rate_above_hundred(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(
            number,
            "质量指标",
            where=lambda r: is_rate(r) and r["name"].endswith(("合格率", "准确率", "达标率", "完好率")),
        ):
            draft.set_target(number, row, draft.rng.choice(["≥120%", "=110%", "≥150%"]))
            draft.label("QNT208", number, row)
            draft.maybe(number, row, ["QNT209"], "比率超过100%且写≥")
            return True
    return False


@plants("QNT208")
def range_reversed(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        if draft.has(number, "nature"):
            continue
        for row in draft.rows(
            number, "质量指标", "满意度指标", *BENEFITS, where=lambda r: r["value"] in ("≥90%", "≥88%", "≥85%", "≥92%")
        ):
            draft.set(number, row, value=f"95%-{row['value'].lstrip('≥')}")
            draft.label("QNT208", number, row)
            return True
    return False


@plants("QNT208")
def date_that_does_not_exist(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(number, "时效指标", where=is_date):
            year = row["value"][: row["value"].index("年")]
            draft.set_target(
                number, row, year + draft.rng.choice(["年13月底前", "年11月31日前", "年2月30日前", "年9月31日前"])
            )
            draft.label("QNT208", number, row)
            draft.maybe(number, row, ["WRD503"], "日期不存在，也可说是笔误")
            return True
    return False


@plants("QNT208")
def deadline_outside_period(draft: Draft) -> bool:
    for number in draft.forms("project"):
        period = draft.form(number).get("period") or ""
        years = set(re.findall(r"20\d\d", period + draft.form(number)["title"]))
        if len(years) != 1:
            continue
        for row in draft.rows(number, "时效指标", where=is_date):
            year = int(years.copy().pop())
            other = str(year + draft.rng.choice([-1, 1, 2]))
            draft.set_target(number, row, row["value"].replace(str(year), other))
            draft.label("QNT208", number, row)
            draft.maybe(number, row, ["CON406"], "时点在实施期之外，也是期限不一致")
            draft.maybe(number, None, ["CON406"], "时点在实施期之外，也是期限不一致")
            return True
    return False


@plants("QNT209")
def cost_at_least(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(number, "成本指标", where=lambda r: draft.said(r).startswith("≤")):
            draft.set_target(number, row, "≥" + draft.said(row)[1:])
            draft.label("QNT209", number, row)
            return True
    return False


@plants("QNT209")
def harm_at_least(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(
            number,
            "质量指标",
            *BENEFITS,
            where=lambda r: (
                re.search("差错率|投诉|流失率|死亡|事故|受害率|隐患", r["name"]) is not None
                and re.match("[≤=]", draft.said(r)) is not None
            ),
        ):
            said = draft.said(row)[1:]
            draft.set_target(number, row, "≥" + (said if not said.startswith("0") or "." in said else "2" + said[1:]))
            draft.label("QNT209", number, row)
            return True
    return False


@plants("QNT209")
def wanted_at_most(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(
            number, "质量指标", "满意度指标", where=lambda r: draft.said(r).startswith("≥") and is_rate(r)
        ):
            if re.search("差错|问题", row["name"]):
                continue
            draft.set_target(number, row, "≤" + draft.said(row)[1:])
            draft.label("QNT209", number, row)
            return True
    return False


@plants("QNT209")
def at_least_hundred_percent(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(number, "质量指标", *BENEFITS, where=lambda r: draft.said(r) in ("=100%", "100%")):
            draft.set_target(number, row, "≥100%")
            draft.label("QNT209", number, row)
            return True
    return False


@plants("QNT210")
def cost_without_amount(draft: Draft) -> bool:
    return replace_target(draft, "QNT210", ("成本指标",), lambda r: is_total_cost(r) or "元" in draft.said(r))


@plants("CON401")
def cost_differs_from_amount(draft: Draft) -> bool:
    for number in draft.forms("project", "department"):
        for row in draft.rows(number, "成本指标", where=is_total_cost):
            amount = Decimal(draft.form(number)["budget"])
            # A cap (≤) below the amount may be cost control; a fixed sum below it, or any sum above it, is not.
            sign, factor = draft.rng.choice([("=", "0.85"), ("=", "0.92"), ("≤", "1.2"), ("=", "1.1")])
            other = (amount * Decimal(factor)).quantize(Decimal("0.01"))
            draft.set_target(number, row, f"{sign}{other}万元")
            draft.label("CON401", number, row)
            return True
    return False
