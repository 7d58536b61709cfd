"""HTML pages of this package: templates of our own, everything filed is escaped, nothing is loaded or run."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.rounds.compare import STATE_HELP, STATE_WORDS, Comparison, Followed, State
from reviewer.rounds.compare_text import ORDER, SIGNS, counts_in_words, heading
from reviewer.writers.view import FilingView
from reviewer.writers.words import SEVERITY_SIGNS, SEVERITY_WORDS, aside_notice, one_line, shown, written

if TYPE_CHECKING:
    from jinja2 import Environment


def compare_html(comparison: Comparison, old: FilingView, new: FilingView) -> bytes:
    """The second round as a table."""

    def view_of(item: Followed) -> FilingView:
        return new if item.new is not None else old

    parts = []
    for state in ORDER:
        items = [item for item in comparison.followed if item.state is state]
        if items:
            parts.append((state, items))
    return page(
        "compare.html",
        comparison=comparison,
        heading=heading(comparison),
        counts=counts_in_words(comparison),
        parts=parts,
        aside=aside_notice(comparison.new.aside),
        states=list(State),
        place=lambda item: view_of(item).place(item.finding),
    )


def page(name: str, **values: Any) -> bytes:
    """A page from its template."""
    return written(_environment().get_template(name).render(**values))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        severity_words=SEVERITY_WORDS,
        severity_signs=SEVERITY_SIGNS,
        state_words=STATE_WORDS,
        state_help=STATE_HELP,
        signs=SIGNS,
    )
    environment.filters.update(shown=shown, line=one_line)
    return environment
