"""The words of ``taxonomy/matching.yaml`` in the form that taking names apart needs."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from reviewer.errors import DataError
from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml

_HEADLESS = 0.6
"""A phrase without a head (完善助学制度建设) may be about what a measured name is about, and never means the same."""


@dataclass(frozen=True, slots=True)
class Term:
    """What one word stands for.

    ``sense`` is the same for words of one meaning; ``axis`` and ``sign`` place it on a polarity (合格 / 不合格);
    ``rival`` names the list of which two different members exclude each other (actions, groups of people, 人均 / 户均).
    """

    sense: str
    label: str
    weight: float = 1.0
    axis: str = ""
    sign: int = 0
    rival: str = ""
    generic: bool = False
    implies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All lists of ``matching.yaml``; ``terms`` by word, ``endings`` of heads by length."""

    terms: dict[str, Term]
    endings: dict[str, str]
    head_labels: dict[str, str]
    compatible: dict[tuple[str, str], float]
    rewrite: dict[str, str]
    people: frozenset[str]
    lists: dict[str, frozenset[str]]
    light: dict[str, float]
    light_in_rates: dict[str, float]
    per_words: dict[str, float]
    weights: dict[str, float]
    accept: dict[str, float]
    longest: int

    def term(self, word: str) -> Term:
        """The term of a word; a word in no list stands for itself."""
        known = self.terms.get(word)
        if known is not None:
            return known
        return Term(word, word, self.light.get(word, 1.0 if len(word) > 1 else 0.5))

    def head_factor(self, one: str, other: str) -> float:
        """How well two heads go together: 1 the same, 0 never the same."""
        if one == other:
            return 1.0
        if not one or not other:
            return _HEADLESS
        return self.compatible.get((one, other), 0.0)


_LISTS = (
    "not_heads", "whole_word_endings", "people_endings", "not_people", "household_endings", "not_household", "bodies",
    "words", "tails", "negators", "not_negations", "stop", "empty_aspects",
    "light_in_costs", "measures_in_words",
)  # fmt: skip


@cache
def lexicon() -> Lexicon:
    """The lexicon of the installed ``taxonomy/matching.yaml``.

    Raises:
        DataError: the file is missing, is no YAML or lacks a list.
    """
    path = resource("taxonomy", "matching.yaml")
    data: dict[str, Any] = load_yaml(path)
    try:
        return _build(data)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"匹配词表缺少或写错了一节：{error}", str(path), "按文件内的注释改正") from None


def _build(data: dict[str, Any]) -> Lexicon:
    lists = {name: frozenset(str(w).lower() for w in data[name]) for name in _LISTS}
    light = {str(word): float(weight) for word, weight in data["light"].items()}
    terms: dict[str, Term] = {}
    for axis, sides in data["polarity"].items():
        for sign, words in ((1, sides["positive"]), (-1, sides["negative"])):
            for word in words:
                terms[word] = Term(f"{axis}{'+' if sign > 0 else '-'}", words[0], light.get(word, 1.0), axis, sign)
    for entry in data["synonyms"]:
        _add_synonyms(terms, entry, light)
    for name, action in data["actions"].items():
        for word in action["words"]:
            old = terms.get(word)
            axis, sign = (old.axis, old.sign) if old else ("", 0)
            terms[word] = Term(f"*{name}", action["label"], float(action["weight"]), axis, sign, "action")
    for entry in data["synonyms"]:
        if "equals" in entry:
            for word in entry["words"]:
                terms[word] = terms[entry["equals"]]
    for name, quantity in data["quantifiers"].items():
        for word in quantity["words"]:
            terms[word] = Term(f"#{name}", quantity["label"], 1.0, rival="quantity")
    for word in lists["stop"]:
        if word not in light and word not in terms:
            terms[word] = Term("", word, 0.0)
    endings = {e: name for name, head in data["heads"].items() for e in head["endings"]}
    labels = {name: head["label"] for name, head in data["heads"].items()}
    compatible: dict[tuple[str, str], float] = {}
    for one, other, factor in data["compatible"]:
        compatible[one, other] = compatible[other, one] = float(factor)
    people = frozenset(w for w, t in terms.items() if t.rival == "group" and not t.generic and w.endswith("人"))
    rewrite = {str(ending): str(other) for ending, other in data["rewrite"].items()}
    return Lexicon(
        terms,
        endings,
        labels,
        compatible,
        rewrite,
        people,
        lists,
        light,
        dict(data["light_in_rates"]),
        {f"#{k}": float(v) for k, v in data["per_words_in_costs"].items()},
        dict(data["weights"]),
        dict(data["accept"]),
        max(map(len, (*rewrite, *people, *(word for members in lists.values() for word in members)))),
    )


def _add_synonyms(terms: dict[str, Term], entry: dict[str, Any], light: dict[str, float]) -> None:
    words = [str(w).lower() for w in entry["words"]]
    group = bool(entry.get("group"))
    term = Term(
        sense=f"={words[0]}",
        label=words[0],
        weight=float(entry.get("weight", light.get(words[0], 1.0))),
        rival="group" if group else "",
        generic=bool(entry.get("generic")),
        implies=tuple(entry.get("implies", ())),
    )
    for word in words:
        # A word of two lists keeps the first; polarity words stay what they are.
        terms.setdefault(word, term)
