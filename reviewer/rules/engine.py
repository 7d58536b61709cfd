"""How a rule is declared and run.

A rule is a function in a module of its own under ``reviewer/rules/<group>/``; the group is its review dimension. It
sees a row (scope ``indicator``), a form (scope ``form``) or the whole filing (scope ``filing``), and the context; no
file, clock, network or model. Its docstring is its page.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal

from reviewer.records import Filing, Finding, Form, FormKind, Hit, Indicator, Location, Outcome, OutcomeKind, Severity
from reviewer.records.target import TargetValue
from reviewer.registry import Registry
from reviewer.rules.inferred import inferred_category, said_so
from reviewer.rules.inputs import lacking
from reviewer.taxonomy import Profile
from reviewer.text import clean_name, parse_value

Scope = Literal["indicator", "form", "filing"]
Check = Callable[[Any, "Context"], Iterable[Hit]]

# The review dimensions of 财预〔2015〕88号, and 文字规范, by the folder that holds their rules.
DIMENSIONS = {
    "completeness": "完整性",
    "relevance": "相关性",
    "appropriateness": "适当性",
    "feasibility": "可行性",
    "wording": "文字规范",
}
_ALL_KINDS = tuple(FormKind)
_WITH_INDICATORS = (FormKind.DEPARTMENT, FormKind.PROJECT)


class NotApplicable(Exception):
    """Raised by a rule that has nothing to check here; the reason goes into the ledger."""


class CouldNotCheck(Exception):
    """Raised by a rule that lacks what it needs to read; never shown as passed."""


@dataclass(frozen=True)
class Rule:
    """One rule as declared.

    Attributes:
        code: code of the codebook, e.g. ``CAT101``.
        scope: what ``check`` is given: a Row, a Form or the Filing.
        categories: canonical categories that an indicator rule looks at; empty for all.
        kinds: kinds of form that it looks at.
        reads: keys of ``inputs.INPUTS``; where one of them is gone, the rule could not check.
        page: the docstring (检查 / 理由 / 反例 / 正例 / 例外).
    """

    code: str
    name: str
    severity: Severity
    smart: str
    basis: tuple[str, ...]
    scope: Scope
    categories: tuple[str, ...]
    kinds: tuple[FormKind, ...]
    check: Check
    group: str
    page: str
    reads: tuple[str, ...] = ()

    @property
    def dimension(self) -> str:
        """The review dimension in Chinese."""
        return DIMENSIONS[self.group]


RULES: Registry[Rule] = Registry("reviewer.rules", "规则")


def rule(
    code: str,
    name: str,
    *,
    severity: str,
    smart: str,
    basis: Iterable[str],
    scope: Scope = "indicator",
    categories: Iterable[str] = (),
    kinds: Iterable[FormKind] | None = None,
    reads: Iterable[str] = (),
) -> Callable[[Check], Check]:
    """Declare a rule; the only place where its code, name, severity and authority are said."""

    def declare(check: Check) -> Check:
        default = _WITH_INDICATORS if scope == "indicator" else _ALL_KINDS
        RULES.add(
            code,
            Rule(
                code=code,
                name=name,
                severity=Severity(severity),
                smart=smart,
                basis=tuple(basis),
                scope=scope,
                categories=tuple(categories),
                kinds=tuple(kinds) if kinds is not None else default,
                check=check,
                group=check.__module__.split(".")[2],
                page=check.__doc__ or "",
                reads=tuple(reads),
            ),
        )
        return check

    return declare


@dataclass(frozen=True)
class Row:
    """An indicator as the rules see it: the record, its form, and what was derived from its words."""

    indicator: Indicator
    form: Form

    @cached_property
    def target(self) -> TargetValue:
        """The target value, read together with the 单位 and 性质 columns."""
        return parse_value(self.indicator.value, self.indicator.unit, self.indicator.nature)

    @cached_property
    def name(self) -> str:
        """The name without numbering, stars and template residue (``指标1：``, ``★``, ``(≥**人)``)."""
        return clean_name(self.indicator.name)

    @cached_property
    def value_is_name(self) -> bool:
        """The value only repeats the name: CAT102 says so, and nothing more can be said of it."""
        return bool(self.name) and self.name == clean_name(self.indicator.value)

    @property
    def category(self) -> str | None:
        """Canonical second-level category; None outside the nine."""
        return self.indicator.category

    @cached_property
    def inferred(self) -> str | None:
        """The category that the rules about values go by where the form prints no second level."""
        return inferred_category(self.indicator, self.target)

    def hit(self, column: str, message: str, evidence: str = "", **more: Any) -> Hit:
        """A Hit on the cell of ``column`` (``name``, ``value``, ``unit``, ``standard`` …)."""
        place: Location | None = self.indicator.cells.get(column) or self.indicator.location
        return Hit(message=message, evidence=evidence, indicator_id=self.indicator.id, location=place, **more)


@dataclass(frozen=True)
class Context:
    """What a rule may know beside its subject.

    Attributes:
        profiles: the profile of each form, by form id.
        year: the budget year given by the user, else the filing's.
    """

    filing: Filing
    profiles: dict[str, Profile]
    year: int | None = None
    _rows: dict[tuple[str, tuple[str, ...]], tuple[Row, ...]] = field(default_factory=dict, repr=False)
    _lacking: dict[tuple[str, tuple[str, ...], str], str] = field(default_factory=dict, repr=False)

    def rows(self, form: Form, categories: tuple[str, ...] = ()) -> tuple[Row, ...]:
        """The rows of ``form`` in ``categories`` (all when empty), made once."""
        key = form.id, categories
        if key not in self._rows:
            if categories:
                self._rows[key] = tuple(r for r in self.rows(form) if (r.category or r.inferred) in categories)
            else:
                self._rows[key] = tuple(Row(i, form) for i in form.indicators)
        return self._rows[key]

    def lacking(self, item: Rule, form: Form) -> str:
        """Why ``item`` cannot have passed on ``form``, "" where it can; each input is looked at once for all rules."""
        asked = [(item.categories, read) for read in item.reads or ("",)]
        if item.categories:  # a row whose second level was not read may well be of these categories
            asked.append(((), "category"))
        for categories, read in asked:
            key = form.id, categories, read
            if key not in self._lacking:
                rows = [row.indicator for row in self.rows(form, categories)]
                self._lacking[key] = lacking([read], form, rows, self.filing)
            if self._lacking[key]:
                return self._lacking[key]
        return ""

    def profile(self, form: Form) -> Profile:
        """The profile that governs ``form``."""
        return self.profiles[form.id]

    def form_year(self, form: Form) -> int | None:
        """The budget year of ``form``: the user's, the form's own or the filing's."""
        return self.year or form.year or self.filing.year


def run_rules(
    context: Context, rules: Iterable[Rule], only: str | None = None
) -> tuple[tuple[Finding, ...], tuple[Outcome, ...]]:
    """Run ``rules`` over the filing of ``context``.

    Args:
        only: id of the one form that rules of rows and forms look at (rules of the filing always look at all): enough
            to review a filing again in which nothing but that form was changed.

    Returns:
        The findings, ordered by form, row and code, and the ledger: one outcome for each rule on each form.
    """
    findings: list[Finding] = []
    outcomes: list[Outcome] = []
    for item in rules:
        if item.scope == "filing":
            per_form = _run_filing(item, context)
        else:
            chosen = [form for form in context.filing.forms if only in (None, form.id)]
            per_form = {form.id: _run_form(item, form, context) for form in chosen}
        for form in context.filing.forms:
            if form.id not in per_form:
                continue
            hits, outcome, reason = _never_unread(item, form, per_form[form.id], context)
            findings += [_finding(item, form.id, hit) for hit in hits]
            outcomes.append(_outcome(item.code, form.id, outcome, reason, len(hits)))
    return in_order(context.filing, findings), tuple(outcomes)


def in_order(filing: Filing, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by form, row and code."""
    order = _order(filing)
    return tuple(
        sorted(findings, key=lambda f: (*order[f.form_id, f.indicator_id], f.severity.rank, f.code, f.message))
    )


_Result = tuple[list[Hit], OutcomeKind, str]
# What the rows of a form come to together: the first of these that one of them came to.
_WEIGHTIEST_FIRST = (
    OutcomeKind.ERROR,
    OutcomeKind.FOUND,
    OutcomeKind.COULD_NOT_CHECK,
    OutcomeKind.PASSED,
    OutcomeKind.NOT_APPLICABLE,
)


def _never_unread(item: Rule, form: Form, result: _Result, context: Context) -> _Result:
    """*Passed* becomes *could not check* where an input of the rule is gone or cannot be made out."""
    hits, outcome, reason = result
    if outcome is not OutcomeKind.PASSED:
        return result
    reason = context.lacking(item, form)
    return (hits, OutcomeKind.COULD_NOT_CHECK, reason) if reason else result


def _run_form(item: Rule, form: Form, context: Context) -> _Result:
    if form.kind not in item.kinds:
        return [], OutcomeKind.NOT_APPLICABLE, "此规则不用于这类表"
    if item.scope == "form":
        return _run_one(item, form, context)
    rows = context.rows(form, item.categories)
    if not rows:
        # Rows whose second level was not read may well be of the rule's categories.
        if unread := item.categories and lacking(["category"], form, form.indicators, context.filing):
            return [], OutcomeKind.COULD_NOT_CHECK, unread
        return [], OutcomeKind.NOT_APPLICABLE, "表中没有此规则所查的指标"
    hits: list[Hit] = []
    reasons: dict[OutcomeKind, list[str]] = {}
    for row in rows:
        found, outcome, reason = _run_one(item, row, context)
        if item.categories and row.inferred:
            found = [said_so(hit, row.indicator, row.inferred) for hit in found]
        hits += found
        reasons.setdefault(outcome, []).append(reason)
    kind = next(kind for kind in _WEIGHTIEST_FIRST if kind in reasons)
    return hits, kind, "；".join(dict.fromkeys(filter(None, reasons[kind])))


def _run_filing(item: Rule, context: Context) -> dict[str, _Result]:
    """A filing rule's hits name their form by ``Hit.form_id``; each form gets its own outcome."""
    forms = context.filing.forms
    owner = {i.id: form.id for form in forms for i in form.indicators}
    hits, outcome, reason = _run_one(item, context.filing, context)
    by_form: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_form[hit.form_id or owner[hit.indicator_id or ""]].append(hit)
    clean = OutcomeKind.PASSED if outcome is OutcomeKind.FOUND else outcome
    return {
        form.id: (by_form[form.id], OutcomeKind.FOUND if by_form[form.id] else clean, reason)
        if form.kind in item.kinds
        else ([], OutcomeKind.NOT_APPLICABLE, "此规则不用于这类表")
        for form in forms
    }


def _run_one(item: Rule, subject: object, context: Context) -> _Result:
    hits: list[Hit] = []
    try:
        hits.extend(item.check(subject, context))
    except NotApplicable as verdict:
        return hits, OutcomeKind.NOT_APPLICABLE, str(verdict)
    except CouldNotCheck as verdict:
        return hits, OutcomeKind.FOUND if hits else OutcomeKind.COULD_NOT_CHECK, str(verdict)
    except Exception as error:  # one broken rule must not take the others' findings with it
        return hits, OutcomeKind.ERROR, f"规则出错：{type(error).__name__}: {error}"
    return hits, OutcomeKind.FOUND if hits else OutcomeKind.PASSED, ""


@lru_cache(maxsize=4096)
def _outcome(code: str, form_id: str, outcome: OutcomeKind, reason: str, findings: int) -> Outcome:
    return Outcome(code=code, form_id=form_id, outcome=outcome, reason=reason, findings=findings)


def _finding(item: Rule, form_id: str, hit: Hit) -> Finding:
    return Finding(
        code=item.code,
        name=item.name,
        severity=hit.severity or item.severity,
        dimension=item.dimension,
        smart=item.smart,
        form_id=form_id,
        indicator_id=hit.indicator_id,
        message=hit.message,
        evidence=hit.evidence,
        basis=item.basis,
        location=hit.location,
        suggested_category=hit.suggested_category,
        other_categories=hit.other_categories,
        missing=hit.missing,
        group=hit.group,
    )


def _order(filing: Filing) -> dict[tuple[str, str | None], tuple[int, int]]:
    order: dict[tuple[str, str | None], tuple[int, int]] = {}
    for n, form in enumerate(filing.forms):
        order[form.id, None] = (n, -1)
        for m, indicator in enumerate(form.indicators):
            order[form.id, indicator.id] = (n, m)
    return order
