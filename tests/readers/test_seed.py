"""The example filing in its three formats: each reads to the content that a person took down from the original."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reviewer.readers import READERS, read
from reviewer.records import Filing, Form, Indicator

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
FORMATS = ("txt", "docx", "xlsx")


@cache
def example(suffix: str) -> Filing:
    return read(EXAMPLES / f"shifeng-2023.{suffix}")


def squeezed(value: Any) -> Any:
    """Without white space: spaces and line breaks inside a cell differ by format and mean nothing."""
    if isinstance(value, dict):
        return {key: squeezed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [squeezed(item) for item in value]
    return "".join(str(value).split())


def indicator(row: Indicator) -> list[str]:
    return [row.id, row.level1, row.level2, row.name, row.value, row.standard or ""]


def content(form: Form) -> dict[str, Any]:
    rows = sorted((*form.indicators, *form.blank_rows), key=lambda r: int(r.id.split(".")[1]))
    found: dict[str, Any] = {
        "title": form.title,
        "kind": form.kind.value,
        "budget": form.budget.wan if form.budget else None,
        "indicators": [indicator(row) for row in rows],
    }
    if form.kind == "department":
        assert form.basic and form.projects_total
        found |= {"basic": form.basic.wan, "projects_total": form.projects_total.wan}
    if form.kind == "summary":
        found["rows"] = [[r.no, r.name, r.amount.wan, r.period_goal or "", r.annual_goal or ""] for r in form.rows]
    if form.kind == "project":
        goals = {o.horizon: o.text for o in form.objectives}
        found |= {"project": form.project, "period": form.period or ""}
        found |= {"period_goal": goals["period"], "annual_goal": goals["annual"]}
        found["cost_lines"] = [
            [line.content, line.detail, line.amount.printed, line.calculation_basis] for line in form.cost_lines
        ]
    return found


@pytest.mark.parametrize("suffix", FORMATS)
def test_reads_to_the_content(suffix: str) -> None:
    expected = json.loads((HERE / "seed_content.json").read_text("utf-8"))
    filing = example(suffix)
    assert (filing.org, filing.year) == (expected["org"], expected["year"])
    assert len(filing.forms) == len(expected["forms"])
    for got, wanted in zip(filing.forms, expected["forms"], strict=True):
        assert squeezed(content(got)) == squeezed(wanted)
    assert not filing.unread


@pytest.mark.parametrize(
    ("suffix", "place"),
    [("docx", "表4 第10行第5列"), ("xlsx", "工作表“残疾人事业补助” 第10行第5列")],
)
def test_a_cell_is_where_a_person_finds_it(suffix: str, place: str) -> None:
    row = next(i for i in example(suffix).forms[3].indicators if i.name == "残疾人居家托养等项目服务")
    where = row.cells["value"]
    assert where.describe() == place
    assert where.text == "150人"
    assert where.file == f"shifeng-2023.{suffix}"


def test_the_examples_are_what_the_script_makes(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        subprocess.run([sys.executable, str(EXAMPLES / "build.py"), str(folder)], check=True)
    for suffix in ("docx", "xlsx"):
        name = f"shifeng-2023.{suffix}"
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()
        # Library versions may write the package otherwise; what is read from it is the same.
        assert READERS[suffix].grids(folders[0] / name) == READERS[suffix].grids(EXAMPLES / name)
