"""What is written reads back as it was, whatever a person wrote."""

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from reviewer.llm.redaction import Redactor
from reviewer.rounds.decisions import Decision, Decisions, Waiver, load_decisions, save_decisions
from reviewer.text import parse_value

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=30) | st.sampled_from(
    [
        "null",
        "2024-01-01",
        "=1+1",
        "- a: b",
        "# x",
        "a\nb: c\n\nd",
        "'\"",
        "〖姓名1〗",
        "张三",
        "13812345678",
        "   ",
        "…",
    ]
)
SAID = WORDS.filter(lambda text: text.strip() != "")
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
DECIDED = st.builds(
    Decision,
    verdict=st.sampled_from(["accept", "edit", "reject"]),
    about=st.sampled_from(["suggestion", "finding"]),
    codes=st.just(("QNT202",)),
    form=WORDS, text=WORDS, message=WORDS, reason=WORDS, reviewer=WORDS, date=DAYS,
)  # fmt: skip
WAIVED = st.builds(Waiver, code=SAID, form=WORDS, text=WORDS, reason=SAID, reviewer=SAID, until=st.none() | DAYS)


@settings(max_examples=60, deadline=None)
@given(
    st.builds(Decisions, file=WORDS, unit=WORDS, opinion=WORDS, decisions=st.tuples(DECIDED), waivers=st.tuples(WAIVED))
)
@example(Decisions(file="a\nb: c\n\nd"))
@example(Decisions(file="a\u2028b: c"))
def test_decisions(noted: Decisions) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.decisions.yaml"
        save_decisions(path, noted)
        assert load_decisions(path) == noted


@settings(max_examples=100, deadline=None)
@given(st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=3))
@example(["张三 00"], ["00", "姓名", "名1", "原文1〗"])
def test_what_was_hidden_comes_back(texts: list[str], names: list[str]) -> None:
    redactor = Redactor(private=names)
    hidden = redactor.hide_all({"a": texts})
    assert redactor.restore_all(json.loads(json.dumps(hidden))) == {"a": texts}


@settings(max_examples=100, deadline=None)
@given(
    st.decimals(0, 10**9, places=2), st.sampled_from(["人", "%", "万元", "元/人"]), st.sampled_from(["≥", "≤", "=", ""])
)
def test_a_value_written_from_what_was_read(number: object, unit: str, sign: str) -> None:
    first = parse_value(f"{sign}{number}{unit}")
    again = parse_value(f"{first.comparator.value if first.comparator else ''}{first.number}{first.unit}")
    assert (again.number, again.unit, again.comparator, again.kind) == (
        first.number,
        first.unit,
        first.comparator,
        first.kind,
    )
