"""Findings in the words of a letter: the problem, its basis, what to do."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviewer.records import Finding, Severity, Standing, Suggestion
from reviewer.rounds.aside import concerns, decided_finding
from reviewer.rounds.compare import STATE_WORDS, Followed
from reviewer.rounds.decisions import Decision
from reviewer.rounds.places import Places, text_words
from reviewer.writers.suggestions import SuggestionView
from reviewer.writers.view import FilingView, Issue
from reviewer.writers.words import SEVERITY_WORDS, one_line

_SENTENCE = re.compile(r"[^。]+。?")
_ROW_ID = re.compile(r"\bF\d+\.\d+\b")
_ADVICE = ("请", "确不", "写不出", "可以", "确需")


@dataclass(frozen=True)
class Opinion:
    """One numbered opinion.

    Attributes:
        mark: how serious it is, or what became of it since the first round, in words.
        title: name and code of the finding.
        problem, basis, advice: 问题, 依据, 修改建议.
    """

    number: int
    place: str
    mark: str
    title: str
    problem: str
    basis: str
    advice: str


class Teller:
    """Puts findings into the words of a letter."""

    def __init__(self, view: FilingView, decided: Sequence[Decision], hints: bool) -> None:
        self._view, self._decided, self._hints = view, decided, hints
        self._places = Places(view.item)
        self._told: dict[int, int] = {}  # number of a suggestion → number of the opinion that tells it

    def issues(self, form_id: str) -> Iterator[Issue]:
        """The issues of a form that are opinions; a finding that the reviewer put in his own words stands alone."""
        for issue in self._view.issues[form_id]:
            if issue.severity is Severity.INFO and not self._hints:
                continue
            own = [f for f in issue.findings if self._own_words(f)]
            rest = tuple(f for f in issue.findings if not self._own_words(f))
            if rest:
                yield Issue(rest)
            yield from (Issue((f,)) for f in own)

    def _own_words(self, finding: Finding) -> str:
        decision = decided_finding(self._places, self._decided, finding)
        return decision.message if decision is not None and decision.verdict == "edit" else ""

    def opinion(self, number: int, issue: Issue) -> Opinion:
        """An issue as an opinion."""
        head = issue.head
        own = self._own_words(head)
        problem, generic = (one_line(own), "") if own else self._split(issue)
        proposals = dict.fromkeys(text for f in issue.findings for text in self._proposals(number, f, issue))
        return Opinion(
            number=number,
            place=self._view.places(issue, limit=10**6),
            mark=SEVERITY_WORDS[issue.severity],
            title=f"{head.name}（{head.code}）",
            problem=problem,
            basis=_basis(self._view, head),
            advice="".join((generic, *proposals)),
        )

    def followed(self, number: int, item: Followed) -> Opinion:
        """A finding of the second round as an opinion."""
        finding = item.finding
        problem, generic = halves(finding.message)
        note = f"（{item.note}）" if item.note else ""
        return Opinion(
            number=number,
            place=self._view.row_place(finding) or "整张表",
            mark=f"{STATE_WORDS[item.state]}·{SEVERITY_WORDS[finding.severity]}",
            title=f"{finding.name}（{finding.code}）",
            problem=self._in_words(problem) + note,
            basis=_basis(self._view, finding),
            advice=self._in_words(generic) + "".join(self._proposals(number, finding, Issue((finding,)))),
        )

    def _split(self, issue: Issue) -> tuple[str, str]:
        """Problem and advice, from the words of the findings."""
        head = issue.head
        problem, advice = (self._in_words(part) for part in halves(head.message))
        if not issue.is_many or issue.same_message:
            return problem, advice
        if head.indicator_id:
            return f"如{self._view.line_place(head) or self._view.place(head)}：{problem}", advice
        one_form = len({f.form_id for f in issue.findings}) == 1
        told, wanted = [], []
        for finding in issue.findings:
            place = self._view.row_place(finding) if one_form else self._view.place(finding)
            wrong, asked = (self._in_words(part) for part in halves(finding.message))
            told.append(f"{place}：{wrong}" if place else wrong)
            wanted.append(asked)
        return "".join(told), "".join(dict.fromkeys(filter(None, wanted)))

    def _proposals(self, number: int, finding: Finding, issue: Issue) -> Iterator[str]:
        """The rewrites for a finding; one that stands with an earlier opinion is only referred to."""
        for suggestion in self._view.suggested(finding):
            where = f"{self._view.line_place(finding)}" if issue.is_many else ""
            first = self._told.setdefault(suggestion.number, number)
            yield f"{where}{self._proposal(suggestion) if first == number else f'改法见第{first}条'}。"

    def _proposal(self, view: SuggestionView) -> str:
        item = self._decided_on(view.item)
        rows = "；".join(f"“{text_words(row)}”" for row in (item.proposed, *item.extra) if row is not None)
        if item.proposed is None and item.current is not None:
            return f"可整行留空{'，另补' + rows if rows else ''}"
        if item.current is None:
            return f"可补填{rows}"
        return f"{'可参考' if item.standing is Standing.HINT else '可改为'}{rows}"

    def _decided_on(self, item: Suggestion) -> Suggestion:
        """The suggestion as the reviewer changed it."""
        for decision in self._decided:
            if decision.verdict == "edit" and concerns(self._places, decision, item):
                changed = {"proposed": decision.proposed, "extra": decision.extra, "standing": Standing.CONFIRM}
                return item.model_copy(update=changed)
        return item

    def _in_words(self, text: str) -> str:
        return in_words(self._view, text)


def halves(message: str) -> tuple[str, str]:
    """What is wrong, and what to do: the sentences from the first one that asks for something."""
    sentences = _SENTENCE.findall(one_line(message))
    at = next((n for n, s in enumerate(sentences) if n and s.startswith(_ADVICE)), len(sentences))
    if at < len(sentences) or not sentences:
        return "".join(sentences[:at]), "".join(sentences[at:])
    # …已填，请照填一致。
    before, comma, wish = sentences[-1].rpartition("，请")
    return ("".join((*sentences[:-1], before, "。")), f"请{wish}") if comma else ("".join(sentences), "")


def _basis(view: FilingView, finding: Finding) -> str:
    """The authorities in short, articles left out: the letter lists them in full once."""
    found = [view.report.bases[key] for key in finding.basis if key in view.report.bases]
    return "；".join(dict.fromkeys(basis.model_copy(update={"article": ""}).cite for basis in found))


def in_words(view: FilingView, text: str) -> str:
    """Row ids (``F3.5``) turned into rows that a person can look up."""

    def place(match: re.Match[str]) -> str:
        row = view.indicators.get(match[0])
        line = row.location.row if row is not None and row.location is not None else None
        return f"第{line}行" if line else f"第{match[0].rpartition('.')[2]}项"

    return _ROW_ID.sub(place, one_line(text))
