"""Words that the parsers know, from ``taxonomy/value_words.yaml`` and ``taxonomy/units.yaml``."""

import re
from functools import cache

import yaml

from reviewer.resources import resource

_PER = re.compile(r"[/*·每]")
_SCALE = re.compile(r"^[十百千万亿]+")


@cache
def value_words() -> dict[str, list[str]]:
    """The closed word classes of target values (comparators, placeholders), by class."""
    data: dict[str, list[str]] = yaml.safe_load(resource("taxonomy", "value_words.yaml").read_text("utf-8"))
    return data


@cache
def units() -> dict[str, list[str]]:
    """Units by class (money, duration, people, length …); see ``taxonomy/units.yaml``."""
    data: dict[str, list[str]] = yaml.safe_load(resource("taxonomy", "units.yaml").read_text("utf-8"))
    return data


def bare_unit(unit: str) -> str:
    """A unit without brackets that stand around it or have lost their partner; those of 头(只) stay."""
    if unit.count("(") == unit.count(")") and not unit.startswith("("):
        return unit
    return unit.strip("()")


@cache
def unit_class(unit: str) -> str | None:
    """The class of a unit (``人次`` → ``people``); of ``元/人`` that of the part before the slash; None if unknown."""
    head = bare_unit(_PER.split(unit, maxsplit=1)[0])
    for name, members in units().items():
        if head in members or _SCALE.sub("", head) in members:
            return name
    return None


@cache
def unit_pattern() -> re.Pattern[str]:
    """A known unit at the start of a text, longest first, with an optional scale (万, 亿) and denominators (/人·年)."""
    words = sorted({u for members in units().values() for u in members}, key=len, reverse=True)
    one = "(?:" + "|".join(map(re.escape, words)) + ")"
    per = rf"\(?(?:[/*·×每]|每一)(?:[百千万])?{one}\)?"
    return re.compile(
        rf"百分比|个?百分点|(?:[百千万亿]{{1,4}}(?={one}))?{one}(?:{per}){{0,4}}|[百千万亿]{{0,4}}/{one}(?:[/*·]{one}){{0,4}}"
    )
