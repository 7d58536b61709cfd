"""Where rows of a worksheet go when rows are inserted, and what that makes of references, ranges and formulas."""

import re
from dataclasses import dataclass

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

_CELL = r"(\$?[A-Za-z]{1,3}\$?)(\d{1,7})"
_REFERENCE = re.compile(rf"{_CELL}(?::{_CELL})?")
_ROWS = re.compile(r"(\$?)(\d{1,7}):(\$?)(\d{1,7})")
_QUOTED = re.compile(r"'((?:[^']|'')*)'!(.*)", re.DOTALL)


@dataclass(frozen=True)
class Shift:
    """Rows inserted into one sheet.

    Attributes:
        sheet: the sheet's name.
        after: for each new row the row (from 1, as it was) that it stands behind.
    """

    sheet: str
    after: tuple[int, ...]

    def row(self, row: int) -> int:
        """The new number of a row (from 1)."""
        return row + sum(n < row for n in self.after)

    def end(self, row: int) -> int:
        """The new number of the last row of a range: new rows behind it belong to the range."""
        return row + sum(n <= row for n in self.after)

    def reference(self, text: str, home: int | None = None) -> str:
        """``A5``, ``$A$5:B8`` or ``5:8`` after the shift; any other text as it is.

        Args:
            home: the row of the formula that says it. A running total over the rows above does not take in the row
                behind its own.
        """
        match = _REFERENCE.fullmatch(text)
        if match is not None:
            left, first, right, last = match[1], int(match[2]), match[3], match[4]
            if last is None:
                return f"{left}{self.row(first)}"
            return f"{left}{self.row(first)}:{right}{self._last(first, int(last), home)}"
        match = _ROWS.fullmatch(text)
        if match is not None:
            first = int(match[2])
            return f"{match[1]}{self.row(first)}:{match[3]}{self._last(first, int(match[4]), home)}"
        return text

    def _last(self, first: int, last: int, home: int | None) -> int:
        inside = home is not None and first <= home <= last
        return self.row(last) if first == last or inside else self.end(last)

    def moved(self, text: str) -> str:
        """A range that moves as it is: new rows behind it do not belong to it."""
        return _REFERENCE.sub(lambda m: self._moved(m), text)

    def _moved(self, match: re.Match[str]) -> str:
        first = f"{match[1]}{self.row(int(match[2]))}"
        return first if match[4] is None else f"{first}:{match[3]}{self.row(int(match[4]))}"

    def area(self, text: str) -> str:
        """The range of a validation, a format or a view: one row grows, too."""
        match = _REFERENCE.fullmatch(text)
        if match is None:
            return self.reference(text)
        first, last = int(match[2]), int(match[4] or match[2])
        top, bottom = self.row(first), self.end(last)
        if top == bottom and match[4] is None:
            return f"{match[1]}{top}"
        return f"{match[1]}{top}:{match[3] or match[1]}{bottom}"

    def areas(self, text: str) -> str:
        """Ranges parted by spaces (``sqref``)."""
        return " ".join(map(self.area, text.split()))

    def formula(self, text: str, own: str, home: int | None = None) -> str:
        """A formula after the shift.

        Args:
            text: without the leading ``=``.
            own: name of the sheet that it stands in; "" where every reference names its sheet.
        """
        tokens = Tokenizer(f"={text}").items
        changed = False
        for token in tokens:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                new = self._operand(token.value, own, home)
                changed, token.value = changed or new != token.value, new
        return "".join(token.value for token in tokens) if changed else text

    def _operand(self, text: str, own: str, home: int | None) -> str:
        sheet, reference = sheet_of(text)
        if (sheet if sheet is not None else own).casefold() != self.sheet.casefold():
            return text
        at_home = home if own.casefold() == self.sheet.casefold() else None
        return text[: len(text) - len(reference)] + self.reference(reference, at_home)


def sheet_of(text: str) -> tuple[str | None, str]:
    """The sheet that a reference names (None: none) and what follows: ``'表 1'!A5`` → ``("表 1", "A5")``."""
    match = _QUOTED.fullmatch(text)
    if match is not None:
        return match[1].replace("''", "'"), match[2]
    sheet, mark, reference = text.rpartition("!")
    return (sheet, reference) if mark else (None, text)


def cannot_follow(formula: str) -> str:
    """Why a formula cannot be adapted to inserted rows, "" if it can."""
    try:
        tokens = Tokenizer(f"={formula}").items
    except Exception:  # the tokenizer raises errors of several kinds for what it does not understand
        return "有读不懂的公式"
    for token in tokens:
        if token.type == Token.FUNC and token.value.upper().startswith(("INDIRECT(", "ADDRESS(")):
            return "有按文字找单元格的公式（INDIRECT、ADDRESS）"
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            sheet = sheet_of(token.value)[0]
            if sheet is not None and ":" in sheet:
                return "有跨多张工作表的公式"
    return ""
