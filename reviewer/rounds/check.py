"""Before handing in: a light, what to do in order and in plain words, and what was cleared since the last check."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from reviewer.records import FilingReport, Finding, Report, Severity, Standing
from reviewer.rounds.compare import State, compare
from reviewer.rounds.memory import Remembered
from reviewer.rounds.places import text_words
from reviewer.rounds.telling import halves
from reviewer.writers.view import FilingView, Issue
from reviewer.writers.words import one_line

_WRITABLE = ("docx", "xlsx")
_HOW = 3  # rewrites shown for one item


class Light(StrEnum):
    """Red: must be corrected first. Yellow: may go, but better not yet. Green: nothing found."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


LIGHT_WORDS = {Light.RED: "红灯", Light.YELLOW: "黄灯", Light.GREEN: "绿灯"}
STEPS = {
    Severity.ERROR: "必须改，不改不能报",
    Severity.WARN: "最好改了再报",
    Severity.INFO: "看一眼，由你决定",
}


@dataclass(frozen=True)
class Todo:
    """One thing to do.

    Attributes:
        where: the places, in words.
        do: what to do.
        why: what is wrong.
        how: rewrites to take up, in words.
        clears: findings that go with it.
        code: for ``reviewer explain``.
    """

    number: int
    where: str
    do: str
    why: str
    how: tuple[str, ...]
    clears: int
    code: str


@dataclass(frozen=True)
class Group:
    """What to do in one form."""

    title: str
    todos: tuple[Todo, ...]


@dataclass(frozen=True)
class Step:
    """What to do in one go; steps come in the order in which to take them."""

    severity: Severity
    title: str
    groups: tuple[Group, ...]
    count: int


@dataclass(frozen=True)
class Checked:
    """The result of a check.

    Attributes:
        verdict: the light in words.
        safe: rewrites that ``reviewer apply --safe`` makes in one go.
        gaps: what could not be read or checked.
        since: time of the last check; "" for none.
        cleared, fresh: findings that went, and came, since then.
        left: those of then that are still there.
    """

    light: Light
    verdict: str
    steps: tuple[Step, ...]
    safe: int
    gaps: tuple[str, ...]
    since: str
    cleared: tuple[str, ...]
    fresh: tuple[str, ...]
    left: int


def check(view: FilingView, last: Remembered | None) -> Checked:
    """Check one filing before it is handed in."""
    numbers = iter(range(1, 10**6))
    steps = tuple(step for severity in Severity if (step := _step(view, severity, numbers)).count)
    counts = view.counts
    gaps = tuple(_gaps(view))
    if not view.forms:
        light, verdict = Light.RED, "没有读到绩效目标表，没有检查"
    elif counts[Severity.ERROR]:
        light, verdict = Light.RED, f"还不能报：有 {counts[Severity.ERROR]} 处必须改"
    elif counts[Severity.WARN] or gaps:
        light = Light.YELLOW
        told = [f"有 {counts[Severity.WARN]} 处最好先改"] if counts[Severity.WARN] else []
        told += [f"有 {len(gaps)} 项没有查成或读出，要人工核对"] if gaps else []
        verdict = f"没有必须改的；{'，'.join(told)}"
    else:
        light, verdict = Light.GREEN, "没有查出要改的，可以报"
    safe = sum(s.standing is Standing.SAFE for s in view.item.suggestions)
    return Checked(
        light, verdict, steps, safe if view.item.filing.format in _WRITABLE else 0, gaps, *_since(view.item, last)
    )


def _step(view: FilingView, severity: Severity, numbers: Iterator[int]) -> Step:
    groups, count = [], 0
    for form_id in view.forms:
        issues = [i for i in view.issues[form_id] if i.severity is severity]
        # What the whole form lacks comes first: it may bring new rows; then what clears most.
        issues.sort(key=lambda i: (i.head.indicator_id is not None, -len(i.findings)))
        if issues:
            groups.append(Group(view.form_title(form_id), tuple(_todo(view, i, next(numbers)) for i in issues)))
            count += sum(len(i.findings) for i in issues)
    return Step(severity, STEPS[severity], tuple(groups), count)


def _todo(view: FilingView, issue: Issue, number: int) -> Todo:
    head = issue.head
    why, do = halves(head.message)
    if issue.is_many and not issue.same_message and not head.indicator_id:
        parts = [halves(f.message) for f in issue.findings]
        places = [_place(view, issue, f) for f in issue.findings]
        why = "".join(f"{place}：{part[0]}" for place, part in zip(places, parts, strict=True))
        do = "".join(dict.fromkeys(part[1] for part in parts if part[1]))
    elif issue.is_many and not issue.same_message:
        why = f"如{view.line_place(head) or view.place(head)}：{why}"
    return Todo(
        number=number,
        where=view.places(issue, limit=8),
        do=do or f"改正{head.name}。",
        why=why,
        how=tuple(_how(view, issue)),
        clears=len(issue.findings),
        code=head.code,
    )


def _how(view: FilingView, issue: Issue) -> Iterator[str]:
    told = 0
    for finding in issue.findings:
        for suggestion in view.suggested(finding):
            rows = [row for row in (suggestion.item.proposed, *suggestion.item.extra) if row is not None]
            text = "；".join(text_words(row) for row in rows) or "整行留空"
            told += 1
            if told <= _HOW:
                yield f"{_place(view, issue, finding).partition(' “')[0] + ' ' if issue.is_many else ''}{text}"
    if told > _HOW:
        yield f"……共 {told} 处，全部改法见 reviewer suggest"


def _place(view: FilingView, issue: Issue, finding: Finding) -> str:
    one_form = len({f.form_id for f in issue.findings}) == 1
    return (view.row_place(finding) or "整张表") if one_form else view.place(finding)


def _gaps(view: FilingView) -> Iterator[str]:
    for item in view.unchecked:
        yield f"{item.name}（{item.code}，{'、'.join(item.forms)}）没有查成：{one_line(item.reason)}"
    for unread in view.missing:
        place = f"{unread.location.describe()} " if unread.location else ""
        yield f"{place}“{one_line(unread.text, 40)}”没有读出：{one_line(unread.reason)}"


def _since(item: FilingReport, last: Remembered | None) -> tuple[str, tuple[str, ...], tuple[str, ...], int]:
    if last is None:
        return "", (), (), 0
    followed = compare(last.report, item).followed
    before = FilingView(last.report, Report(filings=(last.report,), bases={}, versions={}))
    now = FilingView(item, Report(filings=(item,), bases={}, versions={}))
    cleared = [f"{f.finding.name}　{before.place(f.finding)}" for f in followed if f.state is State.FIXED]
    fresh = [f"{f.finding.name}　{now.place(f.finding)}" for f in followed if f.state in (State.NEW, State.BROKEN)]
    return last.when, tuple(cleared), tuple(fresh), sum(f.state is State.OPEN for f in followed)
