"""Operators for flaws of a form or of a filing: CMP001, CMP004 to CMP007, REL301 to REL305."""

import re
from decimal import Decimal

from reviewer.evals.planting.draft import BENEFITS, Draft, Row
from reviewer.evals.planting.operators import OUTPUTS, WITH_ROWS, is_count, is_rate, phrases, plants, put_row

# Endings that name the same measure in other words.
_PARAPHRASES = (
    ("人数", "人员总数"), ("场次", "总场数"), ("次数", "总次数"), ("面积", "总面积"), ("数量", "总数"),
    ("里程", "总里程"), ("长度", "总长度"), ("合格率", "合格比例"), ("准确率", "准确比例"),
    ("覆盖率", "覆盖比例"), ("满意度", "满意率"),
)  # fmt: skip
_TOWNS = (
    "城关",
    "东山",
    "西河",
    "南坪",
    "北渡",
    "石桥",
    "柳林",
    "大沙",
    "金滩",
    "白云",
    "双河",
    "青石",
    "长岭",
    "云台",
    "桃溪",
)


@plants("CMP001")
def category_removed(draft: Draft) -> bool:
    for number in draft.forms("project"):
        # 财预〔2021〕101号 asks for neither 时效 nor 满意度 in every form.
        required = ["数量指标", "质量指标"] if draft.with_cost_level(number) else [*OUTPUTS, "成本指标", "满意度指标"]
        category = draft.rng.choice(required)
        rows = draft.rows(number, category, fresh=False)
        if not rows or draft.touched(*rows, (number, "categories")):
            continue
        for row in rows:
            draft.remove(number, row)
        draft.touch((number, "categories"), (number, category))
        draft.label("CMP001", number)
        draft.maybe(number, None, ["REL301", "CMP007"], "删去的行原本对应任务")
        return True
    return False


@plants("CMP001")
def category_row_left_empty(draft: Draft) -> bool:
    for number in draft.forms("project"):
        for category in ("质量指标", "时效指标", "满意度指标", "成本指标"):
            rows = draft.rows(number, category, fresh=False)
            if len(rows) != 1 or draft.touched(*rows, (number, "categories")) or draft.with_cost_level(number):
                continue
            blank = {k: "" for k in ("name", "value", "nature", "unit", "standard") if k in rows[0]}
            draft.set(number, rows[0], **blank)
            draft.touch((number, "categories"), (number, category))
            draft.label("CMP001", number)
            draft.maybe(number, None, ["REL301", "CMP007", "CMP006"], "空行原本对应任务，也占了权重")
            return True
    return False


@plants("CMP001")
def all_benefits_removed(draft: Draft) -> bool:
    for number in draft.forms("project"):
        rows = draft.rows(number, *BENEFITS, fresh=False)
        if draft.touched(*rows, (number, "categories"), (number, "效益")):
            continue
        for row in rows:
            draft.remove(number, row)
        draft.touch((number, "categories"), (number, "效益"), *((number, c) for c in BENEFITS))
        draft.label("CMP001", number)
        draft.maybe(number, None, ["REL301"], "删去的行原本对应目标")
        return True
    return False


@plants("CMP004")
def goal_left_empty(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        key = draft.rng.choice(["annual_goal", "period_goal"])
        if not draft.form(number).get(key) or draft.touched((number, key)):
            continue
        draft.set_form(number, key, "")
        draft.label("CMP004", number)
        draft.maybe(number, None, ["REL304", "REL301"], "汇总表中仍有这段目标")
        for summary in draft.forms("summary"):
            draft.maybe(summary, None, ["REL304"], "项目表中没有这段目标")
        return True
    return False


@plants("CMP004")
def goal_empty_in_summary(draft: Draft) -> bool:
    for number in draft.forms("summary"):
        index = draft.rng.randrange(len(draft.form(number)["projects"]))
        if draft.touched((number, "projects", index)):
            continue
        draft.set_at(number, "projects", index, "annual_goal", "")
        draft.label("CMP004", number)
        for form in (number, *draft.forms("project")):
            draft.maybe(form, None, ["REL304"], "项目表中有这段目标")
        return True
    return False


@plants("CMP005")
def head_field_left_empty(draft: Draft) -> bool:
    for number in draft.forms("project"):
        key = draft.rng.choice(["period", "org", "project", "budget", "period"])
        if not draft.form(number).get(key) or draft.touched((number, key), (number, "cost")):
            continue
        if key == "org" and draft.content.template == "hn":
            continue  # 填报单位 is stamped there, not typed
        draft.set_form(number, key, "")
        draft.label("CMP005", number)
        if key == "period":
            draft.maybe(number, "*", ["QNT208", "CON406"], "没有实施期，时点只能与标题年度相比")
        if key == "project":
            draft.maybe(number, "*", ["REL302"], "没有项目名称，相关性无从判断")
            draft.maybe(number, None, ["REL304"], "与汇总表对不上")
        if key == "budget":
            draft.touch((number, "cost"))
            draft.maybe(number, "*", ["CON401"], "没有项目金额可比")
            draft.maybe(number, None, ["CON402", "CON404", "REL304", "CON401"], "没有项目金额可比")
        return True
    return False


@plants("CMP006")
def weight_changed(draft: Draft) -> bool:
    for number in draft.forms(*WITH_ROWS):
        rows = [r for r in draft.rows(number) if Decimal(r.get("weight") or 0) > 4]
        if not rows or draft.touched((number, "weights")):
            continue
        change = draft.rng.choice([3, 5, -2, -4])
        draft.set(number, rows[0], weight=str(Decimal(rows[0]["weight"]) + change))
        draft.touch((number, "weights"))
        draft.label("CMP006", number)
        return True
    return False


@plants("CMP007")
def too_many_rows(draft: Draft) -> bool:
    towns = [f"{name}镇" for name in _TOWNS]
    for number in draft.forms("project"):
        if draft.has(number, "weight") or draft.touched((number, "size"), (number, "数量指标")):
            continue
        while len(draft.form(number)["rows"]) <= 26 and towns:
            name = draft.fill(number, f"{towns.pop()}{{subject}}现场服务人次")
            draft.insert(number, "数量指标", name, f"≥{draft.rng.randrange(31, 79)}人次")
        draft.touch((number, "size"))
        draft.label("CMP007", number)
        draft.maybe(number, "*", ["REL305"], "分乡镇列出，名称相近")
        draft.maybe(number, None, ["REL305"], "分乡镇列出，名称相近")
        return True
    return False


@plants("CMP007")
def too_few_outputs(draft: Draft) -> bool:
    for number in draft.forms("project"):
        form = draft.form(number)
        spare = [] if draft.with_cost_level(number) else draft.rows(number, "成本指标", fresh=False)[1:]
        gone = [
            *draft.rows(number, "数量指标", fresh=False),
            *draft.rows(number, "质量指标", fresh=False)[1:],
            *(draft.rows(number, "时效指标", fresh=False)[1 if draft.with_cost_level(number) else 0 :]),
            *spare,
        ]
        if Decimal(form.get("budget") or 0) <= 110 or draft.touched(*gone, (number, "categories"), (number, "size")):
            continue
        for row in gone:
            draft.remove(number, row)
        draft.touch((number, "categories"), (number, "size"), *((number, c) for c in OUTPUTS))
        draft.label("CMP007", number)
        draft.label("CMP001", number)
        draft.maybe(number, None, ["REL301", "CON401"], "删去的行原本对应任务")
        return True
    return False


@plants("REL301")
def task_added_to_goal(draft: Draft) -> bool:
    for number in draft.forms("project"):
        if draft.touched((number, "annual_goal"), (number, "tasks")):
            continue
        goal = draft.form(number)["annual_goal"].rstrip("。")
        draft.set_goal(number, "annual_goal", f"{goal}，{draft.rng.choice(phrases()['extra_tasks'])}。")
        draft.touch((number, "tasks"))
        draft.label("REL301", number)
        return True
    return False


@plants("REL301")
def indicator_of_task_removed(draft: Draft) -> bool:
    for number in draft.forms("project"):
        goal = draft.form(number)["annual_goal"]
        rows = draft.rows(number, "数量指标", where=is_count)
        others = draft.form(number)["rows"]
        for row in rows if len(rows) >= 3 else []:
            own = [w for w in _shingles(row["name"]) if w in goal]
            shared = {w for r in others if r is not row for w in _shingles(r["name"])}
            # The task must be named in the goal, and no other row may still speak of it.
            if (
                len(own) >= 2
                and not set(_shingles(row["name"], 2))
                & {w for r in others if r is not row for w in _shingles(r["name"], 2)}
                - {"数量", "人数", "人次", "次数", "面积", "长度", "场次", "台数", "套数"}
                and not set(own) & shared
            ):
                draft.remove(number, row)
                draft.touch((number, "tasks"))
                draft.label("REL301", number)
                return True
    return False


@plants("REL301")
def cost_without_indicator(draft: Draft) -> bool:
    for number in draft.forms("project"):
        lines = draft.form(number).get("cost_lines") or []
        index = draft.rng.randrange(len(lines)) if lines else 0
        if not lines or draft.touched((number, "cost_lines", index), (number, "tasks"), (number, "cost")):
            continue
        content, detail, unit = draft.rng.choice(phrases()["extra_costs"])
        price = Decimal(lines[index]["amount"]) / 2
        basis = f"2{unit}×{price.normalize():f}万元/{unit}"
        for key, value in (("content", content), ("detail", detail), ("basis", basis)):
            draft.set_at(number, "cost_lines", index, key, value)
        draft.touch((number, "tasks"))
        draft.label("REL301", number)
        return True
    return False


def _shingles(text: str, size: int = 3) -> list[str]:
    words = re.sub(r"[^\u4e00-\u9fff]", "", text)
    return [words[n : n + size] for n in range(len(words) - size + 1)]


@plants("REL302")
def row_of_another_project(draft: Draft) -> bool:
    rows = list(phrases()["alien_rows"])
    draft.rng.shuffle(rows)
    for category, name, target, near in rows:
        if draft.content.sector in near.split():
            continue
        done = put_row(draft, category, name, target)
        if done is not None:
            draft.label("REL302", *done)
            return True
    return False


@plants("REL303")
def row_shared_by_projects(draft: Draft) -> bool:
    forms = draft.forms("project")
    category, name, target = draft.rng.choice(phrases()["shared_rows"])
    if len(forms) < 2 or any(draft.touched((n, category)) or draft.with_cost_level(n) for n in forms):
        return False
    for number in forms:
        row = draft.insert(number, category, name, target)
        draft.label("REL303", number, row)
        draft.maybe(number, row, ["REL302"], "通用指标，与本项目无直接关系")
    return True


@plants("REL303")
def row_copied_from_sibling(draft: Draft) -> bool:
    forms = draft.forms("project")
    for source in forms:
        for row in draft.rows(source, "社会效益指标", "可持续影响指标"):
            for target in (n for n in forms if n != source):
                category = draft.category(row) or ""
                if draft.touched((target, category), (source, category)):
                    continue
                copy = draft.insert(target, category, row["name"], draft.said(row))
                draft.touch(row)
                draft.label("REL303", source, row)
                draft.label("REL303", target, copy)
                draft.maybe(target, copy, ["REL302"], "从另一项目抄来")
                return True
    return False


@plants("REL304")
def goal_differs_in_summary(draft: Draft) -> bool:
    for summary in draft.forms("summary"):
        for index, project in enumerate(draft.form(summary)["projects"]):
            key = draft.rng.choice(["annual_goal", "period_goal"])
            number = _form_of(draft, project["name"])
            found = re.search(r"\d{2,}(?=[名人场公座台套个])", project.get(key) or "")
            if number is None or found is None or draft.touched((summary, "projects", index), (number, key)):
                continue
            other = str(int(found.group()) + draft.rng.choice([20, 50, 100]))
            goal = project[key][: found.start()] + other + project[key][found.end() :]
            draft.set_at(summary, "projects", index, key, goal)
            draft.touch((number, key))
            draft.label("REL304", summary, also=[(number, None)])
            return True
    return False


@plants("REL304")
def amounts_differ_in_summary(draft: Draft) -> bool:
    for summary in draft.forms("summary"):
        projects = draft.form(summary)["projects"]
        if len(projects) < 2 or draft.touched((summary, "projects", 0), (summary, "projects", 1), (summary, "cost")):
            continue
        for index, change in ((0, Decimal("6")), (1, Decimal("-6"))):
            draft.set_at(summary, "projects", index, "amount", str(Decimal(projects[index]["amount"]) + change))
        forms: list[tuple[int, Row | None]] = [(n, None) for n in draft.forms("project")]
        draft.touch((summary, "cost"))
        draft.label("REL304", summary, also=forms)
        for number, _ in forms:
            draft.maybe(number, None, ["CON404"], "项目表金额与汇总表不符")
        return True
    return False


def _form_of(draft: Draft, project: str) -> int | None:
    return next((n for n in draft.forms("project") if draft.form(n).get("project") == project), None)


@plants("REL305")
def same_measure_in_other_words(draft: Draft) -> bool:
    for number in draft.forms("project"):
        for row in draft.rows(number, "数量指标", "质量指标", "满意度指标", where=lambda r: is_count(r) or is_rate(r)):
            for ending, other in _PARAPHRASES:
                category = draft.category(row) or ""
                if row["name"].endswith(ending) and not draft.touched((number, category)):
                    again = draft.insert(number, category, row["name"].removesuffix(ending) + other, draft.said(row))
                    draft.touch(row)
                    draft.label("REL305", number, again, also=[(number, row)])
                    return True
    return False


@plants("REL305")
def same_name_twice(draft: Draft) -> bool:
    for number in draft.forms("project"):
        for row in draft.rows(number, "质量指标", *BENEFITS, where=is_rate):
            category = draft.category(row) or ""
            if draft.touched((number, category)):
                continue
            again = draft.insert(number, category, row["name"], draft.rng.choice(["≥80%", "≥87%"]))
            draft.touch(row)
            draft.label("REL305", number, again, also=[(number, row)])
            return True
    return False
