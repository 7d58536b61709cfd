"""Operators for misfiled rows, names and wording: CAT101 to CAT103, WRD501 to WRD504, CMP002, CMP003."""

import re

from reviewer.evals.planting.draft import BENEFITS, UNMEASURED, Draft, Row, pairs
from reviewer.evals.planting.operators import (
    WITH_ROWS,
    benefit_row,
    is_count,
    is_date,
    is_rate,
    phrases,
    plants,
    put_row,
)


@plants("CAT101")
def quality_and_time_swapped(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        quality = draft.rows(
            number, "质量指标", where=lambda r: re.search("合格率|达标率|准确率", r["name"]) is not None
        )
        time = draft.rows(number, "时效指标", where=is_date)
        if not quality or not time:
            continue
        draft.move(number, quality[0], "时效指标")
        draft.move(number, time[0], "质量指标")
        draft.label("CAT101", number, quality[0])
        draft.label("CAT101", number, time[0])
        draft.maybe(number, quality[0], ["QNT207"], "时效栏里没有时点")
        draft.maybe(number, time[0], ["QNT202"], "质量栏里没有标准")
        return True
    return False


@plants("CAT101")
def count_under_quality(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        rows = draft.rows(number, "数量指标", where=is_count)
        if len(rows) >= 2:
            draft.move(number, rows[0], "质量指标")
            draft.label("CAT101", number, rows[0])
            return True
    return False


@plants("CAT101")
def unit_cost_under_quantity(draft: Draft) -> bool:
    for number in draft.forms("project"):
        rows = draft.rows(number, "成本指标", where=lambda r: re.search("≤.*元/", draft.said(r)) is not None)
        if len(draft.rows(number, "成本指标", fresh=False)) >= 2 and rows:
            draft.move(number, rows[0], "数量指标")
            draft.label("CAT101", number, rows[0])
            return True
    return False


@plants("CAT101")
def wellbeing_under_economy(draft: Draft) -> bool:
    name, target = draft.rng.choice(phrases()["cross_social"])
    done = put_row(draft, draft.rng.choice(["经济效益指标", "生态效益指标"]), name, target)
    if done is None:
        return False
    draft.label("CAT101", *done)
    draft.maybe(*done, ["QNT205", "WRD504"], "提升比例也可说缺少可计量的口径")
    return True


@plants("CAT101")
def satisfaction_under_benefit(draft: Draft) -> bool:
    name = draft.rng.choice(phrases()["cross_satisfaction"])
    done = put_row(draft, draft.rng.choice(["经济效益指标", "社会效益指标"]), name, "≥91%")
    if done is None:
        return False
    draft.label("CAT101", *done)
    draft.maybe(*done, ["REL305"], "与满意度指标相近")
    return True


@plants("CAT101")
def money_under_quantity(draft: Draft) -> bool:
    done = put_row(draft, "数量指标", "{subject}项目资金总额", "={budget}万元")
    if done is None:
        return False
    draft.label("CAT101", *done)
    draft.maybe(*done, ["REL305", "CAT103"], "与成本指标重复；属投入")
    return True


@plants("CAT101")
def ecology_under_economy(draft: Draft) -> bool:
    for number in draft.forms("project"):
        for row in draft.rows(
            number,
            "生态效益指标",
            where=lambda r: re.search("减量|削减|水质|覆盖率|无害化|黑臭|PM10", r["name"]) is not None,
        ):
            draft.move(number, row, "经济效益指标")
            draft.label("CAT101", number, row)
            return True
    return False


@plants("CAT102")
def value_repeats_name(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(number, "数量指标", "质量指标", *BENEFITS):
            draft.set_target(number, row, row["name"])
            draft.label("CAT102", number, row)
            draft.maybe(number, row, [_unmeasured(draft, row)], "值栏没有目标值")
            return True
    return False


@plants("CAT102")
def purpose_in_standard_column(draft: Draft) -> bool:
    for number in draft.forms("project"):
        for row in draft.rows(number):
            if draft.has(number, "standard"):
                draft.set(number, row, standard=draft.fill(number, draft.rng.choice(phrases()["standard_sentence"])))
                draft.label("CAT102", number, row)
                return True
    return False


@plants("CAT102")
def sentence_in_unit_column(draft: Draft) -> bool:
    for number in draft.forms("project"):
        for row in draft.rows(number, "数量指标", "质量指标"):
            if draft.has(number, "unit"):
                draft.set(number, row, unit=draft.rng.choice(phrases()["unit_sentence"]))
                draft.label("CAT102", number, row)
                draft.maybe(number, row, ["QNT205"], "单位栏没有单位")
                return True
    return False


@plants("CAT102")
def use_of_money_in_value(draft: Draft) -> bool:
    for number in draft.forms("project"):
        for row in draft.rows(number, *BENEFITS):
            draft.set_target(number, row, draft.fill(number, draft.rng.choice(phrases()["value_sentence"])))
            draft.label("CAT102", number, row)
            draft.maybe(number, row, ["QNT203"], "值栏没有目标值")
            return True
    return False


@plants("CAT102")
def name_and_value_swapped(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        if draft.has(number, "nature"):
            continue
        for row in draft.rows(number, "数量指标", where=is_count):
            draft.set(number, row, name=row["value"], value=row["name"])
            draft.label("CAT102", number, row)
            codes = ["QNT201", "WRD501", "WRD504", "CAT101", "REL302", "CMP002", "QNT204", "CON405"]
            draft.maybe(number, row, codes, "名称栏和值栏互换后的连带问题")
            draft.maybe(number, None, ["REL301", "CON405"], "名称栏和值栏互换后的连带问题")
            return True
    return False


@plants("CAT103")
def duty_under_quality(draft: Draft) -> bool:
    done = put_row(draft, "质量指标", *draft.rng.choice(phrases()["process_quality"]))
    if done is None:
        return False
    draft.label("CAT103", *done)
    draft.maybe(*done, ["WRD501", "QNT205", "QNT202", "CAT101"], "职责写成指标的连带问题")
    return True


@plants("CAT103")
def duty_under_society(draft: Draft) -> bool:
    done = benefit_row(draft, *draft.rng.choice(phrases()["process_social"]))
    if done is None:
        return False
    draft.label("CAT103", *done)
    draft.label("QNT203", *done)
    draft.maybe(*done, ["WRD501", "CAT101"], "职责写成指标的连带问题")
    return True


@plants("CAT103")
def duty_under_quantity(draft: Draft) -> bool:
    done = put_row(draft, "数量指标", *draft.rng.choice(phrases()["process_quantity"]))
    if done is None:
        return False
    draft.label("CAT103", *done)
    draft.label("QNT201", *done)
    draft.maybe(*done, ["WRD501", "CAT102"], "职责写成指标的连带问题")
    return True


@plants("CAT103")
def money_flow(draft: Draft) -> bool:
    category, name, target = draft.rng.choice(phrases()["process_finance"])
    done = put_row(draft, category, name, target)
    if done is None:
        return False
    draft.label("CAT103", *done)
    draft.maybe(*done, ["CAT101", "REL302"], "执行率、结余率不属任何一类")
    return True


@plants("WRD501")
def slogan(draft: Draft) -> bool:
    key, category = draft.rng.choice([("slogan_social", "社会效益指标"), ("slogan_quality", "质量指标")])
    done = put_row(draft, category, *draft.rng.choice(phrases()[key]))
    if done is None:
        return False
    draft.label("WRD501", *done)
    codes = ["QNT205", "QNT203", "QNT202", "WRD504", "CAT103", "CAT101"]
    draft.maybe(*done, codes, "口号配百分比，无法计量")
    return True


@plants("WRD501")
def verb_with_count(draft: Draft) -> bool:
    done = put_row(draft, "数量指标", *draft.rng.choice(phrases()["slogan_quantity"]))
    if done is None:
        return False
    draft.label("WRD501", *done)
    return True


@plants("WRD502")
def two_names_joined(draft: Draft) -> bool:
    for number in draft.forms("project"):
        for a, b in pairs(draft.rows(number, "质量指标", "社会效益指标", where=is_rate)):
            if draft.category(a) == draft.category(b) and len(a["name"]) + len(b["name"]) < 26:
                draft.set(number, a, name=f"{a['name']}{draft.rng.choice(['和', '、', '及'])}{b['name']}")
                draft.touch(b)
                draft.label("WRD502", number, a)
                draft.maybe(number, a, ["REL305"], "与并列的另一行重复")
                draft.maybe(number, b, ["REL305"], "与并列的另一行重复")
                draft.maybe(number, None, ["REL305"], "与并列的另一行重复")
                return True
    return False


@plants("WRD502")
def two_things_in_a_row(draft: Draft) -> bool:
    key = draft.rng.choice(["double_numbers", "double_social", "double_services"])
    category, name, target = draft.rng.choice(
        phrases()[key]
        if key == "double_numbers"
        else [("社会效益指标" if key == "double_social" else "数量指标", *pair) for pair in phrases()[key]]
    )
    done = put_row(draft, category, name, target)
    if done is None:
        return False
    draft.label("WRD502", *done)
    draft.maybe(*done, ["QNT203", "QNT205", "WRD504"], "两件事合在一行的连带问题")
    return True


@plants("WRD503")
def typing_error_in_name(draft: Draft) -> bool:
    key = draft.rng.choice(["typos_doubled", "typos_wrong", "typos_missing"])
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(number):
            words = [(w, t) for w, t in phrases()[key].items() if w in row["name"]]
            if words:
                right, wrong = draft.rng.choice(words)
                draft.set(number, row, name=row["name"].replace(right, wrong, 1))
                draft.label("WRD503", number, row)
                draft.maybe(number, row, ["CAT101", "WRD501", "QNT205", "REL302"], "错字使名称难以判读")
                return True
    return False


@plants("WRD503")
def typing_error_in_goal(draft: Draft) -> bool:
    for number in draft.forms("project"):
        goal = draft.form(number)["annual_goal"]
        words = [(w, t) for key in ("typos_doubled", "typos_wrong") for w, t in phrases()[key].items() if w in goal]
        if words and not draft.touched((number, "annual_goal")):
            right, wrong = draft.rng.choice(words)
            draft.set_goal(number, "annual_goal", goal.replace(right, wrong, 1))
            summaries: list[tuple[int, Row | None]] = [(s, None) for s in draft.forms("summary")]
            draft.label("WRD503", number, also=summaries)
            draft.maybe(number, None, ["REL301"], "错字使任务难以对应")
            return True
    return False


@plants("WRD504")
def target_in_name(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(
            number, "质量指标", *BENEFITS, "满意度指标", where=lambda r: is_rate(r) and r["name"].endswith(("率", "度"))
        ):
            level = draft.said(row).lstrip("≥=")
            ending = draft.rng.choice([f"达到{level}", f"不低于{level}", f"{level}以上"])
            draft.set(number, row, name=row["name"] + ending)
            draft.label("WRD504", number, row)
            draft.maybe(number, row, ["WRD501"], "名称成了一句话")
            return True
    return False


@plants("WRD504")
def direction_in_name(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(
            number,
            *BENEFITS,
            "满意度指标",
            where=lambda r: is_rate(r) and r["name"].endswith(("率", "度")) and not re.search("增|降", r["name"]),
        ):
            draft.set(number, row, name=draft.rng.choice(["提高", "提升", "不断提高"]) + row["name"])
            draft.label("WRD504", number, row)
            draft.maybe(number, row, ["WRD501"], "以动词开头")
            return True
    return False


@plants("CMP002")
def value_left_empty(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(number):
            draft.set(number, row, value="")
            draft.label("CMP002", number, row)
            _missing(draft, number, row)
            return True
    return False


@plants("CMP002")
def name_left_empty(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(number, "数量指标", "质量指标", "时效指标", *BENEFITS):
            draft.set(number, row, name="")
            draft.label("CMP002", number, row)
            draft.maybe(number, row, ["CAT101", "WRD501", "REL302"], "没有名称，其他检查无从判断")
            draft.maybe(number, None, ["REL301", "CMP001"], "任务失去对应的指标")
            return True
    return False


@plants("CMP003")
def placeholder_row(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        missing = [
            c for c in ("经济效益指标", "生态效益指标", "可持续影响指标") if not draft.rows(number, c, fresh=False)
        ]
        if draft.with_cost_level(number):
            missing = [c for c in missing if c != "可持续影响指标"]
        if not missing or draft.touched((number, "效益")):
            continue
        row = draft.insert(number, draft.rng.choice(missing), "", "")
        name, value = draft.rng.choice(phrases()["placeholder_rows"])
        draft.set(
            number,
            row,
            name=name,
            **({"value": value, "nature": ""} if draft.has(number, "nature") else {"value": value}),
        )
        draft.label("CMP003", number, row)
        draft.maybe(number, row, ["QNT203"], "占位没有目标值")
        return True
    return False


@plants("CMP003")
def placeholder_value(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(number, "数量指标", "质量指标", "时效指标", *BENEFITS):
            draft.set(number, row, value=draft.rng.choice(phrases()["placeholder_values"]))
            draft.label("CMP003", number, row)
            draft.maybe(number, row, ["CMP002"], "占位等于没有填")
            _missing(draft, number, row)
            return True
    return False


def _missing(draft: Draft, number: int, row: Row) -> None:
    draft.maybe(number, row, [_unmeasured(draft, row)], "没有目标值")
    draft.maybe(number, None, ["CMP001"], "这一类可能再没有有效指标")


def _unmeasured(draft: Draft, row: Row) -> str:
    return UNMEASURED[draft.category(row) or "数量指标"]
