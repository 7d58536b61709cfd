"""Rows of public filings: sound ones to be altered, and flawed ones with the rewrite that a person wrote."""

import re
from collections.abc import Container, Iterator
from functools import cache
from random import Random
from typing import Any

from reviewer.evals.content import Edit, FilingContent, RowContent, content_of, load_content
from reviewer.evals.sets import Line, load_set
from reviewer.records import TO_FILL
from reviewer.records.base import Record
from reviewer.resources import resource
from reviewer.taxonomy import category_of
from reviewer.taxonomy.levels import level1_of
from reviewer.training.alter import Label
from reviewer.training.redaction import Redactor
from reviewer.training.scene import changed, row_path
from reviewer.training.settings import training

_SOUND = ("real-dev", "real-fresh")
_FLAWED = "suggestions"
_SPLIT = re.compile(r"^([≥≤=])\s*(-?\d+(?:\.\d+)?|【待填[^】]*】)(.*)$")


class Mended(Record):
    """A flawed row among sound neighbours, and how it is mended."""

    id: str
    codes: tuple[str, ...]
    content: FilingContent
    labels: tuple[Label, ...]
    reference: tuple[Edit, ...]
    others: tuple[str, ...]
    may_be_empty: bool


@cache
def _lines(set_id: str) -> tuple[Line, ...]:
    return load_set(resource("eval_sets", set_id)).lines


@cache
def _labels(set_id: str) -> dict[str, list[dict[str, Any]]]:
    return {line.data["id"]: line.data.get("labels", []) for line in _lines(set_id)}


def _is_sound(row: RowContent) -> bool:
    """A row that can stand as an example: filled, under one of the nine headings, its words as one would write them."""
    no = training().no_example
    return bool(
        row.name.strip()
        and row.value.strip()
        and category_of(row.level1, row.level2)
        and not re.search(no.name, row.name)
        and not re.search(no.value, row.value)
    )


@cache
def _excerpts() -> tuple[FilingContent, ...]:
    """Rows without any label, filing by filing, at least two."""
    found = []
    for set_id in _SOUND:
        for line in _lines(set_id):
            content = content_of(line.data["content"], line.where)
            marked = {label["target"] for label in line.data.get("labels", [])}
            for n, form in enumerate(content.forms):
                rows = [m for m, row in enumerate(form.rows) if f"F{n + 1}.{m + 1}" not in marked and _is_sound(row)]
                if len(rows) >= 2:
                    size = training().neighbours + 2
                    found.append(Redactor(content.org, content.region).filing(content, n, rows[:size]))
    return tuple(found)


def sound_rows(seed: str) -> list[FilingContent]:
    """Excerpts of sound rows in the order that ``seed`` gives."""
    found = list(_excerpts())
    Random(seed).shuffle(found)
    return found


def mended_rows() -> Iterator[Mended]:
    """Flawed rows of which a person wrote a better one, each among sound neighbours.

    Where the rows around it are flawed themselves, those stand there as they were mended.
    """
    known = {**_labels("seed"), **_labels("real-dev")}
    lines = [line.data for line in _lines(_FLAWED) if line.data.get("references")]
    better = {(data["filing"], data["row"]): data["references"][0] for data in lines}
    for data in lines:
        content = _content(data["filing"])
        form, row = (int(part) - 1 for part in data["row"][1:].split("."))
        mended = {
            n: new
            for n in range(len(content.forms[form].rows))
            if (new := better.get((data["filing"], f"F{form + 1}.{n + 1}"))) and TO_FILL[:-1] not in new["value"]
        }
        labels = known.get(content.id, [])
        rows = _around(content, form, row, labels, mended)
        redactor = Redactor(content.org, content.region)
        excerpt = redactor.filing(content, form, rows)
        for place, n in enumerate(rows):
            if n != row and n in mended:
                excerpt = changed(excerpt, _rewrite(excerpt, place, _hidden(redactor, mended[n])))
        at = rows.index(row)
        target = f"F1.{at + 1}"
        own = [label["code"] for label in labels if label["target"] == data["row"]]
        first, *rest = (_hidden(redactor, r) for r in data["references"])
        yield Mended(
            id=data["id"],
            codes=tuple(data["codes"]),
            content=excerpt,
            labels=(
                *(Label(target=target, code=code) for code in data["codes"]),
                *(Label(target=target, code=code, required=False) for code in own if code not in data["codes"]),
            ),
            reference=tuple(_rewrite(excerpt, at, first)),
            others=tuple(f"{r['level2']}｜{r['name']}｜{r['value']}" for r in rest),
            may_be_empty=bool(data.get("may_be_empty")),
        )


def _hidden(redactor: Redactor, row: dict[str, str]) -> dict[str, str]:
    return {key: redactor.text(text) for key, text in row.items()}


@cache
def _content(path: str) -> FilingContent:
    return load_content(resource("eval_sets", _FLAWED, path))


def _around(
    content: FilingContent, form: int, row: int, labels: list[dict[str, Any]], mended: Container[int]
) -> list[int]:
    """The row and the nearest good ones of its form, in file order; sound ones before those that were mended."""
    marked = {label["target"] for label in labels}
    good = [
        n
        for n, other in enumerate(content.forms[form].rows)
        if n != row and (n in mended or (labels and f"F{form + 1}.{n + 1}" not in marked and _is_sound(other)))
    ]
    good.sort(key=lambda n: (n in mended, abs(n - row)))
    return sorted([row, *good[: training().neighbours]])


def _rewrite(content: FilingContent, number: int, new: dict[str, str]) -> list[Edit]:
    """The edits that put the rewrite into the row, its value spread over the columns that the form prints."""
    form = content.forms[0]
    row = form.rows[number]
    update = {"name": new["name"], "value": new["value"]}
    if category_of(row.level1, row.level2) != new["level2"]:
        update |= {"level1": level1_of(new["level2"]), "level2": new["level2"]}
    found = _SPLIT.match(new["value"])
    if found and "nature" in form.columns:
        update |= {"nature": found.group(1), "value": found.group(2) + found.group(3)}
    if found and "unit" in form.columns:
        update |= {"value": update["value"].removesuffix(found.group(3)), "unit": found.group(3)}
    path = row_path(0, number)
    return [Edit(op="add", path=f"{path}/{key}", value=text) for key, text in update.items()]
