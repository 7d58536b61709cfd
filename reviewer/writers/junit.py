"""JUnit XML, for build servers: each rule on each form is a test case."""

import re
from xml.etree import ElementTree as ET

from reviewer.records import Finding, Outcome, OutcomeKind, Report, Severity
from reviewer.writers.base import writer
from reviewer.writers.view import FilingView, views
from reviewer.writers.words import SEVERITY_SIGNS, SEVERITY_WORDS, aside_reason, one_line, shown, stale_words

# What XML 1.0 cannot hold even when escaped; halves of surrogate pairs are among them.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@writer("junit", ".xml", "供持续集成、任务平台读取（JUnit XML）")
def write(report: Report) -> bytes:
    """The report as JUnit XML.

    A rule fails where it found what must be corrected; lesser findings stand in ``system-out``. What was not checked
    is skipped, with the reason; what was not read, and a rule that broke down, is an error: neither looks passed.
    """
    root = ET.Element("testsuites", name="绩效目标审核")
    for view in views(report):
        for form_id in view.forms:
            _form(root, view, form_id, report)
        _reading(root, view)
    for failure in report.failures:
        suite = _suite(root, failure.source)
        said = "。".join(filter(None, (failure.what, failure.remedy)))
        _add(_case(suite, failure.source, "读取文件"), "error", f"没有审核：{said}", said, kind="unreadable")
    if report.stale_waivers:
        suite = _suite(root, "失效的豁免")
        for stale in report.stale_waivers:
            _out(_case(suite, stale.source, f"豁免 {stale.code}"), stale_words(stale))
    for suite in root.iter("testsuite"):
        _tally(suite, list(suite.iter("testcase")))
    _tally(root, list(root.iter("testcase")))
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _form(root: ET.Element, view: FilingView, form_id: str, report: Report) -> None:
    source = view.item.filing.source
    suite = _suite(root, f"{source} {view.form_title(form_id)}")
    by_code: dict[str, list[Finding]] = {}
    for finding in view.item.findings:
        if finding.form_id == form_id:
            by_code.setdefault(finding.code, []).append(finding)
    aside: dict[str, list[str]] = {}
    for item in view.item.aside:
        if item.finding.form_id == form_id:
            text = f"不计入（{aside_reason(item)}）：{view.row_place(item.finding)} {item.finding.message}"
            aside.setdefault(item.finding.code, []).append(text)
    outcomes = {o.code: o for o in view.item.outcomes if o.form_id == form_id}
    for code in dict.fromkeys((*outcomes, *by_code, *aside)):
        name = report.rule_names.get(code) or next((f.name for f in by_code.get(code, ())), "")
        case = _case(suite, f"{source}.{form_id}", f"{code} {name}".strip())
        _verdict(case, view, outcomes.get(code), by_code.get(code, []), aside.get(code, []))


def _verdict(
    case: ET.Element, view: FilingView, outcome: Outcome | None, findings: list[Finding], aside: list[str]
) -> None:
    worst = [f for f in findings if f.severity is Severity.ERROR]
    lesser = [f for f in findings if f.severity is not Severity.ERROR]
    if outcome is not None and outcome.outcome is OutcomeKind.ERROR:
        _add(case, "error", f"检查出错：{outcome.reason}", outcome.reason, kind="rule")
    elif worst:
        text = "\n".join(_words(view, f) for f in worst)
        _add(
            case, "failure", worst[0].message + (f"（共{len(worst)}处）" if len(worst) > 1 else ""), text, kind="error"
        )
    elif outcome is not None and outcome.outcome is OutcomeKind.COULD_NOT_CHECK:
        _add(case, "skipped", f"未能检查：{outcome.reason}")
    elif outcome is not None and outcome.outcome is OutcomeKind.NOT_APPLICABLE:
        _add(case, "skipped", f"不适用{'：' if outcome.reason else ''}{outcome.reason}")
    elif aside:  # not green: a person who looks at the colours only must see it
        _add(case, "skipped", f"{len(aside)} 条意见不计入：{aside[0]}")
    _out(case, "\n".join([*(_words(view, f) for f in lesser), *aside]))


def _reading(root: ET.Element, view: FilingView) -> None:
    """What could not be read of a file, and how it was read."""
    source = view.item.filing.source
    if not (view.missing or view.advice or not view.item.filing.forms):
        return
    suite = _suite(root, f"{source} 读取")
    for number, unread in enumerate(view.missing, 1):
        place = f"{unread.location.describe()} " if unread.location else ""
        case = _case(suite, f"{source}.read", f"未能读出 {number}")
        _add(case, "error", unread.reason, f"{place}“{one_line(unread.text, 500)}”", kind="unread")
    if not view.item.filing.forms:
        _add(_case(suite, f"{source}.read", "读取绩效目标表"), "error", "没有读到绩效目标表，没有审核", kind="unread")
    if view.advice:
        _out(_case(suite, f"{source}.read", "读取说明"), "\n".join(u.reason for u in view.advice))


def _words(view: FilingView, finding: Finding) -> str:
    head = f"{SEVERITY_SIGNS[finding.severity]} {SEVERITY_WORDS[finding.severity]} {view.place(finding)}"
    cites = "；".join(view.cites(finding))
    evidence = f"\n  证据：{one_line(finding.evidence, 400)}" if finding.evidence else ""
    fixes = "".join(f"\n  建议〔{s.standing}〕{s.summary}" for s in view.suggested(finding))
    return f"{head}\n  {finding.message}{evidence}{fixes}" + (f"\n  {cites}" if cites else "")


def _suite(root: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(root, "testsuite", name=_clean(one_line(name)))


def _case(suite: ET.Element, group: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=_clean(one_line(group)), name=_clean(one_line(name)))


def _add(case: ET.Element, tag: str, message: str, text: str = "", kind: str = "") -> None:
    element = ET.SubElement(case, tag, message=_clean(one_line(message, 600)))
    if kind:
        element.set("type", kind)
    element.text = _clean(text) or None


def _out(case: ET.Element, text: str) -> None:
    if text:
        ET.SubElement(case, "system-out").text = _clean(text)


def _clean(text: str) -> str:
    return _NOT_XML.sub("", shown(text))


def _tally(element: ET.Element, cases: list[ET.Element]) -> None:
    element.set("tests", str(len(cases)))
    for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(key, str(sum(case.find(tag) is not None for case in cases)))
