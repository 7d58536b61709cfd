"""What the fuzzers and their authors found once: ended in silence or in an error for a person, and quickly.

A case is a file in ``cases/TARGET/``; the rest is made here, because it is large.
"""

import json
import time
from decimal import Decimal
from pathlib import Path

import pytest

from reviewer.errors import UnreadableFileError
from reviewer.llm.parsing import MAX_CHARS, ParseError, parse
from reviewer.llm.replies import CheckReply
from reviewer.readers import read
from reviewer.text import parse_amount, parse_value
from tests.fuzz.seeds import CASES, seeds
from tests.fuzz.targets import TARGETS

SECONDS = 5.0  # of CPU


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_pass(target: str) -> None:
    # The found cases come last; of the others a few are enough here, the fuzzer starts from all.
    for data in dict.fromkeys([*seeds(target)[:20], *seeds(target)[-5:]] if target != "doc" else seeds(target)):
        start = time.process_time()
        TARGETS[target](data)
        assert time.process_time() - start < SECONDS


def test_cases_belong_to_targets() -> None:
    assert {path.name for path in CASES.iterdir()} <= set(TARGETS)


@pytest.mark.parametrize("number", ["45.1e9999999995", "1e-9999999999", "0e9999999999", "1e999999"])
def test_a_short_number_that_fills_any_memory_is_refused(number: str, tmp_path: Path) -> None:
    amount = {"printed": "45.1", "wan": number}
    form = {"id": "F1", "kind": "project", "title": "表", "budget": amount}
    place = tmp_path / "申报.json"
    place.write_text(json.dumps({"source": "a.csv", "format": "csv", "forms": [form]}), "utf-8")
    with pytest.raises(UnreadableFileError, match=r"budget\.wan：数的位数不合常理"):
        read(place)


@pytest.mark.parametrize("digits", ["9" * 30_000, "1." + "3" * 30_000, "万" * 3_000])
def test_endless_digits_are_read_in_silence(digits: str) -> None:
    parse_value(f"≥{digits}人")
    assert parse_amount(digits).wan is None


@pytest.mark.parametrize(
    "printed", ["1e999999999", "9e99999999999999999999", "1e-999999999", "0e999999", "1" * 60, "1." + "1" * 200]
)
def test_powers_beyond_all_money_are_no_amount(printed: str) -> None:
    assert parse_amount(printed).wan is None


def test_amounts_as_excel_prints_them_stay() -> None:
    printed = ("1.5E+3", "0.00012", "999999999999")
    assert [parse_amount(text).wan for text in printed] == [Decimal(text) for text in printed]


def test_a_page_of_spans_costs_little(tmp_path: Path) -> None:
    """Each of these cells once marked a million places."""
    cells = "<td colspan=1000 rowspan=1000>x</td>" * 300
    path = tmp_path / "a.html"
    path.write_text(f"<table>{f'<tr>{cells}</tr>' * 20}</table>", "utf-8")
    start = time.process_time()
    TARGETS["html"](path.read_bytes())
    assert time.process_time() - start < SECONDS


def test_a_cell_of_many_tables_costs_little(tmp_path: Path) -> None:
    inner = "<table><tr><td>a</td></tr></table>" * 4_000
    start = time.process_time()
    TARGETS["html"](f"<table><tr><td>{inner}</td></tr></table>".encode())
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("text", ['{"a": ' + "1" * 5_000 + "}", '{"a":' * 100_000, "[" * 100_000])
def test_json_that_is_too_long_or_too_deep(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UnreadableFileError):
        read(path)


def test_json_of_many_ids_costs_little(tmp_path: Path) -> None:
    rows = [{"id": f"F1.{n}", "name": "培训人数", "value": "1人"} for n in range(20_000)]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"forms": [{"id": "F1", "kind": "project", "indicators": rows}]}), "utf-8")
    start = time.process_time()
    read(path)
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(
    "text",
    [
        '{"name":' * 20_000,
        "{" * 90_000 + "}" * 90_000,
        "<think>" * 28_000,
        "<|channel|>final" * 12_000,
        "```" + "a" * 190_000,
        '{"name": ' + "1" * 5_000 + "}",
        "x" * (MAX_CHARS + 1),
        "<think>" * 9_000 + "{}" + "</think>" * 9_000,
    ],
    ids=["nested", "braces", "thoughts", "channels", "fence", "digits", "long", "both"],
)
def test_replies_without_end(text: str) -> None:
    start = time.process_time()
    with pytest.raises(ParseError):
        parse(text, CheckReply)
    assert time.process_time() - start < SECONDS
