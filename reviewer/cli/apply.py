"""``reviewer apply``: write what was accepted into the filer's own file; undo it again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.app import app
from reviewer.cli.complete import complete_profiles

if TYPE_CHECKING:
    from reviewer.rounds.apply import Corrected
    from reviewer.rounds.corrections import NotWritten


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="申报表文件（.docx、.xlsx）。")],
    safe: Annotated[
        bool, typer.Option("--safe", help="“可直接采用”的建议不必逐条采纳，一并写入（已驳回的除外）。")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="写到这个文件，原文件不动；不写则改原文件并留备份。"),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="撤销上一次写入，原文件一字不差地恢复。")] = False,
    force: Annotated[bool, typer.Option("--force", help="输出文件已经有了也覆盖。")] = False,
    engine: Annotated[
        list[str] | None,
        typer.Option(metavar="ENGINES", help="建议由谁提出，同 suggest：rules（默认）、bank。", show_default=False),
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
    """把采纳的建议写进原来的 Word 或 Excel 文件：只改有关单元格里的字，其余不动；写完读回核对，可撤销。

    例：reviewer apply 申报表.docx --safe
    例：reviewer apply 申报表.xlsx --output 申报表（已改）.xlsx
    例：reviewer apply 申报表.docx --undo

    退出码：0 全部写入（或没有要写的）；1 有的写不进去，要手工改；2 文件读不了或没有写成。
    """
    from reviewer import pipeline
    from reviewer.cli.output import check_output
    from reviewer.cli.suggest import engines_of
    from reviewer.errors import ReviewerError
    from reviewer.rounds.apply import correct
    from reviewer.rounds.corrections import corrections
    from reviewer.rounds.decisions import beside, load_decisions

    if undo:
        if safe or output is not None:
            raise ReviewerError("--undo 只能单独用", "", "去掉 --safe 和 --output")
        _undo(file)
        return
    target = output or file
    if output is not None:
        check_output(output, [file])
        if output.exists() and not force:
            raise ReviewerError(
                "输出文件已经有了，没有覆盖", str(output), "用 --output 换一个文件名，或加 --force 覆盖"
            )
        if output.suffix.lower() != file.suffix.lower():
            raise ReviewerError("输出文件要与原文件同一格式", str(output), f"文件名的后缀写成 {file.suffix}")
    _check_closed(target)
    noted = load_decisions(decisions or beside(file), must_exist=decisions is not None)
    report = pipeline.review(file, profile=profile, year=year, engines=engines_of(engine or ["rules"], "--engine"))
    (item,) = report.filings
    wanted, lost = corrections(item, noted, safe=safe)
    done = correct(file, item, wanted)
    rest = [*(n for n in lost if not n.done), *done.lost]
    if done.written:
        _write(file, target, done)
    _tell(file, target, done, lost, rest, safe=safe)
    raise typer.Exit(int(bool(rest)))


def _write(file: Path, target: Path, done: "Corrected") -> None:
    from datetime import datetime

    from reviewer.cli.output import write_file
    from reviewer.errors import ReviewerError
    from reviewer.rounds.corrections import change_words
    from reviewer.rounds.journal import Journal

    if target == file:
        journal = Journal(file)
        changes = tuple(change_words(s) for s in done.written)
        try:
            journal.keep(file.read_bytes(), done.content, changes, datetime.now())
        except OSError as error:
            raise ReviewerError(
                f"备份没有写成，原文件没有动：{error.strerror or error}",
                str(journal.place),
                "用 --output 写到可以写入的位置",
            ) from None
    write_file(target, done.content)


def _tell(
    file: Path, target: Path, done: "Corrected", lost: "tuple[NotWritten, ...]", rest: "list[NotWritten]", *, safe: bool
) -> None:
    from reviewer.rounds.check_text import argument
    from reviewer.rounds.corrections import change_words
    from reviewer.rounds.journal import Journal

    for item in done.written:
        typer.echo(f"已写入　{change_words(item)}")
    for entry in rest:
        typer.echo(f"没有写入　{entry.text}：{entry.reason}")
    already = sum(entry.done for entry in lost)
    told = f"，{already} 条原已写入" if already else ""
    if not done.written:
        hint = "" if safe or rest or already else "；先用 reviewer decide 采纳，或加 --safe"
        typer.echo(f"没有写入任何内容{told}{hint}", err=True)
        return
    where = f"已写入 {target}：改了 {len(done.written)} 处{told}"
    if target == file:
        where += f"；原件备份在 {Journal(file).place}，撤销用 reviewer apply {argument(str(file))} --undo"
    typer.echo(where + (f"；{len(rest)} 处没有写入" if rest else ""), err=True)


def _undo(file: Path) -> None:
    from reviewer.cli.output import write_file
    from reviewer.errors import UnreadableFileError
    from reviewer.rounds.journal import Journal

    if not file.is_file():
        raise UnreadableFileError("找不到文件", str(file), "检查文件名")
    _check_closed(file)
    journal = Journal(file)
    content, step = journal.undo()
    write_file(file, content)
    journal.forget_last()
    for change in step.changes:
        typer.echo(f"已撤销　{change}")
    typer.echo(f"{file} 已恢复为 {step.when.replace('T', ' ')} 写入之前的样子", err=True)


def _check_closed(target: Path) -> None:
    """Refuse a file that is open in an office program, or that someone has marked as not to be written.

    Raises:
        ReviewerError: see there.
    """
    from reviewer.cli.output import office_lock
    from reviewer.errors import ReviewerError

    if office_lock(target) is not None:
        raise ReviewerError(
            "文件正在 Word、Excel 或 WPS 里打开，没有写入", str(target), "先保存并关闭它，或用 --output 换一个文件名"
        )
    # Replacing a file needs no leave to write it: what a person marked as read-only would be lost.
    mode = target.stat().st_mode if target.exists() else 0o600
    if mode & 0o444 and not mode & 0o222:
        raise ReviewerError("文件是只读的，没有写入", str(target), "去掉只读属性，或用 --output 换一个文件名")
