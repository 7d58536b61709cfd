"""What decisions made of a filing, told for a page."""

from collections.abc import Iterator
from typing import Literal

from reviewer.records import Finding, Severity
from reviewer.rounds.deciding import VERDICT_WORDS
from reviewer.rounds.places import text_words
from reviewer.rounds.telling import halves, in_words
from reviewer.suggesters.base import row_text
from reviewer.web.services.shapes import Counts, DecisionInfo, FormScore, FreshItem, ItemState, WorkState
from reviewer.web.services.working import FINDING, Entry, Working, last_step
from reviewer.writers.view import FilingView, count
from reviewer.writers.words import one_line

_PAST: dict[str, Literal["accepted", "edited", "rejected"]] = {
    "accept": "accepted",
    "edit": "edited",
    "reject": "rejected",
}
_WORDS = {
    "cleared": ("已改好", "√"),
    "accepted": ("已认可", "√"),
    "edited": ("已改写", "√"),
    "rejected": ("不采纳", "–"),
    "unknown": ("没能再查", "？"),
}
_LONGEST = 60


def state(work: Working) -> WorkState:
    """The state of a filing on the desk."""
    settled = work.settled_now
    items = dict(_items(work))
    now = count(settled.findings)
    view = FilingView(work.now, work.report)
    texts, removed = _texts(work)
    return WorkState(
        version=work.filing.version,
        filing=work.filing,
        items=items,
        suggestions={e.target: _PAST[e.decision.verdict] for e in work.entries if e.about == "suggestion"},
        texts=texts,
        added=_added(work),
        removed=removed,
        fresh=[_fresh(view, finding) for finding in work.pairs[1]],
        scores=[
            FormScore(
                form=score.form_id,
                total=score.total,
                grade=score.grade,
                judged=score.judged,
                reason=in_words(view, score.reason),
                criteria=[c.model_copy(update={"reason": in_words(view, c.reason)}) for c in score.criteria],
            )
            for score in settled.scores
        ],
        counts=Counts(
            error=now[Severity.ERROR],
            warn=now[Severity.WARN],
            info=now[Severity.INFO],
            open=len(work.base.findings) - len(items),
            done=len(items),
        ),
        safe=len(work.undecided_safe()),
        undo=_undo(work),
        decisions=[_decision(work, entry) for entry in work.entries],
    )


def _items(work: Working) -> Iterator[tuple[str, ItemState]]:
    by_target = {entry.target: entry for entry in work.entries}
    pairs, _ = work.pairs
    for number, finding in enumerate(work.base.findings):
        target = f"{FINDING}{number + 1}"
        entry = by_target.get(target)
        if entry is not None:
            yield target, _item(_PAST[entry.decision.verdict], entry, _said(entry))
        elif pairs[number] is None:
            made = work.rewrites.get(finding.indicator_id or "")
            by = made[0] if made is not None else None
            kind: Literal["unknown", "cleared"] = (
                "unknown" if (finding.code, finding.form_id) in work.unchecked else "cleared"
            )
            detail = f"{target_words(work, by)}，{by.who}" if by is not None else "因别处的改动"
            yield target, _item(kind, by, detail)


def _item(
    kind: Literal["cleared", "accepted", "edited", "rejected", "unknown"], entry: Entry | None, detail: str
) -> ItemState:
    words, sign = _WORDS[kind]
    return ItemState(state=kind, words=words, sign=sign, detail=detail, decision=entry.number if entry else None)


def _said(entry: Entry) -> str:
    said = entry.decision.message or entry.decision.reason
    return f"{one_line(said, 200)}（{entry.who}）" if said else entry.who


def target_words(work: Working, entry: Entry) -> str:
    """A decision in a few words: ``采纳建议3``, ``改写表4第12行``."""
    return words_of(work, entry.about, entry.target, entry.decision.verdict)


def words_of(work: Working, about: str, target: str, verdict: str) -> str:
    """The same before it is one."""
    if about == "row":
        row = work.view.indicators[target]
        line = row.location.row if row.location else None
        form = work.view.form_label(target.partition(".")[0])
        return f"改写{form}第{line}行" if line else f"改写{form}“{one_line(row.name, _LONGEST)}”"
    verb = VERDICT_WORDS[verdict]
    if about == "suggestion":
        number = next(n for n, s in enumerate(work.base.suggestions, 1) if s.id == target)
        return f"{verb}建议{number}"
    return f"{'认可' if verdict == 'accept' else verb}{target}"


def _texts(work: Working) -> tuple[dict[str, str], list[str]]:
    """Cells whose words changed, and rows that were left empty."""
    texts: dict[str, str] = {}
    removed = []
    for row_id, (_, rewrite) in work.rewrites.items():
        if rewrite.row_id is None:
            continue
        row = work.view.indicators[row_id]
        before = row_text(work.view.forms[rewrite.form_id], row).model_dump()
        after = rewrite.proposed.model_dump() if rewrite.proposed is not None else None
        if after is None or not (after["name"].strip() or after["value"].strip()):
            removed.append(row_id)
            after = {**before, "name": "", "value": ""}
        texts |= {f"{row_id}:{key}": text or "" for key, text in after.items() if (text or "") != (before[key] or "")}
    return texts, removed


def _added(work: Working) -> dict[str, list[str]]:
    added: dict[str, list[str]] = {}
    for _, rewrite in work.rewrites.values():
        first = (rewrite.proposed,) if rewrite.row_id is None else ()
        for row in (*first, *rewrite.extra):
            if row is not None:
                added.setdefault(rewrite.form_id, []).append(text_words(row))
    return added


def _fresh(view: FilingView, finding: Finding) -> FreshItem:
    why, do = halves(in_words(view, finding.message))
    return FreshItem(
        form=finding.form_id,
        row=finding.indicator_id or "",
        code=finding.code,
        name=finding.name,
        severity=finding.severity.value,
        place=view.row_place(finding) or "整张表",
        why=why,
        do=do,
        evidence=one_line(in_words(view, finding.evidence), 400),
    )


def _undo(work: Working) -> str:
    step = last_step(work.all)
    if not step:
        return ""
    first = target_words(work, step[0])
    return first if len(step) == 1 else f"一次采纳的 {len(step)} 条建议"


def _decision(work: Working, entry: Entry) -> DecisionInfo:
    return DecisionInfo(
        number=entry.number,
        step=entry.step,
        about=entry.about,
        target=entry.target,
        verdict=entry.decision.verdict,
        words=target_words(work, entry),
        reason=entry.decision.reason,
        who=entry.who,
        at=entry.at,
    )
