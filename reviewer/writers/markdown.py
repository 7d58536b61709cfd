"""Markdown, for pasting into documents and issue trackers."""

import re
from collections.abc import Iterator

from reviewer.records import Report, Severity
from reviewer.writers.base import writer
from reviewer.writers.suggestions import TO_FILL_HELP, SuggestionView
from reviewer.writers.terminal import counts_in_words, score_line
from reviewer.writers.terminal_suggestions import counts_in_words as suggestions_in_words
from reviewer.writers.view import FilingView, Issue, views
from reviewer.writers.words import (
    ASIDE_TITLE,
    SCORE_NOTE,
    SEVERITY_WORDS,
    STALE_TITLE,
    aside_notice,
    aside_reason,
    one_line,
    stale_words,
    written,
)

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#&])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])")


@writer("markdown", ".md", "粘贴到文档或工单")
def write(report: Report) -> bytes:
    """The report as Markdown, UTF-8."""
    lines = ["# 绩效目标审核意见", ""]
    if report.failures:
        lines += ["## 没有审核的文件", ""]
        lines += [
            f"- {_text(f.source)}：{_text(f.what)}{'。' + _text(f.remedy) if f.remedy else ''}" for f in report.failures
        ]
        lines.append("")
    if report.stale_waivers:
        lines += [f"## {STALE_TITLE}", ""]
        lines += [f"- {_text(s.source)}　{_text(stale_words(s))}" for s in report.stale_waivers]
        lines.append("")
    for view in views(report):
        lines += _filing(view)
    return written("\n".join(lines))


def _filing(view: FilingView) -> Iterator[str]:
    filing = view.item.filing
    yield from (f"## {_text(filing.source)}", "")
    if filing.org:
        yield from (_text(filing.org), "")
    if not filing.forms:
        yield from ("**没有读到绩效目标表，未作检查。**", "")
    else:
        yield from (counts_in_words(view.counts, len(view.item.aside)), "")
        if view.item.aside:
            yield from (f"> **{_text(aside_notice(view.item.aside))}**", "")
        yield from ("### 先改这些", "")
        for form_id in view.forms:
            fixes = "；".join(f"{i.head.name}：{view.places(i)}" for i in view.fix_first(form_id))
            yield f"- **{_text(view.form_title(form_id))}** {_text(fixes or view.verdict(form_id))}"
        yield ""
    if any(score.grade for score in view.item.scores):
        yield from (f"> {SCORE_NOTE}", "")
    if view.item.engines and filing.forms:
        help_ = "~~去掉的字~~，**加上的字**；" + TO_FILL_HELP + "。" if view.suggestions else ""
        yield from (f"{suggestions_in_words(view)}{help_}", "")
    for form_id in view.forms:
        yield from (f"### {_text(view.form_title(form_id))}", "")
        for score in view.item.scores:
            if score.form_id == form_id:
                yield from (f"> {_text(score_line(score))}", "")
        shown: set[int] = set()
        for severity in Severity:
            issues = [i for i in view.issues[form_id] if i.severity is severity]
            if issues:
                yield from (f"#### {SEVERITY_WORDS[severity]}", "")
                for issue in issues:
                    yield from _issue(view, issue, shown)
                yield ""
    yield from _aside(view)
    yield from _not_done(view)


def _issue(view: FilingView, issue: Issue, shown: set[int]) -> Iterator[str]:
    head = issue.head
    cites = "；".join(view.cites(head))
    yield f"- **{_text(head.name)}**（{head.code}）{'　' + _text(cites) if cites else ''}"
    for finding in issue.findings:
        evidence = one_line(finding.evidence, 200)
        told = f"（证据：{_text(evidence)}）" if evidence and evidence not in one_line(finding.message) else ""
        yield f"  - {_text(view.place(finding))}：{_text(finding.message)}{told}"
        for suggestion in view.suggested(finding):
            if suggestion.number in shown:
                yield f"    - 改法：见建议{suggestion.number}"
            else:
                shown.add(suggestion.number)
                yield from _suggestion(suggestion)


def _suggestion(view: SuggestionView) -> Iterator[str]:
    """One suggestion; what goes is struck out, what comes is bold."""
    yield f"    - **建议{view.number}**〔{view.standing}〕{view.action}：{_text(view.item.reason)}"
    if view.before is not None:
        yield f"      - 原：{view.before.marked('~~', '~~', _text)}"
    for side in view.after:
        yield f"      - {side.label(False)}：{side.marked('**', '**', _text)}"
    if not view.after:
        yield "      - 改：（整行留空）"
    if view.sources:
        yield f"      - 数字出处：{_text('；'.join(view.sources))}"
    if view.item.bank:
        yield f"      - 指标库：{_text(view.item.bank)}"
    if view.smart:
        yield f"      - SMART：{_text(view.smart)}"


def _aside(view: FilingView) -> Iterator[str]:
    if view.item.aside:
        yield from (f"### {ASIDE_TITLE}", "")
        for item in view.aside:
            finding = item.finding
            yield f"- {_text(finding.name)}（{finding.code}）{_text(view.place(finding))}：{_text(aside_reason(item))}"
        if view.known_before:
            yield f"- 基线中已有的 {view.known_before} 条，只看新的。"
        yield ""


def _not_done(view: FilingView) -> Iterator[str]:
    missing = view.item.filing.unread
    if not view.unchecked and not missing:
        return
    yield from ("### 未能检查、未能读出的（不算通过）", "")
    for item in view.unchecked:
        word = "检查出错" if item.crashed else "未能检查"
        yield f"- {_text(item.name)}（{item.code}）{word}：{_text('、'.join(item.forms))}。{_text(item.reason)}"
    for unread in missing:
        place = _text(unread.location.describe()) + " " if unread.location else ""
        yield f"- {place}“{_text(one_line(unread.text, 200))}”：{_text(unread.reason)}"
    yield ""


def _text(words: str) -> str:
    """Filed words on one line, with nothing in them that Markdown or HTML would take for markup."""
    return _LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", one_line(words)))
