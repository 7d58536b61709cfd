"""Words of calculations, from ``taxonomy/calculation.yaml``."""

import re
from functools import cache, lru_cache
from typing import Any

import yaml

from reviewer.resources import resource
from reviewer.text.vocabulary import unit_class

_SCALE = re.compile(r"^([十百千万亿]+)(?=.)")


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(resource("taxonomy", "calculation.yaml").read_text("utf-8"))
    return data


@cache
def listed(name: str) -> tuple[str, ...]:
    """The list ``name``, longest words first."""
    return tuple(sorted(map(str, _data()[name]), key=len, reverse=True))


@cache
def mapping(name: str) -> dict[str, Any]:
    """The mapping ``name`` (``average``, ``in_a_year``, ``pair_unit``)."""
    data: dict[str, Any] = _data()[name]
    return data


@cache
def any_of(name: str) -> re.Pattern[str]:
    """A pattern for the words of the list ``name``, longest first."""
    return re.compile("|".join(map(re.escape, listed(name))))


@cache
def _canonical() -> dict[str, str]:
    return {word: group[0] for group in _data()["same_unit"] for word in group}


@lru_cache(maxsize=4096)
def canonical_unit(unit: str) -> str:
    """One name for all names of a unit (名 → 人, 个月 → 月, ㎡ → 平方米); without scale words."""
    bare = unit.strip("()（）")
    if bare in _canonical():
        return _canonical()[bare]
    scaled = _SCALE.match(bare)
    if scaled and unit_class(bare[scaled.end() :]):
        bare = bare[scaled.end() :]
    return _canonical().get(bare, bare)


def expand_pair(unit: str) -> tuple[str, ...]:
    """``人月`` → 人 and 月; any other unit alone."""
    return tuple(mapping("pair_unit").get(unit, [unit]))


def is_duration(unit: str) -> bool:
    """Whether the unit measures time (年, 月, 天 …)."""
    return unit_class(unit) == "duration" or unit in ("半年", "学期", "季度")
