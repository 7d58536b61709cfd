"""Which entries of the indicator bank an indicator comes near."""

from typing import Literal

from reviewer.records.base import Record


class BankMatch(Record):
    """An entry of the bank beside an indicator.

    Attributes:
        id: id of the row; ``citation`` says its library, version and standing.
        score: 0 to 1.
        same: the entry really means the same; otherwise it is only near.
        reasons: what agrees and what differs, in Chinese.
    """

    id: str
    name: str
    level2: str
    score: float
    same: bool
    reasons: tuple[str, ...]
    citation: str
    definition: str = ""
    unit: str = ""
    direction: str = ""
    standing: Literal["published", "recommended", "local"] = "local"
