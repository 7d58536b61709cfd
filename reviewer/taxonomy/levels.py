"""The nine second-level categories and the headings that filings print for them."""

import re
from functools import cache, lru_cache
from typing import Any

from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml
from reviewer.text import clean_heading

OUTPUTS = ("数量指标", "质量指标", "时效指标", "成本指标")
BENEFITS = ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")
CATEGORIES = (*OUTPUTS, *BENEFITS, "满意度指标")
_ENDING = re.compile(r"(?:指标|目标|值|类){1,6}$")


@cache
def _levels() -> dict[str, Any]:
    data: dict[str, Any] = load_yaml(resource("taxonomy", "levels.yaml"))
    return data


@lru_cache(maxsize=4096)
def bare_level(heading: str) -> str:
    """A level heading without points, remarks and the endings 指标/目标/值 (``产出 指 标（50分）`` → ``产出``)."""
    return _ENDING.sub("", clean_heading(heading))


@lru_cache(maxsize=4096)
def category_of(level1: str, level2: str) -> str | None:
    """The canonical category of a row.

    Args:
        level1: first-level heading as printed.
        level2: second-level heading as printed; may be empty where the first level says it all (满意度指标).

    Returns:
        One of ``CATEGORIES``; None for headings outside the nine (管理指标 …).
    """
    for heading in (level2, level1) if not bare_level(level2) else (level2,):
        bare = bare_level(heading)
        if not bare:
            continue
        for name, entry in _levels()["categories"].items():
            if bare in entry["synonyms"]:
                return str(name)
        for name, entry in _levels()["categories"].items():
            if any(part in bare for part in entry["contains"]):
                return str(name)
    return None


@lru_cache(maxsize=4096)
def level1_name(heading: str) -> str | None:
    """The canonical first-level heading (效果指标（30分） → 效益指标); None where it is none of the four."""
    bare = bare_level(heading)
    for name, synonyms in _levels()["level1"].items():
        if bare and (bare == bare_level(name) or bare in synonyms):
            return str(name)
    return None


@lru_cache(maxsize=4096)
def is_category_name(heading: str) -> bool:
    """Whether the heading is one of the printed names of a category, word for word (``category_of`` also guesses)."""
    bare = bare_level(heading)
    return any(bare in entry["synonyms"] for entry in _levels()["categories"].values())


@lru_cache(maxsize=4096)
def is_level1(heading: str) -> bool:
    """Whether the heading is one of the first level (产出指标, 项目完成指标, 效果指标 …)."""
    bare = bare_level(heading)
    return any(bare == bare_level(name) or bare in synonyms for name, synonyms in _levels()["level1"].items())


def level1_of(category: str) -> str:
    """The first-level heading that a category belongs to since 2021 (财预〔2021〕101号)."""
    return str(_levels()["categories"][category]["level1"])
