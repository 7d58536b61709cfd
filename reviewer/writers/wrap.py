"""Line breaking for Chinese text mixed with words and numbers; rich breaks at spaces only, as Latin text wants."""

import re
from collections.abc import Iterator

from rich.cells import cell_len

# A word, a number with its signs, or one other character: the pieces between which a line may break.
_PIECE = re.compile(r"[A-Za-z0-9_.,%+\-/:@#≥≤]+|\s+|.", re.DOTALL)
_NOT_FIRST = "，。；：、？！）》〉”’」』】〕…％%·—"
_NOT_LAST = "（《〈“‘「『【〔"


def wrap(text: str, width: int, first: str = "", rest: str | None = None) -> Iterator[str]:
    """Break ``text`` into lines of at most ``width`` cells.

    Args:
        text: line breaks in it are kept.
        width: in terminal cells; a Chinese character takes two.
        first: indent or label of the first line; ``rest`` of the following ones (blanks as wide when None).
    """
    rest = " " * cell_len(first) if rest is None else rest
    for number, paragraph in enumerate(text.split("\n")):
        lead = first if number == 0 else rest
        line = ""
        for piece in _units(paragraph, width - max(cell_len(first), cell_len(rest))):
            if line and cell_len(lead + line + piece.rstrip()) > width:
                yield (lead + line).rstrip()
                lead, line = rest, ""
            line += piece if line else piece.lstrip()
        yield (lead + line).rstrip()


def _units(text: str, room: int) -> Iterator[str]:
    """Pieces with the punctuation that must not be parted from them; none wider than ``room``."""
    unit = ""
    for piece in _PIECE.findall(text):
        joined = unit and (piece in _NOT_FIRST or unit[-1] in _NOT_LAST)
        if joined and cell_len(unit + piece) <= room:
            unit += piece
            continue
        if unit:
            yield unit
        unit = piece
        while cell_len(unit) > room > 1:  # a word longer than the line is cut
            head = unit[: max(room // 2, 1)]
            yield head
            unit = unit[len(head) :]
    if unit:
        yield unit
