"""The draft score of a form, criterion by criterion (the review table of 财预〔2015〕88号).

A criterion is a function of the findings and outcomes of the codes it reads (``taxonomy/scoring.yaml``) and of
nothing else: a change that leaves those alone leaves the criterion alone, its reason included. That is why a reason
names codes and row ids, never the words of a row.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Literal, cast

from pydantic import Field, ValidationError

from reviewer.errors import DataError
from reviewer.records import Criterion, Finding, Form, FormKind, Outcome, OutcomeKind, Score, Severity
from reviewer.records.base import Record
from reviewer.resources import resource
from reviewer.rules.engine import RULES
from reviewer.taxonomy import Profile
from reviewer.taxonomy.loader import load_yaml

Grade = Literal["优", "良", "中", "差"]
_GRADES: tuple[Grade, ...] = ("优", "良", "中", "差")
_PLACES_NAMED = 3


class CriterionRule(Record):
    """One criterion as ``taxonomy/scoring.yaml`` sets it.

    Attributes:
        weight: points of the review table; all weights together are 100.
        reads: codes whose findings and outcomes decide the criterion.
        rest_of: dimensions whose rules are read here when no criterion names them.
        needs: codes of which one at least must have applied to the form; all of ``reads`` when empty.
        person: what is left to a person's judgement.
    """

    key: str
    dimension: str
    name: str
    weight: int = Field(gt=0)
    reads: tuple[str, ...]
    rest_of: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    person: str


class ScoringTable(Record):
    """The whole table.

    Attributes:
        min_judged: share of the weight in percent that must be judged before a grade is given.
        zero_from: number of errors from which a criterion gets 0 points; findings of one root cause count once.
        best_with_error: the best grade that a form with an error can get.
        unscored: kinds of form that get no score, with the reason.
    """

    min_judged: int = Field(ge=0, le=100)
    zero_from: int = Field(ge=1)
    best_with_error: Grade
    unscored: dict[FormKind, str]
    criteria: tuple[CriterionRule, ...]


@cache
def scoring_table() -> ScoringTable:
    """The criteria of ``taxonomy/scoring.yaml``.

    Raises:
        DataError: the file breaks the format, a code is read twice or the weights do not add up to 100.
    """
    path = resource("taxonomy", "scoring.yaml")
    try:
        table = ScoringTable.model_validate(load_yaml(path))
    except ValidationError as error:
        raise DataError(f"评分表的写法不对：{error}", str(path)) from None
    codes = [code for item in table.criteria for code in item.reads]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise DataError(f"评分表中一个代码只能归一个要点：{'、'.join(twice)}", str(path), "只保留一处")
    if sum(item.weight for item in table.criteria) != 100:
        raise DataError("评分表各要点的分值合计不是 100", str(path), "改正 weight")
    for item in table.criteria:
        if not set(item.needs) <= set(item.reads):
            raise DataError(f"要点“{item.name}”的 needs 超出了 reads", str(path), "needs 只能取自 reads")
    return table


@cache
def criteria() -> tuple[CriterionRule, ...]:
    """The criteria with all codes they read: those named, and those that ``rest_of`` gives them."""
    table = scoring_table()
    named = {code for item in table.criteria for code in item.reads}
    rest = [known for known in RULES.values() if known.code not in named]
    return tuple(
        item.model_copy(update={"reads": (*item.reads, *(r.code for r in rest if r.dimension in item.rest_of))})
        for item in table.criteria
    )


def score_form(form: Form, profile: Profile, findings: Iterable[Finding], outcomes: Iterable[Outcome]) -> Score:
    """Score one form.

    Args:
        form: the form; only its id and kind are looked at.
        profile: sets the cut-offs of the draft grade.
        findings: findings of the filing; those of other forms are left aside.
        outcomes: the ledger of the filing; those of other forms are left aside.
    """
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.form_id == form.id:
            found[finding.code].append(finding)
    ledger = {outcome.code: outcome for outcome in outcomes if outcome.form_id == form.id}
    table = scoring_table()
    if form.kind in table.unscored:
        seen = "；".join(_describe(found[code]) for code in sorted(found))
        reason = table.unscored[form.kind] + (f"。本表发现：{seen}" if seen else "")
        return Score(form_id=form.id, criteria=(), total=None, grade=None, judged=0, reason=reason)
    judged = tuple(_criterion(item, found, ledger) for item in criteria())
    flawed = any(f.severity is Severity.ERROR for code in found for f in found[code])
    return _total(form.id, judged, profile, flawed)


def _criterion(item: CriterionRule, found: dict[str, list[Finding]], ledger: dict[str, Outcome]) -> Criterion:
    points, reason = _judge(item, found, ledger)
    return Criterion(
        key=item.key,
        dimension=item.dimension,
        name=item.name,
        points=points,
        weight=item.weight,
        reason=reason,
        reads=item.reads,
    )


def _judge(item: CriterionRule, found: dict[str, list[Finding]], ledger: dict[str, Outcome]) -> tuple[int | None, str]:
    """Points and reason; None where a full answer would need what was not checked."""
    left = f"须人工判断：{item.person}"
    if not item.reads:
        return None, f"没有可由程序判定的内容；{left}"
    missing = [code for code in item.reads if code not in ledger]
    if missing:
        return None, f"未判定：本次没有运行 {'、'.join(missing)}；{left}"
    hits = [finding for code in item.reads for finding in found[code]]
    severities = {finding.severity for finding in hits}
    errors = {finding.group or n for n, finding in enumerate(hits) if finding.severity is Severity.ERROR}
    costly = [code for code in item.reads if any(f.severity is not Severity.INFO for f in found[code])]
    hints = [code for code in item.reads if found[code] and code not in costly]
    unchecked = [
        ledger[code] for code in item.reads if ledger[code].outcome in (OutcomeKind.COULD_NOT_CHECK, OutcomeKind.ERROR)
    ]
    parts = ["；".join(_describe(found[code]) for code in costly)] if costly else []
    if hints:
        parts.append("提示不扣分：" + "；".join(_describe(found[code]) for code in hints))
    if unchecked:
        parts.append("未能检查：" + "；".join(f"{o.code}（{o.reason or '原因不明'}）" for o in unchecked))
    if errors:
        few = len(errors) < scoring_table().zero_from
        return (1, "。".join(["有必须改正的问题", *parts])) if few else (0, "。".join(["必须改正的问题较多", *parts]))
    if Severity.WARN in severities:
        return 1, "。".join(["有应当改正的问题", *parts])
    if unchecked:
        return None, "。".join(["未判定", *parts, left])
    if all(ledger[code].outcome is OutcomeKind.NOT_APPLICABLE for code in item.needs or item.reads):
        return None, f"未判定：本表没有可供检查的内容；{left}"
    return 2, "。".join(["未发现扣分的问题", *parts, left])


def _describe(findings: Sequence[Finding]) -> str:
    """Findings of one code in words: ``QNT201 数量指标未量化 4处（F1.1、F1.2、F1.5 等）``."""
    places = list(dict.fromkeys(f.indicator_id for f in findings if f.indicator_id))
    named = "、".join(places[:_PLACES_NAMED]) + (" 等" if len(places) > _PLACES_NAMED else "")
    first, *_ = findings
    return f"{first.code} {first.name} {len(findings)}处" + (f"（{named}）" if named else "")


def _total(form_id: str, criteria: tuple[Criterion, ...], profile: Profile, flawed: bool) -> Score:
    table = scoring_table()
    judged = sum(c.weight for c in criteria if c.points is not None)
    if not judged:
        reason = "没有一个要点可由程序判定，不评分、不评等级"
        return Score(form_id=form_id, criteria=criteria, total=None, grade=None, judged=0, reason=reason)
    earned = sum((Decimal(c.points * c.weight) / 2 for c in criteria if c.points is not None), Decimal())
    share = earned * 100 / judged
    total = share.quantize(Decimal("0.1"), ROUND_HALF_UP)
    told = f"可判定的 {judged} 分中得 {_plain(earned)} 分，折合 {total} 分；其余 {100 - judged} 分未判定，须人工审核"
    if judged < table.min_judged:
        reason = f"{told}。可判定的分值不足 {table.min_judged} 分，不评等级"
        return Score(form_id=form_id, criteria=criteria, total=str(total), grade=None, judged=judged, reason=reason)
    marks = sorted(profile.grades.items(), key=lambda mark: mark[1], reverse=True)
    # Compared before rounding: 89.96 is not 90.
    grade = next((name for name, least in marks if share >= least), _GRADES[-1])
    lines = "、".join(f"{name}≥{_plain(least)}" for name, least in marks)
    capped = flawed and _GRADES.index(cast(Grade, grade)) < _GRADES.index(table.best_with_error)
    if capped:
        grade = table.best_with_error
        told += f"。表中有必须改正的问题，最高评{grade}"
    reason = f"{told}。初评等级按本程序约定的分数线（{lines}，非法规规定），供审核人参考"
    return Score(
        form_id=form_id,
        criteria=criteria,
        total=str(total),
        grade=cast(Grade, grade),
        judged=judged,
        reason=reason,
    )


def _plain(number: Decimal) -> str:
    """A number without trailing zeros: 67.5, 80."""
    return f"{number.normalize():f}"
