"""What a review costs once the program is warm, on filings whose words it has not met.

Half of the filings warm the caches of words; the others are measured, a fresh handful in each round, for a second
look at the same filing would find its answers in a cache. The report divides by ``per``: forms, rows or filings.
"""

from collections.abc import Callable, Iterator

import pytest

from reviewer.matching.beside import matches_for
from reviewer.matching.category import judge_category
from reviewer.pipeline import profile_for, review_filing
from reviewer.records import Filing
from reviewer.rules.engine import RULES, Context, run_rules

_ROUNDS = 10


def _rules(filing: Filing) -> None:
    run_rules(Context(filing=filing, profiles={form.id: profile_for(form) for form in filing.forms}), RULES.values())


def _category(filing: Filing) -> None:
    for form in filing.forms:
        for row in form.indicators:
            judge_category(row.name, row.value, row.unit, row.nature, row.category)


def _forms(filing: Filing) -> int:
    return len(filing.forms)


def _rows(filing: Filing) -> int:
    return sum(len(form.indicators) for form in filing.forms)


def _one(filing: Filing) -> int:
    return 1


_WORK: dict[str, tuple[Callable[[Filing], object], Callable[[Filing], int], str]] = {
    "rules": (_rules, _forms, "form"),
    "category": (_category, _rows, "row"),
    "match": (matches_for, _rows, "row"),
    "review": (review_filing, _one, "filing"),
    "suggest": (lambda filing: review_filing(filing, engines=("rules",)), _one, "filing"),
}


@pytest.mark.benchmark(group="review")
@pytest.mark.parametrize("name", _WORK)
def bench_review(benchmark, name: str, varied: list[Filing]) -> None:
    """One step over fresh filings."""
    work, count, per = _WORK[name]
    half = len(varied) // 2
    for filing in varied[:half]:
        work(filing)
    rest = varied[half:]
    handfuls: Iterator[list[Filing]] = (rest[n::_ROUNDS] for n in range(_ROUNDS))

    def fresh() -> tuple[tuple[list[Filing]], dict[str, object]]:
        return (next(handfuls),), {}

    benchmark.pedantic(lambda filings: [work(f) for f in filings], setup=fresh, rounds=_ROUNDS)
    benchmark.extra_info["name"] = name
    benchmark.extra_info["per"] = per
    benchmark.extra_info["units"] = sum(map(count, rest)) / _ROUNDS
