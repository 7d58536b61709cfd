"""What a rule reads of a form: a rule whose input is gone or cannot be made out did not pass.

A rule names its inputs in ``@rule(…, reads=…)``; the engine asks here before it writes *passed* into the ledger.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from reviewer.records import CostLine, Form, FormKind, Indicator, SummaryRow
from reviewer.text import parse_value, squash

# What stands for a character that could not be read: blocks of a blurred scan, the replacement character, glyphs of a
# PDF font without a table.
_UNREADABLE = re.compile(r"\ufffd|\(cid:\d{1,6}\)|[▇█▆▅▓▒░]|^[■□▢]{2,}$")


_FEWEST = 6  # rows; in a shorter form names may well be alike


def is_unreadable(text: str) -> bool:
    """Whether a text holds characters that stand for ones nobody could read."""
    return _UNREADABLE.search(squash(text)) is not None


def _unit(row: Indicator) -> str | None:
    """The unit, of its column or of the value; None where the value has no number and needs none."""
    target = parse_value(row.value, row.unit, row.nature)
    return row.unit or target.unit or ("" if target.numbers else None)


# None: the row needs no such text.
_OF_ROWS: dict[str, tuple[str, Callable[[Indicator], str | None]]] = {
    "name": ("三级指标名称", lambda row: row.name),
    "value": ("指标值", lambda row: row.value),
    "unit": ("计量单位", _unit),
    "level1": ("一级指标", lambda row: row.level1),
    "category": ("二级指标", lambda row: row.category or row.level2),
    "standard": ("绩效标准", lambda row: row.standard or None),
}
_OF_COSTS: dict[str, tuple[str, Callable[[CostLine], str]]] = {
    "cost.content": ("支出内容", lambda line: line.content + line.detail),
    "cost.amount": ("支出明细的金额", lambda line: line.amount.printed),
    "cost.basis": ("测算依据", lambda line: line.calculation_basis + line.quantity),
}
# None: the table does not print such a column.
_OF_SUMMARIES: dict[str, tuple[str, Callable[[SummaryRow], str | None]]] = {
    "summary.name": ("汇总表的项目名称", lambda row: row.name),
    "summary.amount": ("汇总表的金额", lambda row: row.amount.printed),
    "summary.annual_goal": ("汇总表的年度绩效目标", lambda row: row.annual_goal or ""),
    "summary.period_goal": ("汇总表的实施期绩效目标", lambda row: row.period_goal),
}
# A rule about all words of a filing lacks those that were not understood.
EVERYTHING = "everything"
INPUTS = frozenset({*_OF_ROWS, *_OF_COSTS, *_OF_SUMMARIES, EVERYTHING})


def _all_alike(form: Form) -> bool:
    """Another column was taken for the names: 计划标准, 计划标准, 历史标准 …"""
    names = [squash(row.name) for row in form.indicators]
    return len(names) >= _FEWEST and len(set(names)) * 3 <= len(names)


def lacking(reads: Iterable[str], form: Form, rows: Sequence[Indicator], *, unread: bool = False) -> str:
    """Why a rule with these inputs cannot have passed; "" where it can.

    Args:
        rows: the rows that the rule looks at.
        unread: the filing holds something that was not understood; a table that was not found may be there.
    """
    for key in reads:
        if key == EVERYTHING:
            if unread:
                return "文件里有没有读懂的内容，无法检查"
            continue
        texts, name = _texts(key, form, rows)
        if not texts:
            missing = key in _OF_SUMMARIES and form.kind is FormKind.SUMMARY and not form.rows
            if missing or (unread and key in _OF_COSTS and not form.cost_lines and form.kind is FormKind.PROJECT):
                return f"没有读到{name}，无法检查"
            continue
        filled = sum(bool(text.strip()) for text in texts)
        if filled * 2 < len(texts):
            return f"{'大半' if filled else ''}没有读到{name}，无法检查"
        if key == "name" and _all_alike(form):
            return "各行的三级指标名称大多相同，像是没有读到名称一列，无法检查"
        blurred = sum(map(is_unreadable, [row.level2 for row in rows] if key == "category" else texts))
        if blurred:
            return f"有{blurred}处{name}看不清，无法检查"
    return ""


def _texts(key: str, form: Form, rows: Sequence[Indicator]) -> tuple[list[str], str]:
    """The texts of an input, and its name."""
    if key in _OF_ROWS:
        name, of_row = _OF_ROWS[key]
        found = [of_row(row) for row in rows]
    elif key in _OF_COSTS:
        name, of_line = _OF_COSTS[key]
        found = [of_line(line) for line in form.cost_lines]
    else:
        name, of_summary = _OF_SUMMARIES[key]
        found = [of_summary(row) for row in form.rows]
    return [text for text in found if text is not None], name
