"""Pairs of an old and a new filing made by known edits, and the right state of each finding.

Old filings are clean ones with planted flaws. The unit then puts some right, leaves others, spoils rows that were good,
adds, renames, moves and deletes rows. Rows keep their identity in all of this, so the right state follows from what
stands on the same row before and after, without any guess by likeness. How units word their changes is data
(``eval_sets/rounds/edits.yaml``).
"""

import copy
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from random import Random
from typing import Any

from reviewer.evals.content import FilingContent, content_of, plain
from reviewer.evals.planting.draft import Draft
from reviewer.evals.planting.operators import LEGIT, OPERATORS
from reviewer.evals.planting.plan import load_filings
from reviewer.evals.render_files import render
from reviewer.records.base import Record
from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml

_FORMATS = ("docx", "xlsx", "docx", "html", "xlsx", "csv")
_LAYOUTS = ("merged", "repeated", "blank")
_FLAWS = 5
_Row = dict[str, Any]


class Wording(Record):
    """How units word what they change; see the file.

    Attributes:
        restated: a sign and the word that may stand for it.
        copies: how often a row is filed twice, the second time under another name.
    """

    renames: tuple[str, ...]
    inserted: tuple[tuple[str, str, str], ...]
    restated: tuple[tuple[str, str], ...] = ()
    copies: float = 0


@cache
def wordings() -> dict[str, Wording]:
    """The wordings by split."""
    data = load_yaml(resource("eval_sets", "rounds", "edits.yaml"))
    return {split: Wording.model_validate(words) for split, words in data.items()}


@dataclass(frozen=True)
class Pair:
    """A pair: files, and for each row of the new content the row of the old one (numbers from 1; None: added)."""

    old: FilingContent
    new: FilingContent
    origin: dict[tuple[int, int], tuple[int, int] | None]
    edits: tuple[str, ...]

    def files(self, folder: Path, number: int) -> tuple[Path, Path]:
        """The pair as files; every third in another format the second time."""
        one = _FORMATS[number % len(_FORMATS)]
        two = _FORMATS[(number + 1) % len(_FORMATS)] if number % 3 == 0 else one
        layout = _LAYOUTS[number % len(_LAYOUTS)]
        (folder / "old").mkdir(parents=True, exist_ok=True)
        (folder / "new").mkdir(parents=True, exist_ok=True)
        return render(self.old, folder / "old", one, layout), render(self.new, folder / "new", two, layout)


@lru_cache(maxsize=4)
def make_pairs(count: int, seed: int, split: str) -> tuple[Pair, ...]:
    """The pairs; the same arguments give the same pairs.

    Args:
        split: whose wording they take.
    """
    rng = Random(seed)
    filings = load_filings(resource("eval_sets", "planted", "filings"))
    return tuple(_pair(filings[n % len(filings)], rng, n, wordings()[split]) for n in range(count))


def _pair(clean: FilingContent, rng: Random, number: int, words: Wording) -> Pair:
    before = Draft(clean, rng)
    _plant(before, rng, _FLAWS)
    old = content_of(copy.deepcopy(before.data), "old")
    fixes = {(f, r): row for f, r, row in _was_clean(clean, before)}
    after = Draft(old, rng)
    rows = {id(row): (f + 1, r + 1) for f, form in enumerate(after.data["forms"]) for r, row in enumerate(form["rows"])}
    edits: list[str] = []
    for (f, r), good in fixes.items():
        row = after.form(f)["rows"][r]
        chance = rng.random()
        if chance < 0.45:
            edits.append(f"put right F{f + 1}.{r + 1}")
            # The columns are put back; the row stays where it is.
            for key, value in good.items():
                row[key] = value
            after.touch(row)
        elif chance < 0.6:
            _rename(after, row, rng, edits, words)
    for field, (f, value) in _fields(clean, old).items():
        if rng.random() < 0.5:
            edits.append(f"put right {field} of F{f + 1}")
            after.form(f)[field] = copy.deepcopy(value)
            after.touch((f, field))
    for _ in range(rng.randint(0, 2)):
        _insert(after, rng, edits, words)
    for f in after.forms("project", "department")[:2]:
        free = [row for row in after.form(f)["rows"] if not after.touched(row) and row.get("name")]
        rng.shuffle(free)
        if free and rng.random() < 0.6:
            _rename(after, free.pop(), rng, edits, words)
        if free and rng.random() < 0.3:
            row = free.pop()
            edits.append(f"deleted {row['name']}")
            after.form(f)["rows"].remove(row)
        if free and words.restated and rng.random() < 0.6:
            _restate(after, free.pop(), rng, edits, words)
        if free and words.copies and rng.random() < words.copies:
            row = copy.deepcopy(free.pop())
            _rename(after, row, rng, edits, words)
            after.form(f)["rows"].append(row)
        if rng.random() < 0.5:
            _shuffle(after.form(f)["rows"], rng, edits)
    _plant(after, rng, 2)
    origin = {
        (f + 1, r + 1): rows.get(id(row))
        for f, form in enumerate(after.data["forms"])
        for r, row in enumerate(form["rows"])
    }
    data = copy.deepcopy(after.data)
    name = f"pair-{number + 1:02}"
    return Pair(
        old.model_copy(update={"id": name}),
        content_of(data, "new").model_copy(update={"id": name}),
        origin,
        tuple(edits),
    )


def _plant(draft: Draft, rng: Random, count: int) -> None:
    codes = [code for code in sorted(OPERATORS) if code != LEGIT]
    rng.shuffle(codes)
    done = 0
    for code in codes:
        done += rng.choice(OPERATORS[code])(draft)
        if done == count:
            return


def _was_clean(clean: FilingContent, draft: Draft) -> list[tuple[int, int, _Row]]:
    """Rows of the draft that differ from the clean row of the same place, as long as no row was added or taken out."""
    found = []
    for f, form in enumerate(plain(clean)["forms"]):
        rows, good = draft.form(f)["rows"], form.get("rows", [])
        if len(rows) == len(good):
            found += [
                (f, r, b)
                for r, (a, b) in enumerate(zip(rows, good, strict=True))
                if a != b and a.get("level2") == b.get("level2")
            ]
    return found


def _fields(clean: FilingContent, old: FilingContent) -> dict[str, tuple[int, Any]]:
    """Labelled fields and lists of a form that were spoilt."""
    found: dict[str, tuple[int, Any]] = {}
    for f, (a, b) in enumerate(zip(plain(clean)["forms"], plain(old)["forms"], strict=True)):
        for key in ("period_goal", "annual_goal", "budget", "cost_lines", "cost_total", "projects", "period"):
            if a.get(key) != b.get(key) and key in a and key not in found:
                found[key] = (f, a[key])
    return found


def _rename(draft: Draft, row: _Row, rng: Random, edits: list[str], words: Wording) -> None:
    if not row.get("name"):
        return
    edits.append(f"renamed {row['name']}")
    name = row["name"]
    row["name"] = rng.choice(words.renames).format(name=name, head=name[:2], tail=name[2:])
    draft.touch(row)


def _restate(draft: Draft, row: _Row, rng: Random, edits: list[str], words: Wording) -> None:
    """The same value in other words."""
    for sign, word in rng.sample(words.restated, len(words.restated)):
        value = row.get("value") or ""
        number = re.fullmatch(r"(\D*)([\d.]+)%", value)
        if sign == "%" and number:
            row["value"] = f"{number[1]}{word}{number[2]}"
        elif sign != "%" and sign in value:
            row["value"] = value.replace(sign, word)
        else:
            continue
        edits.append(f"restated {row['name']}")
        draft.touch(row)
        return


def _insert(draft: Draft, rng: Random, edits: list[str], words: Wording) -> None:
    for f in draft.forms("project"):
        category, name, target = rng.choice(words.inserted)
        rows = draft.form(f)["rows"]
        homes = {Draft.category(row) for row in rows}
        if category in homes and not any(row.get("name") == name for row in rows):
            edits.append(f"added {name}")
            draft.insert(f, category, name, target)
            return


def _shuffle(rows: list[_Row], rng: Random, edits: list[str]) -> None:
    """Rows of one heading in another order."""
    edits.append("moved rows")
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and rows[end].get("level2") == rows[start].get("level2"):
            end += 1
        part = rows[start:end]
        rng.shuffle(part)
        rows[start:end] = part
        start = end
