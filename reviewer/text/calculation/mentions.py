"""Counts that a sentence mentions, with the words that say what is counted."""

from dataclasses import dataclass
from functools import lru_cache

from reviewer.text.calculation.expressions import with_prefix
from reviewer.text.calculation.model import Quantity
from reviewer.text.calculation.tokens import tokens_of
from reviewer.text.calculation.vocabulary import is_duration


@dataclass(frozen=True, slots=True)
class Mention:
    """A count in a text.

    Attributes:
        around: the words of its clause, number and unit left out.
        before: the words since the count before it, ``after`` those up to the next one.
    """

    quantity: Quantity
    around: str
    before: str = ""
    after: str = ""


@lru_cache(maxsize=1024)
def counts_in(text: str) -> tuple[Mention, ...]:
    """Every count in ``text`` that is written in digits; durations, rates, money, prices and 每期50人 left out."""
    found: list[Mention] = []
    clause: list[tuple[Quantity, int]] = []  # a count and how many words stand before it
    words = ""
    edges: list[int] = []  # where numbers stand among the words

    def flush() -> None:
        # Two counts in one clause (培训3期150人) share its words.
        for quantity, at in clause:
            begin = edges[at - 1] if at else 0
            end = edges[at + 1] if at + 1 < len(edges) else len(words)
            found.append(Mention(quantity, words, words[begin : edges[at]], words[edges[at] : end]))
        clause.clear()
        edges.clear()

    for token in tokens_of(text):
        if token.kind in ("comma", "stop"):
            flush()
            words = ""
        elif token.kind == "word":
            words += token.text
        elif token.kind == "number" and token.quantity is not None:
            edges.append(len(words))
            quantity = with_prefix(token.quantity, words[-12:])
            counted = quantity.unit and not quantity.money and not quantity.percent and not quantity.chinese
            if counted and not quantity.per and not is_duration(quantity.unit):
                clause.append((quantity, len(edges) - 1))
    flush()
    return tuple(found)
