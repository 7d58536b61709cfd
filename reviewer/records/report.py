"""The result of a review."""

from typing import Literal

from pydantic import Field

from reviewer.records.base import Record
from reviewer.records.filing import Filing
from reviewer.records.finding import Finding, Outcome, Severity
from reviewer.records.match import BankMatch
from reviewer.records.smart import SmartScore
from reviewer.records.suggestion import Dropped, Suggestion


class Basis(Record):
    """An authority, from ``taxonomy/regulations.yaml``.

    Attributes:
        cite: how the report cites it: 依据 for grade A, 参照 for B and C.
        grade: A read, B second-hand, C from knowledge, not read.
    """

    key: str
    title: str
    number: str = ""
    article: str = ""
    grade: Literal["A", "B", "C"]
    gist: str = ""
    url: str = ""

    @property
    def cite(self) -> str:
        """The citation as printed in reports, e.g. ``参照财预〔2021〕101号（产出指标）``."""
        verb = "依据" if self.grade == "A" else "参照"
        return f"{verb}{self.number or self.title}" + (f"（{self.article}）" if self.article else "")


class Criterion(Record):
    """One criterion of the draft score: 2 met, 1 partly, 0 not; None when it could not be judged by a program.

    Attributes:
        reads: the codes whose findings lower this criterion; nothing else enters it.
    """

    key: str
    dimension: str
    name: str
    points: int | None
    weight: int
    reason: str
    reads: tuple[str, ...]


class Score(Record):
    """The draft score of a form, criterion by criterion, and the draft grade.

    Attributes:
        total: weighted share of points over the judged criteria, 0 to 100, one decimal, as a string.
        grade: 优 良 中 差, or None when nothing could be judged. Cut-offs are the profile's, a convention of ours.
        judged: share of the weight that a program could judge, 0 to 100.
    """

    form_id: str
    criteria: tuple[Criterion, ...]
    total: str | None
    grade: Literal["优", "良", "中", "差"] | None
    judged: int
    reason: str


class Aside(Record):
    """A finding that does not count any more, shown with who set it aside and why.

    Attributes:
        kind: waived in advance, rejected by the reviewer of this very text, or known before (frozen in a baseline).
        until: last day of a waiver, as ``2025-12-31``; "" for none.
    """

    finding: Finding
    kind: Literal["waiver", "rejected", "baseline"]
    reason: str = ""
    reviewer: str = ""
    until: str = ""


class StaleWaiver(Record):
    """A waiver that waives nothing (any more).

    Attributes:
        source: the name of the file that it stands in.
        why: expired, or nothing that it could be about.
    """

    source: str
    code: str
    form: str = ""
    text: str = ""
    reviewer: str = ""
    why: str


class FilingReport(Record):
    """Everything about one filing.

    Attributes:
        findings: what counts; what was set aside is in ``aside`` only.
        engines: what was asked for rewrites; empty when nothing was.
        suggestions: proven rewrites; empty unless they were asked for.
        smart: SMART score of each indicator by its id.
        matches: nearest bank entries by indicator id; empty unless they were asked for.
        dropped: proposals that were not delivered, each with the reason.
    """

    filing: Filing
    profile: dict[str, str]
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    scores: tuple[Score, ...]
    suggestions: tuple[Suggestion, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    aside: tuple[Aside, ...] = ()
    engines: tuple[str, ...] = ()
    smart: dict[str, SmartScore] = Field(default_factory=dict)
    matches: dict[str, tuple[BankMatch, ...]] = Field(default_factory=dict)

    def worst(self) -> Severity | None:
        """The highest severity found, None without findings."""
        return min((f.severity for f in self.findings), key=lambda s: s.rank, default=None)


class Failure(Record):
    """A file that could not be reviewed, in the words of its ReviewerError."""

    source: str
    what: str
    where: str = ""
    remedy: str = ""


class Report(Record):
    """The result of one run over one or more files.

    Attributes:
        bases: the authorities that the findings cite, by key.
        versions: what made the report.
        rule_names: code → name of every rule that was run.
        failures: files that could not be read; never counted as passed.
        stale_waivers: waivers that waive nothing.
    """

    filings: tuple[FilingReport, ...]
    bases: dict[str, Basis]
    versions: dict[str, str]
    rule_names: dict[str, str] = Field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    stale_waivers: tuple[StaleWaiver, ...] = ()
