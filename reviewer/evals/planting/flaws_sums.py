"""Operators for sums, calculations, counts and periods that do not agree: CON402 to CON407."""

import re
from decimal import Decimal

from reviewer.evals.planting.draft import Draft
from reviewer.evals.planting.operators import is_count, phrases, plants


@plants("CON402")
def printed_total_wrong(draft: Draft) -> bool:
    for number in draft.forms("project"):
        total = draft.form(number).get("cost_total")
        if not total or draft.touched((number, "cost_total"), (number, "cost")):
            continue
        draft.set_form(number, "cost_total", f"{Decimal(total) + Decimal(draft.rng.choice(['2', '-1.5', '10'])):f}")
        draft.touch((number, "cost"))
        draft.label("CON402", number)
        return True
    return False


@plants("CON402")
def line_amount_wrong(draft: Draft) -> bool:
    for number in draft.forms("project"):
        lines = draft.form(number).get("cost_lines") or []
        if len(lines) < 2 or draft.touched((number, "cost"), *((number, "cost_lines", n) for n in range(len(lines)))):
            continue
        index = draft.rng.randrange(len(lines))
        amount = Decimal(lines[index]["amount"])
        draft.set_at(number, "cost_lines", index, "amount", f"{(amount * Decimal('1.3')).quantize(Decimal('0.01')):f}")
        draft.touch((number, "cost"))
        draft.label("CON402", number)
        draft.label("CON403", number)
        return True
    return False


@plants("CON403")
def product_wrong(draft: Draft) -> bool:
    for number in draft.forms("project"):
        for index, line in enumerate(draft.form(number).get("cost_lines") or []):
            found = re.search(r"×(\d+(?:\.\d+)?)(万?元/[^×，（）]*)$", line["basis"])
            if found is None or draft.touched((number, "cost"), (number, "cost_lines", index)):
                continue
            factor = draft.rng.choice([Decimal("1.5"), Decimal("0.6"), Decimal("2")])
            price = f"{(Decimal(found.group(1)) * factor).normalize():f}"
            basis = line["basis"][: found.start()] + "×" + price + found.group(2)
            draft.set_at(number, "cost_lines", index, "basis", basis)
            draft.touch((number, "cost"))
            draft.label("CON403", number)
            draft.maybe(number, "*", ["CON401", "CON405"], "单价与单位成本指标也不再一致")
            return True
    return False


@plants("CON404")
def parts_of_department_wrong(draft: Draft) -> bool:
    for number in draft.forms("department"):
        key = draft.rng.choice(["basic", "projects_total"])
        if draft.touched((number, "cost")):
            continue
        draft.set_form(number, key, f"{Decimal(draft.form(number)[key]) + draft.rng.choice([10, -8]):f}")
        draft.touch((number, "cost"))
        draft.label("CON404", number)
        return True
    return False


@plants("CON404")
def fund_sources_wrong(draft: Draft) -> bool:
    for number in draft.forms("project"):
        sources = draft.form(number).get("fund_sources") or {}
        if not sources or draft.touched((number, "cost")):
            continue
        name = next(iter(sources))
        changed = f"{(Decimal(sources[name]) * Decimal('0.9')).quantize(Decimal('0.01')):f}"
        draft.set_form(number, "fund_sources", {**sources, name: changed})
        draft.touch((number, "cost"))
        draft.label("CON404", number)
        return True
    return False


@plants("CON404")
def summary_total_wrong(draft: Draft) -> bool:
    for number in draft.forms("summary"):
        if draft.touched((number, "cost")):
            continue
        draft.set_form(number, "budget", f"{Decimal(draft.form(number)['budget']) + draft.rng.choice([5, -3]):f}")
        draft.touch((number, "cost"))
        draft.label("CON404", number)
        for form in draft.forms("department"):
            draft.maybe(form, None, ["CON404"], "部门表的项目支出与汇总合计不符")
        return True
    return False


@plants("CON405")
def count_differs_from_basis(draft: Draft) -> bool:
    for number in draft.forms("project"):
        bases = " ".join(line["basis"] for line in draft.form(number).get("cost_lines") or [])
        for row in draft.rows(number, "数量指标", where=is_count):
            found = re.match(r"^[≥=](\d+)([^\d万]+)$", draft.said(row))
            if found is None or not re.search(rf"(?<!\d){found.group(1)}{found.group(2)[0]}", bases):
                continue
            other = int(int(found.group(1)) * draft.rng.choice([0.6, 1.25, 1.5])) + 1
            draft.set_target(number, row, f"{draft.said(row)[0]}{other}{found.group(2)}")
            draft.label("CON405", number, row, also=[(number, None)])
            return True
    return False


@plants("CON405")
def count_differs_from_goal(draft: Draft) -> bool:
    for number in draft.forms("project"):
        goal = draft.form(number)["annual_goal"]
        for row in draft.rows(number, "数量指标", where=is_count):
            found = re.match(r"^[≥=](\d+)([^\d万]+)$", draft.said(row))
            unit = {"人": "[名人]"}.get(found.group(2), re.escape(found.group(2))) if found else ""
            place = re.search(rf"(?<![\d.]){found.group(1)}(?={unit})", goal) if found else None
            if found is None or place is None or draft.touched((number, "annual_goal"), (number, "tasks")):
                continue
            if len(re.findall(rf"(?<![\d.]){found.group(1)}(?!\d)", goal)) != 1:
                continue
            other = str(int(int(found.group(1)) * draft.rng.choice([0.5, 1.5])) + 1)
            draft.set_goal(number, "annual_goal", goal[: place.start()] + other + goal[place.end() :])
            draft.touch(row)
            draft.label("CON405", number, row, also=[(number, None)])
            for summary in draft.forms("summary"):
                draft.maybe(summary, None, ["CON405"], "汇总表中的同一段目标")
            return True
    return False


@plants("CON406")
def year_of_title_differs(draft: Draft) -> bool:
    for number in draft.forms("project"):
        title, year = draft.form(number)["title"], draft.content.year
        if year not in title or draft.touched((number, "title"), (number, "period")):
            continue
        if not draft.form(number).get("period"):
            continue
        draft.set_form(number, "title", title.replace(year, str(int(year) - 1)))
        draft.touch((number, "period"))
        draft.label("CON406", number)
        draft.maybe(number, "*", ["QNT208", "CON406"], "时点落在标题年度之外")
        return True
    return False


@plants("CON406")
def year_of_period_differs(draft: Draft) -> bool:
    for number in draft.forms("project"):
        period, year = draft.form(number).get("period") or "", draft.content.year
        if year not in period or draft.touched((number, "period"), (number, "title")):
            continue
        draft.set_form(number, "period", re.sub(r"20\d\d", str(int(year) - draft.rng.choice([1, 2])), period))
        draft.touch((number, "title"))
        draft.label("CON406", number)
        draft.maybe(number, "*", ["QNT208", "CON406"], "时点落在实施期之外")
        return True
    return False


@plants("CON406")
def year_of_goal_differs(draft: Draft) -> bool:
    for number in draft.forms("project"):
        key = "period_goal" if draft.form(number).get("period_goal") else "annual_goal"
        goal, year = draft.form(number)[key], draft.content.year
        if (
            not re.match(rf"(到)?{year}年", goal)
            or goal.count("20") > 1
            or draft.touched((number, key), (number, "tasks"))
        ):
            continue
        draft.set_goal(number, key, goal.replace(year, str(int(year) - 2), 1))
        draft.label("CON406", number, also=[(s, None) for s in draft.forms("summary")])
        return True
    return False


@plants("CON407")
def basis_without_figures(draft: Draft) -> bool:
    for number in draft.forms("project"):
        lines = draft.form(number).get("cost_lines") or []
        index = draft.rng.randrange(len(lines)) if lines else 0
        if not lines or draft.touched((number, "cost"), (number, "cost_lines", index)):
            continue
        draft.set_at(number, "cost_lines", index, "basis", draft.rng.choice(phrases()["vague_basis"]))
        draft.label("CON407", number)
        return True
    return False
