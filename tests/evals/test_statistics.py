"""Intervals and agreement against published examples."""

import pytest

from reviewer.evals.statistics import bootstrap_difference, cohen_kappa, f1, krippendorff_alpha, mcnemar, wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # Newcombe 1998, table I, method 3 (score without continuity correction).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=0.0001)


def test_nothing_counted_has_no_interval() -> None:
    assert wilson(0, 0) is None
    assert f1(0, 0, 0) is None
    assert f1(8, 2, 2) == pytest.approx(0.8)


def test_kappa_of_the_grant_example() -> None:
    # Two readers, 50 proposals: both yes 20, both no 15, only the first 5, only the second 10.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen_kappa(pairs) == pytest.approx(0.4)


def test_kappa_where_it_is_undefined() -> None:
    assert cohen_kappa([]) is None
    assert cohen_kappa([("y", "y")] * 3) is None


def test_alpha_of_krippendorff_2011_two_observers() -> None:
    first = "0100000010"
    second = "1110010000"
    assert krippendorff_alpha(list(zip(first, second, strict=True))) == pytest.approx(0.095, abs=0.0005)


def test_alpha_of_krippendorff_2011_missing_data() -> None:
    observers = [
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    ]
    columns = zip(*(row.split() for row in observers), strict=True)
    units = [[None if value == "." else value for value in column] for column in columns]
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=0.0005)


def test_alpha_needs_pairs() -> None:
    assert krippendorff_alpha([["a", None], [None, "b"]]) is None


def test_mcnemar_exact() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(6, 0) == pytest.approx(2 / 64)
    assert mcnemar(3, 1) == pytest.approx(2 * 5 / 16)
    assert mcnemar(5, 5) == 1.0


def test_bootstrap_is_seeded_and_excludes_zero_only_where_it_should() -> None:
    def mean(units: object) -> float:
        values = list(units)  # type: ignore[call-overload]
        return float(sum(values) / len(values))

    always = [1.0] * 30
    mixed = [1.0, -1.0] * 15
    assert bootstrap_difference(always, mean) == (1.0, 1.0)
    low, high = bootstrap_difference(mixed, mean) or (0, 0)
    assert low < 0 < high
    assert bootstrap_difference(mixed, mean) == (low, high)
    assert bootstrap_difference([1.0], mean) is None
