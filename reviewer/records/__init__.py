"""The records that flow through the program: frozen, typed, data only."""

from reviewer.records.filing import (
    Amount,
    CostLine,
    Filing,
    Form,
    FormKind,
    FundSource,
    HeaderField,
    Indicator,
    Objective,
    SummaryRow,
    Unread,
)
from reviewer.records.finding import Finding, Hit, Outcome, OutcomeKind, Severity
from reviewer.records.location import Location
from reviewer.records.match import BankMatch
from reviewer.records.report import Aside, Basis, Criterion, Failure, FilingReport, Report, Score, StaleWaiver
from reviewer.records.smart import SmartLetter, SmartScore
from reviewer.records.suggestion import TO_FILL, Dropped, NumberSource, RowText, Standing, Suggestion
from reviewer.records.target import Comparator, DatePoint, Number, TargetValue, ValueKind

__all__ = [
    "TO_FILL",
    "Amount",
    "Aside",
    "BankMatch",
    "Basis",
    "Comparator",
    "CostLine",
    "Criterion",
    "DatePoint",
    "Dropped",
    "Failure",
    "Filing",
    "FilingReport",
    "Finding",
    "Form",
    "FormKind",
    "FundSource",
    "HeaderField",
    "Hit",
    "Indicator",
    "Location",
    "Number",
    "NumberSource",
    "Objective",
    "Outcome",
    "OutcomeKind",
    "Report",
    "RowText",
    "Score",
    "Severity",
    "SmartLetter",
    "SmartScore",
    "StaleWaiver",
    "Standing",
    "Suggestion",
    "SummaryRow",
    "TargetValue",
    "Unread",
    "ValueKind",
]
