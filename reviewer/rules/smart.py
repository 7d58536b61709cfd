"""The SMART score of one indicator: a function of its findings and of its own words, nothing else.

Every rule names the letters it breaks (``Rule.smart``); what the words of a row add is set in ``taxonomy/smart.yaml``.
"""

from collections.abc import Iterable
from functools import cache
from typing import Literal

from pydantic import Field, ValidationError

from reviewer.errors import DataError
from reviewer.records import Finding, Form, Indicator, Severity, SmartLetter, SmartScore, ValueKind
from reviewer.records.base import Record
from reviewer.records.smart import Points
from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml
from reviewer.text import parse_value

_FULL: Points = 2
_Letter = Literal["S", "M", "A", "R", "T"]
LETTERS: tuple[_Letter, ...] = ("S", "M", "A", "R", "T")


class LetterText(Record):
    """A letter's Chinese name, and what is said when nothing speaks against it."""

    name: str
    met: str


class SmartReasons(Record):
    """What the words of a row can say of a letter."""

    no_name: str
    no_value: str
    words_only: str
    checkable: str
    to_fill: str
    unjudged: str
    unjudged_to_fill: str
    no_category: str
    own_time: str
    form_time: str
    no_time: str


class SmartTable(Record):
    """``taxonomy/smart.yaml``."""

    zero_from: int = Field(ge=1)
    letters: dict[_Letter, LetterText]
    reasons: SmartReasons


@cache
def smart_table() -> SmartTable:
    """The settings of the score.

    Raises:
        DataError: the file breaks the format.
    """
    path = resource("taxonomy", "smart.yaml")
    try:
        table = SmartTable.model_validate(load_yaml(path))
    except ValidationError as error:
        raise DataError(f"SMART 评分表的写法不对：{error}", str(path)) from None
    missing = [letter for letter in LETTERS if letter not in table.letters]
    if missing:
        raise DataError(f"SMART 评分表缺少字母 {'、'.join(missing)}", str(path), "五个字母都要写")
    return table


def smart_score(form: Form, indicator: Indicator, findings: Iterable[Finding], *, to_fill: bool = False) -> SmartScore:
    """Score one indicator.

    Args:
        form: the form it stands in; its year or period is the time of an indicator that has none of its own.
        indicator: the row.
        findings: findings of the filing; those of other rows are left aside.
        to_fill: the number of the row is a stand-in for what is still to be filled in.
    """
    own = [f for f in findings if f.form_id == form.id and f.indicator_id == indicator.id]
    return SmartScore(letters=tuple(_letter(letter, form, indicator, own, to_fill) for letter in LETTERS))


def _letter(letter: _Letter, form: Form, indicator: Indicator, own: list[Finding], to_fill: bool) -> SmartLetter:
    table = smart_table()
    broken = [f for f in own if letter in f.smart]
    allowed, reason = _words(letter, form, indicator, bool(broken), to_fill)
    points: Points = min(allowed, _found(broken))
    told = [f"{f.code} {f.name}" for f in {f.code: f for f in broken}.values()]
    if allowed < _FULL or not told:
        told.append(reason)
    return SmartLetter(letter=letter, name=table.letters[letter].name, points=points, reason="；".join(told))


def _found(broken: list[Finding]) -> Points:
    costly = [f for f in broken if f.severity is not Severity.INFO]
    if any(f.severity is Severity.ERROR for f in broken) or len(costly) >= smart_table().zero_from:
        return 0
    return 1 if broken else _FULL


def _words(letter: _Letter, form: Form, indicator: Indicator, broken: bool, to_fill: bool) -> tuple[Points, str]:
    """What the words of the row allow for a letter at most, and why."""
    table = smart_table()
    reasons, met = table.reasons, table.letters[letter].met
    target = parse_value(indicator.value, indicator.unit, indicator.nature)
    if letter == "S":
        return (_FULL, met) if indicator.name.strip() else (0, reasons.no_name)
    if letter == "R":
        return (_FULL, met) if indicator.category is not None else (1, reasons.no_category)
    if letter == "T":
        if target.kind in (ValueKind.DATE, ValueKind.DURATION):
            return _FULL, reasons.own_time
        return (_FULL, reasons.form_time) if form.year or (form.period or "").strip() else (1, reasons.no_time)
    if target.kind in (ValueKind.EMPTY, ValueKind.PLACEHOLDER):
        return 0, reasons.no_value
    if target.kind is ValueKind.QUALITATIVE:
        if letter == "A":
            return 1, reasons.unjudged
        return (0, reasons.words_only) if broken else (1, reasons.checkable)
    if to_fill:
        return 1, reasons.to_fill if letter == "M" else reasons.unjudged_to_fill
    return _FULL, met
