"""Rounds: is each finding of either round told in the right state, 已改, 未改, 新增 or 改坏?"""

from collections.abc import Iterator, Sequence

from reviewer.evals.kinds.rounds import RoundsCase, Traced
from reviewer.evals.marks import Figure, Mark, Verdict
from reviewer.evals.measures import proportion, score
from reviewer.evals.registry import SCORERS, Output, Sample, Scorer
from reviewer.evals.sets import EvalSet


def score_rounds(chosen: EvalSet, sample: Sample, output: Output) -> Iterator[Mark]:
    """A mark for each finding, grouped by its right state; the split stands in the item."""
    case: RoundsCase = sample.data
    traced: list[Traced] | None = output.answer
    if traced is None:
        yield Mark(case=case.id, group="state", verdict=Verdict.UNSCORED, note=output.error)
        return
    for number, item in enumerate(traced, 1):
        yield Mark(
            case=case.id,
            item=f"{case.split}:{number}",
            group=item.right,
            verdict=Verdict.RIGHT if item.right == item.told else Verdict.WRONG,
            expected=item.right,
            got=item.told,
            note=f"{item.code}：{item.message[:80]}",
        )


def measure_rounds(marks: Sequence[Mark]) -> list[Figure]:
    """Findings in the right state: over all, by split, and by state."""
    scored = [mark for mark in marks if mark.verdict is not Verdict.UNSCORED]
    figures = [proportion("state_right", sum(m.verdict.good for m in scored), len(scored))]
    splits = sorted({mark.item.partition(":")[0] for mark in scored})
    for split in splits:
        mine = [m for m in scored if m.item.startswith(f"{split}:")]
        figures.append(proportion("state_right", sum(m.verdict.good for m in mine), len(mine), split))
        for state in sorted({m.group for m in mine}):
            part = [m for m in mine if m.group == state]
            figures.append(proportion("state_right", sum(m.verdict.good for m in part), len(part), f"{split}:{state}"))
    unscored = len(marks) - len(scored)
    figures.append(score("unscored", float(unscored), unscored))
    return figures


SCORERS.add("rounds", Scorer("rounds", "第二轮", ("rounds",), score_rounds, measure_rounds))
