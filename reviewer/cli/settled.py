"""What commands share: decisions, waivers and baselines as the options name them, put upon a report."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from reviewer.records import Report


def settled(
    report: "Report",
    files: Sequence[Path],
    *,
    decisions: Path | None = None,
    waivers: Sequence[Path] = (),
    baseline: Path | None = None,
    use_beside: bool = True,
) -> "Report":
    """A report in which decisions, waivers and a baseline hold; what was used is told on standard error.

    Args:
        files: the files reviewed, in order.
        decisions: the decisions on all of them; those beside each file when None.
        waivers: further files of waivers.
        use_beside: False: what lies beside the files is not looked at.

    Raises:
        DataError: a file is missing or breaks its format.
    """
    from reviewer.rounds.aside import Source, settle
    from reviewer.rounds.baseline import load_baseline
    from reviewer.rounds.decisions import beside, load_decisions
    from reviewer.writers.words import aside_notice

    shared = [Source(path.name, load_decisions(path, must_exist=True)) for path in waivers]
    own: list[Source | None] = []
    given = Source(decisions.name, load_decisions(decisions, must_exist=True)) if decisions is not None else None
    for path in paired(report, files):
        found = beside(path) if path is not None else None
        if given is not None:
            own.append(given)
        elif use_beside and found is not None and found.exists():
            own.append(Source(found.name, load_decisions(found)))
        else:
            own.append(None)
    known = load_baseline(baseline) if baseline is not None else None
    if not use_beside and given is None:
        ignored = [beside(p).name for p in paired(report, files) if p is not None and beside(p).exists()]
        if ignored:
            typer.echo(f"注意：没有用 {'、'.join(ignored)}（要用请加 --decisions）", err=True)
    if not any(own) and not shared and known is None:
        return report
    done = settle(report, own, shared, known, today=date.today())
    count = sum(len(item.aside) for item in done.filings)
    names = list(dict.fromkeys(s.name for s in (*own, *shared) if s is not None))
    if count or done.stale_waivers:
        told = aside_notice(a for item in done.filings for a in item.aside) or "没有意见因此不计。"
        stale = f"{len(done.stale_waivers)} 条豁免失效。" if done.stale_waivers else ""
        source = f"按 {'、'.join(names)}：" if names else ""
        typer.echo(f"{source}{told}{stale}", err=True)
    return done


def paired(report: "Report", files: Sequence[Path]) -> list[Path | None]:
    """The path of each filing of a report; the files that failed are left out."""
    failed = [f.source for f in report.failures]
    found: list[Path | None] = []
    rest = list(files)
    for item in report.filings:
        while rest and rest[0].name != item.filing.source and rest[0].name in failed:
            failed.remove(rest.pop(0).name)
        found.append(rest.pop(0) if rest else None)
    return found
