"""What a learner knows: everything is derived from the answers, in the order in which they were given.

A rule is one card of the scheduler (fsrs), whichever item was asked: what is to be remembered is the rule, so it comes
back with another item. Nothing but the answers is kept; other settings of the scheduler take effect on all of them.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Literal

from fsrs import Card, Rating, Scheduler
from pydantic import AwareDatetime

from reviewer.records.base import Record
from reviewer.training import judge
from reviewer.training.items import Item, by_code
from reviewer.training.settings import CLEAN, training

State = Literal["new", "learning", "mastered"]
STATE_WORDS: dict[State, str] = {"new": "未学", "learning": "在学", "mastered": "掌握"}
STATE_SIGNS: dict[State, str] = {"new": "○", "learning": "△", "mastered": "√"}


class Answer(Record):
    """One answer.

    Attributes:
        fixed: None where there was nothing to mend.
        at: when it was given, by the clock of that moment (aware, UTC).
        seconds: how long it took; None when not known.
    """

    item: str
    code: str
    level: int = 1
    found: bool
    named: bool
    fixed: bool | None = None
    at: AwareDatetime
    seconds: float | None = None

    @property
    def points(self) -> float:
        """Share of the parts that are right: 0 to 1."""
        parts = [part for part in (self.found, self.named, self.fixed) if part is not None]
        return sum(parts) / len(parts)

    @property
    def rating(self) -> int:
        """The scheduler's rating: 3 (good) all right, 2 (hard) one part wrong, 1 (again) more."""
        wrong = sum(part is False for part in (self.found, self.named, self.fixed))
        if self.code == CLEAN:
            return 3 if not wrong else 1
        return 3 - min(wrong, 2)


class Mastery(Record):
    """How well one rule is known.

    Attributes:
        share: points of the last answers (``training.yaml``: window), 0 to 1.
        due: when it should come back, by today's clock; None before the first answer.
    """

    code: str
    name: str
    level: int
    answers: int
    share: float
    state: State
    due: datetime | None = None


@dataclass
class Knowledge:
    """The answers, replayed.

    Attributes:
        now: today's clock; ``effective``: the same on the scheduler's clock, which only runs forward.
    """

    answers: Sequence[Answer]
    now: datetime
    effective: datetime
    cards: dict[str, Card] = field(default_factory=dict)
    given: dict[str, list[Answer]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def share(self, code: str) -> float:
        """Points of the last answers on a rule."""
        last = self.given.get(code, [])[-training().progress.window :]
        return sum(a.points for a in last) / len(last) if last else 0.0

    def state(self, code: str) -> State:
        """Whether a rule is new, in learning or mastered."""
        given = self.given.get(code, [])
        if not given:
            return "new"
        known = len(given) >= training().progress.mastered_after and self.share(code) >= training().progress.mastered
        return "mastered" if known else "learning"

    def is_due(self, code: str) -> bool:
        """Whether a rule should come back now."""
        return code in self.cards and self.cards[code].due <= self.effective

    def due(self, code: str) -> datetime | None:
        """When a rule should come back, by today's clock."""
        return self.now + (self.cards[code].due - self.effective) if code in self.cards else None

    def retrievability(self, code: str) -> float:
        """The chance that the rule would be known now, 0 to 1."""
        return _scheduler().get_card_retrievability(self.cards[code], self.effective) if code in self.cards else 0.0


@cache
def _scheduler() -> Scheduler:
    settings = training().progress
    return Scheduler(
        desired_retention=settings.retention,
        learning_steps=[timedelta(minutes=m) for m in settings.learning_minutes],
        relearning_steps=[timedelta(minutes=m) for m in settings.relearning_minutes],
        maximum_interval=settings.longest_days,
        enable_fuzzing=False,  # the same answers give the same dates
    )


def knowledge(answers: Sequence[Answer], now: datetime) -> Knowledge:
    """Replay the answers.

    A clock set back counts as no time passed, one that jumped ahead as ``longest_gap_days`` at most: the order of the
    answers is what happened, their times only say how far apart.
    """
    now = now.astimezone(UTC)
    cards: dict[str, Card] = {}
    made = Knowledge(answers=answers, now=now, effective=now, cards=cards)
    last: datetime | None = None
    effective = answers[0].at.astimezone(UTC) if answers else now
    for answer in answers:
        effective += _gap(last, answer.at)
        last = answer.at
        # An id of our own: the library would wait a millisecond for one.
        card = cards.get(answer.code) or Card(card_id=len(cards) + 1, due=effective)
        cards[answer.code], _ = _scheduler().review_card(card, Rating(answer.rating), effective)
        made.given.setdefault(answer.code, []).append(answer)
        made.seen[answer.item] += 1
    made.effective = effective + _gap(last, now)
    return made


def _gap(before: datetime | None, after: datetime) -> timedelta:
    if before is None:
        return timedelta(0)
    longest = timedelta(days=training().progress.longest_gap_days)
    return min(max(after - before, timedelta(0)), longest)


def masteries(known: Knowledge) -> tuple[Mastery, ...]:
    """All trained rules, and ``CLEAN``, in the order of ``training.yaml``."""
    return tuple(
        Mastery(
            code=code,
            name=judge.name_of(code),
            level=training().codes[code].level if code != CLEAN else 1,
            answers=len(known.given.get(code, [])),
            share=known.share(code),
            state=known.state(code),
            due=known.due(code),
        )
        for code in (*training().codes, CLEAN)
    )


def next_code(known: Knowledge) -> str:
    """What to ask next: what is due; else something new, while not too much is in learning; else the weakest.

    Every so many items nothing is wrong.
    """
    settings = training().progress
    block, place = divmod(len(known.answers), settings.clean_every)
    if Random(block).randrange(settings.clean_every) == place:  # not always the same one: it must not be guessed
        return CLEAN
    last = next((a.code for a in reversed(known.answers) if a.code != CLEAN), "")
    codes = [c for c in training().codes if c != last]
    due = [c for c in codes if known.is_due(c)]
    if due:
        return min(due, key=lambda c: known.cards[c].due)
    learning = [c for c in codes if known.state(c) == "learning"]
    new = [c for c in codes if known.state(c) == "new"]
    if new and len(learning) < settings.new_at_once:
        return new[0]
    return min(learning or codes, key=known.retrievability)


def next_item(known: Knowledge, code: str | None = None, agrees: Callable[[Item], bool] = judge.agrees) -> Item | None:
    """The item to ask: of ``code``, else of ``next_code``; the easiest of those seen least.

    None when the engine agrees with no key of the code, as with word lists of one's own that change its verdict.
    """
    items = by_code()[code or next_code(known)]
    return next((item for item in sorted(items, key=lambda i: known.seen[i.id]) if agrees(item)), None)
