"""Many words looked for in one pass."""

from hypothesis import given
from hypothesis import strategies as st

from reviewer.text.occurrences import Occurrences

LETTERS = st.text("道路硬化a ", max_size=12)


@given(st.lists(LETTERS.filter(bool), max_size=12), LETTERS)
def test_finds_what_a_search_for_each_word_finds(words: list[str], text: str) -> None:
    assert Occurrences(words).of(text) == [n for n, word in enumerate(words) if word in text]


def test_words_that_overlap_stand_inside_others_or_come_twice() -> None:
    assert Occurrences(["道路硬化", "路硬", "硬化", "桥梁", "硬化"]).of("乡村道路硬化里程") == [0, 1, 2, 4]


def test_half_a_character_is_no_word() -> None:
    assert Occurrences(["道路"]).of("\ud800道路") == [0]
