"""Matching: which category an indicator belongs to, and which bank entry means the same.

Importing this package is light; numpy and the dictionary are loaded when something is matched.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reviewer.matching.bank import Bank, BankEntry, load_banks, national_bank, process_indicators, read_bank
    from reviewer.matching.matcher import MatchedEntry, Matcher, MatchResult, matcher_of, same_meaning

__all__ = [
    "Bank",
    "BankEntry",
    "MatchResult",
    "MatchedEntry",
    "Matcher",
    "load_banks",
    "matcher_of",
    "national_bank",
    "process_indicators",
    "read_bank",
    "same_meaning",
]

_IN_MATCHER = ("MatchResult", "MatchedEntry", "Matcher", "matcher_of", "same_meaning")


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{'matcher' if name in _IN_MATCHER else 'bank'}"), name)
