"""Filings with a planted flaw, from which a column is then taken or blurred: the flaw's rule must never say *passed*.

    python -m tests.evals.lost_columns --times 200        each flawed form of the planted set

What is done to a column: it is deleted with its heading; its cells are emptied; its heading and cells, its cells, or
some of its cells are blurred as on a bad scan. It is done to the file, which is then read and reviewed like any other.
"""

import argparse
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reviewer.errors import ReviewerError
from reviewer.evals.content import FilingContent, FormContent
from reviewer.evals.render import Table, tables, templates
from reviewer.evals.render_files import WRITERS
from reviewer.evals.run import list_samples
from reviewer.evals.sets import load_set
from reviewer.pipeline import review_filing
from reviewer.readers import read
from reviewer.resources import resource

WAYS = ("delete", "empty", "blur", "blur with heading", "blur some")
BLURRED = "▇▇▇"
Results = dict[str, str]  # code → what its rule says


@dataclass(frozen=True)
class Flawed:
    """A form with planted flaws: its filing, its number from 0, and the codes that find them while it is whole."""

    case: str
    content: FilingContent
    form: int
    codes: tuple[str, ...]


def flawed_forms(missed: list[str] | None = None) -> Iterator[Flawed]:
    """Every form of the planted set that has a required label.

    Args:
        missed: takes the flaws that their rules do not find in the whole form either (``reviewer eval`` counts them).
    """
    with tempfile.TemporaryDirectory() as folder:
        for sample in list_samples(load_set(Path(resource("eval_sets", "planted")))):
            if not sample.first or sample.data.case.clean:
                continue
            codes = defaultdict(set)
            for label in sample.data.case.labels:
                if label.required:
                    codes[int(label.target.removeprefix("F").partition(".")[0]) - 1].add(label.code)
            content = sample.data.content
            said = outcomes(content, tables(content, "repeated"), Path(folder))
            for form, planted in sorted(codes.items()):
                found = {code for code in planted if said.get((form, code)) == "found"}
                if missed is not None:
                    missed += [f"{sample.case} {code}" for code in sorted(planted - found)]
                if found:
                    yield Flawed(sample.case, content, form, tuple(sorted(found)))


def outcomes(content: FilingContent, made: list[Table], folder: Path) -> dict[tuple[int, str], str]:
    """What each rule says of each form (number from 0) of the filing as a file; {} where it is not read at all."""
    path = folder / "filing.csv"
    WRITERS["csv"](content, made, path)
    try:
        filing = read(path)
    except ReviewerError:
        return {}
    if len(filing.forms) != len(made):  # forms are known by their number: a lost one shows as not understood
        assert any(not u.advisory for u in filing.unread), "a form is lost and nothing says so"
        return {}
    return {(int(o.form_id[1:]) - 1, o.code): o.outcome.value for o in review_filing(filing).outcomes}


def headings(form: FormContent, template: dict[str, Any]) -> list[tuple[str, ...]]:
    """The heading rows of the tables in a form."""
    if form.kind == "summary":
        return [tuple(template["summary"])]
    indicators = tuple(words for key, words in template["columns"].items() if key in form.columns)
    return [indicators, tuple(template["costs"])] if form.cost_lines else [indicators]


def without(
    table: Table, headings: list[tuple[str, ...]], heading: tuple[str, ...], place: int, way: str, rng: random.Random
) -> Table:
    """The table after something was done to a column; another of its headings begins another table."""
    rows = [list(row) for row in table.rows]
    width = len(heading)
    start = next(n for n, row in enumerate(rows) if _is_heading(row, heading))
    others = [other for other in headings if other != heading]
    end = next((n for n in range(start + 1, len(rows)) if any(_is_heading(rows[n], o) for o in others)), len(rows))
    for n in range(start, end):
        if way == "delete":
            rows[n] = [*rows[n][:place], *rows[n][place + 1 : width], "", *rows[n][width:]]
        elif way == "empty" and n > start:
            rows[n][place] = ""
        elif rows[n][place] and (n > start or way == "blur with heading"):
            rows[n][place] = BLURRED if way != "blur some" or rng.random() < 0.5 else rows[n][place]
    return Table(table.width, rows)


def _is_heading(row: list[str], heading: tuple[str, ...]) -> bool:
    return tuple(text.replace("\n", "") for text in row[: len(heading)]) == heading


def done_to(
    flawed: Flawed, way: str, heading: tuple[str, ...], place: int, rng: random.Random, folder: Path
) -> Results:
    """What the rule of each flaw says after that was done to a column."""
    made = tables(flawed.content, "repeated")
    printed = headings(flawed.content.forms[flawed.form], templates()[flawed.content.template])
    made[flawed.form] = without(made[flawed.form], printed, heading, place, way, rng)
    said = outcomes(flawed.content, made, folder)
    return {code: said.get((flawed.form, code), "not read") for code in flawed.codes}


def trials(flawed: Flawed, times: int, rng: random.Random, folder: Path) -> Iterator[tuple[str, Results]]:
    """What was done and what came of it, so many times; only *blur some* is done anew when it is drawn again."""
    known: dict[tuple[str, tuple[str, ...], int], Results] = {}
    printed = headings(flawed.content.forms[flawed.form], templates()[flawed.content.template])
    for _ in range(times):
        heading = rng.choice(printed)
        what = rng.choice(WAYS), heading, rng.randrange(len(heading))
        if what not in known or what[0] == "blur some":
            known[what] = done_to(flawed, *what, rng, folder)
        yield f"{flawed.case}: {what[0]} {heading[what[2]]}", known[what]


def main() -> None:
    """Do it ``--times`` times to each flawed form and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--forms", type=int, help="only so many forms, evenly spread")
    options = parser.parse_args()
    missed: list[str] = []
    chosen = list(flawed_forms(missed))
    if options.forms:
        chosen = chosen[:: max(len(chosen) // options.forms, 1)]
    rng, found, passed = random.Random(1), Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for flawed in chosen:
            for done, results in trials(flawed, options.times, rng, Path(folder)):
                found.update(results.values())
                passed.update(f"{code} {done}" for code, result in results.items() if result == "passed")
    flaws = sum(len(flawed.codes) for flawed in chosen)
    print(f"{len(chosen)} forms with {flaws} flaws, {options.times} times each: {dict(found)}")
    print(f"not found in the whole form either: {'; '.join(missed) or 'none'}")
    for done, times in passed.most_common():
        print(f"passed {times} times: {done}")


if __name__ == "__main__":
    main()
