"""SARIF 2.1.0, for code scanners and dashboards that gather findings of many tools."""

import hashlib
import json
import re
from typing import Any
from urllib.parse import quote

from reviewer.records import Finding, Location, Report, Severity
from reviewer.writers.base import writer
from reviewer.writers.view import FilingView, views
from reviewer.writers.words import aside_notice, aside_reason, one_line, shown, stale_words

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARN: "warning", Severity.INFO: "note"}
# In a message "[words](place)" is a link and "{0}" a placeholder (SARIF 3.11.5, 3.11.6); filed text means neither.
_LINK = re.compile(r"\[(?=[^\]]*\]\()")


@writer("sarif", ".sarif", "供代码扫描、质量平台读取（SARIF 2.1.0）")
def write(report: Report) -> bytes:
    """The report as one SARIF run.

    A finding stands at its file; the cell is told as a logical location, as SARIF knows lines of text files only. What
    was set aside is there with its suppression; what was not read or not checked is a notification of the invocation.
    """
    codes = list(report.rule_names)
    known = {code: number for number, code in enumerate(codes)}
    results: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for view in views(report):
        results += [_result(view, finding, known) for finding in view.item.findings]
        for aside in view.item.aside:
            said = {"kind": "external", "justification": aside_reason(aside)}
            results.append({**_result(view, aside.finding, known), "suppressions": [said]})
        notes += _gaps(view, known)
        if view.item.aside:
            notes.append(_note("warning", aside_notice(view.item.aside), view.item.filing.source))
    for failure in report.failures:
        text = "。".join(filter(None, (f"没有审核：{failure.source}：{failure.what}", failure.remedy)))
        notes.append(_note("error", text, failure.source))
    notes += [_note("warning", f"失效的豁免：{stale_words(stale)}", stale.source) for stale in report.stale_waivers]
    driver: dict[str, Any] = {
        "name": "indicator-reviewer",
        "version": report.versions.get("indicator-reviewer", "0"),
        "rules": [{"id": code, "shortDescription": _text(report.rule_names[code] or code)} for code in codes],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "language": "zh-CN",
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not any(note["level"] == "error" for note in notes),
                "toolExecutionNotifications": notes,
            }
        ],
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    text = json.dumps(log, ensure_ascii=False, indent=2)
    return (text + "\n").encode("utf-8", errors="replace")


def _result(view: FilingView, finding: Finding, known: dict[str, int]) -> dict[str, Any]:
    words = f"{finding.name}：{finding.message}" if finding.name else finding.message
    found: dict[str, Any] = {
        "ruleId": finding.code,
        **({"ruleIndex": known[finding.code]} if finding.code in known else {}),
        "level": _LEVELS[finding.severity],
        "message": _text(words),
        "locations": [_location(view, finding)],
        "partialFingerprints": {"place/v1": _fingerprint(view, finding)},
    }
    properties = {
        "dimension": finding.dimension,
        "evidence": shown(finding.evidence, 1200),
        "basis": list(view.cites(finding)),
        "suggestedCategory": finding.suggested_category or "",
        "suggestions": [f"〔{s.standing}〕{s.summary}" for s in view.suggested(finding)],
    }
    found["properties"] = {key: value for key, value in properties.items() if value}
    return found


def _location(view: FilingView, finding: Finding) -> dict[str, Any]:
    place = view.place(finding)
    form = view.form_title(finding.form_id)
    return {
        **_file(view.item.filing.source, finding.location),
        "logicalLocations": [{"name": one_line(place), "fullyQualifiedName": one_line(f"{form}／{place}")}],
    }


def _file(source: str, place: Location | None = None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(source, errors="replace")}}
    # A row of a Word table or a sheet is no line; only a text without tables has lines.
    if place is not None and place.row and place.table is None and place.sheet is None and place.page is None:
        physical["region"] = {"startLine": place.row}
    return {"physicalLocation": physical}


def _fingerprint(view: FilingView, finding: Finding) -> str:
    """The same for the same flaw of the same words, wherever the row has moved to."""
    form = view.forms[finding.form_id]
    row = view.indicators.get(finding.indicator_id or "")
    words = (row.level2, row.name, row.value) if row else ("", finding.evidence, "")
    parts = (finding.code, form.kind.value, form.project, form.org, *words)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", errors="replace")).hexdigest()[:32]


def _gaps(view: FilingView, known: dict[str, int]) -> list[dict[str, Any]]:
    source = view.item.filing.source
    notes = []
    for item in view.unchecked:
        word = "检查出错" if item.crashed else "未能检查"
        text = f"{word}：{item.code} {item.name}（{'、'.join(item.forms)}）：{item.reason}"
        note = _note("error" if item.crashed else "warning", text, source)
        if item.code in known:
            note["associatedRule"] = {"id": item.code, "index": known[item.code]}
        notes.append(note)
    for unread in view.item.filing.unread:
        word = "读取说明" if unread.advisory else "未能读出"
        place = f"{unread.location.describe()} " if unread.location else ""
        text = f"{word}：{place}“{one_line(unread.text, 200)}”：{unread.reason}"
        notes.append(_note("note" if unread.advisory else "error", text, source))
    if not view.item.filing.forms:
        notes.append(_note("error", "没有审核：没有读到绩效目标表", source))
    return notes


def _note(level: str, text: str, source: str) -> dict[str, Any]:
    return {"level": level, "message": _text(text), "locations": [_file(source)]}


def _text(text: str) -> dict[str, str]:
    plain = _LINK.sub(r"\\[", shown(text))
    return {"text": plain.replace("{", "{{").replace("}", "}}")}
