"""Which cells count as marked right, and which may be changed, by ``training.yaml`` and the places of the findings."""

import re
from collections.abc import Iterable, Iterator

from reviewer.evals.content import FilingContent
from reviewer.records import Finding
from reviewer.training.items import Item
from reviewer.training.scene import row_path, view
from reviewer.training.settings import training

_ROW = re.compile(r"^(/forms/\d+/rows/\d+)/")
_EDITED_COLUMNS = ("level2", "name", "nature", "value", "unit", "standard")


def form_number(place: str) -> int:
    """The number (from 0) of the form of ``F2`` or ``F2.3``."""
    return int(place[1:].split(".")[0]) - 1


def row_number(path: str) -> str | None:
    """The path of the row that a cell stands in; None for a cell of no indicator row."""
    found = _ROW.match(path)
    return found.group(1) if found else None


def accepted(item: Item, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Paths of the cells that these findings are about."""
    existing = _paths(item.content)
    named: dict[str, None] = {}
    for finding in findings:
        settings = training().codes.get(finding.code)
        if finding.indicator_id:
            form, row = form_number(finding.indicator_id), int(finding.indicator_id.split(".")[1]) - 1
            columns = settings.cells if settings and settings.cells else ("name", "value")
            named |= dict.fromkeys(row_path(form, row, column) for column in columns)
        if settings:
            named |= dict.fromkeys(_parts(item, settings.parts, form_number(finding.form_id)))
        if finding.code == item.code:  # both of two rows that say the same, both of two forms that disagree
            named |= dict.fromkeys(
                path for label in item.labels if label.code == item.code for path in _also(label.also, finding.code)
            )
    return tuple(path for path in named if path in existing)


def _also(places: Iterable[str], code: str) -> Iterator[str]:
    columns = training().codes[code].cells or ("name", "value")
    for place in places:
        if "." in place:
            row = int(place.split(".")[1]) - 1
            yield from (row_path(form_number(place), row, column) for column in columns)


def _parts(item: Item, parts: Iterable[str], form: int) -> Iterator[str]:
    touched = [edit.path for edit in item.reference]
    for part in parts:
        if part == "form":
            yield f"/forms/{form}"
        elif part == "beside":
            yield from touched
        elif part.startswith("beside."):
            yield from (f"{path.rsplit('/', 1)[0]}/{part.removeprefix('beside.')}" for path in touched)
        else:
            # A flaw between two forms shows in both.
            inner = "/".join("[^/]+" if step == "*" else re.escape(step) for step in part.split("."))
            pattern = re.compile(rf"/forms/\d+/{inner}")
            yield from (path for path in _paths(item.content) if pattern.fullmatch(path))


def _paths(content: FilingContent) -> dict[str, None]:
    """The paths of all cells and forms, in the order in which they are read."""
    return dict.fromkeys(path for form in view(content) for path in (form.path, *(cell.path for cell in form.cells)))


def row_cells(item: Item, form: int, row: int) -> tuple[str, ...]:
    """Paths of a row's cells that may be rewritten."""
    existing = _paths(item.content)
    return tuple(path for column in _EDITED_COLUMNS if (path := row_path(form, row, column)) in existing)
