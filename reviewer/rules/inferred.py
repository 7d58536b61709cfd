"""A category for rows whose form prints no second level, so that their values are checked at all.

Used only to choose the rules that look at a value (QNT203 and its like); ``Row.category`` stays None, so nothing is
ever said to be misfiled. Where the printed first level does not say it, the finding says that the category was inferred
and is no error.
"""

from reviewer.matching.category import judge_category
from reviewer.matching.phrases import leading_verb, vague_word
from reviewer.records import Hit, Indicator, Severity, TargetValue, ValueKind
from reviewer.taxonomy import BENEFITS, CATEGORIES, OUTPUTS, words
from reviewer.taxonomy.levels import level1_name
from reviewer.text import squash

_ANY_BENEFIT = "社会效益指标"  # the rules about benefits make no difference between the four
_FEW = 3  # acceptable homes of nine; with more of them the words told nothing


def inferred_category(indicator: Indicator, target: TargetValue) -> str | None:
    """The category to check a row by; None where one is printed, a frame of its own is, or none is clear.

    Any benefit stands for all four.
    """
    heading = squash(indicator.level2) or squash(indicator.level1)
    level1 = level1_name(heading)
    if indicator.category is not None or (heading and level1 is None):
        return None
    if level1 == "效益指标":
        return _ANY_BENEFIT
    if target.kind is not ValueKind.QUALITATIVE:
        return None
    verdict = judge_category(indicator.name, indicator.value, indicator.unit, indicator.nature)
    head = verdict.head.homes if verdict.head is not None and verdict.head.at_end else ()
    possible = OUTPUTS if level1 == "产出指标" else CATEGORIES
    homes = [c for c in dict.fromkeys((*verdict.homes, *head)) if c in possible]
    if verdict.certain and len(homes) == 1:
        return homes[0]
    clear = verdict.certain or len(verdict.homes) <= _FEW
    return _ANY_BENEFIT if clear and homes and homes[0] in BENEFITS and _is_vague(indicator.value) else None


def said_so(hit: Hit, indicator: Indicator, category: str) -> Hit:
    """The hit of a rule that looked at a row by its inferred category, saying so; at most a warning."""
    benefit = category in BENEFITS
    if benefit and level1_name(squash(indicator.level2) or squash(indicator.level1)) == "效益指标":
        return hit
    name = "效益指标" if benefit else category
    return hit.model_copy(
        update={
            "message": f"{hit.message}（表中没有印二级指标，这里按名称和指标值当作{name}检查。）",
            "severity": Severity.WARN,
        }
    )


def _is_vague(value: str) -> bool:
    """A direction without a level (稳步提高, 拓宽), and no standard beside it."""
    if any(len(word) > 1 and word in value for word in words("standard_words")):
        return False
    return bool(vague_word(value) or leading_verb(value, "goal_verbs"))
