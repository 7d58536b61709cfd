"""How kinds of case and scorers are declared; a new one is a new module, nothing else changes.

A kind makes samples from the lines of ``cases.jsonl`` and runs the program on a sample. A scorer holds what came out
against the sample and gives marks; it measures figures over all marks. Neither knows the other.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reviewer.evals.marks import Figure, Mark
from reviewer.evals.sets import EvalSet
from reviewer.registry import Registry


@dataclass(frozen=True)
class Sample:
    """One thing that the program is asked.

    Attributes:
        case: id of the case; several samples may share it (the same filing in several formats).
        variant: which of them, "" when there is one.
        first: whether it is the first variant: what does not depend on the format is scored there only.
        data: the case as the kind reads it.
    """

    case: str
    data: Any
    variant: str = ""
    first: bool = True


@dataclass(frozen=True)
class Output:
    """What came out: an answer, or why there is none."""

    answer: Any = None
    error: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of case.

    Attributes:
        samples: reads and checks the lines of a set; raises DataError naming file and line.
        run: asks the program about a batch of samples of the set; one output each. May be called in another process.
    """

    name: str
    samples: Callable[[EvalSet], list[Sample]]
    run: Callable[[EvalSet, Sequence[Sample]], list[Output]]


@dataclass(frozen=True)
class Scorer:
    """Judges outputs of certain kinds.

    Attributes:
        score: marks for one sample.
        measure: figures over the marks of the whole set.
    """

    name: str
    title: str
    kinds: tuple[str, ...]
    score: Callable[[EvalSet, Sample, Output], Iterable[Mark]]
    measure: Callable[[Sequence[Mark]], list[Figure]]


KINDS: Registry[Kind] = Registry("reviewer.evals.kinds", "评测类型")
SCORERS: Registry[Scorer] = Registry("reviewer.evals.scorers", "评分器")
