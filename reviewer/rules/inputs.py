"""What a rule reads of a form: a rule whose input is gone or cannot be made out did not pass.

A rule names its inputs in ``@rule(…, reads=…)``; the engine asks here before it writes *passed* into the ledger.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from reviewer.records import CostLine, Filing, Form, FormKind, Indicator, SummaryRow
from reviewer.text import parse_value, squash

# What stands for a character that could not be read: blocks of a blurred scan, the replacement character, glyphs of a
# PDF font without a table.
_UNREADABLE = re.compile(r"\ufffd|\(cid:\d{1,6}\)|[▇█▆▅▓▒░]|^[■□▢]{2,}$")
_ANY_SIGN = re.compile(r"[\ufffd▇█▆▅▓▒░■□▢]|cid")
_FEWEST = 6  # rows; in a shorter form names may well be alike


def is_unreadable(text: str) -> bool:
    """Whether a text holds characters that stand for ones nobody could read."""
    return _UNREADABLE.search(squash(text)) is not None


def _unreadable(texts: Sequence[str]) -> int:
    """How many of the texts are unreadable; one look at all of them tells that none is, which is nearly always so."""
    return sum(map(is_unreadable, texts)) if _ANY_SIGN.search("".join(texts)) else 0


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
    "note": ("备注", lambda row: row.note or None),
    "weight": ("权重", lambda row: row.weight or None),
}
_OF_COSTS: dict[str, tuple[str, Callable[[CostLine], str | None]]] = {
    "cost.content": ("支出内容", lambda line: line.content + line.detail),
    "cost.detail": ("支出明细的内容", lambda line: line.detail or None),
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
# Above and below the tables; a rule about these says itself when they are missing.
_OF_FORMS: dict[str, tuple[str, Callable[[Form], list[str]]]] = {
    "goals": ("绩效目标", lambda form: [goal.text for goal in form.objectives]),
    "budget": ("项目金额或合计", lambda form: [a.printed for a in (form.budget, form.cost_total) if a is not None]),
}
# A rule about all words of a filing lacks those that were not understood.
EVERYTHING = "everything"
INPUTS = frozenset({*_OF_ROWS, *_OF_COSTS, *_OF_SUMMARIES, *_OF_FORMS, EVERYTHING})
# Columns that many tables never print; where one was printed and is gone, only its neighbours tell.
_OPTIONAL = ("standard", "unit", "note", "cost.detail", "summary.period_goal")
_NEVER_ALL_EMPTY = ("standard",)  # who prints such a column fills it in somewhere
# What stands in several cells: one that cannot be made out is enough.
_CELLS: dict[str, Callable[[Indicator], tuple[str | None, ...]]] = {
    "value": lambda row: (row.value, row.nature, row.unit),
    "category": lambda row: (row.level2, row.level1),
}


def _all_alike(form: Form) -> bool:
    """Another column was taken for the names: 计划标准, 计划标准, 历史标准 …"""
    names = [squash(row.name) for row in form.indicators]
    return len(names) >= _FEWEST and len(set(names)) * 3 <= len(names)


def lacking(reads: Iterable[str], form: Form, rows: Sequence[Indicator], filing: Filing) -> str:
    """Why a rule with these inputs cannot have passed; "" where it can.

    Args:
        rows: the rows that the rule looks at.
        filing: what was not understood of it may be a table or column of the form; what its other forms print may have
            been lost in this one.
    """
    unread = [u.text for u in filing.unread if not u.advisory]
    if unread and not (form.indicators or form.cost_lines or form.rows):
        return "这张表没有读到指标、明细和项目，无法检查"
    for key in filter(None, reads):
        if key == EVERYTHING:
            if unread:
                return "文件里有没有读懂的内容，无法检查"
            continue
        if key in _OF_FORMS:
            name, of_form = _OF_FORMS[key]
            # What was not placed may be the cell of a total whose number cannot be made out.
            if any(map(is_unreadable, [*of_form(form), *unread])):
                return f"{name}有看不清的地方，无法检查"
            continue
        texts, name = _texts(key, form, rows)
        if key in _OPTIONAL and not texts and (lost := _lost(key, name, form, filing, unread)):
            return lost
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
        cells = [text for row in rows for text in _CELLS[key](row) if text] if key in _CELLS else texts
        if blurred := _unreadable(cells):
            return f"有{blurred}处{name}看不清，无法检查"
    return ""


def _lost(key: str, name: str, form: Form, filing: Filing, unread: Sequence[str]) -> str:
    """Why a column of which nothing was read was rather lost; "" where nothing says so."""
    if _printed(key, form):
        return f"没有读到{name}，无法检查" if key in _NEVER_ALL_EMPTY else ""
    if any(map(is_unreadable, unread)):
        return f"有一栏看不清，可能是{name}，无法检查"
    if any(other.kind is form.kind and _printed(key, other) for other in filing.forms):
        return f"同一份材料的其他表有{name}一栏，这张表没有读到，无法检查"
    return ""


def _printed(key: str, form: Form) -> bool:
    """Whether the table of an input prints its column."""
    if key in _OF_SUMMARIES:
        return any(_OF_SUMMARIES[key][1](row) is not None for row in form.rows)
    table, _, column = key.rpartition(".")
    return column in (form.cost_columns if table else form.columns)


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
