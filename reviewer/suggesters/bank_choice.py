"""Bank entries that suit a row or a form, judged by the words they share."""

from collections.abc import Iterable
from functools import cache

from reviewer.matching import BankEntry, national_bank
from reviewer.matching.terms import pairs, pieces
from reviewer.records import Form
from reviewer.records.suggestion import TO_FILL, RowText

# A shared pair of characters counts this much, by where the form says it.
_ROW, _PROJECT, _TEXT = 3.0, 2.0, 0.5
_PUBLISHED = 0.5  # of equal entries the published one
_NEEDED = 1.5  # less says nothing
_SURE = 3.0  # from here on it is more than a hint


@cache
def _entries(category: str) -> tuple[tuple[BankEntry, frozenset[str], frozenset[str]], ...]:
    """Entries of a category that hold a number, with the pairs of their names and of all their words."""
    found = []
    for entry in national_bank().entries:
        if entry.level2 != category or not entry.unit or entry.unit in ("定性", "日期", "—") or "**" in entry.name:
            continue
        if entry.level2_printed.startswith(("社会成本", "生态环境成本")):
            continue
        words = " ".join((entry.name, *entry.synonyms, *entry.keywords))
        found.append((entry, pairs(pieces(entry.name)), pairs(pieces(words))))
    return tuple(found)


def choose(
    category: str, name: str, form: Form, taken: Iterable[str] = (), top: int = 3
) -> list[tuple[BankEntry, bool]]:
    """Entries of ``category`` that suit a row called ``name`` in ``form``, best first; empty where nothing fits.

    Each comes with whether it suits well: the row itself or the project names it, not only some words of the goal.

    Args:
        taken: names that stand already, here or in a sister form; they are not proposed again.
    """
    own = pairs(pieces(name))
    project = pairs(pieces(form.project))
    lines = " ".join(f"{line.content} {line.detail} {line.calculation_basis}" for line in form.cost_lines)
    told = f"{form.goal_text} {lines}"
    text = pairs(pieces(told))
    used = set(taken)
    scored = []
    for entry, named, words in _entries(category):
        if entry.name in used:
            continue
        hits = _ROW * len(own & named) + _ROW / 2 * len(own & (words - named))
        hits += _PROJECT * len(project & words) + _TEXT * len(text & words)
        for keyword in entry.keywords:
            weight = _ROW if keyword in name else _PROJECT if keyword in form.project else _ROW / 2
            hits += weight if keyword in name or keyword in form.project or keyword in told else 0.0
        if hits < _NEEDED:
            continue
        # Long names share pairs by their length alone.
        score = hits / (4 + len(named)) + (_PUBLISHED / 10 if entry.standing == "published" else 0)
        scored.append((score, entry, hits >= _SURE))
    scored.sort(key=lambda found: (-found[0], found[1].id))
    return [(entry, sure) for _, entry, sure in scored[:top]]


def as_row(entry: BankEntry, heading: str, columns: RowText | None) -> RowText:
    """The entry as a row of the form, its number left to fill in.

    Args:
        heading: second-level heading as the form prints it.
        columns: a row of the form, which shows the columns it has.
    """
    sign = {"≥": "≥", "≤": "≤", "=": "=", "＝": "="}.get(entry.direction.strip(), "≥")
    unit = entry.unit.strip()
    split_unit = columns is not None and columns.unit is not None
    split_sign = columns is not None and columns.nature is not None
    return RowText(
        level2=heading,
        name=entry.name,
        value=("" if split_sign else sign) + TO_FILL + ("" if split_unit else unit),
        nature=sign if split_sign else None,
        unit=unit if split_unit else None,
        standard=columns.standard if columns is not None else None,
    )


def bank_words(entry: BankEntry) -> str:
    """Citation and words of an entry: numbers of a rewrite may come from them."""
    return f"{entry.citation}：{entry.name}" + (f"（{entry.definition}）" if entry.definition else "")
