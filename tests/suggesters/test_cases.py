"""Every suggester against its YAML cases; a suggester and its cases share a name."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from reviewer.records import Dropped, Suggestion
from reviewer.suggesters import SUGGESTERS
from tests.suggesters.proving import proposals

HERE = Path(__file__).parent


def load_cases(name: str) -> list[dict[str, Any]]:
    cases = yaml.load((HERE / f"{name}.yaml").read_text("utf-8"), yaml.BaseLoader)
    assert isinstance(cases, list), name
    return cases


def _all() -> list[Any]:
    return [
        pytest.param(name, case, id=f"{name}-{case['title']}")
        for name in SUGGESTERS
        if (HERE / f"{name}.yaml").is_file()
        for case in load_cases(name)
    ]


@pytest.mark.parametrize(("name", "case"), _all())
def test_case(name: str, case: dict[str, Any]) -> None:
    made = proposals(name, case)
    proven = [p for p in made if isinstance(p, Suggestion)]
    dropped = [p.reason for p in made if isinstance(p, Dropped)]
    if "refused" in case:
        assert not proven, [p.proposed for p in proven]
        assert any(case["refused"] in reason for reason in dropped), dropped
        return
    if case["gives"] == "nothing":
        assert not proven, [p.proposed for p in proven]
        return
    assert proven, dropped
    first = proven[0]
    if case["gives"] == "empty":
        assert first.proposed is None
    else:
        assert first.proposed is not None
        row = first.proposed.model_dump()
        assert {key: row[key] for key in case["gives"]} == case["gives"]
    if "standing" in case:
        assert first.standing.value == case["standing"]
    if "removes" in case:
        assert sorted(first.removes) == sorted(case["removes"])
    if "extra" in case:
        assert [row.name for row in first.extra] == case["extra"]
    if "sources" in case:
        assert [f"{n.number}：{n.source}" for n in first.numbers] == case["sources"]


@pytest.mark.parametrize("name", SUGGESTERS)
def test_every_suggester_has_cases(name: str) -> None:
    cases = load_cases(name)
    giving = [c for c in cases if c.get("gives", "nothing") != "nothing"]
    assert giving, f"{name}: at least one case must give a rewrite"
    assert len(giving) < len(cases), f"{name}: at least one case must give nothing"
    assert len({c["title"] for c in cases}) == len(cases)
