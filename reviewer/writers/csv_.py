"""CSV for Excel and WPS: one line a finding, and one for each thing that was not checked or read."""

import csv
import io

from reviewer.records import Finding, Report
from reviewer.writers.base import writer
from reviewer.writers.view import FilingView, views
from reviewer.writers.words import SEVERITY_WORDS, aside_reason, is_formula, one_line, shown, stale_words

HEADINGS = (
    "文件", "单位", "表", "项目", "位置", "二级指标", "指标", "指标值", "级别", "代码", "问题", "审核方面",
    "意见", "证据", "建议归入", "依据", "修改建议",
)  # fmt: skip


@writer("csv", ".csv", "用 Excel 筛选、汇总")
def write(report: Report) -> bytes:
    """The findings as CSV with a byte order mark, so that Excel reads it as UTF-8."""
    buffer = io.StringIO()
    table = csv.writer(buffer, lineterminator="\r\n")
    table.writerow(HEADINGS)
    for view in views(report):
        for finding in view.item.findings:
            table.writerow(map(_safe, _finding(view, finding)))
        for aside in view.item.aside:
            row = _finding(view, aside.finding)
            row[HEADINGS.index("级别")] = f"不计入：{aside_reason(aside)}"
            table.writerow(map(_safe, row))
        for row in _gaps(view):
            table.writerow(map(_safe, row))
    for stale in report.stale_waivers:
        last = {"文件": stale.source, "级别": "失效的豁免", "代码": stale.code, "意见": stale_words(stale)}
        table.writerow(_safe(last.get(h, "")) for h in HEADINGS)
    for failure in report.failures:
        last = {"文件": failure.source, "级别": "没有审核", "意见": f"{failure.what}。{failure.remedy}".rstrip("。")}
        table.writerow(_safe(last.get(h, "")) for h in HEADINGS)
    return buffer.getvalue().encode("utf-8-sig", errors="replace")


def _finding(view: FilingView, finding: Finding) -> list[str]:
    form = view.forms[finding.form_id]
    row = view.indicators.get(finding.indicator_id or "")
    place = finding.location.describe() if finding.location else ""
    return [
        view.item.filing.source,
        view.item.filing.org,
        view.form_label(finding.form_id),
        form.project,
        place or view.row_place(finding),
        row.level2 if row else "",
        row.name if row else "",
        row.value if row else "",
        SEVERITY_WORDS[finding.severity],
        finding.code,
        finding.name,
        finding.dimension,
        finding.message,
        finding.evidence,
        finding.suggested_category or "",
        "；".join(view.cites(finding)),
        "\n".join(f"〔{s.standing}〕{s.summary}" for s in view.suggested(finding)),
    ]


def _gaps(view: FilingView) -> list[list[str]]:
    filing = view.item.filing
    gaps = []
    for item in view.unchecked:
        word = "检查出错" if item.crashed else "未能检查"
        gaps.append(
            {"表": "、".join(item.forms), "级别": word, "代码": item.code, "问题": item.name, "意见": item.reason}
        )
    for unread in filing.unread:
        place = unread.location.describe() if unread.location else ""
        word = "读取说明" if unread.advisory else "未能读出"
        gaps.append({"位置": place, "级别": word, "意见": unread.reason, "证据": one_line(unread.text, 500)})
    if not filing.forms:
        gaps.append({"级别": "没有审核", "意见": "没有读到绩效目标表"})
    return [[({"文件": filing.source, "单位": filing.org} | gap).get(h, "") for h in HEADINGS] for gap in gaps]


def _safe(text: str) -> str:
    clean = shown(text)
    return f"'{clean}" if is_formula(clean) else clean
