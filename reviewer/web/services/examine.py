"""What a worker does with an upload: read it under its own name, review it, pack what the database keeps."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from reviewer.errors import ReviewerError
from reviewer.readers.base import READERS, read, read_grids
from reviewer.records import FilingReport, Report, Severity, Standing, Unread
from reviewer.suggesters.base import Engine
from reviewer.web.workers import Job, Reviewed
from reviewer.writers.view import count
from reviewer.writers.words import one_line

_TOO_LARGE = "表很大，没有逐行提修改建议；意见都在，改了照样当场复查"
ENGINES: tuple[Engine, ...] = ("rules", "bank")


def warm() -> None:
    """Import and load what the first file would else wait for."""
    from reviewer.pipeline import select_rules

    READERS.load()
    select_rules()


def examine(job: Job) -> Reviewed:
    """Review a file.

    Raises:
        ReviewerError: it cannot be read; the places named are those of the person, not of the server.
    """
    from reviewer.pipeline import build_report, review_filing

    with tempfile.TemporaryDirectory(prefix="reviewer-") as folder:
        copy = Path(folder) / job.name
        shutil.copyfile(job.place, copy)
        try:
            filing = read(copy)
            if not job.suggest:
                note = Unread(text=job.name, reason=_TOO_LARGE, advisory=True)
                filing = filing.model_copy(update={"unread": (*filing.unread, note)})
            item = review_filing(filing, engines=ENGINES if job.suggest else ())
            grids = []
            with suppress(ReviewerError):  # drawn from what was read instead
                grids = read_grids(copy)[1]
        except ReviewerError as error:
            told = (text.replace(str(copy), job.name) for text in (error.what, error.where, error.remedy))
            raise type(error)(*told) from None
    from reviewer.web.services.packing import pack_grids, pack_report

    report = build_report([item])
    return Reviewed(pack_report(report), pack_grids(grids), figures_of(report))


def figures_of(report: Report) -> dict[str, Any]:
    """The figures that lists show."""
    (item,) = report.filings
    return {
        **counts_of(item),
        "suggestions": len(item.suggestions),
        "safe": sum(s.standing is Standing.SAFE for s in item.suggestions),
        "forms": len(item.filing.forms),
        "rows": sum(len(form.indicators) for form in item.filing.forms),
        "grades": grades_of(item),
        "gaps": sum(not u.advisory for u in item.filing.unread)
        + sum(o.outcome in ("could_not_check", "error") for o in item.outcomes),
        "org": item.filing.org,
        "title": _title(item),
        "year": item.filing.year,
        "codes": _codes(item),
    }


def _title(item: FilingReport) -> str:
    """The unit and, where there is only one, the project."""
    projects = list(dict.fromkeys(form.project.strip() for form in item.filing.forms if form.project.strip()))
    about = projects[0] if len(projects) == 1 else f"{len(projects)}个项目" if projects else ""
    return one_line("　".join(filter(None, (item.filing.org.strip(), about))), 200)


def counts_of(item: FilingReport) -> dict[str, int]:
    """Findings by severity."""
    return {severity.value: number for severity, number in count(item.findings).items()}


def grades_of(item: FilingReport) -> list[str]:
    """The draft grade of each form that has one."""
    return [score.grade or "未评" for score in item.scores]


def _codes(item: FilingReport) -> dict[str, int]:
    """Findings by code, remarks left out."""
    found: dict[str, int] = {}
    for finding in item.findings:
        if finding.severity is not Severity.INFO:
            found[finding.code] = found.get(finding.code, 0) + 1
    return found
