"""How alike two names are once they are taken apart, and whether they mean the same.

The score is ``factor × ((1 - c) × words + c × characters)``: ``words`` is a Dice coefficient over weighted senses,
``characters`` rapidfuzz's ratio, ``factor`` falls with heads, polarity, actions or groups that do not go together.
Two names mean the same only where none of these gates is shut *and* hardly a word is left over: similarity alone
ranks 群众不满意度 above 受益群众满意度, so it never decides. Words and limits: ``taxonomy/matching.yaml``.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Indel

from reviewer.matching.decompose import Parts, Token
from reviewer.matching.lexicon import Lexicon, Term, lexicon

_SHUT = {"head": 0.45, "polarity": 0.35, "rival": 0.7, "generic": 0.75}
_ABBREVIATION, _EXTENDED, _SPECIAL = 0.9, 0.75, 0.5


_PEOPLE, _GENERIC, _SAME_HEAD = 0.9, 0.4, 0.8


class Comparison(NamedTuple):
    """Two names compared: ``score`` 0..1, whether they mean the same, and what came of each part."""

    score: float
    same: bool
    head: float
    common: Sequence[tuple[Token, Token]]
    near: Sequence[tuple[Token, Token]]
    left: Sequence[Token]
    right: Sequence[Token]
    opposite: tuple[Token, Token] | None
    rivals: tuple[Token, Token] | None


def compare(one: Parts, other: Parts) -> Comparison:
    """Compare two names that were taken apart by ``decompose``."""
    words = lexicon()
    left, right, common = _pair_off(one, other)
    opposite = _opposite(one, other) if one.axes or other.axes else None
    matched = 0.0
    for mine, theirs in common:
        matched += mine.weight if mine.weight > theirs.weight else theirs.weight
    near: list[tuple[Token, Token]] = []
    rivals = None
    if left and right:
        left, right, near, gained = _pair_near(left, right)
        matched += gained
        rivals = _rivals(left, right)
        if rivals and (rivals[0].term.generic or rivals[1].term.generic):
            matched += _GENERIC * min(rivals[0].weight, rivals[1].weight)
    spare_left = sum([t.weight for t in left])
    spare_right = sum([t.weight for t in right])
    head = words.head_factor(one.head, other.head)
    if head < _PEOPLE and {one.head, other.head} == {"count", "people"} and any(_is_person(a.term) for a, _ in common):
        head = _PEOPLE  # 困难职工帮扶数 counts the people it names
    total = matched + 0.5 * (spare_left + spare_right)
    alike = matched / total if total > 0 else 1.0
    factor = head if head > _SHUT["head"] else _SHUT["head"]
    if opposite:
        factor *= _SHUT["polarity"]
    if rivals:
        factor *= _SHUT["generic"] if rivals[0].term.generic or rivals[1].term.generic else _SHUT["rival"]
    share = words.weights["char"]
    score = factor * ((1 - share) * alike + share * Indel.normalized_similarity(one.text, other.text))
    same = one.text == other.text or (
        score >= words.accept["score"]
        and head >= _SAME_HEAD
        and not opposite
        and not rivals
        and _little_left(matched, spare_left, spare_right, left, right, words)
    )
    return Comparison(score, same, head, common, near, left, right, opposite, rivals)


def _pair_off(one: Parts, other: Parts) -> tuple[list[Token], list[Token], list[tuple[Token, Token]]]:
    """The tokens left on either side, and the pairs of one sense."""
    mine, theirs = one.senses, other.senses
    left: list[Token] = []
    common: list[tuple[Token, Token]] = []
    for sense, token in mine.items():
        if sense in theirs:
            common.append((token, theirs[sense]))
        elif sense not in other.free:
            left.append(token)
    right = [token for sense, token in theirs.items() if sense not in mine and sense not in one.free]
    return left, right, common


def _opposite(one: Parts, other: Parts) -> tuple[Token, Token] | None:
    """Two words of one axis with different signs, or a word and its negation."""
    for axis, theirs in other.axes.items():
        mine = one.axes.get(axis)
        if mine is None:
            plain = one.senses.get(axis)
            if plain is not None and theirs[0].term.sign < 0:
                return plain, theirs[0]
        elif len({t.term.sign for t in mine}) == len({t.term.sign for t in theirs}) == 1 and (
            mine[0].term.sign != theirs[0].term.sign
        ):
            return mine[0], theirs[0]
    for axis, mine in one.axes.items():
        plain = other.senses.get(axis)
        if plain is not None and axis not in other.axes and mine[0].term.sign < 0:
            return mine[0], plain
    return None


def _pair_near(
    left: list[Token], right: list[Token]
) -> tuple[list[Token], list[Token], list[tuple[Token, Token]], float]:
    """Pair words that are written alike: 危桥 and 桥, 两癌检查 and 两癌筛查, an abbreviation and its full form."""
    near: list[tuple[Token, Token]] = []
    gained = 0.0
    found = [(value, mine, theirs) for mine in left for theirs in right if (value := _written_alike(mine, theirs)) > 0]
    # The most alike first, whichever side a name stands on: a comparison is the same both ways.
    found.sort(key=lambda f: (-f[0], *sorted((f[1].word, f[2].word))))
    for value, mine, theirs in found:
        if mine not in left or theirs not in right:
            continue
        left.remove(mine)
        right.remove(theirs)
        near.append((mine, theirs))
        weight = max(mine.weight, theirs.weight)
        gained += value * weight
        if value <= _SPECIAL:
            longer, side = (mine, left) if len(mine.word) >= len(theirs.word) else (theirs, right)
            side.append(Token(longer.term, longer.word, (1 - value) * weight, narrows=True))
    if left and right and left[0].word[0] == right[0].word[0]:  # an abbreviation begins like the whole
        mine_text, their_text = "".join(t.word for t in left), "".join(t.word for t in right)
        if _abbreviates(mine_text, their_text) or _abbreviates(their_text, mine_text):
            weight = max(sum(t.weight for t in left), sum(t.weight for t in right))
            near.append((left[0], right[0]))
            return [], [], near, gained + _ABBREVIATION * weight
    return left, right, near, gained


def _written_alike(one: Token, other: Token) -> float:
    first, second = one.term, other.term
    if first.axis and first.axis == second.axis:
        return 0.0
    value = _alike(one.word, other.word)
    if value == _ABBREVIATION and one.word == other.word:
        return value
    if first.rival == "action" and second.rival == "action":
        return 0.0
    if value == _EXTENDED and (first.rival or second.rival):
        return 0.0
    return value


@lru_cache(maxsize=262144)
def _alike(one: str, other: str) -> float:
    """How alike two words are written, whatever they mean."""
    if not set(one) & set(other):
        return 0.0
    if one == other:
        return _ABBREVIATION
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if long.endswith(short):
        return _SPECIAL
    if len(short) < 2:
        return 0.0
    if long.startswith(short):
        return _EXTENDED
    return _ABBREVIATION if _abbreviates(short, long) else 0.0


@lru_cache(maxsize=262144)
def _abbreviates(short: str, long: str) -> bool:
    """公租房 for 公共租赁住房: all characters in order from the first, two or more, not simply a part of the word."""
    if len(short) < 2 or short[0] != long[0] or short in long:
        return False
    if not len(short) + min(len(short), 3) - 1 <= len(long) <= 3 * len(short) + 1:
        return False  # one character more in a longer word is another word: 奖学金, 奖助学金
    rest = iter(long)
    return all(character in rest for character in short)


def _is_person(term: Term) -> bool:
    return term.rival == "group" and not term.generic and term.label not in lexicon().lists["bodies"]


def _rivals(left: list[Token], right: list[Token]) -> tuple[Token, Token] | None:
    """Two different actions, groups or quantifiers that stand against each other."""
    for mine in left:
        for theirs in right:
            if (
                mine.term.rival
                and mine.term.rival == theirs.term.rival
                and (mine.term.rival == "quantity" or min(mine.weight, theirs.weight) > 0.3)
            ):
                return mine, theirs
    return None


def _little_left(
    matched: float, left: float, right: float, left_tokens: list[Token], right_tokens: list[Token], words: Lexicon
) -> bool:
    limits = words.accept
    if matched <= 0:
        return left + right == 0
    small, large = sorted((left, right))
    if small > limits["both_sided"]:
        return False
    strict = any(
        t.narrows or t.term.rival in ("group", "quantity") or (t.term.axis and t.weight > 0.5)
        for t in (*left_tokens, *right_tokens)
    )
    allowed = limits["one_sided"] if strict else max(limits["one_sided"], limits["per_matched"] * matched)
    return large <= allowed
