"""The workbook of a batch: one sheet a question, written row by row so that memory stays flat."""

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from reviewer.batch.copies import KIND_WORDS
from reviewer.batch.records import FileResult
from reviewer.batch.tally import GRADES, Group, Tally, by_need, most_frequent
from reviewer.records import Severity
from reviewer.writers.words import ASIDE_WORDS, SCORE_NOTE, SEVERITY_WORDS, is_formula, shown

_LAST_ROW = 1_048_575  # Excel's sheets end here
_CELL = 32_000
_LINE_POINTS, _MOST_LINES = 15, 8
_MUST, _SHOULD, _REMARK = Severity.ERROR, Severity.WARN, Severity.INFO
_LINKS = 60_000  # Excel takes 65,530 links in a sheet

_FINDINGS = (
    ("文件", 34), ("单位", 24), ("年度", 7), ("表", 10), ("项目", 26), ("位置", 24), ("二级指标", 14), ("指标", 26),
    ("指标值", 16), ("级别", 10), ("代码", 9), ("问题", 20), ("审核方面", 10), ("意见", 60), ("证据", 34), ("依据", 36),
    ("修改建议", 44),
)  # fmt: skip
_UNITS = (
    ("单位", 34), ("文件", 7), ("部分未读", 9), ("表", 7), ("指标", 7), ("必须修改", 10),
    ("应当修改", 10), ("提示", 8), ("每表必须修改", 13), ("无须修改的表", 13), *((f"初评{g}", 8) for g in GRADES),
    ("最常见的问题", 44),
)  # fmt: skip
_RULES = (
    ("代码", 9), ("问题", 26), ("审核方面", 10), ("必须修改", 10), ("应当修改", 10), ("提示", 8), ("合计", 8),
    ("涉及的表", 10), ("占全部表", 10), ("涉及的单位", 11),
)  # fmt: skip
_FORMS = (
    ("文件", 40), ("单位", 26), ("年度", 7), ("表", 10), ("类型", 10), ("项目", 30), ("领域", 10),
    ("金额（万元）", 13),
    ("指标", 7), ("必须修改", 10), ("应当修改", 10), ("提示", 8), ("初评等级", 9), ("初评得分", 9),
    ("能判断的占比%", 13), ("框架", 16), ("单个报告", 12),
)  # fmt: skip
_COPIES = (("组", 6), ("类别", 12), ("程度", 12), ("单位数", 8), ("文件", 36), ("表", 10), ("单位", 26), ("年度", 7),
           ("项目", 28), ("内容", 80))  # fmt: skip
_GAPS = (
    ("文件", 40),
    ("单位", 26),
    ("情况", 12),
    ("表或位置", 20),
    ("代码", 9),
    ("说明", 60),
    ("原文", 40),
    ("怎么办", 50),
)
_ASIDES = (
    ("文件", 40), ("单位", 24), ("情况", 14), ("位置", 24), ("指标", 26), ("级别", 10), ("代码", 9), ("问题", 20),
    ("意见", 50), ("理由", 40), ("审核人", 12), ("到期", 12),
)  # fmt: skip
_GAP_WORDS = {"unchecked": "规则未能检查", "crashed": "规则出错", "unread": "内容未能读出", "advice": "读取说明"}


def write(
    place: Path, tally: Tally, results: Iterable[FileResult], reports: Sequence[str], day: date, scratch: Path
) -> None:
    """Write the workbook.

    Args:
        place: where to.
        tally: the counts of the batch.
        results: each file's result, in order.
        reports: where each file's own report lies, below the output folder; "" for none.
        day: the day of the batch; the same input gives the same bytes.
        scratch: a folder for what is streamed before it is packed.

    Raises:
        OSError: the disk is full or may not be written to.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    scratch.mkdir(exist_ok=True)
    options = {"constant_memory": True, "tmpdir": str(scratch), "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(place), options)
    book.set_properties({"title": "绩效目标审核汇总", "created": datetime(day.year, day.month, day.day)})
    try:
        writer = _Book(book)
        _write_units(writer, tally, day)
        _write_rules(writer, tally)
        _write_groups(writer, "按领域", "领域", tally.sectors)
        _write_groups(writer, "按年度", "年度", tally.years)
        _write_rows(writer, tally, results, reports)
        _write_copies(writer, tally)
        book.close()
    except FileCreateError as error:
        cause = error.args[0] if error.args else error
        raise cause if isinstance(cause, OSError) else OSError(str(cause)) from None


class _Book:
    """Formats, and sheets with a heading row that stays, filters and widths."""

    def __init__(self, book: Any) -> None:
        self.book = book
        text = {"valign": "top", "text_wrap": True, "font_name": "Microsoft YaHei", "font_size": 10}
        self.text = book.add_format(text)
        # Text that begins like a formula: kept as text also when a person edits the cell.
        self.quoted = book.add_format({**text, "quote_prefix": True})
        self.head = book.add_format({**text, "bold": True, "bg_color": "#DCE6F1", "border": 1})
        self.share = book.add_format({**text, "num_format": "0.0%"})
        self.ratio = book.add_format({**text, "num_format": "0.00"})
        self.link = book.add_format({**text, "font_color": "#1F5F99", "underline": 1})
        self.title = book.add_format({**text, "bold": True, "font_size": 14, "text_wrap": False})
        self.plain = book.add_format({**text, "text_wrap": False})
        self.marks = {
            severity: book.add_format({**text, "font_color": colour, "bold": severity is _MUST})
            for severity, colour in ((_MUST, "#B3261E"), (_SHOULD, "#8A5300"), (_REMARK, "#2B5C8A"))
        }

    def sheet(self, name: str, columns: Sequence[tuple[str, float]], top: int = 0) -> "_Sheet":
        """A sheet; ``top``: the row of its headings."""
        return _Sheet(self, name, columns, top)


class _Sheet:
    """A sheet that is written row by row; where Excel's rows end, a further one goes on."""

    def __init__(self, book: _Book, name: str, columns: Sequence[tuple[str, float]], top: int) -> None:
        self._book, self._name, self._columns = book, name, columns
        self._part = 1
        self._open(name, top)

    def add(
        self, values: Sequence[Any], formats: dict[int, Any] | None = None, link: tuple[int, str] | None = None
    ) -> None:
        """One row.

        Args:
            values: text is written as text whatever it looks like; None leaves a cell empty.
            formats: of single columns.
            link: a column and the file that it leads to, below the workbook's folder.
        """
        if self._row > _LAST_ROW:
            self.close()
            self._part += 1
            self._open(f"{self._name}{self._part}", 0)
        lines = max((_lines(v, self._columns[n][1]) for n, v in enumerate(values) if isinstance(v, str)), default=1)
        if lines > 1:  # Excel would fit the height by itself, other programs do not
            self.page.set_row(self._row, _LINE_POINTS * min(lines, _MOST_LINES))
        for column, value in enumerate(values):
            style = (formats or {}).get(column, self._book.text)
            if value is None or value == "":
                continue
            if link is not None and link[0] == column:
                self.page.write_url(self._row, column, f"external:{link[1]}", self._book.link, str(value))
            elif isinstance(value, int | float | Decimal):
                self.page.write_number(self._row, column, value, style)
            else:
                text = shown(str(value))[:_CELL]
                risky = style is self._book.text and is_formula(text)
                self.page.write_string(self._row, column, text, self._book.quoted if risky else style)
        self._row += 1

    def close(self) -> None:
        """No row follows."""
        self.page.autofilter(self._top, 0, max(self._row - 1, self._top), len(self._columns) - 1)

    @property
    def rows(self) -> tuple[int, int]:
        """The first and the last row written."""
        return self._top + 1, self._row - 1

    def _open(self, name: str, top: int) -> None:
        self.page = self._book.book.add_worksheet(name)
        self._top, self._row = top, top + 1
        for column, (_, width) in enumerate(self._columns):
            self.page.set_column(column, column, width)
        self.page.freeze_panes(top + 1, 1)
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)
        self.page.repeat_rows(top)
        if top == 0:
            self.heading()

    def heading(self) -> None:
        """The row of headings; rows above it come first."""
        for column, (title, _) in enumerate(self._columns):
            self.page.write_string(self._top, column, title, self._book.head)


def _lines(text: str, width: float) -> int:
    """The lines that a text takes in a column; a Chinese character is two wide."""
    if len(text) * 2 < width and "\n" not in text:
        return 1
    # In UTF-8 a Chinese character takes three bytes: with its one character, twice its width.
    parts = text[:600].split("\n")
    return sum(
        max(1, math.ceil((len(part.encode("utf-8", "replace")) + len(part)) / 2 / (width - 1))) for part in parts
    )


def _write_units(book: _Book, tally: Tally, day: date) -> None:
    sheet = book.sheet("汇总", _UNITS, top=4)
    whole = tally.total
    words = "，".join(f"{SEVERITY_WORDS[s]} {whole.severities[s]}" for s in Severity)
    sheet.page.write_string(0, 0, "绩效目标审核汇总", book.title)
    sheet.page.write_string(
        1,
        0,
        f"{day.isoformat()}　{whole.files} 个文件，{whole.forms} 张表，{tally.named_units} 个单位；{words}",
        book.plain,
    )
    gaps = f"没有审核的文件 {whole.unread} 个，部分未读的 {whole.partly} 个，见“未能审核”，都不算通过。{SCORE_NOTE}"
    sheet.page.write_string(2, 0, gaps, book.plain)
    if tally.aside:
        sheet.page.write_string(3, 0, f"{tally.aside_words()}，见“不计入的意见”。", book.plain)
    sheet.heading()
    names = {code: line.name for code, line in tally.rules.items()}
    for unit, group in by_need(tally.units):
        sheet.add([unit, *_counts(group, names)], {8: book.ratio})
    sheet.close()


def _counts(group: Group, names: dict[str, str]) -> list[Any]:
    frequent = "、".join(f"{names[code]} {number}" for code, number in _most(group)[:3])
    return [
        group.files, group.partly, group.forms, group.indicators,
        *(group.severities[s] for s in Severity), group.per_form(_MUST), group.clean,
        *(group.grades[g] for g in GRADES), frequent,
    ]  # fmt: skip


def _most(group: Group) -> list[tuple[str, int]]:
    return sorted(group.codes.items(), key=lambda item: (-item[1], item[0]))


def _write_rules(book: _Book, tally: Tally) -> None:
    sheet = book.sheet("按规则", _RULES)
    forms = max(tally.total.forms, 1)
    for line in most_frequent(tally.rules.values()):
        numbers = [line.severities[s] for s in Severity]
        sheet.add(
            [
                line.code,
                line.name,
                line.dimension,
                *numbers,
                line.findings,
                line.forms,
                line.forms / forms,
                len(line.units),
            ],
            {8: book.share},
        )
    sheet.close()
    first, last = sheet.rows
    if last < first:
        return
    last = min(last, first + 14)
    chart = book.book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": "涉及的表",
            "categories": ["按规则", first, 1, last, 1],
            "values": ["按规则", first, 7, last, 7],
            "fill": {"color": "#1F5F99"},
            "gap": 40,
        }
    )
    chart.set_title({"name": "最常见的问题（涉及的表数）", "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 760, "height": 460})
    sheet.page.insert_chart(1, len(_RULES) + 1, chart)


def _write_groups(book: _Book, name: str, heading: str, groups: dict[str, Group]) -> None:
    sheet = book.sheet(name, ((heading, 16), *_UNITS[3:-1]))
    for title, group in sorted(groups.items()) if heading == "年度" else by_need(groups):
        sheet.add([title, *_counts(group, dict.fromkeys(group.codes, ""))[2:-1]], {6: book.ratio})
    sheet.close()


def _write_rows(book: _Book, tally: Tally, results: Iterable[FileResult], reports: Sequence[str]) -> None:
    """Forms, findings, gaps and what does not count, side by side: the results stream by once."""
    forms, findings, gaps, asides = (
        book.sheet("表格清单", _FORMS),
        book.sheet("问题明细", _FINDINGS),
        book.sheet("未能审核", _GAPS),
        book.sheet("不计入的意见", _ASIDES),
    )
    links = 0
    for result, report in zip(results, reports, strict=True):
        for form in result.forms:
            numbers = [sum(f.form_id == form.id and f.severity is s for f in result.findings) for s in Severity]
            link = (len(_FORMS) - 1, report) if report and links < _LINKS else None
            links += link is not None
            forms.add(
                [
                    result.path, form.unit, form.year, form.label, form.kind, form.project or form.title, form.sector,
                    _number(form.budget_wan), len(form.indicators), *numbers, form.grade or "未评",
                    _number(form.total), form.judged, form.profile, "打开" if link else "",
                ],
                link=link,
            )  # fmt: skip
        by_id = {form.id: form for form in result.forms}
        for f in result.findings:
            form = by_id[f.form_id]
            findings.add(
                [
                    result.path, form.unit, form.year, form.label, form.project or form.title, f.place, f.level2,
                    f.indicator, f.value, SEVERITY_WORDS[f.severity], f.code, f.name, f.dimension, f.message,
                    f.evidence, f.basis, f.suggestion,
                ],
                {9: book.marks[f.severity]},
            )  # fmt: skip
        _write_gaps(gaps, result)
        for a in result.aside:
            unit = by_id[a.form_id].unit
            asides.add(
                [
                    result.path, unit, ASIDE_WORDS[a.kind], a.place, a.indicator, SEVERITY_WORDS[a.severity], a.code,
                    a.name, a.message, a.reason, a.reviewer, a.until,
                ]
            )  # fmt: skip
    for folder in tally.closed:
        gaps.add([folder, "", "没有审核", "", "", "没有权限打开文件夹，其中的文件没有审核", "", "请管理员给予读取权限"])
    for s in tally.stale:
        asides.add([s.source, "", "豁免失效", s.form, s.text, "", s.code, "", s.why, "", s.reviewer, ""])
    for sheet in (forms, findings, gaps, asides):
        sheet.close()


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _write_gaps(sheet: _Sheet, result: FileResult) -> None:
    failure = result.failure
    if failure is not None:
        sheet.add([result.path, "", "没有审核", "", "", failure.what, "", failure.remedy])
    elif not result.forms:
        sheet.add([result.path, result.unit, "没有审核", "", "", "没有读到绩效目标表", "", "请核对文件内容"])
    for gap in result.gaps:
        name = f"{gap.name}：{gap.reason}" if gap.name else gap.reason
        sheet.add([result.path, result.unit, _GAP_WORDS[gap.kind], gap.form, gap.code, name, gap.text, ""])


def _write_copies(book: _Book, tally: Tally) -> None:
    sheet = book.sheet("雷同线索", _COPIES)
    for number, copy in enumerate(tally.copies, 1):
        degree = "许多单位相同" if copy.common else "完全相同" if copy.exact else "基本相同"
        for place in copy.places:
            sheet.add(
                [
                    number, KIND_WORDS[copy.kind], degree, len(copy.units), tally.files[place.file].path, place.form,
                    place.unit, place.year, place.project, copy.texts[0],
                ]
            )  # fmt: skip
    sheet.close()
