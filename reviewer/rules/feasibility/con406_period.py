import re
from collections.abc import Iterator
from typing import NamedTuple

from reviewer.records import DatePoint, Form, FormKind, Hit
from reviewer.rules.engine import Context, NotApplicable, Row, rule
from reviewer.taxonomy import words
from reviewer.text import squash
from reviewer.text.dates import find_dates

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年?(?!\d)")
_TITLES = re.compile(
    r"《[^《》]{0,200}》|[〔\[(（【{](?:19|20)\d{2}[〕\])）】}]\d{0,5}号?|(?:19|20)\d{2}年?第?\d{1,5}号"
)
_PLAN = re.compile(r"(?<!\d)((?:19|20)\d{2})年(?:度)?")
_OPENING = re.compile(r"(?:(?:目标)?[(（]?[一1]?[)）]?[、.．:：]?)?(?:到|在|于)?")
_CLAUSE = re.compile(r"[，,。；;、\n]")


class _Window(NamedTuple):
    """The years that a form is for, and where it says so."""

    first: int
    last: int
    said: str

    def holds(self, year: int) -> bool:
        return self.first <= year <= self.last


@rule(
    "CON406",
    "期限不一致",
    severity="error",
    smart="T",
    basis=("caiyu-2015-88#feasible", "local-guide#funds"),
    scope="form",
    kinds=(FormKind.PROJECT, FormKind.DEPARTMENT),
    reads=["goals", "name", "value"],
)
def check(form: Form, context: Context) -> Iterator[Hit]:
    """同一张表的标题、实施期、绩效目标和指标说的不是同一个年度。

    检查：标题的年份是否落在实施期内；实施期的起止是否颠倒、日期是否存在；绩效目标写明要完成的年份、开头的年份、
    几个指标共同的年份是否都在标题或实施期之外（多半是沿用上年的表没有改）。
    理由：绩效目标要在本预算期限内实现才能考核，年份不一致时不知道考核哪一年。
    反例：标题“2023年…绩效目标表”，实施期“2022年度”；2023年的表，年度目标“2022年底前完成培训200人”“2022年新建公厕6座”
    正例：标题2023年，实施期“2022年6月—2024年5月”；年度目标“较2022年增长5%，2023年底前完成”
    例外：文号、书名号内的年份、作比较的基期（较2022年）、“自2019年以来”、结转和尾款、中长期规划的年份不算；叙述往年情况（“2022年我县被列为试点”）的不算；目标里同时写有
    本期年份的不报；单个时效指标的截止日期在期外由 QNT208 处理，不在这里重复报；没有印年份的表不查。
    """
    title = _years(form.title)
    dates, bad, _ = find_dates(squash(form.period or ""))
    place = form.field("period")
    location = (place.location if place else None) or form.location
    if bad:
        yield Hit(
            message=f"实施期“{form.period}”里的“{'、'.join(bad)}”不是存在的日期。请改正。",
            evidence=form.period or "",
            location=location,
        )
    elif len(dates) == 2 and _reversed(*dates):  # of more points nobody knows which are begin and end
        yield Hit(
            message=f"实施期“{form.period}”的结束时间早于开始时间。请改正起止日期。",
            evidence=form.period or "",
            location=location,
        )
        return
    period = _period_years(form, dates)
    if title and period and (title[-1] < period[0] or period[-1] < title[0]):
        yield Hit(
            message=f"标题是{_listed(title)}年，实施期却是“{form.period}”，不是同一年度。请核对本表所属年度并改到一致。",
            evidence=f"{form.title}；实施期：{form.period}",
            location=location,
        )
        return
    window = _window(form, context, title, period)
    if window is None:
        if bad:
            return
        raise NotApplicable("标题、实施期都没有印年份")
    yield from _goals(form, window)
    yield from _indicators(form, context, window)


def _years(text: str) -> list[int]:
    found = _YEAR.findall(_TITLES.sub(" ", squash(text)))
    return sorted({int(year) for year in found})


def _period_years(form: Form, dates: list[DatePoint]) -> list[int]:
    return sorted({d.year for d in dates if d.year} | set(_years(form.period or "")))


def _listed(years: list[int]) -> str:
    return "、".join(map(str, years))


def _reversed(begin: DatePoint, end: DatePoint) -> bool:
    """Whether a period ends before it begins, as far as both are printed: 2023年12月15日至2023年12月 does not."""
    for first, last in ((begin.year, end.year), (begin.month, end.month), (begin.day, end.day)):
        if first is None or last is None or first < last:
            return False
        if first > last:
            return True
    return False


def _window(form: Form, context: Context, title: list[int], period: list[int]) -> _Window | None:
    if period:
        years = sorted({*period, *title})
        return _Window(years[0], years[-1], f"实施期“{form.period}”")
    if title:
        return _Window(title[0], title[-1], f"标题的{_listed(title)}年")
    year = context.form_year(form)
    return _Window(year, year, f"本表的{year}年度") if year else None


def _goals(form: Form, window: _Window) -> Iterator[Hit]:
    """Years that a goal plans for, when none of them is the form's."""
    for objective in form.objectives:
        text = _TITLES.sub(lambda m: " " * len(m.group()), squash(objective.text))
        mentioned = [int(m.group(1)) for m in _PLAN.finditer(text)]
        if not mentioned or any(window.holds(year) for year in mentioned):
            continue
        for n, clause in enumerate(filter(None, _CLAUSE.split(text))):
            match = _PLAN.search(clause)
            if match is None or not (_is_plan(clause, match) or (n == 0 and _opens(clause, match))):
                continue
            year = int(match.group(1))
            if year > window.last and (objective.horizon == "period" or "到" in clause or "至" in clause):
                continue  # a goal for the years to come
            name = "年度绩效目标" if objective.horizon == "annual" else "实施期绩效目标"
            yield Hit(
                message=f"{name}写的是{year}年（“{clause[:40]}”），与{window.said}不一致。"
                "请核对是否沿用了其他年度的文字，改为本期年份。",
                evidence=clause,
                location=objective.location or form.location,
            )
            break


def _is_plan(clause: str, match: re.Match[str]) -> bool:
    if _other(clause, match.start(), match.end()):
        return False
    # Farther behind the year stands what is said of a thing that only bears the year in its name.
    near = clause[: match.start()] + " " + clause[match.end() : match.end() + 16]
    return any(word in near for word in words("year_plan_words"))


def _opens(clause: str, match: re.Match[str]) -> bool:
    """Whether a goal's first words are its year (2022年新建…) and it goes on with what is to be done."""
    if not _OPENING.fullmatch(clause[: match.start()]) or _other(clause, match.start(), match.end()):
        return False
    rest = clause[match.end() :]
    told = any(word in rest for word in words("year_told_words"))
    return len(rest) >= 2 and not told and not rest.startswith("的")


def _other(text: str, start: int, end: int) -> bool:
    """Whether the words make the year something else than the plan; single characters only right beside it."""
    beside = text[max(0, start - 2) : start] + " " + text[end : end + 4]  # 已于2022年, 2022年12月起
    return any(word in (text if len(word) > 1 else beside) for word in words("year_other_words"))


def _dated(row: Row) -> list[int]:
    """Years written as such (2022年, 2022.12), not counts that look like them (2089人, or 2089 beside 人)."""
    text = _TITLES.sub(" ", squash(f"{row.indicator.name}，{row.indicator.value}"))
    return sorted({int(year) for year in _PLAN.findall(text)} | {date.year for date in row.target.dates if date.year})


def _indicators(form: Form, context: Context, window: _Window) -> Iterator[Hit]:
    """Two or more rows that all bear another year: the table was copied from that year."""
    inside, outside = False, []
    for row in context.rows(form):
        text = f"{row.indicator.name}，{row.indicator.value}"
        match = _PLAN.search(squash(text))
        if match is not None and _other(squash(text), match.start(), match.end()):
            continue
        years = _dated(row)
        if any(window.holds(year) for year in _years(text)):
            inside = True
        elif years and (years[-1] < window.first or years[0] > window.last + 1):
            outside.append((row, years))
    if inside or len(outside) < 2:
        return
    listed = "、".join(f"“{row.indicator.name}｜{row.indicator.value}”" for row, _ in outside[:4])
    years = sorted({year for _, found in outside for year in found})
    yield Hit(
        message=f"{len(outside)}个指标写的都是{_listed(years)}年（{listed}），与{window.said}不一致。"
        "请核对是否沿用了其他年度的表，改为本期年份。",
        evidence=listed,
        location=outside[0][0].indicator.location or form.location,
    )
