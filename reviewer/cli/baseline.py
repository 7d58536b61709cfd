"""``reviewer baseline``: freeze a stock of old findings, so that only new ones count."""

from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.app import app
from reviewer.cli.complete import complete_profiles


@app.command()
def baseline(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="文件或文件夹，可写多个。")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="基线文件；不写则为当前文件夹的 baseline.json。"),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="指定框架，不写则自动选择。", autocompletion=complete_profiles),
    ] = None,
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", min=1990, max=2100, help="预算年度，不写则取表中的。")
    ] = None,
) -> None:
    """把现有的问题记成基线：以后用 review --baseline 审核，只有新的问题才算。

    按文件、表、代码和原文认，不按行号；同样的问题多出一处，也算新的。原文改了仍有问题，算新的。

    例：reviewer baseline 上报材料/ --output 基线.json
    例：reviewer review 上报材料/ --baseline 基线.json

    退出码：0 已写成；2 有文件读不了，没有写。
    """
    from datetime import date

    from reviewer import pipeline
    from reviewer.cli.output import check_output, write_file
    from reviewer.cli.review import collect
    from reviewer.cli.settled import settled
    from reviewer.errors import ReviewerError
    from reviewer.rounds.baseline import freeze

    target = output or Path("baseline.json")
    files, empty = collect(paths)
    check_output(target, files)
    report = pipeline.review(files, profile=profile, year=year, keep_going=True)
    failures = (*report.failures, *empty)
    if failures:
        told = "；".join(f"{f.source}：{f.what}" for f in failures[:3])
        raise ReviewerError(f"有 {len(failures)} 个文件读不了，没有写基线（{told}）", "", "改好或移走这些文件后重试")
    report = settled(report, files)
    write_file(target, freeze(report, date.today()))
    count = sum(len(item.findings) for item in report.filings)
    typer.echo(f"已写入 {target}：{len(report.filings)} 个文件，{count} 条意见", err=True)
