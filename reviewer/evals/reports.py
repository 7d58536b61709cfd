"""The formats of ``reviewer eval``."""

from importlib.metadata import PackageNotFoundError, version

from reviewer.evals import report_markdown, report_text
from reviewer.evals.compare import Comparison
from reviewer.evals.results import SetResult, dump, keep


def text_lines(
    results: list[SetResult], comparisons: dict[str, list[Comparison]], misses: int
) -> list[report_text.StyledLine]:
    """For the terminal."""
    return report_text.lines(results, comparisons, misses)


def as_markdown(results: list[SetResult], comparisons: dict[str, list[Comparison]]) -> str:
    """For ``EVALUATION.md``."""
    return report_markdown.render(results, comparisons, _version())


def as_json(results: list[SetResult], comparisons: dict[str, list[Comparison]]) -> str:
    """For programs, and for a later ``--against``; the same result gives the same bytes."""
    data = {
        "schema_version": 1,
        "version": _version(),
        "sets": [keep(result).model_dump(mode="json") for result in results],
        "floors": [
            {"set": result.chosen.id, **floor.floor.model_dump(), "value": floor.value, "held": floor.held}
            for result in results
            for floor in result.floors
        ],
        "comparisons": {
            name: [{**item.model_dump(mode="json"), "verdict": item.verdict} for item in found]
            for name, found in comparisons.items()
        },
    }
    return dump(data) + "\n"


def _version() -> str:
    try:
        return version("indicator-reviewer")
    except PackageNotFoundError:
        return "0"
