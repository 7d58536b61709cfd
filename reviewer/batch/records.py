"""What a batch keeps of each file: enough for every table and chart, small enough for ten thousand files."""

from typing import Literal

from pydantic import Field

from reviewer.records import Severity
from reviewer.records.base import Record


class IndicatorRow(Record):
    """One indicator as filed; ``category`` is the canonical second level, "" outside the nine."""

    id: str
    level1: str
    level2: str
    category: str
    name: str
    value: str
    unit: str


class FormRow(Record):
    """One form.

    Attributes:
        label: the form in short, ``表2``.
        unit: who filed it, without code numbers; "" when not printed.
        budget_wan: 万元 as a decimal number, "" when there is none.
        grade: draft grade, "" when not graded.
        total: draft score 0 to 100, "" when not scored.
        judged: share of the weight that a program could judge, 0 to 100.
        goals: the goal texts, empty ones left out.
    """

    id: str
    label: str
    title: str
    kind: str
    unit: str
    year: int | None
    project: str
    sector: str
    profile: str
    budget_wan: str
    grade: Literal["优", "良", "中", "差", ""]
    total: str
    judged: int
    goals: tuple[str, ...]
    indicators: tuple[IndicatorRow, ...]


class FindingRow(Record):
    """One finding, in words."""

    form_id: str
    indicator_id: str
    code: str
    name: str
    severity: Severity
    dimension: str
    place: str
    level2: str
    indicator: str
    value: str
    message: str
    evidence: str
    basis: str
    suggestion: str


class Gap(Record):
    """What was not checked or not read.

    Attributes:
        kind: a check that could not be made, a rule that broke down, a part that was not read, or a remark on how the
            file was read (nothing missing).
    """

    kind: Literal["unchecked", "crashed", "unread", "advice"]
    form: str
    code: str
    name: str
    text: str
    reason: str


class AsideRow(Record):
    """A finding that does not count, in words, with who set it aside and why; see ``reviewer.records.Aside``."""

    form_id: str
    kind: Literal["waiver", "rejected", "baseline"]
    code: str
    name: str
    severity: Severity
    place: str
    indicator: str
    message: str
    reason: str
    reviewer: str
    until: str


class StaleRow(Record):
    """A waiver that waives nothing (any more); see ``reviewer.records.StaleWaiver``."""

    source: str
    code: str
    form: str
    text: str
    reviewer: str
    why: str


class FileFailure(Record):
    """Why a file was not reviewed.

    Attributes:
        passing: it may go better another time (busy file, time limit, a lack of memory): tried anew by the next run.
    """

    what: str
    where: str
    remedy: str
    passing: bool


class FileResult(Record):
    """Everything that a batch keeps of one file.

    Attributes:
        path: below the folder that was given, with ``/``; led by the folder's name where several were given.
        digest: SHA-256 of the content, "" when it could not be read.
        stale: of the waivers beside the file, those that waive nothing.
        suggestions: proven rewrites by standing.
    """

    path: str
    source: str
    format: str
    digest: str
    unit: str
    year: int | None
    forms: tuple[FormRow, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    gaps: tuple[Gap, ...] = ()
    aside: tuple[AsideRow, ...] = ()
    stale: tuple[StaleRow, ...] = ()
    suggestions: dict[str, int] = Field(default_factory=dict)
    failure: FileFailure | None = None

    @property
    def is_complete(self) -> bool:
        """Whether everything in the file was read and every rule ran."""
        return self.failure is None and bool(self.forms) and not any(g.kind in ("unread", "crashed") for g in self.gaps)
