"""Copy-paste over units and years: goals, indicator tables, groups of rows and long names that say (nearly) the same.

A single row of two units may well be the same by right: 资金支付及时率 100% says nothing. So a row counts only together
with others, its value included, and a single name only where it is as long as a sentence.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from reviewer.batch.masking import Masker
from reviewer.batch.near import group_tables, group_texts
from reviewer.batch.records import FileResult
from reviewer.batch.sector import settings
from reviewer.matching import national_bank
from reviewer.matching.decompose import normalise

Kind = Literal["goal", "table", "rows", "name"]
KIND_WORDS: dict[Kind, str] = {"goal": "绩效目标", "table": "整张指标表", "rows": "成组指标", "name": "单项指标"}
_VARIANTS = 5
_Row = tuple[str, str]  # name and value, masked


@dataclass(frozen=True)
class Place:
    """A form of the batch: number of its file, and what tells it to a person."""

    file: int
    form: str
    unit: str
    year: int | None
    project: str


@dataclass(frozen=True)
class Copy:
    """A group of forms that say the same.

    Attributes:
        texts: up to five different wordings, as filed, the most frequent first.
        exact: place and year aside, all are letter for letter the same.
        common: so many units have it that it is more likely a form handed down to all.
    """

    kind: Kind
    texts: tuple[str, ...]
    exact: bool
    places: tuple[Place, ...]
    units: tuple[str, ...]
    years: tuple[int, ...]
    common: bool


@dataclass(frozen=True)
class _Item:
    place: int
    text: str


class CopyFinder:
    """Gathers the texts of a batch and finds the copies among them."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._goals: list[_Item] = []
        self._rows: list[tuple[int, tuple[_Row, ...]]] = []
        self._limits = settings()["copies"]
        self._usual = re.compile("|".join(self._limits["usual_values"]))
        self._many = 0.0

    def add(self, number: int, result: FileResult) -> None:
        """Gather the texts of a file."""
        for form in result.forms:
            place = len(self._places)
            self._places.append(Place(number, form.label, form.unit, form.year, form.project))
            self._goals += [_Item(place, goal) for goal in form.goals]
            rows = tuple((row.name, row.value) for row in form.indicators if row.name.strip())
            if rows:
                self._rows.append((place, rows))

    def find(self) -> list[Copy]:
        """The copies, those over most units first."""
        units = sorted({place.unit for place in self._places if place.unit})
        self._many = max(self._limits["common_units"], self._limits["common_share"] * len(units))
        masker = Masker(units)
        limits = self._limits
        tables = self._tables(masker, limits["table_rows"], limits["like_rows"])
        rows = [copy for copy in self._groups(masker) if not _is_covered(copy, tables)]
        names = self._texts("name", self._names(), masker, limits["name_length"], limits["like_text"])
        found = [
            *self._texts("goal", self._goals, masker, limits["goal_length"], limits["like_text"]),
            *tables,
            *rows,
            *(copy for copy in names if not _is_covered(copy, [*tables, *rows])),
        ]
        order = list(KIND_WORDS)
        return sorted(found, key=lambda c: (c.common, order.index(c.kind), -len(c.units), -len(c.places), c.texts))

    def _names(self) -> Iterable[_Item]:
        """Names that the indicator bank does not recommend: to use one of its names is no copying."""
        return [_Item(place, name) for place, rows in self._rows for name, _ in rows if normalise(name) not in _bank()]

    def _texts(self, kind: Kind, items: Iterable[_Item], masker: Masker, length: int, like: float) -> list[Copy]:
        texts: defaultdict[str, list[_Item]] = defaultdict(list)
        for item in items:
            key = masker.mask(item.text)
            if len(key) >= length:
                texts[key].append(item)
        groups = group_texts(_frequent_first(texts), like, size=3 if kind == "goal" else 2)
        made = (self._copy(kind, [i for key in group for i in texts[key]], len(group) == 1) for group in groups)
        return [copy for copy in made if copy is not None]

    def _tables(self, masker: Masker, least: int, like: float) -> list[Copy]:
        tables: defaultdict[frozenset[str], list[_Item]] = defaultdict(list)
        for place, rows in self._rows:
            masked = [(masker.mask(name), masker.mask(value)) for name, value in rows]
            key = frozenset(map("|".join, masked))
            if len(key) >= least and any(self._is_own(*row, name) for row, (name, _) in zip(masked, rows, strict=True)):
                tables[key].append(_Item(place, "\n".join(f"{name}　{value}" for name, value in rows)))
        ordered = sorted(tables, key=lambda key: (-len(tables[key]), sorted(key)))
        groups = group_tables(ordered, like)
        made = (self._copy("table", [i for key in group for i in tables[key]], len(group) == 1) for group in groups)
        return [copy for copy in made if copy is not None]

    def _groups(self, masker: Masker) -> list[Copy]:
        """Rows of their own, with values of their own, that the same forms have together."""
        holders: defaultdict[_Row, dict[int, _Row]] = defaultdict(dict)
        for place, rows in self._rows:
            for name, value in rows:
                key = (masker.mask(name), masker.mask(value))
                if self._is_own(*key, name):
                    holders[key][place] = (name, value)
        together: defaultdict[frozenset[str], list[_Row]] = defaultdict(list)
        for key, found in holders.items():
            if len(found) > 1:
                together[frozenset(map(str, found))].append(key)
        ordered = sorted(together, key=lambda key: (-len(together[key]), -len(key), sorted(key)))
        made = []
        for group in group_tables(ordered, self._limits["like_rows"]):
            made += self._group([key for posting in group for key in together[posting]], holders)
        return made

    def _is_own(self, masked: str, value: str, name: str) -> bool:
        """Whether a row, name and value masked, is what no two units would write by chance."""
        if len(masked) < self._limits["row_length"] or normalise(name) in _bank():
            return False
        return any(map(str.isdigit, value)) and self._usual.fullmatch(value) is None

    def _group(self, keys: list[_Row], holders: dict[_Row, dict[int, _Row]]) -> list[Copy]:
        least = self._limits["rows_together"]
        count = Counter(place for key in keys for place in holders[key])
        places = {place for place, number in count.items() if number >= least}
        if len(places) < 2:
            return []
        items = []
        for place in sorted(places):
            rows = [holders[key][place] for key in keys if place in holders[key]]
            items.append(_Item(place, "\n".join(f"{name}　{value}" for name, value in rows)))
        copy = self._copy("rows", items, all(count[place] == len(keys) for place in places))
        return [copy] if copy is not None else []

    def _copy(self, kind: Kind, items: list[_Item], exact: bool) -> Copy | None:
        """The group as a copy; None where one unit says it within one year, which is no copying."""
        numbers = sorted({item.place for item in items})
        places = [self._places[number] for number in numbers]
        units = sorted({p.unit for p in places if p.unit})
        years = sorted({p.year for p in places if p.year is not None})
        own_years: defaultdict[str, set[int]] = defaultdict(set)
        for place in places:
            if place.unit and place.year is not None:
                own_years[place.unit].add(place.year)
        if len(units) < 2 and not any(len(found) > 1 for found in own_years.values()):
            return None
        wordings = Counter(item.text.strip() for item in items)
        texts = sorted(wordings, key=lambda text: (-wordings[text], text))[:_VARIANTS]
        common = len(units) >= self._many
        return Copy(kind, tuple(texts), exact, tuple(places), tuple(units), tuple(years), common)


def _is_covered(copy: Copy, others: Iterable[Copy]) -> bool:
    """Whether the same forms were found alike in a larger thing anyway."""
    return any(set(copy.places) <= set(other.places) for other in others)


def _frequent_first(texts: dict[str, list[_Item]]) -> list[str]:
    return sorted(texts, key=lambda text: (-len(texts[text]), text))


@cache
def _bank() -> frozenset[str]:
    return frozenset(normalise(name) for entry in national_bank().entries for name in (entry.name, *entry.synonyms))
