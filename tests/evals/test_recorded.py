"""Recorded replies: a prompt that scores worse than the shipped one fails here; no number is without a source."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reviewer.evals import run
from reviewer.evals.compare import Comparison, compare
from reviewer.evals.content import Edit, FilingContent, apply_edits, content_of, load_content, plain
from reviewer.evals.kinds.suggestions import read_content, session_of
from reviewer.evals.results import Baseline, keep
from reviewer.llm.prompts import load_prompt
from reviewer.llm.store import Recording
from reviewer.pipeline import review_filing
from reviewer.records import Suggestion
from reviewer.resources import resource

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TO_FILL = re.compile(r"【待填[^】]*】")


def judged(old: Baseline, new: Baseline) -> Comparison:
    [found] = compare(old, new)
    return found


def test_the_shipped_prompt_scores_no_worse_than_before() -> None:
    """Whoever changes a prompt records again; what is worse than the baseline, or is not recorded, fails."""
    [chosen] = run.load_sets(["suggestions"])
    for item in run.with_engines(chosen, ["llm"]):
        replies = Recording(chosen.folder / "replies" / f"{item.model}.jsonl")
        shipped = load_prompt("rewrite", Path(replies.header.prompts) if replies.header.prompts else None)
        assert {s.task for s in replies.all()} == {shipped.label}, f"{shipped.label} is not recorded: docs/model.md"
        assert item.baseline.is_file(), "reviewer eval suggestions --engine llm --update-baseline"
        result = run.run_set(item)
        assert not result.broken
        scorer = result.scorers[0]
        before = Baseline.model_validate_json(item.baseline.read_text("utf-8"))
        assert judged(before, keep(result)).verdict != "worse"
        for name in ("delivered", "usable"):
            old = next(f for f in before.scorers["suggestions"].figures if f.name == name and not f.group)
            new = scorer.figure(name)
            assert new is not None
            assert new.value is not None
            assert old.value is not None
            assert new.value >= old.value - 0.03, name  # a rule may find a row more or less
        assert session_of(item).totals.requests == 0  # no network


def test_a_worse_prompt_would_be_noticed() -> None:
    """The comparison itself, on two made-up runs over the same thirty rows."""
    [chosen] = run.load_sets(["suggestions"])
    [rules] = run.with_engines(chosen, ["rules"])
    kept = Baseline.model_validate_json(rules.baseline.read_text("utf-8"))
    scorer = kept.scorers["suggestions"]
    cases = list(scorer.tallies)[:30]
    good: dict[str, tuple[int, int, int, int]] = dict.fromkeys(cases, (1, 0, 0, 0))
    bad = {case: (0, 0, 1, 0) if n % 2 else (1, 0, 0, 0) for n, case in enumerate(cases)}

    def made(tallies: dict[str, tuple[int, int, int, int]]) -> Baseline:
        wrong = tuple((case, "", "usable", "wrong") for case, tally in tallies.items() if tally[2])
        new = scorer.model_copy(update={"tallies": tallies, "bad": wrong})
        return kept.model_copy(update={"scorers": {"suggestions": new}})

    assert judged(made(good), made(bad)).verdict == "worse"
    assert judged(made(bad), made(good)).verdict == "better"
    assert judged(made(good), made(good)).verdict == "same"


def contents() -> Iterator[FilingContent]:
    """Every filing of the published sets, as data: the real ones, the example, and those with planted flaws."""
    for name in ("real-dev", "real-fresh"):
        for line in resource("eval_sets", name, "cases.jsonl").read_text("utf-8").splitlines():
            case = json.loads(line)
            yield content_of(case["content"], case["id"])
    yield load_content(resource("eval_sets", "suggestions", "filings", "shifeng-2023.yaml"))
    [planted] = run.load_sets(["planted"])
    for line in planted.lines:
        base = plain(load_content(planted.folder / line.data["filing"]))
        edits = [Edit.model_validate(edit) for edit in line.data.get("edits", ())]
        yield content_of(apply_edits(base, edits), line.where)


def _numbers(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield from _NUMBER.findall(node)
    elif isinstance(node, dict):
        for value in node.values():
            yield from _numbers(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _numbers(value)


def strange(suggestion: Suggestion, filed: set[Decimal]) -> list[str]:
    """Numbers of a rewrite that stand neither in the filing nor in its bank entry, nor are a sum that is shown."""
    allowed = filed | {Decimal(n) for n in _NUMBER.findall(suggestion.bank)}
    for source in suggestion.numbers:
        terms = _NUMBER.findall(source.computation.partition("=")[0])
        if terms and {Decimal(t) for t in terms} <= filed:
            allowed |= {Decimal(n) for n in _NUMBER.findall(source.number)}
    rows = [row for row in (suggestion.proposed, *suggestion.extra) if row is not None]
    text = _TO_FILL.sub(" ", " ".join(f"{row.name} {row.value} {row.standard or ''}" for row in rows))
    return [n for n in _NUMBER.findall(text) if Decimal(n) not in allowed]


def test_no_number_without_a_source_in_all_rewrites_of_all_sets(tmp_path: Path) -> None:
    """By the words of the filings alone, not by the program's own account of its sources."""
    delivered, violations = 0, []
    for content in contents():
        filing = read_content(content, tmp_path)
        filed = {Decimal(n) for n in _numbers(content.model_dump(mode="json"))}
        for suggestion in review_filing(filing, engines=("rules",)).suggestions:
            delivered += 1
            violations += [f"{content.id} {suggestion.id}: {n}" for n in strange(suggestion, filed)]
    print(f"{delivered} rewrites by the rules, {len(violations)} numbers without a source")
    assert violations == []
    assert delivered >= 500


@pytest.mark.parametrize(("number", "found"), [("150", []), ("151", ["151"])])
def test_a_number_from_nowhere_is_noticed(number: str, found: list[str]) -> None:
    row = {"level2": "数量指标", "name": "培训人数", "value": f"≥{number}人"}
    made = Suggestion.model_validate(
        {"id": "F1.1/confirm", "form_id": "F1", "indicator_id": "F1.1", "current": None, "proposed": row,
         "reason": "", "source": "rule", "standing": "confirm", "removes": ()}
    )  # fmt: skip
    assert strange(made, {Decimal(150)}) == found
