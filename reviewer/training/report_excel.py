"""The supervisor's report: learners by unit, rules by learner, and every answer, as an Excel workbook."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import xlsxwriter

from reviewer.training.certificate import certificate
from reviewer.training.journal import Learner
from reviewer.training.judge import name_of
from reviewer.training.progress import STATE_SIGNS, STATE_WORDS, Knowledge, knowledge, masteries
from reviewer.training.settings import CLEAN, training
from reviewer.writers.words import is_formula, shown

_NO_UNIT = "（未填单位）"


def workbook(learners: Iterable[Learner], now: datetime) -> bytes:
    """The workbook: 单位, 学员, 规则掌握, 薄弱规则, 答题明细."""
    people = sorted(learners, key=lambda p: (p.unit, p.name))
    known = [(person, knowledge(person.answers, now)) for person in people]
    stream = io.BytesIO()
    # Names are typed by people: a name that begins with = stays a name.
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _Sheet(book, "单位", ("单位", "学员", "已结业", "答题", "得分率", "误报率"), (28, 8, 8, 8, 9, 9)).fill(
        _units(known)
    )
    _Sheet(
        book,
        "学员",
        (
            "单位",
            "学员",
            "答题",
            "找对",
            "说对",
            "改对",
            "误报率",
            "掌握规则",
            "待复习",
            "最近答题",
            "结业",
            "读不出的记录",
        ),
        (28, 14, 8, 8, 8, 8, 8, 10, 8, 17, 8, 12),
    ).fill(_person(person, k) for person, k in known)
    codes = (*training().codes, CLEAN)
    headings = ("规则", "名称", *(p.name + (f"（{p.unit}）" if p.unit else "") for p in people))
    _Sheet(book, "规则掌握", headings, (9, 24, *([16] * len(people)))).fill(_matrix(codes, known))
    _Sheet(book, "薄弱规则", ("规则", "名称", "答过的人", "答题", "得分率"), (9, 24, 10, 8, 9)).fill(
        _weak(codes, known)
    )
    _Sheet(
        book,
        "答题明细",
        ("单位", "学员", "时间", "规则", "名称", "级", "找", "说", "改", "用时（秒）", "题号"),
        (24, 14, 17, 9, 22, 5, 5, 5, 5, 10, 46),
    ).fill(_answers(people))
    book.close()
    return stream.getvalue()


class _Sheet:
    """One sheet: a heading that stays, a filter, and rows."""

    def __init__(self, book: Any, title: str, headings: Sequence[str], widths: Sequence[int]) -> None:
        self._sheet = book.add_worksheet(title)
        self._share = book.add_format({"num_format": "0%"})
        head = {"bold": True, "bg_color": "#E9EDF1", "border": 1, "text_wrap": True, "valign": "top"}
        bold = book.add_format({**head, "quote_prefix": True})
        # Kept as text also when a person edits the cell.
        self._quoted = book.add_format({"quote_prefix": True})
        self._width = len(headings)
        for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
            self._sheet.write_string(0, column, shown(heading), bold)
            self._sheet.set_column(column, column, width)
        self._sheet.freeze_panes(1, 2)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)

    def fill(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write the rows; a float is a share, None an empty cell."""
        last = 0
        for last, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    text = shown(value)
                    self._sheet.write_string(last, column, text, self._quoted if is_formula(text) else None)
                elif value is not None:
                    self._sheet.write_number(last, column, value, self._share if isinstance(value, float) else None)
        self._sheet.autofilter(0, 0, max(last, 1), self._width - 1)


_Known = list[tuple[Learner, Knowledge]]


def _share(parts: Iterable[bool | None]) -> float | None:
    told = [part for part in parts if part is not None]
    return sum(told) / len(told) if told else None


def _points(known: Knowledge) -> float | None:
    answers = known.answers
    return sum(a.points for a in answers) / len(answers) if answers else None


def _false_alarms(known: Knowledge) -> float | None:
    return _share(a.points < 1 for a in known.answers if a.code == CLEAN)


def _units(known: _Known) -> Iterable[Sequence[Any]]:
    for unit, group in groupby(known, key=lambda pair: pair[0].unit):
        members = list(group)
        answers = [a for _, k in members for a in k.answers]
        yield (
            unit or _NO_UNIT,
            len(members),
            sum(certificate(k, p.name, p.unit).granted for p, k in members),
            len(answers),
            sum(a.points for a in answers) / len(answers) if answers else None,
            _share(a.points < 1 for a in answers if a.code == CLEAN),
        )


def _person(person: Learner, known: Knowledge) -> Sequence[Any]:
    flawed = [a for a in known.answers if a.code != CLEAN]
    states = [m for m in masteries(known) if m.code != CLEAN]
    return (
        person.unit or _NO_UNIT,
        person.name,
        len(known.answers),
        _share(a.found for a in flawed),
        _share(a.named for a in flawed),
        _share(a.fixed for a in flawed),
        _false_alarms(known),
        f"{sum(m.state == 'mastered' for m in states)}/{len(states)}",
        sum(known.is_due(m.code) for m in states),
        f"{known.answers[-1].at.astimezone():%Y-%m-%d %H:%M}" if known.answers else None,
        "是" if certificate(known, person.name, person.unit).granted else "否",
        person.unreadable or None,
    )


def _matrix(codes: Iterable[str], known: _Known) -> Iterable[Sequence[Any]]:
    for code in codes:
        states = [
            f"{STATE_SIGNS[k.state(code)]} {STATE_WORDS[k.state(code)]} {k.share(code):.0%}"
            if k.given.get(code)
            else STATE_WORDS["new"]
            for _, k in known
        ]
        yield ("—" if code == CLEAN else code, name_of(code), *states)


def _weak(codes: Iterable[str], known: _Known) -> Iterable[Sequence[Any]]:
    rows = []
    for code in codes:
        answers = [a for _, k in known for a in k.given.get(code, [])]
        if answers:
            people = sum(bool(k.given.get(code)) for _, k in known)
            points = sum(a.points for a in answers) / len(answers)
            rows.append(("—" if code == CLEAN else code, name_of(code), people, len(answers), points))
    return sorted(rows, key=lambda row: row[-1])


def _answers(people: Iterable[Learner]) -> Iterable[Sequence[Any]]:
    sign = {True: "√", False: "×", None: ""}
    for person in people:
        for a in person.answers:
            yield (
                person.unit or _NO_UNIT,
                person.name,
                f"{a.at.astimezone():%Y-%m-%d %H:%M}",
                "—" if a.code == CLEAN else a.code,
                name_of(a.code) if a.code in (*training().codes, CLEAN) else "",
                a.level,
                sign[a.found],
                sign[a.named],
                sign[a.fixed],
                None if a.seconds is None else round(a.seconds),
                a.item,
            )
