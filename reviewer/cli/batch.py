"""``reviewer batch``: folders of filings at once."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.app import app
from reviewer.cli.complete import complete_codes, complete_profiles
from reviewer.cli.review import Watch

if TYPE_CHECKING:
    from reviewer.batch import Summary


class Engine(StrEnum):
    """What ``--engine`` takes: this machine, or a Ray cluster."""

    LOCAL = "local"
    RAY = "ray"


@app.command()
def batch(
    folders: Annotated[
        list[str],
        typer.Argument(metavar="DIR...", help="要审核的文件夹（连同下级），可写多个；用 ray 时也可写 s3:// 等地址。"),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="存放结果的文件夹，没有则新建。")],
    jobs: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="同时审核几个文件，不写则每个处理器一个。", show_default=False),
    ] = None,
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
    suggest: Annotated[
        list[str] | None,
        typer.Option(metavar="ENGINES", help="同时给出修改建议：rules 按规则，bank 指标库。", show_default=False),
    ] = None,
    reports: Annotated[bool, typer.Option("--reports", help="另给每个文件一份网页报告，汇总网页链接过去。")] = False,
    parquet: Annotated[
        bool | None,
        typer.Option(
            "--parquet/--no-parquet", help="写 Parquet 数据文件；不写则装有 pyarrow 时才写。", show_default=False
        ),
    ] = None,
    watch: Annotated[
        Watch | None,
        typer.Option(
            help="warn 只看不拦：有必须修改的问题也返回 0；gate 作关口：有则返回 1，不认放在文件旁边的处理记录。",
            show_default=False,
        ),
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
    engine: Annotated[
        Engine,
        typer.Option(help="local 用本机；ray 用 Ray 集群的多台机器（需另装），结果相同。"),
    ] = Engine.LOCAL,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="主机:端口", help="Ray 集群的地址，不写则看 RAY_ADDRESS，再没有则只用本机。"),
    ] = None,
    timeout: Annotated[float, typer.Option(metavar="秒", min=1, help="单个文件最多审核多少秒，超过则跳过。")] = 180,
) -> None:
    """批量审核文件夹里的全部申报表，汇总成一个 Excel 工作簿和一个网页。

    读不了的文件列入“未能审核”，不影响其他文件。中途停下（关机、断电也一样），再运行同一命令会接着做。

    例：reviewer batch 上报材料/ --output 审核结果
    例：reviewer batch 上报材料/ --output 审核结果 --reports --suggest rules

    退出码：0 没有必须修改的问题；1 有必须修改的问题；2 有文件读不了，或命令用法有误。
    """
    from reviewer.batch import Options, run_batch
    from reviewer.cli.progress import Reporter
    from reviewer.cli.review import split_codes
    from reviewer.cli.suggest import engines_of

    options = Options(
        profile=profile,
        year=year,
        select=tuple(split_codes(select)),
        ignore=tuple(split_codes(ignore)),
        engines=engines_of(suggest or [], "--suggest"),
        # A unit that files its own decisions beside the form must not open the gate with them.
        decisions=decisions if decisions is not None else watch is not Watch.GATE,
        baseline=str(baseline) if baseline is not None else None,
        waivers=tuple(map(str, waivers or ())),
    )
    with Reporter() as reporter:
        try:
            summary = run_batch(
                folders,
                output,
                options,
                engine=engine.value,
                address=cluster,
                jobs=jobs,
                seconds=timeout,
                reports=reports,
                with_parquet=parquet,
                progress=reporter,
            )
        except KeyboardInterrupt:
            typer.echo("\n已停下。审核过的结果都在输出文件夹里，再次运行同一命令会接着做。", err=True)
            raise
    _print(summary)
    raise typer.Exit(summary.exit_code(gate=watch is not Watch.WARN))


def _print(summary: "Summary") -> None:
    from reviewer.batch.tally import most_frequent
    from reviewer.records import Severity
    from reviewer.writers.words import SEVERITY_SIGNS, SEVERITY_WORDS

    tally, total = summary.tally, summary.tally.total
    print(f"{total.files} 个文件，{total.forms} 张表，{tally.named_units} 个单位。")
    print("　".join(f"{SEVERITY_SIGNS[s]} {SEVERITY_WORDS[s]} {total.severities[s]}" for s in Severity))
    flaws = [line for line in most_frequent(tally.rules.values()) if line.worst is not Severity.INFO][:3]
    if flaws:
        print("最常见：" + "、".join(f"{line.name}（{line.forms}张表）" for line in flaws))
    if tally.copies:
        print(f"雷同线索 {len(tally.copies)} 组。")
    if summary.kept:
        print(f"其中 {summary.kept} 个文件此前已审核过，内容没有变，没有重做。")
    if tally.aside:
        print(f"{tally.aside_words()}，见“不计入的意见”。")
    if tally.stale:
        print(f"{len(tally.stale)} 条豁免失效，见“不计入的意见”。")
    if total.unread or total.partly:
        print(f"没有审核 {total.unread} 个文件，部分未读 {total.partly} 个，都不算通过，见“未能审核”。")
    for failure in tally.failures[:5]:
        assert failure.failure is not None
        typer.echo(f"没有审核 {failure.path}：{failure.failure.what}", err=True)
    if len(tally.failures) > 5:
        typer.echo(f"……共 {len(tally.failures)} 个文件没有审核", err=True)
    if summary.inputs.skipped:
        kinds = "、".join(f"{suffix} {number} 个" for suffix, number in sorted(summary.inputs.skipped.items()))
        print(f"跳过不是申报表类型的文件：{kinds}")
    for folder in summary.inputs.closed:
        typer.echo(f"没有权限打开文件夹 {folder}，其中的文件没有审核", err=True)
    for path in summary.written:
        print(f"已写入 {path}")
    for words in summary.not_written:
        typer.echo(f"出错：{words}", err=True)
