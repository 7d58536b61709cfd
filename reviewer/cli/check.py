"""``reviewer check``: before handing in, a light and what to do."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.app import app
from reviewer.cli.complete import complete_profiles


class CheckFormat(StrEnum):
    """What ``--format`` takes here."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"


_BY_SUFFIX = {".html": CheckFormat.HTML, ".htm": CheckFormat.HTML, ".json": CheckFormat.JSON}


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="准备报送的申报表文件。")],
    output_format: Annotated[
        CheckFormat | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="text、html、json 之一；不写则看 --output 的后缀。",
            show_default=False,
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="把结果写进这个文件。")] = None,
    remember: Annotated[
        bool,
        typer.Option("--remember/--no-remember", help="记住这次的结果（只在本机、只有自己能读），下次说出改好了哪些。"),
    ] = True,
    forget: Annotated[bool, typer.Option("--forget", help="删掉以前记住的这个文件的结果；不检查。")] = False,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="指定框架，不写则自动选择。", autocompletion=complete_profiles),
    ] = None,
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", min=1990, max=2100, help="预算年度，不写则取表中的。")
    ] = None,
) -> None:
    """报送前自查：红灯不能报，黄灯最好再改改，绿灯可以报；按先后列出要做的事，改了再查会说改好了哪些。

    例：reviewer check 申报表.docx
    例：reviewer check 申报表.docx --output 自查清单.html

    退出码：0 绿灯或黄灯；1 红灯；2 文件读不了，或有内容没有读出。
    """
    from datetime import datetime

    from reviewer import pipeline
    from reviewer.cli.output import check_output, print_lines, terminal_width, write_bytes, write_file
    from reviewer.cli.review import exit_code
    from reviewer.cli.settled import settled
    from reviewer.rounds import check_text, memory
    from reviewer.rounds.check import check as examine
    from reviewer.writers.view import views

    if forget:
        known = memory.forget(file)
        typer.echo(f"已删掉记住的结果：{file}" if known else f"没有记住过：{file}", err=True)
        return
    chosen = output_format or _BY_SUFFIX.get(output.suffix.lower() if output else "", CheckFormat.TEXT)
    if output is not None:
        check_output(output, [file])
    report = settled(pipeline.review(file, profile=profile, year=year, engines=("rules",)), [file])
    (view,) = views(report)
    done = examine(view, memory.recall(file) if remember else None)
    if remember:  # before printing: a pipe may be closed early
        try:
            memory.remember(file, view.item, datetime.now())
        except OSError as error:  # the check itself is done: a full disk must not hide it
            typer.echo(f"注意：这次的结果没有记住（{error.strerror or error}）", err=True)
    if chosen is CheckFormat.TEXT and output is None:
        print_lines(check_text.lines(done, view, terminal_width()))
    else:
        if chosen is CheckFormat.TEXT:
            data = ("\n".join(line.text for line in check_text.lines(done, view)) + "\n").encode("utf-8", "replace")
        else:
            data = (check_text.as_json if chosen is CheckFormat.JSON else check_text.as_html)(done, view)
        if output is None:
            write_bytes(data)
        else:
            write_file(output, data)
            typer.echo(f"已写入 {output}", err=True)
    raise typer.Exit(exit_code(report))
