"""Agreement of labellers: share of equal labels, Cohen's κ for two, Krippendorff's α for any number."""

import json
from collections.abc import Iterator, Sequence

from reviewer.evals.kinds.agreement import AgreementCase
from reviewer.evals.marks import Figure, Mark, Verdict
from reviewer.evals.measures import proportion, score
from reviewer.evals.registry import SCORERS, Output, Sample, Scorer
from reviewer.evals.sets import EvalSet
from reviewer.evals.statistics import cohen_kappa, krippendorff_alpha


def score_agreement(chosen: EvalSet, sample: Sample, output: Output) -> Iterator[Mark]:
    """Right: all who labelled it say the same; unscored: fewer than two did."""
    case: AgreementCase = sample.data
    said = [case.labels[name] for name in sorted(case.labels)]
    given = [value for value in said if value is not None]
    verdict = Verdict.RIGHT if len(set(given)) == 1 else Verdict.WRONG
    yield Mark(
        case=case.id,
        group=case.group,
        verdict=verdict if len(given) > 1 else Verdict.UNSCORED,
        expected=json.dumps(sorted(case.labels), ensure_ascii=False),
        got=json.dumps(said, ensure_ascii=False),
    )


def measure_agreement(marks: Sequence[Mark]) -> list[Figure]:
    """Over all and by group."""
    figures: list[Figure] = []
    groups = sorted({m.group for m in marks if m.group})
    for group in ("", *groups):
        chosen = [m for m in marks if not group or m.group == group]
        scored = [m for m in chosen if m.verdict is not Verdict.UNSCORED]
        # By name: cases may be labelled by different people.
        units: list[dict[str, str | None]] = [
            dict(zip(json.loads(m.expected), json.loads(m.got), strict=True)) for m in chosen
        ]
        names = sorted({name for unit in units for name in unit})
        figures.append(proportion("same_label", sum(m.verdict.good for m in scored), len(scored), group))
        if len(names) == 2:
            both = [
                (a, b)
                for a, b in ((u.get(names[0]), u.get(names[1])) for u in units)
                if a is not None and b is not None
            ]
            figures.append(score("kappa", cohen_kappa(both), len(both), group))
        alpha = krippendorff_alpha([[unit.get(name) for name in names] for unit in units])
        figures.append(score("alpha", alpha, len(scored), group))
    unscored = sum(m.verdict is Verdict.UNSCORED for m in marks)
    figures.append(score("unscored", float(unscored), unscored))
    return figures


SCORERS.add("agreement", Scorer("agreement", "标注一致性", ("agreement",), score_agreement, measure_agreement))
