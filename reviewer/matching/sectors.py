"""Fields of public spending, told by words that belong to one field alone (``taxonomy/sectors.yaml``)."""

from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from reviewer.errors import DataError
from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml
from reviewer.text.occurrences import Occurrences


@cache
def _sectors() -> tuple[dict[str, tuple[str, ...]], dict[str, frozenset[str]]]:
    path = resource("taxonomy", "sectors.yaml")
    terms: dict[str, tuple[str, ...]] = {}
    near: dict[str, set[str]] = {}
    data = load_yaml(path)
    for name, entry in data.items():
        terms[name] = tuple(map(str, entry["terms"]))
        for other in entry.get("near", ()):
            if other not in data:
                raise DataError(f"领域“{name}”的 near 中没有“{other}”这个领域", str(path), "改正名称或补上该领域")
            near.setdefault(name, set()).add(other)
            near.setdefault(other, set()).add(name)
    return terms, {name: frozenset(others) for name, others in near.items()}


@cache
def _effects() -> frozenset[str]:
    data = load_yaml(resource("taxonomy", "sectors.yaml"))
    return frozenset(str(t) for entry in data.values() for t in entry.get("effects", ()))


def is_effect(term: str) -> bool:
    """Whether benefits of other fields speak of ``term`` as well (学生, 游客)."""
    return term in _effects()


@cache
def _all_terms() -> tuple[list[tuple[str, str]], Occurrences]:
    """Each field with each of its terms, and what finds them."""
    pairs = [(name, term) for name, terms in _sectors()[0].items() for term in terms]
    return pairs, Occurrences(term for _, term in pairs)


@lru_cache(maxsize=4096)
def terms_of(text: str) -> Mapping[str, tuple[str, ...]]:
    """The words of each field that stand in ``text``; fields without a word left out."""
    pairs, occurrences = _all_terms()
    found: dict[str, tuple[str, ...]] = {}
    for index in occurrences.of(text):
        name, term = pairs[index]
        found[name] = (*found.get(name, ()), term)
    return MappingProxyType(found)


def are_near(one: str, other: str) -> bool:
    """Whether words of field ``one`` may well stand in a project of field ``other``."""
    return one == other or other in _sectors()[1].get(one, frozenset())
