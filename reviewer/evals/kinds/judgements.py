"""Kind ``judgements``: a case is a rewrite that a person has judged; a model is asked for its own verdict.

Each rewrite is judged once for each order of the verdicts in ``_ORDERS``, in which every verdict stands once in each
place: who always takes the first one offered is seen through.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field, ValidationError

from reviewer.errors import DataError, ReviewerError
from reviewer.evals.content import explain
from reviewer.evals.kinds.suggestions import content_at, ids_of, read_content, session_of
from reviewer.evals.registry import KINDS, Kind, Output, Sample
from reviewer.evals.sets import EvalSet, Line
from reviewer.records import RowText
from reviewer.records.base import Record
from reviewer.suggesters.base import Case
from reviewer.suggesters.model_tasks import ORDERS, Judged, Verdict, judge_request, judged

_ORDERS = tuple(n for n, order in enumerate(ORDERS) if order in {ORDERS[0][k:] + ORDERS[0][:k] for k in range(3)})


class JudgedCase(Record):
    """A rewrite of a row and a person's verdict.

    Attributes:
        filing, row: as in kind ``suggestions``.
        why: the person's reason, in a few words.
    """

    id: str
    filing: str
    row: str = Field(pattern=r"^F\d+\.\d+$")
    rewrite: RowText
    label: Verdict
    why: str = ""

    @property
    def place(self) -> tuple[int, int]:
        """Form and row, from 1."""
        form, row = self.row[1:].split(".")
        return int(form), int(row)


def samples(chosen: EvalSet) -> list[Sample]:
    """One sample a rewrite."""
    return [Sample(case.id, case) for case in (_case(chosen, line) for line in chosen.lines)]


def _case(chosen: EvalSet, line: Line) -> JudgedCase:
    try:
        case = JudgedCase.model_validate(line.data)
        content_at(chosen, case.filing)
    except ValidationError as error:
        raise DataError(f"用例不合格式：{explain(error)}", line.where, "格式见 docs/eval-sets.md") from None
    except (FileNotFoundError, StopIteration):
        raise DataError(f"找不到填报内容“{line.data['filing']}”", line.where, "格式见 docs/eval-sets.md") from None
    return case


def run(chosen: EvalSet, batch: Sequence[Sample]) -> list[Output]:
    """A verdict for each order, or why there is none; all are asked about together.

    Raises:
        ReviewerError: no model is configured and nothing is recorded.
    """
    session = session_of(chosen)
    rows = _rows(chosen, [sample.data for sample in batch])
    asked = [sample.data for sample in batch if sample.case in rows]
    requests = [judge_request(rows[case.id], case.rewrite, order=order) for case in asked for order in _ORDERS]
    answers = iter(session.ask_all(requests, "模型评判"))
    said: dict[str, tuple[Judged, ...]] = {
        case.id: tuple(judged(next(answers), order=order) for order in _ORDERS) for case in asked
    }
    missing = Output(error="这一行没有问题，不用改写")
    return [Output(answer=said[sample.case]) if sample.case in said else missing for sample in batch]


def _rows(chosen: EvalSet, mine: list[JudgedCase]) -> dict[str, Case]:
    """The row of each case with its findings; rows in which nothing is found are left out."""
    from reviewer.pipeline import profile_for, review_filing
    from reviewer.suggesters.delivery import cases

    found: dict[str, Case] = {}
    for path in dict.fromkeys(case.filing for case in mine):
        content = content_at(chosen, path)
        with tempfile.TemporaryDirectory(prefix="reviewer-eval-") as folder:
            try:
                filing = read_content(content, Path(folder))
            except ReviewerError:
                continue
        profiles = {form.id: profile_for(form) for form in filing.forms}
        rows = {c.indicator.id: c for c in cases(filing, review_filing(filing).findings, profiles) if c.indicator}
        ids = ids_of(content, filing)
        found |= {
            case.id: rows[ids[case.place]] for case in mine if case.filing == path and ids.get(case.place) in rows
        }
    return found


KINDS.add("judgements", Kind("judgements", samples, run))
