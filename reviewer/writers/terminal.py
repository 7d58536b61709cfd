"""Plain Chinese text for the terminal: what to fix first, then every issue, then what was not checked or read."""

from collections.abc import Iterator

from reviewer.records import Finding, Report, Score, Severity
from reviewer.writers.base import writer
from reviewer.writers.terminal_suggestions import WIDTH, Line, block, legend, wrapped
from reviewer.writers.terminal_suggestions import counts_in_words as suggestions_in_words
from reviewer.writers.view import FilingView, Issue, count, views
from reviewer.writers.words import (
    ASIDE_TITLE,
    SCORE_NOTE,
    SEVERITY_HELP,
    SEVERITY_SIGNS,
    SEVERITY_WORDS,
    STALE_TITLE,
    aside_notice,
    aside_reason,
    one_line,
    stale_words,
    written,
)

__all__ = ["WIDTH", "Line", "counts_in_words", "lines", "score_line", "write"]
_EVIDENCE_LENGTH = 160
_PLACES_SHOWN = 8


@writer("text", ".txt", "在终端里阅读")
def write(report: Report) -> bytes:
    """The report as text of 80 columns, UTF-8."""
    return written("\n".join(line.text for line in lines(report)) + "\n")


def lines(report: Report, width: int = WIDTH) -> Iterator[Line]:
    """The lines of the report, at most ``width`` terminal cells wide."""
    for view in views(report):
        yield from _filing(view, width)
        yield Line("")
    if report.failures:
        yield Line("没有审核的文件", "title")
        for failure in report.failures:
            text = f"{one_line(failure.source)}：{failure.what}" + (f"。{failure.remedy}" if failure.remedy else "")
            yield from wrapped(one_line(text), width, "  × ", style="error")
        yield Line("")
    if report.stale_waivers:
        yield Line(STALE_TITLE, "title")
        for stale in report.stale_waivers:
            yield from wrapped(f"{one_line(stale.source)}　{stale_words(stale)}", width, "  ? ", style="warn")
        yield Line("")
    yield from _summary(report, width)


def _filing(view: FilingView, width: int) -> Iterator[Line]:
    filing = view.item.filing
    yield Line("═" * width, "dim")
    yield from wrapped(one_line(filing.source), width, "", style="title")
    rows = sum(len(form.indicators) for form in filing.forms)
    read = f"{len(filing.forms)}张表，{rows}项指标"
    facts = [one_line(filing.org), f"{filing.year}年度" if filing.year else "", read]
    yield from wrapped("　".join(f for f in facts if f), width, "  ")
    if filing.forms:
        yield from wrapped(counts_in_words(view.counts, len(view.item.aside)), width, "  ")
    if view.item.aside:
        yield from wrapped(aside_notice(view.item.aside), width, "  ", style="warn")
    if view.item.engines and filing.forms:
        yield from wrapped(suggestions_in_words(view), width, "  ")
        if view.suggestions:
            yield from legend(width)
    if view.unchecked or view.missing:
        missing = [f"{len(view.unchecked)}项检查未能进行"] if view.unchecked else []
        missing += [f"{len(view.missing)}处内容未能读出"] if view.missing else []
        yield from wrapped(f"{'、'.join(missing)}，都不算通过，列在后面。", width, "  ", style="warn")
    yield Line("")
    if not filing.forms:
        yield Line("  没有读到绩效目标表，未作检查。", "error")
    else:
        yield Line("先改这些", "title")
        for form_id in view.forms:
            yield from _first(view, form_id, width)
        for form_id in view.forms:
            if view.issues[form_id] or view.elsewhere[form_id]:
                yield from _form(view, form_id, width)
    yield from _not_done(view, width)


def _first(view: FilingView, form_id: str, width: int) -> Iterator[Line]:
    fixes = view.fix_first(form_id)
    title = view.form_title(form_id)
    if not fixes:
        gaps = any(view.form_label(form_id) in u.forms for u in view.unchecked)
        gap = "（有检查未能进行）" if gaps else ""
        yield from wrapped(f"{title}：{view.verdict(form_id)}{gap}", width, "  ", "      ")
        return
    yield from wrapped(title, width, "  ", "      ")
    for number, issue in enumerate(fixes, 1):
        first = f"    {number}. "
        yield from wrapped(f"{issue.head.name}：{view.places(issue)}", width, first, style=issue.severity.value)
    rest = len(view.issues[form_id]) + len(view.elsewhere[form_id]) - len(fixes)
    if rest:
        yield Line(f"    另有{rest}条意见，见下。", "dim")


def _form(view: FilingView, form_id: str, width: int) -> Iterator[Line]:
    yield Line("")
    yield Line("─" * width, "dim")
    yield from wrapped(view.form_title(form_id), width, style="title")
    score = next((s for s in view.item.scores if s.form_id == form_id), None)
    if score is not None:
        yield from wrapped(score_line(score), width, "  ", style="dim")
    before = None
    shown: set[int] = set()
    for issue in view.issues[form_id]:
        if issue.severity is not before:
            before = issue.severity
            yield Line("")
            yield Line(f"【{SEVERITY_WORDS[before]}】{SEVERITY_HELP[before]}", before.value)
        yield from _issue(view, issue, width)
        yield from _suggested(view, issue, width, shown)
    if view.elsewhere[form_id]:
        yield Line("")
    for issue in view.elsewhere[form_id]:
        sign = f"{SEVERITY_SIGNS[issue.severity]} "
        text = f"{issue.head.name}（{issue.head.code}）：与{view.form_label(issue.head.form_id)}同一原因，已在那里说明"
        yield from wrapped(text, width, sign, style=issue.severity.value)


def _issue(view: FilingView, issue: Issue, width: int) -> Iterator[Line]:
    head = issue.head
    sign = f"{SEVERITY_SIGNS[issue.severity]} "
    number = f"，以下{len(issue.findings)}处" if issue.is_many else ""
    yield from wrapped(f"{head.name}（{head.code}）{number}", width, sign, style=issue.severity.value)
    if not issue.is_many:
        yield from wrapped(view.row_place(head) or "整张表", width, "  ")
        yield from wrapped(one_line(head.message), width, "  ")
        yield from _evidence(head, width)
    elif issue.same_message or head.indicator_id:
        example = "" if issue.same_message else f"如{_place(view, issue, head).partition(' “')[0]}："
        yield from wrapped(example + one_line(head.message), width, "  ")
        yield from _evidence(head, width)
        yield from _rows(view, issue, width)
    else:
        one_form = len({f.form_id for f in issue.findings}) == 1
        for finding, before in zip(issue.findings, (None, *issue.findings), strict=False):
            place = view.row_place(finding) if one_form else view.place(finding)
            yield from wrapped((place and f"{place}：") + one_line(finding.message), width, "  · ")
            if before is None or finding.evidence != before.evidence:
                yield from _evidence(finding, width)
    cites = "；".join(view.cites(head))
    if cites:
        yield from wrapped(cites, width, "  ", style="dim")


def _suggested(view: FilingView, issue: Issue, width: int, shown: set[int]) -> Iterator[Line]:
    """The suggestions for an issue's rows; one that stands under an earlier issue is only referred to."""
    again: list[int] = []
    for finding in issue.findings:
        for suggestion in view.suggested(finding):
            if suggestion.number in shown:
                again.append(suggestion.number)
                continue
            shown.add(suggestion.number)
            if issue.is_many:
                yield from wrapped(view.place(finding), width, "  ◇ ")
            yield from block(suggestion, width)
    if again:
        yield from wrapped("、".join(f"建议{n}" for n in dict.fromkeys(again)), width, "  改法：见")


def _evidence(finding: Finding, width: int) -> Iterator[Line]:
    evidence = one_line(finding.evidence, _EVIDENCE_LENGTH)
    if evidence and evidence not in one_line(finding.message):  # the message often quotes it already
        yield from wrapped(evidence, width, "  证据：", style="dim")


def _rows(view: FilingView, issue: Issue, width: int) -> Iterator[Line]:
    for finding in issue.findings[:_PLACES_SHOWN]:
        row = view.indicators.get(finding.indicator_id or "")
        value = f"：{one_line(row.value, 30)}" if row and row.value.strip() else ""
        yield from wrapped(_place(view, issue, finding) + value, width, "  · ")
    if len(issue.findings) > _PLACES_SHOWN:
        rest = [_place(view, issue, f).partition(" “")[0] for f in issue.findings[_PLACES_SHOWN:]]
        yield from wrapped("还有" + "、".join(rest), width, "  · ")


def _place(view: FilingView, issue: Issue, finding: Finding) -> str:
    one_form = len({f.form_id for f in issue.findings}) == 1
    return (view.row_place(finding) or "整张表") if one_form else view.place(finding)


def _not_done(view: FilingView, width: int) -> Iterator[Line]:
    if view.unchecked:
        yield Line("")
        yield Line("未能检查的（不算通过）", "title")
        for item in view.unchecked:
            word = "检查出错" if item.crashed else "未能检查"
            text = f"{item.name}（{item.code}）{word}：{'、'.join(item.forms)}。{one_line(item.reason, 200)}"
            yield from wrapped(text, width, "  ? ")
    if view.item.aside:
        yield Line("")
        yield Line(ASIDE_TITLE, "title")
    for aside in view.aside:
        finding = aside.finding
        text = f"{finding.name}（{finding.code}）{view.place(finding)}：{aside_reason(aside)}"
        yield from wrapped(text, width, "  - ", style="dim")
    if view.known_before:
        yield from wrapped(f"基线中已有的 {view.known_before} 条，只看新的。", width, "  - ", style="dim")
    for title, parts in (("未能读出的内容（没有审核）", view.missing), ("读取说明（内容没有缺少）", view.advice)):
        if parts:
            yield Line("")
            yield Line(title, "title")
        for unread in parts:
            place = unread.location.describe() if unread.location else ""
            text = f"{place}{' ' if place else ''}“{one_line(unread.text, 60)}”：{one_line(unread.reason)}"
            yield from wrapped(text, width, "  ? ")


def _summary(report: Report, width: int) -> Iterator[Line]:
    yield Line("═" * width, "dim")
    total = count(f for item in report.filings for f in item.findings)
    forms = sum(len(item.filing.forms) for item in report.filings)
    aside = sum(len(item.aside) for item in report.filings)
    verdict = counts_in_words(total, aside) if forms else "没有审核任何表。"
    yield from wrapped(f"合计：{len(report.filings)}个文件，{forms}张表。{verdict}", width, style="title")
    if aside:
        yield from wrapped(aside_notice(a for i in report.filings for a in i.aside), width, style="warn")
    gaps = []
    if report.failures:
        gaps.append(f"{len(report.failures)}个文件读不了，没有审核")
    unchecked = sum(len(view.unchecked) for view in views(report))
    unread = sum(len(view.missing) for view in views(report))
    gaps += [f"{unchecked}项检查未能进行"] if unchecked else []
    gaps += [f"{unread}处内容未能读出"] if unread else []
    if gaps:
        yield from wrapped(f"没有审核到的：{'；'.join(gaps)}。这些都不算通过。", width, style="warn")
    if any(score.grade for item in report.filings for score in item.scores):
        yield from wrapped(SCORE_NOTE, width, style="dim")
    code = next((f.code for item in report.filings for f in item.findings), None)
    if code:
        yield from wrapped(f"想知道某条意见的理由和正确写法：reviewer explain {code}", width, style="dim")


def counts_in_words(counts: dict[Severity, int], aside: int = 0) -> str:
    """``必须修改 3 处，应当修改 2 处，提示 0 处。``; ``aside``: how many findings do not count."""
    if not any(counts.values()):
        return f"没有计入的问题（另有 {aside} 条不计入）。" if aside else "所做的检查没有发现问题。"
    return "，".join(f"{SEVERITY_WORDS[s]} {counts[s]} 处" for s in Severity) + "。"


def score_line(score: Score) -> str:
    """The draft score in one line."""
    if score.grade is None:
        return f"程序初评：未评分（{score.reason}）"
    return f"程序初评（建议）：{score.grade}，{score.total}分；程序能判断的占{score.judged}%"
