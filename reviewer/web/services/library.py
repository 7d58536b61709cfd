"""Rules and the indicator bank, to be looked up."""

from inspect import cleandoc
from typing import Any

from reviewer.matching.bank import STANDING_WORDS
from reviewer.matching.matcher import matcher_of
from reviewer.rules import RULES, Rule
from reviewer.taxonomy import regulations
from reviewer.taxonomy.levels import CATEGORIES, category_of
from reviewer.web.problems import NotFoundError
from reviewer.writers.words import SEVERITY_WORDS

_LONGEST = 120


def rules() -> list[dict[str, Any]]:
    """All rules in short."""
    return [_rule(rule) for rule in sorted(RULES.values(), key=lambda rule: rule.code)]


def rule(code: str) -> dict[str, Any]:
    """One rule with its page and its authorities.

    Raises:
        NotFoundError: there is none of this code.
    """
    found = next((item for item in RULES.values() if item.code == code.upper()), None)
    if found is None:
        raise NotFoundError(f"没有代码为“{code[:40]}”的规则", "", "在“帮助”里看全部规则")
    known = regulations()
    bases = [known[key].model_dump() | {"cite": known[key].cite} for key in found.basis if key in known]
    return {**_rule(found), "page": cleandoc(found.page), "authorities": bases}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "severity_words": SEVERITY_WORDS[rule.severity],
        "dimension": rule.dimension,
        "smart": rule.smart,
        "categories": list(rule.categories),
    }


def search_bank(words: str, level2: str = "", sector: str = "", top: int = 10) -> dict[str, Any]:
    """Entries of the indicator bank that mean the same as a name, or come near it.

    Args:
        level2: only in this category; any of the nine, also as forms print it.
        sector: entries of this sector first.

    Raises:
        NotFoundError: no such category.
    """
    category = category_of("", level2) if level2.strip() else None
    if level2.strip() and category is None:
        raise NotFoundError(f"没有“{level2[:40]}”这类指标", "", f"可用：{'、'.join(CATEGORIES)}")
    query = words.strip()[:_LONGEST]
    if not query:
        return {"query": "", "accepted": False, "entries": []}
    result = matcher_of().match([query], category, sector.strip() or None, top)[0]
    return {
        "query": query,
        "accepted": result.accepted,
        "process": result.process,
        "entries": [
            {
                "id": found.entry.id,
                "name": found.entry.name,
                "level2": found.entry.level2,
                "sector": found.entry.sector,
                "definition": found.entry.definition,
                "unit": found.entry.unit,
                "direction": found.entry.direction,
                "standing": STANDING_WORDS[found.entry.standing],
                "citation": found.entry.citation,
                "score": round(found.score, 3),
                "same": found.same,
                "reasons": list(found.reasons),
            }
            for found in result.entries
        ],
    }
