"""A filing altered by an operator of ``evals.planting``, and the edits that mend it again: the reference."""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from reviewer.evals.content import Edit, FilingContent, content_of, plain
from reviewer.evals.planting import plan  # its import declares the operators
from reviewer.evals.planting.draft import Draft
from reviewer.evals.planting.operators import OPERATORS, Operator
from reviewer.records.base import Record
from reviewer.taxonomy import typos
from reviewer.training.settings import training

_ROW = ("name", "value", "nature", "unit", "standard")
__all__ = ["Altered", "Label", "altered", "operator", "plan"]


class Label(Record):
    """What the engine must or may find: see ``eval_sets/planted``.

    Attributes:
        target: ``F1`` or ``F1.3``; ``F1.*`` for any row.
        also: further places where the finding would be as right.
        required: must be found; else it may.
        why: why it may be found as well.
    """

    target: str
    code: str
    also: tuple[str, ...] = ()
    required: bool = True
    why: str = ""


class Altered(Record):
    """What came of an operator.

    Attributes:
        reference: edits that make the content right again.
        inserted: the flaw is a row too many, the reference leaves it out.
    """

    content: FilingContent
    labels: tuple[Label, ...]
    reference: tuple[Edit, ...]
    inserted: bool

    def plants(self, code: str) -> bool:
        """Whether the engine must find ``code``."""
        return any(label.required and label.code == code for label in self.labels)


def known_typo(draft: Draft) -> bool:
    """Write a word of a name as it is often mistyped: a mistake that the engine's own list knows."""
    for number in draft.forms("project", "department"):
        for row in draft.rows(number):
            words = [(wrong, right) for wrong, right in typos().items() if right in row["name"]]
            if words:
                wrong, right = draft.rng.choice(words)
                draft.set(number, row, name=row["name"].replace(right, wrong, 1))
                draft.label("WRD503", number, row)
                draft.maybe(number, row, ["CAT101", "WRD501", "QNT205", "REL302"], "错字使名称难以判读")
                return True
    return False


def operator(name: str) -> Operator:
    """An operator by the name of its function.

    Raises:
        StopIteration: there is none of that name.
    """
    declared: list[Operator] = [known_typo, *(item for items in OPERATORS.values() for item in items)]
    return next(item for item in declared if item.__name__ == name)


def altered(content: FilingContent, name: str, seed: str) -> Altered | None:
    """``content`` changed by the operator ``name``; None where it finds no fitting place.

    The same seed gives the same change.
    """
    draft = Draft(content, Random(seed))
    before = copy.deepcopy(draft.data)
    # Rows keep their identity in a draft: that tells a moved row from a new one.
    known = {id(row): old for form, was in _pairs(draft.data, before) for row, old in _pairs_of(form, was)}
    if not operator(name)(draft):
        return None
    _, labels = draft.finish()
    reference, inserted = _mending(draft.data, before, known)
    if draft.touched((0, "tasks")):
        reference = _answered(draft, reference)
    rows_differ = inserted or any(edit.path.endswith("/rows/-") for edit in reference)
    if rows_differ and any("weight" in form["columns"] for form in draft.data["forms"]):
        return None  # weights would have to be shared out anew: a second task in one item
    done = content_of(draft.data, name)
    return Altered(
        content=done,
        labels=tuple(Label.model_validate(label) for label in labels),
        reference=tuple(reference),
        inserted=inserted,
    )


def _answered(draft: Draft, reference: list[Edit]) -> list[Edit]:
    """A task without an indicator is answered by a row, not by striking the task out."""
    goal = draft.form(0).get("annual_goal", "")
    for task, (category, name, target) in training().task_rows.items():
        if task in goal:
            level1, level2 = draft.levels(0, category)
            row = {"level1": level1, "level2": level2, "name": name, **draft.spread(0, target)}
            return [Edit(op="add", path="/forms/0/rows/-", value=row)]
    return reference


def _pairs(data: dict[str, Any], before: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    yield from zip(data["forms"], before["forms"], strict=True)


def _pairs_of(form: dict[str, Any], was: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    yield from zip(form["rows"], was["rows"], strict=True)


def _mending(data: dict[str, Any], before: dict[str, Any], known: dict[int, dict[str, Any]]) -> tuple[list[Edit], bool]:
    edits: list[Edit] = []
    inserted = False
    for n, (form, was) in enumerate(_pairs(data, before)):
        path = f"/forms/{n}"
        left = {id(old) for old in was["rows"]}
        for m, row in enumerate(form["rows"]):
            old = known.get(id(row))
            if old is None:
                inserted = True
                edits += blank_row(f"{path}/rows/{m}", row)
            else:
                left.discard(id(old))
                edits += _differences(row, old, f"{path}/rows/{m}")
        gone = [old for old in was["rows"] if id(old) in left]
        rest = {key: value for key, value in form.items() if key != "rows"}
        edits += _differences(rest, {key: value for key, value in was.items() if key != "rows"}, path)
        edits += [Edit(op="add", path=f"{path}/rows/-", value=old) for old in gone]
    return edits, inserted


def blank_row(path: str, row: dict[str, Any]) -> list[Edit]:
    """The edits that leave a row empty; its heading stays, as on paper."""
    return [Edit(op="add", path=f"{path}/{key}", value="") for key in _ROW if row.get(key)]


def _differences(new: Any, old: Any, path: str) -> list[Edit]:
    """Edits that turn ``new`` into ``old``, cell by cell."""
    if isinstance(new, dict) and isinstance(old, dict):
        return [
            edit
            for key in {**old, **new}
            if key != "columns"
            for edit in _differences(new.get(key), old.get(key, ""), f"{path}/{key}")
        ]
    if isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        return [e for n, pair in enumerate(zip(new, old, strict=True)) for e in _differences(*pair, f"{path}/{n}")]
    return [] if new == old else [Edit(op="add", path=path, value=old)]


def plain_row(content: FilingContent, form: int, row: int) -> dict[str, Any]:
    """A row as plain data; both numbers from 0."""
    found: dict[str, Any] = plain(content)["forms"][form]["rows"][row]
    return found
