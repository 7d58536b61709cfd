"""How an operator is declared, and what all of them share."""

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

from reviewer.evals.planting.draft import BENEFITS, Draft, Row
from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml

# Changes the draft and labels it; False (and nothing changed) where the filing has no fitting place left.
Operator = Callable[[Draft], bool]
OPERATORS: dict[str, list[Operator]] = defaultdict(list)
LEGIT = "legit"

WITH_ROWS = ("project", "department")
OUTPUTS = ("数量指标", "质量指标", "时效指标")
COUNT = re.compile(r"^[≥=]?(?:不少于)?(\d+(?:\.\d+)?)(万?)([^\d%‰]+?)(?:以上)?$")


def plants(code: str) -> Callable[[Operator], Operator]:
    """Declare an operator for a code of the codebook, or for ``legit``."""

    def declare(operator: Operator) -> Operator:
        OPERATORS[code].append(operator)
        return operator

    return declare


@cache
def phrases() -> dict[str, Any]:
    """The words that operators plant."""
    loaded: dict[str, Any] = load_yaml(resource("eval_sets", "planted", "phrases.yaml"))
    return loaded


def is_count(row: Row) -> bool:
    """A target that counts something (≥260人)."""
    found = COUNT.match(Draft.said(row))
    return bool(found) and "元" not in Draft.said(row) and "工作日" not in Draft.said(row)


def is_rate(row: Row) -> bool:
    """A plain rate (≥95%) of something wanted."""
    return bool(re.fullmatch(r"[≥=]?\d+(\.\d+)?%", Draft.said(row)))


def is_threshold(row: Row) -> bool:
    """A rate or a count at least so high."""
    return bool(re.fullmatch(r"≥\d+(\.\d+)?(%|万?[^\d%‰]+)", Draft.said(row))) and "元" not in Draft.said(row)


def is_date(row: Row) -> bool:
    """A deadline with its year."""
    return bool(re.search(r"20\d\d年\d{1,2}月", Draft.said(row)))


def is_total_cost(row: Row) -> bool:
    """The cost row that names the whole amount."""
    return bool(re.search(r"总成本|总额", row.get("name", ""))) and "万元" in Draft.said(row)


def replace_target(draft: Draft, code: str, categories: tuple[str, ...], row_fits: Callable[[Row], bool]) -> bool:
    """Put one of the code's phrases in place of the target of a fitting row."""
    for number in draft.forms(*WITH_ROWS):
        for row in draft.rows(number, *categories, where=row_fits):
            draft.set_target(number, row, draft.rng.choice(phrases()[code]))
            draft.label(code, number, row)
            return True
    return False


def put_row(draft: Draft, category: str, name: str, target: str, *kinds: str) -> tuple[int, Row] | None:
    """Insert a row in a form that has room for it and does not have it yet; None when there is none."""
    for number in draft.forms(*(kinds or ("project",))):
        rows = draft.form(number)["rows"]
        filled = draft.fill(number, name)
        if any(r["name"] == filled for r in rows) or len(rows) >= 19:
            continue
        if category == "可持续影响指标" and draft.with_cost_level(number):
            continue  # 财预〔2021〕101号 has no such category
        if draft.touched((number, category)) or not any(
            r.get("level1") == draft.levels(number, category)[0] for r in rows
        ):
            continue
        return number, draft.insert(number, category, filled, draft.fill(number, target))
    return None


def benefit_row(draft: Draft, name: str, target: str) -> tuple[int, Row] | None:
    """``put_row`` under 社会效益."""
    return put_row(draft, "社会效益指标", name, target)


__all__ = ["BENEFITS", "LEGIT", "OPERATORS", "Operator", "plants"]
