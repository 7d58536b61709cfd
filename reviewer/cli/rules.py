"""``reviewer rules``: the list of all rules."""

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.app import app

if TYPE_CHECKING:
    from reviewer.rules import Rule


class RulesFormat(StrEnum):
    """What ``--format`` takes here."""

    TEXT = "text"
    JSON = "json"


@app.command("rules")
def list_rules(
    output_format: Annotated[RulesFormat, typer.Option("--format", "-f", help="输出格式。")] = RulesFormat.TEXT,
) -> None:
    """列出全部规则：代码、名称、级别和审核方面。"""
    from reviewer.cli.output import write_bytes
    from reviewer.rules import RULES

    rules = RULES.values()
    if output_format is RulesFormat.JSON:
        write_bytes((json.dumps([_as_json(r) for r in rules], ensure_ascii=False, indent=2) + "\n").encode())
        return
    from reviewer.rules.engine import DIMENSIONS
    from reviewer.writers.words import SEVERITY_SIGNS, SEVERITY_WORDS

    for dimension in DIMENSIONS.values():
        mine = [r for r in rules if r.dimension == dimension]
        if mine:
            print(f"{dimension}（{len(mine)}条）")
        for r in mine:
            print(f"  {r.code}  {SEVERITY_SIGNS[r.severity]} {SEVERITY_WORDS[r.severity]:　<4}  {r.name}")
        if mine:
            print()
    print(f"共{len(rules)}条。看一条规则的检查内容、例子和依据：reviewer explain 代码")


def _as_json(rule: "Rule") -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "dimension": rule.dimension,
        "smart": rule.smart,
        "scope": rule.scope,
        "categories": list(rule.categories),
        "basis": list(rule.basis),
    }
