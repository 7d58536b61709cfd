"""How a suggester is declared, what it sees and what it gives."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from reviewer.records import Filing, Finding, Form, Indicator, TargetValue
from reviewer.records.suggestion import NumberSource, RowText, Standing
from reviewer.registry import Registry
from reviewer.taxonomy import Profile
from reviewer.text import clean_name, parse_value

Engine = Literal["rules", "bank", "llm"]


@dataclass(frozen=True)
class Case:
    """What a suggester sees: a row (or a form that lacks one), its findings and what surrounds it.

    Attributes:
        indicator: the row; None for a form-level case.
        findings: the findings of that row, or of the form as a whole.
        year: budget year, if known.
    """

    filing: Filing
    form: Form
    findings: tuple[Finding, ...]
    profile: Profile
    year: int | None = None
    indicator: Indicator | None = None

    @cached_property
    def codes(self) -> frozenset[str]:
        """Codes of the findings."""
        return frozenset(f.code for f in self.findings)

    def finding(self, code: str) -> Finding | None:
        """The first finding of ``code``, or None."""
        return next((f for f in self.findings if f.code == code), None)


@dataclass(frozen=True)
class Draft:
    """A row being rewritten.

    Attributes:
        row: the row so far; None when it should be left empty.
        category: canonical category of ``row``.
        reasons: one sentence for each change.
        standing: the weakest standing of the changes.
        numbers: sources of numbers that do not stand in the row itself.
        bank: citation of the bank entry used.
    """

    row: RowText | None
    category: str | None
    reasons: tuple[str, ...] = ()
    standing: Standing = Standing.SAFE
    numbers: tuple[NumberSource, ...] = ()
    extra: tuple[RowText, ...] = ()
    bank: str = ""

    @property
    def name(self) -> str:
        """The name so far, cleaned."""
        return clean_name(self.row.name) if self.row else ""

    @property
    def target(self) -> TargetValue:
        """The value so far, parsed."""
        assert self.row is not None
        return parse_value(self.row.value, self.row.unit, self.row.nature)

    def change(
        self,
        reason: str,
        *,
        standing: Standing = Standing.CONFIRM,
        numbers: Iterable[NumberSource] = (),
        category: str | None = None,
        extra: Iterable[RowText] = (),
        bank: str = "",
        columns: Mapping[str, str | None],
    ) -> "Draft":
        """The draft with some columns of its row changed, and the reason."""
        assert self.row is not None
        order = (Standing.SAFE, Standing.CONFIRM, Standing.HINT)
        return replace(
            self,
            row=self.row.model_copy(update=dict(columns)),
            category=category or self.category,
            reasons=(*self.reasons, reason),
            standing=max(self.standing, standing, key=order.index),
            numbers=(*self.numbers, *numbers),
            extra=(*self.extra, *extra),
            bank=bank or self.bank,
        )


Propose = Callable[[Case, Draft], Iterator[Draft]]


@dataclass(frozen=True)
class Suggester:
    """One suggester.

    Attributes:
        engines: the engines that ask it.
        codes: findings that it can remove; it is asked only when one of them is there.
        order: mechanical changes come first (10), then names (20), values (30), whole rows (40).
        propose: yields better drafts of the row, best first; the first one that is proven is taken.
        replaces_all: what it proposes stands alone, without the changes of others.
    """

    name: str
    engines: tuple[Engine, ...]
    codes: frozenset[str]
    order: int
    propose: Propose
    replaces_all: bool = False
    scope: Literal["indicator", "form"] = field(default="indicator")


SUGGESTERS: Registry[Suggester] = Registry("reviewer.suggesters", "改写器")


def suggester(
    name: str,
    codes: Iterable[str],
    *,
    order: int,
    engines: tuple[Engine, ...] = ("rules",),
    replaces_all: bool = False,
    scope: Literal["indicator", "form"] = "indicator",
) -> Callable[[Propose], Propose]:
    """Declare a suggester on its ``propose`` function."""

    def declare(propose: Propose) -> Propose:
        SUGGESTERS.add(name, Suggester(name, engines, frozenset(codes), order, propose, replaces_all, scope))
        return propose

    return declare


def row_text(form: Form, indicator: Indicator) -> RowText:
    """The columns of a row that may be rewritten; a column that the form prints is "" when empty, else None."""

    def column(key: str, text: str | None) -> str | None:
        return (text or "") if key in form.columns or text else None

    return RowText(
        level2=indicator.level2,
        name=indicator.name,
        value=indicator.value,
        nature=column("nature", indicator.nature),
        unit=column("unit", indicator.unit),
        standard=column("standard", indicator.standard),
    )


def heading_of(form: Form, category: str) -> str:
    """The heading that the form itself prints for a category, else the canonical name."""
    rows = (*form.indicators, *form.blank_rows)
    return next((r.level2 for r in rows if r.category == category and r.level2), category)


def value_columns(row: RowText, sign: str, number: str, unit: str) -> dict[str, str | None]:
    """A value in the columns that the form has: sign, number and unit apart or in one cell."""
    value = number if row.nature is not None else f"{sign}{number}"
    if row.unit is None:
        value += unit
    return {
        "value": value,
        "nature": sign if row.nature is not None else None,
        "unit": unit if row.unit is not None else None,
    }
