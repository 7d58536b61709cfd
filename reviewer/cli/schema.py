"""``reviewer schema``: the JSON Schema of ``review --format json``."""

import json

from reviewer.cli.app import app


@app.command("schema")
def print_schema() -> None:
    """显示 JSON 报告的结构说明（JSON Schema）。"""
    from reviewer.cli.output import write_bytes
    from reviewer.writers.contract import report_schema

    write_bytes((json.dumps(report_schema(), ensure_ascii=False, indent=2) + "\n").encode())
