"""The Chinese words that reports share, and the cleaning of filed text before it is shown."""

import re
from collections import Counter
from collections.abc import Iterable

from reviewer.records import Aside, FormKind, OutcomeKind, Severity, StaleWaiver

SEVERITY_WORDS = {Severity.ERROR: "必须修改", Severity.WARN: "应当修改", Severity.INFO: "提示"}
# Signs that a GBK console can print; the word always stands beside them.
SEVERITY_SIGNS = {Severity.ERROR: "×", Severity.WARN: "△", Severity.INFO: "○"}
SEVERITY_HELP = {
    Severity.ERROR: "不改不能通过审核",
    Severity.WARN: "建议改好再报",
    Severity.INFO: "请看一眼，由填报人决定",
}
KIND_WORDS = {FormKind.DEPARTMENT: "部门整体", FormKind.SUMMARY: "汇总表", FormKind.PROJECT: "项目"}
OUTCOME_WORDS = {
    OutcomeKind.PASSED: "通过",
    OutcomeKind.FOUND: "有问题",
    OutcomeKind.NOT_APPLICABLE: "不适用",
    OutcomeKind.COULD_NOT_CHECK: "未能检查",
    OutcomeKind.ERROR: "检查出错",
}
ASIDE_WORDS = {"waiver": "豁免", "rejected": "审核人不采纳", "baseline": "基线中已有"}
_ASIDE_DID = {"waiver": "豁免", "rejected": "不采纳", "baseline": "基线中已有"}
SMART_WORDS = {"S": "具体", "M": "可衡量", "A": "可实现", "R": "相关", "T": "有时限"}
SCORE_NOTE = "程序初评，仅供参考，不是正式审核结论；优、良、中、差的分界是本程序的约定。"

ASIDE_TITLE = "不计入的意见"
STALE_TITLE = "失效的豁免（请删去，或按现在的原文重写）"

# Controls would move a terminal's cursor; direction marks would let a cell rearrange the words of the report.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    r"\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# What makes a cell a formula when a table is opened; white space before it does not help.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[-+]\d{1,30}(?:,\d{3}){0,9}(?:\.\d{1,30})?%?")


def shown(text: str, limit: int = 0) -> str:
    """Filed text fit to be shown: no control or direction marks, at most ``limit`` characters (0: all)."""
    clean = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if limit and len(clean) > limit:
        return f"{clean[:limit]}…（共{len(clean)}字）"
    return clean


def written(text: str) -> bytes:
    """``shown`` in UTF-8: what a page or a text for people is written as."""
    return shown(text).encode("utf-8")


def is_formula(text: str) -> bool:
    """Whether Excel or WPS would compute a cell that holds this; a number with its sign is only a number."""
    return text[:1] in ("\t", "\r", "\n") or (text.lstrip().startswith(_FORMULA) and not _NUMBER.fullmatch(text))


def one_line(text: str, limit: int = 0) -> str:
    """``shown``, on one line; white space between Chinese characters goes, other runs become one space."""
    flat = re.sub(r"\s+", " ", shown(text)).strip()
    flat = re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])", "", flat)
    return flat if not limit or len(flat) <= limit else flat[: limit - 1] + "…"


def aside_reason(item: Aside) -> str:
    """Why a finding does not count: ``豁免（张三：已另行批复；有效期至2025-12-31）``."""
    by = f"{one_line(item.reviewer)}：{one_line(item.reason)}" if item.reviewer else one_line(item.reason)
    until = f"；有效期至{item.until}" if item.until else ""
    told = f"{by}{until}" if item.kind != "baseline" else ""
    return ASIDE_WORDS[item.kind] + (f"（{told}）" if told else "")


def aside_notice(items: Iterable[Aside]) -> str:
    """What every report says where its reader cannot miss it: how many findings do not count, and by whom; "" for none.

    ``注意：3 条意见没有计入（其中必须修改 1 条）：张三豁免 2 条，李四不采纳 1 条。``
    """
    items = tuple(items)
    if not items:
        return ""
    counts = Counter((one_line(item.reviewer, 20), item.kind) for item in items)
    by = [f"{who}{_ASIDE_DID[kind]} {n} 条" for (who, kind), n in counts.items()]
    errors = sum(item.finding.severity is Severity.ERROR for item in items)
    worst = f"（其中必须修改 {errors} 条）" if errors else ""
    return f"注意：{len(items)} 条意见没有计入{worst}：{'，'.join(by)}。"


def stale_words(item: StaleWaiver) -> str:
    """A stale waiver in one line, without its file."""
    place = "，".join(filter(None, (one_line(item.form), one_line(item.text, 60))))
    by = f"（{one_line(item.reviewer)}）" if item.reviewer else ""
    return f"{item.code}{' ' if place else ''}{place}{by}：{item.why}"
