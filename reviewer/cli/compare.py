"""``reviewer compare``: the second round, finding by finding."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.app import app
from reviewer.cli.complete import complete_profiles

if TYPE_CHECKING:
    from reviewer.records import Report
    from reviewer.suggesters.base import Engine


class CompareFormat(StrEnum):
    """What ``--format`` takes here."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    DOCX = "docx"


_BY_SUFFIX = {
    ".txt": CompareFormat.TEXT,
    ".json": CompareFormat.JSON,
    ".html": CompareFormat.HTML,
    ".htm": CompareFormat.HTML,
    ".docx": CompareFormat.DOCX,
}


@app.command()
def compare(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="上一轮的文件。")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="修改后的文件；格式可以不同。")],
    output_format: Annotated[
        CompareFormat | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="text、json、html 之一，或 docx（复核意见书）；不写则看 --output 的后缀。",
            show_default=False,
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="把结果写进这个文件。")] = None,
    template: Annotated[
        Path | None, typer.Option(metavar="FILE", help="复核意见书的模板，同 reviewer letter。")
    ] = None,
    opinion: Annotated[str, typer.Option(metavar="文字", help="意见书中审核人自己的意见。", show_default=False)] = "",
    unit: Annotated[str, typer.Option(metavar="名称", help="意见书的主送单位。", show_default=False)] = "",
    office: Annotated[str, typer.Option(metavar="名称", help="意见书落款的审核单位。", show_default=False)] = "",
    reviewer: Annotated[
        str, typer.Option(metavar="姓名", envvar="REVIEWER_NAME", help="审核人。", show_default=False)
    ] = "",
    number: Annotated[str, typer.Option(metavar="文号", help="意见书的文号。", show_default=False)] = "",
    due: Annotated[str, typer.Option(metavar="日期", help="重新报送的期限。", show_default=False)] = "",
    date: Annotated[str | None, typer.Option(metavar="日期", help="落款日期，如 2025-03-11。")] = None,
    hints: Annotated[bool, typer.Option("--hints/--no-hints", help="意见书也列入“提示”。")] = False,
    force: Annotated[bool, typer.Option("--force", help="复核意见书已经有了也覆盖。")] = False,
    decisions: Annotated[
        bool,
        typer.Option("--decisions/--no-decisions", help="用两轮文件旁边的处理记录：豁免和驳回的意见单列，不计入。"),
    ] = True,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="指定框架，不写则自动选择。", autocompletion=complete_profiles),
    ] = None,
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", min=1990, max=2100, help="预算年度，不写则取表中的。")
    ] = None,
) -> None:
    """第二轮对照：上一轮的每条意见是已改、未改，还是改坏了；新文件里又新增了什么。

    按内容对行，不按行号：行移动、改名、插入都能对上。上一轮的处理记录（豁免、驳回）接着有效，原文改了的除外。

    例：reviewer compare 申报表.docx 申报表（修改）.docx
    例：reviewer compare 申报表.docx 申报表（修改）.docx --output 复核意见书.docx --office 某某区财政局

    退出码：0 没有必须修改的问题；1 还有（未改、新增或改坏）；2 有文件读不了。
    """
    from reviewer import pipeline
    from reviewer.cli.letter import head_of, write_letter
    from reviewer.cli.output import check_output, print_lines, terminal_width, write_bytes, write_file
    from reviewer.cli.review import exit_code
    from reviewer.errors import ReviewerError
    from reviewer.rounds.compare import compare as follow
    from reviewer.rounds.compare_text import as_json, lines
    from reviewer.rounds.letter import second_letter
    from reviewer.rounds.pages import compare_html
    from reviewer.writers.view import views

    chosen = output_format or _BY_SUFFIX.get(output.suffix.lower() if output else "", CompareFormat.TEXT)
    if chosen is CompareFormat.DOCX and output is None:
        raise ReviewerError("复核意见书要写进文件", "--output", "例如 --output 复核意见书.docx")
    if output is not None:
        check_output(output, [old, new])
    engines: tuple[Engine, ...] = ("rules",) if chosen is CompareFormat.DOCX else ()
    before = pipeline.review(old, profile=profile, year=year)
    after = pipeline.review(new, profile=profile, year=year, engines=engines)
    if decisions:
        before, after = _decided(before, old, old), _decided(after, new, old)
    (one,), (two,) = views(before), views(after)
    found = follow(one.item, two.item)
    if chosen is CompareFormat.DOCX:
        assert output is not None
        head = head_of(office, reviewer, number, due, opinion, unit, date, hints)
        write_letter(second_letter(found, two, one, head), output, [old, new], "docx", template, force=force)
    elif chosen is CompareFormat.TEXT and output is None:
        print_lines(lines(found, one, two, terminal_width()))
    else:
        text = "\n".join(line.text for line in lines(found, one, two)) + "\n"
        data = {
            CompareFormat.TEXT: text.encode("utf-8", errors="replace"),
            CompareFormat.JSON: as_json(found),
            CompareFormat.HTML: compare_html(found, one, two),
        }[chosen]
        if output is None:
            write_bytes(data)
        else:
            write_file(output, data)
            typer.echo(f"对照已写入 {output}", err=True)
    broken = max(exit_code(before), exit_code(after)) == 2
    raise typer.Exit(2 if broken else int(found.failing))


def _decided(report: "Report", file: Path, first: Path) -> "Report":
    """The report with the decisions on the file itself, and on the first round, in force."""
    from datetime import date

    from reviewer.rounds.aside import Source, settle
    from reviewer.rounds.decisions import beside, load_decisions

    # Waivers of the first round that no longer apply are nothing to complain of here: what they waived was changed.
    places = [beside(path) for path in dict.fromkeys((file, first))]
    sources = [Source(place.name, load_decisions(place)) for place in places if place.exists()]
    if not sources:
        return report
    done = settle(report, [None], sources, today=date.today())
    return done.model_copy(update={"stale_waivers": ()})
