"""Cutting names into words with jieba's dictionary, without jieba's slow start.

Only the dictionary file is read (once; a pruned copy goes to the user's cache); the cut is the most probable one, as
jieba makes it with its guesser for unknown words off, so that both sides of a comparison are always cut alike.
"""

import math
import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from reviewer.matching.cache import load_cached
from reviewer.matching.lexicon import lexicon

_RAREST = 10
"""Words rarer than this in jieba's corpus are left out: they are mostly names."""
_LONGEST = 8
_RUNS = re.compile(r"[a-z0-9.%+&-]+|[^a-z0-9.%+&-]+")
_OWN_FREQUENCY = 200_000
"""Frequency given to the words of ``matching.yaml``, so that they are preferred to their parts."""


class Segmenter:
    """Cuts texts with a dictionary of word frequencies."""

    def __init__(self, frequencies: dict[str, int], own: Iterable[str] = ()) -> None:
        own = [w for w in own if w]
        total = math.log(sum(frequencies.values()) + 1.0)
        self._cost = {word: math.log(count) - total for word, count in frequencies.items()}
        self._unknown = -total - 1.0
        for word in own:
            # Longer words of our own win against two shorter ones.
            bonus = math.log(_OWN_FREQUENCY) - total + 1.5 * (len(word) - 2)
            self._cost[word] = max(self._cost.get(word, -99.0), min(bonus, -2.0))

    def cut(self, text: str) -> list[str]:
        """The words of a text, in order. Runs of letters, digits and points stay together."""
        words: list[str] = []
        for run in _RUNS.findall(text):
            words += [run] if run[0].isascii() else self._cut_run(run)
        return words

    def _cut_run(self, run: str) -> list[str]:
        cost, unknown, size = self._cost, self._unknown, len(run)
        best = [0.0] * (size + 1)
        step = [1] * (size + 1)
        for start in range(size - 1, -1, -1):
            top, length = unknown + best[start + 1], 1
            known = cost.get(run[start])
            if known is not None:
                top = known + best[start + 1]
            for end in range(start + 2, min(size, start + _LONGEST) + 1):
                value = cost.get(run[start:end])
                if value is not None and value + best[end] > top:
                    top, length = value + best[end], end - start
            best[start], step[start] = top, length
        words, at = [], 0
        while at < size:
            words.append(run[at : at + step[at]])
            at += step[at]
        return words


def _dictionary_file() -> Path | None:
    spec = find_spec("jieba")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "dict.txt"
        if path.is_file():
            return path
    return None


def _read_frequencies() -> dict[str, int]:
    path = _dictionary_file()
    if path is None:
        return {}
    frequencies = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            word, count, *_ = line.split(" ")
            if int(count) >= _RAREST and len(word) <= _LONGEST:
                frequencies[word] = int(count)
    return frequencies


@cache
def segmenter() -> Segmenter:
    """The segmenter with jieba's words and those of ``matching.yaml``."""
    try:
        edition = version("jieba")
    except PackageNotFoundError:
        edition = "none"
    frequencies = load_cached(f"words-{edition}-{_RAREST}", _read_frequencies)
    known = lexicon()
    own = [*known.terms, *known.lists["not_negations"], *known.lists["not_heads"], *known.lists["words"]]
    return Segmenter(frequencies, own)
