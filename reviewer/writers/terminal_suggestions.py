"""Suggestions in plain text: beside their finding in a review, or alone (``reviewer suggest``)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from reviewer.records import Report, Standing
from reviewer.writers.suggestions import STANDING_HELP, STANDING_WORDS, TO_FILL_HELP, SuggestionView
from reviewer.writers.view import FilingView, views
from reviewer.writers.words import one_line

WIDTH = 80


@dataclass(frozen=True)
class Line:
    """One printed line.

    Attributes:
        style: what it is (``title``, ``error``, ``warn``, ``info``, ``dim`` or ""), for a terminal with colours.
    """

    text: str
    style: str = ""


def wrapped(text: str, width: int, first: str = "", rest: str | None = None, style: str = "") -> Iterator[Line]:
    """``text`` in lines of at most ``width`` cells."""
    from reviewer.writers.wrap import wrap

    for line in wrap(text, width, first, rest):
        yield Line(line, style)


def lines(report: Report, width: int = WIDTH) -> Iterator[Line]:
    """The suggestions of a report, filing by filing, form by form."""
    for view in views(report):
        yield Line("═" * width, "dim")
        yield from wrapped(one_line(view.item.filing.source), width, style="title")
        yield from wrapped(counts_in_words(view), width, "  ")
        if view.suggestions:
            yield from legend(width)
        for form_id in view.forms:
            mine = [s for s in view.suggestions if s.item.form_id == form_id]
            if not mine:
                continue
            yield Line("")
            yield Line("─" * width, "dim")
            yield from wrapped(view.form_title(form_id), width, style="title")
            for suggestion in mine:
                yield Line("")
                yield from block(suggestion, width, alone=True)
        yield from _without(view, width)
        yield Line("")
    for failure in report.failures:
        text = f"没有审核 {one_line(failure.source)}：{failure.what}"
        yield from wrapped(text + (f"。{failure.remedy}" if failure.remedy else ""), width, "× ", style="error")


def counts_in_words(view: FilingView) -> str:
    """``修改建议 32 条：可直接采用 9，需确认 22，仅供参考 1。`` and where a model gave no answer."""
    items, unanswered = view.item.suggestions, _unanswered(view)
    if not items:
        return f"没有修改建议。{unanswered}" if unanswered else "没有可以给出的修改建议。"
    tally = "，".join(f"{STANDING_WORDS[s]} {sum(i.standing is s for i in items)}" for s in Standing)
    return f"修改建议 {len(items)} 条：{tally}。{unanswered}"


def _unanswered(view: FilingView) -> str:
    """``模型没有答上 3 处：超时 2，回复被截断 1；……``; "" when every question was answered."""
    kinds = Counter(d.failure for d in view.item.dropped if d.failure)
    if not kinds:
        return ""
    from reviewer.llm.failures import WORDS, FailureKind

    told = "，".join(f"{WORDS[FailureKind(kind)]} {count} 处" for kind, count in sorted(kinds.items()))
    return f"模型没有答上 {kinds.total()} 处：{told}。没有答上不等于不用改。"


def legend(width: int) -> Iterator[Line]:
    """How to read the marks."""
    yield from wrapped(f"[-去掉的字-]　[+加上的字+]　{TO_FILL_HELP}。", width, "  ", style="dim")
    told = "，".join(f"{STANDING_WORDS[s]}：{STANDING_HELP[s]}" for s in Standing)
    yield from wrapped(f"{told}。", width, "  ", style="dim")


def block(view: SuggestionView, width: int, *, alone: bool = False, indent: str = "  ") -> Iterator[Line]:
    """One suggestion; ``alone``: with its place and the findings that it removes."""
    head = f"建议{view.number}〔{view.standing}〕{view.action}"
    if alone:
        head += f"　{view.place}"
    inner = indent + "  "
    yield from wrapped(head, width, indent, inner, style="title" if alone else "")
    if alone and view.solves:
        yield from wrapped(view.solves, width, f"{inner}解决：")
    if view.before is not None:
        yield from wrapped(view.before.marked("[-", "-]"), width, f"{inner}原：")
    for side in view.after:
        yield from wrapped(side.marked("[+", "+]"), width, f"{inner}{side.label(False)}：")
    if not view.after:
        yield Line(f"{inner}改：（整行留空）")
    yield from wrapped(view.item.reason, width, f"{inner}理由：")
    if view.sources:
        yield from wrapped("；".join(view.sources), width, f"{inner}数字出处：")
    if view.item.bank:
        yield from wrapped(one_line(view.item.bank, 120), width, f"{inner}指标库：", style="dim")
    if view.smart:
        yield from wrapped(view.smart, width, f"{inner}SMART：", style="dim")


def _without(view: FilingView, width: int) -> Iterator[Line]:
    """Rows with findings for which nothing could be proposed, and what was refused."""
    helped = {s.item.indicator_id for s in view.suggestions}
    rows = {
        f.indicator_id: view.place(f) for f in view.item.findings if f.indicator_id and f.indicator_id not in helped
    }
    if rows:
        yield Line("")
        yield from wrapped("没有给出建议的指标：" + "、".join(rows.values()), width, style="dim")
    refused = sum(not d.failure for d in view.item.dropped)
    if refused:
        yield from wrapped(f"另有{refused}条拟改写法没有通过检查，没有列出（JSON 中有理由）。", width, style="dim")
