"""Findings that were waived, rejected or known before are set aside: shown with their reason, but not counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from reviewer.records import Aside, Dropped, FilingReport, Finding, Report, StaleWaiver, Suggestion
from reviewer.rounds.baseline import Baseline
from reviewer.rounds.decisions import Decision, Decisions, Waiver
from reviewer.rounds.places import Places, form_words, text_words
from reviewer.rules.scoring import score_form
from reviewer.taxonomy import profiles


@dataclass(frozen=True)
class Source:
    """A file of decisions or waivers.

    Attributes:
        name: the file's name, for messages.
    """

    name: str
    decisions: Decisions


@dataclass
class _Tally:
    """Which waivers were used, and which could have been: their rule ran somewhere."""

    used: set[int] = field(default_factory=set)
    judged: set[int] = field(default_factory=set)


def settle(
    report: Report,
    own: Sequence[Source | None],
    shared: Sequence[Source] = (),
    baseline: Baseline | None = None,
    *,
    today: date,
) -> Report:
    """A report in which decisions hold.

    Args:
        report: the report.
        own: for each filing of it, the decisions on that filing.
        shared: waivers that hold for all filings.
        baseline: findings known before.
        today: decides whether a waiver has expired.
    """
    tally = _Tally()
    left = Counter(baseline.counts) if baseline is not None else Counter()
    only = baseline is not None and baseline.single and len(report.filings) == 1
    filings = []
    for item, source in zip(report.filings, own, strict=True):
        sources = [s for s in (source, *shared) if s is not None]
        settled = _settle(item, sources, tally, today, set(report.rule_names))
        if baseline is not None:
            settled = _known_before(settled, left, "" if only else item.filing.source)
        filings.append(settled)
    stale = []
    for source in dict.fromkeys(s for s in (*own, *shared) if s is not None):
        stale += [_stale(source.name, waiver, why) for waiver, why in _useless(source, tally, today)]
    return report.model_copy(update={"filings": tuple(filings), "stale_waivers": tuple(stale)})


def _settle(item: FilingReport, sources: list[Source], tally: _Tally, today: date, ran: set[str]) -> FilingReport:
    places = Places(item)
    broken = {o.code for o in item.outcomes if o.outcome in ("could_not_check", "error")}
    kept: list[Finding] = []
    aside: list[Aside] = []
    waivers = [w for source in sources for w in source.decisions.waivers]
    rejections = [d for s in sources for d in s.decisions.decisions if d.verdict == "reject" and d.about == "finding"]
    tally.judged |= {id(w) for w in waivers if w.code in ran and w.code not in broken and item.filing.forms}
    for finding in item.findings:
        waiver = next((w for w in waivers if not _expired(w, today) and _waives(places, w, finding)), None)
        tally.used |= {id(w) for w in waivers if _waives(places, w, finding)}
        rejection = next((d for d in rejections if _decides(places, d, finding)), None)
        if waiver is not None:
            until = waiver.until.isoformat() if waiver.until else ""
            aside.append(_aside(finding, "waiver", waiver.reason, waiver.reviewer, until))
        elif rejection is not None:
            aside.append(_aside(finding, "rejected", rejection.reason, rejection.reviewer))
        else:
            kept.append(finding)
    decided = [d for source in sources for d in source.decisions.decisions if d.about == "suggestion"]
    return _without(item, kept, aside, decided, places)


def _without(
    item: FilingReport, kept: list[Finding], aside: list[Aside], decided: list[Decision], places: Places
) -> FilingReport:
    """The report with some findings and the suggestions for them gone."""
    suggestions: list[Suggestion] = []
    dropped: list[Dropped] = []
    gone = {(a.finding.form_id, a.finding.indicator_id, a.finding.code) for a in aside}
    left = {(f.form_id, f.indicator_id, f.code) for f in kept}
    for suggestion in item.suggestions:
        keys = {(suggestion.form_id, suggestion.indicator_id, code) for code in suggestion.removes}
        rejection = next((d for d in decided if d.verdict == "reject" and concerns(places, d, suggestion)), None)
        if rejection is not None:
            dropped.append(_dropped(suggestion, f"审核人已驳回：{rejection.reason or '没有写理由'}"))
        elif keys & gone and not keys & left:
            dropped.append(_dropped(suggestion, "所针对的意见已不计"))
        else:
            suggestions.append(suggestion)
    scores = item.scores
    if aside:
        scores = tuple(
            score_form(places.forms[s.form_id], profiles()[item.profile[s.form_id]], kept, item.outcomes)
            for s in item.scores
        )
    return item.model_copy(
        update={
            "findings": tuple(kept),
            "aside": (*item.aside, *aside),
            "suggestions": tuple(suggestions),
            "dropped": (*item.dropped, *dropped),
            "scores": scores,
        }
    )


def _known_before(item: FilingReport, left: Counter[tuple[str, str, str, str]], file: str) -> FilingReport:
    """Set aside what the baseline holds; each of its entries covers one finding. The score stays: the flaws do too."""
    places = Places(item)
    kept, aside = [], []
    for finding in item.findings:
        key = (file, form_words(places.forms[finding.form_id]), finding.code, places.finding_words(finding))
        if left[key] > 0:
            left[key] -= 1
            aside.append(_aside(finding, "baseline", "基线中已有", ""))
        else:
            kept.append(finding)
    return item.model_copy(update={"findings": tuple(kept), "aside": (*item.aside, *aside)})


def concerns(places: Places, decision: Decision, suggestion: Suggestion) -> bool:
    """Whether a decision on a suggestion is about this one: same text, same codes and engine, or the same words."""
    if decision.about != "suggestion" or form_words(places.forms[suggestion.form_id]) != decision.form:
        return False
    if (suggestion.current is None) != (decision.current is None):
        return False
    if suggestion.current is not None and text_words(suggestion.current) != decision.text:
        return False
    if (suggestion.proposed, suggestion.extra) == (decision.proposed, decision.extra):
        return True
    same = sorted(decision.codes) == sorted(suggestion.removes) and decision.source == suggestion.source
    return same and suggestion.current is not None


def decided_finding(places: Places, decisions: Iterable[Decision], finding: Finding) -> Decision | None:
    """The decision on a finding, if there is one."""
    return next((d for d in decisions if _decides(places, d, finding)), None)


def _decides(places: Places, decision: Decision, finding: Finding) -> bool:
    return (
        decision.about == "finding"
        and finding.code in decision.codes
        and decision.form == form_words(places.forms[finding.form_id])
        and decision.text == places.finding_words(finding)
    )


def _waives(places: Places, waiver: Waiver, finding: Finding) -> bool:
    return waiver.code == finding.code and places.is_in(finding, waiver.form) and places.is_about(finding, waiver.text)


def _expired(waiver: Waiver, today: date) -> bool:
    return waiver.until is not None and waiver.until < today


def _useless(source: Source, tally: _Tally, today: date) -> Iterable[tuple[Waiver, str]]:
    for waiver in source.decisions.waivers:
        if _expired(waiver, today):
            assert waiver.until is not None
            yield waiver, f"已于{waiver.until.isoformat()}到期，意见恢复计入"
        elif id(waiver) in tally.judged and id(waiver) not in tally.used:
            yield waiver, "没有对应的意见：问题已经改掉，或原文已经变动"


def _aside(
    finding: Finding, kind: Literal["waiver", "rejected", "baseline"], reason: str, reviewer: str, until: str = ""
) -> Aside:
    return Aside(finding=finding, kind=kind, reason=reason, reviewer=reviewer, until=until)


def _dropped(suggestion: Suggestion, reason: str) -> Dropped:
    return Dropped(
        form_id=suggestion.form_id, indicator_id=suggestion.indicator_id, source=suggestion.source, reason=reason
    )


def _stale(name: str, waiver: Waiver, why: str) -> StaleWaiver:
    return StaleWaiver(
        source=name, code=waiver.code, form=waiver.form, text=waiver.text, reviewer=waiver.reviewer, why=why
    )
