"""From what a learner types to edits of the filing, and from edits back to words."""

import re
from collections.abc import Mapping
from datetime import datetime
from random import Random

from reviewer.evals.content import Edit, FilingContent, RowContent
from reviewer.evals.planting.draft import Draft
from reviewer.records.base import Record
from reviewer.taxonomy import CATEGORIES, category_of
from reviewer.training.items import Item
from reviewer.training.judge import Diagnosis, Mending, key_findings
from reviewer.training.places import accepted, form_number, row_cells
from reviewer.training.progress import Answer
from reviewer.training.scene import CellView, changed, row_path, view
from reviewer.training.settings import CLEAN, training

_ROW = re.compile(r"^/forms/(\d+)/rows/(\d+|-)(?:/(\w+))?$")
# What is asked of a row that is added, in this order, as far as the form prints it.
NEW_ROW = ("level2", "name", "nature", "value", "unit")
COLUMN_WORDS = {"level2": "二级指标", "name": "三级指标名称", "nature": "性质或方向", "value": "指标值", "unit": "单位"}


class Change(Record):
    """One change in words: where, what stood there, what stands there now ("" for nothing)."""

    where: str
    before: str
    after: str


def open_cells(item: Item) -> tuple[CellView, ...]:
    """The cells that may be rewritten once the flaw was found, in the order in which they are read.

    None where a row is missing: striking the task out of the goal would silence the rule and mend nothing.
    """
    if adds_row(item):
        return ()
    key = key_findings(item)
    rows = [f.indicator_id for f in key if f.indicator_id]
    paths = set(accepted(item, key))
    for row in rows:
        paths |= set(row_cells(item, form_number(row), int(row.split(".")[1]) - 1))
    return tuple(cell for form in view(item.content) for cell in form.cells if cell.path in paths)


def adds_row(item: Item) -> tuple[str, ...]:
    """Columns to fill of a row that is added; empty where the flaw is no missing row."""
    if item.code == CLEAN or not training().codes[item.code].add:
        return ()
    return tuple(c for c in NEW_ROW if c in item.content.forms[0].columns)


def place_words(content: FilingContent, path: str) -> str:
    """Where a cell stands: ``第3行``, ``表2 支出明细第1行``; "" for the head of the only form."""
    found = re.match(r"^/forms/(\d+)(?:/(rows|cost_lines|projects)/(\d+))?", path)
    assert found
    form = f"表{int(found.group(1)) + 1} " if len(content.forms) > 1 else ""
    if found.group(2) is None:
        return form.strip()
    table = {"rows": "", "cost_lines": "支出明细", "projects": "汇总"}[found.group(2)]
    return f"{form}{table}第{int(found.group(3)) + 1}行"


def category_in(content: FilingContent, path: str) -> str:
    """The canonical category of the row that a heading cell belongs to; its heading as printed outside the nine."""
    found = _ROW.match(path)
    assert found
    row = content.forms[int(found.group(1))].rows[int(found.group(2))]
    return category_of(row.level1, row.level2) or row.level2


def edits_of(item: Item, texts: Mapping[str, str], added: Mapping[str, str] | None = None) -> tuple[Edit, ...]:
    """The edits that put what was typed into the filing; cells that are not open are left as they are.

    Args:
        texts: by path; for a heading cell (``…/level2``) a canonical category.
        added: columns of a row to add, by ``adds_row``; nothing is added without a name.
    """
    draft = Draft(item.content, Random(0))
    edits: list[Edit] = []
    for cell in open_cells(item):
        if cell.path not in texts:
            continue
        text = texts[cell.path].strip()
        found = _ROW.match(cell.path)
        if found and found.group(3) == "level2":
            if text in CATEGORIES and text != category_in(item.content, cell.path):
                level1, level2 = draft.levels(int(found.group(1)), text)
                row = row_path(int(found.group(1)), int(found.group(2)))
                edits += [
                    Edit(op="add", path=f"{row}/level1", value=level1),
                    Edit(op="add", path=f"{row}/level2", value=level2),
                ]
        elif text != cell.text:
            edits.append(Edit(op="add", path=cell.path, value=text))
    if added and added.get("name", "").strip() and adds_row(item):
        row_data = {key: added.get(key, "").strip() for key in adds_row(item)}
        category = row_data["level2"] if row_data["level2"] in CATEGORIES else CATEGORIES[0]
        level1, level2 = draft.levels(0, category)
        edits.append(Edit(op="add", path="/forms/0/rows/-", value={**row_data, "level1": level1, "level2": level2}))
    return tuple(edits)


def changes(content: FilingContent, edits: tuple[Edit, ...]) -> tuple[Change, ...]:
    """What edits change, row by row and cell by cell, in words."""
    after = changed(content, edits)
    labels = {cell.path: cell.label for form in view(content) for cell in form.cells}
    said: dict[str, Change] = {}
    for edit in edits:
        found = _ROW.match(edit.path)
        if found and found.group(2) == "-":
            added = _row_words(RowContent.model_validate(edit.value))
            said[f"{edit.path}{len(said)}"] = Change(where="新增一行", before="", after=added)
        elif found and found.group(3) not in ("weight", "note"):
            form, row = int(found.group(1)), int(found.group(2))
            new = after.forms[form].rows[row]
            said[row_path(form, row)] = Change(
                where=place_words(content, edit.path),
                before=_row_words(content.forms[form].rows[row]),
                after=_row_words(new),
            )
        else:
            where = f"{place_words(content, edit.path)} {labels.get(edit.path, '')}".strip()
            said[edit.path] = Change(where=where, before=_text(content, edit.path), after=str(edit.value))
    return tuple(change for change in said.values() if change.before != change.after)


def _text(content: FilingContent, path: str) -> str:
    return next((cell.text for form in view(content) for cell in form.cells if cell.path == path), "")


def _row_words(row: RowContent) -> str:
    """``数量指标｜托养残疾人数｜≥150人``; "" for a row left empty."""
    if row.is_blank:
        return ""
    nature = row.nature if row.nature and row.nature != "定性" and row.nature not in row.value else ""
    standard = f"｜标准：{row.standard}" if row.standard and len(row.standard) > 6 else ""
    return f"{row.level2 or row.level1}｜{row.name or '（空）'}｜{nature}{row.value}{row.unit or ''}{standard}"


def reference(item: Item) -> tuple[Change, ...]:
    """The reference in words."""
    return changes(item.content, item.reference)


def answer_of(
    item: Item, diagnosis: Diagnosis, mending: Mending | None, at: datetime, seconds: float | None = None
) -> Answer:
    """The answer to keep. Where nothing was to be mended ``fixed`` is None; a flaw not mended counts as not fixed."""
    return Answer(
        item=item.id,
        code=item.code,
        level=item.level,
        found=diagnosis.found,
        named=diagnosis.named,
        fixed=None if item.code == CLEAN else bool(mending and mending.right),
        at=at,
        seconds=seconds,
    )
