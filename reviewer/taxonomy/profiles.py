"""Frameworks that forms follow (``taxonomy/profiles/*.yaml``): what is required, weight totals, ranges, limits."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reviewer.errors import DataError
from reviewer.records.base import Record
from reviewer.resources import resource
from reviewer.taxonomy.levels import bare_level
from reviewer.taxonomy.loader import load_yaml


class Detect(Record):
    """What marks a form as following this framework; the profile with most marks wins, then the lower ``rank``.

    Attributes:
        level1: bare first-level headings that must all be printed.
        level2: bare second-level headings of which at least one must be printed.
        columns: column headings (as printed, without white space) of which at least one must be printed.
    """

    level1: tuple[str, ...] = ()
    level2: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class Satisfaction(Record):
    """Range of a satisfaction target in percent: below ``low`` or at ``high`` is questioned, above ``high`` is wrong."""

    low: Decimal
    high: Decimal


class Limits(Record):
    """Number of indicators: at least ``min_output`` outputs above ``min_output_budget_wan`` 万元, at most ``max_all``."""

    min_output: int
    min_output_budget_wan: Decimal
    max_all: int


class Profile(Record):
    """One framework.

    Attributes:
        required: categories that must have an indicator.
        any_of: of each group at least one category must have an indicator.
        weight_totals: totals accepted when weights are printed; ``with_execution`` when a 预算执行率 row is printed.
        grades: lower bounds of the draft grades in percent; our convention, no regulation.
        parent: id of the profile that fills in what this one leaves out.
    """

    id: str
    title: str
    basis: str
    rank: int
    detect: Detect = Detect()
    required: tuple[str, ...]
    any_of: tuple[tuple[str, ...], ...]
    weight_totals: tuple[Decimal, ...]
    weight_totals_with_execution: tuple[Decimal, ...]
    satisfaction: Satisfaction
    limits: Limits
    grades: dict[str, Decimal]
    notes: str = ""


@cache
def _raw() -> dict[str, tuple[Path, dict[str, Any]]]:
    found: dict[str, tuple[Path, dict[str, Any]]] = {}
    for path in sorted(resource("taxonomy", "profiles").glob("*.yaml")):
        data = load_yaml(path)
        found[str(data["id"])] = (path, data)
    return found


@cache
def profile_origins(profile_id: str) -> dict[str, tuple[Any, Path]]:
    """Each effective value of a profile with the file it comes from, the profile's own before its parents'."""
    values: dict[str, tuple[Any, Path]] = {}
    current: str | None = profile_id
    while current is not None:
        if current not in _raw():
            known = "、".join(_raw())
            raise DataError(f"没有名为“{current}”的框架", "--profile", f"可选：{known}")
        path, data = _raw()[current]
        for key, value in data.items():
            if key != "parent":
                values.setdefault(key, (value, path))
        current = data.get("parent")
    return values


@cache
def profiles() -> dict[str, Profile]:
    """All profiles by id.

    Raises:
        DataError: a profile breaks the format.
    """
    result: dict[str, Profile] = {}
    for profile_id in _raw():
        values = {key: value for key, (value, _) in profile_origins(profile_id).items()}
        try:
            result[profile_id] = Profile(**values)
        except ValidationError as error:
            raise DataError(f"框架“{profile_id}”的写法不对：{error}", str(_raw()[profile_id][0])) from None
    return result


def choose_profile(level1: Iterable[str], level2: Iterable[str], columns: Iterable[str]) -> Profile:
    """The profile whose marks fit a form's own headings best.

    Args:
        level1: first-level headings as printed.
        level2: second-level headings as printed.
        columns: headings of the indicator columns as printed.
    """
    first, second = {bare_level(h) for h in level1}, {bare_level(h) for h in level2}
    printed = {bare_level(h) for h in columns}
    best: tuple[int, int, Profile] | None = None
    for profile in profiles().values():
        marks = profile.detect
        if marks.level1 and not set(marks.level1) <= first:
            continue
        groups = [(set(marks.level2), second), (set(map(bare_level, marks.columns)), printed)]
        wanted = [bool(names & have) for names, have in groups if names]
        if not all(wanted):
            continue
        score = (len(wanted) + bool(marks.level1), -profile.rank)
        if best is None or score > best[:2]:
            best = (*score, profile)
    if best is None:
        raise DataError("没有适用于任何表的默认框架", "taxonomy/profiles", "至少保留一个没有 detect 的框架")
    return best[2]
