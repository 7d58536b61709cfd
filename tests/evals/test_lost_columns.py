"""A flawed form whose column is gone or blurred never passes the rule of its flaw."""

import random
from pathlib import Path

from tests.evals.lost_columns import WAYS, flawed_forms, trials


def test_never_passed(tmp_path: Path) -> None:
    """Twice for each form; ``python -m tests.evals.lost_columns`` does it 200 times."""
    rng, missed = random.Random(7), list[str]()
    results = [
        (f"{code} {done}", result)
        for flawed in flawed_forms(missed)
        for done, of_codes in trials(flawed, 2, rng, tmp_path)
        for code, result in of_codes.items()
    ]
    assert len(results) > 700
    assert len(missed) * 20 <= len(results), "flaws that the whole form does not show are told by the evaluation"
    assert all(any(f": {way} " in done for done, _ in results) for way in WAYS)
    assert [done for done, result in results if result in ("passed", "error")] == []
    assert {result for _, result in results} >= {"found", "could_not_check"}
