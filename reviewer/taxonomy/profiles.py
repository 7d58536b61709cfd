"""Frameworks that forms follow (``taxonomy/profiles/*.yaml``): what is required, weight totals, ranges, limits."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from reviewer.errors import DataError
from reviewer.records.base import Record
from reviewer.resources import resource
from reviewer.taxonomy.levels import bare_level
from reviewer.taxonomy.loader import load_yaml

# What a profile does not take over from its parent: its marks are its own, or every child would tie with its parent.
_OWN = ("parent", "detect")


class Detect(Record):
    """One set of marks of a framework; every list that is given must be met.

    Attributes:
        level1: bare first-level headings that must all be printed.
        level2: bare second-level headings of which at least one must be printed.
        columns: column headings (as printed, without white space) of which at least one must be printed.
    """

    level1: tuple[str, ...] = ()
    level2: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class Satisfaction(Record):
    """Range of a satisfaction target in percent.

    Below ``low`` or at ``high`` is questioned, above ``high`` is wrong.
    """

    low: Decimal
    high: Decimal


class Limits(Record):
    """Number of indicators.

    At least ``min_output`` outputs for a budget over ``min_output_budget_wan`` 万元, at most ``max_all`` in all.
    """

    min_output: int
    min_output_budget_wan: Decimal
    max_all: int


class Profile(Record):
    """One framework.

    Attributes:
        detect: alternative sets of marks; the profile with most marks met wins, then the lower ``rank``. A profile
            without marks fits every form.
        required: categories that must have an indicator.
        any_of: of each group at least one category must have an indicator.
        advised: categories that the framework leaves open but whose absence is pointed out (info): ``always``, or
            ``public`` where the project serves the public.
        department_if_printed: required categories that a department form needs only where it prints their heading.
        weight_totals: totals accepted when weights are printed; ``with_execution`` when a 预算执行率 row is printed.
        grades: lower bounds of the draft grades in percent; our convention, no regulation.
        parent: id of the profile that fills in what this one leaves out (all but ``detect``).
    """

    id: str
    title: str
    basis: str
    rank: int
    detect: tuple[Detect, ...] = ()
    required: tuple[str, ...]
    any_of: tuple[Annotated[tuple[str, ...], Field(min_length=2)], ...]
    advised: dict[str, Literal["always", "public"]] = Field(default_factory=dict)
    department_if_printed: tuple[str, ...] = ()
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
        if not isinstance(data, dict) or "id" not in data:
            raise DataError("框架文件没有写 id", str(path), "在文件开头加一行 id: 名称")
        if str(data["id"]) in found:
            raise DataError(f"两个框架文件的 id 都是“{data['id']}”", str(path), "改掉其中一个")
        found[str(data["id"])] = (path, data)
    return found


@cache
def profile_origins(profile_id: str) -> dict[str, tuple[Any, Path]]:
    """Each effective value of a profile with the file it comes from, the profile's own before its parents'.

    Raises:
        DataError: there is no such profile, or its parents form a ring.
    """
    values: dict[str, tuple[Any, Path]] = {}
    current: str | None = profile_id
    seen: list[str] = []
    while current is not None:
        if current not in _raw():
            known = "、".join(_raw())
            raise DataError(f"没有名为“{current}”的框架", "--profile", f"可选：{known}")
        if current in seen:
            raise DataError(
                f"框架的 parent 循环引用：{'→'.join([*seen, current])}", str(_raw()[current][0]), "断开循环"
            )
        path, data = _raw()[current]
        for key, value in data.items():
            if key not in _OWN or (key == "detect" and not seen):
                values.setdefault(key, (value, path))
        seen.append(current)
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
        met = [_marks_met(marks, first, second, printed) for marks in profile.detect or (Detect(),)]
        marks_met = max((n for n in met if n is not None), default=None)
        if marks_met is None:
            continue
        score = (marks_met, -profile.rank)
        if best is None or score > best[:2]:
            best = (*score, profile)
    if best is None:
        raise DataError("没有适用于任何表的默认框架", "taxonomy/profiles", "至少保留一个没有 detect 的框架")
    return best[2]


def _marks_met(marks: Detect, first: set[str], second: set[str], printed: set[str]) -> int | None:
    """How many kinds of marks are met; None when one that is asked for is not."""
    if not {bare_level(h) for h in marks.level1} <= first:
        return None
    groups = [(marks.level2, second), (marks.columns, printed)]
    wanted = [bool({bare_level(h) for h in names} & have) for names, have in groups if names]
    return len(wanted) + bool(marks.level1) if all(wanted) else None
