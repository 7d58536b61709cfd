"""Kind ``rounds``: a case is a pair of filings made by known edits; what became of each finding is known by the rows.

The right state follows from the identity of rows, which the edits keep; the program goes by likeness.
"""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from reviewer.errors import DataError, ReviewerError
from reviewer.evals.alignment import align_rows
from reviewer.evals.content import FilingContent, explain
from reviewer.evals.planting.pairs import Pair, make_pairs, wordings
from reviewer.evals.registry import KINDS, Kind, Output, Sample
from reviewer.evals.sets import EvalSet
from reviewer.pipeline import review
from reviewer.records import FilingReport, Finding
from reviewer.records.base import Record
from reviewer.rounds.compare import State, compare

_MOST = 1000


class RoundsCase(Record):
    """A pair, made anew at each run.

    Attributes:
        split: whose wording the edits take; ``held_out`` was written after the program and not tuned to.
        seed, number: which pair (from 1) of which run of the generator.
    """

    id: str
    split: str
    seed: int
    number: int = Field(ge=1, le=_MOST)


@dataclass(frozen=True)
class Traced:
    """A finding of either round: the right state and the one that the program told."""

    code: str
    message: str
    right: str
    told: str


def samples(chosen: EvalSet) -> list[Sample]:
    """One sample a case."""
    found = []
    for line in chosen.lines:
        try:
            case = RoundsCase.model_validate(line.data)
        except ValidationError as error:
            raise DataError(f"用例不合格式：{explain(error)}", line.where, "格式见 docs/eval-sets.md") from None
        if case.split not in wordings():
            raise DataError(f"没有名为“{case.split}”的改法", line.where, f"可用：{'、'.join(wordings())}")
        found.append(Sample(case.id, case))
    return found


def run(chosen: EvalSet, batch: Sequence[Sample]) -> list[Output]:
    """Both filings of each pair are written, read, reviewed and compared."""
    most = max((sample.data.number for sample in batch), default=0)
    with tempfile.TemporaryDirectory(prefix="reviewer-") as folder:
        return [_run(sample.data, most, Path(folder) / str(n)) for n, sample in enumerate(batch)]


def _run(case: RoundsCase, most: int, folder: Path) -> Output:
    pair = make_pairs(most, case.seed, case.split)[case.number - 1]
    try:
        return Output(trace(judge(pair, pair.files(folder, case.number - 1))))
    except ReviewerError as error:
        return Output(error=str(error))


def trace(judged: "Judged") -> list[Traced]:
    """Every finding of both rounds, once."""
    found = []
    for item in compare(judged.old, judged.new).followed:
        right = judged.right[id(item.old)] if item.old else judged.right.get(id(item.new), State.OPEN)
        found.append(Traced(item.finding.code, item.finding.message, right.value, item.state.value))
    return found


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
    origin: dict[_Place, _Place | None] = dict(pair.origin.items())
    forward: dict[_Place, _Place] = {source: place for place, source in origin.items() if source}
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
    seats: dict[str, tuple[int, int]] = {}
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


KINDS.add("rounds", Kind("rounds", samples, run))
