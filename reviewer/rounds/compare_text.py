"""The second round in plain text, and as JSON for other programs."""

import json
from collections.abc import Iterator
from typing import Any

from reviewer.records import Finding
from reviewer.rounds.compare import STATE_HELP, STATE_WORDS, Comparison, Followed, State
from reviewer.writers.terminal_suggestions import WIDTH, Line, wrapped
from reviewer.writers.view import FilingView
from reviewer.writers.words import SEVERITY_WORDS, aside_notice, one_line

ORDER = (State.BROKEN, State.OPEN, State.NEW, State.UNKNOWN, State.ASIDE, State.FIXED)
SIGNS = {State.FIXED: "√", State.OPEN: "×", State.NEW: "＋", State.BROKEN: "！", State.UNKNOWN: "？", State.ASIDE: "－"}
_STYLES = {
    State.FIXED: "dim",
    State.OPEN: "warn",
    State.NEW: "warn",
    State.BROKEN: "error",
    State.UNKNOWN: "info",
    State.ASIDE: "warn",
}


def lines(comparison: Comparison, old: FilingView, new: FilingView, width: int = WIDTH) -> Iterator[Line]:
    """The comparison, the worst first."""
    yield from wrapped(heading(comparison), width, style="title")
    yield from wrapped(counts_in_words(comparison), width, "  ")
    if comparison.new.aside:
        yield from wrapped(aside_notice(comparison.new.aside), width, "  ", style="warn")
    for state in ORDER:
        items = [item for item in comparison.followed if item.state is state]
        if not items:
            continue
        yield Line("")
        yield from wrapped(f"【{STATE_WORDS[state]}】{STATE_HELP[state]}（{len(items)}）", width, style="title")
        for item in items:
            yield from _item(item, new if item.new else old, width)
    if comparison.changes:
        yield Line("")
        yield Line(f"指标行的变动（{len(comparison.changes)}）", "title")
        for change in comparison.changes:
            text = " → ".join(filter(None, (change.before, change.after)))
            yield from wrapped(one_line(text), width, f"  {change.kind}　", style="dim")


def heading(comparison: Comparison) -> str:
    """``申报表.docx → 申报表（修改）.docx``."""
    return f"{one_line(comparison.old.filing.source)} → {one_line(comparison.new.filing.source)}"


def counts_in_words(comparison: Comparison) -> str:
    """``上一轮 65 条：已改 40，未改 25；这一轮另有新增 2，改坏 3。``"""
    told = "，".join(
        f"{STATE_WORDS[s]} {comparison.count(s)}"
        for s in (State.FIXED, State.OPEN, State.UNKNOWN, State.ASIDE)
        if comparison.count(s) or s in (State.FIXED, State.OPEN)
    )
    fresh = "，".join(f"{STATE_WORDS[s]} {comparison.count(s)}" for s in (State.NEW, State.BROKEN))
    return f"上一轮 {len(comparison.old.findings)} 条：{told}；这一轮另有{fresh}。"


def _item(item: Followed, view: FilingView, width: int) -> Iterator[Line]:
    finding = item.finding
    head = f"{SEVERITY_WORDS[finding.severity]}　{finding.name}（{finding.code}）　{view.place(finding)}"
    note = f"（{item.note}）" if item.note else ""
    yield from wrapped(head + note, width, f"{SIGNS[item.state]} ", style=_STYLES[item.state])
    if item.before and item.after and item.before != item.after:
        yield from wrapped(f"{item.before} → {item.after}", width, "    ")
    if item.state is not State.FIXED:
        yield from wrapped(one_line(finding.message), width, "    ", style="dim")


def as_json(comparison: Comparison) -> bytes:
    """The comparison as JSON."""
    data = {
        "schema_version": 1,
        "old": comparison.old.filing.source,
        "new": comparison.new.filing.source,
        "counts": {state.value: comparison.count(state) for state in State},
        "findings": [
            {
                "state": item.state.value,
                "state_words": STATE_WORDS[item.state],
                "note": item.note,
                "before": item.before,
                "after": item.after,
                "old": _finding(item.old),
                "new": _finding(item.new),
            }
            for item in comparison.followed
        ],
        "changes": [vars(change) for change in comparison.changes],
        "rows": comparison.alignment.rows,
    }
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode("utf-8", errors="replace")


def _finding(finding: Finding | None) -> dict[str, Any] | None:
    if finding is None:
        return None
    place = finding.location.describe() if finding.location else ""
    kept = finding.model_dump(mode="json", include={"code", "name", "severity", "form_id", "indicator_id", "message"})
    return {**kept, "place": place}
