"""What words say: normalised names, target values, numerals, dates and money. No judgement of right or wrong."""

from reviewer.text.dates import find_years
from reviewer.text.money import money_unit, parse_amount, to_wan
from reviewer.text.normalize import clean_heading, clean_name, fold, squash
from reviewer.text.values import parse_value

__all__ = [
    "clean_heading",
    "clean_name",
    "find_years",
    "fold",
    "money_unit",
    "parse_amount",
    "parse_value",
    "squash",
    "to_wan",
]
