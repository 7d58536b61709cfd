"""Texts without place, year, white space and punctuation: what is left tells whether one was copied from another."""

import re
from collections.abc import Iterable

from reviewer.batch.sector import settings
from reviewer.text import squash

_NOT_WORDS = re.compile(r"[^\u3400-\u9fffA-Za-z0-9%.]+")
_STEM = "省市州盟县区旗镇乡村"


class Masker:
    """Takes place and year out of texts.

    Args:
        units: names of the units of the batch: their names and the places in them are masked wherever they stand.
    """

    def __init__(self, units: Iterable[str] = ()) -> None:
        words = settings()["copies"]
        endings = "|".join(words["place_endings"])
        after = "|".join(sorted(words["place_after"], key=len, reverse=True))
        self._years = re.compile("|".join(words["years"]))
        self._own = re.compile(words["own_place"])
        self._place = re.compile(rf"(^|[，。；、：（(,;:]|{after})((?:[\u4e00-\u9fff]{{2,3}}?(?:{endings}))+)")
        self._in_unit = re.compile(rf"[\u4e00-\u9fff]{{2,6}}?(?:{endings})")
        self._not_places = tuple(words["not_places"])
        known: set[str] = set()
        for unit in units:
            known |= self._names(squash(unit))
        self._known = frozenset(known)
        lengths: dict[str, set[int]] = {}
        for name in known:
            lengths.setdefault(name[:2], set()).add(len(name))
        # By their first two characters, how long the names are, the longest first.
        self._lengths = {head: sorted(found, reverse=True) for head, found in lengths.items()}

    def mask(self, text: str) -> str:
        """The text as it is compared."""
        text = self._years.sub("", squash(text))
        text = self._place.sub(self._cut, self._own.sub("", self._without_known(text)))
        return _NOT_WORDS.sub("", text)

    def _names(self, unit: str) -> set[str]:
        """A unit's name, the places at its beginning, and these without their ending (某某县, 某某)."""
        found = {unit} if len(unit) > 3 else set()
        start = 0
        while match := self._in_unit.match(unit, start):
            place, start = match[0], match.end()
            if place.endswith(self._not_places):
                break
            found.add(place)
            stem = place.rstrip(_STEM)
            if len(stem) > 1:
                found.add(stem)
        return found

    def _without_known(self, text: str) -> str:
        if not self._known:
            return text
        kept: list[str] = []
        place = 0
        while place < len(text):
            for length in self._lengths.get(text[place : place + 2], ()):
                if text[place : place + length] in self._known:
                    place += length
                    break
            else:
                kept.append(text[place])
                place += 1
        return "".join(kept)

    def _cut(self, match: re.Match[str]) -> str:
        return match[0] if match[2].endswith(self._not_places) else match[1]
