"""What an opinion letter says to one unit: numbered opinions by form, the review table, the reviewer's own words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from reviewer.records import Criterion, Score, Severity
from reviewer.rounds.compare import STATE_WORDS, Comparison, Followed, State
from reviewer.rounds.decisions import Decision
from reviewer.rounds.telling import Opinion, Teller, in_words
from reviewer.writers.view import FilingView, count
from reviewer.writers.words import SEVERITY_WORDS, aside_reason, one_line

FIRST, SECOND = "绩效目标审核意见书", "绩效目标复核意见书"


@dataclass(frozen=True)
class Part:
    """The opinions on one form."""

    title: str
    opinions: tuple[Opinion, ...]


@dataclass(frozen=True)
class Row:
    """A line of the review table; ``points``: of ``weight``, or that a person must judge."""

    dimension: str
    name: str
    weight: str
    points: str
    reason: str


@dataclass(frozen=True)
class Table:
    """The review table of one form, with the draft grade as a suggestion."""

    title: str
    rows: tuple[Row, ...]
    result: str


@dataclass(frozen=True)
class Head:
    """What stands above and below, as options give it; "" is left out.

    Attributes:
        number: 文号.
        due: until when to hand in again, in words.
        hints: whether findings of info are opinions too.
    """

    office: str = ""
    reviewer: str = ""
    number: str = ""
    due: str = ""
    opinion: str = ""
    unit: str = ""
    today: date = field(default_factory=date.today)
    hints: bool = False


@dataclass(frozen=True)
class Letter:
    """A letter as data; what it looks like is the template's."""

    title: str
    unit: str
    year: str
    head: Head
    sources: tuple[str, ...]
    own: tuple[str, ...]
    overall: tuple[str, ...]
    parts: tuple[Part, ...]
    tables: tuple[Table, ...]
    authorities: tuple[str, ...]
    aside: tuple[str, ...]
    gaps: tuple[str, ...]
    counts: dict[Severity, int]

    @property
    def total(self) -> int:
        """How many opinions there are."""
        return sum(len(part.opinions) for part in self.parts)

    @property
    def date(self) -> str:
        """The date as official papers write it."""
        return f"{self.head.today.year}年{self.head.today.month}月{self.head.today.day}日"


def first_letter(views: Sequence[FilingView], decisions: Sequence[Sequence[Decision]], head: Head) -> Letter:
    """The letter of the first round.

    Args:
        views: the filings of one unit, decisions put upon them already.
        decisions: of each filing: what was accepted or edited is told in the reviewer's words.
    """
    numbers = iter(range(1, 10**6))
    parts, tables, aside, gaps = [], [], [], []
    for view, decided in zip(views, decisions, strict=True):
        teller = Teller(view, decided, head.hints)
        prefix = f"{one_line(view.item.filing.source)}　" if len(views) > 1 else ""
        for form_id in view.forms:
            told = [teller.opinion(next(numbers), issue) for issue in teller.issues(form_id)]
            if told:
                parts.append(Part(prefix + view.form_title(form_id), tuple(told)))
        tables += [_table(view, score, prefix) for score in view.item.scores]
        aside += _aside(view)
        gaps += _gaps(view)
    counts = count(f for view in views for f in view.item.findings)
    overall = (*_opening(views, counts, head), _grades(views), _closing(counts, head))
    return _letter(FIRST, views, head, tuple(filter(None, overall)), parts, tables, aside, gaps, counts)


def second_letter(comparison: Comparison, view: FilingView, old: FilingView, head: Head) -> Letter:
    """The letter of a second round: what is still open, what came anew.

    Args:
        view: the new filing; ``old``: that of the first round.
    """
    teller, before = Teller(view, (), True), Teller(old, (), True)
    order = (State.OPEN, State.BROKEN, State.NEW, State.UNKNOWN)
    numbers = iter(range(1, 10**6))
    parts = []
    shown = [f for f in comparison.followed if f.state in order and (head.hints or _counts(f))]
    for form_id in view.forms:
        mine = [f for f in shown if _home(comparison, f) == form_id]
        mine.sort(key=lambda f: (order.index(f.state), f.finding.severity.rank))
        if mine:
            told = tuple((teller if f.new else before).followed(next(numbers), f) for f in mine)
            parts.append(Part(view.form_title(form_id), told))
    lost = [f for f in shown if _home(comparison, f) is None]
    if lost:
        parts.append(Part("新文件中没有的表", tuple(before.followed(next(numbers), f) for f in lost)))
    tables = [_table(view, score, "") for score in view.item.scores]
    states = "，".join(f"{STATE_WORDS[s]} {comparison.count(s)} 条" for s in State if comparison.count(s))
    counts = count(f.finding for f in comparison.followed if f.state in order)
    source = one_line(view.item.filing.source)
    overall = [
        f"你单位修改后报来的“{source}”收悉。经与上一轮（“{one_line(old.item.filing.source)}”）逐条核对：{states}。",
        _grades([view]),
        _closing(counts, head),
    ]
    kept = tuple(filter(None, overall))
    return _letter(SECOND, [view], head, kept, parts, tables, _aside(view), _gaps(view), counts)


def _counts(item: Followed) -> bool:
    return item.finding.severity is not Severity.INFO


def _home(comparison: Comparison, item: Followed) -> str | None:
    """The form of the new filing that a finding belongs to."""
    if item.new is not None:
        return item.new.form_id
    assert item.old is not None
    return comparison.alignment.forms.get(item.old.form_id)


def _letter(
    title: str,
    views: Sequence[FilingView],
    head: Head,
    overall: tuple[str, ...],
    parts: Iterable[Part],
    tables: Iterable[Table],
    aside: Iterable[str],
    gaps: Iterable[str],
    counts: dict[Severity, int],
) -> Letter:
    filings = [view.item.filing for view in views]
    return Letter(
        title=title,
        unit=head.unit or next((one_line(f.org) for f in filings if f.org.strip()), ""),
        year=next((str(f.year) for f in filings if f.year), ""),
        head=head,
        sources=tuple(one_line(f.source) for f in filings),
        own=tuple(line.strip() for line in head.opinion.splitlines() if line.strip()),
        overall=overall,
        parts=tuple(parts),
        tables=tuple(tables),
        authorities=tuple(_authorities(views)),
        aside=tuple(aside),
        gaps=tuple(gaps),
        counts=counts,
    )


def _authorities(views: Sequence[FilingView]) -> Iterator[str]:
    """The authorities that the opinions name, in full, the articles of one document together."""
    named: dict[str, list[str]] = {}
    for view in views:
        for key in sorted({key for finding in view.item.findings for key in finding.basis}):
            basis = view.report.bases.get(key)
            if basis is not None:
                number = f"（{basis.number}）" if basis.number and basis.number not in basis.title else ""
                read = "" if basis.grade == "A" else "，未读原文，请以正式文件为准"
                articles = named.setdefault(f"{basis.title}{number}|{read}", [])
                articles += [basis.article] if basis.article and basis.article not in articles else []
    for key, articles in named.items():
        title, _, read = key.partition("|")
        yield f"{title}{'：' + '、'.join(articles) if articles else ''}{read}。"


def _opening(views: Sequence[FilingView], counts: dict[Severity, int], head: Head) -> Iterator[str]:
    names = "、".join(f"“{one_line(view.item.filing.source)}”" for view in views)
    forms = sum(len(view.forms) for view in views)
    rows = sum(len(form.indicators) for view in views for form in view.forms.values())
    found = sum(counts.values())
    hints = "" if head.hints or not counts[Severity.INFO] else "（提示不列入意见）"
    told = "，".join(f"{SEVERITY_WORDS[s]} {counts[s]} 处" for s in Severity)
    verdict = f"发现问题 {found} 处，其中{told}{hints}" if found else "所做的检查没有发现问题"
    yield f"你单位报来的{names}收悉。经审核，共 {forms} 张表、{rows} 项指标，{verdict}。"


def _grades(views: Sequence[FilingView]) -> str:
    grades = [
        f"{view.form_label(s.form_id)}{'“' + one_line(p, 20) + '”' if (p := view.forms[s.form_id].project) else ''}"
        f"{s.grade}（{s.total}分）"
        for view in views
        for s in view.item.scores
        if s.grade is not None
    ]
    if not grades:
        return ""
    return f"按审核表逐项初评，等级建议为：{'；'.join(grades)}。等级由审核人核定，初评仅供参考。"


def _closing(counts: dict[Severity, int], head: Head) -> str:
    if not counts[Severity.ERROR] and not counts[Severity.WARN]:
        return ""
    due = f"于{head.due}前" if head.due else ""
    return f"请按附件1所列意见逐条修改，{due}连同修改说明重新报送；“必须修改”的问题未改正的，不能通过审核。"


def _table(view: FilingView, score: Score, prefix: str) -> Table:
    rows = tuple(_row(view, criterion) for criterion in score.criteria)
    if score.grade is not None:
        result = f"初评等级（建议）：{score.grade}　{score.total}分，程序能判断的占{score.judged}%"
    else:
        result = f"未评等级：{in_words(view, score.reason)}"
    return Table(prefix + view.form_title(score.form_id), rows, result)


def _row(view: FilingView, criterion: Criterion) -> Row:
    points = criterion.points
    earned = "须人工判断" if points is None else f"{criterion.weight * points / 2:g}"
    return Row(criterion.dimension, criterion.name, str(criterion.weight), earned, in_words(view, criterion.reason))


def _aside(view: FilingView) -> list[str]:
    return [f"{a.finding.name}（{a.finding.code}）{view.place(a.finding)}：{aside_reason(a)}。" for a in view.aside]


def _gaps(view: FilingView) -> list[str]:
    told = [
        f"{item.name}（{item.code}）{'、'.join(item.forms)}未能检查：{in_words(view, item.reason)}。"
        for item in view.unchecked
    ]
    for unread in view.missing:
        place = f"{unread.location.describe()} " if unread.location else ""
        told.append(f"{place}“{one_line(unread.text, 60)}”没有读出：{one_line(unread.reason)}。")
    return told
