"""What a rule reads of a form: a rule whose input is gone or cannot be made out did not pass.

A rule names its inputs in ``@rule(…, reads=…)``; the engine asks here before it writes *passed* into the ledger.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from reviewer.records import Form, Indicator
from reviewer.text import parse_value, squash

# What stands for a character that could not be read: blocks of a blurred scan, the replacement character, glyphs of a
# PDF font without a table.
_UNREADABLE = re.compile(r"\ufffd|\(cid:\d{1,6}\)|[▇█▆▅▓▒░]|^[■□▢]{2,}$")


def is_unreadable(text: str) -> bool:
    """Whether a text holds characters that stand for ones nobody could read."""
    return _UNREADABLE.search(squash(text)) is not None


def _unit(row: Indicator) -> str:
    """The unit, of its column or of the value; a value without a number needs none."""
    target = parse_value(row.value, row.unit, row.nature)
    return row.unit or target.unit or ("" if target.numbers else "—")


_OF_ROWS: dict[str, tuple[str, Callable[[Indicator], str]]] = {
    "name": ("三级指标名称", lambda row: row.name),
    "value": ("指标值", lambda row: row.value),
    "unit": ("计量单位", _unit),
    "category": ("二级指标", lambda row: row.category or ""),
}
_OF_FORMS: dict[str, tuple[str, Callable[[Form], list[str]]]] = {
    "summary.amount": ("汇总表的金额", lambda form: [row.amount.printed for row in form.rows]),
    "summary.annual_goal": ("汇总表的年度绩效目标", lambda form: [row.annual_goal or "" for row in form.rows]),
}
INPUTS = frozenset({*_OF_ROWS, *_OF_FORMS})


def lacking(reads: Iterable[str], form: Form, rows: Sequence[Indicator]) -> str:
    """Why a rule with these inputs cannot have passed; "" where it can.

    Args:
        rows: the rows that the rule looks at.
    """
    for key in reads:
        if key in _OF_ROWS:
            name, get = _OF_ROWS[key]
            texts = [get(row) for row in rows]
            shown = [row.level2 for row in rows] if key == "category" else texts
        else:
            name, of_form = _OF_FORMS[key]
            texts = shown = of_form(form)
        if texts and not any(text.strip() for text in texts):
            return f"没有读到{name}，无法检查"
        blurred = sum(map(is_unreadable, shown))
        if blurred:
            return f"有{blurred}处{name}看不清，无法检查"
    return ""
