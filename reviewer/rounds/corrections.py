"""Which rewrites are to be written into the filer's file: what was accepted, and on request what is safe."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reviewer.records import FilingReport, Form, Indicator, Standing, Suggestion
from reviewer.rounds.aside import concerns
from reviewer.rounds.decisions import Decision, Decisions
from reviewer.rounds.places import Places, form_words, row_words, text_words
from reviewer.suggesters.base import row_text
from reviewer.text.normalize import squash
from reviewer.writers.words import one_line


@dataclass(frozen=True)
class NotWritten:
    """A rewrite that is not in the file, and why.

    Attributes:
        done: it stands in the file already; nothing is left to do.
    """

    text: str
    reason: str
    done: bool = False


@dataclass(frozen=True)
class Tried:
    """A file with rewrites in it.

    Attributes:
        written: ids of the suggestions that are in it.
        reasons: why others are not, by id, as far as there is more to say than that they could not be written.
    """

    content: bytes
    written: list[str]
    reasons: dict[str, str] = field(default_factory=dict)


def corrections(
    item: FilingReport, decisions: Decisions, *, safe: bool
) -> tuple[tuple[Suggestion, ...], tuple[NotWritten, ...]]:
    """The rewrites to write, and those that have no place in the file any more.

    Args:
        item: the review of the file as it is.
        safe: take safe suggestions too that nobody has decided on.
    """
    places = Places(item)
    chosen: list[Suggestion] = []
    lost: list[NotWritten] = []
    taken: set[str] = set()
    for number, decision in enumerate(decisions.decisions, 1):
        if decision.about == "suggestion" and decision.verdict != "reject":
            made = _suggestion(item, decision, number, taken)
            if isinstance(made, NotWritten):
                lost.append(made)
            else:
                chosen.append(made)
                taken |= {made.indicator_id} if made.indicator_id else set()
    if safe:
        for suggestion in item.suggestions:
            undecided = not any(concerns(places, d, suggestion) for d in decisions.decisions)
            if suggestion.standing is Standing.SAFE and undecided and suggestion.indicator_id not in taken:
                chosen.append(suggestion)
                taken |= {suggestion.indicator_id} if suggestion.indicator_id else set()
    return tuple(chosen), tuple(lost)


def _suggestion(item: FilingReport, decision: Decision, number: int, taken: set[str]) -> Suggestion | NotWritten:
    """The decision as a suggestion for the file as it is now."""
    text = decision.text or "；".join(text_words(r) for r in (decision.proposed, *decision.extra) if r is not None)
    forms = [form for form in item.filing.forms if form_words(form) == decision.form]
    if not forms:
        return NotWritten(text, f"文件里没有“{decision.form}”这张表（名称改了，请重新处理）")
    form, row = forms[0], None
    if decision.current is not None:
        found = next(((f, i) for f in forms for i in f.indicators if _is(f, i, decision.text, taken)), None)
        if found is None:
            if _done(forms, decision):
                return NotWritten(text, "文件里已经是改后的内容", done=True)
            return NotWritten(text, "文件里的原文变了，请重新处理")
        form, row = found
    elif _done(forms, decision):
        return NotWritten(text, "文件里已经有了", done=True)
    place = row.id if row is not None else form.id
    return Suggestion(
        id=f"{place}/decided-{number}",
        form_id=form.id,
        indicator_id=row.id if row is not None else None,
        current=row_text(form, row) if row is not None else None,
        proposed=decision.proposed,
        extra=decision.extra,
        reason=decision.reason or "审核人采纳",
        source="rule",
        standing=Standing.CONFIRM,
        removes=decision.codes,
    )


def _is(form: Form, row: Indicator, text: str, taken: set[str]) -> bool:
    return row.id not in taken and squash(row_words(form, row)) == squash(text)


def _done(forms: list[Form], decision: Decision) -> bool:
    """Whether every row that was to be written stands in the file; a row to be emptied has nothing to show."""
    rows = [row for row in (decision.proposed, *decision.extra) if row is not None]
    held = {squash(row_words(form, row)) for form in forms for row in form.indicators}
    return bool(rows) and all(squash(text_words(row)) in held for row in rows)


def change_words(item: Suggestion) -> str:
    """A rewrite in one line: ``数量指标｜…｜150人 → 数量指标｜…｜≥150人``."""
    return " → ".join(_sides(item))


def _sides(item: Suggestion) -> Iterator[str]:
    if item.current is not None:
        yield text_words(item.current)
    after = [text_words(row) for row in (item.proposed, *item.extra) if row is not None]
    yield one_line("；".join(after)) if after else "（整行留空）"
