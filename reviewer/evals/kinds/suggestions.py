"""Kind ``suggestions``: a case is a flawed row of a filing, and what a good rewrite of it must satisfy.

What the program proposes is not believed but tried: the rewritten row is put back into the content, what is left to
fill in is filled in, the filing is rendered, read and reviewed once more, as if the clerk had taken the advice.
"""

import json
import os
import re
import tempfile
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from reviewer.errors import DataError, ReviewerError
from reviewer.evals.alignment import align_forms, align_rows
from reviewer.evals.content import FilingContent, FormContent, RowContent, content_of, explain, load_content
from reviewer.evals.registry import KINDS, Kind, Output, Sample
from reviewer.evals.render_files import render
from reviewer.evals.sets import EvalSet, Line
from reviewer.records import Filing, FilingReport, RowText, Suggestion
from reviewer.records.base import Record
from reviewer.taxonomy import CATEGORIES, category_of
from reviewer.taxonomy.levels import level1_of

if TYPE_CHECKING:
    from reviewer.llm import Session

_HELP = "格式见 docs/eval-sets.md"
_LAYOUT = "repeated"
# What a person might fill in; not the numbers that the program itself tries.
_TO_FILL = (
    (re.compile(r"【待填[^】]*】(?=%)"), "85"),
    (re.compile(r"(?<=年)【待填[^】]*】(?=月)"), "11"),
    (re.compile(r"【待填[^】]*】"), "15"),
)
Place = tuple[int, int | None, str]  # form from 1, row from 1 (None: the form), code


class Reference(Record):
    """A rewrite written by a person."""

    level2: str
    name: str
    value: str

    @property
    def text(self) -> str:
        """As it is compared."""
        return f"{self.level2}｜{self.name}｜{self.value}"


class RewriteCase(Record):
    """A flawed row.

    Attributes:
        filing: the content of its filing: a path inside the set, or ``SET#CASE``: that of a case of another set.
        codes: the flaws labelled in the row.
        categories: second-level categories that a rewrite may stand in, best first; not judged when empty.
        may_be_empty: leaving the row empty is right too.
        keeps: groups of words; of each, one at least must be in the names proposed: it is still about the same thing.
        numbers: numbers that the row, the form's head, its goals and cost lines give.
    """

    id: str
    filing: str
    row: str = Field(pattern=r"^F\d+\.\d+$")
    codes: tuple[str, ...] = Field(min_length=1)
    categories: tuple[str, ...] = ()
    may_be_empty: bool = False
    keeps: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    note: str = ""

    @property
    def place(self) -> tuple[int, int]:
        """Form and row, from 1."""
        form, row = self.row[1:].split(".")
        return int(form), int(row)


class Tried(Record):
    """A suggestion and what came of taking it.

    Attributes:
        home: canonical category of the row proposed; None outside the nine, or when the row is left empty.
        left: codes found at the row afterwards.
        errors, warnings: what was found afterwards and not before, as ``F1.3 CAT101``.
    """

    suggestion: Suggestion
    home: str | None = None
    left: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Advice(Record):
    """What the program has to say of one row.

    Attributes:
        found: codes found at the row as filed.
        tried: its suggestions, each taken on its own.
        refused: rewrites that the guards or the self-check refused.
        unasked: the model's reply was not recorded, so nothing is known of the row.
    """

    found: tuple[str, ...]
    tried: tuple[Tried, ...] = ()
    refused: int = 0
    unasked: bool = False


def samples(chosen: EvalSet) -> list[Sample]:
    """One sample a row."""
    return [Sample(case.id, case) for case in (_case(chosen, line) for line in chosen.lines)]


def _case(chosen: EvalSet, line: Line) -> RewriteCase:
    try:
        case = RewriteCase.model_validate(line.data)
    except ValidationError as error:
        raise DataError(f"用例不合格式：{explain(error)}", line.where, _HELP) from None
    form, row = case.place
    try:
        content = content_at(chosen, case.filing)
    except (FileNotFoundError, StopIteration):
        help_ = "内容放在评测集的 filings/ 下，或写作 评测集#用例"
        raise DataError(f"找不到填报内容“{case.filing}”", line.where, help_) from None
    if form > len(content.forms) or row > len(content.forms[form - 1].rows):
        raise DataError(f"填报内容里没有 {case.row} 这一行", line.where, "行从1数起，空行也数")
    unknown = [c for c in (*case.categories, *(r.level2 for r in case.references)) if c not in CATEGORIES]
    if unknown:
        raise DataError(f"类别“{unknown[0]}”不在九类之中", line.where, f"可用：{'、'.join(CATEGORIES)}")
    return case


def content_at(chosen: EvalSet, path: str) -> FilingContent:
    """The content that a case names: a path inside the set, or ``SET#CASE``.

    Raises:
        FileNotFoundError, StopIteration: there is none.
    """
    return _content(str(chosen.folder / path))


@lru_cache(maxsize=256)
def _content(path: str) -> FilingContent:
    """Raises:
    FileNotFoundError, StopIteration: there is none.
    """
    file, _, case = path.partition("#")
    if not case:
        if not Path(file).is_file():
            raise FileNotFoundError(file)
        return load_content(Path(file))
    lines = map(json.loads, (Path(file) / "cases.jsonl").read_text("utf-8").splitlines())
    return content_of(next(line["content"] for line in lines if line["id"] == case), path)


def run(chosen: EvalSet, batch: Sequence[Sample]) -> list[Output]:
    """The advice for each row; a filing with several rows in the batch is reviewed once.

    Raises:
        ReviewerError: the engine of the set is not to be had.
    """
    answers: dict[str, Output] = {}
    if chosen.engine == "llm":
        session_of(chosen)  # a model that is not there is no matter of single cases
    for path in dict.fromkeys(sample.data.filing for sample in batch):
        mine = [sample.data for sample in batch if sample.data.filing == path]
        with tempfile.TemporaryDirectory(prefix="reviewer-eval-") as folder:
            try:
                advice = _advise(content_at(chosen, path), mine, Path(folder), chosen)
                answers |= {case.id: Output(answer=advice[case.id]) for case in mine}
            except ReviewerError as error:
                answers |= {case.id: Output(error=str(error)) for case in mine}
    return [answers[sample.case] for sample in batch]


def _advise(content: FilingContent, mine: list[RewriteCase], folder: Path, chosen: EvalSet) -> dict[str, Advice]:
    from reviewer.llm.failures import FailureKind
    from reviewer.pipeline import review_filing
    from reviewer.suggesters.model import NO_REWRITE

    filing = read_content(content, folder)
    ids = ids_of(content, filing)
    if chosen.engine == "llm":  # only the rows of the set: a model is slow, or dear
        rows = {ids[case.place] for case in mine if case.place in ids}
        report = review_filing(filing, engines=("llm",), llm=session_of(chosen), rows=rows)
    else:
        report = review_filing(filing, engines=(chosen.engine,))
    before = _places(content, report)
    advice = {}
    for case in mine:
        row_id = ids.get(case.place)
        found = tuple(sorted(code for form, row, code in before if (form, row) == case.place))
        tried = tuple(
            _try(content, case, suggestion, before, folder)
            for suggestion in report.suggestions
            if row_id is not None and suggestion.indicator_id == row_id
        )
        lost = [d for d in report.dropped if row_id is not None and d.indicator_id == row_id]
        unasked = any(d.failure == FailureKind.NOT_RECORDED for d in lost)
        refused = sum(not d.failure and not d.reason.startswith(NO_REWRITE) for d in lost)
        advice[case.id] = Advice(found=found, tried=tried, refused=refused, unasked=unasked)
    return advice


def session_of(chosen: EvalSet) -> "Session":
    """The dealings with a model: what was recorded for the set (``replies/MODEL.jsonl``), else the model itself.

    Raises:
        ReviewerError: nothing is recorded and no model is configured.
    """
    return _session(str(chosen.folder), chosen.model)


@cache
def _session(folder: str, model: str) -> "Session":
    from reviewer.llm import default_session

    name = re.sub(r"[^\w.-]+", "-", model)
    replies = Path(folder) / "replies" / f"{name}.jsonl"
    recorded = model and replies.is_file() and "REVIEWER_LLM_RECORD" not in os.environ
    return default_session({"replay": replies, "replay_like": True} if recorded else {"model": model or None})


def _try(content: FilingContent, case: RewriteCase, suggestion: Suggestion, before: set[Place], folder: Path) -> Tried:
    from reviewer.pipeline import review_filing

    changed = _rewritten(content, case, suggestion)
    report = review_filing(read_content(changed, folder))
    after = _places(changed, report)
    severity = {
        (form, row, f.code): f.severity.value
        for f in report.findings
        for form, row, code in _place_of(changed, report, f.form_id, f.indicator_id, f.code)
    }
    fresh = sorted(after - before, key=str)
    named = {s: tuple(_name(p) for p in fresh if severity.get(p) == s) for s in ("error", "warn")}
    proposed = suggestion.proposed
    home = None if proposed is None else category_of(_level1(content, case, proposed), proposed.level2)
    return Tried(
        suggestion=suggestion,
        home=home,
        left=tuple(sorted(code for form, row, code in after if (form, row) == case.place)),
        errors=named["error"],
        warnings=named["warn"],
    )


def _name(place: Place) -> str:
    form, row, code = place
    return f"F{form}{f'.{row}' if row else ''} {code}"


def read_content(content: FilingContent, folder: Path) -> Filing:
    """The content as a file in ``folder`` would be read."""
    from reviewer.readers import read

    path = render(content, folder, "csv", _LAYOUT)
    try:
        return read(path)
    finally:
        path.unlink()


def ids_of(content: FilingContent, filing: Filing) -> dict[tuple[int, int], str]:
    """The id of each row that was read, by its place in the content."""
    return {
        (number, row): indicator.id
        for number, form in enumerate(align_forms(content, filing), 1)
        if form is not None
        for row, indicator in align_rows(content.forms[number - 1], form).items()
        if indicator is not None
    }


def _places(content: FilingContent, report: FilingReport) -> set[Place]:
    return {place for f in report.findings for place in _place_of(content, report, f.form_id, f.indicator_id, f.code)}


def _place_of(content: FilingContent, report: FilingReport, form_id: str, row_id: str | None, code: str) -> list[Place]:
    form = next(n for n, form in enumerate(report.filing.forms, 1) if form.id == form_id)
    if row_id is None:
        return [(form, None, code)]
    places = {indicator_id: place for place, indicator_id in ids_of(content, report.filing).items()}
    return [(*places[row_id], code)] if row_id in places else [(form, 0, code)]


def _rewritten(content: FilingContent, case: RewriteCase, suggestion: Suggestion) -> FilingContent:
    """The content with the row as proposed, further rows at the end of its form, and everything filled in."""
    form_number, row_number = case.place
    form = content.forms[form_number - 1]
    old = form.rows[row_number - 1]
    rows = list(form.rows)
    proposed = suggestion.proposed
    if proposed is None:
        rows[row_number - 1] = old.model_copy(update={"name": "", "value": "", "nature": None, "unit": None})
    else:
        rows[row_number - 1] = _row(content, case, old, proposed)
    rows += [_row(content, case, old.model_copy(update={"weight": None}), extra) for extra in suggestion.extra]
    changed = form.model_copy(update={"rows": tuple(rows)})
    forms = tuple(changed if n == form_number else f for n, f in enumerate(content.forms, 1))
    return content.model_copy(update={"forms": forms})


def _row(content: FilingContent, case: RewriteCase, old: RowContent, new: RowText) -> RowContent:
    update = {"level1": _level1(content, case, new), "level2": new.level2, "name": new.name, "value": new.value}
    update |= {k: v for k in ("nature", "unit", "standard") if (v := getattr(new, k)) is not None}
    if new.unit == "%":
        update["value"] = _TO_FILL[2][0].sub("85", update["value"])
    for pattern, filled in _TO_FILL:
        update = {key: pattern.sub(filled, text) for key, text in update.items()}
    return old.model_copy(update=update)


def _level1(content: FilingContent, case: RewriteCase, row: RowText) -> str:
    """The first-level heading that the form prints over a second-level one."""
    form: FormContent = content.forms[case.place[0] - 1]
    same = next((r.level1 for r in form.rows if r.level2 == row.level2 and r.level1), None)
    category = category_of("", row.level2)
    return same or (level1_of(category) if category else "")


KINDS.add("suggestions", Kind("suggestions", samples, run))
