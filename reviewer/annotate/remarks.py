"""What is to be said at which place: findings with their rewrites, what was not read, and a word at the top."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from reviewer.records import Finding, Location, Severity, Standing
from reviewer.writers.suggestions import TO_FILL_HELP, SuggestionView
from reviewer.writers.view import FilingView
from reviewer.writers.words import SEVERITY_WORDS, aside_notice, one_line, shown

_EVIDENCE = 160
_ROW_ID = re.compile(r"\bF\d+\.\d+\b")
_UNCHECKED = 20


@dataclass(frozen=True)
class Remark:
    """One remark.

    Attributes:
        places: where it belongs; the later ones where the earlier ones are no cells of the file.
        title: its first line.
        lines: the lines below.
        finding: the finding that it tells.
        row: the row that it is about; a heading's cell that stands for several rows does not show it.
        rank: remarks in one cell stand in this order.
    """

    places: tuple[Location, ...]
    title: str
    lines: tuple[str, ...]
    finding: Finding | None = None
    rank: int = 0
    row: int | None = None


def remarks(view: FilingView, tracked: Collection[str] = (), *, revisions: bool = True) -> list[Remark]:
    """All remarks on a filing, in its order.

    Args:
        tracked: ids of the suggestions that stand in the file as tracked changes.
        revisions: whether the file's format has tracked changes at all.
    """
    told: set[str] = set()
    found = [_of_finding(view, finding, tracked, told) for finding in view.item.findings]
    found += [_of_suggestion(view, item, tracked) for item in view.suggestions if item.item.id not in told]
    found += _of_unread(view)
    return [_summary(view, tracked, revisions=revisions), *found]


def _of_finding(view: FilingView, finding: Finding, tracked: Collection[str], told: set[str]) -> Remark:
    lines = [_in_words(view, shown(finding.message))]
    evidence = one_line(finding.evidence, _EVIDENCE)
    if evidence and evidence not in one_line(finding.message):
        lines.append(f"证据：{_in_words(view, evidence)}")
    cites = "；".join(view.cites(finding))
    if cites:
        lines.append(cites)
    # The rewrite that stands in the file comes first.
    for item in sorted(view.suggested(finding), key=lambda s: s.item.id not in tracked):
        if item.item.id not in told:
            told.add(item.item.id)
            lines += _suggestion_lines(item, tracked)
    title = f"【{SEVERITY_WORDS[finding.severity]}】{finding.name}（{finding.code}）"
    places = _places(view, finding)
    row = view.indicators.get(finding.indicator_id or "")
    place = row.location if row is not None else places[0] if places else None
    return Remark(places, title, tuple(lines), finding, finding.severity.rank, place.row if place else None)


def _places(view: FilingView, finding: Finding) -> tuple[Location, ...]:
    row = view.indicators.get(finding.indicator_id or "")
    form = view.forms.get(finding.form_id)
    places = (finding.location, row.location if row else None, form.location if form else None)
    return tuple(place for place in places if place is not None and place.row is not None)


def _of_suggestion(view: FilingView, item: SuggestionView, tracked: Collection[str]) -> Remark:
    """A rewrite that belongs to no finding that is still told: it stands at its row."""
    row = view.indicators.get(item.item.indicator_id or "")
    form = view.forms.get(item.item.form_id)
    places = (row.location if row else None, form.location if form else None)
    lines = _suggestion_lines(item, tracked)
    return Remark(tuple(p for p in places if p is not None), "【建议】", tuple(lines), None, len(Severity))


def _suggestion_lines(item: SuggestionView, tracked: Collection[str]) -> Iterator[str]:
    head = f"建议（{item.standing}）：{item.action}"
    after = [side.text for side in item.after]
    yield f"{head}为“{after[0]}”" if len(after) == 1 and item.item.current is not None else head
    if len(after) > 1 or item.item.current is None:
        yield from (f"・{text}" for text in after)
    yield one_line(item.item.reason)
    if item.item.bank:
        yield f"指标库：{item.item.bank}"
    sources = [source for source in item.sources if not source.endswith("本行原文")]
    if sources:
        yield f"数字出处：{'；'.join(sources)}"
    if item.to_fill:
        yield f"{TO_FILL_HELP}。"
    if item.item.id in tracked:
        yield "已在表中用修订标出，接受即采用，拒绝即保持原文。"


def _of_unread(view: FilingView) -> Iterator[Remark]:
    for unread in view.missing:
        if unread.location is not None and unread.location.row is not None:
            lines = (one_line(unread.reason), "这里没有审核，请人工核对。")
            yield Remark((unread.location,), "【没有读出】", lines, None, len(Severity) + 1)


def _summary(view: FilingView, tracked: Collection[str], *, revisions: bool) -> Remark:
    """What holds for the file as a whole: silence at a cell must not pass for a check that was never made."""
    counts = "，".join(f"{SEVERITY_WORDS[s]} {n}" for s, n in view.counts.items())
    total = len(view.item.findings)
    lines = [f"共 {total} 条意见：{counts}，写在各自的单元格上。" if total else "没有查出问题。"]
    if view.item.aside:
        lines.append(aside_notice(view.item.aside))
    if view.suggestions and revisions:
        safe = sum(s.item.standing is Standing.SAFE for s in view.suggestions if s.item.id in tracked)
        words = f"其中 {len(tracked)} 条已用修订标出（可直接采用 {safe} 条），请逐条接受或拒绝"
        lines.append(f"修改建议 {len(view.suggestions)} 条，{words if tracked else '都写在批注里'}。")
    elif view.suggestions:
        lines.append(f"修改建议 {len(view.suggestions)} 条，写在批注里，没有改动单元格。")
    for unread in view.missing:
        if unread.location is None or unread.location.row is None:
            lines.append(f"没有读出：{one_line(unread.text, 60)}。{one_line(unread.reason)}")
    lines += [f"读取说明：{one_line(item.text, 60)}。{one_line(item.reason)}" for item in view.advice]
    for item in view.unchecked[:_UNCHECKED]:
        lines.append(f"没有查成：{item.name}（{item.code}，{'、'.join(item.forms)}）：{one_line(item.reason)}")
    if len(view.unchecked) > _UNCHECKED:
        lines.append(f"另有 {len(view.unchecked) - _UNCHECKED} 项没有查成，见完整报告。")
    lines.append("由程序初审，供审核人参考；没有批注的地方只说明程序没有查出问题。")
    places = tuple(form.location for form in view.forms.values() if form.location is not None)
    return Remark(places[:1], "审核说明", tuple(lines), None, -1)


def _in_words(view: FilingView, text: str) -> str:
    """Row ids (``F3.5``) turned into rows that a person can look up."""

    def place(match: re.Match[str]) -> str:
        row = view.indicators.get(match[0])
        line = row.location.row if row and row.location else None
        return match[0] if row is None else f"第{line}行" if line else f"第{match[0].rpartition('.')[2]}项"

    return _ROW_ID.sub(place, text)
