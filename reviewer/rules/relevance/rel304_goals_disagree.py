"""REL304."""

from collections.abc import Iterator
from decimal import Decimal

from reviewer.matching.projects import amounts_agree, goals_agree, matched_forms
from reviewer.records import Filing, Form, FormKind, Hit, Severity, SummaryRow
from reviewer.rules.engine import Context, CouldNotCheck, NotApplicable, rule
from reviewer.text import squash
from reviewer.text.values import is_placeholder

_NAMES = {"period": "实施期绩效目标", "annual": "年度绩效目标"}
_REWORDED = 0.75
_SHOWN = 30


@rule(
    "REL304",
    "前后目标不一致",
    severity="error",
    smart="R",
    basis=["caiyu-2015-88#complete", "baotou-2023#six-checks"],
    scope="filing",
    kinds=[FormKind.SUMMARY, FormKind.PROJECT],
    reads=["goals", "budget", "summary.name", "summary.amount", "summary.annual_goal", "summary.period_goal"],
)
def check(filing: Filing, context: Context) -> Iterator[Hit]:
    """检查：同一项目在汇总表里的金额、实施期目标、年度目标，与该项目自己的表是否一致。

    理由：汇总表和项目表报的是同一个项目，批复时以哪一张为准说不清；目标两样，指标就不知对着哪一个。

    反例：汇总表写“开展残疾人文体活动”，项目表写“开展法律援助”；汇总表140万元，项目表150万元；
    汇总表“培训500人”，项目表“培训400人”。

    正例：两处相同；只差标点、序号、“等”字；汇总表摘写了项目表目标中的几句；140与140.00；68.6与68.58（四舍五入）。

    例外：项目名称对不上的不比；一处没有印或没有填的目标不比（未填由绩效目标为空 CMP004 指出）；
    一个专项分几张表的，只比金额合计。表述改动不大的作警告。
    """
    summaries = [f for f in filing.forms if f.kind is FormKind.SUMMARY and f.rows]
    if not summaries:
        raise NotApplicable("材料中没有汇总表可比")
    pairs = [(s, r, forms) for s in summaries for r, forms in matched_forms(_projects(s), filing.forms)]
    if not pairs:
        raise NotApplicable("汇总表与项目表没有名称相同的项目")
    for summary, row, forms in pairs:
        differences = [*_amounts(row, forms), *_goals(row, forms)]
        if not differences:
            continue
        severity = Severity.ERROR if any(s is Severity.ERROR for _, _, s in differences) else Severity.WARN
        what = "、".join(name for name, _, _ in differences)
        evidence = "；".join(text for _, text, _ in differences)
        name, group = squash(row.name), f"REL304 {row.id}"
        yield Hit(
            message=f"“{name}”的{what}与该项目自己的表不一致。请核对后改成相同。",
            evidence=evidence,
            form_id=summary.id,
            location=row.location or summary.location,
            severity=severity,
            group=group,
        )
        for form in forms:
            yield Hit(
                message=f"本表的{what}与汇总表中“{name}”一行不一致。请核对后改成相同。",
                evidence=evidence,
                form_id=form.id,
                location=form.location,
                severity=severity,
                group=group,
            )
    # Goals that a project's form holds and the summary has no column for.
    if missing := {name for _, row, forms in pairs for name, said, _ in _told(row, forms) if said is None}:
        raise CouldNotCheck(f"汇总表没有{'、'.join(sorted(missing))}一栏，与项目表无从比较")


def _projects(summary: Form) -> list[SummaryRow]:
    """The rows of a summary that are projects, not totals."""
    return [r for r in summary.rows if squash(r.name).strip(":：") not in ("合计", "总计", "小计", "")]


_Difference = tuple[str, str, Severity]


def _amounts(row: SummaryRow, forms: list[Form]) -> Iterator[_Difference]:
    budgets = [f.budget for f in forms if f.budget is not None and f.budget.wan is not None]
    if row.amount.wan is None or len(budgets) != len(forms):
        return
    total = sum((b.wan for b in budgets if b.wan is not None), Decimal(0))
    if not amounts_agree(row.amount.wan, total, row.amount, *budgets):
        both = f"汇总表{_plain(row.amount.wan)}万元，项目表{_plain(total)}万元"
        yield "金额", both + (f"（{len(forms)}张表合计）" if len(forms) > 1 else ""), Severity.ERROR


def _told(row: SummaryRow, forms: list[Form]) -> Iterator[tuple[str, str | None, str]]:
    """The goals of the project's form by name, each with that of the summary; of several forms none tells the whole."""
    form, *more = forms
    if more:
        return
    for horizon, said in (("period", row.period_goal), ("annual", row.annual_goal)):
        own = form.objective(horizon)
        if own is not None and not _is_empty(own.text):
            yield _NAMES[horizon], said, own.text


def _goals(row: SummaryRow, forms: list[Form]) -> Iterator[_Difference]:
    for name, said, own in _told(row, forms):
        if said is None or _is_empty(said):
            continue
        agreement = goals_agree(said, own)
        if agreement < 1:
            severity = Severity.WARN if agreement >= _REWORDED else Severity.ERROR
            yield name, f"{name}，汇总表“{_short(said)}”，项目表“{_short(own)}”", severity


def _is_empty(text: str) -> bool:
    words = squash(text).strip("。.；;，,:：、")
    return not words or is_placeholder(words) or words.startswith(("同年度", "同实施期", "同上", "见年度", "见实施期"))


def _short(text: str) -> str:
    words = squash(text)
    return words if len(words) <= _SHOWN else words[:_SHOWN] + "…"


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
