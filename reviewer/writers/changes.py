"""What a rewrite changed: two texts in pieces, the pieces that went or came marked."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# A placeholder, a number, a Latin word, or one other character.
_PIECE = re.compile(r"【待填[^】]*】%?|\d[\d.,]*%?|[A-Za-z]+|\s+|.", re.DOTALL)
_ALIKE = 0.4  # less in common: the whole text was replaced
_SHORT = 2  # so few kept characters between two changes read worse than one change


@dataclass(frozen=True)
class Part:
    """A piece of a text; ``changed``: it went (in the old text) or came (in the new one)."""

    text: str
    changed: bool


def changes(old: str, new: str) -> tuple[list[Part], list[Part]]:
    """The old and the new text in parts.

    Joined, the parts of each side are the text again; what both have is unchanged on both sides.
    """
    if old == new:
        return _one(old, False), _one(new, False)
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if not old or not new or matcher.ratio() < _ALIKE:
        return _one(old, True), _one(new, True)
    left: list[Part] = []
    right: list[Part] = []
    steps = matcher.get_opcodes()
    for number, (step, i, j, k, m) in enumerate(steps):
        one, other = "".join(before[i:j]), "".join(after[k:m])
        inside = 0 < number < len(steps) - 1
        same = step == "equal" and not (inside and len(one) < _SHORT and not one.isdigit())
        _add(left, one, not same)
        _add(right, other, not same)
    return left, right


def _one(text: str, changed: bool) -> list[Part]:
    return [Part(text, changed)] if text else []


def _add(parts: list[Part], text: str, changed: bool) -> None:
    if not text:
        return
    if parts and parts[-1].changed is changed:
        parts[-1] = Part(parts[-1].text + text, changed)
    else:
        parts.append(Part(text, changed))
