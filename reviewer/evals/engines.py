"""A set run with several engines: one table, and the engines compared row by row with the first of them."""

from collections.abc import Sequence
from itertools import groupby

from reviewer.evals.compare import Comparison, compare
from reviewer.evals.marks import Figure
from reviewer.evals.results import Baseline, SetResult, keep

_DECISION = "usable"


def grouped(results: Sequence[SetResult]) -> list[list[SetResult]]:
    """Results of one set together; a set that asks no engine stands alone."""
    return [list(same) for _, same in groupby(results, key=lambda r: (r.chosen.settings.id, str(r.chosen.folder)))]


def engine_name(result: SetResult) -> str:
    """``rules``, ``llm gemma3``."""
    return " ".join(part for part in (result.chosen.engine, result.chosen.model) if part)


def engine_rows(results: Sequence[SetResult]) -> list[tuple[Figure, list[Figure | None]]]:
    """Each overall figure with its values by engine."""
    first = results[0].scorers[0]
    return [(f, [r.scorers[0].figure(f.name) for r in results]) for f in first.figures if not f.group]


def engine_comparisons(results: Sequence[SetResult]) -> list[tuple[str, str, Comparison]]:
    """The first engine against each other one: who gives how many rows a rewrite that passes in every respect."""
    return [
        (engine_name(results[0]), engine_name(other), compare(_decisions(results[0]), _decisions(other))[0])
        for other in results[1:]
    ]


def _decisions(result: SetResult) -> Baseline:
    scorers = tuple(
        s.model_copy(update={"marks": tuple(m for m in s.marks if m.group == _DECISION)}) for s in result.scorers[:1]
    )
    return keep(result.model_copy(update={"scorers": scorers}))
