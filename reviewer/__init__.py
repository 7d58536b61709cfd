"""Review of performance-target filings (绩效目标申报表).

>>> from reviewer import review
>>> report = review("examples/shifeng-2023.docx")  # doctest: +SKIP
>>> report.filings[0].findings[0].message  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reviewer.pipeline import review, review_filing
    from reviewer.readers import read
    from reviewer.rules import RULES

__all__ = ["RULES", "read", "review", "review_filing"]

_HOMES = {
    "review": "reviewer.pipeline",
    "review_filing": "reviewer.pipeline",
    "read": "reviewer.readers",
    "RULES": "reviewer.rules",
}


def __getattr__(name: str) -> Any:
    # Late, so that ``reviewer --help`` does not pay for parsers and rules.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(name)
