"""Reports in which every word that a stranger or a reviewer wrote is hostile."""

from typing import Any

from pydantic import BaseModel

from reviewer.records import Report
from tests.writers.sample import sample, suggested

MARKUP = "<img src=x onerror=alert(1)></td></script><script>alert(2)</script>\"'`${7*7}{{7*7}}]]>"
CONTROL = "\x00\x07\x1b[31m\u202e\u2066\ud800\ufffe"
STARTS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", " =", "\u3000=", "\u00a0@", "=1-", "-2+3+")
# What stands in a report in free words; codes, ids and the program's own words stay.
_FREE = {
    "source", "org", "project", "title", "name", "value", "printed", "text", "content", "detail", "calculation_basis",
    "level2", "unit", "standard", "note", "message", "evidence", "reason", "reviewer", "until", "what", "where",
    "remedy", "label", "period", "annual_goal", "period_goal",
}  # fmt: skip


def evil(start: str) -> str:
    """A text that is a formula, markup and rubbish at once."""
    return f'{start}HYPERLINK("http://x";"点"){MARKUP}{CONTROL}'


def poisoned(start: str, *, with_suggestions: bool = False) -> Report:
    """The report of the writers' tests with such a text in front of every free word."""
    report: Report = _poison(suggested() if with_suggestions else sample(), evil(start))
    return report


def _poison(value: Any, text: str) -> Any:
    if isinstance(value, BaseModel):  # copies are not validated: a reader's text may hold half a surrogate pair, too
        engines = {"source"} if type(value).__name__ in ("Suggestion", "Dropped") else set()
        fields = {key: getattr(value, key) for key in type(value).model_fields}
        return value.model_copy(
            update={
                key: text + told if type(told) is str and key in _FREE - engines else _poison(told, text)
                for key, told in fields.items()
            }
        )
    if isinstance(value, tuple):
        return tuple(_poison(v, text) for v in value)
    return {k: _poison(v, text) for k, v in value.items()} if isinstance(value, dict) else value
