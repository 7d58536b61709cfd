"""``reviewer eval``: run the evaluation sets, compare with an earlier run, hold the floors."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.app import app


class Format(StrEnum):
    """What ``--format`` takes."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


@app.command(name="eval")
def evaluate(
    sets: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SET...]", help="要运行的评测集；不写则全部运行。", show_default=False),
    ] = None,
    output_format: Annotated[Format, typer.Option("--format", "-f", help="结果的格式。")] = Format.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="把结果写进文件；不写则显示在屏幕上。")
    ] = None,
    set_path: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="另外的评测集所在的文件夹（也可以就是一个评测集），与内置的一起运行。"),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="REV|FILE", help="与这个 git 版本的 baseline.json 比较，或与 --format json 写出的文件比较。"
        ),
    ] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ENGINES",
            help="修改建议的引擎：rules、bank、llm，用逗号分开，几个一起比较；不写则按评测集的设置。",
            show_default=False,
        ),
    ] = None,
    model: Annotated[str, typer.Option(metavar="NAME", help="引擎 llm 用的模型。", show_default=False)] = "",
    misses: Annotated[int, typer.Option(metavar="N", min=0, help="每个代码列出 N 处漏报和误报。")] = 0,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="把这次的结果写成各评测集的 baseline.json。")
    ] = False,
    agreement: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="计算这些审核决定文件中几个标注人的一致性（可重复），不运行评测集。"),
    ] = None,
    make_set: Annotated[
        Path | None, typer.Option(metavar="DIR", help="与 --agreement 一起：把这些决定做成一个评测集，放进这个文件夹。")
    ] = None,
) -> None:
    """用评测集检验程序：每条规则的精确率、召回率和区间，归类和匹配的正确率，并守住下限。

    例：reviewer eval
    例：reviewer eval planted --misses 3
    例：reviewer eval --against HEAD~1
    例：reviewer eval suggestions --engine rules,bank

    退出码：0 下限全部达到；1 有下限没有达到；2 评测集不合格式或读不了。
    """
    from reviewer.cli.output import check_output, print_lines, write_file
    from reviewer.cli.suggest import engines_of
    from reviewer.evals import decisions, reports, run
    from reviewer.evals.compare import compare
    from reviewer.evals.results import keep, load_baselines, write_baseline
    from reviewer.writers.terminal import Line

    if output is not None:
        check_output(output, agreement or [])
    if agreement:
        results = [decisions.agreement_of(decisions.read_decisions(agreement))]
        if make_set is not None:
            decisions.make_set(decisions.read_decisions(agreement), make_set)
    else:
        engines = engines_of(engine or [], "--engine")
        loaded = run.load_sets(sets or [], set_path)
        chosen = [variant for item in loaded for variant in run.with_engines(item, engines, model)]
        baselines = load_baselines(against, chosen) if against is not None else {}
        results = [run.run_set(item) for item in chosen]
    comparisons = {
        r.chosen.id: compare(baselines[r.chosen.id], keep(r))
        for r in results
        if not agreement and r.chosen.id in baselines
    }
    if update_baseline and not agreement:
        for result in results:
            write_baseline(result)
    if output_format is Format.TEXT:
        shown = reports.text_lines(results, comparisons, misses)
        if output is None:
            print_lines(Line(text, style) for text, style in shown)
        else:
            write_file(output, ("\n".join(text for text, _ in shown) + "\n").encode())
    else:
        make = reports.as_json if output_format is Format.JSON else reports.as_markdown
        data = make(results, comparisons).encode()
        if output is None:
            from reviewer.cli.output import write_bytes

            write_bytes(data)
        else:
            write_file(output, data)
    if any(result.broken for result in results):
        raise typer.Exit(1)
