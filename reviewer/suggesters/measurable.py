"""A measurable form of what the filer meant: 居家服务水平 → 居家服务规范率 (``taxonomy/rewrites.yaml``)."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from reviewer.matching.phrases import leading_verb
from reviewer.records.suggestion import TO_FILL
from reviewer.resources import resource
from reviewer.suggesters.base import Case, Draft, heading_of, suggester, value_columns
from reviewer.taxonomy import BENEFITS
from reviewer.taxonomy.loader import load_yaml

_SECTIONS = {"数量指标": "counted", "质量指标": "graded", **dict.fromkeys(BENEFITS, "felt")}
_TAIL = re.compile(r"(?:的?影响)?(?:情况|程度|项目|工作|的)+$")
_VERBS = ("direction_verbs", "goal_verbs", "task_verbs", "duty_verbs")


@cache
def rewrites() -> dict[str, Any]:
    """``taxonomy/rewrites.yaml``."""
    data: dict[str, Any] = load_yaml(resource("taxonomy", "rewrites.yaml"))
    return data


@suggester("measurable", ["QNT201", "QNT202", "QNT203", "CAT103", "WRD501"], order=40, replaces_all=True)
def measurable(case: Case, draft: Draft) -> Iterator[Draft]:
    """The filer's own subject with a countable or rateable end; the number is left to fill in."""
    if draft.row is None or draft.category is None:
        return
    moved = case.finding("CAT101")
    category = moved.suggested_category if moved and moved.suggested_category else draft.category
    section = rewrites().get(_SECTIONS.get(category, ""), {})
    for subject in _subjects(draft.name):
        ending = next((e for e in sorted(section, key=len, reverse=True) if subject.endswith(e)), None)
        if ending is None:
            continue
        form = section[ending]
        body = subject.removesuffix(form.get("drop", "")) or subject
        yield draft.change(
            "换成可以统计的写法，数值由填报单位填写。",
            category=category,
            columns={
                "level2": heading_of(case.form, category),
                "name": f"{body.removesuffix('的')}{form['suffix']}",
                **value_columns(draft.row, "≥", TO_FILL, form["unit"]),
            },
        )
        return


def _subjects(name: str) -> Iterator[str]:
    """The name without the verb that opens it and its tail (情况, 程度); then the name itself."""
    first = re.split(r"[,，;；]", name)[0]
    bare = _TAIL.sub("", first)
    verb = leading_verb(bare, *_VERBS)
    if verb:
        yield bare[bare.index(verb) + len(verb) :].lstrip("的")
    elif bare.startswith("为"):
        yield bare[1:]
    yield bare
    yield first
