"""What the rules say."""

from enum import StrEnum

from reviewer.records.base import Record
from reviewer.records.location import Location


class Severity(StrEnum):
    """error: must be corrected before the filing can pass; warn: should be; info: worth a look."""

    ERROR = "error"
    WARN = "warn"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for error, 1 for warn, 2 for info."""
        return ("error", "warn", "info").index(self.value)


class Hit(Record):
    """What a rule saw; the registry makes a Finding from it.

    Attributes:
        message: what is wrong and what to do, one or two Chinese sentences for a clerk.
        evidence: the words of the filing, or the computation, that show it.
        indicator_id: the row concerned; None for the form as a whole.
        form_id: the form concerned; needed only for a form-level hit of a filing rule.
        location: the cell concerned.
        severity: set only where the case differs from the rule's own severity.
        suggested_category: right home of a misfiled indicator (CAT101).
        other_categories: further homes that would be acceptable (CAT101).
        missing: the categories of which the form lacks a row; one of several would do (CMP001).
        group: findings with the same non-empty group share one root cause and are shown as one.
    """

    message: str
    evidence: str = ""
    indicator_id: str | None = None
    form_id: str | None = None
    location: Location | None = None
    severity: Severity | None = None
    suggested_category: str | None = None
    other_categories: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    group: str = ""


class Finding(Record):
    """A flaw in a filing, with its place, its reason and its authority.

    Attributes:
        basis: keys of ``taxonomy/regulations.yaml``.
        smart: SMART letters that the flaw breaks.
        dimension: review dimension (完整性 相关性 适当性 可行性 文字规范).
    """

    code: str
    name: str
    severity: Severity
    dimension: str
    smart: str
    form_id: str
    indicator_id: str | None = None
    message: str
    evidence: str = ""
    basis: tuple[str, ...] = ()
    location: Location | None = None
    suggested_category: str | None = None
    other_categories: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    group: str = ""


class OutcomeKind(StrEnum):
    """What became of a rule on a form; what could not be checked is never "passed"."""

    PASSED = "passed"
    FOUND = "found"
    NOT_APPLICABLE = "not_applicable"
    COULD_NOT_CHECK = "could_not_check"
    ERROR = "error"


class Outcome(Record):
    """The ledger's entry for one rule on one form."""

    code: str
    form_id: str
    outcome: OutcomeKind
    reason: str = ""
    findings: int = 0
