"""CMP004."""

from collections.abc import Iterator

from reviewer.matching.projects import matched_forms
from reviewer.records import Form, FormKind, Hit, SummaryRow
from reviewer.rules.engine import Context, NotApplicable, rule
from reviewer.text import squash
from reviewer.text.values import is_placeholder

_NAMES = {"annual": "年度绩效目标", "period": "实施期绩效目标"}
_SHOWN = 40


@rule(
    "CMP004",
    "绩效目标为空",
    severity="error",
    smart="S",
    basis=["caiyu-2015-88#complete", "caiyu-2015-88#clear", "local-guide#funds"],
    scope="form",
    reads=["goals", "summary.name", "summary.annual_goal", "summary.period_goal"],
)
def check(form: Form, context: Context) -> Iterator[Hit]:
    """检查：表上印有的绩效目标栏（年度目标、实施期目标）是否填写；汇总表逐个项目检查。

    理由：绩效目标是指标的来源，目标空着，指标是否相关、是否全面都无从审起；实施期目标和年度目标各管一段，
    一栏已填不能代替另一栏。

    反例：“实施期绩效目标”空着，只填了年度目标；汇总表中某项目两栏目标都空着；目标栏填“无”或“/”。

    正例：两栏都有文字；一年期项目两栏写得相同，或写“同年度目标”。

    例外：表上没有印的目标栏不要求；合计、小计行不要求；目标写得笼统不在此列。
    """
    if form.kind is FormKind.SUMMARY:
        yield from _summary(form, context)
        return
    if not form.objectives:
        raise NotApplicable("表上没有印绩效目标栏")
    partner = _summary_row(form, context)
    for goal in form.objectives:
        if _is_empty(goal.text):
            name = _NAMES[goal.horizon]
            said = (partner.annual_goal if goal.horizon == "annual" else partner.period_goal) if partner else None
            other = next((o.text for o in form.objectives if o.horizon != goal.horizon and not _is_empty(o.text)), "")
            advice = "请补写做什么、做多少、达到什么效果。"
            if said and not _is_empty(said):
                advice = f"汇总表中同一项目写的是“{_short(said)}”，请核对后补填。"
            elif other:
                kept = _NAMES["annual" if goal.horizon == "period" else "period"]
                advice = f"{kept}已填“{_short(other)}”，不能代替；只有一年的项目可写同样内容。"
            yield Hit(
                message=f"{name}没有填写。{advice}",
                evidence=f"{name}：{squash(goal.text) or '（空）'}",
                location=goal.location or form.location,
                group="CMP004",
            )


def _summary(form: Form, context: Context) -> Iterator[Hit]:
    rows = [r for r in form.rows if squash(r.name).strip(":：") not in ("合计", "总计", "小计", "")]
    if not any(goal is not None for r in rows for goal in (r.period_goal, r.annual_goal)):
        raise NotApplicable("汇总表没有印绩效目标栏")
    owners = {row.id: forms for row, forms in matched_forms(rows, context.filing.forms)}
    for row in rows:
        goals = (("period", row.period_goal), ("annual", row.annual_goal))
        empty = [h for h, text in goals if text is not None and _is_empty(text)]
        if not empty:
            continue
        filled = [f for f in owners.get(row.id, []) if any(not _is_empty(o.text) for o in f.objectives)]
        advice = "该项目自己的表中已填，请照填一致。" if filled else "请补写做什么、做多少、达到什么效果。"
        yield Hit(
            message=f"“{squash(row.name)}”的{'和'.join(_NAMES[h] for h in empty)}没有填写。{advice}",
            evidence=f"汇总表“{squash(row.name)}”一行目标栏为空",
            location=row.location or form.location,
            group="CMP004",
        )


def _summary_row(form: Form, context: Context) -> SummaryRow | None:
    for other in context.filing.forms:
        if other.kind is FormKind.SUMMARY:
            for row, forms in matched_forms(other.rows, [form]):
                if forms:
                    return row
    return None


def _is_empty(text: str) -> bool:
    words = squash(text).strip("。.；;，,:：、")
    return not words or (is_placeholder(words) and not words.startswith("同"))


def _short(text: str) -> str:
    words = squash(text)
    return words[:_SHOWN] + ("…" if words[_SHOWN:] else "")
