"""Engine ``llm``: a model writes the rewrite, the guard and the prover decide.

All rows are asked about first, several at once; what does not pass is asked once more with the reason (one repair
round); then each row is proven in file order like the drafts of every other engine. A row ends as a suggestion or as a
``Dropped`` with its reason: none is lost, and no finding is touched.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from reviewer.llm.replies import MissingReply, ProposedRow, Reply, RewriteReply
from reviewer.llm.session import Answer, Request, Session
from reviewer.records import Dropped, Suggestion
from reviewer.suggesters.base import Case, Draft
from reviewer.suggesters.model_guard import Refused, drafted
from reviewer.suggesters.model_payload import Material, material, missing_categories
from reviewer.suggesters.prover import Prover
from reviewer.suggesters.vacated import fill_vacated

_COMPLAINT = "这个回复不能采用：{reason}。请重新给出，要求不变。"
NO_REPLY, NO_REWRITE = "没有得到模型的回复：", "模型认为没有可用的改写"
_FORM_CODES = frozenset({"CMP001"})


@dataclass
class _Asked:
    """A case and what came of asking.

    Attributes:
        tries: for each round the drafts, or why there are none.
    """

    case: Case
    seen: Material
    answer: Answer | None = None
    tries: list["_Try"] = field(default_factory=list)


@dataclass
class _Try:
    drafts: list[Draft]
    problems: list[str]


class Writing:
    """What a model wrote for the cases of one filing; made once, then asked for case by case."""

    def __init__(self, session: Session, cases: Iterable[Case], prover: Prover) -> None:
        """Ask about every case.

        Args:
            prover: proves on trial; it must not be the one that delivers.
        """
        self._asked = {_key(c): _Asked(c, material(c)) for c in cases if c.indicator or _FORM_CODES & c.codes}
        asked = list(self._asked.values())
        answers = session.ask_all([item.seen.request for item in asked])
        for item, answer in zip(asked, answers, strict=True):
            item.answer = answer
            item.tries.append(_tried(item, answer.reply))
        again = [(item, problem) for item in asked if (problem := _problem(item, prover))]
        requests = [_repair(item, problem) for item, problem in again]
        for (item, _), answer in zip(again, session.ask_all(requests, "模型修正"), strict=True):
            if answer.reply is not None:
                item.tries.append(_tried(item, answer.reply))
            else:
                assert answer.failure is not None
                item.tries[0].problems.append(answer.failure.reason)

    def deliver(self, case: Case, prover: Prover) -> tuple[list[Suggestion], list[Dropped]]:
        """The suggestions for a case; without any, why."""
        item = self._asked.get(_key(case))
        if item is None:
            return [], []
        if item.answer is not None and item.answer.failure is not None:
            failure = item.answer.failure
            return [], [_dropped(case, f"{NO_REPLY}{failure.reason}", failure.kind)]
        made: list[Suggestion] = []
        problems: list[str] = []
        for attempt in reversed(item.tries):  # the repaired one first
            for draft in attempt.drafts:
                result = prover.prove(case, draft, "llm", serial=0 if case.indicator else len(made) + 1)
                if isinstance(result, Dropped):
                    problems.append(result.reason)
                elif prover.deliver(result):
                    made.append(result)
                else:
                    problems.append("与另一条建议相同")
            problems += attempt.problems
            if made:
                break
        return made, [] if made else [_dropped(case, (problems or ["模型没有提出改写"])[0])]


def _key(case: Case) -> tuple[str, str]:
    return case.form.id, case.indicator.id if case.indicator else ""


def _dropped(case: Case, reason: str, failure: str = "") -> Dropped:
    row_id = case.indicator.id if case.indicator else None
    return Dropped(form_id=case.form.id, indicator_id=row_id, source="llm", reason=reason, failure=failure)


def _tried(item: _Asked, reply: Reply | None) -> _Try:
    """The drafts in a reply."""
    drafts: list[Draft] = []
    problems: list[str] = []
    for row in _rows(item.case, reply):
        try:
            draft = drafted(row, item.case, item.seen)
        except Refused as refusal:
            problems.append(str(refusal))
        else:
            draft = fill_vacated(item.case, draft) if item.case.indicator else draft
            if draft not in drafts:
                drafts.append(draft)
    if not drafts and not problems and reply is not None:
        problems.append(NO_REWRITE)
    return _Try(drafts, problems)


def _rows(case: Case, reply: Reply | None) -> list[ProposedRow]:
    if isinstance(reply, RewriteReply):
        return [reply] if reply.decision == "rewrite" else []
    if isinstance(reply, MissingReply):
        wanted = set(missing_categories(case))
        first: dict[str, ProposedRow] = {}
        for row in reply.rows:  # one row for each category that is missing; others were not asked for
            first.setdefault(row.level2, row)
        return [row for row in first.values() if not wanted or _named(row.level2, wanted)]
    return []


def _named(level2: str, wanted: set[str]) -> bool:
    return any(category.removesuffix("指标") in level2 for category in wanted)


def _problem(item: _Asked, prover: Prover) -> str:
    """Why a first reply needs a second; "" when something in it stands, or when there is no reply to mend."""
    if item.answer is None or item.answer.reply is None:
        return ""
    first = item.tries[0]
    problems = list(first.problems)
    for draft in first.drafts:
        result = prover.prove(item.case, draft, "llm")
        if not isinstance(result, Dropped):
            return ""
        problems.append(result.reason)
    return problems[0] if problems and _rows(item.case, item.answer.reply) else ""  # to give up is an answer


def _repair(item: _Asked, problem: str) -> Request:
    assert item.answer is not None and item.answer.reply is not None
    said = item.answer.reply.model_dump_json()
    return replace(item.seen.request, history=((said, _COMPLAINT.format(reason=problem)),))
