"""How alike two names are once they are taken apart, and whether they mean the same.

The score is ``factor × ((1 - c) × words + c × characters)``: ``words`` is a Dice coefficient over weighted senses,
``characters`` rapidfuzz's ratio, ``factor`` falls with heads, polarity, actions or groups that do not go together.
Two names mean the same only where none of these gates is shut *and* hardly a word is left over: similarity alone
ranks 群众不满意度 above 受益群众满意度, so it never decides. Words and limits: ``taxonomy/matching.yaml``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from reviewer.matching.decompose import Parts, Token
from reviewer.matching.lexicon import Lexicon, Term, lexicon

_SHUT = {"head": 0.45, "polarity": 0.35, "rival": 0.7, "generic": 0.75}
_ABBREVIATION, _EXTENDED, _SPECIAL = 0.9, 0.75, 0.5


_PEOPLE, _GENERIC = 0.9, 0.4


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two names compared: ``score`` 0..1, whether they mean the same, and what came of each part."""

    score: float
    same: bool
    head: float
    common: tuple[tuple[Token, Token], ...]
    near: tuple[tuple[Token, Token], ...]
    left: tuple[Token, ...]
    right: tuple[Token, ...]
    opposite: tuple[Token, Token] | None
    rivals: tuple[Token, Token] | None


def compare(one: Parts, other: Parts) -> Comparison:
    """Compare two names that were taken apart by ``decompose``."""
    words = lexicon()
    left, right, common = _pair_off(one, other)
    opposite = _opposite(one.tokens, other.tokens)
    matched = sum(max(a.weight, b.weight) for a, b in common)
    near: list[tuple[Token, Token]] = []
    if left and right:
        left, right, near, gained = _pair_near(left, right)
        matched += gained
    spare_left, spare_right = sum(t.weight for t in left), sum(t.weight for t in right)
    rivals = _rivals(left, right)
    if rivals and (rivals[0].term.generic or rivals[1].term.generic):
        matched += _GENERIC * min(rivals[0].weight, rivals[1].weight)
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
        head >= 0.8
        and not opposite
        and not rivals
        and score >= words.accept["score"]
        and _little_left(matched, spare_left, spare_right, left, right, words)
    )
    return Comparison(score, same, head, common, tuple(near), tuple(left), tuple(right), opposite, rivals)


def _pair_off(one: Parts, other: Parts) -> tuple[list[Token], list[Token], tuple[tuple[Token, Token], ...]]:
    """The tokens left on either side, and the pairs of one sense."""
    mine = {t.term.sense: t for t in one.tokens}
    theirs = {t.term.sense: t for t in other.tokens}
    common = tuple((mine[s], theirs[s]) for s in mine.keys() & theirs.keys())
    implied_by_other = _implied(other.tokens) | other.optional
    implied_by_one = _implied(one.tokens) | one.optional
    left = [t for s, t in mine.items() if s not in theirs and s not in implied_by_other]
    right = [t for s, t in theirs.items() if s not in mine and s not in implied_by_one]
    return left, right, common


def _implied(tokens: Iterable[Token]) -> set[str]:
    words = lexicon()
    return {words.term(w).sense for t in tokens for w in t.term.implies}


def _opposite(left: Iterable[Token], right: Iterable[Token]) -> tuple[Token, Token] | None:
    signs: dict[str, list[Token]] = {}
    for token in left:
        if token.term.axis:
            signs.setdefault(token.term.axis, []).append(token)
        signs.setdefault(token.term.sense, []).append(token)
    for token in right:
        term = token.term
        for known in signs.get(term.axis, ()) if term.axis else ():
            if (known.term.sign or 1) * term.sign < 0 and not _both_signs(term.axis, signs[term.axis]):
                return known, token
        for known in signs.get(term.sense, ()):
            if known.term.axis == term.sense and known.term.sign < 0:
                return known, token
    return None


def _both_signs(axis: str, tokens: list[Token]) -> bool:
    return len({t.term.sign for t in tokens if t.term.axis == axis}) > 1


def _pair_near(
    left: list[Token], right: list[Token]
) -> tuple[list[Token], list[Token], list[tuple[Token, Token]], float]:
    """Pair words that are written alike: 危桥 and 桥, 两癌检查 and 两癌筛查, an abbreviation and its full form."""
    near: list[tuple[Token, Token]] = []
    gained = 0.0
    for mine in list(left):
        best, found = 0.0, None
        for theirs in right:
            value = _written_alike(mine, theirs)
            if value > best:
                best, found = value, theirs
        if found is None:
            continue
        left.remove(mine)
        right.remove(found)
        near.append((mine, found))
        weight = max(mine.weight, found.weight)
        gained += best * weight
        if best <= _SPECIAL:
            longer, side = (mine, left) if len(mine.word) >= len(found.word) else (found, right)
            side.append(Token(longer.term, longer.word, (1 - best) * weight))
    if left and right:
        mine_text, their_text = "".join(t.word for t in left), "".join(t.word for t in right)
        if _abbreviates(mine_text, their_text) or _abbreviates(their_text, mine_text):
            weight = max(sum(t.weight for t in left), sum(t.weight for t in right))
            near.append((left[0], right[0]))
            return [], [], near, gained + _ABBREVIATION * weight
    return left, right, near, gained


def _written_alike(one: Token, other: Token) -> float:
    short, long = sorted((one.word, other.word), key=len)
    if len(short) < 2 and not long.endswith(short):
        return 0.0
    if one.term.axis and other.term.axis and one.term.axis == other.term.axis:
        return 0.0
    if short == long:
        return _ABBREVIATION
    if one.term.rival == "action" and other.term.rival == "action":
        return 0.0
    if long.endswith(short):
        return _SPECIAL
    if long.startswith(short) and not other.term.rival and not one.term.rival:
        return _EXTENDED
    if _abbreviates(short, long):
        return _ABBREVIATION
    return 0.0


def _abbreviates(short: str, long: str) -> bool:
    """低保 for 最低生活保障: all characters in order, two or more, not simply a part of the word."""
    if len(short) < 2 or len(long) <= len(short) or short in long:
        return False
    rest = iter(long)
    return all(character in rest for character in short) and len(long) <= 3 * len(short) + 1


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
