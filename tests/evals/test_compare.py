"""Paired comparison of two runs, and what is kept of a run."""

from reviewer.evals.compare import compare
from reviewer.evals.results import Baseline, Kept, dump


def kept(good: int, bad_cases: range) -> Baseline:
    """Forty cases of three decisions; the first decision of each case in ``bad_cases`` went wrong."""
    bad = tuple((f"c{n}", "F1.1", "QNT201", "miss") for n in bad_cases)
    tallies = {f"c{n}": (2, 0, 1, 0) if n in bad_cases else (3, 0, 0, 0) for n in range(good)}
    return Baseline(id="x", scorers={"findings": Kept(figures=(), tallies=tallies, bad=bad)})


def test_better_only_where_the_interval_excludes_zero() -> None:
    [found] = compare(kept(40, range(12)), kept(40, range(1)))
    assert found.verdict == "better"
    assert found.low is not None
    assert found.low > 0
    assert len(found.gained) == 11
    assert not found.lost


def test_a_few_changes_prove_nothing() -> None:
    [found] = compare(kept(40, range(3)), kept(40, range(1)))
    assert found.verdict == "unclear"
    assert len(found.gained) == 2


def test_worse_and_same() -> None:
    [found] = compare(kept(40, range(1)), kept(40, range(12)))
    assert found.verdict == "worse"
    assert len(found.lost) == 11
    [found] = compare(kept(40, range(3)), kept(40, range(3)))
    assert found.verdict == "same"


def test_few_cases_give_no_interval() -> None:
    [found] = compare(kept(8, range(8)), kept(8, range(0)))
    assert found.low is None
    assert found.verdict == "unclear"


def test_only_common_cases_are_compared() -> None:
    [found] = compare(kept(40, range(30, 40)), kept(30, range(0)))
    assert (found.cases, found.left_out) == (30, 10)
    assert not found.gained


def test_a_baseline_survives_its_own_format() -> None:
    before = kept(3, range(2))
    assert Baseline.model_validate_json(dump(before.model_dump(mode="json"))) == before
