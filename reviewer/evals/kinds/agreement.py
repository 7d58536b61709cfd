"""Kind ``agreement``: a case is one thing that two or more people labelled; nothing is run."""

from collections.abc import Sequence

from pydantic import Field, ValidationError

from reviewer.errors import DataError
from reviewer.evals.content import explain
from reviewer.evals.registry import KINDS, Kind, Output, Sample
from reviewer.evals.sets import EvalSet
from reviewer.records.base import Record


class AgreementCase(Record):
    """One thing and what each labeller said of it; null: did not label it.

    Attributes:
        group: what is counted together, e.g. a code.
    """

    id: str
    group: str = ""
    labels: dict[str, str | None] = Field(min_length=2)


def samples(chosen: EvalSet) -> list[Sample]:
    """One sample a case."""
    found = []
    for line in chosen.lines:
        try:
            case = AgreementCase.model_validate(line.data)
        except ValidationError as error:
            raise DataError(f"用例不合格式：{explain(error)}", line.where, "格式见 docs/eval-sets.md") from None
        found.append(Sample(case.id, case))
    return found


def run(chosen: EvalSet, batch: Sequence[Sample]) -> list[Output]:
    """The labels themselves are what is judged."""
    return [Output(answer=sample.data) for sample in batch]


KINDS.add("agreement", Kind("agreement", samples, run))
