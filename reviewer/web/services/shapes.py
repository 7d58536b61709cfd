"""What services tell and the REST API sends: typed, so that the OpenAPI document describes it."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel

from reviewer.records import Criterion

Verdict = Literal["accept", "edit", "reject"]


class FailureInfo(BaseModel):
    """Why a file could not be read or taken."""

    what: str
    where: str = ""
    remedy: str = ""


class FilingInfo(BaseModel):
    """A filing in a list.

    Attributes:
        name: the file's name; ``title`` tells unit and project as read from it.
        round: number of the round for what was handed in; for a draft, which version it is.
        previous, next: what was handed in before and after; for a draft, the version before and after.
        figures: findings by severity, suggestions, grades, see ``services.examine.figures_of``; none while it is read.
        may: what the person may do: ``decide``, ``export``, ``remove``, ``deadline``, ``revise`` (upload a further
            version) and the states that he may move it to.
        deadline_days: days left; negative when it is over; None without a deadline or when it is settled.
    """

    id: str
    name: str
    title: str
    unit_id: int | None
    unit: str
    year: int | None
    round: int
    previous: str | None
    next: str | None
    state: str
    state_words: str
    deadline: date | None
    deadline_days: int | None
    failure: FailureInfo | None
    figures: dict[str, Any]
    owner: str
    reviewer: str
    created: datetime
    changed: datetime
    handed_in: datetime | None
    version: int
    may: list[str]


class Refused(BaseModel):
    """A file that was not taken, and why."""

    name: str
    what: str
    remedy: str = ""


class Uploaded(BaseModel):
    """What became of an upload."""

    filings: list[FilingInfo]
    refused: list[Refused]


class ItemState(BaseModel):
    """What became of a finding.

    Attributes:
        state: cleared (a rewrite removed it), accepted, edited, rejected, or unknown (could not be checked again).
        decision: number of the decision that did it; None when it went with another one's rewrite.
    """

    state: Literal["cleared", "accepted", "edited", "rejected", "unknown"]
    words: str
    sign: str
    detail: str = ""
    decision: int | None = None


class FreshItem(BaseModel):
    """A finding that came with a change."""

    form: str
    row: str
    code: str
    name: str
    severity: str
    place: str
    why: str
    do: str
    evidence: str


class FormScore(BaseModel):
    """The draft score of a form as it is now."""

    form: str
    total: str | None
    grade: str | None
    judged: int
    reason: str
    criteria: list[Criterion]


class DecisionInfo(BaseModel):
    """A decision in force."""

    number: int
    step: int
    about: str
    target: str
    verdict: str
    words: str
    reason: str
    who: str
    at: datetime


class Counts(BaseModel):
    """Findings of now by severity; of those as filed how many are open and done."""

    error: int
    warn: int
    info: int
    open: int
    done: int


class WorkState(BaseModel):
    """What decisions made of a filing; ``docs/web.md`` tells each part."""

    version: int
    filing: FilingInfo
    items: dict[str, ItemState]
    suggestions: dict[str, Literal["accepted", "edited", "rejected"]]
    texts: dict[str, str]
    added: dict[str, list[str]]
    removed: list[str]
    fresh: list[FreshItem]
    scores: list[FormScore]
    counts: Counts
    safe: int
    undo: str
    decisions: list[DecisionInfo]


class AuditInfo(BaseModel):
    """Who did what when."""

    at: datetime
    who: str
    action: str
    words: str
    detail: dict[str, Any]
    filing: str | None
