"""The engine judges an answer: the rules run on what the learner saw, and again on what the learner wrote."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from reviewer.errors import ReviewerError
from reviewer.evals.content import Edit, FilingContent, RowContent
from reviewer.pipeline import review_filing
from reviewer.records import Filing, FilingReport, Finding, OutcomeKind, RowText, Severity
from reviewer.records.base import Record
from reviewer.rules import RULES
from reviewer.suggesters.provenance import trace
from reviewer.suggesters.prover import filled_in
from reviewer.taxonomy import regulations
from reviewer.training.items import Item, rules_for
from reviewer.training.places import accepted, form_number, row_number
from reviewer.training.scene import changed, read_scene, reads_as
from reviewer.training.settings import CLEAN, CLEAN_NAME, training

_CHOICES = 6
_UNFIT = "改写的内容放不进这张表。"


class Diagnosis(Record):
    """How the marks and the rule named were judged.

    Attributes:
        found: something wrong was marked, and nothing that is right.
        named: the rule named is one that the engine finds there.
        places: paths of the cells in which the flaw shows.
        said: one sentence on each.
    """

    found: bool
    named: bool
    places: tuple[str, ...]
    said: tuple[str, ...]


class Mending(Record):
    """How the row written was judged.

    Attributes:
        right: the flaw is gone, nothing wrong came, and it is still about the same thing.
        gone: codes that are no longer found.
        left: what is still found there, as sentences.
        fresh: what is found now and was not, as sentences.
        remarks: what to think of besides; costs nothing.
    """

    right: bool
    gone: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class Explanation(Record):
    """What a learner reads afterwards.

    Attributes:
        messages: what the engine says of the flaw, with its evidence.
        besides: what else it says of the same rows.
        reason: 理由 of the rule's page, or why nothing is wrong.
        basis: authorities, as reports cite them.
    """

    messages: tuple[str, ...]
    besides: tuple[str, ...]
    reason: str
    basis: tuple[str, ...]


def name_of(code: str) -> str:
    """The rule's name in Chinese."""
    return CLEAN_NAME if code == CLEAN else RULES[code].name


@dataclass(frozen=True)
class _Scene:
    """Content with its own text as the key of the cache: a record that holds a dict cannot be hashed."""

    text: str
    excerpt: bool
    content: FilingContent = field(compare=False)


def _report(content: FilingContent, excerpt: bool) -> FilingReport:
    return _reviewed(_Scene(content.model_dump_json(), excerpt, content))


@lru_cache(maxsize=64)
def _reviewed(scene: _Scene) -> FilingReport:
    return review_filing(read_scene(scene.content), rules=rules_for(scene.excerpt))


def report_of(item: Item) -> FilingReport:
    """The engine's review of what the learner sees."""
    return _report(item.content, item.excerpt)


def agrees(item: Item) -> bool:
    """Whether the engine finds what the key says, and nothing that the key does not allow.

    False on a machine whose own word lists or profiles change the verdict: such an item is not asked.
    """
    findings = report_of(item).findings
    got = {(f.indicator_id or f.form_id, f.code) for f in findings}
    allowed: set[tuple[str, str]] = set()
    for label in item.labels:
        places = (label.target, *label.also)
        if label.required and not any((place, label.code) in got for place in places):
            return False
        allowed |= {(place, label.code) for place in places}
    free = {(target[:-2], code) for target, code in allowed if target.endswith(".*")}
    return all(g in allowed or (g[0].split(".")[0], g[1]) in free for g in got)


def key_findings(item: Item) -> tuple[Finding, ...]:
    """The findings that the item is about: those of its code at the places of its labels."""
    places = {place for label in item.labels if label.code == item.code for place in (label.target, *label.also)}
    return tuple(f for f in report_of(item).findings if f.code == item.code and (f.indicator_id or f.form_id) in places)


def choices(item: Item) -> tuple[str, ...]:
    """Codes to choose the rule from, in an order that does not change: the right one among plausible ones.

    What the engine finds besides, or could find with as much right, is never offered as a wrong answer.
    """
    right = {f.code for f in report_of(item).findings} | {label.code for label in item.labels}
    # In an excerpt nobody can tell what is missing elsewhere: only what a row says is offered.
    judged = {rule.code for rule in rules_for(item.excerpt)}
    wrong = [code for code in training().codes if code in judged and code not in right]
    near = [] if item.code == CLEAN else [code for code in training().codes[item.code].near if code in wrong]
    rng = Random(item.id)
    rng.shuffle(wrong)
    wrong.sort(key=lambda code: training().codes[code].level > max(item.level, 2))
    offered = [] if item.code == CLEAN else [item.code]
    # Always as many: fewer to choose from would tell that nothing is wrong.
    offered += list(dict.fromkeys([*near, *wrong]))[: _CHOICES - len(offered)]
    rng.shuffle(offered)
    return tuple(offered)


def diagnose(item: Item, marks: Iterable[str], code: str) -> Diagnosis:
    """Judge what was marked and the rule named.

    Args:
        marks: paths of cells, or of forms; none for "nothing is wrong".
        code: the rule named, or ``CLEAN``.
    """
    chosen = set(marks)
    if item.code == CLEAN:
        calm = not chosen and code == CLEAN
        said = "这里确实没有问题。" if calm else "这里没有问题：不该改的改了，单位会白跑一趟。"
        return Diagnosis(found=not chosen, named=code == CLEAN, places=(), said=(said,))
    findings = report_of(item).findings
    key = key_findings(item)
    right = accepted(item, key)
    # A row that was filed with several flaws: whoever marks another one of them has found one.
    wrong = {*right, *accepted(item, tuple(f for f in findings if f not in key))}
    hits, misses = chosen & wrong, chosen - wrong
    found = bool(hits) and not misses
    at = {f.indicator_id or f.form_id for f in key}
    named = code in {f.code for f in findings if (f.indicator_id or f.form_id) in at}
    return Diagnosis(
        found=found,
        named=named,
        places=_shown(item, right),
        said=(_about_marks(item, chosen, hits, misses), _named(item, code, named)),
    )


def _shown(item: Item, right: tuple[str, ...]) -> tuple[str, ...]:
    """Of the cells that count as right those that the reference changes: 合计 rather than each of the amounts."""
    if training().codes[item.code].anywhere:
        return right
    touched = {edit.path for edit in item.reference}
    return tuple(path for path in right if path in touched) or right


def _about_marks(item: Item, chosen: set[str], hits: set[str], misses: set[str]) -> str:
    if not chosen:
        return "漏了：这里有一处问题。"
    if hits and not misses:
        return "位置找对了。"
    if hits:
        return f"问题找到了，但另有{len(misses)}处没有问题的格也标上了。"
    rows = {row_number(path) for path in accepted(item, key_findings(item))} - {None}
    if rows & {row_number(path) for path in chosen}:
        return "行找对了，但有问题的不是这一格。"
    return "位置不对，问题不在标出的地方。"


def _named(item: Item, code: str, named: bool) -> str:
    if named:
        return f"规则说对了：{name_of(code)}。"
    said = f"不是“{name_of(code)}”，" if code == CLEAN or code in RULES else ""
    return f"规则{said}是“{name_of(item.code)}”（{item.code}）。"


def mend(item: Item, edits: Iterable[Edit]) -> Mending:
    """Judge what the learner wrote: the rules run on the filing with ``edits`` made.

    Numbers left as 【待填】 stand for numbers; a number that stands nowhere in the filing is remarked on.
    """
    made = tuple(edits)
    try:
        content = changed(item.content, made)
        if content == item.content:
            return Mending(right=False, left=("还没有改动。",))
        report = _report(_filled(content), item.excerpt)
    except ReviewerError:
        return Mending(right=False, left=(_UNFIT,))
    if not reads_as(content, report.filing):
        return Mending(right=False, left=(_UNFIT,))
    after = report.findings
    before = report_of(item).findings
    old, now = Counter(map(_place, before)), Counter(map(_place, after))
    key = {_place(f) for f in key_findings(item)}
    rows = {place for place, _ in key if "." in place}
    fresh = [f for f in after if f.severity is not Severity.INFO and now[_place(f)] > old[_place(f)]]
    left = [
        f
        for f in after
        if f not in fresh and (_place(f) in key or (f.severity is not Severity.INFO and _place(f)[0] in rows))
    ]
    strange = [*_unchecked(item, report), *_strange(item, content)]
    return Mending(
        right=not fresh and not left and not strange,
        gone=tuple(dict.fromkeys(code for place, code in key if not now[place, code])),
        left=(*strange, *dict.fromkeys(f.message for f in left)),
        fresh=tuple(dict.fromkeys(f.message for f in fresh)),
        remarks=tuple(_unsourced(item, content)),
    )


def _unchecked(item: Item, report: FilingReport) -> list[str]:
    """What can no longer be checked is not mended."""
    forms = {f.form_id for f in key_findings(item)}
    lost = (OutcomeKind.COULD_NOT_CHECK, OutcomeKind.ERROR)
    if any(o.code == item.code and o.form_id in forms and o.outcome in lost for o in report.outcomes):
        return ["改成这样就没法核对了，不算改好。"]
    return []


def _place(finding: Finding) -> tuple[str, str]:
    return finding.indicator_id or finding.form_id, finding.code


def _filled(content: FilingContent) -> FilingContent:
    """The content with a number in each place left to fill in, as the prover does it."""
    forms = tuple(
        form.model_copy(update={"rows": tuple(_filled_row(row) for row in form.rows)}) for form in content.forms
    )
    return content.model_copy(update={"forms": forms})


def _filled_row(row: RowContent) -> RowContent:
    value = filled_in(row.value, row.unit)
    return row.model_copy(update={"name": filled_in(row.name), "value": value})


def _target_rows(item: Item) -> list[tuple[int, int]]:
    """Form and row (from 0) of the rows that the item is about."""
    ids = dict.fromkeys(f.indicator_id for f in key_findings(item) if f.indicator_id)
    return [(form_number(i), int(i.split(".")[1]) - 1) for i in ids]


def _strange(item: Item, content: FilingContent) -> list[str]:
    """Ways to silence the rules without mending anything."""
    for form, number in _target_rows(item):
        old, new = item.content.forms[form].rows[number], content.forms[form].rows[number]
        if new.is_blank:
            if not item.may_be_empty and not _reference_row(item, form, number).is_blank:
                return ["这一行要改好，不能删去：它说的事应当有一项指标。"]
        elif not _same_thing(old, _reference_row(item, form, number), new):
            return ["改后的指标与原来说的不是同一件事。"]
    for form_before, form_after in zip(item.content.forms, content.forms, strict=True):
        for key in ("annual_goal", "period_goal", "budget", "title", "project"):
            was, now = getattr(form_before, key), getattr(form_after, key)
            if was and not now:
                return ["不能用清空栏目的办法消除问题。"]
        about = _subject((form_after.project or "") + "".join(row.name for row in form_after.rows))
        for key in ("annual_goal", "period_goal"):
            written = getattr(form_after, key)
            if written and not getattr(form_before, key) and about and not about & _subject(written):
                return ["填的目标没有说到这个项目要做的事。"]
    return []


def _reference_row(item: Item, form: int, number: int) -> RowContent:
    return changed(item.content, item.reference).forms[form].rows[number]


def _same_thing(old: RowContent, reference: RowContent, new: RowContent) -> bool:
    """Two characters in a row that say what is measured stand in both; a name without such words is let pass."""
    before = _subject(old.name + old.value) | _subject(reference.name)
    return not before or bool(before & _subject(new.name)) or new.name in (old.name, reference.name)


def _subject(text: str) -> set[str]:
    for word in training().general:
        text = text.replace(word, " ")
    return {text[n : n + 2] for n in range(len(text) - 1) if all("一" <= c <= "龥" for c in text[n : n + 2])}


def _unsourced(item: Item, content: FilingContent) -> list[str]:
    """Numbers written that stand nowhere in the filing: fine in training, to be proven in earnest."""
    filing: Filing = report_of(item).filing
    remarks = []
    for form, number in _target_rows(item):
        row = content.forms[form].rows[number]
        if row.is_blank or row == _reference_row(item, form, number):
            continue
        own = next((i for i in filing.forms[form].indicators if i.id == f"F{form + 1}.{number + 1}"), None)
        text = RowText(level2=row.level2, name=row.name, value=row.value, nature=row.nature, unit=row.unit)
        _, missing = trace(text, filing.forms[form], own, ())
        if missing:
            remarks.append(f"“{'、'.join(missing)}”在表中没有出处；实际填报时要有依据，没有就先写【待填】。")
    return remarks


def explain(item: Item) -> Explanation:
    """Why it is wrong, from the engine's findings and the rule's own page."""
    if item.code == CLEAN:
        reason = item.why or "每一行归类恰当，目标值有数量、有单位、有方向，前后一致。看不出问题时不要硬找。"
        return Explanation(messages=(), besides=(), reason=reason, basis=())
    rule = RULES[item.code]
    known = regulations()
    # The evidence of a row is the row itself, which the learner has before him; that of a form is a computation.
    messages = [
        f.message + (f"（{f.evidence}）" if f.evidence and f.indicator_id is None else "") for f in key_findings(item)
    ]
    key = key_findings(item)
    rows = {f.indicator_id for f in key if f.indicator_id}
    besides = [f.message for f in report_of(item).findings if f.indicator_id in rows and f not in key]
    return Explanation(
        messages=tuple(dict.fromkeys(messages)),
        besides=tuple(dict.fromkeys(besides)),
        reason=page_part(rule.page, "理由"),
        basis=tuple(known[name].cite for name in rule.basis if name in known),
    )


def page_part(page: str, heading: str) -> str:
    """One section of a rule's page (检查, 理由, 反例, 正例, 例外) without the line breaks of the source."""
    found = re.search(rf"^\s*{heading}：(.*?)(?=^\s*(?:检查|理由|反例|正例|例外)：|\Z)", page, re.MULTILINE | re.DOTALL)
    return "".join(line.strip() for line in found.group(1).splitlines()) if found else ""
