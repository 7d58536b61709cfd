"""Which operators are applied to which filings: several flaws a case, spread evenly over the codes."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from reviewer.evals.content import FilingContent, load_content
from reviewer.evals.planting import flaws_forms, flaws_names, flaws_rows, flaws_sums, legit
from reviewer.evals.planting.draft import Draft
from reviewer.evals.planting.operators import LEGIT, OPERATORS, Operator

SEED = 20240601
PER_CODE = 12
FLAWS_A_CASE = 3
LEGIT_CASES = 48
FORMATS = ("xlsx", "docx", "csv", "html")
LAYOUTS = ("merged", "repeated", "blank", "points")
__all__ = ["flaws_forms", "flaws_names", "flaws_rows", "flaws_sums", "legit", "load_filings", "plan"]


def load_filings(folder: Path) -> list[FilingContent]:
    """The clean filings of a set, by name of file."""
    return [load_content(path) for path in sorted(folder.glob("*.yaml"))]


def plan(filings: list[FilingContent], seed: int = SEED) -> Iterator[dict[str, Any]]:
    """The cases of the planted set: each filing as it is, with legitimate oddities, and with flaws."""
    rng = Random(seed)
    for number, content in enumerate(filings):
        yield _case(f"clean-{content.id}", content, number, clean=True)
    used: dict[str, int] = {}
    for number in range(LEGIT_CASES):
        operators = _turns(OPERATORS[LEGIT], number * 3, 3)
        draft = _plant(filings, operators, rng, used)
        yield _case(f"legit-{number + 1:03}", draft.content, number, draft, clean=True)
    tasks = _tasks(rng)
    for number in range(0, len(tasks), FLAWS_A_CASE):
        batch = tasks[number : number + FLAWS_A_CASE]
        draft = _plant(filings, batch, rng, used)
        yield _case(f"flaw-{number // FLAWS_A_CASE + 1:03}", draft.content, number // FLAWS_A_CASE, draft)


def _tasks(rng: Random) -> list[Operator]:
    """Each code ``PER_CODE`` times, its operators in turn; neighbours of different codes."""
    per_code = [_turns(OPERATORS[code], 0, PER_CODE) for code in sorted(OPERATORS) if code != LEGIT]
    rng.shuffle(per_code)
    thirds = [per_code[n::FLAWS_A_CASE] for n in range(FLAWS_A_CASE)]
    columns = []
    for third in thirds:
        flat = [operator for turn in zip(*third, strict=True) for operator in turn]
        rng.shuffle(flat)
        columns.append(flat)
    size = max(map(len, columns))
    return [column[n] for n in range(size) for column in columns if n < len(column)]


def _turns(operators: list[Operator], start: int, count: int) -> list[Operator]:
    return [operators[(start + n) % len(operators)] for n in range(count)]


def _plant(filings: list[FilingContent], operators: list[Operator], rng: Random, used: dict[str, int]) -> Draft:
    """The least used filing in which all of ``operators`` find a place."""
    order = list(filings)
    rng.shuffle(order)
    order.sort(key=lambda content: used.get(content.id, 0))
    best: tuple[int, Draft] | None = None
    for content in order:
        draft = Draft(content, rng)
        done = sum(operator(draft) for operator in operators)
        if best is None or done > best[0]:
            best = (done, draft)
        if done == len(operators):
            break
    assert best is not None
    used[best[1].content.id] = used.get(best[1].content.id, 0) + 1
    return best[1]


def _case(
    case_id: str, content: FilingContent, number: int, draft: Draft | None = None, *, clean: bool = False
) -> dict[str, Any]:
    edits, labels = draft.finish() if draft else ([], [])
    case: dict[str, Any] = {
        "id": case_id,
        "filing": f"filings/{content.id}.yaml",
        "renders": [f"{FORMATS[number % len(FORMATS)]}:{LAYOUTS[(number // 3) % len(LAYOUTS)]}"],
    }
    if edits:
        case["edits"] = [edit.model_dump(exclude_none=True) for edit in edits]
    if clean:
        case["clean"] = True
    if labels:
        case["labels"] = labels
    return case


def write_cases(folder: Path, seed: int = SEED) -> int:
    """Write ``cases.jsonl`` of the planted set at ``folder``; the number of cases."""
    cases = list(plan(load_filings(folder / "filings"), seed))
    lines = [json.dumps(case, ensure_ascii=False) for case in cases]
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(cases)
