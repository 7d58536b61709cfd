"""Bank entries that suit a row or a form: they speak of what the row speaks of, and of nothing the filing does not."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from reviewer.matching import BankEntry, national_bank
from reviewer.matching.decompose import Parts, Token, decompose
from reviewer.records import Comparator, Form, TargetValue
from reviewer.records.suggestion import TO_FILL, RowText
from reviewer.taxonomy import words
from reviewer.text import squash
from reviewer.text.vocabulary import unit_class

# The share of an entry's words that the row or the form must name: no subject is brought in from outside.
TOLD = 0.65
# The share of the row's own words (or, for a row without a subject, of what is paid for) that the entry keeps.
_KEPT = 0.5
_SURE = 0.75  # from here on a person only has to confirm; below it is a hint
_PUBLISHED = 0.05  # of equal entries the published one
_LIGHT = 0.4  # words of no more weight say little: 服务, 基本, 综合
PLAIN_UNITS = ("定性", "日期", "—")


@dataclass(frozen=True)
class _Known:
    """An entry with its words: those of its name that say of what it is, and all its texts in one."""

    entry: BankEntry
    tokens: tuple[Token, ...]
    senses: frozenset[str]
    text: str


def _subject(parts: Parts) -> tuple[Token, ...]:
    """The words of weight that a name is about: the measured action of a rate (知晓率, 办结率) left out."""
    heavy = tuple(t for t in parts.tokens if t.weight > _LIGHT)
    if parts.head == "rate" and len(heavy) > 1 and parts.text.endswith(heavy[-1].word + parts.ending):
        return heavy[:-1]
    return heavy


@lru_cache(maxsize=4096)
def about_words(name: str) -> tuple[Token, ...]:
    """The words that a row is about: its things before its people, people where it names nothing else."""
    heavy = _subject(decompose(name))
    things = tuple(t for t in heavy if not _is_people(t))
    return things or tuple(t for t in heavy if not t.term.generic)


def _is_people(token: Token) -> bool:
    return token.term.rival == "group" or token.word.endswith(words("groups_of_people"))


@cache
def _entries(category: str) -> tuple[_Known, ...]:
    """Entries of a category that hold a number and say of what they are."""
    found = []
    for entry in national_bank().entries:
        if entry.level2 != category or not entry.unit or entry.unit in PLAIN_UNITS or "**" in entry.name:
            continue
        if entry.level2_printed.startswith(("社会成本", "生态环境成本")):
            continue
        parts = decompose(entry.name)
        tokens = _subject(parts)
        if any(not t.term.generic for t in tokens):
            text = " ".join((entry.name, *entry.synonyms, *entry.keywords))
            found.append(_Known(entry, tokens, frozenset(t.term.sense for t in parts.tokens), text))
    return tuple(found)


def _share(tokens: Iterable[Token], text: str, senses: frozenset[str]) -> float:
    """The share of ``tokens``, by weight, whose word stands in ``text`` or whose sense is among ``senses``."""
    found = [(t.weight, t.word in text or t.term.sense in senses) for t in tokens]
    total = sum(weight for weight, _ in found)
    return sum(weight for weight, there in found if there) / total if total else 0.0


@lru_cache(maxsize=256)
def _senses(*names: str) -> frozenset[str]:
    return frozenset(t.term.sense for name in names for t in decompose(name).tokens)


def _labels(form: Form) -> tuple[str, ...]:
    """What the form pays for."""
    return (form.project, *(text for line in form.cost_lines for text in (line.content, line.detail)))


def _told_text(form: Form, name: str) -> str:
    """Everything the form says beside its indicators, and the row's own name."""
    bases = " ".join(line.calculation_basis for line in form.cost_lines)
    return squash(f"{name} {' '.join(_labels(form))} {form.goal_text} {bases}")


def told_by(entry: BankEntry, name: str, form: Form) -> float:
    """The share of what an entry speaks of that the row or the form names."""
    return _covered(_subject(decompose(entry.name)), _told_text(form, name), _senses(name, form.project))


def _covered(tokens: tuple[Token, ...], text: str, senses: frozenset[str]) -> float:
    """The share of an entry's things that are told; 0 where it counts people whom nobody names."""
    people = tuple(t for t in tokens if _is_people(t) and not t.term.generic)
    things = tuple(t for t in tokens if not _is_people(t))
    if people and _share(people, text, senses) < 1:
        return 0.0
    return _share(things, text, senses) if things else 1.0


def choose(
    category: str, name: str, form: Form, taken: Iterable[str] = (), top: int = 3
) -> list[tuple[BankEntry, bool]]:
    """Entries of ``category`` that suit a row called ``name`` in ``form``, best first; empty where nothing fits.

    An entry must keep what the row speaks of and may not bring in a subject that the filing never names:
    残疾人权益保障体系 is no reason to propose 残疾人新增就业人数. Each comes with whether it suits well.

    Args:
        taken: names that stand already, here or in a sister form; they are not proposed again.
    """
    own = about_words(name)
    # A row that names nothing (无, 项目实施情况) is about what the form pays for.
    about = [own] if own else [tokens for tokens in map(about_words, _labels(form)) if tokens]
    text, senses = _told_text(form, name), _senses(name, form.project)
    used = set(taken)
    scored = []
    for known in _entries(category):
        if known.entry.name in used:
            continue
        kept = max((_share(tokens, known.text, known.senses) for tokens in about), default=0.0)
        if kept < _KEPT:
            continue
        covered = _covered(known.tokens, text, senses)
        if covered < TOLD:
            continue
        bonus = _PUBLISHED if known.entry.standing == "published" else 0.0
        scored.append((kept * covered + bonus, known.entry, kept >= _SURE and covered >= _SURE))
    scored.sort(key=lambda found: (-found[0], found[1].id))
    return [(entry, sure) for _, entry, sure in scored[:top]]


def as_row(entry: BankEntry, heading: str, columns: RowText | None, keep: TargetValue | None = None) -> RowText:
    """The entry as a row of the form, its number left to fill in.

    Args:
        heading: second-level heading as the form prints it.
        columns: a row of the form, which shows the columns it has.
        keep: the value as filed; its number is kept where it counts in the entry's own unit.
    """
    sign = {"≥": "≥", "≤": "≤", "=": "=", "＝": "="}.get(entry.direction.strip(), "≥")
    unit = entry.unit.strip()
    if sign == "=" and entry.level2 == "满意度指标":
        sign = "≥"  # some published tables print “=90%”
    split_unit = columns is not None and columns.unit is not None
    split_sign = columns is not None and columns.nature is not None
    number = TO_FILL
    if keep is not None and len(keep.numbers) == 1 and keep.number is not None and _measures_alike(keep.unit, unit):
        number, unit = f"{keep.number.normalize():f}", keep.unit
        if sign == "=" and keep.comparator not in (None, Comparator.EQ) and keep.number != 100:
            sign = keep.comparator.value
        elif sign == "≥" and unit == "%" and keep.number == 100:
            sign = "="
    return RowText(
        level2=heading,
        name=entry.name,
        value=("" if split_sign else sign) + number + ("" if split_unit else unit),
        nature=sign if split_sign else None,
        unit=unit if split_unit else None,
        standard=columns.standard if columns is not None else None,
    )


def _measures_alike(one: str, other: str) -> bool:
    return one == other or unit_class(one) == unit_class(other) == "rate"


def bank_words(entry: BankEntry) -> str:
    """Citation and words of an entry: numbers of a rewrite may come from them."""
    return f"{entry.citation}：{entry.name}" + (f"（{entry.definition}）" if entry.definition else "")
