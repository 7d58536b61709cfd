"""Words of calculations, from ``taxonomy/calculation.yaml``."""

import re
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

import yaml

from reviewer.resources import resource
from reviewer.text.normalize import fold
from reviewer.text.vocabulary import bare_unit, unit_class, units

_SCALE = re.compile(r"[十百千万亿]*")
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10000, "亿": 100000000}


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
    """The mapping ``name`` (``average``, ``heading_unit``, ``in_a_year``, ``pair_unit``)."""
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
def scaled_unit(unit: str) -> tuple[Decimal, str]:
    """A printed unit as (scale, canonical name): 万人次 → 10000 and 人次, 千米 → 1 and 公里."""
    bare = bare_unit(unit)
    if bare in _canonical():
        return Decimal(1), _canonical()[bare]
    # The shortest scale that leaves a unit: 万千瓦时 is 万 of 千瓦时.
    for length in range(1, len(_SCALE.match(bare)[0]) + 1):  # type: ignore[index]
        rest = bare[length:]
        if rest in _canonical() or rest in _known():
            scale = Decimal(1)
            for character in bare[:length]:
                scale *= _SCALES[character]
            return scale, _canonical().get(rest, rest)
    return Decimal(1), bare


@cache
def _known() -> frozenset[str]:
    return frozenset(u for members in units().values() for u in members)


def canonical_unit(unit: str) -> str:
    """One name for all names of a unit (名 → 人, 个月 → 月, ㎡ → 平方米); without scale words."""
    return scaled_unit(unit)[1]


def expand_pair(unit: str) -> tuple[str, ...]:
    """``人月`` → 人 and 月; any other unit alone."""
    return tuple(mapping("pair_unit").get(unit, [unit]))


def heading_unit(heading: str) -> str:
    """The unit that the heading of a column of quantities names (数量（台）, 人数); "" when it names none."""
    words = fold("".join(heading.split()))
    name, _, remark = words.partition("(")
    unit = remark.rstrip(")")
    return unit if unit_class(unit) else str(mapping("heading_unit").get(name, ""))


def is_duration(unit: str) -> bool:
    """Whether the unit measures time (年, 月, 天 …)."""
    return unit_class(unit) == "duration" or unit in ("半年", "学期", "季度")
