"""From tokens to items: products, lumps, prices, counts and rates, each with the words around it."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Literal

from reviewer.text.calculation.model import Quantity
from reviewer.text.calculation.tokens import Token, quantity_of, unit_at
from reviewer.text.calculation.vocabulary import expand_pair, is_duration, listed, mapping, scaled_unit
from reviewer.text.vocabulary import unit_class

ItemKind = Literal["product", "lump", "price", "count", "bare", "rate"]
_MOST_FACTORS = 12
_DEEPEST = 4
_LONGEST_BRACKET = 60  # tokens
_PREFIX = 8
_BOTH = {"人次": ("人", "次"), "人天": ("人", "天"), "人月": ("人", "月")}
_NOUN = 14  # longest words between a number and its sign: 45名残疾儿童×


@dataclass(slots=True)
class Item:
    """An expression in the text.

    Attributes:
        value: product of the factors; 万元 when ``money``.
        open: units of its prices that no factor answers yet.
        unlikely: another value that the same signs could have.
        label: words before it in its clause; ``after``: the word behind it.
        parent: index of the item that a bracket or colon explains by this one.
        stated: the result printed behind an equals sign, in 万元; ``stated_bare`` without a unit.
        optional: a factor of the value that may not be meant.
        ranged: it is one end of a range or a difference.
    """

    kind: ItemKind
    factors: list[Quantity]
    value: Decimal
    money: bool
    open: list[str]
    words: str
    start: int
    sentence: int
    group: int
    label: str = ""
    after: str = ""
    parent: int | None = None
    stated: Decimal | None = None
    stated_bare: Decimal | None = None
    ranged: bool = False
    unlikely: Decimal | None = None
    optional: Decimal = Decimal(1)
    lead: str = ""


def items_of(tokens: list[Token]) -> list[Item]:
    """All items of a text, in order."""
    return _Parser(tokens).run()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.items: list[Item] = []
        self.sentence = 0
        self.group = 0
        self.label = ""
        self.lead = ""  # words of the sentence before this clause
        self.explained: list[int | None] = []
        self.colon: int | None = None

    def run(self) -> list[Item]:
        position, joined = 0, False
        while position < len(self.tokens):
            token = self.tokens[position]
            if token.kind == "number" or (token.kind == "open" and self._is_factor(position)):
                after = self._item(position, joined)
                joined = False
                if after is not None:
                    position = after
                    continue
            elif token.kind == "plus":
                joined = True
            elif token.kind == "open":
                self.explained.append(self._just_before(position))
                self.label = ""
            elif token.kind == "close":
                if self.explained:
                    self.explained.pop()
                self.label = ""
            elif token.kind == "stop":
                self.sentence += 1
                self.label = self.lead = ""
                self.explained, self.colon = [], None
            elif token.kind == "comma":
                if token.text in (":", "："):
                    self.colon = self._just_before(position)
                self.lead = self.label or self.lead
                self.label = ""
            elif token.kind == "word":
                self.label += token.text
            elif token.kind == "masked":
                self.label = ""
            position += 1
        return self.items

    def _just_before(self, position: int) -> int | None:
        """The item that ends right before ``position``, if any."""
        before = self.tokens[position - 1] if position else None
        return len(self.items) - 1 if self.items and before and before.kind in ("number", "close") else None

    def _is_factor(self, position: int) -> bool:
        """Whether a bracket is part of a product: (3+2)人×500元, 12×(300+200)元."""
        depth = 0
        for at in range(position, min(len(self.tokens), position + _LONGEST_BRACKET)):
            kind = self.tokens[at].kind
            depth += (kind == "open") - (kind == "close")
            if kind == "stop":
                return False
            if depth == 0:
                following = self.tokens[at + 1].kind if at + 1 < len(self.tokens) else ""
                return bool(self.tokens[at].unit) or following in ("multiply", "divide")
        return False

    def _item(self, position: int, joined: bool) -> int | None:
        chain = self._chain(position, 0)
        if chain is None:
            return None
        factors, divisors, end, unlikely = chain
        words = _words(factors, divisors)
        moneys = sum(f.money for f in factors)
        if not joined:
            self.group += 1
        after = self.tokens[end].text if end < len(self.tokens) and self.tokens[end].kind == "word" else ""
        if len(factors) == 1 and factors[0].money and not factors[0].per and after.startswith(_price_after()):
            factors = [replace(factors[0], any_per=True)]
        if moneys > 1 or any(not d.value for d in divisors):
            self.label = ""
            return end  # 元×元 or ÷0: no amount; its numbers must not be read as lumps either
        item = Item(
            kind=_kind(factors),
            factors=factors,
            value=_product(factors, divisors),
            money=moneys == 1,
            open=_open_units(factors),
            words=words,
            start=self.tokens[position].start,
            sentence=self.sentence,
            group=self.group,
            label=self.label.removesuffix(_prefix_of(factors[0])),
            after=after,
            parent=self.explained[-1] if self.explained else self.colon,
            ranged=self._ranged(position, end),
            unlikely=unlikely,
            lead=self.lead,
        )
        if item.parent == len(self.items):
            item.parent = None
        end = self._stated(item, end)
        self.items.append(item)
        self.label = ""
        return end

    def _ranged(self, position: int, end: int) -> bool:
        before = self.tokens[position - 1].kind if position else ""
        behind = self.tokens[end].kind if end < len(self.tokens) else ""
        numbered = position > 1 and self.tokens[position - 2].kind == "number"
        follows = end + 1 < len(self.tokens) and self.tokens[end + 1].kind == "number"
        return (before == "minus" and numbered) or (behind == "minus" and follows)

    def _stated(self, item: Item, end: int) -> int:
        """Read ``=6万元`` behind an expression, also behind a repeated one (=45×1.5=67.5万元)."""
        while end + 1 < len(self.tokens) and self.tokens[end].kind == "equals":
            chain = self._chain(end + 1, 0)
            if chain is None:
                return end + 1
            factors, _, end, _ = chain
            if len(factors) == 1 and factors[0].money:
                item.stated = factors[0].value
            elif len(factors) == 1 and factors[0].bare:
                item.stated_bare = factors[0].value
        return end

    def _chain(self, position: int, depth: int) -> tuple[list[Quantity], list[Quantity], int, Decimal | None] | None:
        """Factors joined by signs: the factors, those that divide, the position behind, and an unlikely value."""
        first = self._factor(position, depth)
        if first is None:
            return None
        quantity, end = first
        factors, unlikely = [quantity], None
        divisors: list[Quantity] = []
        while len(factors) < _MOST_FACTORS:
            sign, noun = end, ""
            if self._kind_at(end) == "word" and len(self.tokens[end].text) <= _NOUN:
                noun, sign = self.tokens[end].text, end + 1
            kind = self._kind_at(sign)
            if noun == "的" and kind == "number":
                kind, sign = "multiply", end
            if kind not in ("multiply", "divide", "slash"):
                break
            following = sign + 1
            if self._kind_at(following) == "word" and len(self.tokens[following].text) <= _NOUN:
                following += 1
            second = self._factor(following, depth)
            if second is None:
                break
            right, after = second
            if noun == "的" and not right.percent:
                break
            left = factors[-1]
            if kind == "slash":
                # 20人/1050元 is short for a product; 1050元/20人 may be one, or the sum for all.
                if left.money == right.money or right.percent or (left.bare or right.bare):
                    break
                unlikely = left.value if left.money and len(factors) == 1 else None
            factors[-1] = replace(left, noun=noun.removesuffix("的") or left.noun)
            (divisors if kind == "divide" else factors).append(right)
            end = after
        return factors, divisors, end, unlikely

    def _kind_at(self, position: int) -> str:
        return self.tokens[position].kind if position < len(self.tokens) else ""

    def _factor(self, position: int, depth: int) -> tuple[Quantity, int] | None:
        kind = self._kind_at(position)
        if kind == "number":
            quantity = self.tokens[position].quantity
            assert quantity is not None
            before = self.tokens[position - 1] if position else None
            if before is not None and before.kind == "word":
                quantity = with_prefix(quantity, before.text)
            return quantity, position + 1
        if kind == "open" and depth < _DEEPEST:
            return self._bracket(position, depth)
        return None

    def _bracket(self, position: int, depth: int) -> tuple[Quantity, int] | None:
        """A bracketed sum as one quantity; None when it holds anything but a sum of like things."""
        total, at, money, unit = Decimal(0), position + 1, False, ""
        while True:
            if self._kind_at(at) == "word" and len(self.tokens[at].text) <= _NOUN:
                at += 1
            chain = self._chain(at, depth + 1)
            if chain is None:
                return None
            factors, divisors, at, _ = chain
            if any(not d.value for d in divisors):
                return None
            total += _product(factors, divisors)
            money = money or any(f.money for f in factors)
            unit = unit or next((f.unit for f in factors if f.unit), "")
            if self._kind_at(at) == "word":
                at += 1
            if self._kind_at(at) != "plus":
                break
            at += 1
        if self._kind_at(at) != "close":
            return None
        text = "".join(t.text for t in self.tokens[position : at + 1])
        close = self.tokens[at]
        if close.unit and not money:
            return quantity_of(total, close.unit, text), at + 1
        return Quantity(value=total, unit="" if money else unit, money=money, text=text), at + 1


@cache
def _price_after() -> tuple[str, ...]:
    return listed("price_after")


def with_prefix(quantity: Quantity, words: str) -> Quantity:
    """The quantity with what stands before it: 每人每月200元, 人均1200元, 单价500元, 每期50人."""
    if quantity.percent or quantity.bare:
        return quantity
    per: list[str] = []
    value = quantity.value
    begin = len(words)
    for at, character in enumerate(words):
        if character == "每":
            unit, _ = unit_at(words, at + (2 if words[at + 1 : at + 2] == "一" else 1))
            if unit and unit_class(unit) != "money":
                scale, name = scaled_unit(re.split(r"[/*·×每]", unit)[0])
                value /= scale
                per += expand_pair(name)
                begin = min(begin, at)
    if quantity.money:
        for word, name in mapping("average").items():
            if word in words:
                per.append(str(name))
                begin = min(begin, words.index(word))
    new = tuple(u for u in dict.fromkeys(per) if u not in quantity.per and u != quantity.unit)
    bare_end = words.rstrip("为按是约:的计")
    priced = quantity.money and not new and not quantity.per and bare_end.endswith(listed("price_before"))
    text = words[begin:] + quantity.text if new and len(words) - begin <= _PREFIX else quantity.text
    return replace(quantity, value=value, per=quantity.per + new, any_per=priced, text=text)


def _prefix_of(quantity: Quantity) -> str:
    """The words before the number that became part of the quantity (每人每月)."""
    return re.split(r"\d", quantity.text, maxsplit=1)[0]


def _words(factors: list[Quantity], divisors: list[Quantity]) -> str:
    """The expression as it is said to a person, all products with ×."""
    return "×".join(f.text + f.noun for f in factors) + "".join(f"÷{d.text}" for d in divisors)


def _kind(factors: list[Quantity]) -> ItemKind:
    if len(factors) > 1:
        if all(f.bare or f.percent for f in factors) or any(f.money for f in factors):
            return "product"
        return "count"
    only = factors[0]
    if only.money:
        return "price" if only.per or only.any_per else "lump"
    if only.percent:
        return "rate"
    return "count" if only.unit else "bare"


def _product(factors: list[Quantity], divisors: list[Quantity]) -> Decimal:
    value = Decimal(1)
    for factor in factors:
        value *= factor.value / 100 if factor.percent else factor.value
    for divisor in divisors:
        value /= divisor.value
    return value


def _may_answer(supplier: Quantity, unit: str) -> bool:
    """Whether a factor of another name, or of none, can be the number of ``unit``."""
    return supplier.bare or not (is_duration(unit) or is_duration(supplier.unit))


def _open_units(factors: list[Quantity]) -> list[str]:
    """Units of the prices among ``factors`` that none of the other factors answers."""
    suppliers = [f for f in factors if not f.money and not f.percent]
    rest: list[tuple[str, Quantity]] = []
    for priced in factors:
        for unit in priced.per:
            if any(unit in _BOTH.get(s.unit, ()) for s in suppliers if s is not priced):
                continue  # 500人次×20元/人·次
            match = next((s for s in suppliers if s.unit == unit and s is not priced), None)
            if match is None:
                rest.append((unit, priced))
            else:
                suppliers.remove(match)
    still: list[str] = []
    for unit, priced in rest:  # 200件×500元/台, 3000元/月×12: a factor of another or no name answers too
        match = next(
            (s for s in suppliers if s is not priced and not s.per and _may_answer(s, unit)),
            None,
        )
        if match is None:
            still.append(unit)
        else:
            suppliers.remove(match)
    if any(f.any_per for f in factors) and len(factors) == 1:
        still.append("")
    return still
