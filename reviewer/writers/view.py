"""What reports show, derived from a FilingReport: findings of one cause together, places in words, first fixes."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from reviewer.records import (
    Aside,
    FilingReport,
    Finding,
    Form,
    Indicator,
    Location,
    Outcome,
    OutcomeKind,
    Report,
    Severity,
    Suggestion,
    Unread,
)
from reviewer.taxonomy import category_of
from reviewer.writers.suggestions import SuggestionView, suggestion_views
from reviewer.writers.words import KIND_WORDS, one_line

_QUOTED = re.compile(r"“[^”]*”|‘[^’]*’|「[^」]*」|《[^》]*》|[-+]?\d[\d,.]*%?")
_NAME_LENGTH = 24


@dataclass(frozen=True)
class Issue:
    """Findings that share one cause, shown as one; in the order of the form."""

    findings: tuple[Finding, ...]

    @property
    def head(self) -> Finding:
        """The finding that speaks for all."""
        return self.findings[0]

    @property
    def severity(self) -> Severity:
        """The highest severity among the findings."""
        return min((f.severity for f in self.findings), key=lambda s: s.rank)

    @property
    def is_many(self) -> bool:
        """More than one place."""
        return len(self.findings) > 1

    @cached_property
    def same_message(self) -> bool:
        """All findings say the same words."""
        return len({f.message for f in self.findings}) == 1


@dataclass(frozen=True)
class Unchecked:
    """A rule that could not do its work, with the forms and the reason."""

    code: str
    name: str
    reason: str
    forms: tuple[str, ...]
    crashed: bool


@dataclass(frozen=True)
class FilingView:
    """One filing as reports show it."""

    item: FilingReport
    report: Report

    @cached_property
    def forms(self) -> dict[str, Form]:
        """Forms by id, in file order."""
        return {form.id: form for form in self.item.filing.forms}

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Indicators by id."""
        return {i.id: i for form in self.item.filing.forms for i in (*form.indicators, *form.blank_rows)}

    @cached_property
    def _form_numbers(self) -> dict[str, int]:
        return {form_id: n for n, form_id in enumerate(self.forms, 1)}

    def form_label(self, form_id: str) -> str:
        """The form in short: ``表4``; the sheet's name where there is one sheet a form."""
        sheet = _sheet(self.forms[form_id])
        sheets = Counter(_sheet(form) for form in self.forms.values())
        if sheet and sheets[sheet] == 1:
            return f"工作表“{one_line(sheet, _NAME_LENGTH)}”"
        return f"表{self._form_numbers[form_id]}"

    def form_title(self, form_id: str) -> str:
        """The form in full: its number, its kind and what it is about."""
        form = self.forms[form_id]
        about = one_line(form.project or form.title or form.org, 40)
        label = self.form_label(form_id)
        # Word numbers every table, ours counts forms: say where to look when the two differ.
        table = form.location.table if form.location else None
        where = f"（文件中第{table}个表格）" if table and table != self._form_numbers[form_id] else ""
        return f"{label} {KIND_WORDS[form.kind]}{'：' if about else ''}{about}{where}"

    def line_place(self, finding: Finding) -> str:
        """The line alone: ``第12行``; "" where none is known."""
        return self.row_place(finding).partition(" “")[0].partition("（")[0] if finding.indicator_id else ""

    def row_place(self, finding: Finding) -> str:
        """The place within the form: ``第12行 “服务人数”``; "" for the form as a whole."""
        row = self.indicators.get(finding.indicator_id or "")
        place = finding.location if _has_row(finding.location) else row.location if row else None
        words = []
        if place is not None and place.page is not None:
            words.append(f"第{place.page}页")
        if place is not None and place.row is not None:
            words.append(f"第{place.row}行")
        elif row is not None:
            words.append(f"第{row.id.rpartition('.')[2]}项指标")
        if row is not None:
            words.append(row_name(row))
        elif finding.location is not None and finding.location.text.strip():
            if one_line(finding.location.text) == one_line(self.forms[finding.form_id].title):
                return ""  # marked at its title: the form as a whole
            words.append(f"“{one_line(finding.location.text, _NAME_LENGTH)}”")
        return " ".join(words)

    def place(self, finding: Finding) -> str:
        """The place in the file in words: ``表4 第12行 “服务人数”``."""
        return f"{self.form_label(finding.form_id)} {self.row_place(finding) or '整张表'}"

    def cites(self, finding: Finding) -> tuple[str, ...]:
        """The authorities as cited, articles of one document together."""
        articles: dict[str, list[str]] = {}
        for key in finding.basis:
            basis = self.report.bases.get(key)
            if basis is not None:
                document = basis.model_copy(update={"article": ""}).cite
                articles.setdefault(document, []).append(basis.article)
        joined = {document: "、".join(dict.fromkeys(filter(None, names))) for document, names in articles.items()}
        return tuple(document + (f"（{names}）" if names else "") for document, names in joined.items())

    @cached_property
    def issues(self) -> dict[str, tuple[Issue, ...]]:
        """By form, the most severe first, then in the order of the form.

        A cause that spans forms stands with the first of them.
        """
        groups: dict[tuple[str, ...], list[Finding]] = {}
        for finding in self.item.findings:
            groups.setdefault(_cause(finding), []).append(finding)
        found: dict[str, list[Issue]] = {form_id: [] for form_id in self.forms}
        for members in groups.values():
            issue = Issue(tuple(members))
            found[issue.head.form_id].append(issue)
        # Python's sort is stable: within a severity the order of the form stays.
        return {form_id: tuple(sorted(items, key=lambda i: i.severity.rank)) for form_id, items in found.items()}

    @cached_property
    def elsewhere(self) -> dict[str, tuple[Issue, ...]]:
        """By form, the issues that touch it but stand with an earlier form."""
        found: dict[str, list[Issue]] = {form_id: [] for form_id in self.forms}
        for home, issues in self.issues.items():
            for issue in issues:
                for form_id in dict.fromkeys(f.form_id for f in issue.findings):
                    if form_id != home:
                        found[form_id].append(issue)
        return {form_id: tuple(items) for form_id, items in found.items()}

    def fix_first(self, form_id: str, limit: int = 3) -> tuple[Issue, ...]:
        """What to fix first in a form: what must be corrected, the causes that clear most findings before the others.

        Issues hold the findings of this form only.
        """
        touching = (*self.issues[form_id], *self.elsewhere[form_id])
        mine = [Issue(tuple(f for f in issue.findings if f.form_id == form_id)) for issue in touching]
        worst = min((issue.severity for issue in mine), key=lambda s: s.rank, default=Severity.INFO)
        if worst is Severity.INFO:
            return ()
        return tuple(sorted((i for i in mine if i.severity is worst), key=lambda i: -len(i.findings))[:limit])

    def verdict(self, form_id: str) -> str:
        """What to say of a form in which nothing must or should be corrected."""
        if not self.issues[form_id] and any(a.finding.form_id == form_id for a in self.item.aside):
            return "没有计入的问题"
        return "只有提示，没有要改的" if self.issues[form_id] or self.elsewhere[form_id] else "没有发现问题"

    def places(self, issue: Issue, limit: int = 3) -> str:
        """The places of an issue in few words: ``第3行“…”、第5行“…”等5处``."""
        whole = {f.form_id for f in issue.findings} != {issue.head.form_id}
        words = list(dict.fromkeys((self.place(f) if whole else self.row_place(f) or "整张表") for f in issue.findings))
        rest = f"等{len(words)}处" if len(words) > limit else ""
        return "、".join(w.replace(" “", "“") for w in words[:limit]) + rest

    @cached_property
    def unchecked(self) -> tuple[Unchecked, ...]:
        """What could not be checked, one entry for a rule and a reason."""
        found: dict[tuple[str, str, bool], list[str]] = {}
        for outcome in self.item.outcomes:
            if _not_checked(outcome):
                key = (outcome.code, outcome.reason, outcome.outcome is OutcomeKind.ERROR)
                found.setdefault(key, []).append(self.form_label(outcome.form_id))
        return tuple(
            Unchecked(code, self.report.rule_names.get(code, ""), reason, tuple(forms), crashed)
            for (code, reason, crashed), forms in found.items()
        )

    @cached_property
    def suggestions(self) -> tuple[SuggestionView, ...]:
        """The rewrites, in file order."""
        places = {f.indicator_id: self.row_place(f) for f in reversed(self.item.findings) if f.indicator_id}
        return suggestion_views(self.item.suggestions, places, {f.code: f.name for f in self.item.findings})

    def suggested(self, finding: Finding) -> tuple[SuggestionView, ...]:
        """The suggestions that remove a finding; of several missing categories, those for the one it names."""
        here = self._by_place.get((finding.form_id, finding.indicator_id), ())
        found = (s for s in here if finding.code in s.item.removes)
        return tuple(s for s in found if not finding.missing or _fills(s.item, finding.missing))

    @cached_property
    def _by_place(self) -> dict[tuple[str, str | None], list[SuggestionView]]:
        places: dict[tuple[str, str | None], list[SuggestionView]] = defaultdict(list)
        for suggestion in self.suggestions:
            places[suggestion.item.form_id, suggestion.item.indicator_id].append(suggestion)
        return places

    @property
    def missing(self) -> tuple[Unread, ...]:
        """What could not be read."""
        return tuple(u for u in self.item.filing.unread if not u.advisory)

    @property
    def advice(self) -> tuple[Unread, ...]:
        """What a person should know about how the file was read; nothing is missing."""
        return tuple(u for u in self.item.filing.unread if u.advisory)

    @property
    def aside(self) -> tuple[Aside, ...]:
        """What a person decided not to count, each to be shown with its reason."""
        return tuple(a for a in self.item.aside if a.kind != "baseline")

    @property
    def known_before(self) -> int:
        """How many findings a baseline holds already."""
        return len(self.item.aside) - len(self.aside)

    @cached_property
    def counts(self) -> dict[Severity, int]:
        """Findings by severity."""
        return count(self.item.findings)


def count(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Findings by severity, zeros included."""
    tally = Counter(f.severity for f in findings)
    return {severity: tally[severity] for severity in Severity}


def views(report: Report) -> tuple[FilingView, ...]:
    """A view of each filing."""
    return tuple(FilingView(item, report) for item in report.filings)


def row_name(row: Indicator) -> str:
    """The indicator in quotes; its category where it has no name."""
    name = one_line(row.name, _NAME_LENGTH)
    return f"“{name}”" if name else f"{one_line(row.level2 or row.level1, _NAME_LENGTH)}（名称为空）"


def _cause(finding: Finding) -> tuple[str, ...]:
    if finding.group:
        return ("group", finding.code, finding.group)
    kind = "row" if finding.indicator_id else "form"
    pattern = _QUOTED.sub("#", finding.message)
    return (kind, finding.form_id, finding.code, finding.severity, pattern, finding.suggested_category or "")


def _fills(item: Suggestion, missing: tuple[str, ...]) -> bool:
    """Whether a suggestion has a row of one of these categories, or of none that is known."""
    rows = [row for row in (item.proposed, *item.extra) if row is not None]
    return any((category_of("", row.level2) or missing[0]) in missing for row in rows)


def _not_checked(outcome: Outcome) -> bool:
    return outcome.outcome in (OutcomeKind.COULD_NOT_CHECK, OutcomeKind.ERROR)


def _has_row(place: Location | None) -> bool:
    return place is not None and place.row is not None


def _sheet(form: Form) -> str:
    return (form.location.sheet or "") if form.location else ""
