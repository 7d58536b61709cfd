"""From items to a Calculation: which amounts add up, which are wholes, and which belong to something else."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from itertools import pairwise

from reviewer.text.calculation.expressions import Item, items_of
from reviewer.text.calculation.model import Calculation, Equation, Quantity, Term
from reviewer.text.calculation.tokens import Token, tokens_of
from reviewer.text.calculation.vocabulary import any_of, is_duration, listed, mapping

# Up to this relative difference two amounts are the same one, printed with less precision.
SAME = Decimal("0.01")
_BARE_YUAN = Decimal(50)  # a price without a unit from here on is taken for 元, a smaller one for 万元
_YEAR = "年"
_MOST_PARTS = 40  # of a whole whose parts may begin anywhere before it
_LABEL_TAIL = 24
_RATIO = re.compile(r"(?<![\d.])(\d{1,2}(?:\.\d)?)[:：](\d{1,2}(?:\.\d)?)(?![\d.])")
_DISCOUNT = re.compile(r"(?<![\d.])(\d(?:\.\d)?|\d{2})折|([一二三四五六七八九])折")
_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九", 1)}
_TRIM = "、，,。；;：:（）() .＋+-—和及与的"


def near(one: Decimal, other: Decimal, share: Decimal = SAME) -> bool:
    """Whether two amounts differ by no more than ``share`` of the larger."""
    return abs(one - other) <= share * max(abs(one), abs(other))


@lru_cache(maxsize=2048)
def read_calculation(text: str) -> Calculation:
    """What a text of 测算依据 calculates; any text is accepted, amounts come in 万元.

    Numbers that count nothing (document numbers, dates, titles, ordinals) are left out.
    """
    tokens = tokens_of(text)
    items = items_of(tokens)
    draft = _Draft(items)
    draft.close_prices()
    draft.use_explanations()
    draft.sort_out()
    plain_text = "".join(t.text for t in tokens)
    shares, rates = _shares(plain_text, items)
    return Calculation(
        text=text,
        terms=tuple(draft.terms),
        equations=tuple(draft.equations),
        totals=tuple(draft.totals),
        context=tuple(draft.context),
        shares=shares,
        rates=rates,
        loose=tuple(draft.loose),
        unpriced=_unpriced(tokens) if draft.terms else (),
        partial=any_of("subset").search(plain_text) is not None,
        figures=any(i.money or any(q.unit and not q.chinese for q in i.factors) or i.kind in ("rate", "product")
                    for i in items),
        restated=tuple(draft.restated),
    )  # fmt: skip


@dataclass
class _Draft:
    """The state of working items into terms."""

    items: list[Item]
    terms: list[Term] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)
    totals: list[Decimal] = field(default_factory=list)
    context: list[Decimal] = field(default_factory=list)
    loose: list[Quantity] = field(default_factory=list)
    restated: list[int] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    dropped: set[int] = field(default_factory=set)
    _sentence_of_last: int = -1

    def close_prices(self) -> None:
        """Give each price the counts that it lacks: the nearest ones of its own sentence, else of the text."""
        for at, item in enumerate(self.items):
            if not item.money or not item.open:
                continue
            for _ in range(6):
                partner = next((p for u in item.open if (p := self._partner(at, u)) is not None), None)
                if partner is None:
                    break
                count = self.items[partner]
                unit = next(u for u in item.open if u != _YEAR and _answers(count, u))
                item.open.remove(unit)
                item.open += [u for u in count.open if u not in item.open and u != unit]
                item.factors = [*item.factors, *count.factors]
                item.value *= count.value
                item.words = f"{item.words}×{count.words}"
                self.used.add(partner)
            self._add_people(at)

    def _add_people(self, at: int) -> None:
        """保洁员30人，工资2000元/月: a price for a time is most likely one for each person."""
        item = self.items[at]
        if len(item.factors) > 1 or not all(is_duration(u) for u in item.open):
            return
        near_by = range(max(0, at - 6), min(len(self.items), at + 6))
        people = [
            n
            for n in near_by
            if n not in self.used
            and self.items[n].kind == "count"
            and self.items[n].sentence == item.sentence
            and [q.unit for q in self.items[n].factors] == ["人"]
        ]
        if len(people) == 1:
            count = self.items[people[0]]
            item.factors = [*item.factors, *count.factors]
            item.value *= count.value
            item.optional = count.value
            item.words = f"{item.words}×{count.words}"
            self.used.add(people[0])

    def _partner(self, at: int, unit: str) -> int | None:
        if unit == _YEAR:  # 每年10万元，分3年实施: one year's or all years' money, see _term
            return None
        item = self.items[at]
        mine = {id(q) for q in item.factors}
        found = [
            (self.items[n].sentence != item.sentence, n in self.used, abs(n - at), n)
            for n in range(max(0, at - 20), min(len(self.items), at + 20))
            if self.items[n].kind == "count"
            and _answers(self.items[n], unit)
            and not any(id(q) in mine for q in self.items[n].factors)
        ]
        # Another sentence's count is taken only when nothing else has taken it.
        found = [f for f in found if not (f[0] and f[1])]
        return min(found)[3] if found else None

    def use_explanations(self) -> None:
        """培训费6万元（0.5万元×12场）: the bracket computes the lump before it; the lump is its result."""
        children: dict[int, list[int]] = {}
        for at, item in enumerate(self.items):
            if item.parent is not None and item.parent not in self.dropped:
                children.setdefault(item.parent, []).append(at)
        for at, inner in children.items():
            parent = self.items[at]
            products = [n for n in inner if self._is_term(n) and len(self.items[n].factors) > 1]
            amounts = [n for n in inner if self._is_term(n)]
            if parent.kind == "lump" and products:
                computed = sum((self.items[n].value for n in amounts), Decimal(0))
                words = "＋".join(self.items[n].words for n in amounts)
                self.equations.append(Equation(words, computed, parent.value, sure=True))
                self.dropped.add(at)
            elif parent.money and parent.kind in ("lump", "price") and amounts:
                self.dropped |= set(inner)
            elif parent.kind == "product" and amounts:
                for n in amounts:
                    if self.items[n].kind == "lump":
                        self.equations.append(Equation(parent.words, parent.value, self.items[n].value))
                self.dropped |= set(inner)

    def _is_term(self, at: int) -> bool:
        item = self.items[at]
        if not item.money:
            return False
        return item.kind in ("product", "lump") or len(item.factors) > 1 or all(u in _in_a_year() for u in item.open)

    def sort_out(self) -> None:
        """Sort the items into terms, wholes, amounts of something else, and leftovers."""
        begin: dict[int, int] = {}  # sentence → number of terms before it
        since = 0  # terms before the last whole
        for at, item in enumerate(self.items):
            begin.setdefault(item.sentence, len(self.terms))
            if at in self.dropped:
                continue
            if item.kind in ("count", "price") and not self._is_term(at):
                if at in self.used:
                    continue
                if len(item.factors) > 1 and any(q.bare and q.value >= _BARE_YUAN for q in item.factors):
                    self._bare_product(item)
                else:
                    self.loose += item.factors
                continue
            if item.kind in ("rate", "bare"):
                continue
            if item.kind == "product" and not item.money:
                self._bare_product(item)
                continue
            if item.kind == "lump":
                if item.ranged or _is_context(item):
                    self.context.append(item.value)
                    continue
                if self._whole(at, item, begin[item.sentence], since):
                    since = len(self.terms)
                    continue
            self._term(item)

    def _term(self, item: Item) -> None:
        times, alternatives = Decimal(1), [Decimal(1)]
        open_units = []
        words = item.words
        for unit in item.open:
            if unit not in _in_a_year():
                open_units.append(unit)
            elif _in_a_year()[unit] != 1:
                times *= _in_a_year()[unit]
                alternatives.append(_in_a_year()[unit])
                words += f"×{_in_a_year()[unit]}{'个' if unit != '半年' else '次'}{unit if unit != '半年' else ''}"
            else:  # an annual price may be meant for each of several years
                alternatives += self._years
        value = item.value * times
        choices = [item.value * a for a in alternatives]
        if item.optional not in (0, 1):
            choices += [choice / item.optional for choice in choices]
        others = tuple(choice for choice in dict.fromkeys(choices) if choice != value)
        if item.stated is not None:
            self.equations.append(Equation(words, value, item.stated, sure=not others))
        label = _tail(item.label or (item.lead if not item.factors[0].noun else ""))
        self.terms.append(
            Term(
                value=value,
                factors=tuple(item.factors),
                alternatives=others,
                unlikely=() if item.unlikely is None else (item.unlikely,),
                label=label,
                open=tuple(open_units),
                group=item.group,
                words=words,
            )
        )
        self._note_repeat(item)

    def _note_repeat(self, item: Item) -> None:
        """讲座3万元，15场×2000元: a lump and the product beside it that gives the same amount are perhaps one."""
        if len(self.terms) < 2 or self._sentence_of_last != item.sentence:
            self._sentence_of_last = item.sentence
            return
        before, last = self.terms[-2:]
        if (len(before.factors) == 1) != (len(last.factors) == 1) and near(before.value, last.value):
            self.restated.append(len(self.terms) - (2 if len(before.factors) == 1 else 1))

    @cached_property
    def _years(self) -> list[Decimal]:
        """Numbers of years that the text names (分3年实施), a few of them."""
        years = [i for i in self.items if i.kind == "count" and [q.unit for q in i.factors] == [_YEAR]]
        return [i.value for i in years[:3]]

    def _bare_product(self, item: Item) -> None:
        """45×1.5 or 3人×15000: money without its unit."""
        if not any(q.bare for q in item.factors):
            return
        price = max(q.value for q in item.factors if q.bare)
        as_yuan, as_wan = item.value / 10000, item.value
        value, other = (as_yuan, as_wan) if price >= _BARE_YUAN else (as_wan, as_yuan)
        if item.stated is not None and near(item.stated, other):
            value, other = other, value
        item.money = True
        item.unlikely = other
        item.value = value
        self._term(item)

    def _whole(self, at: int, item: Item, sentence_begin: int, since: int) -> bool:
        """Whether a lump is the sum of what stands before it, or only repeats it; then note it as such."""
        label = item.label.strip(_TRIM)
        total = _ends_with_total(label)
        follows = at > 0 and self.items[at - 1].sentence == item.sentence and len(self.terms) > sentence_begin
        last = self.terms[-1] if self.terms else None
        if total or (follows and _is_result(label)):
            before = self.terms[since:] if total else self.terms[-1:]
            if not before:
                if total and self._later_amounts(at):
                    self.totals.append(item.value)
                    return True
                return False
            if not total and last is not None and (last.is_lump and not near(last.value, item.value)):
                return False  # 设备10万元，资金5万元: two lumps, the second with a general name
            if not total and last is not None and last.is_lump and not label:
                return False
            runs = [
                sum((t.value for t in self.terms[n:]), Decimal(0))
                for n in range(min(since, len(self.terms) - 1), len(self.terms))
            ]
            computed = next((r for r in runs if near(r, item.value)), runs[0] if total else runs[-1])
            self.equations.append(Equation("＋".join(t.words for t in before), computed, item.value))
            self.totals.append(item.value)
            return True
        return False

    def _recent(self, since: int) -> range:
        """Positions of the terms since the last whole, the latest ones of a long list."""
        end = len(self.terms)
        return range(max(min(since, end - 1), end - _MOST_PARTS), end)

    def _later_amounts(self, at: int) -> bool:
        return any(self._is_term(n) and n not in self.dropped for n in range(at + 1, len(self.items)))


@cache
def _in_a_year() -> dict[str, Decimal]:
    return {unit: Decimal(str(n)) for unit, n in mapping("in_a_year").items()}


def _answers(count: Item, unit: str) -> bool:
    """Whether a count is a number of ``unit``; the empty unit is a price of anything but time."""
    units = [q.unit for q in count.factors if q.unit]
    if not unit:
        return any(not is_duration(u) and u != "次" for u in units) and not any(q.chinese for q in count.factors)
    return unit in units


@cache
def _context_pattern() -> re.Pattern[str]:
    plain = "|".join(map(re.escape, listed("context")))
    payers = "|".join(map(re.escape, listed("payer")))
    verbs = "|".join(map(re.escape, listed("pays")))
    return re.compile(rf"{plain}|(?:{payers})(?:级)?(?:财政)?(?:{verbs})")


def _is_context(item: Item) -> bool:
    """An amount of other years, other payers, a threshold."""
    if item.after.startswith(listed("context_after")):
        return True
    return _context_pattern().search(item.label[-_LABEL_TAIL:]) is not None


def _ends_with_total(label: str) -> bool:
    rest = label
    for _ in range(6):
        if rest.endswith(listed("total")):
            return True
        word = next((w for w in listed("result") if rest.endswith(w)), None)
        if word is None:
            return False
        rest = rest[: -len(word)]
    return False


def _is_result(label: str) -> bool:
    """Whether the words say nothing but "that is" (需资金, 约, 即)."""
    rest = label
    for _ in range(8):
        if not rest:
            return True
        word = next((w for w in (*listed("result"), *listed("total")) if rest.startswith(w)), None)
        if word is None:
            return False
        rest = rest[len(word) :]
    return not rest


def _tail(label: str) -> str:
    words = label[-_LABEL_TAIL:].strip(_TRIM)
    return next((words.removeprefix(w) for w in listed("subset") if words.startswith(w)), words)


def _shares(text: str, items: list[Item]) -> tuple[tuple[Decimal, ...], tuple[Decimal, ...]]:
    """Fractions by which payers divide the sum, and other fractions."""
    shares: list[Decimal] = []
    if any_of("half").search(text):
        shares.append(Decimal("0.5"))
    for match in list(_DISCOUNT.finditer(text))[:4]:
        number = Decimal(match.group(1)) if match.group(1) else Decimal(_DIGITS[match.group(2)])
        shares.append(number / (100 if number >= 10 else 10))
    sharing = any_of("share").search(text) is not None
    for match in list(_RATIO.finditer(text))[:4] if sharing else []:
        one, other = Decimal(match.group(1)), Decimal(match.group(2))
        if one + other:
            shares += [one / (one + other), other / (one + other)]
    rates = [q.value / 100 for i in items if i.kind == "rate" for q in i.factors][:6]
    if sharing:
        shares += [r for r in rates if 0 < r < 1]
    return tuple(dict.fromkeys(s for s in shares if 0 < s < 1)), tuple(dict.fromkeys(r for r in rates if r < 10))


def _unpriced(tokens: list[Token]) -> tuple[str, ...]:
    """Things that the text lists without any figure; clauses of reasons and sources left out."""
    edges = [-1, *(n for n, t in enumerate(tokens) if t.kind in ("comma", "stop")), len(tokens)]
    found: list[str] = []
    for begin, end in pairwise(edges):
        clause = tokens[begin + 1 : end]
        words = "".join(t.text for t in clause).strip(_TRIM)
        colon = end < len(tokens) and tokens[end].text in (":", "：")
        if not clause or colon or any(t.kind != "word" for t in clause) or not 3 <= len(words) <= 24:
            continue
        if not any_of("not_an_item").search(words):
            found.append(words)
    return tuple(dict.fromkeys(found))[:8]
