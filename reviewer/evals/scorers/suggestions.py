"""Suggestions: taken, does the flaw go and nothing new come; where do numbers come from; is it still the same thing."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from rapidfuzz import fuzz

from reviewer.evals.kinds.suggestions import Advice, RewriteCase, Tried
from reviewer.evals.marks import Figure, Mark, Verdict
from reviewer.evals.measures import proportion, score
from reviewer.evals.registry import SCORERS, Output, Sample, Scorer
from reviewer.evals.sets import EvalSet
from reviewer.records import RowText

_TO_FILL = re.compile(r"【待填[^】]*】")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DOCUMENT = re.compile(r"《[^》]*》|[〔\[]\d{4}[〕\]]\d*号")
# What is asked of each suggestion, and how it is counted: the share that is right, or the share that is wrong.
_RIGHT = {"removed": "removed", "category": "category_right", "kept": "kept"}
_WRONG = {"error": "new_errors", "warning": "new_warnings", "number": "provenance_violations"}


def score_suggestions(chosen: EvalSet, sample: Sample, output: Output) -> Iterator[Mark]:
    """Marks of one row: whether anything was delivered, then each suggestion on its own."""
    case: RewriteCase = sample.data
    advice: Advice | None = output.answer
    if advice is None:
        yield Mark(case=case.id, group="delivered", verdict=Verdict.UNSCORED, note=output.error)
        return
    if not set(case.codes) & set(advice.found):
        # No finding, nothing to rewrite: a matter of the rules, measured elsewhere.
        yield Mark(case=case.id, group="delivered", verdict=Verdict.UNSCORED, note="没有发现标注的问题")
        return
    if advice.unasked:
        yield Mark(case=case.id, group="delivered", verdict=Verdict.UNSCORED, note="模型的回复没有录下")
        return
    delivered = [t for t in advice.tried if set(t.suggestion.removes)]
    shown = _mark(case, "delivered", bool(delivered), case.row, ",".join(case.codes))
    yield shown.model_copy(update={"got": str(advice.refused)})
    if delivered:
        cleared = any(not set(case.codes) & set(t.left) for t in delivered)
        yield _mark(case, "cleared", cleared, case.row, "、".join(sorted(set(case.codes) & set(delivered[-1].left))))
    usable = False
    for tried in delivered:
        marks = list(_judge(case, tried))
        usable = usable or all(mark.verdict.good for mark in marks)
        yield from marks
    # One decision a row, delivered or not, so that two engines can be compared row by row.
    yield _mark(case, "usable", usable, case.row, ",".join(case.codes))


def _judge(case: RewriteCase, tried: Tried) -> Iterator[Mark]:
    item, suggestion = tried.suggestion.id.rpartition("/")[2], tried.suggestion
    rows = [row for row in (suggestion.proposed, *suggestion.extra) if row is not None]
    shown = "；".join(row.describe() for row in rows) or "整行留空"
    stayed = sorted(set(suggestion.removes) & set(tried.left))
    yield _mark(case, "removed", bool(suggestion.removes) and not stayed, item, f"{shown}：{'、'.join(stayed)}")
    yield _mark(case, "error", not tried.errors, item, f"{shown}：{'、'.join(tried.errors)}")
    yield _mark(case, "warning", not tried.warnings, item, f"{shown}：{'、'.join(tried.warnings)}")
    strange = [problem for row in rows for problem in _strange(case, tried, row)]
    yield _mark(case, "number", not strange, item, f"{shown}：{'、'.join(strange)}")
    if suggestion.proposed is None:
        if case.categories or case.may_be_empty:
            yield _mark(case, "category", case.may_be_empty, item, shown)
        return
    if case.categories:
        yield _mark(case, "category", tried.home in case.categories, item, f"{shown}（{tried.home}）")
    if case.keeps:
        names = "".join(row.name for row in rows)
        kept = all(any(word in names for word in group) for group in case.keeps)
        yield _mark(case, "kept", kept, item, shown)
    if case.references:
        near = max(_closeness(tried, row, reference.text) for row in rows for reference in case.references)
        yield Mark(case=case.id, item=item, group="closeness", verdict=Verdict.RIGHT, got=f"{near:.4f}", note=shown)
    before, after = suggestion.smart_before, suggestion.smart_after
    if before is not None and after is not None:
        gain = after.total - before.total
        yield Mark(case=case.id, item=item, group="smart", verdict=Verdict.RIGHT, got=str(gain), note=shown)


def _mark(case: RewriteCase, group: str, right: bool, item: str, note: str) -> Mark:
    verdict = Verdict.RIGHT if right else Verdict.WRONG
    return Mark(case=case.id, item=item, group=group, verdict=verdict, note=note)


def _strange(case: RewriteCase, tried: Tried, row: RowText) -> Iterator[str]:
    """Numbers and documents of a row that neither the filing nor the bank has, or that no source is given for."""
    text = _TO_FILL.sub(" ", f"{row.name} {row.value} {row.standard or ''}")
    sources = {Decimal(n) for s in tried.suggestion.numbers for n in _NUMBER.findall(s.number)}
    computed = {
        Decimal(n) for s in tried.suggestion.numbers if _adds_up(s.computation) for n in _NUMBER.findall(s.number)
    }
    allowed = {Decimal(n) for n in case.numbers} | computed
    allowed |= {Decimal(n) for n in _NUMBER.findall(tried.suggestion.bank)}
    for number in _NUMBER.findall(text):
        if Decimal(number) not in allowed:
            yield f"{number} 不在原文"
        elif Decimal(number) not in sources:
            yield f"{number} 没有写出处"
    current = tried.suggestion.current
    filed = f"{current.name} {current.value} {current.standard or ''}" if current else ""
    yield from (name for name in _DOCUMENT.findall(text) if name not in filed)


def _adds_up(computation: str) -> bool:
    """Whether ``130+20+10=160`` is so."""
    left, equals, right = computation.partition("=")
    terms = left.split("+")
    if not equals or not all(_NUMBER.fullmatch(t) for t in (*terms, right)):
        return False
    return sum((Decimal(t) for t in terms), Decimal(0)) == Decimal(right)


def _closeness(tried: Tried, row: RowText, reference: str) -> float:
    """How near a row is to one written by a person, 0 to 1; headings count by their canonical names."""
    value = f"{row.nature if row.nature and row.nature not in row.value else ''}{row.value}{row.unit or ''}"
    own = f"{tried.home or row.level2}｜{row.name}｜{value}"
    return fuzz.ratio(_TO_FILL.sub("【待填】", own), reference) / 100


def measure_suggestions(marks: Sequence[Mark]) -> list[Figure]:
    """Shares over all rows and all suggestions; mean SMART gain and closeness; delivered shares by code."""
    groups: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        groups[mark.group].append(mark)
    judged = [m for m in groups["delivered"] if m.verdict is not Verdict.UNSCORED]
    figures = [proportion("delivered", sum(m.verdict.good for m in judged), len(judged))]
    figures.append(proportion("usable", sum(m.verdict.good for m in groups["usable"]), len(judged)))
    figures.append(proportion("cleared", sum(m.verdict.good for m in groups["cleared"]), len(groups["cleared"])))
    for group, name in _RIGHT.items():
        figures.append(proportion(name, sum(m.verdict.good for m in groups[group]), len(groups[group])))
    for group, name in _WRONG.items():
        figures.append(proportion(name, sum(not m.verdict.good for m in groups[group]), len(groups[group])))
    for group, name in (("smart", "smart_gain"), ("closeness", "closeness")):
        values = [float(m.got) for m in groups[group]]
        figures.append(score(name, sum(values) / len(values) if values else None, len(values)))
    through = len(groups["removed"]), sum(int(m.got) for m in judged)
    figures += [score("rewrites", float(sum(through)), 0), score("refused", float(through[1]), 0)]
    unscored = len(groups["delivered"]) - len(judged)
    figures.append(score("unscored", float(unscored), unscored))
    return figures


SCORERS.add("suggestions", Scorer("suggestions", "修改建议", ("suggestions",), score_suggestions, measure_suggestions))
