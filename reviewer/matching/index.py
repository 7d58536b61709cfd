"""Finding the few entries of a bank that a name may mean, before they are compared one by one.

Every name and synonym is a bag of features: the senses of its words and its character pairs, weighted by rarity.
A query adds up the postings of its features (numpy), is damped where heads or polarity do not go together, and keeps
the best. Names are taken apart once per bank; the parts are kept in the user's cache by the content they come from.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.matching.bank import BankEntry
from reviewer.matching.cache import load_cached
from reviewer.matching.decompose import Parts, Token, decompose
from reviewer.matching.lexicon import Term, lexicon
from reviewer.resources import resource

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SOURCES = ("decompose.py", "lexicon.py", "words.py")
"""The code that takes names apart; a cache made by another edition of it is not used."""
_PAIR_WEIGHT = 0.35
_CANDIDATES = 30
_FAIR, _ENOUGH = 0.4, 10


@dataclass(frozen=True, slots=True)
class Variant:
    """A name or synonym of an entry: which entry, whether it is the name itself, and its parts."""

    entry: int
    is_name: bool
    written: str
    parts: Parts


class Index:
    """The postings of a list of entries."""

    def __init__(self, entries: Sequence[BankEntry]) -> None:
        import numpy as np

        self.entries = entries
        self.variants = _variants(entries)
        self.by_text: dict[str, list[int]] = defaultdict(list)
        self.names = [0] * len(entries)
        heads = {name: place for place, name in enumerate(["", *lexicon().head_labels])}
        self._heads = heads
        self._factors = np.array(
            [[max(lexicon().head_factor(a, b), 0.35) for b in heads] for a in heads], dtype=np.float32
        )
        count = len(self.variants)
        self._dampings: dict[str, NDArray[np.float32]] = {}
        self._head_of = np.fromiter((heads[v.parts.head] for v in self.variants), dtype=np.int16, count=count)
        postings: dict[str, list[int]] = defaultdict(list)
        for place, variant in enumerate(self.variants):
            self.by_text[variant.parts.text].append(place)
            if variant.is_name:
                self.names[variant.entry] = place
            for feature in _features(variant.parts):
                postings[feature].append(place)
        self._postings = {f: np.array(places, dtype=np.int32) for f, places in postings.items()}
        self._rarity = {f: float(np.log1p(count / len(p))) for f, p in postings.items()}
        norms = np.zeros(count, dtype=np.float32)
        for feature, places in self._postings.items():
            norms[places] += (self._rarity[feature] * _feature_weight(feature)) ** 2
        norms = np.sqrt(np.maximum(norms, 1e-6))
        # What a feature adds to each of its places: cosine, but for the query's own length, which changes no order.
        self._shares = {
            f: ((self._rarity[f] * _feature_weight(f)) ** 2 / norms[places]).astype(np.float32)
            for f, places in self._postings.items()
        }
        self.entry_of = np.fromiter((v.entry for v in self.variants), dtype=np.int32, count=count)

    def shared(self, variant: Variant) -> bool:
        """Whether the words of a variant stand for rows of different names."""
        names = {self.variants[self.names[self.variants[p].entry]].parts.text for p in self.by_text[variant.parts.text]}
        return len(names) > 1

    def _damping(self, head: str) -> "NDArray[np.float32]":
        """What the score of each variant is multiplied with for a query of this head."""
        if head not in self._dampings:
            self._dampings[head] = self._factors[self._heads[head]][self._head_of]
        return self._dampings[head]

    def candidates(
        self, parts: Parts, allowed: "NDArray[np.bool_] | None" = None, limit: int = _CANDIDATES
    ) -> list[int]:
        """Places of the variants that come nearest, the best first.

        Args:
            parts: the query taken apart.
            allowed: which variants may be named; all when None.
            limit: how many at most.
        """
        import numpy as np

        found, weights = [], []
        for feature in _features(parts):
            places = self._postings.get(feature)
            if places is not None:
                found.append(places)
                weights.append(self._shares[feature])
        count = len(self.variants)
        if not found:
            return []
        added = np.bincount(np.concatenate(found), np.concatenate(weights), minlength=count)
        scores: NDArray[np.floating[Any]] = added * self._damping(parts.head)
        if allowed is not None:
            scores = np.where(allowed, scores, 0.0)
        # Only what is a fair part of the best is sorted: partitioning thousands of zeros takes longest of all.
        best: NDArray[np.intp] = np.flatnonzero(scores > _FAIR * float(scores.max(initial=0.0)))
        if len(best) < _ENOUGH:
            best = np.flatnonzero(scores)
        if len(best) > limit:
            best = best[np.argpartition(scores[best], len(best) - limit)[len(best) - limit :]]
        return [int(place) for place in best[np.argsort(-scores[best], kind="stable")]]


def _features(parts: Parts) -> set[str]:
    text = parts.text
    pairs = {"/" + text[i : i + 2] for i in range(len(text) - 1)} if len(text) > 1 else {"/" + text}
    return {t.term.sense for t in parts.tokens} | pairs


def _feature_weight(feature: str) -> float:
    return _PAIR_WEIGHT if feature.startswith("/") else 1.0


def _variants(entries: Sequence[BankEntry]) -> list[Variant]:
    written = [(place, not n, text) for place, e in enumerate(entries) for n, text in enumerate((e.name, *e.synonyms))]
    texts = list(dict.fromkeys(text for _, _, text in written))
    digest = hashlib.sha256("\n".join(texts).encode())
    digest.update(resource("taxonomy", "matching.yaml").read_bytes())
    for source in _SOURCES:
        digest.update(Path(__file__).with_name(source).read_bytes())
    key = f"parts-{digest.hexdigest()[:32]}"
    stored = load_cached(key, lambda: _pack(texts, (decompose(t) for t in texts)))
    try:
        parts = _unpack(stored)
    except (KeyError, TypeError, ValueError, IndexError):
        parts = {t: decompose(t) for t in texts}
    if parts.keys() != set(texts):
        parts = {t: decompose(t) for t in texts}
    return [Variant(place, is_name, text, parts[text]) for place, is_name, text in written]


def _pack(texts: Iterable[str], all_parts: Iterable[Parts]) -> dict[str, Any]:
    terms: dict[Term, int] = {}
    rows = []
    for text, parts in zip(texts, all_parts, strict=True):
        tokens = [[terms.setdefault(t.term, len(terms)), t.word, t.weight, int(t.narrows)] for t in parts.tokens]
        rows.append([text, parts.text, parts.head, parts.ending, tokens, sorted(parts.optional)])
    return {"terms": [astuple(t) for t in terms], "rows": rows}


def _unpack(stored: dict[str, Any]) -> dict[str, Parts]:
    terms = []
    for sense, label, weight, axis, sign, rival, generic, implies in stored["terms"]:
        terms.append(Term(sense, label, weight, axis, sign, rival, generic, tuple(implies)))
    known = lexicon().head_labels
    found = {}
    for written, text, head, ending, tokens, optional in stored["rows"]:
        if head and head not in known:
            raise ValueError(head)
        made = tuple(Token(terms[place], word, weight, bool(narrows)) for place, word, weight, narrows in tokens)
        found[written] = Parts(text, head, ending, made, frozenset(optional))
    return found
