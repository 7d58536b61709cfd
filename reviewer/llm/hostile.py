"""Words in a filing that speak to the program: found, left out, never obeyed (``taxonomy/hostile_text.yaml``)."""

import re
from functools import cache
from typing import Any

from reviewer.errors import DataError
from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml
from reviewer.text import fold

LEFT_OUT = "（此处略去像是写给程序的文字）"


@cache
def _data() -> tuple[tuple[re.Pattern[str], ...], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    path = resource("taxonomy", "hostile_text.yaml")
    data: dict[str, Any] = load_yaml(path)
    try:
        clauses = tuple(re.compile(pattern) for pattern in data["clauses"])
        parts, unseen = re.compile(f"({data['parts']})"), re.compile(data["unseen"])
        return clauses, parts, unseen, re.compile(data["verdicts"])
    except (KeyError, TypeError, AttributeError, re.error) as error:
        raise DataError("写给程序的文字的规则不合格式", str(path), str(error)) from None


def visible(text: str) -> str:
    """The text without characters that nobody sees."""
    return _data()[2].sub("", text)


def speaks_to_program(text: str) -> bool:
    """Whether a text holds words that speak to a program, full-width letters and hidden characters folded first."""
    seen = fold(visible(text))
    bare = re.sub(r"\s+", "", seen)
    return any(pattern.search(seen) or pattern.search(bare) for pattern in _data()[0])


def pronounces(text: str) -> bool:
    """Whether a text says that a row passes the review."""
    return _data()[3].search(fold(text)) is not None


def defused(text: str) -> str:
    """The text without hidden characters and without the clauses that speak to a program."""
    shown = visible(text)
    pieces = _data()[1].split(shown)
    kept = [LEFT_OUT if i % 2 == 0 and speaks_to_program(piece) else piece for i, piece in enumerate(pieces)]
    whole = "".join(kept)
    # Parted over several clauses it is still one: then nothing of it stays.
    return LEFT_OUT if LEFT_OUT not in whole and speaks_to_program(whole) else whole
