"""Operators for legitimate things that a naive checker flags; they plant no flaw."""

import re
from decimal import Decimal

from reviewer.evals.planting.draft import BENEFITS, Draft
from reviewer.evals.planting.operators import LEGIT, WITH_ROWS, is_rate, is_threshold, phrases, plants, put_row

_DIGITS = "〇一二三四五六七八九"


def _insert(draft: Draft, key: str) -> bool:
    return put_row(draft, *draft.rng.choice(phrases()[key])) is not None


@plants(LEGIT)
def growth_above_hundred(draft: Draft) -> bool:
    return _insert(draft, "legit_growth")


@plants(LEGIT)
def at_most_on_harm(draft: Draft) -> bool:
    return _insert(draft, "legit_less")


@plants(LEGIT)
def no_accidents(draft: Draft) -> bool:
    return _insert(draft, "legit_zero")


@plants(LEGIT)
def completion_rate_under_quantity(draft: Draft) -> bool:
    return _insert(draft, "legit_completion")


@plants(LEGIT)
def groups_of_one_population(draft: Draft) -> bool:
    return _insert(draft, "legit_groups")


@plants(LEGIT)
def evidenced_statement(draft: Draft) -> bool:
    return _insert(draft, "legit_evidence")


@plants(LEGIT)
def named_standard(draft: Draft) -> bool:
    return _insert(draft, "legit_standard")


@plants(LEGIT)
def range_of_rates(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        if draft.has(number, "nature"):
            continue
        for row in draft.rows(number, "质量指标", "满意度指标", where=lambda r: r["value"] in ("≥85%", "≥88%", "≥90%")):
            draft.set(number, row, value=row["value"].lstrip("≥") + draft.rng.choice(["-95%", "—95%", "～96%"]))
            return True
    return False


@plants(LEGIT)
def two_year_project(draft: Draft) -> bool:
    for number in draft.forms("project"):
        form, year = draft.form(number), draft.content.year
        if not form.get("period") or not form.get("period_goal") or draft.touched((number, "period")):
            continue
        following = str(int(year) + 1)
        if following in form["period"]:
            continue
        for row in draft.rows(number, "时效指标", where=lambda r: re.search(r"20\d\d年\d+月", r["value"]) is not None):
            draft.set_form(number, "period", f"{year}年3月—{following}年6月")
            draft.set_target(number, row, f"{following}年5月底前")
            return True
    return False


@plants(LEGIT)
def amount_rounded(draft: Draft) -> bool:
    for number in draft.forms("project"):
        for index, line in enumerate(draft.form(number).get("cost_lines") or []):
            amount = Decimal(line["amount"])
            if draft.touched((number, "cost_lines", index)) or amount != amount.quantize(Decimal("0.01")):
                continue
            price = (amount * 10000 / 7).quantize(Decimal("0.01"))
            draft.set_at(number, "cost_lines", index, "basis", f"7批×{price}元/批")
            return True
    return False


@plants(LEGIT)
def yuan_and_wan_mixed(draft: Draft) -> bool:
    for number in draft.forms("project"):
        for index, line in enumerate(draft.form(number).get("cost_lines") or []):
            found = re.search(r"×(\d+)元", line["basis"])
            if found is None or draft.touched((number, "cost_lines", index)):
                continue
            price = f"{(Decimal(found.group(1)) / 10000).normalize():f}"
            basis = line["basis"][: found.start()] + f"×{price}万元" + line["basis"][found.end() :]
            draft.set_at(number, "cost_lines", index, "basis", basis)
            draft.set_at(number, "cost_lines", index, "amount", f"{Decimal(line['amount']) * 10000:.0f}元")
            return True
    return False


@plants(LEGIT)
def empty_benefit_row(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        missing = [c for c in ("经济效益指标", "生态效益指标") if not draft.rows(number, c, fresh=False)]
        if missing and not draft.has(number, "weight"):
            row = draft.insert(number, missing[-1], "", "")
            draft.set(number, row, **({"nature": "", "value": ""} if draft.has(number, "nature") else {"value": ""}))
            if draft.has(number, "standard"):
                draft.set(number, row, standard="")
            return True
    return False


@plants(LEGIT)
def legal_minimum(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(
            number,
            "成本指标",
            where=lambda r: re.search("补助标准|补贴标准|生活费标准|奖补标准", r["name"]) is not None,
        ):
            if draft.said(row).startswith("="):
                draft.set_target(number, row, "≥" + draft.said(row)[1:])
                return True
    return False


@plants(LEGIT)
def weights_beside_execution_rate(draft: Draft) -> bool:
    for number in draft.forms("project"):
        rows = draft.form(number)["rows"]
        if not all(r.get("weight") for r in rows) or sum(Decimal(r["weight"]) for r in rows) != 90:
            continue
        row = {"level1": "预算执行率", "level2": "预算执行率", "name": "预算执行率", "value": "100%", "weight": "10"}
        if draft.has(number, "nature"):
            row.update(nature="=", value="100", unit="%")
        draft._edit("add", f"/forms/{number}/rows/0", dict(row))
        rows.insert(0, row)
        draft.touch(row, (number, "weights"))
        draft.maybe(number, row, ["CAT103"], "执行率印在表上，是自评用的一行")
        return True
    return False


@plants(LEGIT)
def older_document_cited(draft: Draft) -> bool:
    for number in draft.forms("project"):
        for index, line in enumerate(draft.form(number).get("cost_lines") or []):
            if draft.touched((number, "cost_lines", index)) or "，" in line["basis"]:
                continue
            basis = line["basis"] + draft.rng.choice(phrases()["legit_documents"])
            draft.set_at(number, "cost_lines", index, "basis", basis)
            return True
    return False


@plants(LEGIT)
def older_plan_cited_in_goal(draft: Draft) -> bool:
    for number in draft.forms("project"):
        if draft.touched((number, "annual_goal")):
            continue
        goal = draft.rng.choice(phrases()["legit_references"]) + draft.form(number)["annual_goal"]
        draft.set_goal(number, "annual_goal", goal)
        return True
    return False


@plants(LEGIT)
def bare_hundred_percent(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(number, "质量指标", *BENEFITS, where=lambda r: r["value"] == "=100%"):
            draft.set(number, row, value="100%")
            return True
    return False


@plants(LEGIT)
def target_in_words(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        if draft.has(number, "nature"):
            continue
        for row in draft.rows(number, "质量指标", "数量指标", *BENEFITS, where=lambda r: is_threshold(r) or is_rate(r)):
            bare = row["value"].lstrip("≥=")
            if re.fullmatch(r"\d0%", bare):
                written = f"百分之{_DIGITS[int(bare[0])]}十以上"
            else:
                written = draft.rng.choice([f"不低于{bare}", f"{bare}及以上", f"大于等于{bare}"])
            if row["value"].startswith("≥"):
                draft.set(number, row, value=written)
                return True
    return False


@plants(LEGIT)
def deadline_as_span(draft: Draft) -> bool:
    for number in draft.forms("project"):
        for row in draft.rows(
            number, "时效指标", where=lambda r: re.fullmatch(r"20\d\d年\d+月底前", r["value"]) is not None
        ):
            year, month = re.findall(r"\d+", row["value"])
            written = draft.rng.choice([f"{year}年1月至{month}月", f"{month}月底前", f"{year}.{month}.25前"])
            draft.set_target(number, row, written)
            return True
    return False
