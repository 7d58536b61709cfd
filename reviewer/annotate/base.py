"""What annotating gives, and who signs it."""

from dataclasses import dataclass
from datetime import datetime

from reviewer.readers.docx import PROPOSAL

AUTHOR = "绩效目标审核"


@dataclass(frozen=True)
class Stamp:
    """Who annotates, and when (local time, as Word writes it)."""

    author: str
    when: datetime

    @property
    def proposer(self) -> str:
        """The author of tracked changes: the mark at its end tells them from a person's own, see the docx reader."""
        return self.author if self.author.endswith(PROPOSAL) else f"{self.author}{PROPOSAL}"

    @property
    def initials(self) -> str:
        """What Word prints before a comment's number."""
        return self.author[:2]

    @property
    def date(self) -> str:
        """The time as Word writes it: local, with a Z that Word itself does not mean as UTC."""
        return self.when.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


@dataclass(frozen=True)
class Annotated:
    """An annotated file.

    Attributes:
        content: the file.
        suffix: its ending, with the dot.
        rebuilt: it is no copy of the original but made anew from what was read.
        comments: comments written; in a workbook, notes (a cell has one).
        tracked: ids of the suggestions that stand in it as tracked changes.
        notes: what a person should know about the file (Chinese).
    """

    content: bytes
    suffix: str
    rebuilt: bool
    comments: int
    tracked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
