"""How well one indicator meets SMART, letter by letter."""

from typing import Literal

from reviewer.records.base import Record

Points = Literal[0, 1, 2]


class SmartLetter(Record):
    """One letter: 2 met, 1 partly, 0 not, with the reason."""

    letter: Literal["S", "M", "A", "R", "T"]
    name: str
    points: Points
    reason: str


class SmartScore(Record):
    """All five letters of one indicator."""

    letters: tuple[SmartLetter, ...]

    @property
    def total(self) -> int:
        """0 to 10."""
        return sum(item.points for item in self.letters)

    def points(self, letter: str) -> int:
        """The points of one letter."""
        return next(item.points for item in self.letters if item.letter == letter)
