"""What the workbench shows of a filing as filed: drawn forms, findings in the order of the eye, suggestions.

It never changes while people decide, so a browser asks for it once. What decisions make of it is in ``state.py``.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from reviewer.readers.grid import Grid
from reviewer.records import Finding, Form, Indicator, RowText, SmartScore, Suggestion
from reviewer.rounds.compare import STATE_HELP, STATE_WORDS, Comparison, State
from reviewer.rounds.deciding import handle_of
from reviewer.rounds.telling import halves, in_words
from reviewer.suggesters.base import row_text
from reviewer.taxonomy import regulations
from reviewer.web.help.guide import GRADES
from reviewer.web.workbench.drawing import Cell, Drawn, draw
from reviewer.writers.changes import Part
from reviewer.writers.sheet import running_number
from reviewer.writers.suggestions import STANDING_HELP, STANDING_SIGNS, STANDING_WORDS, Side, SuggestionView
from reviewer.writers.view import FilingView
from reviewer.writers.words import KIND_WORDS, OUTCOME_WORDS, SMART_WORDS, one_line, shown

Json = dict[str, Any]

COLUMNS = {
    "level2": "二级指标",
    "name": "三级指标",
    "nature": "指标性质",
    "value": "指标值",
    "unit": "计量单位",
    "standard": "绩效标准",
}


def model(view: FilingView, grids: Sequence[Grid], second: Comparison | None = None) -> Json:
    """Everything that the page draws, ready for JSON.

    Args:
        second: the round before beside this one, where there was one.
    """
    drawn = draw(view, grids)
    followed = {id(f.new): f.state for f in second.followed if f.new is not None} if second is not None else {}
    order = [number for form in drawn for number in form.order]
    ranks = {number: rank for rank, number in enumerate(order)}
    filing = view.item.filing
    return {
        "source": filing.source,
        "format": filing.format,
        "org": one_line(filing.org),
        "year": filing.year,
        "forms": [_form(view, form, ranks) for form in drawn],
        "items": [
            _item(view, number, rank, followed.get(id(view.item.findings[number]))) for rank, number in enumerate(order)
        ],
        "round": [[STATE_WORDS[state], second.count(state), STATE_HELP[state]] for state in State]
        if second is not None
        else [],
        "suggestions": {s.item.id: _suggestion(view, s) for s in view.suggestions},
        "rows": {
            row.id: _row(form, row)
            for form in filing.forms
            for row in sorted((*form.indicators, *form.blank_rows), key=lambda row: running_number(row.id))
        },
        "gaps": gaps(view),
        "advice": [one_line(unread.reason) for unread in view.advice],
        "columns": COLUMNS,
    }


def gaps(view: FilingView) -> list[Json]:
    """What could not be read or checked; never shown as passed."""
    unchecked = [
        {"what": f"{u.name}（{'、'.join(u.forms)}）", "why": in_words(view, u.reason), "code": u.code}
        for u in view.unchecked
    ]
    unread = [
        {
            "what": f"{u.location.describe() + ' ' if u.location else ''}“{one_line(u.text, 60)}”没有读出",
            "why": one_line(u.reason),
            "code": "",
        }
        for u in view.missing
    ]
    return [*unchecked, *unread]


def item_of(view: FilingView, finding: Finding) -> Json:
    """What is said of a finding, wherever it stands."""
    why, do = halves(in_words(view, finding.message))
    evidence = one_line(in_words(view, finding.evidence), 400)
    return {
        "form": finding.form_id,
        "row": finding.indicator_id or "",
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "place": view.row_place(finding) or "整张表",
        "why": why,
        "do": do,
        "evidence": evidence if evidence and evidence not in one_line(finding.message) else "",
        "cites": [_cite(key) for key in finding.basis if key in regulations()],
        "smart": [f"{letter} {SMART_WORDS.get(letter, letter)}" for letter in finding.smart],
        "category": finding.suggested_category or "",
    }


def score_of(view: FilingView, form_id: str) -> Json | None:
    """The draft score of a form with its reasons; None where it has none."""
    score = next((s for s in view.item.scores if s.form_id == form_id), None)
    if score is None:
        return None
    return {
        "total": score.total,
        "grade": score.grade,
        "judged": score.judged,
        "reason": in_words(view, score.reason),
        "criteria": [
            {
                "dimension": c.dimension,
                "name": c.name,
                "points": c.points,
                "weight": c.weight,
                "reason": in_words(view, c.reason),
            }
            for c in score.criteria
        ],
    }


def _form(view: FilingView, drawn: Drawn, ranks: dict[int, int]) -> Json:
    form = view.forms[drawn.form_id]
    return {
        "id": drawn.form_id,
        "label": view.form_label(drawn.form_id),
        "title": view.form_title(drawn.form_id),
        "about": one_line(form.project or form.title or form.org, 40),
        "kind": KIND_WORDS[form.kind],
        "general": sorted(ranks[n] for n in drawn.general),
        "tables": [
            {"caption": t.caption, "widths": t.widths, "rows": [[_cell(c, ranks) for c in row] for row in t.rows]}
            for t in drawn.tables
        ],
        "score": score_of(view, drawn.form_id),
        "ledger": _ledger(view, drawn.form_id),
    }


def _ledger(view: FilingView, form_id: str) -> Json:
    """How many rules ended how on a form."""
    tally: dict[str, int] = {}
    for outcome in view.item.outcomes:
        if outcome.form_id == form_id:
            word = OUTCOME_WORDS[outcome.outcome]
            tally[word] = tally.get(word, 0) + 1
    return tally


def _cell(cell: Cell, ranks: dict[int, int]) -> Json:
    """A cell, what is usual left out."""
    told: Json = {"t": cell.text}
    if cell.rows > 1:
        told["h"] = cell.rows
    if cell.columns > 1:
        told["w"] = cell.columns
    if cell.kind != "value":
        told["k"] = cell.kind
    if cell.row_id:
        told["row"] = cell.row_id
    if cell.key:
        told["key"] = cell.key
    if cell.findings:
        told["f"] = [ranks[n] for n in cell.findings]
    return told


def _item(view: FilingView, number: int, rank: int, state: State | None) -> Json:
    finding = view.item.findings[number]
    return {
        "n": rank + 1,
        "target": f"意见{number + 1}",
        "handle": handle_of(finding),
        **item_of(view, finding),
        "suggestions": [s.item.id for s in view.suggested(finding)],
        "round": STATE_WORDS[state] if state is not None else "",
    }


def _cite(key: str) -> Json:
    basis = regulations()[key]
    return {
        "cite": basis.cite,
        "title": basis.title,
        "gist": basis.gist,
        "grade": GRADES[basis.grade],
    }


def _suggestion(view: FilingView, told: SuggestionView) -> Json:
    item = told.item
    return {
        "id": item.id,
        "n": told.number,
        "form": item.form_id,
        "row": item.indicator_id or "",
        "standing": item.standing.value,
        "sign": STANDING_SIGNS[item.standing],
        "words": STANDING_WORDS[item.standing],
        "help": STANDING_HELP[item.standing],
        "action": told.action,
        "before": _side(told.before) if told.before else None,
        "after": [_side(side) for side in told.after],
        "current": _columns(item.current) if item.current else None,
        "rows": [_columns(row) for row in _rows(item)],
        "reason": in_words(view, shown(item.reason, 600)),
        "sources": list(told.sources),
        "bank": one_line(item.bank, 200),
        "source": item.source,
        "smart": {"before": _smart(item.smart_before), "after": _smart(item.smart_after)},
        "to_fill": told.to_fill,
        "clears": list(item.removes),
    }


def _rows(item: Suggestion) -> Iterable[RowText]:
    return [row for row in (item.proposed, *item.extra) if row is not None]


def _side(side: Side) -> Json:
    return {
        "label": "补" if side.added else "",
        "columns": [[_part(part) for part in column] for column in side.columns],
    }


def _part(part: Part) -> list[str | int]:
    return [part.text, int(part.changed)]


def _columns(row: RowText) -> dict[str, str]:
    """The columns that the form has."""
    return {key: text for key, text in row.model_dump().items() if text is not None}


def _smart(score: SmartScore | None) -> Json | None:
    if score is None:
        return None
    letters = [{"letter": i.letter, "name": i.name, "points": i.points, "reason": i.reason} for i in score.letters]
    return {"total": score.total, "letters": letters}


def _row(form: Form, row: Indicator) -> Json:
    return {"form": form.id, **_columns(row_text(form, row))}
