"""``reviewer decide``: accept, edit, reject or waive, noted in a file beside the filing."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reviewer.cli.app import app
from reviewer.cli.complete import complete_profiles

if TYPE_CHECKING:
    from datetime import date

    from reviewer.records import Finding, Suggestion
    from reviewer.rounds.decisions import Decisions
    from reviewer.writers.terminal import Line
    from reviewer.writers.view import FilingView

REVIEWER_ENV = "REVIEWER_NAME"


class Verdict(StrEnum):
    """What can be decided."""

    ACCEPT = "accept"
    EDIT = "edit"
    REJECT = "reject"
    WAIVE = "waive"
    CLEAR = "clear"


_SAID = {"accept": "已采纳", "edit": "已记为改后采纳", "reject": "已驳回", "waive": "已豁免"}


@app.command()
def decide(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="申报表文件。")],
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[编号]",
            help="建议如 F4.1/confirm 或 建议3，意见如 QNT202@F4.1 或 意见5；不写则列出还没有处理的。",
            show_default=False,
        ),
    ] = None,
    verdict: Annotated[
        Verdict | None,
        typer.Argument(
            metavar="[处理]",
            help="accept 采纳，edit 改后采纳，reject 驳回，waive 豁免（只对意见），clear 撤回以前的处理。",
            show_default=False,
        ),
    ] = None,
    reason: Annotated[str, typer.Option(metavar="文字", help="理由；驳回和豁免必须写。", show_default=False)] = "",
    reviewer: Annotated[
        str,
        typer.Option(metavar="姓名", envvar=REVIEWER_ENV, help="审核人。", show_default=False),
    ] = "",
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="栏=内容", help="edit 时改建议的哪一栏，如 指标值=≥95%，可重复。"),
    ] = None,
    text: Annotated[str, typer.Option(metavar="文字", help="edit 意见时自己的写法。", show_default=False)] = "",
    until: Annotated[
        str | None, typer.Option(metavar="日期", help="豁免的最后一天，如 2025-12-31。", show_default=False)
    ] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ENGINES", help="建议由谁提出，同 suggest：rules（默认）、bank、llm。", show_default=False
        ),
    ] = None,
    decisions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="处理记录；不写则为文件旁边的“文件名.decisions.yaml”。"),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="指定框架，不写则自动选择。", autocompletion=complete_profiles),
    ] = None,
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", min=1990, max=2100, help="预算年度，不写则取表中的。")
    ] = None,
) -> None:
    """对建议和意见逐条处理：采纳、改后采纳、驳回、豁免；不写编号则列出还没有处理的。

    处理记在文件旁边，按原文认，不按行号：驳回的建议不再出现，除非原文改了。

    例：reviewer decide 申报表.docx
    例：reviewer decide 申报表.docx F4.1/safe accept --reviewer 张三
    例：reviewer decide 申报表.docx F4.2/confirm edit --set 指标值=≥95% --reviewer 张三
    例：reviewer decide 申报表.docx QNT202@F4.2 reject --reason 上级下达的定性任务 --reviewer 张三

    退出码：0 已处理或已列出；2 文件读不了，或没有这一条。
    """
    from reviewer import pipeline
    from reviewer.cli.output import print_lines, terminal_width
    from reviewer.cli.suggest import engines_of
    from reviewer.errors import ReviewerError
    from reviewer.rounds.decisions import beside, load_decisions, save_decisions
    from reviewer.writers.view import views

    if (target is None) != (verdict is None):
        raise ReviewerError(
            "要写明编号和处理两项", "", "例如 reviewer decide 申报表.docx F4.1/safe accept；列出全部则两项都不写"
        )
    place = decisions or beside(file)
    report = pipeline.review(file, profile=profile, year=year, engines=engines_of(engine or ["rules"], "--engine"))
    (view,) = views(report)
    noted = load_decisions(place)
    if target is None or verdict is None:
        print_lines(_listed(view, noted, terminal_width()))
        return
    from reviewer.rounds.deciding import find

    if verdict is not Verdict.CLEAR and not reviewer.strip():
        raise ReviewerError("没有写审核人", "--reviewer", f"加 --reviewer 姓名，或设环境变量 {REVIEWER_ENV}")
    item = find(view, target)
    changed = _changed(view, noted, item, verdict, reason, reviewer, change or [], text, _date(until))
    if noted.file and noted.file != file.name:
        typer.echo(f"注意：{place.name} 原是对“{noted.file}”的记录", err=True)
    save_decisions(place, changed.model_copy(update={"file": noted.file or file.name}))
    typer.echo(f"{_SAID.get(verdict.value, '已撤回以前的处理')}：{target}（记在 {place}）", err=True)


def _changed(
    view: "FilingView",
    noted: "Decisions",
    item: "Suggestion | Finding",
    verdict: Verdict,
    reason: str,
    reviewer: str,
    change: list[str],
    text: str,
    until: "date | None",
) -> "Decisions":
    from datetime import date

    from reviewer.errors import ReviewerError
    from reviewer.rounds.deciding import decide as note
    from reviewer.rounds.deciding import waive
    from reviewer.rounds.decisions import merged, same_matter

    if verdict is Verdict.WAIVE:
        waiver = waive(view, item, reason=reason, reviewer=reviewer, until=until)
        rest = [w for w in noted.waivers if (w.code, w.form, w.text) != (waiver.code, waiver.form, waiver.text)]
        return noted.model_copy(update={"waivers": (*rest, waiver)})
    if until is not None:
        raise ReviewerError("只有豁免有最后一天", "--until", "去掉 --until，或把处理写成 waive")
    if verdict is Verdict.CLEAR:
        return _cleared(view, noted, item)
    kinds: dict[Verdict, Literal["accept", "edit", "reject"]] = {
        Verdict.ACCEPT: "accept",
        Verdict.EDIT: "edit",
        Verdict.REJECT: "reject",
    }
    decision = note(
        view, item, kinds[verdict], reason=reason, reviewer=reviewer, today=date.today(), columns=change, message=text
    )
    if verdict is Verdict.ACCEPT:  # one row is rewritten once
        for other in noted.decisions:
            if other.about == decision.about == "suggestion" and other.verdict != "reject" and decision.text:
                same_row = (other.form, other.text) == (decision.form, decision.text)
                if same_row and not same_matter(other, decision):
                    raise ReviewerError(
                        "这一行已经采纳了另一条建议", decision.text, "先用 clear 撤回那一条，再采纳这一条"
                    )
    return noted.model_copy(update={"decisions": merged(noted.decisions, decision)})


def _cleared(view: "FilingView", noted: "Decisions", item: "Suggestion | Finding") -> "Decisions":
    from reviewer.errors import ReviewerError
    from reviewer.records import Suggestion
    from reviewer.rounds.aside import concerns, decided_finding
    from reviewer.rounds.places import Places

    places = Places(view.item)
    if isinstance(item, Suggestion):
        kept = [d for d in noted.decisions if not concerns(places, d, item)]
        waivers = list(noted.waivers)
    else:
        kept = [d for d in noted.decisions if decided_finding(places, [d], item) is None]
        waivers = [
            w
            for w in noted.waivers
            if w.code != item.code or not places.is_in(item, w.form) or not w.text or not places.is_about(item, w.text)
        ]
    if len(kept) == len(noted.decisions) and len(waivers) == len(noted.waivers):
        raise ReviewerError("这一条没有处理过", "", "用 reviewer decide 文件 看还没有处理的")
    return noted.model_copy(update={"decisions": tuple(kept), "waivers": tuple(waivers)})


def _date(text: str | None) -> "date | None":
    from datetime import date

    from reviewer.errors import ReviewerError

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ReviewerError(f"看不懂日期“{text}”", "--until", "写作 2025-12-31") from None


def _listed(view: "FilingView", noted: "Decisions", width: int) -> Iterator["Line"]:
    from reviewer.rounds.deciding import VERDICT_WORDS, open_items
    from reviewer.writers.terminal import Line
    from reviewer.writers.terminal_suggestions import wrapped
    from reviewer.writers.words import one_line

    suggestions, findings = open_items(view, noted)
    yield from wrapped(one_line(view.item.filing.source), width, style="title")
    done = [f"{VERDICT_WORDS[v]} {n}" for v in VERDICT_WORDS if (n := sum(d.verdict == v for d in noted.decisions))]
    done += [f"豁免 {len(noted.waivers)}"] if noted.waivers else []
    yield from wrapped(
        f"待处理：建议 {len(suggestions)} 条，意见 {len(findings)} 条；已处理：{'，'.join(done) or '无'}。", width, "  "
    )
    for title, items in (("建议", suggestions), ("意见", findings)):
        if items:
            yield Line("")
            yield Line(f"待处理的{title}", "title")
        for item in items:
            yield from wrapped(f"{item.handle}　{item.title}", width, "  ", "    ")
            for line in item.lines:
                yield from wrapped(line, width, "      ", style="dim")
