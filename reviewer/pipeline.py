"""The only place that knows the order: read, choose profiles, run the rules, score."""

from collections.abc import Collection, Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.errors import ReviewerError
from reviewer.matching.beside import matches_for
from reviewer.readers import read
from reviewer.records import (
    Dropped,
    Failure,
    Filing,
    FilingReport,
    Finding,
    Form,
    Indicator,
    Report,
    SmartScore,
    Suggestion,
)
from reviewer.rules import RULES, Context, Rule, run_rules
from reviewer.rules.scoring import score_form
from reviewer.rules.smart import smart_score
from reviewer.suggesters import suggest
from reviewer.suggesters.base import Engine
from reviewer.taxonomy import Profile, choose_profile, profiles, regulations

if TYPE_CHECKING:
    from reviewer.llm import Session


def select_rules(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> list[Rule]:
    """The rules to run, by code or beginning of a code (``QNT``, ``CAT101``).

    Raises:
        ReviewerError: a code matches no rule.
    """
    chosen, dropped = list(select), list(ignore)
    for code in (*chosen, *dropped):
        if not any(known.startswith(code.upper()) for known in RULES):
            raise ReviewerError(f"没有代码为“{code}”的规则", "--select / --ignore", "用 reviewer rules 查看全部代码")
    return [
        item
        for item in RULES.values()
        if (not chosen or any(item.code.startswith(c.upper()) for c in chosen))
        and not any(item.code.startswith(c.upper()) for c in dropped)
    ]


def profile_for(form: Form, name: str | None = None) -> Profile:
    """The profile named, else the one that the form's own headings choose.

    Raises:
        ReviewerError: there is no profile of that name.
    """
    if name is not None:
        if name not in profiles():
            raise ReviewerError(f"没有名为“{name}”的框架", "--profile", f"可选：{'、'.join(profiles())}")
        return profiles()[name]
    rows = (*form.indicators, *form.blank_rows)
    return choose_profile([r.level1 for r in rows], [r.level2 for r in rows], form.columns.values())


def review_filing(
    filing: Filing,
    *,
    profile: str | None = None,
    year: int | None = None,
    rules: Sequence[Rule] | None = None,
    engines: Sequence[Engine] = (),
    match: bool = False,
    llm: "Session | None" = None,
    rows: Collection[str] | None = None,
) -> FilingReport:
    """Run the rules over a filing that was read already.

    With ``engines``, propose rewrites of what they found; with ``match``, look up the nearest entries of the bank.
    Engine ``llm`` asks ``llm``, else the model that is configured. Rewrites are for ``rows`` (ids) only, where given.

    Raises:
        ReviewerError: engine ``llm`` is asked for and no model is configured.
    """
    llm = _session(engines, llm)
    chosen = {form.id: profile_for(form, profile) for form in filing.forms}
    context = Context(filing=filing, profiles=chosen, year=year)
    chosen_rules = RULES.values() if rules is None else list(rules)
    findings, outcomes = run_rules(context, chosen_rules)
    suggestions: tuple[Suggestion, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    if engines:

        def recheck(changed: Filing, form_id: str) -> tuple[Finding, ...]:
            context = Context(filing=changed, profiles=chosen, year=year)
            return run_rules(context, chosen_rules, only=form_id)[0]

        def smart(form: Form, row: Indicator, found: Iterable[Finding], to_fill: bool) -> SmartScore:
            return smart_score(form, row, found, to_fill=to_fill)

        suggestions, dropped = suggest(
            filing, findings, chosen, recheck, year=year, engines=engines, smart=smart, llm=llm, rows=rows
        )
    return FilingReport(
        filing=filing,
        profile={form_id: p.id for form_id, p in chosen.items()},
        findings=findings,
        outcomes=outcomes,
        scores=tuple(score_form(form, chosen[form.id], findings, outcomes) for form in filing.forms),
        suggestions=suggestions,
        matches=matches_for(filing) if match else {},
        dropped=dropped,
        engines=tuple(engines),
        smart={i.id: smart_score(form, i, findings) for form in filing.forms for i in form.indicators},
    )


def review(
    paths: str | Path | Iterable[str | Path],
    *,
    profile: str | None = None,
    year: int | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    keep_going: bool = False,
    engines: Sequence[Engine] = (),
    match: bool = False,
    llm: "Session | None" = None,
) -> Report:
    """Review one or more files.

    Args:
        paths: a file or several.
        profile: id of a framework; chosen by each form's headings when None.
        year: budget year; read from the form when None.
        select: codes (or their beginnings) to run; all when empty.
        ignore: codes (or their beginnings) to leave out.
        engines: what proposes rewrites (``rules``, ``bank``, ``llm``); nothing when empty.
        match: look up the nearest entries of the indicator bank for each indicator.
        llm: the dealings with a model for engine ``llm``; those of the configured model when None.
        keep_going: list files that cannot be read in ``Report.failures`` and review the others.

    Raises:
        ReviewerError: a file cannot be read (unless ``keep_going``), an option names nothing, or engine ``llm`` is
            asked for and no model is configured.
    """
    files = [paths] if isinstance(paths, str | Path) else list(paths)
    rules = select_rules(select, ignore)
    llm = _session(engines, llm)
    if profile is not None and profile not in profiles():  # wrong for every file: no matter for keep_going
        raise ReviewerError(f"没有名为“{profile}”的框架", "--profile", f"可选：{'、'.join(profiles())}")
    done: list[FilingReport] = []
    failures: list[Failure] = []
    for file in files:
        try:
            done.append(
                review_filing(
                    read(file), profile=profile, year=year, rules=rules, engines=engines, match=match, llm=llm
                )
            )
        except Exception as error:  # a file that breaks the program must not take the others' reports with it
            if not keep_going:
                raise
            failures.append(_failure(Path(file), error))
    report = build_report(done, failures=failures, rules=rules)
    return report.model_copy(update={"versions": {**report.versions, **(llm.versions if llm else {})}})


def _session(engines: Sequence[Engine], llm: "Session | None") -> "Session | None":
    """What engine ``llm`` asks; None where it is not wanted, so that nothing of it is imported."""
    if "llm" not in engines:
        return None
    if llm is not None:
        return llm
    from reviewer.llm import default_session

    return default_session()


def _failure(file: Path, error: Exception) -> Failure:
    if isinstance(error, ReviewerError):
        return Failure(source=file.name, what=error.what, where=error.where, remedy=error.remedy)
    what = f"程序读这个文件时出错（{type(error).__name__}: {error}）"
    return Failure(source=file.name, what=what, where=str(file), remedy="请把文件反馈给维护者")


def build_report(
    filings: Iterable[FilingReport], *, failures: Iterable[Failure] = (), rules: Iterable[Rule] | None = None
) -> Report:
    """A report over filings, with the authorities that its findings cite and the versions that made it."""
    done = tuple(filings)
    cited = {key for report in done for finding in report.findings for key in finding.basis}
    bases = {key: basis for key, basis in regulations().items() if key in cited}
    try:
        own = version("indicator-reviewer")
    except PackageNotFoundError:
        own = "0"
    return Report(
        filings=done,
        bases=bases,
        versions={"indicator-reviewer": own},
        rule_names={item.code: item.name for item in (RULES.values() if rules is None else rules)},
        failures=tuple(failures),
    )
