"""``reviewer train``: the training ground in the terminal."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.app import app
from reviewer.cli.complete import complete_codes

if TYPE_CHECKING:
    from reviewer.training.journal import Journal
    from reviewer.training.terminal import Session


@app.command()
def train(
    rule: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="只练这一条规则，如 QNT201。", autocompletion=complete_codes),
    ] = None,
    count: Annotated[int, typer.Option(metavar="N", min=1, max=500, help="这一次做几道题。")] = 10,
    learner: Annotated[str, typer.Option(metavar="NAME", help="学员姓名；每人一份记录，只在本机。")] = "本机学员",
    unit: Annotated[str, typer.Option(metavar="UNIT", help="学员所在单位，汇总报告按它分组。")] = "",
    overview: Annotated[bool, typer.Option("--overview", help="看各规则掌握得怎样；不做题。")] = False,
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="写出结业证明，可打印；条件未达到时是学习记录。")
    ] = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE", help="给主管：写出各单位的学习情况（Excel）。")] = None,
    records: Annotated[
        Path | None,
        typer.Option("--from", metavar="FOLDER", help="汇总报告取这个文件夹里各人的记录，不写则用本机的。"),
    ] = None,
    anki: Annotated[
        Path | None, typer.Option(metavar="FILE", help="把题目导出成 Anki 牌组（须装附加组件 anki）。")
    ] = None,
) -> None:
    """在真实改编的题目上练：找出问题、说出规则、写出改法，每一步都由审核规则判定。

    例：reviewer train
    例：reviewer train --rule QNT201 --count 5
    例：reviewer train --report 学习情况.xlsx
    """
    from datetime import datetime

    from reviewer.cli.output import check_output, write_file
    from reviewer.training.journal import Journal, learners
    from reviewer.training.progress import knowledge

    now = datetime.now().astimezone()
    code = _code(rule)
    for target in (report, certificate, anki):
        if target is not None:
            check_output(target, [])
    journal = Journal(learner)
    if report is not None:
        from reviewer.training.report_excel import workbook

        people = learners(records)
        write_file(report, workbook(people, now))
        typer.echo(f"已写入 {report}（{len(people)}名学员）", err=True)
    if certificate is not None:
        from reviewer.training.certificate import certificate as certify
        from reviewer.training.certificate import page

        person = journal.read()
        made = certify(knowledge(person.answers, now), person.name, unit or person.unit)
        write_file(certificate, page(made))
        typer.echo(
            f"已写入 {certificate}" + ("" if made.granted else "（结业条件未全部达到，写的是学习记录）"), err=True
        )
    if anki is not None:
        _deck(anki, code)
    if report or certificate or anki:
        return
    journal.join(unit)
    _practise(journal, code, count, overview)


def _code(rule: str | None) -> str | None:
    from reviewer.errors import ReviewerError
    from reviewer.training.settings import training

    if rule is None:
        return None
    code = rule.strip().upper()
    settings = training()
    if code in settings.not_trained:
        raise ReviewerError(
            f"{code} 没有练习题：{settings.not_trained[code]}", "--rule", f"用 reviewer explain {code} 看说明"
        )
    if code not in settings.codes:
        raise ReviewerError(f"没有代码为“{rule}”的规则可练", "--rule", f"可选：{'、'.join(settings.codes)}")
    return code


def _deck(path: Path, code: str | None) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from reviewer.training.anki import write_deck
    from reviewer.training.items import by_code, catalogue

    items = list(by_code()[code] if code else catalogue().values())
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("正在制作牌组", total=len(items))
        count = write_deck(items, path, lambda: bar.advance(task))
    typer.echo(f"已写入 {path}（{count}张卡片）", err=True)


def _practise(journal: "Journal", code: str | None, count: int, overview: bool) -> None:
    from datetime import datetime

    from rich.console import Console

    from reviewer.cli.output import terminal_width
    from reviewer.training.progress import knowledge, next_item
    from reviewer.training.settings import LEVEL_WORDS
    from reviewer.training.terminal import Quit, Session

    console = Console(width=terminal_width(), highlight=False)
    session = Session(
        console, ask=(lambda prompt: console.input(prompt, markup=False)) if console.is_terminal else _plain_input
    )
    person = journal.read()
    if person.unreadable:
        console.print(f"注意：记录里有{person.unreadable}行读不出，已略过，文件没有动：{journal.path}", style="yellow")
    answers = list(person.answers)
    if overview:
        session.overview(knowledge(answers, datetime.now().astimezone()))
        return
    done: list[float] = []
    try:
        for number in range(1, count + 1):
            item = next_item(knowledge(answers, datetime.now().astimezone()), code)
            if item is None:
                console.print("这条规则的题目与本机的词表或框架不一致，没有可做的题。", style="yellow")
                break
            answer = session.run(item, f"第{number}题，共{count}题（{LEVEL_WORDS[item.level]}）")
            journal.append(answer)
            answers.append(answer)
            done.append(answer.points)
    except (Quit, KeyboardInterrupt):
        console.print()
    _farewell(session, done)


def _plain_input(prompt: str) -> str:
    """Input from a pipe: the prompt on a line of its own."""
    typer.echo(prompt)
    return input()


def _farewell(session: "Session", done: list[float]) -> None:
    right = sum(points == 1 for points in done)
    session.console.print(
        f"这次做了{len(done)}题，全对{right}题，得分率{sum(done) / len(done):.0%}。" if done else "没有做题。"
    )
    session.console.print("看各规则掌握得怎样：reviewer train --overview", style="dim")
