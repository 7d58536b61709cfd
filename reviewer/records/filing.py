"""What a unit filed, cell by cell, as filed: nothing is judged or corrected here."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from reviewer.records.base import Record, within
from reviewer.records.location import Location

# Of ten: beyond these nothing is money or a weight, however it was printed.
_POWERS = 30
_PLACES = 120


class FormKind(StrEnum):
    """The three kinds of table in a filing: 部门整体, 汇总, 项目."""

    DEPARTMENT = "department"
    SUMMARY = "summary"
    PROJECT = "project"


class Amount(Record):
    """A sum of money as printed and in 万元.

    Attributes:
        printed: the words of the cell.
        wan: the amount in 万元; None when the words hold no number.
        decimals: decimals printed, counted in 万元 (4 for whole 元, -4 for whole 亿元): the last place printed is
            ``10**-decimals`` 万元.
        unit: the unit that applied (元, 千元, 万元, 亿元).
        unit_printed: whether that unit was printed in the cell, its heading or the form (False: assumed 万元).
    """

    printed: str
    wan: Annotated[Decimal, within(_POWERS)] | None = None
    decimals: Annotated[int, Field(ge=-_POWERS, le=_PLACES)] = 0
    unit: str = "万元"
    unit_printed: bool = False
    location: Location | None = None


class HeaderField(Record):
    """A labelled field above the indicators (项目名称, 项目实施期, …), also when it was left empty.

    Attributes:
        key: the canonical name of the field, see ``taxonomy/columns.yaml``.
        label: the label as printed.
        text: what was filled in, stripped.
    """

    key: str
    label: str
    text: str
    location: Location | None = None


class FundSource(Record):
    """A part of the budget by source (财政拨款, 其他资金, …) or by kind (基本支出, 项目支出)."""

    name: str
    amount: Amount


class Objective(Record):
    """The goal text of a form for one horizon; an empty ``text`` means that the form asks for it in vain."""

    horizon: Literal["annual", "period"]
    text: str
    location: Location | None = None


class Indicator(Record):
    """One third-level indicator (三级指标), all columns as filed.

    Attributes:
        id: form id and running number of the row, e.g. ``F3.5``; rows left empty count too.
        level1: first-level heading as printed.
        level2: second-level heading as printed.
        category: canonical second-level name (see ``taxonomy/levels.yaml``); None for headings outside the nine.
        nature: 指标性质/方向 column (``≥``, ``定量`` …).
        actual: achieved value of a self-evaluation form, kept apart from the target.
        cells: the place of each column, by column key (``name``, ``value``, ``unit`` …).
        horizon: ``annual`` or ``period`` where the form prints two sets.
    """

    id: str
    level1: str = ""
    level2: str = ""
    category: str | None = None
    name: str = ""
    value: str = ""
    nature: str | None = None
    unit: str | None = None
    standard: str | None = None
    weight: str | None = None
    note: str | None = None
    actual: str | None = None
    horizon: Literal["annual", "period"] = "annual"
    location: Location | None = None
    cells: dict[str, Location] = Field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Neither name nor value: a category row that was left empty."""
        return not self.name.strip() and not self.value.strip()


class CostLine(Record):
    """One line of 支出明细: content, detail, amount and basis of calculation (测算依据).

    Attributes:
        quantity: the cell 数量, ``unit`` its 单位 and ``unit_price`` the 单价, as filed, where the table prints such
            columns; two columns of quantities are joined by ``×``.
        note: the cell 备注.
    """

    id: str
    content: str = ""
    detail: str = ""
    amount: Amount
    calculation_basis: str = ""
    quantity: str = ""
    unit: str = ""
    unit_price: str = ""
    note: str = ""
    location: Location | None = None


class SummaryRow(Record):
    """One project in the summary table (汇总表)."""

    id: str
    no: str = ""
    name: str = ""
    amount: Amount
    period_goal: str | None = None
    annual_goal: str | None = None
    location: Location | None = None


class Unread(Record):
    """Something in the file that was not understood, and why.

    Attributes:
        advisory: nothing printed is missing, a person should only know how it was read (a hidden sheet that was read
            too, a wrong file ending); the review counts as complete.
    """

    text: str
    reason: str
    location: Location | None = None
    advisory: bool = False


class Form(Record):
    """One table of a filing.

    Attributes:
        id: ``F1``, ``F2`` … in file order.
        year: budget year from the title, the period or the filing; None when not printed.
        budget: the form's amount (年度资金总额, 项目金额; 合计 of a summary).
        basic: 基本支出 of a department form; ``projects_total``: its 项目支出.
        fields: labelled fields of the head, empty ones too.
        indicators: rows in file order, empty category rows left out.
        blank_rows: category rows with neither name nor value.
        fund_sources: sources of the budget in file order; those printed and left empty hold no number.
        columns: columns that the indicator header prints: key (``value``, ``unit`` …) → heading as printed.
        cost_columns: the same of the header of the cost lines (``content``, ``detail``, ``amount``, ``basis``,
            ``quantity``, ``unit``, ``unit_price``, ``note`` …); empty when not known.
        heading_weights: weights printed on level headings (``产出指标（50分）``), in file order.
    """

    id: str
    kind: FormKind
    title: str = ""
    org: str = ""
    year: int | None = None
    project: str = ""
    period: str | None = None
    budget: Amount | None = None
    basic: Amount | None = None
    projects_total: Amount | None = None
    fund_sources: tuple[FundSource, ...] = ()
    fields: tuple[HeaderField, ...] = ()
    objectives: tuple[Objective, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    blank_rows: tuple[Indicator, ...] = ()
    cost_lines: tuple[CostLine, ...] = ()
    cost_total: Amount | None = None
    rows: tuple[SummaryRow, ...] = ()
    columns: dict[str, str] = Field(default_factory=dict)
    cost_columns: dict[str, str] = Field(default_factory=dict)
    heading_weights: tuple[tuple[str, Annotated[Decimal, within(_POWERS)]], ...] = ()
    location: Location | None = None

    def objective(self, horizon: str) -> Objective | None:
        """The goal for ``annual`` or ``period``; None when the form does not print that field."""
        return next((o for o in self.objectives if o.horizon == horizon), None)

    def field(self, key: str) -> HeaderField | None:
        """The labelled field ``key``; None when the form does not print it."""
        return next((f for f in self.fields if f.key == key), None)

    @property
    def goal_text(self) -> str:
        """All goal texts, joined by line breaks."""
        return "\n".join(o.text for o in self.objectives if o.text)


class Filing(Record):
    """A file that a unit handed in."""

    source: str
    format: str
    org: str = ""
    year: int | None = None
    forms: tuple[Form, ...] = ()
    unread: tuple[Unread, ...] = ()
