"""What a filing says, as data: the form in which eval sets keep filings, rendered to files before they are reviewed.

A text field that is None is not printed by the form; one that is "" is printed and was left empty.
"""

import copy
import re
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from reviewer.errors import DataError
from reviewer.records.base import Record
from reviewer.taxonomy.loader import load_yaml

OPTIONAL_COLUMNS = ("nature", "unit", "standard", "weight", "note")
_ROW_KEYS = ("level1", "level2", "name", "value", *OPTIONAL_COLUMNS)


class RowContent(Record):
    """One row of the indicator table, as printed."""

    level1: str = ""
    level2: str = ""
    name: str = ""
    value: str = ""
    nature: str | None = None
    unit: str | None = None
    standard: str | None = None
    weight: str | None = None
    note: str | None = None

    @property
    def is_blank(self) -> bool:
        """Neither name nor value: a category row left empty."""
        return not self.name.strip() and not self.value.strip()


class CostContent(Record):
    """One line of 支出明细; ``amount`` as printed, in 万元 unless it carries its own unit."""

    content: str = ""
    detail: str = ""
    amount: str = ""
    basis: str = ""


class ProjectContent(Record):
    """One project in a summary table."""

    number: str = ""
    name: str
    amount: str = ""
    period_goal: str | None = None
    annual_goal: str | None = None


class FormContent(Record):
    """One table of a filing.

    Attributes:
        columns: keys of the printed indicator columns; in a file, ``rows`` may then be plain lists of their values.
        subject, served: the thing and the people that the project is about; used by planting only, never printed.
    """

    kind: Literal["department", "summary", "project"]
    title: str = ""
    org: str | None = None
    project: str | None = None
    period: str | None = None
    budget: str | None = None
    basic: str | None = None
    projects_total: str | None = None
    fund_sources: dict[str, str] = Field(default_factory=dict)
    duties: str | None = None
    period_goal: str | None = None
    annual_goal: str | None = None
    columns: tuple[str, ...] = ("level1", "level2", "name", "value")
    rows: tuple[RowContent, ...] = ()
    cost_lines: tuple[CostContent, ...] = ()
    cost_total: str | None = None
    projects: tuple[ProjectContent, ...] = ()
    subject: str = ""
    served: str = ""

    @model_validator(mode="before")
    @classmethod
    def _zip_rows(cls, data: Any) -> Any:
        """Rows written as lists become records; columns that rows name but the form does not list are added."""
        if not isinstance(data, dict):
            return data
        columns = list(data.get("columns") or ("level1", "level2", "name", "value"))
        unknown = [c for c in columns if c not in _ROW_KEYS]
        if unknown:
            raise ValueError(f"columns 中有不认识的列：{'、'.join(map(str, unknown))}")
        rows = []
        for row in data.get("rows") or ():
            if isinstance(row, list):
                if len(row) != len(columns):
                    raise ValueError(f"rows 中有一行是 {len(row)} 格，columns 是 {len(columns)} 列：{row}")
                row = dict(zip(columns, row, strict=True))
            rows.append(row)
        for key in OPTIONAL_COLUMNS:
            if key not in columns and any(isinstance(r, dict) and r.get(key) not in (None, "") for r in rows):
                columns.append(key)
        return {**data, "columns": columns, "rows": rows}


class FilingContent(Record):
    """A filing as data.

    Attributes:
        template: key of ``eval_sets/templates.yaml``: the wording of headings and labels.
        layout: how level cells are written, see ``render.Layout``.
        source_url: where the rows were published, if they were.
        partial: only a part of the table was to be had.
    """

    id: str = ""
    sector: str = ""
    region: str = ""
    org: str = ""
    year: str = ""
    template: str = "plain"
    layout: str = "merged"
    source_url: str = ""
    partial: bool = False
    forms: tuple[FormContent, ...]


class Edit(Record):
    """One change to a filing's content: a subset of JSON Patch (RFC 6902).

    Attributes:
        path: JSON Pointer into the content, e.g. ``/forms/0/rows/3/value``.
        value: the new value; for ``add`` into a list, what is put before that index (``-``: at the end).
    """

    op: Literal["add", "replace", "remove"]
    path: str
    value: Any = None


def apply_edits(content: dict[str, Any], edits: tuple[Edit, ...] | list[Edit]) -> dict[str, Any]:
    """A copy of ``content`` with ``edits`` made in order.

    Raises:
        DataError: a path leads nowhere.
    """
    result = copy.deepcopy(content)
    for edit in edits:
        *parents, last = [p.replace("~1", "/").replace("~0", "~") for p in edit.path.split("/")[1:]] or [""]
        try:
            node: Any = result
            for part in parents:
                node = node[int(part)] if isinstance(node, list) else node[part]
            _apply(node, last, edit)
        except (KeyError, IndexError, ValueError, TypeError):
            raise DataError(
                f"edits 的路径不存在：{edit.path}", "", "路径写作 /forms/0/rows/3/value，从 0 数起"
            ) from None
    return result


def _apply(node: Any, last: str, edit: Edit) -> None:
    if isinstance(node, list):
        index = len(node) if last == "-" and edit.op == "add" else int(last)
        if index < 0:
            raise IndexError(last)
        if edit.op == "add":
            if not 0 <= index <= len(node):
                raise IndexError(last)
            node.insert(index, copy.deepcopy(edit.value))
        elif edit.op == "replace":
            node[index] = copy.deepcopy(edit.value)
        else:
            del node[index]
    elif edit.op == "remove":
        del node[last]
    else:
        if not isinstance(node, dict) or (edit.op == "replace" and last not in node):
            raise KeyError(last)
        node[last] = copy.deepcopy(edit.value)


def load_content(path: Path) -> FilingContent:
    """The filing content of a YAML file.

    Raises:
        DataError: no such file, no YAML, or content that breaks the format.
    """
    return content_of(load_yaml(path), str(path))


def content_of(data: Any, where: str) -> FilingContent:
    """``data`` as a filing's content; ``where`` names it in errors.

    Raises:
        DataError: ``data`` breaks the format.
    """
    try:
        return FilingContent.model_validate(data)
    except ValidationError as error:
        raise DataError(f"填报内容不合格式：{explain(error)}", where, "格式见 docs/eval-sets.md") from None


def plain(content: FilingContent) -> dict[str, Any]:
    """The content as plain data, rows as records: what the paths of ``Edit`` lead into."""
    data: dict[str, Any] = content.model_dump(mode="json", exclude_none=True)
    return data


_KINDS = {
    "extra_forbidden": "不认识的键",
    "missing": "缺少",
    "literal_error": "取值不在允许范围内",
    "string_type": "应为文字（数字请加引号）",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "tuple_type": "应为列表",
    "list_type": "应为列表",
    "dict_type": "应为键值",
    "model_type": "应为键值",
    "float_parsing": "应为数字",
    "int_parsing": "应为整数",
}


def explain(error: ValidationError) -> str:
    """The first three faults of a pydantic error in Chinese, each with its place."""
    said = []
    for fault in error.errors()[:3]:
        place = ".".join(str(part) for part in fault["loc"])
        text = _KINDS.get(fault["type"]) or re.sub(r"^Value error, ", "", fault["msg"])
        allowed = fault.get("ctx", {}).get("expected", "")
        allowed = f"（允许：{allowed.replace(' or ', ', ')}）" if allowed else ""
        said.append(f"{place or '整体'}：{text}{allowed}")
    return "；".join(said)
