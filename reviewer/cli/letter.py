"""``reviewer letter``: the opinion letter (审核意见书), one for each unit."""

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.app import app
from reviewer.cli.complete import complete_profiles

if TYPE_CHECKING:
    from reviewer.records import Report
    from reviewer.rounds.decisions import Decisions
    from reviewer.rounds.letter import Head, Letter

_BAD = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


class LetterFormat(StrEnum):
    """What ``--format`` takes here."""

    DOCX = "docx"
    HTML = "html"


@app.command()
def letter(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH...", help="要审核的文件或文件夹，可写多个。", show_default=False),
    ] = None,
    output_format: Annotated[
        LetterFormat | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="docx（默认）或 html；不写则看 --output 的后缀。",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="意见书文件；有多个单位时写文件夹。不写则在当前文件夹，名为“审核意见书（单位）”。",
        ),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="本局自己的模板（.docx 或 .html），先用 --new-template 取得默认的。"),
    ] = None,
    new_template: Annotated[
        Path | None, typer.Option(metavar="FILE", help="把默认模板写成这个文件（.docx 或 .html），供修改；不审核。")
    ] = None,
    opinion: Annotated[
        str,
        typer.Option(
            metavar="文字", help="审核人自己的意见，放在最前面；也可写在处理记录的 opinion 里。", show_default=False
        ),
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="意见书已经有了也覆盖。")] = False,
    decisions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="处理记录；不写则为文件旁边的“文件名.decisions.yaml”。"),
    ] = None,
    unit: Annotated[str, typer.Option(metavar="名称", help="主送单位；不写则取表中的。", show_default=False)] = "",
    office: Annotated[str, typer.Option(metavar="名称", help="落款的审核单位。", show_default=False)] = "",
    reviewer: Annotated[
        str, typer.Option(metavar="姓名", envvar="REVIEWER_NAME", help="审核人。", show_default=False)
    ] = "",
    number: Annotated[str, typer.Option(metavar="文号", help="文号，如 财绩审〔2025〕3号。", show_default=False)] = "",
    due: Annotated[
        str, typer.Option(metavar="日期", help="修改后重新报送的期限，如 2025年3月20日。", show_default=False)
    ] = "",
    date: Annotated[
        str | None, typer.Option(metavar="日期", help="落款日期，如 2025-03-11；不写为当天。", show_default=False)
    ] = None,
    hints: Annotated[bool, typer.Option("--hints/--no-hints", help="“提示”也列入意见。")] = False,
    suggest: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ENGINES", help="修改建议由谁提出：rules（默认）、bank、llm，none 不要。", show_default=False
        ),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="指定框架，不写则自动选择。", autocompletion=complete_profiles),
    ] = None,
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", min=1990, max=2100, help="预算年度，不写则取表中的。")
    ] = None,
) -> None:
    """出审核意见书：每个单位一份，按表逐条写明问题、依据、修改建议，附审核表和初评等级（建议）。

    例：reviewer letter 申报表.docx --office 某某区财政局 --reviewer 张三
    例：reviewer letter 上报材料/ --output 意见书/ --due 2025年3月20日
    例：reviewer letter --new-template 本局模板.docx

    退出码：0 已写出，没有必须修改的问题；1 已写出，有必须修改的问题；2 有文件读不了或没有写成。
    """
    from reviewer import pipeline
    from reviewer.cli.review import collect, exit_code, split_codes
    from reviewer.cli.settled import settled
    from reviewer.cli.suggest import engines_of
    from reviewer.errors import ReviewerError

    if new_template is not None:
        _write_template(new_template)
        return
    if not paths:
        raise ReviewerError("没有写要审核的文件", "", "例如 reviewer letter 申报表.docx")
    chosen = output_format or (
        LetterFormat.HTML if output and output.suffix.lower() in (".html", ".htm") else LetterFormat.DOCX
    )
    named = split_codes(suggest) or ["rules"]
    engines = () if named == ["none"] else engines_of(named, "--suggest")
    files, empty = collect(paths)
    report = pipeline.review(files, profile=profile, year=year, keep_going=True, engines=engines)
    report = report.model_copy(update={"failures": (*report.failures, *empty)})
    report = settled(report, files, decisions=decisions)
    head = head_of(office, reviewer, number, due, opinion, unit, date, hints)
    letters = _letters(report, files, decisions, head)
    if not letters:
        first = report.failures[0] if report.failures else None
        what = f"：{first.what}" if first else ""
        raise ReviewerError(
            f"没有可以写意见书的文件{what}", first.where if first else "", first.remedy if first else ""
        )
    _write_all(letters, files, output, chosen, template, force=force)
    for failure in report.failures:
        typer.echo(f"没有审核 {failure.source}：{failure.what}", err=True)
    raise typer.Exit(exit_code(report))


def head_of(
    office: str, reviewer: str, number: str, due: str, opinion: str, unit: str, date_text: str | None, hints: bool
) -> "Head":
    """What options say of a letter.

    Raises:
        ReviewerError: the date is none.
    """
    from datetime import date

    from reviewer.errors import ReviewerError
    from reviewer.rounds.letter import Head

    try:
        today = date.fromisoformat(date_text) if date_text else date.today()
    except ValueError:
        raise ReviewerError(f"看不懂日期“{date_text}”", "--date", "写作 2025-03-11") from None
    return Head(
        office=office, reviewer=reviewer, number=number, due=due, opinion=opinion, unit=unit, today=today, hints=hints
    )


def _letters(report: "Report", files: list[Path], given: Path | None, head: "Head") -> "list[Letter]":
    """A letter for each unit; files that name none are units of their own."""
    from dataclasses import replace

    from reviewer.cli.settled import paired
    from reviewer.rounds.decisions import beside, load_decisions
    from reviewer.rounds.letter import first_letter
    from reviewer.text.normalize import squash
    from reviewer.writers.view import FilingView, views

    groups: dict[str, list[tuple[FilingView, Decisions]]] = {}
    for n, (view, path) in enumerate(zip(views(report), paired(report, files), strict=True)):
        noted = load_decisions(given or beside(path or Path(view.item.filing.source)))
        org = squash(head.unit or noted.unit or view.item.filing.org)
        groups.setdefault(org or f"#{n}", []).append((view, noted))
    made = []
    for members in groups.values():
        own = "\n".join(dict.fromkeys(n.opinion.strip() for _, n in members if n.opinion.strip()))
        named = head.unit or next((n.unit for _, n in members if n.unit), "")
        told = replace(head, opinion=head.opinion or own, unit=named)
        made.append(first_letter([v for v, _ in members], [n.decisions for _, n in members], told))
    return made


def _write_all(
    letters: "list[Letter]",
    inputs: list[Path],
    output: Path | None,
    chosen: LetterFormat,
    template: Path | None,
    *,
    force: bool,
) -> None:
    from reviewer.errors import ReviewerError

    folder, single = output or Path(), False
    if output is not None and output.suffix.lower() in (".docx", ".html", ".htm") and not output.is_dir():
        if len(letters) > 1:
            raise ReviewerError(f"有 {len(letters)} 个单位，不能写进一个文件", str(output), "把 --output 写成文件夹")
        single = True
    elif output is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ReviewerError(f"文件夹建不了：{error.strerror or error}", str(folder), "换一个位置") from None
    taken: set[Path] = set()
    for item in letters:
        name = _BAD.sub("", item.unit or Path(item.sources[0]).stem)[:60]
        target = output if single and output is not None else folder / f"审核意见书（{name}）.{chosen}"
        number = 2
        while target in taken:
            target = folder / f"审核意见书（{name}）{number}.{chosen}"
            number += 1
        taken.add(target)
        write_letter(item, target, inputs, chosen.value, template, force=force)


def write_letter(
    item: "Letter", target: Path, inputs: list[Path], chosen: str, template: Path | None, *, force: bool
) -> None:
    """Write one letter and say so.

    Raises:
        ReviewerError: the template is wrong, the file is open or there already, or the place cannot be written.
    """
    from reviewer.cli.output import check_output, office_lock, write_file
    from reviewer.errors import ReviewerError
    from reviewer.rounds.letter_docx import letter_docx
    from reviewer.rounds.letter_html import letter_html

    check_output(target, inputs)
    if office_lock(target) is not None:
        raise ReviewerError(
            "意见书正在 Word 或 WPS 里打开，没有写入", str(target), "先关闭它，或用 --output 换一个文件名"
        )
    if target.exists() and not force:
        raise ReviewerError(
            "意见书已经有了，里面可能有审核人改过的内容，没有覆盖",
            str(target),
            "用 --output 换一个文件名，或加 --force 覆盖",
        )
    write_file(target, letter_docx(item, template) if chosen == "docx" else letter_html(item, template))
    typer.echo(f"已写入 {target}：{item.unit or '（没有单位名称）'}，意见 {item.total} 条", err=True)


def _write_template(target: Path) -> None:
    from reviewer.cli.output import check_output, write_file
    from reviewer.errors import ReviewerError
    from reviewer.rounds.letter_html import TEMPLATE
    from reviewer.rounds.letter_template import BLOCKS, WORDS, default_template

    if target.suffix.lower() not in (".docx", ".html"):
        raise ReviewerError("模板是 .docx 或 .html", str(target), "改正文件名的后缀")
    check_output(target, [])
    if target.exists():
        raise ReviewerError("文件已经有了，没有覆盖", str(target), "换一个文件名")
    write_file(target, default_template() if target.suffix.lower() == ".docx" else TEMPLATE.read_bytes())
    typer.echo(f"已写入 {target}", err=True)
    if target.suffix.lower() == ".docx":
        typer.echo("字句处可用的占位：")
        for name, meaning in WORDS.items():
            typer.echo(f"  {{{{{name}}}}}　{meaning}")
        typer.echo("单独成段的占位（格式随该段）：")
        for name, meaning in BLOCKS.items():
            typer.echo(f"  {{{{{name}}}}}　{meaning}")
