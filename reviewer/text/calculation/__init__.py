"""Calculations in text (测算依据): products, sums and shares, always in 万元 and Decimal, never evaluated as code."""

from reviewer.text.calculation.comparison import MARGIN, Verdict, compare, rounding_tolerance
from reviewer.text.calculation.mentions import Mention, counts_in
from reviewer.text.calculation.model import Calculation, Equation, Quantity, Term, plain, wan
from reviewer.text.calculation.reading import near, read_calculation
from reviewer.text.calculation.vocabulary import canonical_unit, heading_unit, is_duration, scaled_unit

__all__ = [
    "MARGIN",
    "Calculation",
    "Equation",
    "Mention",
    "Quantity",
    "Term",
    "Verdict",
    "canonical_unit",
    "compare",
    "counts_in",
    "heading_unit",
    "is_duration",
    "near",
    "plain",
    "read_calculation",
    "rounding_tolerance",
    "scaled_unit",
    "wan",
]
