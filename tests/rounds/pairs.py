"""Pairs of an old and a new filing made by known edits, and the right state of each finding.

Old filings are clean ones with planted flaws. The unit then puts some right, leaves others, spoils rows that were good,
adds, renames, moves and deletes rows. Rows keep their identity in all of this, so the right state follows from what
stands on the same row before and after, without any guess by likeness.
"""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from reviewer.evals.alignment import align_rows
from reviewer.evals.content import FilingContent, content_of, plain
from reviewer.evals.planting.draft import Draft
from reviewer.evals.planting.operators import LEGIT, OPERATORS
from reviewer.evals.planting.plan import load_filings
from reviewer.evals.render_files import render
from reviewer.pipeline import review
from reviewer.records import FilingReport, Finding
from reviewer.resources import resource
from reviewer.rounds.compare import State

PAIRS = 50
SEED = 20250311
_FORMATS = ("docx", "xlsx", "docx", "html", "xlsx", "csv")
_LAYOUTS = ("merged", "repeated", "blank")
_FLAWS = 5
_RENAMES: tuple[Callable[[str], str], ...] = (
    lambda name: f"年度{name}",
    lambda name: f"{name}情况",
    lambda name: f"项目{name}",
    lambda name: name[:2] + "区域" + name[2:],
    lambda name: f"{name}（全年）",
)
_INSERTED = (
    ("数量指标", "编印宣传手册数量", "≥800册"),
    ("数量指标", "走访座谈场次", "较多"),
    ("质量指标", "档案资料归档合格率", "≥98%"),
    ("质量指标", "工作台账质量", "明显提升"),
    ("社会效益指标", "群众知晓程度", "不断提高"),
    ("时效指标", "中期检查完成时间", "及时"),
)
_Row = dict[str, Any]


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


def make_pairs(count: int = PAIRS, seed: int = SEED) -> list[Pair]:
    """The pairs; the same seed gives the same pairs."""
    rng = Random(seed)
    filings = load_filings(resource("eval_sets", "planted", "filings"))
    return [_pair(filings[n % len(filings)], rng, n) for n in range(count)]


def _pair(clean: FilingContent, rng: Random, number: int) -> Pair:
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
            _rename(after, f, row, rng, edits)
    for field, (f, value) in _fields(clean, old).items():
        if rng.random() < 0.5:
            edits.append(f"put right {field} of F{f + 1}")
            after.form(f)[field] = copy.deepcopy(value)
            after.touch((f, field))
    for _ in range(rng.randint(0, 2)):
        _insert(after, rng, edits)
    for f in after.forms("project", "department")[:2]:
        free = [row for row in after.form(f)["rows"] if not after.touched(row) and row.get("name")]
        rng.shuffle(free)
        if free and rng.random() < 0.6:
            _rename(after, f, free.pop(), rng, edits)
        if free and rng.random() < 0.3:
            row = free.pop()
            edits.append(f"deleted {row['name']}")
            after.form(f)["rows"].remove(row)
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


def _rename(draft: Draft, f: int, row: _Row, rng: Random, edits: list[str]) -> None:
    if not row.get("name"):
        return
    edits.append(f"renamed {row['name']}")
    row["name"] = rng.choice(_RENAMES)(row["name"])
    draft.touch(row)


def _insert(draft: Draft, rng: Random, edits: list[str]) -> None:
    for f in draft.forms("project"):
        category, name, target = rng.choice(_INSERTED)
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


@dataclass(frozen=True)
class Judged:
    """Reviews of both files, and the right state by finding: of the old round by id(), of the new one likewise."""

    old: FilingReport
    new: FilingReport
    right: dict[int, State]


def judge(pair: Pair, files: tuple[Path, Path]) -> Judged:
    """Review both files and say what became of each finding, by the rows' identity."""
    old, new = (review(file).filings[0] for file in files)
    seats_old, seats_new = _seats(pair.old, old), _seats(pair.new, new)
    origin = {(f, r): source for (f, r), source in pair.origin.items()}
    forward = {source: place for place, source in origin.items() if source}
    right: dict[int, State] = {}
    after = {_key(f, seats_new): f for f in new.findings}
    before = {_key(f, seats_old) for f in old.findings}
    for finding in old.findings:
        place, code, about = _key(finding, seats_old)
        target = place if len(place) == 1 else forward.get(place)
        gone = target is None or (target, code, about) not in after
        right[id(finding)] = State.FIXED if gone else State.OPEN
    for finding in new.findings:
        place, code, about = _key(finding, seats_new)
        if len(place) == 1 and (place, code, about) in before:
            continue
        place = seats_new.get(finding.indicator_id or "", place)
        source = place if len(place) == 1 else origin.get(place)
        if source is None or _is_added_line(finding, new, old):
            right[id(finding)] = State.NEW
        elif (source, code, about) not in before:
            right[id(finding)] = State.BROKEN if _changed(pair, source, place) else State.NEW
    return Judged(old, new, right)


_Place = tuple[int, ...]


def _seats(content: FilingContent, report: FilingReport) -> dict[str, tuple[int, int]]:
    """Indicator id → form and row of the content."""
    seats = {}
    for f, (form, read) in enumerate(zip(content.forms, report.filing.forms, strict=True), 1):
        seats |= {row.id: (f, number) for number, row in align_rows(form, read).items() if row is not None}
    return seats


def _key(finding: Finding, seats: dict[str, tuple[int, int]]) -> tuple[_Place, str, str]:
    """Where a finding stands by identity; a form's own finding is told by what it names."""
    if finding.code == "REL305":  # told at either of two rows that say the same
        names = sorted(part.partition("：")[0] for part in finding.evidence.split("；"))
        return (int(finding.form_id[1:]),), finding.code, "；".join(names)
    if finding.indicator_id:
        return seats.get(finding.indicator_id, (0, 0)), finding.code, ""
    return (int(finding.form_id[1:]),), finding.code, _about(finding)


_ONE_A_FORM = {"CMP005", "CMP006", "CMP007", "CON401", "CON402", "CON407", "REL301"}
_NAMED = re.compile(r"“([^”]+)”|(?:效益|..)指标|实施期绩效目标|年度绩效目标")


def _about(finding: Finding) -> str:
    """What a form's finding is about: a category, a quoted line or word, a goal's horizon."""
    named = _NAMED.search(re.split("[：，。]", finding.message)[0])
    return "" if finding.code in _ONE_A_FORM or named is None else named[0]


def _is_added_line(finding: Finding, new: FilingReport, old: FilingReport) -> bool:
    """Whether a form's finding stands at a cost line that the old filing did not have."""
    place = finding.location
    lines = [
        (line.content, line.detail)
        for form in new.filing.forms
        for line in form.cost_lines
        if place is not None and line.location is not None and line.location.row == place.row
        if finding.indicator_id is None and form.id == finding.form_id
    ]
    known = {(line.content, line.detail) for form in old.filing.forms for line in form.cost_lines}
    return any(line not in known for line in lines)


def _changed(pair: Pair, source: _Place, place: _Place) -> bool:
    """Whether the unit changed the row, or anything in the form."""
    if len(source) == 1:
        return pair.old.forms[source[0] - 1] != pair.new.forms[place[0] - 1]
    old = pair.old.forms[source[0] - 1].rows[source[1] - 1]
    return old != pair.new.forms[place[0] - 1].rows[place[1] - 1]
