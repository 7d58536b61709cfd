"""Filings with a planted flaw, from which a column is then taken or blurred: the flaw's rule must never say *passed*.

    python -m tests.evals.lost_columns --times 200        every flawed form of the planted set, 200 times each

What is done to a column: it is deleted with its heading; its cells are emptied; its heading and cells, its cells, or
some of its cells are blurred as on a bad scan. It is done to the file, which is then read and reviewed like any other.
"""

import argparse
import random
import tempfile
from collections import Counter
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


@dataclass(frozen=True)
class Flaw:
    """A planted flaw: the filing, the number of the form from 0, and the code that finds it."""

    case: str
    content: FilingContent
    form: int
    code: str


def flaws() -> Iterator[Flaw]:
    """Every required label of the planted set."""
    for sample in list_samples(load_set(Path(resource("eval_sets", "planted")))):
        if sample.first and not sample.data.case.clean:
            for label in sample.data.case.labels:
                if label.required:
                    number = int(label.target.removeprefix("F").partition(".")[0]) - 1
                    yield Flaw(sample.case, sample.data.content, number, label.code)


def headings(form: FormContent, template: dict[str, Any]) -> list[tuple[str, ...]]:
    """The heading rows of the tables in a form."""
    if form.kind == "summary":
        return [tuple(template["summary"])]
    indicators = tuple(words for key, words in template["columns"].items() if key in form.columns)
    return [indicators, tuple(template["costs"])] if form.cost_lines else [indicators]


def without(table: Table, heading: tuple[str, ...], place: int, way: str, rng: random.Random) -> Table:
    """The table after something was done to a column; what stands below the columns' own table has another heading."""
    rows = [list(row) for row in table.rows]
    width = len(heading)
    start = next(n for n, row in enumerate(rows) if _is_heading(row, heading))
    end = next((n for n in range(start + 1, len(rows)) if "金额" in "".join(rows[n]) and rows[n][0]), len(rows))
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


def outcome(flaw: Flaw, rng: random.Random, folder: Path) -> tuple[str, str]:
    """What was done, and what the flaw's rule then says (``refused``: the file is not read at all)."""
    made = tables(flaw.content, "repeated")
    form = flaw.content.forms[flaw.form]
    heading = rng.choice(headings(form, templates()[flaw.content.template]))
    place = rng.randrange(len(heading))
    way = rng.choice(WAYS)
    made[flaw.form] = without(made[flaw.form], heading, place, way, rng)
    path = folder / "filing.csv"
    WRITERS["csv"](flaw.content, made, path)
    done = f"{flaw.case} {flaw.code}: {way} {heading[place]}"
    try:
        report = review_filing(read(path))
    except ReviewerError:
        return done, "refused"
    own = [o.outcome.value for o in report.outcomes if o.code == flaw.code and o.form_id == f"F{flaw.form + 1}"]
    return done, own[0] if own else "no such form"


def main() -> None:
    """Do it ``--times`` times to each flawed form and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--forms", type=int, help="only so many forms, evenly spread")
    options = parser.parse_args()
    chosen = list(flaws())
    if options.forms:
        chosen = chosen[:: max(len(chosen) // options.forms, 1)]
    rng, found, passed = random.Random(1), Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for flaw in chosen:
            for _ in range(options.times):
                done, result = outcome(flaw, rng, Path(folder))
                found[result] += 1
                if result == "passed":
                    passed[done] += 1
    print(f"{len(chosen)} flaws, {options.times} times each: {dict(found)}")
    for done, times in passed.most_common():
        print(f"passed {times} times: {done}")


if __name__ == "__main__":
    main()
