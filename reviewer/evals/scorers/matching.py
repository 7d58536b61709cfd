"""Matching: a right entry first, a right entry among five, and opposites that were taken for the same."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reviewer.evals.kinds.matching import MatchCase
from reviewer.evals.marks import Figure, Mark, Verdict
from reviewer.evals.measures import proportion, score
from reviewer.evals.registry import SCORERS, Output, Sample, Scorer
from reviewer.evals.sets import EvalSet

if TYPE_CHECKING:
    from reviewer.matching import MatchResult


def score_matching(chosen: EvalSet, sample: Sample, output: Output) -> Iterator[Mark]:
    """``top1``, ``top5`` and ``accepted`` for a name; ``trap`` for an opposite."""
    case: MatchCase = sample.data
    result: MatchResult | None = output.answer
    if result is None:
        yield Mark(case=case.id, group=case.kind, verdict=Verdict.UNSCORED, note=output.error)
        return
    ids = [found.entry.id for found in result.entries]
    first = result.entries[0].entry.name if result.entries else ""
    if case.kind == "trap":
        # Taken for the same anywhere among the entries shown, not only as the first.
        caught = [found.entry.name for found in result.entries if found.same and found.entry.id in case.rejected]
        yield _mark(case, "trap", not caught, caught[0] if caught else first)
        return
    yield _mark(case, "top1", bool(ids) and ids[0] in case.acceptable, first)
    yield _mark(case, "top5", any(i in case.acceptable for i in ids), first)
    # Accepting a wrong entry is worse than accepting none: told apart.
    accepted_right = not result.accepted or ids[0] in case.acceptable
    yield _mark(case, "accepted", accepted_right, first, note="" if result.accepted else "未接受")


def _mark(case: MatchCase, group: str, right: bool, got: str, note: str = "") -> Mark:
    return Mark(
        case=case.id,
        item=case.split,
        group=group,
        verdict=Verdict.RIGHT if right else Verdict.WRONG,
        expected=case.query,
        got=got,
        note=note,
    )


def measure_matching(marks: Sequence[Mark]) -> list[Figure]:
    """Over all and by split: top-1, top-5, precision and share of accepted matches, traps accepted."""
    figures = []
    splits = sorted({m.item for m in marks if m.item})
    for split in ("", *(splits if len(splits) > 1 else ())):
        chosen = [m for m in marks if not split or m.item == split]
        counts: dict[str, list[Mark]] = defaultdict(list)
        for mark in chosen:
            counts[mark.group].append(mark)
        for group in ("top1", "top5"):
            figures.append(proportion(group, sum(m.verdict.good for m in counts[group]), len(counts[group]), split))
        accepted = [m for m in counts["accepted"] if m.note != "未接受"]
        figures.append(proportion("accepted_right", sum(m.verdict.good for m in accepted), len(accepted), split))
        figures.append(proportion("accepted_share", len(accepted), len(counts["accepted"]), split))
        traps = counts["trap"]
        figures.append(proportion("traps_accepted", sum(not m.verdict.good for m in traps), len(traps), split))
    unscored = sum(m.verdict is Verdict.UNSCORED for m in marks)
    figures.append(score("unscored", float(unscored), unscored))
    return figures


SCORERS.add("matching", Scorer("matching", "匹配", ("matching",), score_matching, measure_matching))
