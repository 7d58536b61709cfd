"""Matching names against banks: the best entries of each, with reasons, and whether the first one means the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from reviewer.matching.bank import Bank, BankEntry, load_banks, process_indicators
from reviewer.matching.decompose import decompose
from reviewer.matching.index import Index, Variant
from reviewer.matching.lexicon import Lexicon, lexicon
from reviewer.matching.reasons import reasons_for
from reviewer.matching.similarity import Comparison, compare
from reviewer.records.base import Record
from reviewer.taxonomy.levels import category_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reviewer.matching.decompose import Parts

_SAME_HEAD = 0.8


class MatchedEntry(Record):
    """A row that a name may mean.

    ``score`` is between 0 and 1; ``same`` says that the row really means the same; ``reasons`` are Chinese phrases.
    """

    entry: BankEntry
    score: float
    same: bool
    reasons: tuple[str, ...]

    @property
    def reason(self) -> str:
        """All reasons as one sentence."""
        return "；".join(self.reasons)


class MatchResult(Record):
    """The best rows for one name; ``accepted``: the first one means the same as the name.

    ``process`` names a printed process item (资金到位率 …) that the name is; empty for all others.
    """

    query: str
    accepted: bool
    entries: tuple[MatchedEntry, ...]
    process: str = ""


class Matcher:
    """Matches names against one or more banks.

    Args:
        banks: in order of preference (of equal matches the earlier bank's row stands first); ``load_banks()`` when
            None.
    """

    def __init__(self, banks: Sequence[Bank] | None = None) -> None:
        self.banks = tuple(load_banks() if banks is None else banks)
        self._entries = [entry for bank in self.banks for entry in bank.entries]
        self._index = Index(self._entries)
        self._masks: dict[tuple[str | None, frozenset[str]], NDArray[np.bool_]] = {}
        self._preferences: dict[str, list[float]] = {}

    @property
    def sectors(self) -> tuple[str, ...]:
        """The sectors of all rows, in order."""
        return tuple(dict.fromkeys(e.sector for e in self._entries if e.sector))

    def match(
        self,
        names: Iterable[str],
        level2: str | None = None,
        sector: str | None = None,
        top: int = 5,
        exclude_filings: Iterable[str] = (),
    ) -> list[MatchResult]:
        """The best rows for each name.

        Args:
            names: indicator names as filed.
            level2: only rows of this second-level category (any printed wording of it); all when None.
            sector: rows of this sector stand before others that fit as well.
            top: how many rows a name gets at most.
            exclude_filings: ids of filings; rows drawn from one of them are left out.
        """
        category = (category_of("", level2) or level2) if level2 else None
        allowed = self._allowed(category, frozenset(exclude_filings))
        ask = _Ask(allowed, sector or "", top, lexicon(), self._preferred(sector or ""))
        return [self._match_one(name, ask) for name in names]

    def _allowed(self, category: str | None, excluded: frozenset[str]) -> "NDArray[np.bool_] | None":
        if category is None and not any(excluded.intersection(e.overlaps) for e in self._entries):
            return None
        if (category, excluded) not in self._masks:
            import numpy as np

            fits = [
                (category is None or e.level2 in ("", category)) and not excluded.intersection(e.overlaps)
                for e in self._entries
            ]
            self._masks[category, excluded] = np.array(fits, dtype=bool)[self._index.entry_of]
        return self._masks[category, excluded]

    def _match_one(self, name: str, ask: "_Ask") -> MatchResult:
        parts, allowed = decompose(name), ask.allowed
        places = dict.fromkeys(self._index.by_text.get(parts.text, ()))
        places.update(dict.fromkeys(self._index.candidates(parts, allowed)))
        best: dict[int, _Found] = {}
        for place in places:
            if allowed is not None and not allowed[place]:
                continue
            found = self._compare(parts, place, ask)
            known = best.get(found.entry)
            if known is None or found.order > known.order:
                best[found.entry] = found
        # Of equal scores the earlier bank and the earlier row.
        ranked = sorted(best.values(), key=lambda f: (not f.same, -round(f.rank, 4), f.entry))[: ask.top]
        entries = tuple(self._matched(parts, found) for found in ranked)
        accepted = bool(entries) and entries[0].same
        return MatchResult(query=name, accepted=accepted, entries=entries, process=_process_item(parts))

    def _compare(self, parts: "Parts", place: int, ask: "_Ask") -> "_Found":
        variant = self._index.variants[place]
        found = compare(parts, variant.parts)
        score, same = found.score, found.same
        if not variant.is_name:
            # A synonym is how filings write it: the row itself must be measured the same way, and a synonym of
            # several rows (验收合格率, 受益群众满意度) says little without the sector.
            weights = ask.lexicon.weights
            own = compare(parts, self._index.variants[self._index.names[variant.entry]].parts)
            score *= weights["synonym"] * (1 - weights["own_name"] + weights["own_name"] * own.score)
            shared = self._index.shared(variant) or all(t.term.generic for t in variant.parts.tokens)
            fits = own.same or not shared or (ask.sector != "" and ask.sector in self._entries[variant.entry].sector)
            clear = own.rivals is None or (own.rivals[0].term.rival == "action" and not shared)
            same = same and own.head >= _SAME_HEAD and own.opposite is None and clear and fits
        rank = score + ask.preferences[variant.entry]
        return _Found(variant.entry, rank, min(score, 1.0), same, found, variant)

    def _preferred(self, sector: str) -> list[float]:
        """For each row what is added to its score when rows are put in order: own library, sector, common rows."""
        if sector not in self._preferences:
            self._preferences[sector] = [self._preference(entry, sector) for entry in self._entries]
        return self._preferences[sector]

    def _preference(self, entry: BankEntry, sector: str) -> float:
        weights = lexicon().weights
        own = len(self.banks) > 1 and entry.bank != self.banks[-1].name
        value = weights["own_bank"] if own else 0.0
        if sector and sector in entry.sector:
            value += weights["sector"]
        elif entry.sector.startswith("共性"):
            value += weights["common_sector"]
        return value

    def _matched(self, parts: "Parts", found: "_Found") -> MatchedEntry:
        written = "" if found.variant.is_name else found.variant.written
        return MatchedEntry(
            entry=self._entries[found.entry],
            score=round(found.score, 3),
            same=found.same,
            reasons=reasons_for(parts, found.variant.parts, found.comparison, written),
        )


_made: dict[tuple[tuple[str, str], ...], Matcher] = {}


def matcher_of(banks: Sequence[Bank] | None = None) -> Matcher:
    """The matcher of ``banks`` (``load_banks()`` when None), made once while none of them changes.

    Making one takes most of a second; the last two are kept.
    """
    chosen = tuple(load_banks() if banks is None else banks)
    key = tuple((bank.name, bank.digest) for bank in chosen)
    if key not in _made:
        while len(_made) > 1:
            _made.pop(next(iter(_made)))
        _made[key] = Matcher(chosen)
    return _made[key]


@dataclass(frozen=True, slots=True)
class _Ask:
    """What one call of ``match`` asks for, of all its names alike."""

    allowed: "NDArray[np.bool_] | None"
    sector: str
    top: int
    lexicon: Lexicon
    preferences: list[float]


class _Found(NamedTuple):
    """An entry met by one of its names; ``rank`` is the score with the preference for the sector."""

    entry: int
    rank: float
    score: float
    same: bool
    comparison: Comparison
    variant: Variant

    @property
    def order(self) -> tuple[bool, float]:
        return self.same, self.rank


def same_meaning(one: str, other: str) -> bool:
    """Whether two indicator names mean the same: equal head, polarity, action and object (see ``similarity``)."""
    return compare(decompose(one), decompose(other)).same


def _process_item(parts: "Parts") -> str:
    """The printed process item that a name is, or nothing."""
    for item in _process_parts().get(parts.head, ()):
        if not parts.senses.keys().isdisjoint(item.senses) and compare(parts, item).same:
            return item.text
    return ""


@cache
def _process_parts() -> dict[str, list["Parts"]]:
    found: dict[str, list[Parts]] = {}
    for item in process_indicators():
        parts = decompose(item.name)
        found.setdefault(parts.head, []).append(parts)
    return found
