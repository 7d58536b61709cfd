"""From a model's reply to a draft: nothing that a model says is believed.

Here a reply is refused, or what is wrong in it is replaced by 【待填】, before the prover sees it:
- words that speak to a program, addresses, markup, stand-ins that were never given out;
- a category outside the nine; a bank entry that was not shown;
- a number in the name, a document or a date that neither the filing nor the entry has;
- a number as value that stands nowhere, or that counts something of another unit: it becomes 【待填】;
- a sum that is not one, or whose parts stand nowhere; other computations are not taken: a product of two true numbers
  easily means nothing;
- a name that speaks of things which neither the filing nor the entry names, or not of the row's own.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from reviewer.llm.hostile import pronounces, speaks_to_program, visible
from reviewer.llm.redaction import unknown_stand_ins
from reviewer.llm.replies import ProposedRow
from reviewer.matching.decompose import NO_HEAD, decompose
from reviewer.records.suggestion import TO_FILL, NumberSource, RowText, Standing
from reviewer.suggesters.bank_choice import bank_words
from reviewer.suggesters.base import Case, Draft, heading_of, row_text, value_columns
from reviewer.suggesters.model_payload import Material
from reviewer.suggesters.provenance import named_in, numbers_in, places, trace
from reviewer.taxonomy import category_of
from reviewer.text import squash
from reviewer.text.numerals import ARABIC, CHINESE, to_decimal
from reviewer.text.vocabulary import unit_class, unit_pattern

_LONGEST = {"name": 40, "number": 30, "unit": 8, "level2": 16}
_REASON = "模型改写。"
_LONGEST_REASON = 120
_LIGHT, _TOLD, _FEWEST = 0.4, 0.5, 2
_MARKUP = re.compile(r"[<>{}\[\]`$\\|^~#*_@&\n\r\t]|[A-Za-z]{12,}")
_NUMBER = re.compile(f"{ARABIC}|{CHINESE}")
_VALUE = re.compile(rf"([≥≤=＝><])?({ARABIC}|{CHINESE})(.{{0,6}})")  # of text without spaces
_SUM = re.compile(r"\d{1,15}(?:\.\d{1,6})?(?:\+\d{1,15}(?:\.\d{1,6})?){1,30}")
_FILLING = re.compile(r"【待填[^】]{0,20}】")


class Refused(Exception):
    """A reply that gives no draft; the message says why, in Chinese, for the model's second try and for the report."""


@dataclass(frozen=True)
class _Value:
    sign: str
    number: str
    unit: str
    note: str = ""


def drafted(reply: ProposedRow, case: Case, seen: Material) -> Draft:
    """The draft that a reply proposes.

    Raises:
        Refused: it may not be used.
    """
    _clean(reply)
    category = category_of("", reply.level2)
    if category is None:
        raise Refused(f"“{reply.level2}”不是二级指标类别")
    entry = seen.bank.get(reply.bank_entry)
    if reply.bank_entry and entry is None:
        raise Refused(f"没有给出过指标库条目“{reply.bank_entry}”")
    bank = bank_words(entry) if entry else ""
    sums = _sums(reply, seen)
    _told(reply.name, seen, bank)
    _same(reply.name, seen, bank)
    value = _value(reply, seen, sums, bank)
    template = _template(case)
    columns = value_columns(template, value.sign, value.number, value.unit)
    row = template.model_copy(update={"level2": heading_of(seen.form, category), "name": reply.name.strip(), **columns})
    numbers = tuple(sums.values())
    _, missing = trace(row, seen.form, seen.indicator, numbers, bank)
    if missing:
        raise Refused(f"“{'、'.join(missing)}”在资料里找不到")
    reasons = tuple(text for text in (_reason(reply, seen, numbers, bank), value.note) if text)
    used = tuple(n for n in numbers if n.number in numbers_in(f"{row.name} {row.value}"))
    return Draft(row, category, reasons, Standing.CONFIRM, used, bank=bank)


def has_markup(text: str) -> bool:
    """Whether a text holds signs that no indicator and no explanation needs: markup, code, long foreign words."""
    return _MARKUP.search(_FILLING.sub("", text)) is not None


def _template(case: Case) -> RowText:
    """The columns that the form has."""
    rows = (case.indicator, *case.form.indicators[:1])
    first = next((row for row in rows if row is not None), None)
    if first is None:
        return RowText(level2="", name="", value="")
    filed = row_text(case.form, first)
    return (
        filed if case.indicator else filed.model_copy(update={"standard": "" if filed.standard is not None else None})
    )


def _clean(reply: ProposedRow) -> None:
    for key, longest in _LONGEST.items():
        text: str = getattr(reply, key)
        if text != visible(text) or len(text) > longest or has_markup(text):
            raise Refused(f"{key} 里有不该有的文字或太长")
        if speaks_to_program(text) or unknown_stand_ins(text):
            raise Refused(f"{key} 里有不属于指标的文字")
    if not reply.name.strip() or _FILLING.search(reply.name):
        raise Refused("没有写指标名称")


def _sums(reply: ProposedRow, seen: Material) -> dict[str, NumberSource]:
    """Sums whose parts stand in the filing, by their result."""
    found = {}
    for item in reply.computations:
        expression = squash(item.expression).partition("=")[0]
        if not _SUM.fullmatch(expression):
            raise Refused(f"算式“{item.expression[:40]}”不是相加")
        terms = expression.split("+")
        missing = [t for t in terms if not _traced(t, seen)]
        if missing:
            raise Refused(f"算式里的“{missing[0]}”在资料里找不到")
        total = sum((Decimal(t) for t in terms), Decimal(0))
        if to_decimal(squash(item.result)) != total if re.fullmatch(ARABIC, squash(item.result)) else True:
            raise Refused(f"算式“{item.expression[:40]}”的结果不对")
        result = squash(item.result)
        found[result] = NumberSource(number=result, source="表中数字相加", computation=f"{expression}={total}")
    return found


def _traced(number: str, seen: Material) -> bool:
    return not trace(RowText(level2="", name="", value=number), seen.form, seen.indicator, ())[1]


def _value(reply: ProposedRow, seen: Material, sums: dict[str, NumberSource], bank: str) -> _Value:
    """Sign, number and unit, put in their places; a number without a source is left to fill in."""
    sign: str = reply.sign
    number, unit = squash(reply.number), reply.unit.strip()
    if not number:
        raise Refused("没有写指标值")
    parts = _VALUE.fullmatch(number)
    if parts is None:
        return _Value(sign, reply.number.strip(), unit)  # a date, words, or 【待填】: traced with the whole row
    if parts[3] and (parts[3] == unit or not unit):
        unit = parts[3]
    elif parts[3]:
        return _Value(sign, reply.number.strip(), unit)
    sign, number = (parts[1] or sign).replace("＝", "="), parts[2]
    if number in sums or _counts(number, unit, seen, bank):
        return _Value(sign, number, unit)
    return _Value(sign, TO_FILL, unit, "模型写的数值没有出处，改由填报单位填写。")


def _counts(number: str, unit: str, seen: Material, bank: str) -> bool:
    """Whether a number stands in the filing or the entry with this unit, one of its class, or none."""
    texts = [words for _, words, _ in places(seen.form)] + [bank]
    if seen.indicator is not None:
        row = seen.indicator
        texts.append(f"{row.value}{row.unit or ''} {row.name} {row.standard or ''} {row.note or ''}")
    wanted, kind = to_decimal(number), unit_class(unit)
    for text in map(squash, texts):
        for match in _NUMBER.finditer(text):
            if to_decimal(match.group()) != wanted:
                continue
            if match.group() == text and kind != "money":
                continue  # a cell that is only a number is one of the columns of money
            printed = unit_pattern().match(text, match.end())
            if printed is None or printed.group() == unit or (kind and unit_class(printed.group()) == kind):
                return True
    return False


def _told(name: str, seen: Material, bank: str) -> None:
    """Refuse a name that speaks of what nobody named."""
    form = seen.form
    own = f"{seen.indicator.name} {seen.indicator.value}" if seen.indicator else ""
    others = " ".join(i.name for i in form.indicators)
    text = squash(" ".join((own, others, *(words for _, words, _ in places(form)), form.project, bank)))
    text += squash(" ".join(f"{line.content}{line.detail}" for line in form.cost_lines))
    senses = {t.term.sense for said in (own, form.project, bank) for t in decompose(said[:80]).tokens}
    parts = decompose(name)
    tokens = [t for t in parts.tokens if t.weight > _LIGHT and not t.term.generic]
    total = sum(t.weight for t in tokens)
    if parts.head == NO_HEAD and len(parts.tokens) < _FEWEST:
        raise Refused(f"名称“{name}”没有说是什么指标")
    known = sum(t.weight for t in tokens if t.word in text or t.term.sense in senses)
    if total and known / total < _TOLD:
        foreign = next(t.word for t in tokens if t.word not in text and t.term.sense not in senses)
        raise Refused(f"名称里的“{foreign}”在资料里没有提到")


def _same(name: str, seen: Material, bank: str) -> None:
    """Refuse a name that has nothing of the row's own words, however true it may be of another row."""
    row = seen.indicator
    if row is None or (bank and squash(name) in squash(bank)):
        return
    own = squash(f"{row.name} {row.value} {row.note or ''}")
    senses = {t.term.sense for t in decompose(row.name).tokens}
    said = [t for t in decompose(name).tokens if not t.term.generic]
    if not any(t.word in own or t.term.sense in senses for t in said):
        raise Refused(f"“{name}”说的不是原来那件事")


def _reason(reply: ProposedRow, seen: Material, numbers: tuple[NumberSource, ...], bank: str) -> str:
    """The model's reason, when it is harmless and true in its numbers; else only that a model wrote this."""
    text = " ".join(visible(reply.reason).split())
    row = RowText(level2="", name=text, value="")
    if (
        not text
        or len(text) > _LONGEST_REASON
        or has_markup(text)
        or speaks_to_program(text)
        or pronounces(text)
        or unknown_stand_ins(text)
        or named_in(text)
        or trace(row, seen.form, seen.indicator, numbers, bank)[1]
    ):
        return _REASON
    return text if text.endswith(("。", "！", "；")) else f"{text}。"
