"""Taking an indicator's name apart: head, polarity, action, object and quantifiers."""

import re
from collections.abc import Container
from dataclasses import dataclass, field
from functools import lru_cache

from reviewer.matching.lexicon import Lexicon, Term, lexicon
from reviewer.matching.words import segmenter
from reviewer.text import clean_name

NO_HEAD = ""
_BRACKETS = re.compile(r"[(\[【{]([^()\[\]【】{}]*)[)\]】}]")
_NOISE = re.compile(r"(?:[“”\"'‘’《》<>〈〉「」·,，、;；:：/\\|~～\s。!！?？*★_]|(?<!\d)[.—-]|[.—-](?!\d))+")
_UNIT_ONLY = re.compile(r"^[≥≤=<>]?\s*(?:%|个|户|人|元|次|万元|亩|公里|项|件|台|家|元/.{1,4}|含税)?$")
_RANGE = re.compile(r"(?<=\d)[—–－~至](?=\d)")
_COST_HEADS = frozenset({"unit_cost", "standard", "cost", "money"})
_RATES = frozenset({"rate", "degree", "timely", NO_HEAD})


@dataclass(frozen=True, slots=True)
class Token:
    """One meaningful word of a name: what it stands for, as printed, and how much it counts.

    ``narrows``: it stands right before a group of people and tells which (高血压 in 高血压患者管理率).
    """

    term: Term
    word: str
    weight: float
    narrows: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """A name taken apart. ``tokens`` are without words of no weight; ``optional`` stood in brackets.

    ``senses`` (token by sense), ``free`` (senses that may be missing on the other side) and ``axes`` (tokens by
    polarity axis) are derived once, as every comparison needs them.
    """

    text: str
    head: str
    ending: str
    tokens: tuple[Token, ...]
    optional: frozenset[str]
    senses: dict[str, Token] = field(init=False, repr=False, compare=False)
    free: frozenset[str] = field(init=False, repr=False, compare=False)
    axes: dict[str, list[Token]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = lexicon()
        axes: dict[str, list[Token]] = {}
        for token in self.tokens:
            if token.term.axis:
                axes.setdefault(token.term.axis, []).append(token)
        implied = (words.term(word).sense for token in self.tokens for word in token.term.implies)
        object.__setattr__(self, "senses", {token.term.sense: token for token in self.tokens})
        object.__setattr__(self, "free", self.optional.union(implied))
        object.__setattr__(self, "axes", axes)


def _clean(name: str) -> str:
    return _RANGE.sub("-", clean_name(name)).lower()


@lru_cache(maxsize=65536)
def normalise(name: str) -> str:
    """A name as it is compared: NFKC, lower case, without numbering, residue, quotes, brackets and marks."""
    return _NOISE.sub("", _BRACKETS.sub(lambda m: m[1], _clean(name)))


@lru_cache(maxsize=65536)
def decompose(name: str) -> Parts:
    """Take a name apart with the lists of ``taxonomy/matching.yaml``."""
    words = lexicon()
    cleaned = _clean(name)
    asides = [a for a in _BRACKETS.findall(cleaned) if not _UNIT_ONLY.match(a)]
    base = _BRACKETS.sub("", cleaned)
    if len(_NOISE.sub("", base)) < 2:
        base, asides = _BRACKETS.sub(lambda m: m[1], cleaned), []
    pieces = [p for p in _NOISE.split(base) if p]
    head, ending, pieces = _take_head(pieces, words)
    found = [w for piece in pieces for w in segmenter().cut(piece)]
    tokens = _tokens(found, words)
    head = _settle_head(head, ending, tokens, words)
    weighed = _weigh(tokens, head, words)
    optional = frozenset(
        words.term(w).sense for aside in asides for p in _NOISE.split(aside) for w in segmenter().cut(p)
    )
    return Parts(normalise(name), head, ending, weighed, optional - {""})


def _take_head(pieces: list[str], words: Lexicon) -> tuple[str, str, list[str]]:
    if not pieces:
        return NO_HEAD, "", pieces
    last, trend = pieces[-1], ""
    other = _longest_end(last, words.rewrite)
    if other:
        last = last[: -len(other)] + words.rewrite[other]
    head, ending = _head_of(last, words)
    for _ in range(2):
        tail = _longest_end(last, words.lists["tails"])
        if ending or not tail or len(tail) == len(last):
            break
        last = last[: -len(tail)]
        head, ending = _head_of(last, words)
    if not ending and len(last) > 3:
        # 服务能力提升: the head stands before the word of direction.
        for size in (4, 3, 2):
            term = words.terms.get(last[-size:])
            if term is not None and term.axis == "增长" and len(last) > size:
                trend = last[-size:]
                last = last[:-size]
                head, ending = _head_of(last, words)
                break
    rest = last[: len(last) - len(ending)] if ending else last
    return head, ending, [*pieces[:-1], *([rest] if rest else []), *([trend] if trend else [])]


def _longest_end(text: str, endings: Container[str]) -> str:
    sizes = range(min(len(text), lexicon().longest), 0, -1)
    return next((text[-size:] for size in sizes if text[-size:] in endings), "")


def _head_of(text: str, words: Lexicon) -> tuple[str, str]:
    if _longest_end(text, words.lists["not_heads"]) and segmenter().cut(text)[-1] in words.lists["not_heads"]:
        return NO_HEAD, ""
    for size in range(min(6, len(text)), 0, -1):
        ending = text[-size:]
        name = words.endings.get(ending)
        if name is None:
            continue
        if ending in words.lists["whole_word_endings"] and size < len(text) and segmenter().cut(text)[-1] != ending:
            continue
        if size > 1 and ending[0] == "人" and ending[1] == "数":
            # 残疾人数, 老年人数量: the 人 belongs to the word before.
            if _longest_end(text[: len(text) - size + 1], words.people):
                return name, ending[1:]
        elif size == 2 and ending[1] == "数" and size < len(text) and ending[0] in words.lists["measures_in_words"]:
            last = segmenter().cut(text[:-1])[-1]
            if len(last) > 1 and last[-2] != ending[0]:
                return "count", "数"
        return name, ending
    return NO_HEAD, ""


def _tokens(found: list[str], words: Lexicon) -> list[Token]:
    tokens: list[Token] = []
    negated = False
    for word in found:
        if word in words.lists["negators"]:
            negated = True
            continue
        if negated or (
            len(word) > 2
            and word[0] in "不未非无"
            and word not in words.lists["not_negations"]
            and word not in words.terms
        ):
            core = word if negated else word[1:]
            term = words.term(core)
            if term.axis:
                term = Term(f"{term.axis}{'-' if term.sign > 0 else '+'}", f"不{core}", 1.0, term.axis, -term.sign)
            else:
                sense = term.sense or core
                term = Term(f"¬{sense}", f"非{core}", 1.0, sense, -1)
            tokens.append(Token(term, word, 1.0))
            negated = False
            continue
        term = words.term(word)
        if not term.rival and not term.axis and word not in words.terms and _is_people(word, words):
            term = Term(term.sense, term.label, term.weight, rival="group")
        tokens.append(Token(term, word, term.weight))
    return tokens


def _is_people(word: str, words: Lexicon) -> bool:
    return (
        len(word) > 1
        and word not in words.lists["not_people"]
        and bool(_longest_end(word, words.lists["people_endings"]))
    )


def _settle_head(head: str, ending: str, tokens: list[Token], words: Lexicon) -> str:
    """The class of the head where the words before it decide: 学生数 counts people, 农户数 households."""
    last = next((t.word for t in reversed(tokens) if t.term.sense), "")
    if head == "count" and last and ending != "量":
        if last in words.lists["bodies"] or last in words.lists["not_household"] or last in words.lists["not_people"]:
            return head
        if len(last) > 1 and _longest_end(last, words.lists["household_endings"]):
            return "household"
        if _is_people(last, words):
            return "people"
    if head == "household" and last in words.lists["bodies"]:
        return "item"
    if head in ("money", "cost") and any(t.term.sense in words.per_words for t in tokens):
        return "unit_cost"
    if head in _RATES and any(t.term.axis == "及时" for t in tokens):
        return "timely"
    return head


def _weigh(tokens: list[Token], head: str, words: Lexicon) -> tuple[Token, ...]:
    """Weights by the part a word plays beside the head; words of no weight are dropped."""
    weighed: list[Token] = []
    aspect = -1
    if head in ("rate", "degree"):
        aspect = max((i for i, t in enumerate(tokens) if t.word not in words.lists["empty_aspects"]), default=-1)
    qualified = aspect >= 0 and tokens[aspect].term.axis == "合格"
    for place, token in enumerate(tokens):
        term, weight = token.term, token.weight
        if place == aspect and (term.sense or token.word not in ("项目", "工作")):
            weight = 1.0
            term = term if term.sense else Term(token.word, token.word)
        elif head in _COST_HEADS and term.sense in words.per_words:
            weight = words.per_words[term.sense]
        elif head in _COST_HEADS and token.word in words.lists["light_in_costs"]:
            weight = 0.3
        elif qualified and token.word in words.light_in_rates:
            weight = words.light_in_rates[token.word]
        elif term.generic and head != "satisfaction":
            weight = 0.4
        elif term.axis == "增长" and term.sign > 0 and head not in ("rate", "degree", "money", "count", "income"):
            weight = 0.2
        elif term.implies and head != "satisfaction":
            term = words.term(term.implies[0])
            weight = term.weight
        if weight > 0 and term.sense:
            after = tokens[place + 1].term if place + 1 < len(tokens) else None
            narrows = after is not None and after.rival == "group" and not after.generic and not term.rival
            weighed.append(Token(term, token.word, weight, narrows))
    return tuple(weighed)
