"""What a finding is about: a row, a cost line, a project, a goal, a labelled field, or the form as a whole."""

import re
from collections.abc import Iterator

from reviewer.records import FilingReport, Finding, Form, Location
from reviewer.rounds.places import Places
from reviewer.text.normalize import squash

Anchor = tuple[str, str]  # kind, and the id of what it is
COLUMNS = ("level2", "name", "value", "nature", "unit", "standard", "weight", "note")
CLAUSE = re.compile(r"[：，。；]")
_NUMBER = re.compile(r"\d[\d,.]*%?")
_Line = tuple[str | None, int | None, int | None, int | None]


class Side:
    """One filing of two: what its findings are about."""

    def __init__(self, item: FilingReport) -> None:
        self.item = item
        self.places = Places(item)
        self.outcomes = {(o.code, o.form_id): o for o in item.outcomes}
        self._anchors = {form.id: dict(_anchors(form)) for form in item.filing.forms}
        self._words: dict[Anchor, str] = {}

    def anchor(self, finding: Finding) -> Anchor:
        """What a finding is about."""
        if finding.indicator_id:
            return "row", finding.indicator_id
        place = finding.location
        if place is None or place.row is None:
            return "form", finding.form_id
        return self._anchors[finding.form_id].get(_line(place), ("form", finding.form_id))

    def subject(self, finding: Finding) -> str:
        """What a finding says first, without numbers."""
        return _NUMBER.sub("#", squash(CLAUSE.split(finding.message, maxsplit=1)[0]))

    def words(self, anchor: Anchor) -> str:
        """All words of an anchor, to see whether they were changed."""
        if anchor not in self._words:
            self._words[anchor] = squash("｜".join(self._parts(*anchor)))
        return self._words[anchor]

    def _parts(self, kind: str, key: str) -> Iterator[str]:
        form = self.places.forms[key.partition(".")[0]]
        if kind == "row":
            row = self.places.rows[key][1]
            yield from (getattr(row, column) or "" for column in COLUMNS)
        elif kind == "cost":
            line = next(c for c in form.cost_lines if c.id == key)
            yield from (line.content, line.detail, line.amount.printed, line.calculation_basis)
            yield from (line.quantity, line.unit, line.unit_price)
        elif kind == "project":
            project = next(r for r in form.rows if r.id == key)
            yield from (project.name, project.amount.printed, project.period_goal or "", project.annual_goal or "")
        elif kind == "goal":
            goal = form.objective(key.partition(".")[2])
            yield goal.text if goal else ""
        elif kind == "field":
            field = form.field(key.partition(".")[2])
            yield field.text if field else ""
        else:
            yield from self._form_parts(form)

    def _form_parts(self, form: Form) -> Iterator[str]:
        yield from (form.title, form.org, form.project, form.period or "")
        amounts = (
            form.budget,
            form.basic,
            form.projects_total,
            form.cost_total,
            *(s.amount for s in form.fund_sources),
        )
        yield from (amount.printed if amount else "" for amount in amounts)
        yield from (field.text for field in form.fields)
        yield from (goal.text for goal in form.objectives)
        for row in form.indicators:
            yield self.words(("row", row.id))
        for line in form.cost_lines:
            yield self.words(("cost", line.id))
        for project in form.rows:
            yield self.words(("project", project.id))


def _anchors(form: Form) -> Iterator[tuple[_Line, Anchor]]:
    """Lines of the file and what stands there; the later ones hold where two stand in one line."""
    parts: list[tuple[str, str, Location | None]] = [
        *(("field", f"{form.id}.{f.key}", f.location) for f in form.fields),
        *(("goal", f"{form.id}.{o.horizon}", o.location) for o in form.objectives),
        *(("project", r.id, r.location) for r in form.rows),
        *(("cost", c.id, c.location) for c in form.cost_lines),
    ]
    for kind, key, place in parts:
        if place is not None and place.row is not None:
            yield _line(place), (kind, key)


def _line(place: Location) -> _Line:
    return place.sheet, place.table, place.page, place.row
