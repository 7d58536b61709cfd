"""A measurable form of what the filer meant: 居家服务水平 → 居家服务规范率 (``taxonomy/rewrites.yaml``)."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from reviewer.matching.phrases import leading_verb
from reviewer.matching.terms import pairs, pieces
from reviewer.records import Form
from reviewer.records.suggestion import TO_FILL, RowText
from reviewer.resources import resource
from reviewer.suggesters.base import Case, Draft, heading_of, suggester, value_columns
from reviewer.taxonomy import BENEFITS, words
from reviewer.taxonomy.loader import load_yaml
from reviewer.text import clean_name

_SECTIONS = {
    "数量指标": "counted",
    "质量指标": "graded",
    **dict.fromkeys(BENEFITS, "felt"),
    "可持续影响指标": "lasting",
}
_TAIL = re.compile(r"(?:的?影响)?(?:情况|程度|项目|工作|的){1,6}$")
_LONGEST_PROJECT, _LONGEST_SUBJECT = 20, 24
_VERBS = ("direction_verbs", "goal_verbs", "task_verbs", "duty_verbs")


@cache
def rewrites() -> dict[str, Any]:
    """``taxonomy/rewrites.yaml``."""
    data: dict[str, Any] = load_yaml(resource("taxonomy", "rewrites.yaml"))
    return data


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], dict[str, Any]], ...]:
    return tuple((re.compile(item["match"]), item) for item in rewrites()["patterns"])


@suggester("measurable", ["QNT201", "QNT202", "QNT203", "CAT103", "WRD501", "WRD502"], order=40, replaces_all=True)
def measurable(case: Case, draft: Draft) -> Iterator[Draft]:
    """The filer's own subjects with a countable or rateable end; the numbers are left to fill in.

    A row of several things becomes several rows; what has no measurable form is named in the reason.
    """
    if draft.row is None or draft.category is None:
        return
    moved = case.finding("CAT101")
    category = moved.suggested_category if moved and moved.suggested_category else draft.category
    rows: dict[RowText, str] = {}
    left: list[str] = []
    for clause in _clauses(draft.name, category):
        found = _measured(clause, category)
        if found is None:
            left.append(clause)
            continue
        name, sign, unit = found
        if "REL303" in case.codes:
            name = _of_project(case.form, name)
        columns = {"level2": heading_of(case.form, category), "name": name}
        row = draft.row.model_copy(update={**columns, **value_columns(draft.row, sign, TO_FILL, unit)})
        rows.setdefault(row, clause)
    # All of them; where one of them would not stand there, the first alone.
    for many in dict.fromkeys((len(rows), min(len(rows), 1))):
        if not many:
            return
        first, *rest = list(rows)[:many]
        missing = [*left, *list(rows.values())[many:]]
        told = "".join(f"“{text}”" for text in missing)
        moves = f"移到“{first.level2}”下。" if category != draft.category else ""
        yield draft.change(
            f"{moves}换成可以统计的写法，数值由填报单位填写。"
            + (f"拆成{many}条。" if rest else "")
            + (f"{told}没有列入，需要考核的另写一条。" if told else ""),
            category=category,
            extra=rest,
            columns=first.model_dump(),
        )


def _clauses(name: str, category: str) -> list[str]:
    """The things that a name names: its clauses; where 、 parts goals that can each be measured, those."""
    clauses = [c for c in re.split(r"[,，;；。]", name) if c]
    listed = [c for c in name.split("、") if c]
    if len(clauses) == 1 and len(listed) > 1 and all(_measured(c, category) for c in listed):
        return listed
    return clauses


def _measured(clause: str, category: str) -> tuple[str, str, str] | None:
    """Name, sign and unit of the measurable form of a clause; None where there is none."""
    section = rewrites().get(_SECTIONS.get(category, ""), {})
    for subject in _subjects(clause):
        ending = next((e for e in sorted(section, key=len, reverse=True) if subject.endswith(e)), None)
        if ending is None or len(subject) > _LONGEST_SUBJECT:
            continue
        form = section[ending]
        # 残疾人家庭的幸福感提升…: one 的 is enough.
        body = re.sub(rf"的(?={re.escape(ending)}$)", "", subject).removesuffix(form.get("drop", ""))
        return f"{body.removesuffix('的')}{form['suffix']}", form.get("sign", "≥"), form["unit"]
    return None


@suggester("pattern", ["WRD501", "QNT202", "QNT203", "QNT205", "QNT207", "CAT102", "CAT103"], order=18)
def pattern(case: Case, draft: Draft) -> Iterator[Draft]:
    """A phrase becomes the rate or amount that it means: 资金是否全部及时纳入 → 资金及时纳入率."""
    if draft.row is None:
        return
    for expression, item in _patterns():
        found = expression.fullmatch(draft.name)
        if found is None or (item.get("in") and draft.category not in item["in"]):
            continue
        name = item["name"].format(**found.groupdict())
        target = draft.target
        columns = {"name": name}
        if target.unit != item["unit"] or len(target.numbers) != 1:
            columns |= value_columns(draft.row, "≥", TO_FILL, item["unit"])
        kind = "比率" if item["unit"] == "%" else "指标"
        yield draft.change(f"名称改为可以统计的{kind}。", columns=columns)
        return


def _of_project(form: Form, name: str) -> str:
    """The name with what this project pays for, so that sister projects do not share one row."""
    lines = sorted(form.cost_lines, key=lambda line: line.amount.wan or 0, reverse=True)
    own = pairs([name])
    for text in (*(text for line in lines for text in (line.detail, line.content)), form.project):
        core = re.sub(rf"(?:{'|'.join(rewrites()['priced'])}|等|项目|服务){{1,6}}$", "", clean_name(text))
        # A code (困难帮扶-残联) or a generic word (业务性) is no name for people; nor is what is done for others.
        if not 3 <= len(core) <= _LONGEST_PROJECT or re.search(r"[-—、,，]", core) or not pairs(pieces(core)) & own:
            continue
        shared = next((n for n in range(min(len(core), len(name)), 1, -1) if core[:n] == name[:n]), 0)
        return name if core in name else f"{core}受益{name[shared:]}"
    return name


def _subjects(clause: str) -> Iterator[str]:
    """What a clause speaks of, without the verb that opens it and its tail (情况, 提升); then the clause itself."""
    ends = "|".join(map(re.escape, sorted(words("direction_ends"), key=len, reverse=True)))
    bare = re.sub(rf"(?:{ends})$", "", _TAIL.sub("", clause))
    verb = leading_verb(bare, *_VERBS)
    if verb:
        yield bare[bare.index(verb) + len(verb) :].lstrip("的")
    elif bare.startswith("为"):
        yield bare[1:]
    elif bare.startswith("对"):
        yield re.sub(r"^对(?:保障|促进|提高|提升)?", "", bare)
    yield bare
    yield clause
