"""``reviewer bank``: the indicator bank and a bureau's own libraries."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.app import app

if TYPE_CHECKING:
    from reviewer.matching import Bank, BankEntry

bank_app = typer.Typer(help="查看指标库，导入本单位的指标库，比较两个版本。", no_args_is_help=True)
app.add_typer(bank_app, name="bank")


class BankFormat(StrEnum):
    """What ``--format`` takes here."""

    TEXT = "text"
    JSON = "json"


_Format = Annotated[BankFormat, typer.Option("--format", "-f", help="输出格式。")]


@bank_app.command("list")
def list_banks(
    sector: Annotated[str | None, typer.Option("--sector", help="列出这个行业的指标。", show_default=False)] = None,
    level2: Annotated[str | None, typer.Option("--level2", help="列出这类二级指标。", show_default=False)] = None,
    output_format: _Format = BankFormat.TEXT,
) -> None:
    """列出各指标库和行业；加 --sector 或 --level2 列出其中的指标。"""
    from collections import Counter

    from reviewer.matching import load_banks
    from reviewer.matching.bank import STANDING_WORDS
    from reviewer.taxonomy.levels import category_of

    banks = load_banks()
    if sector or level2:
        category = category_of("", level2) if level2 else None
        entries = [
            e
            for bank in banks
            for e in bank.entries
            if (not sector or sector in e.sector) and (not level2 or e.level2 == (category or level2))
        ]
        if output_format is BankFormat.JSON:
            _write_json([e.model_dump(mode="json") for e in entries])
            return
        for e in entries:
            print(f"{e.id}  {e.name}（{e.level2} · {e.sector}）{STANDING_WORDS[e.standing]}")
        print(f"共{len(entries)}条。看一条的详情：reviewer bank show 编号")
        return
    if output_format is BankFormat.JSON:
        _write_json(
            [
                {"bank": b.name, "entries": len(b.entries), "sectors": Counter(e.sector for e in b.entries)}
                for b in banks
            ]
        )
        return
    for bank in banks:
        standing = "、".join(f"{STANDING_WORDS[s]}{n}条" for s, n in Counter(e.standing for e in bank.entries).items())
        print(f"{bank.name}：{len(bank.entries)}条（{standing}）")
        for name, count in Counter(e.sector for e in bank.entries).most_common():
            print(f"  {count:>4}  {name}")
    print("“推荐”为本项目编写，不是官方指标；“地方”取自某一地的表，只作名称参考。")


@bank_app.command("show")
def show_entry(
    entry_id: Annotated[str, typer.Argument(metavar="编号", help="如 L0012。")],
    output_format: _Format = BankFormat.TEXT,
) -> None:
    """显示一条指标的全部内容：定义、公式、单位、数据来源、出处。"""
    from reviewer.errors import ReviewerError
    from reviewer.matching import load_banks
    from reviewer.matching.bank import STANDING_WORDS

    found = [e for bank in load_banks() if (e := bank.entry(entry_id)) is not None]
    if not found:
        raise ReviewerError(f"指标库里没有编号“{entry_id}”", "", "用 reviewer match 名称 查找编号")
    if output_format is BankFormat.JSON:
        _write_json([e.model_dump(mode="json") for e in found])
        return
    for entry in found:
        lines = {
            "名称": entry.name, "二级指标": entry.level2, "原印分类": entry.level2_printed, "行业": entry.sector,
            "项目类别": entry.category, "定义": entry.definition, "计算公式": entry.formula, "计量单位": entry.unit,
            "方向": entry.direction, "常见值": entry.typical_value, "数据来源": entry.data_source,
            "别名": "、".join(entry.synonyms), "关键词": "、".join(entry.keywords),
            "性质": STANDING_WORDS[entry.standing], "出处": entry.source, "网址": entry.source_url,
            "指标库": entry.bank, "版本": entry.version, "说明": entry.note,
        }  # fmt: skip
        print(f"{entry.id}")
        for label, content in lines.items():
            if content:
                print(f"  {label}：{content}")


@bank_app.command("import")
def import_library(
    table: Annotated[Path, typer.Argument(metavar="文件", help="Excel 或 CSV 文件。")],
    mapping: Annotated[Path, typer.Option("--mapping", help="对照文件（YAML）：哪一列是什么。")],
    replace: Annotated[bool, typer.Option("--replace", help="覆盖同名的指标库。")] = False,
) -> None:
    """导入本单位的指标库；以后匹配时排在内置指标库之前。"""
    from reviewer.matching.library import import_bank

    done = import_bank(table, mapping, replace=replace)
    skipped = f"，{done.skipped}行没有指标名称，已跳过" if done.skipped else ""
    print(f"已导入“{done.bank.name}”：{len(done.bank.entries)}条{skipped}\n存放在：{done.path}")


@bank_app.command("diff")
def diff_banks(
    old: Annotated[str, typer.Argument(metavar="旧", help="CSV 文件，或已导入的指标库名称。")],
    new: Annotated[str, typer.Argument(metavar="新", help="CSV 文件，或已导入的指标库名称。")],
    output_format: _Format = BankFormat.TEXT,
) -> None:
    """比较两个版本的指标库：新增、删去、改动。"""
    from reviewer.matching.library import compare_banks

    difference = compare_banks(_bank_named(old), _bank_named(new))
    if output_format is BankFormat.JSON:
        _write_json(difference.model_dump(mode="json"))
        return
    print(f"新增{len(difference.added)}条，删去{len(difference.removed)}条，改动{len(difference.changed)}条")
    for sign, entries in (("＋", difference.added), ("－", difference.removed)):
        for entry in entries:
            print(f"{sign} {_line(entry)}")
    for change in difference.changed:
        print(f"～ {_line(change.after)}")
        for field, (before, after) in change.fields.items():
            print(f"     {field}：{before or '（空）'} → {after or '（空）'}")


def _bank_named(name: str) -> "Bank":
    from reviewer.errors import ReviewerError
    from reviewer.matching import load_banks, read_bank

    if Path(name).is_file():
        return read_bank(Path(name))
    banks = {bank.name: bank for bank in load_banks()}
    if name not in banks:
        raise ReviewerError(f"没有名为“{name}”的指标库，也没有这个文件", "", f"已有：{'、'.join(banks)}")
    return banks[name]


def _line(entry: "BankEntry") -> str:
    return f"{entry.id} {entry.name}（{entry.level2} · {entry.sector}）"


def _write_json(content: object) -> None:
    from reviewer.cli.output import write_bytes

    write_bytes((json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())
