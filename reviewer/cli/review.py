"""``reviewer review``: read files, check them, deliver the report."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.app import app
from reviewer.cli.complete import complete_codes, complete_profiles

if TYPE_CHECKING:
    from reviewer.records import Failure, Report


class Format(StrEnum):
    """What ``--format`` takes; a test holds it against the registered writers."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    MARKDOWN = "markdown"
    CSV = "csv"
    SARIF = "sarif"
    JUNIT = "junit"


class Watch(StrEnum):
    """What ``--watch`` takes: flaws are only shown, or hold the filing up."""

    WARN = "warn"
    GATE = "gate"


_BY_SUFFIX = {
    ".txt": Format.TEXT,
    ".json": Format.JSON,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".md": Format.MARKDOWN,
    ".csv": Format.CSV,
    ".sarif": Format.SARIF,
    ".xml": Format.JUNIT,
}


@app.command()
def review(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="要审核的文件或文件夹，可写多个。")],
    output_format: Annotated[
        Format | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="text、json、html、markdown、csv、sarif、junit 之一；不写则看 --output 的后缀。",
            show_default=False,
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="把报告写进这个文件。")] = None,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="指定框架，不写则自动选择。", autocompletion=complete_profiles),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODES", help="只查这些代码（或开头，如 QNT），用逗号分开，可重复。", autocompletion=complete_codes
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="CODES", help="不查这些代码，写法同 --select。", autocompletion=complete_codes),
    ] = None,
    match: Annotated[
        bool | None,
        typer.Option("--match/--no-match", help="查指标库中相近的指标；JSON 和 HTML 报告默认查。", show_default=False),
    ] = None,
    suggest: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ENGINES",
            help="同时给出修改建议：rules 按规则，bank 指标库，llm 模型；用逗号分开，可重复。",
            show_default=False,
        ),
    ] = None,
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", min=1990, max=2100, help="预算年度，不写则取表中的。")
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="基线文件（reviewer baseline 生成）：其中已有的问题不计，只看新的。"),
    ] = None,
    waivers: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="豁免文件，可重复；文件旁边的“文件名.decisions.yaml”总会用到。"),
    ] = None,
    decisions: Annotated[
        bool | None,
        typer.Option(
            "--decisions/--no-decisions",
            help="用文件旁边的处理记录：豁免和驳回的意见单列，不计入；不写则用，--watch gate 时不用。",
            show_default=False,
        ),
    ] = None,
    watch: Annotated[
        Watch | None,
        typer.Option(
            help="warn 只看不拦：有必须修改的问题也返回 0；gate 作关口：有则返回 1，不认放在文件旁边的处理记录。",
            show_default=False,
        ),
    ] = None,
) -> None:
    """审核绩效目标申报表，给出问题、位置、理由和依据。

    例：reviewer review 申报表.docx
    例：reviewer review 上报材料/ --output 报告.html
    例：reviewer review 申报表.docx --suggest rules --output 报告.html
    例：reviewer review 上报材料/ --watch gate --baseline 基线.json

    退出码：0 没有必须修改的问题（--watch warn 时有也是 0）；1 有；2 有内容读不了或没有查成。
    """
    from reviewer import pipeline
    from reviewer.cli.model import accounted, session_from
    from reviewer.cli.output import check_output, print_lines, terminal_width, write_bytes, write_file
    from reviewer.cli.settled import settled
    from reviewer.cli.suggest import engines_of
    from reviewer.writers import WRITERS

    chosen = output_format or _BY_SUFFIX.get(output.suffix.lower() if output else "", Format.TEXT)
    files, empty = collect(paths)
    if output is not None:
        check_output(output, files)
    engines = engines_of(suggest or [], "--suggest")
    session = session_from({}) if "llm" in engines else None
    with accounted(session):
        report = pipeline.review(
            files,
            profile=profile,
            year=year,
            select=split_codes(select),
            ignore=split_codes(ignore),
            keep_going=True,
            engines=engines,
            match=match if match is not None else chosen in (Format.JSON, Format.HTML),
            llm=session,
        )
    report = report.model_copy(update={"failures": (*report.failures, *empty)})
    # A unit that files its own decisions beside the form must not open the gate with them.
    beside = decisions if decisions is not None else watch is not Watch.GATE
    report = settled(report, files, baseline=baseline, waivers=waivers or (), use_beside=beside)
    if output is not None:
        write_file(output, WRITERS[chosen].write(report))
        typer.echo(f"报告已写入 {output}", err=True)
    elif chosen is Format.TEXT:
        from reviewer.writers.terminal import lines

        print_lines(lines(report, terminal_width()))
    else:
        write_bytes(WRITERS[chosen].write(report))
    for failure in report.failures:
        typer.echo(f"没有审核 {failure.source}：{failure.what}", err=True)
    code = exit_code(report)
    raise typer.Exit(0 if code == 1 and watch is Watch.WARN else code)


def split_codes(values: list[str] | None) -> list[str]:
    """Codes from options that may be repeated and may hold several, parted by commas of either kind."""
    return [code.strip() for value in values or () for code in value.replace("，", ",").split(",") if code.strip()]


def collect(paths: list[Path]) -> tuple[list[Path], list["Failure"]]:
    """The files to read, each once: files as given, folders searched for endings that can be read.

    Returns:
        The files, and a failure for each folder that holds nothing that can be read.
    """
    from reviewer.readers.base import READERS
    from reviewer.records import Failure

    found: dict[Path, Path] = {}
    empty: list[Failure] = []
    for path in paths:
        members = [path]
        if path.is_dir():
            suffixes = sorted({suffix for item in READERS.values() for suffix in item.suffixes})
            # ~$ files are what Word leaves beside an open document.
            members = sorted(
                file
                for file in path.rglob("*")
                if file.suffix.lower() in suffixes and not file.name.startswith((".", "~$")) and file.is_file()
            )
            if not members:
                remedy = f"可读的类型：{'、'.join(suffixes)}"
                empty.append(Failure(source=path.name, what="文件夹里没有可读的文件", where=str(path), remedy=remedy))
        for member in members:
            found.setdefault(member.resolve(), member)
    return list(found.values()), empty


def exit_code(report: "Report") -> int:
    """2 when anything could not be read or a rule broke down, else 1 with error-level findings, else 0."""
    from reviewer.records import OutcomeKind, Severity

    broken = any(o.outcome is OutcomeKind.ERROR for item in report.filings for o in item.outcomes)
    unread = any(
        not item.filing.forms or any(not part.advisory for part in item.filing.unread) for item in report.filings
    )
    if report.failures or unread or broken:
        return 2
    return int(any(item.worst() is Severity.ERROR for item in report.filings))
