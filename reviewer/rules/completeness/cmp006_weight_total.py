"""CMP006."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from reviewer.matching.weights import distinct_weights, rounding
from reviewer.records import Form, FormKind, Hit, Indicator
from reviewer.rules.engine import Context, CouldNotCheck, NotApplicable, rule
from reviewer.taxonomy import Profile
from reviewer.taxonomy.levels import bare_level, category_of, level1_name
from reviewer.text import squash

_EXECUTION = ("执行率", "预算执行")


@rule(
    "CMP006",
    "权重合计不等于规定值",
    severity="error",
    smart="M",
    basis=["baotou-2023#six-checks", "integrated-system#checks", "caiyu-2021-101#weights", "caiyu-2020-10#weights"],
    scope="form",
    kinds=[FormKind.PROJECT, FormKind.DEPARTMENT],
    reads=["weight"],
)
def check(form: Form, context: Context) -> Iterator[Hit]:
    """检查：印有权重（分值）的表，各指标权重之和是否等于规定值：100，或另留10给预算执行率时的90；
    一级、二级标题上印的分值是否加得起来，是否等于其下各指标之和。

    理由：权重决定评分，合计不对，评分就没有满分可言；标题写50分而其下指标只有45分，同样对不上。

    反例：各指标权重之和为95；标题“产出指标（50分）”下各指标之和为40。

    正例：合计100；合计90，另有预算执行率10；33.3＋33.3＋33.4。

    例外：没有印权重的表不适用；只有部分指标印了权重、合计又未超过规定值的，记为未能检查；
    以小数表示（合计1）的按100折算；合并单元格中的一个权重只算一次；可接受的合计由框架（profile）规定。
    """
    headings = _heading_weights(form)
    rows = [*form.indicators, *(r for r in form.blank_rows if squash(r.weight or ""))]
    printed = [r for r in rows if squash(r.weight or "")]
    if not printed and not headings:
        raise NotApplicable("表上没有印权重")
    profile = context.profile(form)
    reasons: list[str] = []
    for _, group in groupby(sorted(rows, key=lambda r: r.horizon), key=lambda r: r.horizon):
        same_set = list(group)
        if any(squash(r.weight or "") for r in same_set):
            yield from _total(same_set, profile, reasons)
    yield from _headings(form, profile, headings, bool(printed), reasons)
    if reasons:
        raise CouldNotCheck("；".join(dict.fromkeys(reasons)))


def _total(rows: Sequence[Indicator], profile: Profile, reasons: list[str]) -> Iterator[Hit]:
    weighed = distinct_weights(rows)
    unread = [r for r, w in weighed if w is None and squash(r.weight or "")]
    if unread:
        reasons.append(f"有{len(unread)}行的权重读不出数字（如“{squash(unread[0].weight or '')}”）")
        return
    if sum(w for _, w in weighed if w) <= Decimal("1.5"):
        weighed = [(r, w and w * 100) for r, w in weighed]
    weights = [w for _, w in weighed if w is not None]
    empty = [r for r, w in weighed if w is None]
    total = sum(weights, Decimal(0))
    own = any(any(word in squash(r.name) for word in _EXECUTION) for r, w in weighed if w)
    accepted = profile.weight_totals_with_execution if own else profile.weight_totals
    slack = rounding(weights)
    if any(abs(total - right) <= slack for right in accepted):
        return
    if empty and total < max(accepted):
        reasons.append(f"{len(empty)}条指标没有印权重，其余合计{_plain(total)}，无法判断合计是否正确")
        return
    by_heading = _by_heading(weighed)
    place = f"分组看：{by_heading}。" if by_heading else ""
    yield Hit(
        message=f"各指标权重合计为{_plain(total)}，应为{_choice(accepted)}。{place}请调整权重。",
        evidence="＋".join(_plain(w) for w in weights) + f"＝{_plain(total)}",
        location=next((r.cells.get("weight") or r.location for r, w in weighed if w is not None), None),
        group="CMP006",
    )


def _headings(
    form: Form, profile: Profile, headings: dict[str, Decimal], columns: bool, reasons: list[str]
) -> Iterator[Hit]:
    """Headings against their rows, and the headings of the first level among themselves, else those of the second."""
    for heading, weight in headings.items():
        under = [r for r in (*form.indicators, *form.blank_rows) if _under(r, heading) and r.horizon == "annual"]
        weighed = distinct_weights(under)
        weights = [w for _, w in weighed if w is not None]
        if not weights or any(w is None and not r.is_blank for r, w in weighed):
            continue
        total = sum(weights, Decimal(0))
        if min(abs(total - weight), abs(total * 100 - weight)) > rounding(weights):
            yield Hit(
                message=f"“{heading}”标题写{_plain(weight)}分，其下各指标权重合计为{_plain(total)}。请改成一致。",
                evidence="＋".join(_plain(w) for w in weights) + f"＝{_plain(total)}，标题{_plain(weight)}",
                location=under[0].cells.get("level1") or under[0].location,
                group="CMP006",
            )
    if columns or not headings:
        return
    rows = (*form.indicators, *form.blank_rows)
    first = {bare_level(r.level1) for r in rows} - {""}
    second = {bare_level(r.level2) or bare_level(r.level1) for r in rows} - {""}
    for level, printed in (("一级", first), ("二级", second)):
        shown = {h: w for h, w in headings.items() if bare_level(h) in printed}
        total = sum(shown.values(), Decimal(0))
        if len(shown) < len(printed):
            continue
        if total not in profile.weight_totals:
            yield Hit(
                message=f"各{level}指标标题上的分值合计为{_plain(total)}，应为{_choice(profile.weight_totals)}。请调整。",
                evidence="＋".join(f"{h}{_plain(w)}" for h, w in shown.items()) + f"＝{_plain(total)}",
                location=form.location,
                group="CMP006",
            )
        return
    reasons.append("只有部分标题印了分值")


def _heading_weights(form: Form) -> dict[str, Decimal]:
    """Weights printed on level headings, by the bare heading; a heading printed twice with two weights is left out."""
    found: dict[str, set[Decimal]] = {}
    for heading, weight in form.heading_weights:
        found.setdefault(bare_level(heading) + "指标", set()).add(weight)
    return {h: next(iter(w)) for h, w in found.items() if len(w) == 1}


def _under(row: Indicator, heading: str) -> bool:
    if level1_name(heading) and bare_level(row.level1):
        return bare_level(row.level1) == bare_level(heading)
    return bool(row.category) and category_of("", heading) == row.category


def _by_heading(weighed: Sequence[tuple[Indicator, Decimal | None]]) -> str:
    sums: dict[str, Decimal] = {}
    for row, weight in weighed:
        name = level1_name(row.level1) or squash(row.level1)
        if name and weight is not None:
            sums[name] = sums.get(name, Decimal(0)) + weight
    return "，".join(f"{name}{_plain(total)}" for name, total in sums.items()) if len(sums) > 1 else ""


def _choice(totals: Sequence[Decimal]) -> str:
    shown = [_plain(t) for t in sorted(totals, reverse=True)]
    return "或".join(shown) + ("（另10分留给预算执行率）" if shown[-1] == "90" else "")


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
