"""Bank entries that suit a row or a form: they speak of what the row speaks of, and of nothing the filing does not."""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from reviewer.matching import BankEntry, national_bank
from reviewer.matching.decompose import decompose
from reviewer.matching.terms import pairs, pieces
from reviewer.records import Comparator, Form, TargetValue
from reviewer.records.suggestion import TO_FILL, RowText
from reviewer.taxonomy import words
from reviewer.text.vocabulary import unit_class

# An entry is proposed only where this share of what it speaks of is told by the filing, rare words weighing most.
TOLD = 0.55
# The share of what the row's own name (or, for a row without a subject, the project) speaks of that the entry keeps.
_KEPT = 0.35
_SURE = 0.6  # from here on a person only has to confirm; below it is a hint
_PUBLISHED = 0.05  # of equal entries the published one
PLAIN_UNITS = ("定性", "日期", "—")


@dataclass(frozen=True)
class _Known:
    """An entry with its words.

    Attributes:
        subject: pairs of what its name speaks of; ``body``: those of the name without its measure, generic words too.
        every: pairs of its name, synonyms and keywords.
    """

    entry: BankEntry
    subject: frozenset[str]
    body: frozenset[str]
    every: frozenset[str]


@cache
def _measures() -> re.Pattern[str]:
    """Endings that say how something is measured, not what."""
    found = sorted({*words("measurable_ends"), *words("counted_ends")}, key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, found))})+$")


@cache
def _people() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words("public_words"), key=len, reverse=True))))


@lru_cache(maxsize=4096)
def subject_of(name: str) -> frozenset[str]:
    """Pairs of characters of what a name speaks of: without its measure, generic words and groups of people."""
    ending = decompose(name).ending
    bare = _measures().sub("", name.removesuffix(ending))
    parts = pieces(bare)
    own = pairs(p for part in parts for p in _people().sub(" ", part).split())
    # A name may speak of the people alone: 残疾人数.
    return own or pairs(parts)


@cache
def _entries(category: str) -> tuple[_Known, ...]:
    """Entries of a category that hold a number."""
    found = []
    for entry in national_bank().entries:
        if entry.level2 != category or not entry.unit or entry.unit in PLAIN_UNITS or "**" in entry.name:
            continue
        if entry.level2_printed.startswith(("社会成本", "生态环境成本")):
            continue
        text = " ".join((entry.name, *entry.synonyms, *entry.keywords))
        found.append(_Known(entry, subject_of(entry.name), _body(entry.name), pairs(pieces(text))))
    return tuple(found)


def _body(name: str) -> frozenset[str]:
    return pairs(re.findall("[\u4e00-\u9fff]+", _measures().sub("", name.removesuffix(decompose(name).ending))))


def told_by(entry: BankEntry, name: str, form: Form) -> float:
    """The share of what an entry speaks of that the row or the form names."""
    told = _told(_text(form)) | _told(name)
    return min(_share(told, subject_of(entry.name)), _share(told, _body(entry.name)))


@cache
def _rarity() -> dict[str, float]:
    """How much a pair of characters tells: the fewer entries of the bank have it, the more."""
    seen: Counter[str] = Counter()
    entries = national_bank().entries
    for entry in entries:
        seen.update(pairs(pieces(" ".join((entry.name, *entry.keywords)))))
    return {pair: math.log(len(entries) / count) for pair, count in seen.items()}


def _weight(found: Iterable[str]) -> float:
    rarity = _rarity()
    most = math.log(len(national_bank().entries))
    return sum(rarity.get(pair, most) for pair in found)


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    total = _weight(whole)
    return _weight(part & whole) / total if total else 0.0


def _text(form: Form) -> str:
    """Everything the form says beside its indicators."""
    lines = " ".join(f"{line.content} {line.detail} {line.calculation_basis}" for line in form.cost_lines)
    return f"{form.project} {form.goal_text} {lines}"


@lru_cache(maxsize=256)
def _told(text: str) -> frozenset[str]:
    """The pairs of a text, generic words too."""
    return pairs(re.findall("[\u4e00-\u9fff]+", re.sub(r"\s+", "", text)))


def choose(
    category: str, name: str, form: Form, taken: Iterable[str] = (), top: int = 3
) -> list[tuple[BankEntry, bool]]:
    """Entries of ``category`` that suit a row called ``name`` in ``form``, best first; empty where nothing fits.

    An entry must keep what the row speaks of and may not bring in a subject that the filing never names:
    残疾人权益保障体系 is no reason to propose 残疾人新增就业人数. Each comes with whether it suits well.

    Args:
        taken: names that stand already, here or in a sister form; they are not proposed again.
    """
    own = subject_of(name)
    # A row that names nothing (无, 项目实施情况) is about what the form pays for.
    labels = (form.project, *(text for line in form.cost_lines for text in (line.content, line.detail)))
    about = [own] if own else [subject for subject in map(subject_of, labels) if subject]
    told = _told(_text(form)) | _told(name)
    used = set(taken)
    scored = []
    for known in _entries(category):
        if known.entry.name in used or not known.subject:
            continue
        kept = max((_share(known.every, subject) for subject in about), default=0.0)
        if kept < _KEPT or (own and not own & known.every):
            continue
        covered = min(_share(told, known.subject), _share(told, known.body))
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
    split_unit = columns is not None and columns.unit is not None
    split_sign = columns is not None and columns.nature is not None
    number = TO_FILL
    if keep is not None and len(keep.numbers) == 1 and keep.number is not None:
        kinds = {unit_class(keep.unit), unit_class(unit)}
        if keep.unit == unit or (len(kinds) == 1 and kinds & {"people", "households", "times", "rate"}):
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


def bank_words(entry: BankEntry) -> str:
    """Citation and words of an entry: numbers of a rewrite may come from them."""
    return f"{entry.citation}：{entry.name}" + (f"（{entry.definition}）" if entry.definition else "")
