"""A model as judge of rewrites, held against a person: agreement, κ, and what always guessing the same would reach.

The figures say how far the judge may be believed; they decide nothing.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from reviewer.evals.kinds.judgements import JudgedCase
from reviewer.evals.marks import Figure, Mark, Verdict
from reviewer.evals.measures import proportion, score
from reviewer.evals.registry import SCORERS, Output, Sample, Scorer
from reviewer.evals.sets import EvalSet
from reviewer.evals.statistics import cohen_kappa
from reviewer.suggesters.model_tasks import Judged


def score_judgements(chosen: EvalSet, sample: Sample, output: Output) -> Iterator[Mark]:
    """The verdict given most often against the person's; unscored where none was, or a reply could not be read."""
    case: JudgedCase = sample.data
    answers: tuple[Judged, ...] = output.answer or ()
    said = [a.verdict for a in answers]
    got, note = _majority(said), output.error or next((a.problem for a in answers if a.problem), "")
    verdict = Verdict.UNSCORED if got is None else Verdict.RIGHT if got == case.label else Verdict.WRONG
    shown = f"{case.rewrite.describe()}：{case.why}"
    yield Mark(
        case=case.id, item=case.row, group="judged", verdict=verdict, expected=case.label, got=got or "",
        note=note or ("" if got else "几次的结论各不相同：") + shown,
    )  # fmt: skip
    if len(said) > 1 and None not in said:
        steady = Verdict.RIGHT if len(set(said)) == 1 else Verdict.WRONG
        yield Mark(case=case.id, item=case.row, group="steady", verdict=steady, got=json.dumps(said), note=shown)


def _majority(said: Sequence[str | None]) -> str | None:
    """More than half of the answers; None where one is missing or no verdict has more than half."""
    if not said or None in said:
        return None
    (first, count), *_ = Counter(said).most_common(1)
    return first if 2 * count > len(said) else None


def measure_judgements(marks: Sequence[Mark]) -> list[Figure]:
    """Over the judged cases; the constant guess is the commonest label of the person's among the same cases."""
    judged = [m for m in marks if m.group == "judged"]
    scored = [m for m in judged if m.verdict is not Verdict.UNSCORED]
    steady = [m for m in marks if m.group == "steady"]
    labels = Counter(m.expected for m in scored)
    unscored = len(judged) - len(scored)
    return [
        proportion("judge_agrees", sum(m.verdict.good for m in scored), len(scored)),
        proportion("constant_guess", max(labels.values(), default=0), len(scored)),
        score("kappa", cohen_kappa((m.expected, m.got) for m in scored), len(scored)),
        proportion("judge_steady", sum(m.verdict.good for m in steady), len(steady)),
        score("unscored", float(unscored), unscored),
    ]


SCORERS.add("judgements", Scorer("judgements", "模型评判", ("judgements",), score_judgements, measure_judgements))
