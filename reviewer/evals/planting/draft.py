"""A filing under change: records every edit, and labels rows by identity until all edits are made."""

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from reviewer.evals.content import Edit, FilingContent, plain
from reviewer.taxonomy import category_of

Row = dict[str, Any]
BENEFITS = ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")
# The code that a value without number breaks, by category.
UNMEASURED = {
    "数量指标": "QNT201",
    "质量指标": "QNT202",
    "时效指标": "QNT207",
    "成本指标": "QNT210",
    "满意度指标": "QNT206",
    **dict.fromkeys(BENEFITS, "QNT203"),
}
_ORDER = ("成本指标", "数量指标", "质量指标", "时效指标", *BENEFITS, "满意度指标")
_SPLIT = re.compile(r"^([≥≤=])\s*(-?\d+(?:\.\d+)?)(.*)$")


@dataclass
class PlantedLabel:
    """A label before ids are known.

    Attributes:
        row: the row meant; None for the form; ``*`` for any row of the form.
        also: further places where the finding would be as right: (form, row) pairs.
    """

    code: str
    form: int
    row: Row | str | None
    required: bool
    why: str = ""
    also: list[tuple[int, Row | None]] = field(default_factory=list)


class Draft:
    """A copy of a clean filing that operators change.

    Attributes:
        content: the filing as it stood.
        data: its plain data, changed in place; rows keep their identity.
    """

    def __init__(self, content: FilingContent, rng: Random) -> None:
        self.content = content
        self.data = plain(content)
        self.rng = rng
        self.edits: list[Edit] = []
        self.labels: list[PlantedLabel] = []
        self._touched: list[object] = []  # rows (by identity) and form-level parts that a flaw has used already
        for form in self.data["forms"]:
            form.setdefault("rows", [])

    # --- reading -----------------------------------------------------------------------------------------------

    def forms(self, *kinds: str) -> list[int]:
        """Indices of the forms of these kinds, in random order."""
        found = [n for n, form in enumerate(self.data["forms"]) if form["kind"] in kinds]
        self.rng.shuffle(found)
        return found

    def form(self, number: int) -> Row:
        """The form's data."""
        data: Row = self.data["forms"][number]
        return data

    def rows(
        self, number: int, *categories: str, where: Callable[[Row], bool] | None = None, fresh: bool = True
    ) -> list[Row]:
        """Rows of a form by category and condition, in random order; untouched ones only if ``fresh``."""
        found = [
            row
            for row in self.form(number)["rows"]
            if (not categories or self.category(row) in categories)
            and (row.get("name") or row.get("value"))
            and (where is None or where(row))
            and not (fresh and self.touched(row))
        ]
        self.rng.shuffle(found)
        return found

    @staticmethod
    def category(row: Row) -> str | None:
        """The row's canonical category."""
        return category_of(row.get("level1", ""), row.get("level2", ""))

    @staticmethod
    def said(row: Row) -> str:
        """The target in one piece: direction, number and unit joined."""
        nature = row.get("nature") or ""
        return f"{'' if nature == '定性' else nature}{row.get('value') or ''}{row.get('unit') or ''}"

    def has(self, number: int, column: str) -> bool:
        """Whether the form prints this column."""
        return column in self.form(number)["columns"]

    def with_cost_level(self, number: int) -> bool:
        """Whether 成本 is a first level of the form (财预〔2021〕101号)."""
        return any(row.get("level1") == "成本指标" for row in self.form(number)["rows"])

    def fill(self, number: int, phrase: str) -> str:
        """A phrase with ``{subject}``, ``{served}`` and ``{budget}`` of the form filled in."""
        form = self.form(number)
        return phrase.format(
            subject=form.get("subject", ""), served=form.get("served", ""), budget=form.get("budget", "")
        )

    # --- bookkeeping -------------------------------------------------------------------------------------------

    def touched(self, *parts: object) -> bool:
        """Whether a row (by identity) or a form-level part was used already."""
        return any(p is t if isinstance(p, dict) else p == t for p in parts for t in self._touched)

    def touch(self, *parts: object) -> None:
        """Mark rows or form-level parts as used."""
        self._touched.extend(parts)

    def label(
        self, code: str, number: int, row: Row | None = None, *, also: Iterable[tuple[int, Row | None]] = ()
    ) -> None:
        """A flaw that must be found."""
        self.labels.append(PlantedLabel(code, number, row, True, also=list(also)))

    def maybe(self, number: int, row: Row | str | None, codes: Iterable[str], why: str) -> None:
        """Codes that may as well be raised there, and why."""
        self.labels.extend(PlantedLabel(code, number, row, False, why) for code in codes)

    # --- changing ----------------------------------------------------------------------------------------------

    def set(self, number: int, row: Row, **values: str) -> None:
        """Change columns of a row."""
        index = self._index(number, row)
        for key, value in values.items():
            self._edit("replace" if key in row else "add", f"/forms/{number}/rows/{index}/{key}", value)
            row[key] = value
        self.touch(row)

    def set_target(self, number: int, row: Row, target: str) -> None:
        """Change the target, spread over the 性质, 值 and 单位 columns where the form prints them."""
        self.set(number, row, **self.spread(number, target))

    def set_form(self, number: int, key: str, value: Any) -> None:
        """Change a labelled field, an amount or a text of the form."""
        form = self.form(number)
        self._edit("replace" if key in form else "add", f"/forms/{number}/{key}", value)
        form[key] = value
        self.touch((number, key))

    def set_at(self, number: int, part: str, index: int, key: str, value: str) -> None:
        """Change a cost line (``cost_lines``) or a project of a summary (``projects``)."""
        item = self.form(number)[part][index]
        self._edit("replace" if key in item else "add", f"/forms/{number}/{part}/{index}/{key}", value)
        item[key] = value
        self.touch((number, part, index))

    def set_goal(self, number: int, key: str, text: str) -> None:
        """Change a goal text here and in the summary, so that the two still agree."""
        old = self.form(number).get(key)
        self.set_form(number, key, text)
        for summary in self.forms("summary"):
            for index, project in enumerate(self.form(summary)["projects"]):
                if project.get("name") == self.form(number).get("project") and project.get(key) == old:
                    self.set_at(summary, "projects", index, key, text)

    def insert(self, number: int, category: str, name: str, target: str) -> Row:
        """A new row at the end of its category's block; its weight is taken from a row of the same first level."""
        level1, level2 = self.levels(number, category)
        row: Row = {"level1": level1, "level2": level2, "name": name, **self.spread(number, target)}
        if self.has(number, "standard"):
            row["standard"] = "计划标准"
        self._take_weight(number, row)
        self._put(number, row, category)
        return row

    def move(self, number: int, row: Row, category: str) -> None:
        """Put a row under another category."""
        level1, level2 = self.levels(number, category)
        index = self._index(number, row)
        self._edit("remove", f"/forms/{number}/rows/{index}")
        del self.form(number)["rows"][index]
        row.update(level1=level1, level2=level2)
        self._put(number, row, category)

    def remove(self, number: int, row: Row) -> None:
        """Take a row out; its weight goes to another row, of the same first level where there is one."""
        index = self._index(number, row)
        self._edit("remove", f"/forms/{number}/rows/{index}")
        del self.form(number)["rows"][index]
        self.touch(row)
        rest = self.form(number)["rows"]
        if row.get("weight") and rest:
            heirs = [r for r in rest if r.get("level1") == row.get("level1")] or rest
            self._weigh(number, heirs[0], Decimal(heirs[0]["weight"]) + Decimal(row["weight"]))

    def finish(self) -> tuple[list[Edit], list[dict[str, Any]]]:
        """The edits, and the labels with their final ids."""
        return self.edits, [self._final(item) for item in self.labels]

    # --- details -----------------------------------------------------------------------------------------------

    def _edit(self, op: Any, path: str, value: Any = None) -> None:
        self.edits.append(Edit(op=op, path=path, value=copy.deepcopy(value)))

    def _index(self, number: int, row: Row) -> int:
        return next(n for n, r in enumerate(self.form(number)["rows"]) if r is row)

    def _put(self, number: int, row: Row, category: str) -> None:
        rows = self.form(number)["rows"]
        place = max((n + 1 for n, r in enumerate(rows) if self.category(r) == category), default=-1)
        if place < 0:
            # Behind the last row of the same first level that the usual order puts before it.
            before = _ORDER[: _ORDER.index(category)]
            same = [
                n + 1 for n, r in enumerate(rows) if r.get("level1") == row["level1"] and self.category(r) in before
            ]
            first = [n for n, r in enumerate(rows) if r.get("level1") == row["level1"]]
            place = max(same) if same else first[0] if first else len(rows)
        self._edit("add", f"/forms/{number}/rows/{place}", dict(row))
        rows.insert(place, row)
        self.touch(row)

    def levels(self, number: int, category: str) -> tuple[str, str]:
        """The headings that the form prints for a category, else the usual ones."""
        for row in self.form(number)["rows"]:
            if self.category(row) == category:
                return row["level1"], row["level2"]
        if category == "成本指标":
            return ("成本指标", "经济成本指标") if self.with_cost_level(number) else ("产出指标", "成本指标")
        if category == "满意度指标":
            return "满意度指标", "服务对象满意度指标"
        return ("效益指标" if category in BENEFITS else "产出指标"), category

    def spread(self, number: int, target: str) -> dict[str, str]:
        """A target in the columns that the form prints."""
        if not self.has(number, "nature"):
            return {"value": target}
        found = _SPLIT.match(target)
        if found:
            return {"nature": found.group(1), "value": found.group(2), "unit": found.group(3)}
        return {"nature": "定性", "value": target, "unit": ""}

    def _take_weight(self, number: int, row: Row) -> None:
        if not self.has(number, "weight"):
            return
        rows = self.form(number)["rows"]
        donors = [r for r in rows if r.get("level1") == row["level1"] and Decimal(r.get("weight") or 0) > 1]
        donors = donors or [r for r in rows if Decimal(r.get("weight") or 0) > 1]
        donor = max(donors, key=lambda r: Decimal(r["weight"]))
        given = Decimal(int(Decimal(donor["weight"]) // 2))
        row["weight"] = str(given)
        self._weigh(number, donor, Decimal(donor["weight"]) - given)

    def _weigh(self, number: int, row: Row, weight: Decimal) -> None:
        self._edit("replace", f"/forms/{number}/rows/{self._index(number, row)}/weight", str(weight))
        row["weight"] = str(weight)

    def _place(self, number: int, row: Row | str | None) -> str:
        if row is None:
            return f"F{number + 1}"
        if row == "*":
            return f"F{number + 1}.*"
        return f"F{number + 1}.{next(n for n, r in enumerate(self.form(number)['rows'], 1) if r is row)}"

    def _final(self, item: PlantedLabel) -> dict[str, Any]:
        label: dict[str, Any] = {"target": self._place(item.form, item.row), "code": item.code}
        if not item.required:
            label["required"] = False
        if item.also:
            label["also"] = [self._place(form, row) for form, row in item.also]
        if item.why:
            label["why"] = item.why
        return label


def pairs(items: list[Row]) -> Iterator[tuple[Row, Row]]:
    """All ordered pairs of different rows."""
    return ((a, b) for a in items for b in items if a is not b)
