"""Which cell of a file a Location means."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from reviewer.readers.grid import Grid
from reviewer.readers.safety import clean_text
from reviewer.records import Location

T = TypeVar("T")
_Key = tuple[str | None, int | None, int | None, int | None, int | None]


@dataclass(frozen=True)
class Spot(Generic[T]):
    """A cell.

    Attributes:
        cell: what stands for it in the file (an XML element, a cell reference).
        text: its words.
        row: the number of its first row; other rows are lower rows of a merged cell.
    """

    cell: T
    text: str
    row: int | None


class Places(Generic[T]):
    """The cells of a file by their places; a merged cell stands at each of its rows and columns."""

    def __init__(self) -> None:
        self._spots: dict[_Key, list[Spot[T]]] = {}

    def add(self, grid: Grid, cells: Iterable[T]) -> None:
        """Add the cells of a grid.

        Args:
            cells: one for each of ``grid.cells``.
        """
        for cell, own in zip(grid.cells, cells, strict=True):
            first = grid.locate(cell)
            spot = Spot(own, cell.text, first.row)
            for row in range(cell.row, cell.row + cell.rows):
                place = grid.locate(cell, row)
                for shift in range(cell.columns if place.column is not None else 1):
                    column = None if place.column is None else place.column + shift
                    self._spots.setdefault((*_key(place)[:-1], column), []).append(spot)

    def find(self, place: Location | None) -> Spot[T] | None:
        """The cell at a place; of several with one number (text boxes, joined lines) the one with the words told."""
        if place is None:
            return None
        found = self._spots.get(_key(place), [])
        words = _squeezed(place.text)
        return next((spot for spot in found if _squeezed(spot.text) == words), found[0] if found else None)

    def first(self) -> Spot[T] | None:
        """The first cell with words."""
        return next((spot for spots in self._spots.values() for spot in spots if spot.text.strip()), None)


def _key(place: Location) -> _Key:
    return place.sheet, place.table, place.page, place.row, place.column


def _squeezed(text: str) -> str:
    return "".join(clean_text(text).split())
