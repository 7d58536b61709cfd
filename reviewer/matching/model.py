"""A small linear model over character n-grams: one more voice on where a name belongs.

Trained by ``python -m reviewer.evals.train`` from the indicator bank; its weights are plain data in
``taxonomy/category_model.csv`` (one line an n-gram, one column a category).
"""

import csv
import math
from functools import cache

from reviewer.resources import resource


def ngrams(name: str) -> set[str]:
    """The character 1- to 3-grams of a name, with ``$`` at its end (heads stand there)."""
    text = f"{name}$"
    return {text[i : i + n] for n in (1, 2, 3) for i in range(len(text) - n + 1)}


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
    known = [weights[g] for g in ngrams(name) if g in weights]
    if not known:
        return {}
    bias = weights.get("", (0.0,) * len(categories))
    logits = [bias[k] + sum(w[k] for w in known) for k in range(len(categories))]
    top = max(logits)
    powers = [math.exp(v - top) for v in logits]
    return {c: p / sum(powers) for c, p in zip(categories, powers, strict=True)}
