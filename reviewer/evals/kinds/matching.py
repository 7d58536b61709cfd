"""Kind ``matching``: a case is a name, and the bank entries that mean the same or must not be taken for it."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationError

from reviewer.errors import DataError
from reviewer.evals.content import explain
from reviewer.evals.registry import KINDS, Kind, Output, Sample
from reviewer.evals.sets import EvalSet
from reviewer.records.base import Record

if TYPE_CHECKING:
    from reviewer.matching import Matcher

_TOP = 5


class MatchCase(Record):
    """A name to match.

    Attributes:
        kind: ``match``: one of ``acceptable`` should come first; ``trap``: none of ``rejected`` may be accepted.
        split: where a set keeps a part apart that nobody tunes to.
        wording: where the wording comes from, free.
        exclude_filings: filings whose rows are left out of the bank for this case.
    """

    id: str
    kind: Literal["match", "trap"]
    query: str
    acceptable: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    split: Literal["dev", "held_out"] = "dev"
    wording: str = ""
    level2: str | None = None
    sector: str | None = None
    exclude_filings: tuple[str, ...] = ()
    note: str = ""


@lru_cache(maxsize=4)
def _matcher(bank: str) -> "Matcher":
    from reviewer.matching import Matcher, national_bank, read_bank

    # The project's bank alone: a user's own libraries must not change a published figure.
    return Matcher([read_bank(Path(bank))] if bank else [national_bank()])


def _bank(chosen: EvalSet) -> str:
    return str(chosen.folder / chosen.settings.bank) if chosen.settings.bank else ""


def samples(chosen: EvalSet) -> list[Sample]:
    """One sample a case."""
    ids = {entry.id for bank in _matcher(_bank(chosen)).banks for entry in bank.entries}
    found = []
    for line in chosen.lines:
        try:
            case = MatchCase.model_validate(line.data)
        except ValidationError as error:
            raise DataError(f"用例不合格式：{explain(error)}", line.where, "格式见 docs/eval-sets.md") from None
        wanted = case.acceptable if case.kind == "match" else case.rejected
        if not wanted:
            key = "acceptable" if case.kind == "match" else "rejected"
            raise DataError(f"用例缺少 {key}", line.where, "至少写一个指标库编号")
        missing = [i for i in (*case.acceptable, *case.rejected) if i not in ids]
        if missing:
            raise DataError(f"指标库中没有编号“{missing[0]}”", line.where, "用 reviewer bank list 查看编号")
        found.append(Sample(case.id, case))
    return found


def run(chosen: EvalSet, batch: Sequence[Sample]) -> list[Output]:
    """The best entries for each name."""
    matcher = _matcher(_bank(chosen))
    outputs = []
    for sample in batch:
        case: MatchCase = sample.data
        [result] = matcher.match(
            [case.query], level2=case.level2, sector=case.sector, top=_TOP, exclude_filings=case.exclude_filings
        )
        outputs.append(Output(answer=result))
    return outputs


KINDS.add("matching", Kind("matching", samples, run))
