"""``reviewer match``: which entries of the indicator bank a name means."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.app import app

if TYPE_CHECKING:
    from reviewer.matching import MatchResult


class MatchFormat(StrEnum):
    """What ``--format`` takes here."""

    TEXT = "text"
    JSON = "json"


@app.command("match")
def match_names(
    names: Annotated[list[str] | None, typer.Argument(help="指标名称，可写多个。", show_default=False)] = None,
    file: Annotated[Path | None, typer.Option("--file", help="从文件读名称，每行一个。", show_default=False)] = None,
    level2: Annotated[
        str | None, typer.Option("--level2", help="只在这类二级指标中找，如 数量指标。", show_default=False)
    ] = None,
    sector: Annotated[
        str | None, typer.Option("--sector", help="优先这个行业的指标，如 残疾人事业。", show_default=False)
    ] = None,
    bank: Annotated[
        Path | None,
        typer.Option("--bank", help="改用这个 CSV 文件作指标库，只要有 name 一列。", show_default=False),
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=100, help="每个名称列出几条。")] = 5,
    output_format: Annotated[MatchFormat, typer.Option("--format", "-f", help="输出格式。")] = MatchFormat.TEXT,
) -> None:
    """在指标库里找意思相同或相近的指标，并说明理由。"""
    from reviewer.cli.output import write_bytes
    from reviewer.errors import ReviewerError
    from reviewer.matching import Matcher, read_bank
    from reviewer.taxonomy.levels import CATEGORIES, category_of

    wanted = [*(names or ()), *_names_of(file)]
    if not wanted:
        raise ReviewerError("没有写要匹配的指标名称", "", "例：reviewer match 参训学员满意度")
    if level2 and category_of("", level2) is None:
        raise ReviewerError(f"二级指标“{level2}”不在九类之中", "--level2", f"可用：{'、'.join(CATEGORIES)}")
    matcher = Matcher([read_bank(bank, names_only=True)] if bank else None)
    if sector and not any(sector in known for known in matcher.sectors):
        raise ReviewerError(
            f"指标库里没有行业“{sector}”", "--sector", f"可用：{'、'.join(matcher.sectors) or '（无）'}"
        )
    results = matcher.match(wanted, level2=level2, sector=sector, top=top)
    if output_format is MatchFormat.JSON:
        content = {"queries": [_as_json(result) for result in results]}
        write_bytes((json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())
        return
    for result in results:
        _show(result)


def _names_of(file: Path | None) -> list[str]:
    if file is None:
        return []
    from reviewer.errors import ReviewerError
    from reviewer.matching.encoding import decode_table

    try:
        content = file.read_bytes()
    except OSError:
        raise ReviewerError("找不到或打不开名称文件", str(file), "检查路径和权限") from None
    return [line.strip() for line in decode_table(content, str(file)).splitlines() if line.strip()]


def _as_json(result: "MatchResult") -> dict[str, object]:
    return {
        "query": result.query,
        "accepted": result.accepted,
        "entries": [
            {
                "id": found.entry.id,
                "name": found.entry.name,
                "level2": found.entry.level2,
                "score": found.score,
                "reasons": list(found.reasons),
            }
            for found in result.entries
        ],
    }


def _show(result: "MatchResult") -> None:
    verdict = "第一条意思相同" if result.accepted else "没有意思相同的，以下仅供参考"
    print(f"{result.query}：{verdict if result.entries else '指标库里没有相近的指标'}")
    if result.process:
        print(f"  注意：与过程管理内容“{result.process}”相同，一般不作为绩效指标")
    for number, found in enumerate(result.entries, 1):
        entry = found.entry
        home = " · ".join(part for part in (entry.level2, entry.sector) if part)
        sign = "＝" if found.same else "≈"
        print(f"  {number}. {sign} {entry.name}{f'（{home}）' if home else ' '}{found.score:.2f}")
        print(f"       {found.reason}")
        source = f"，{entry.source}" if entry.standing != "recommended" and entry.source else ""
        print(f"       出处：{entry.citation}{source}")
    print()
