"""A small linear model over character n-grams: one more voice on where a name belongs.

Trained by ``python -m reviewer.evals.train`` from the indicator bank; its weights are plain data in
``taxonomy/category_model.csv`` (one line an n-gram, one column a category).
"""

import csv
import math
from functools import cache
from operator import add

from reviewer.resources import resource


def ngrams(name: str) -> tuple[str, ...]:
    """The different character 1- to 3-grams of a name, with ``$`` at its end (heads stand there)."""
    text = f"{name}$"
    twos = list(map(add, text, text[1:]))
    return tuple(dict.fromkeys([*text, *twos, *map(add, twos, text[2:])]))


@cache
def _weights() -> tuple[tuple[str, ...], dict[str, tuple[float, ...]]]:
    path = resource("taxonomy", "category_model.csv")
    if not path.is_file():
        return (), {}
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        categories = tuple(next(rows)[1:])
        return categories, {row[0]: tuple(map(float, row[1:])) for row in rows}


def model_scores(name: str) -> dict[str, float]:
    """The share of each category (0 to 1, together 1) for a name; empty where no n-gram of it is known."""
    categories, weights = _weights()
    known = [w for g in ngrams(name) if (w := weights.get(g)) is not None]
    if not known:
        return {}
    bias = weights.get("", (0.0,) * len(categories))
    logits = [sum(column) for column in zip(bias, *known, strict=True)]
    top = max(logits)
    powers = [math.exp(v - top) for v in logits]
    whole = sum(powers)
    return {c: p / whole for c, p in zip(categories, powers, strict=True)}
