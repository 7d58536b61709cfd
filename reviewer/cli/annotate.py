"""``reviewer annotate``: the filer's own file with the review written into it."""

from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.app import app
from reviewer.cli.complete import complete_codes, complete_profiles

_NAME = "（审核批注）"


@app.command()
def annotate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="要批注的申报表文件。")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="批注后的文件；不写则放在原文件旁边，文件名加“（审核批注）”。"
        ),
    ] = None,
    suggest: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ENGINES",
            help="修改建议：rules 按规则（默认），bank 指标库，llm 模型，none 不要；用逗号分开，可重复。",
            show_default=False,
        ),
    ] = None,
    author: Annotated[
        str | None,
        typer.Option(metavar="姓名", help="批注的署名，不写则署“绩效目标审核”。", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="输出文件已经有了也覆盖。")] = False,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="指定框架，不写则自动选择。", autocompletion=complete_profiles),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(metavar="CODES", help="只查这些代码，写法同 review。", autocompletion=complete_codes),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="CODES", help="不查这些代码，写法同 review。", autocompletion=complete_codes),
    ] = None,
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", min=1990, max=2100, help="预算年度，不写则取表中的。")
    ] = None,
    decisions: Annotated[
        bool,
        typer.Option(
            "--decisions/--no-decisions", help="用文件旁边的处理记录：已豁免、驳回的不再写进批注，在审核说明里注明。"
        ),
    ] = True,
) -> None:
    """把审核意见写进原来的文件：意见是单元格上的批注，改写是修订（Word）或写在批注里（Excel），其余一概不动。

    其他格式（PDF、.doc、.xls、文本等）按读到的内容重建成 Word 文件再批注。

    例：reviewer annotate 申报表.docx
    例：reviewer annotate 申报表.xlsx --output 批注/申报表.xlsx --author 张三
    """
    from datetime import datetime

    from reviewer import pipeline
    from reviewer.annotate import AUTHOR, Stamp
    from reviewer.annotate import annotate as write
    from reviewer.cli.output import check_output, write_file
    from reviewer.cli.review import exit_code, split_codes
    from reviewer.cli.settled import settled
    from reviewer.cli.suggest import engines_of

    named = split_codes(suggest) or ["rules"]
    engines = () if named == ["none"] else engines_of(named, "--suggest")
    if output is not None:
        check_output(output, [file])
        _check_target(output, force=force)
    report = pipeline.review(
        file, profile=profile, year=year, select=split_codes(select), ignore=split_codes(ignore), engines=engines
    )
    report = settled(report, [file], use_beside=decisions)
    signed = Stamp(author=(author or "").strip() or AUTHOR, when=datetime.now())
    done = write(file, report, signed)
    # A document rebuilt from another format must not take the name of what belongs to a Word file of the same name.
    stem = file.name if done.rebuilt else file.stem
    target = output or file.with_name(f"{stem}{_NAME}{done.suffix}")
    if output is None:
        check_output(target, [file])
        _check_target(target, force=force)
    _check_suffix(target, done.suffix)
    write_file(target, done.content)
    for note in (*_open_notes(file), *done.notes):
        typer.echo(f"注意：{note}", err=True)
    revised = f"，修订 {len(done.tracked)} 处" if done.tracked else ""
    typer.echo(f"已写入 {target}（批注 {done.comments} 条{revised}）", err=True)
    raise typer.Exit(exit_code(report))


def _check_target(target: Path, *, force: bool) -> None:
    """Refuse to lose what a reviewer may have done in an earlier annotated file.

    Raises:
        ReviewerError: the file is open in an office program, or is there already.
    """
    from reviewer.cli.output import office_lock
    from reviewer.errors import ReviewerError

    if office_lock(target) is not None:
        raise ReviewerError(
            "文件正在 Word、Excel 或 WPS 里打开，没有写入", str(target), "先关闭它，或用 --output 换一个文件名"
        )
    if target.exists() and not force:
        raise ReviewerError(
            "批注文件已经有了，里面可能有审核人改过的内容，没有覆盖",
            str(target),
            "用 --output 换一个文件名，或加 --force 覆盖",
        )


def _check_suffix(target: Path, suffix: str) -> None:
    from reviewer.errors import ReviewerError

    if target.suffix.lower() != suffix.lower():
        raise ReviewerError(
            f"批注后的文件是 {suffix} 格式，与输出文件名不符", str(target), f"文件名的后缀写成 {suffix}"
        )


def _open_notes(file: Path) -> list[str]:
    from reviewer.cli.output import office_lock

    if office_lock(file) is None:
        return []
    return [f"{file.name} 正打开着：批注的是最后一次保存的内容"]
