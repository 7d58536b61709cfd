"""``reviewer config explain``: the settings that apply, and the file that each comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewer.cli.app import app

if TYPE_CHECKING:
    from reviewer.records import Filing, Form

config_app = typer.Typer(name="config", help="查看审核所用的设置。", no_args_is_help=True)
app.add_typer(config_app)

# What the keys of a profile are called; tests/cli/test_config.py holds this against Profile.
LABELS = {
    "id": "框架代号",
    "title": "框架名称",
    "basis": "框架的依据",
    "rank": "优先次序",
    "detect": "据以识别的表头",
    "required": "必填的二级指标",
    "any_of": "每组至少填一项",
    "advised": "建议填写",
    "department_if_printed": "部门表印有才必填",
    "weight_totals": "权重合计",
    "weight_totals_with_execution": "权重合计，含执行率",
    "satisfaction": "满意度（%）",
    "limits": "指标个数",
    "grades": "等级分数线",
    "notes": "说明",
    "low": "下限",
    "high": "上限",
    "min_output": "产出至少",
    "min_output_budget_wan": "产出至少，限预算超过（万元）",
    "max_all": "全部至多",
    "level1": "一级标题",
    "level2": "二级标题",
    "columns": "栏名",
    "always": "任何项目",
    "public": "直接服务公众的项目",
}
_DEFAULT = "程序默认值"


class _Format(StrEnum):
    TEXT = "text"
    JSON = "json"


@config_app.callback()
def _config() -> None:
    pass


@config_app.command()
def explain(
    file: Annotated[
        Path | None, typer.Argument(metavar="[文件]", help="申报表文件；不写则解释默认框架。", show_default=False)
    ] = None,
    profile: Annotated[
        str | None, typer.Option(help="框架代号；不写则按每张表的表头识别。", show_default=False)
    ] = None,
    output_format: Annotated[_Format, typer.Option("--format", help="输出格式。")] = _Format.TEXT,
) -> None:
    """列出每项设置的实际取值，以及它来自哪个文件。"""
    from reviewer.resources import resource

    explained = [_explained(chosen, forms) for chosen, forms in _chosen(file, profile).items()]
    if output_format is _Format.JSON:
        typer.echo(json.dumps({"folder": str(resource()), "profiles": explained}, ensure_ascii=False, indent=2))
    else:
        _print(explained, resource("taxonomy", "profiles"))


def _chosen(file: Path | None, profile: str | None) -> dict[str, list[str]]:
    """Ids of the profiles to explain, each with the forms that it governs."""
    from reviewer.pipeline import profile_for
    from reviewer.records import Form, FormKind

    if file is None:
        return {profile_for(Form(id="", kind=FormKind.PROJECT), profile).id: []}
    from reviewer.readers import read

    chosen: dict[str, list[str]] = {}
    filing: Filing = read(file)
    for form in filing.forms:
        chosen.setdefault(profile_for(form, profile).id, []).append(_name(form))
    return chosen


def _name(form: Form) -> str:
    return " ".join(filter(None, (form.id, form.project or form.title)))


def _explained(profile_id: str, forms: list[str]) -> dict[str, Any]:
    from reviewer.taxonomy.profiles import Profile, profile_origins, profiles

    origins = profile_origins(profile_id)
    effective = profiles()[profile_id].model_dump(mode="json")
    values = []
    for key in Profile.model_fields:
        raw, origin = (origins[key][0], _relative(origins[key][1])) if key in origins else (effective[key], _DEFAULT)
        values += [{**line, "origin": origin} for line in _flat(key, LABELS.get(key, key), raw)]
    return {"profile": profile_id, "title": effective["title"], "forms": forms, "values": values}


def _flat(key: str, label: str, value: Any) -> Iterator[dict[str, Any]]:
    """A value line by line; the parts of a mapping are settings of their own."""
    if isinstance(value, dict) and value:
        for part, inner in value.items():
            yield from _flat(f"{key}.{part}", f"{label}：{LABELS.get(part, part)}", inner)
    else:
        yield {"key": key, "label": label, "value": value}


def _relative(path: Path) -> str:
    from reviewer.resources import resource

    return path.relative_to(resource()).as_posix() if path.is_relative_to(resource()) else str(path)


def _words(value: Any) -> str:
    """A value as a person reads it: lists joined by 、, groups by ；."""
    if isinstance(value, dict):
        return "，".join(f"{LABELS.get(key, key)}：{_words(inner)}" for key, inner in value.items()) or "（无）"
    if isinstance(value, list | tuple):
        joint = "；" if any(isinstance(inner, list | tuple | dict) for inner in value) else "、"
        return joint.join(map(_words, value)) or "（无）"
    return LABELS.get(value, value) if isinstance(value, str) else str(value)


def _print(explained: list[dict[str, Any]], folder: Path) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from reviewer.taxonomy import profiles

    console = Console(highlight=False)
    for item in explained:
        console.print(f"框架 {item['profile']}：{item['title']}", style="bold", markup=False)
        if item["forms"]:
            console.print(f"适用的表：{'；'.join(item['forms'])}", markup=False)
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        table.add_column("设置", overflow="fold", max_width=28)
        table.add_column("取值", overflow="fold", ratio=1)
        table.add_column("来自", no_wrap=True)
        for line in item["values"]:
            table.add_row(line["label"], _words(line["value"]) or "（无）", line["origin"].rpartition("/")[2])
        console.print(table)
    console.print(f"框架文件在：{folder}", markup=False, soft_wrap=True)
    console.print(f"可选的框架：{'、'.join(profiles())}（用 --profile 指定）", markup=False)
