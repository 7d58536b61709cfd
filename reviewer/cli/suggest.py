"""``reviewer suggest``: proven rewrites for what the review found."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.app import app
from reviewer.cli.complete import complete_profiles
from reviewer.cli.review import collect, split_codes

if TYPE_CHECKING:
    from reviewer.records import Report
    from reviewer.suggesters.base import Engine


class SuggestFormat(StrEnum):
    """What ``--format`` takes here."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    MARKDOWN = "markdown"


_BY_SUFFIX = {
    ".txt": SuggestFormat.TEXT,
    ".json": SuggestFormat.JSON,
    ".html": SuggestFormat.HTML,
    ".htm": SuggestFormat.HTML,
    ".md": SuggestFormat.MARKDOWN,
}


@app.command()
def suggest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="要改写的文件或文件夹，可写多个。")],
    engine: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ENGINES",
            help="由谁提出：rules 按规则（默认），bank 指标库，llm 模型；用逗号分开，可重复。",
            show_default=False,
        ),
    ] = None,
    output_format: Annotated[
        SuggestFormat | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="text、json、html、markdown 之一；不写则看 --output 的后缀。",
            show_default=False,
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="把建议写进这个文件。")] = None,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="指定框架，不写则自动选择。", autocompletion=complete_profiles),
    ] = None,
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", min=1990, max=2100, help="预算年度，不写则取表中的。")
    ] = None,
    decisions: Annotated[
        bool,
        typer.Option("--decisions/--no-decisions", help="用文件旁边的处理记录：已驳回的建议不再出现。"),
    ] = True,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="引擎 llm 用的模型，不写则按设置。", show_default=False)
    ] = None,
    max_calls: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="引擎 llm 最多发出多少个请求。", show_default=False)
    ] = None,
    max_cost: Annotated[
        str | None, typer.Option(metavar="元", help="引擎 llm 最多花多少元，到了就停。", show_default=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只显示引擎 llm 会发送的全部内容，不发送。")] = False,
) -> None:
    """给出修改建议：改前改后对照、理由、每个数字的出处、可否直接采用。

    每条建议都放回表中重新检查过：原来的问题消失，没有新的问题，数字都有出处；不能确定的数字写作【待填】。

    例：reviewer suggest 申报表.docx
    例：reviewer suggest 申报表.docx --engine rules,bank --output 建议.html
    例：reviewer suggest 申报表.docx --engine llm --dry-run

    退出码：0 已给出建议（或没有可改的）；2 有文件读不了、有几处模型没有答上，或命令用法有误。
    """
    from reviewer import pipeline
    from reviewer.cli.model import accounted
    from reviewer.cli.output import check_output, print_lines, terminal_width, write_bytes, write_file
    from reviewer.cli.settled import settled
    from reviewer.writers import WRITERS
    from reviewer.writers.terminal_suggestions import lines

    chosen = output_format or _BY_SUFFIX.get(output.suffix.lower() if output else "", SuggestFormat.TEXT)
    engines = engines_of(engine or ["rules"], "--engine")
    files, empty = collect(paths)
    if output is not None:
        check_output(output, files)
    session = None
    if dry_run or "llm" in engines:
        from reviewer.cli.model import print_requests, session_from

        session = session_from({"model": model, "max_calls": max_calls, "max_cost": max_cost}, dry=dry_run)
    if dry_run and session is not None:
        report = pipeline.review(files, profile=profile, year=year, keep_going=True, engines=("llm",), llm=session)
        print_requests(session)
        raise typer.Exit(2 if report.failures or empty else 0)
    with accounted(session):
        report = pipeline.review(files, profile=profile, year=year, keep_going=True, engines=engines, llm=session)
    report = report.model_copy(update={"failures": (*report.failures, *empty)})
    report = settled(report, files, use_beside=decisions)
    if chosen is not SuggestFormat.TEXT:
        data = WRITERS[chosen].write(report)
        if output is None:
            write_bytes(data)
    elif output is None:
        print_lines(lines(report, terminal_width()))
    else:
        text = "\n".join(line.text for line in lines(report)) + "\n"
        data = text.encode("utf-8", errors="replace")
    if output is not None:
        write_file(output, data)
        typer.echo(f"建议已写入 {output}", err=True)
    for failure in report.failures:
        typer.echo(f"没有审核 {failure.source}：{failure.what}", err=True)
    raise typer.Exit(2 if report.failures or _unanswered(report) else 0)


def _unanswered(report: "Report") -> bool:
    """Whether a model failed to answer; a limit that the user has set himself is no failure."""
    return any(d.failure not in ("", "budget") for item in report.filings for d in item.dropped)


def engines_of(values: list[str], option: str) -> tuple["Engine", ...]:
    """The engines that an option names, each once; parted by commas of either kind.

    Raises:
        ReviewerError: there is no engine of that name, or nothing stands behind it.
    """
    from typing import get_args

    from reviewer.errors import ReviewerError
    from reviewer.suggesters.base import Engine
    from reviewer.suggesters.delivery import has_engine

    known = get_args(Engine)
    named = list(dict.fromkeys(split_codes(values)))
    for name in named:
        if name not in known:
            raise ReviewerError(f"没有名为“{name}”的建议引擎", option, f"可用：{'、'.join(known)}")
        if not has_engine(name):
            # Nothing proposed must never look like nothing to propose.
            raise ReviewerError(f"建议引擎“{name}”不可用", option, "先配置模型，或改用 rules、bank")
    return tuple(engine for name in named for engine in known if engine == name)
