"""Each writer against its golden file; ``pytest --update`` renews them."""

from pathlib import Path

import pytest

from reviewer.writers import WRITERS
from tests.writers.sample import sample, suggested

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", list(WRITERS))
def test_output_is_the_golden_file(name: str, update: bool) -> None:
    data = WRITERS[name].write(sample())
    path = GOLDEN / f"report{WRITERS[name].suffix}"
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    assert data == path.read_bytes(), f"{path.name} differs; look at it and renew it with pytest --update"


@pytest.mark.parametrize("name", list(WRITERS))
def test_output_with_suggestions_is_the_golden_file(name: str, update: bool) -> None:
    data = WRITERS[name].write(suggested())
    path = GOLDEN / f"suggested{WRITERS[name].suffix}"
    if update:
        path.write_bytes(data)
    assert data == path.read_bytes(), f"{path.name} differs; look at it and renew it with pytest --update"


@pytest.mark.parametrize("name", list(WRITERS))
def test_same_report_same_bytes(name: str) -> None:
    assert WRITERS[name].write(sample()) == WRITERS[name].write(sample())


@pytest.mark.parametrize("name", list(WRITERS))
def test_gaps_are_named_and_never_passed(name: str) -> None:
    text = WRITERS[name].write(sample()).decode("utf-8-sig")
    for words in ("扫描件.pdf", "成本指标没有金额", "不知道这一行属于哪一栏", "KeyError"):
        assert words in text


@pytest.mark.parametrize("name", list(WRITERS))
def test_halves_of_surrogate_pairs_do_not_stop_a_report(name: str) -> None:
    report = sample()
    item = report.filings[0]
    broken = item.findings[0].model_copy(update={"message": "坏字\ud800。"})
    report = report.model_copy(
        update={"filings": (item.model_copy(update={"findings": (broken, *item.findings[1:])}),)}
    )
    assert "坏字" in WRITERS[name].write(report).decode("utf-8-sig")


@pytest.mark.parametrize("name", list(WRITERS))
def test_an_empty_report_claims_nothing(name: str) -> None:
    report = sample().model_copy(update={"filings": (), "failures": (), "bases": {}})
    text = WRITERS[name].write(report).decode("utf-8-sig")
    assert "没有发现问题" not in text
    assert "通过" not in text.replace("不算通过", "").replace("不能通过审核", "").replace("不改不能通过", "")
