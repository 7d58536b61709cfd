"""Whole forms of ``eval_sets/planted``: one form, or two where a flaw lies between them."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations
from random import Random

from reviewer.evals.content import FilingContent
from reviewer.resources import resource
from reviewer.training.alter import Altered, altered, plan

# Flaws between two forms, and the kinds of form that they lie between.
_PAIRS = {"REL303": ("project", "project"), "REL304": ("summary", "project")}


@cache
def _filings() -> tuple[FilingContent, ...]:
    return tuple(plan.load_filings(resource("eval_sets", "planted", "filings")))


@cache
def _singles() -> tuple[FilingContent, ...]:
    return tuple(_part(filing, (n,)) for filing in _filings() for n in range(len(filing.forms)))


def _part(filing: FilingContent, numbers: tuple[int, ...]) -> FilingContent:
    """Some forms of a filing as a filing; a summary lists only the projects that are there, so that none is missing."""
    part = filing.id if len(numbers) == len(filing.forms) else f"{filing.id}-{'-'.join(str(n + 1) for n in numbers)}"
    return filing.model_copy(update={"id": part, "forms": tuple(filing.forms[n] for n in numbers)})


def pool(seed: str, code: str = "") -> list[FilingContent]:
    """Filings of the size that a flaw needs, in the order that ``seed`` gives."""
    kinds = _PAIRS.get(code)
    found = list(_singles()) if kinds is None else list(_pairs(kinds))
    if kinds is None and not code:
        found = [f for f in found if f.forms[0].kind != "summary"]
    Random(seed).shuffle(found)
    return found


def _pairs(kinds: tuple[str, str]) -> Iterator[FilingContent]:
    for filing in _filings():
        for numbers in combinations(range(len(filing.forms)), 2):
            if tuple(filing.forms[n].kind for n in numbers) == kinds:
                yield _part(filing, numbers)


def altered_forms(name: str, code: str) -> Iterator[tuple[FilingContent, Altered]]:
    """The filings in which the operator finds a place, one after the other.

    Args:
        code: the code that must be planted; "" for an operator of legitimate oddities.
    """
    for content in pool(name, code):
        done = altered(content, name, f"{name}:{content.id}")
        if done is not None and (not code or done.plants(code)):
            yield content, done
