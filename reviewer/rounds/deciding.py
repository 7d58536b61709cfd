"""How a person names a suggestion or a finding, and what is noted when he decides on it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reviewer.errors import ReviewerError
from reviewer.records import Finding, RowText, Standing, Suggestion
from reviewer.rounds.aside import concerns, decided_finding
from reviewer.rounds.decisions import Decision, Decisions, Waiver
from reviewer.rounds.places import Places, form_words, text_words
from reviewer.writers.view import FilingView
from reviewer.writers.words import SEVERITY_WORDS, one_line

Verdict = Literal["accept", "edit", "reject"]
VERDICT_WORDS = {"accept": "采纳", "edit": "改后采纳", "reject": "驳回"}
# What --set takes, in both languages.
COLUMNS = {
    "二级指标": "level2",
    "名称": "name",
    "三级指标": "name",
    "指标值": "value",
    "性质": "nature",
    "单位": "unit",
    "标准": "standard",
    "绩效标准": "standard",
} | {key: key for key in RowText.model_fields}
_SET = re.compile(r"(?:(\d+)\.)?([^=.]+)=(.*)", re.DOTALL)
_PLACEHOLDER = "【待填"
_HOW = "用 reviewer decide 文件 列出全部；建议写编号如 F4.1/confirm 或 建议3，意见写 QNT202@F4.1 或 意见5"


@dataclass(frozen=True)
class Open:
    """Something to decide on.

    Attributes:
        handle: what it is called on the command line.
        title: what it is and where.
        lines: more about it.
    """

    handle: str
    title: str
    lines: tuple[str, ...]


def open_items(view: FilingView, decisions: Decisions) -> tuple[list[Open], list[Open]]:
    """Suggestions and findings without a decision, in file order.

    Args:
        view: the review as it is, nothing set aside: numbers stay what they are while decisions are made.
    """
    places = Places(view.item)
    suggestions = [
        Open(s.item.id, f"建议{s.number}〔{s.standing}〕{s.action}　{s.place}", _suggestion_lines(s.item, s.summary))
        for s in view.suggestions
        if not any(concerns(places, d, s.item) for d in decisions.decisions)
    ]
    findings = []
    for number, finding in enumerate(view.item.findings, 1):
        if decided_finding(places, decisions.decisions, finding) is None and not _waived(places, decisions, finding):
            title = f"意见{number} {SEVERITY_WORDS[finding.severity]}　{finding.name}　{view.place(finding)}"
            findings.append(Open(handle_of(finding), title, (one_line(finding.message),)))
    return suggestions, findings


def _suggestion_lines(item: Suggestion, summary: str) -> tuple[str, ...]:
    old = (f"原：{text_words(item.current)}",) if item.current is not None else ()
    return (*old, summary, f"理由：{one_line(item.reason)}")


def _waived(places: Places, decisions: Decisions, finding: Finding) -> bool:
    return any(
        w.code == finding.code and places.is_in(finding, w.form) and places.is_about(finding, w.text)
        for w in decisions.waivers
    )


def handle_of(finding: Finding) -> str:
    """A finding's name on the command line: ``QNT202@F4.1``."""
    return f"{finding.code}@{finding.indicator_id or finding.form_id}"


def find(view: FilingView, name: str) -> Suggestion | Finding:
    """The suggestion or finding of a name.

    Raises:
        ReviewerError: there is none, or several.
    """
    numbered = re.fullmatch(r"(建议|意见|s|f)\s*(\d+)", name.strip(), re.IGNORECASE)
    if numbered:
        is_suggestion = numbered[1].lower() in ("建议", "s")
        every: tuple[Suggestion | Finding, ...] = view.item.suggestions if is_suggestion else view.item.findings
        number = int(numbered[2])
        if not 1 <= number <= len(every):
            raise ReviewerError(f"没有“{name}”，共有 {len(every)} 条", "", _HOW)
        return every[number - 1]
    for suggestion in view.item.suggestions:
        if suggestion.id == name:
            return suggestion
    found = [f for f in view.item.findings if handle_of(f) == name or handle_of(f).lower() == name.lower()]
    if not found:
        raise ReviewerError(f"没有“{name}”这条建议或意见", view.item.filing.source, _HOW)
    if len(found) > 1:
        numbers = "、".join(f"意见{view.item.findings.index(f) + 1}" for f in found)
        raise ReviewerError(f"“{name}”有 {len(found)} 条", view.item.filing.source, f"写明是哪一条：{numbers}")
    return found[0]


def decide(
    view: FilingView,
    target: Suggestion | Finding,
    verdict: Verdict,
    *,
    reason: str,
    reviewer: str,
    today: date,
    columns: Iterable[str] = (),
    message: str = "",
) -> Decision:
    """The decision as it is noted.

    Args:
        columns: for an edited suggestion, ``指标值=≥95%``; ``2.名称=…`` for the second row proposed.
        message: for an edited finding, the person's own words.

    Raises:
        ReviewerError: a rejection without a reason, an edit without a change, or something left to fill in.
    """
    if verdict == "reject" and not reason.strip():
        raise ReviewerError("驳回要写理由", "--reason", "例如 --reason 该项为上级下达的定性任务")
    changes = list(columns)
    place = Places(view.item)
    common = {"verdict": verdict, "reason": reason, "reviewer": reviewer, "date": today}
    if isinstance(target, Finding):
        if changes:
            raise ReviewerError("意见没有可改的栏", "--set", "用 --text 写自己的意见")
        if verdict == "edit" and not message.strip():
            raise ReviewerError("没有写改成什么", "--text", "用 --text 写自己的意见")
        return Decision(
            about="finding",
            codes=(target.code,),
            form=form_words(place.forms[target.form_id]),
            text=place.finding_words(target),
            message=message if verdict == "edit" else "",
            **common,
        )
    if message:
        raise ReviewerError("对建议不用 --text", "--text", "用 --set 指标值=… 改其中的栏")
    if verdict != "edit" and changes:
        raise ReviewerError("改了内容，处理应写 edit", "--set", "把 accept 改成 edit，或去掉 --set")
    rows = [row for row in (target.proposed, *target.extra) if row is not None]
    if verdict == "edit":
        rows = _edited(rows, changes)
    if verdict != "reject":
        _check_complete(target, rows, verdict)
    proposed = rows[0] if target.proposed is not None else None
    extra = rows[1:] if target.proposed is not None else rows
    return Decision(
        about="suggestion",
        codes=target.removes,
        form=form_words(place.forms[target.form_id]),
        text=text_words(target.current) if target.current is not None else "",
        source=target.source,
        current=target.current,
        proposed=proposed,
        extra=tuple(extra),
        **common,
    )


def waive(view: FilingView, target: Suggestion | Finding, *, reason: str, reviewer: str, until: date | None) -> Waiver:
    """A waiver for a finding.

    Raises:
        ReviewerError: it is a suggestion, or a reason or name is missing.
    """
    if isinstance(target, Suggestion):
        raise ReviewerError("豁免只对意见，不对建议", target.id, "写意见的编号，如 QNT202@F4.1；不要建议用 reject")
    if not reason.strip() or not reviewer.strip():
        raise ReviewerError("豁免要写理由和审核人", "--reason、--reviewer", "例如 --reason 已另行批复 --reviewer 张三")
    places = Places(view.item)
    form = form_words(places.forms[target.form_id])
    return Waiver(
        code=target.code, form=form, text=places.finding_words(target), reason=reason, reviewer=reviewer, until=until
    )


def _edited(rows: list[RowText], changes: list[str]) -> list[RowText]:
    if not changes:
        raise ReviewerError("没有写改成什么", "--set", "例如 --set 指标值=≥95%；另补的第二行写 --set 2.名称=…")
    updates: dict[int, dict[str, str]] = {}
    for change in changes:
        match = _SET.fullmatch(change)
        key = COLUMNS.get(match[2].strip()) if match else None
        number = int(match[1] or 1) if match else 1
        if match is None or key is None:
            known = "、".join(k for k in COLUMNS if not k.isascii())
            raise ReviewerError(f"看不懂“{change}”", "--set", f"写作 栏=内容，栏可写：{known}")
        if not 1 <= number <= len(rows):
            raise ReviewerError(f"建议只有 {len(rows)} 行，没有第 {number} 行", "--set", "改正行号")
        if getattr(rows[number - 1], key) is None:
            raise ReviewerError(f"表中没有“{match[2].strip()}”这一栏", "--set", "写进表中有的栏")
        updates.setdefault(number - 1, {})[key] = match[3].strip()
    return [row.model_copy(update=updates.get(n, {})) for n, row in enumerate(rows)]


def _check_complete(target: Suggestion, rows: list[RowText], verdict: Verdict) -> None:
    texts = [text for row in rows for text in _filled(row.model_dump())]
    if any(_PLACEHOLDER in text for text in texts):
        raise ReviewerError("建议里还有【待填】，不能就这样采纳", target.id, "用 edit 填好，例如 --set 指标值=≥95%")
    if verdict == "accept" and target.standing is Standing.HINT:
        raise ReviewerError("这条建议只提示方向，不能照样采纳", target.id, "用 edit --set 写出要改成的内容")


def _filled(row: Mapping[str, str | None]) -> list[str]:
    return [text for text in row.values() if text]
