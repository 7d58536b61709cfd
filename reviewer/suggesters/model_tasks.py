"""Two further tasks of a model: explain a finding to a clerk, and judge a rewrite. Neither enters a review."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal, get_args

from reviewer.llm.hostile import pronounces, speaks_to_program
from reviewer.llm.replies import ExplainReply, JudgeReply
from reviewer.llm.session import Answer, Request, Session
from reviewer.records import Finding, RowText
from reviewer.suggesters.base import Case
from reviewer.suggesters.model_guard import has_markup
from reviewer.suggesters.model_payload import Material, material, personal
from reviewer.suggesters.provenance import named_in, numbers_in, places
from reviewer.text import squash
from reviewer.text.numerals import to_decimal

Verdict = Literal["usable", "needs_work", "unusable"]
_VERDICTS: dict[Verdict, str] = {
    "usable": "可以采用：问题改掉了，说的还是同一件事，能统计，没有来历不明的数字",
    "needs_work": "方向对，但还要再改才能采用",
    "unusable": "不能采用：问题还在，或说成了别的事，或数字来历不明",
}
_LETTERS = "ABC"
ORDERS: tuple[tuple[Verdict, ...], ...] = tuple(permutations(get_args(Verdict)))


@dataclass(frozen=True)
class Explained:
    """An explanation, or why there is none."""

    reply: ExplainReply | None
    problem: str = ""


@dataclass(frozen=True)
class Judged:
    """A verdict, or why there is none: then the rewrite is unscored, not bad."""

    verdict: Verdict | None
    reason: str = ""
    problem: str = ""


def explain(session: Session, case: Case, finding: Finding, page: str) -> Explained:
    """A finding in plain words.

    Args:
        page: the rule's own page.
    """
    seen = material(case)
    values = {
        "row": seen.request.values.get("row", {}),
        "finding": next(f for f in _findings(seen) if f["代码"] == finding.code),
        "page": page,
        "form": seen.request.values["form"],
    }
    answer = session.ask(Request("explain", values, private=tuple(personal(case.filing))))
    if answer.reply is None:
        return Explained(None, answer.failure.reason if answer.failure else "")
    assert isinstance(answer.reply, ExplainReply)
    problem = _untold("\n".join(answer.reply.model_dump().values()), seen, f"{finding.message}{page}")
    return Explained(None, problem) if problem else Explained(answer.reply)


def _findings(seen: Material) -> Sequence[dict[str, str]]:
    found: list[dict[str, str]] = seen.request.values["findings"]
    return found


def _untold(text: str, seen: Material, more: str) -> str:
    """What is wrong with a text about a row; "" for nothing."""
    if speaks_to_program(text) or has_markup(text.replace("\n", "")) or pronounces(text):
        return "模型的说明里有不该有的文字"
    row = seen.indicator
    own = f"{row.name}{row.value} {row.standard or ''} {row.note or ''}" if row else ""
    told = " ".join((own, more, *(words for _, words, _ in places(seen.form))))
    numbers = {to_decimal(n) for n in numbers_in(told)}
    strange = [n for n in numbers_in(text) if to_decimal(n) not in numbers]
    strange += [name for name in named_in(text) if squash(name) not in squash(told)]
    return f"模型的说明里的“{strange[0]}”没有出处" if strange else ""


def judge(session: Session, case: Case, proposed: RowText, *, order: int = 0, sample: int = 0) -> Judged:
    """What a model thinks of a rewrite; a scorer among others, never a gate.

    Args:
        order: which of the six orders the verdicts are offered in (0 to 5).
        sample: number of the repetition.
    """
    return judged(session.ask(judge_request(case, proposed, order=order, sample=sample)), order=order)


def judge_request(case: Case, proposed: RowText, *, order: int = 0, sample: int = 0) -> Request:
    """The question behind ``judge``."""
    seen = material(case).request
    rewrite = proposed.describe()
    values = {
        "row": seen.values.get("row", {}),
        "findings": seen.values["findings"],
        "form": seen.values["form"],
        "rewrite": rewrite,
        "verdicts": {letter: _VERDICTS[verdict] for letter, verdict in zip(_LETTERS, _offered(order), strict=True)},
    }
    subject = (*seen.subject, rewrite, *_offered(order))
    return Request("judge", values, private=tuple(personal(case.filing)), sample=sample, subject=subject)


def judged(answer: Answer, *, order: int) -> Judged:
    """The verdict in an answer to ``judge_request``."""
    if answer.reply is None:
        return Judged(None, problem=answer.failure.reason if answer.failure else "")
    assert isinstance(answer.reply, JudgeReply)
    return Judged(_offered(order)[_LETTERS.index(answer.reply.choice)], answer.reply.reason)


def _offered(order: int) -> tuple[Verdict, ...]:
    return ORDERS[order % len(ORDERS)]
