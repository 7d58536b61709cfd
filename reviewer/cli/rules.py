"""``reviewer rules``: the list of all rules."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from reviewer.cli.app import app


class _Format(StrEnum):
    TEXT = "text"
    JSON = "json"


@app.command("rules")
def list_rules(
    output_format: Annotated[_Format, typer.Option("--format", help="输出格式。")] = _Format.TEXT,
) -> None:
    """列出全部规则：代码、名称、级别和审核方面。"""
    from reviewer.rules import RULES

    rules = RULES.values()
    if output_format is _Format.JSON:
        rows = [
            {
                "code": r.code,
                "name": r.name,
                "severity": r.severity.value,
                "dimension": r.dimension,
                "smart": r.smart,
                "basis": list(r.basis),
            }
            for r in rules
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for r in rules:
        typer.echo(f"{r.code}  {r.name}")
