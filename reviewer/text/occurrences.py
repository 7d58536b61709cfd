"""Which of many words stand in a text, told in one pass over it (Aho–Corasick)."""

from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick


class Occurrences:
    """A list of words to look for, those that overlap or stand inside others included.

    Args:
        words: in any order; a word may be there several times.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._automaton = AhoCorasick(list(words))

    def of(self, text: str) -> list[int]:
        """The positions in the list, ascending, of all words that stand in ``text``."""
        try:
            found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:  # halves of a character, which no word holds
            found = self._automaton.find_matches_as_indexes(text.encode("utf-8", "replace").decode(), overlapping=True)
        return sorted({index for index, _, _ in found})
