"""Copy-paste over units and years: goals, whole indicator tables and long names that say (nearly) the same."""

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
from reviewer.text import squash

Kind = Literal["goal", "table", "name"]
KIND_WORDS: dict[Kind, str] = {"goal": "绩效目标", "table": "整张指标表", "name": "单项指标"}
_VARIANTS = 5


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
    """

    kind: Kind
    texts: tuple[str, ...]
    exact: bool
    places: tuple[Place, ...]
    units: tuple[str, ...]
    years: tuple[int, ...]


@dataclass(frozen=True)
class _Item:
    place: int
    text: str


class CopyFinder:
    """Gathers the texts of a batch and finds the copies among them."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._goals: list[_Item] = []
        self._rows: list[tuple[int, tuple[tuple[str, str], ...]]] = []

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
        masker = Masker(sorted({place.unit for place in self._places if place.unit}))
        limits = settings()["copies"]
        found = [
            *self._texts("goal", self._goals, masker, limits["goal_length"], limits["like_text"]),
            *self._tables(masker, limits["table_rows"], limits["like_rows"]),
            *self._texts("name", self._names(), masker, limits["name_length"], limits["like_text"]),
        ]
        order = list(KIND_WORDS)
        return sorted(found, key=lambda c: (-len(c.units), -len(c.places), order.index(c.kind), c.texts))

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
            key = frozenset(f"{masker.mask(name)}|{squash(value)}" for name, value in rows)
            if len(key) >= least:
                tables[key].append(_Item(place, "\n".join(f"{name}　{value}" for name, value in rows)))
        ordered = sorted(tables, key=lambda key: (-len(tables[key]), sorted(key)))
        groups = group_tables(ordered, like)
        made = (self._copy("table", [i for key in group for i in tables[key]], len(group) == 1) for group in groups)
        return [copy for copy in made if copy is not None]

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
        return Copy(kind, tuple(texts), exact, tuple(places), tuple(units), tuple(years))


def _frequent_first(texts: dict[str, list[_Item]]) -> list[str]:
    return sorted(texts, key=lambda text: (-len(texts[text]), text))


@cache
def _bank() -> frozenset[str]:
    return frozenset(normalise(name) for entry in national_bank().entries for name in (entry.name, *entry.synonyms))
