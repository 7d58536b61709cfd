"""The field of public spending that a form belongs to (教育, 水利 …), for the tables by field."""

from collections import Counter
from functools import cache
from typing import Any

from reviewer.matching.sectors import terms_of
from reviewer.records import Form
from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml

_UNIT, _PROJECT, _GOAL, _ROWS = 4, 3, 2, 1


@cache
def settings() -> dict[str, Any]:
    """``taxonomy/batch.yaml``."""
    data: dict[str, Any] = load_yaml(resource("taxonomy", "batch.yaml"))
    return data


def sector_of(form: Form, unit: str) -> str:
    """The field whose words weigh most; the unit's name counts more than the project's, that more than the goal's."""
    score: Counter[str] = Counter()
    for name, parts in settings()["sector_units"].items():
        score[name] += _UNIT * any(part in unit for part in parts)
    names = "\n".join(row.name for row in form.indicators)
    for text, weight in ((form.project, _PROJECT), (form.goal_text, _GOAL), (names, _ROWS)):
        for name, terms in terms_of(text).items():
            score[name] += weight * min(len(terms), 3)
    best = max(score.items(), key=lambda item: item[1], default=("", 0))
    return best[0] if best[1] else str(settings()["sector_unknown"])
