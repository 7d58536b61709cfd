"""The training ground: items, answers and reports of the people of an application."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from reviewer.store import Store
from reviewer.store.base import now
from reviewer.store.models import TrainingAnswer, User
from reviewer.training import answering, judge
from reviewer.training.items import Item, catalogue
from reviewer.training.journal import Learner
from reviewer.training.judge import Diagnosis, Mending
from reviewer.training.progress import Answer, Knowledge, knowledge, next_item
from reviewer.training.settings import training
from reviewer.web.actor import Actor
from reviewer.web.problems import ForbiddenError, NotFoundError

_PENDING = 5000  # items begun and not ended; the oldest are forgotten first


@dataclass
class Begun:
    """An item that a person has begun.

    Attributes:
        diagnosis: the judgement of marks and rule; None until they were given, then it stands.
    """

    started: datetime
    diagnosis: Diagnosis | None = None


class TrainingService:
    """What the room 训练 does. Only answers are kept; an item begun is forgotten when the server ends."""

    def __init__(self, store: Store, clock: Callable[[], datetime] = now) -> None:
        self._store = store
        self._clock = clock
        self._begun: OrderedDict[tuple[int, str], Begun] = OrderedDict()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """This moment."""
        return self._clock()

    def known(self, actor: Actor) -> Knowledge:
        """What a person knows."""
        with self._store.read() as db:
            found = db.scalars(
                select(TrainingAnswer).where(TrainingAnswer.user_id == actor.user_id).order_by(TrainingAnswer.id)
            )
            return knowledge([_answer(row) for row in found], self._clock())

    def next(self, actor: Actor, rule: str = "") -> str:
        """The id of the item to ask a person next.

        Args:
            rule: code of the only rule to practise; "" for what is due.

        Raises:
            NotFoundError: the rule is not trained, or no item of it fits this installation's word lists.
        """
        code = rule.strip().upper()
        if code and code not in training().codes:
            told = training().not_trained.get(code, "")
            raise NotFoundError(f"规则 {code[:20]} 没有练习题{'：' + told if told else ''}", "", "从训练的总览里选一条")
        item = next_item(self.known(actor), code or None)
        if item is None:
            raise NotFoundError(
                "没有可做的题：题目与本机的词表或框架不一致", code, "换一条规则，或请管理员检查 taxonomy"
            )
        return item.id

    def item(self, item_id: str) -> Item:
        """An item.

        Raises:
            NotFoundError: there is none of that id.
        """
        found = catalogue().get(item_id)
        if found is None:
            raise NotFoundError("没有这道题", "", "从训练的总览里重新开始")
        return found

    def begin(self, actor: Actor, item_id: str) -> Item:
        """An item is shown: from now on time is taken, and what was answered on it before is forgotten."""
        item = self.item(item_id)
        with self._lock:
            self._begun[actor.user_id, item_id] = Begun(self._clock())
            self._begun.move_to_end((actor.user_id, item_id))
            while len(self._begun) > _PENDING:
                self._begun.popitem(last=False)
        return item

    def diagnose(self, actor: Actor, item_id: str, marks: Sequence[str], code: str) -> Diagnosis:
        """Judge marks and rule; the first answer stands, since it tells where the flaw is.

        Raises:
            NotFoundError: the item was not begun.
        """
        item = self.item(item_id)
        judged = judge.diagnose(item, marks, code)
        with self._lock:
            begun = self._of(actor, item_id)
            begun.diagnosis = begun.diagnosis or judged
            return begun.diagnosis

    def check(self, item_id: str, texts: Mapping[str, str], added: Mapping[str, str]) -> Mending:
        """Judge what was written; nothing is kept."""
        item = self.item(item_id)
        return judge.mend(item, answering.edits_of(item, texts, added))

    def finish(
        self, actor: Actor, item_id: str, texts: Mapping[str, str], added: Mapping[str, str]
    ) -> tuple[Answer, Diagnosis, Mending | None]:
        """End an item: judge what was written, and keep the answer.

        Raises:
            NotFoundError: the item was not begun, or its first steps were not answered.
        """
        item = self.item(item_id)
        edits = answering.edits_of(item, texts, added)
        mending = judge.mend(item, edits) if edits else None
        with self._lock:
            begun = self._of(actor, item_id)
            if begun.diagnosis is None:
                raise NotFoundError("这道题还没有标出问题、说出规则", "", "先做前两步")
            del self._begun[actor.user_id, item_id]
        at = self._clock()
        seconds = round((at - begun.started).total_seconds(), 1)
        answer = answering.answer_of(item, begun.diagnosis, mending, at, seconds)
        with self._store.write() as db:
            db.add(
                TrainingAnswer(
                    user_id=actor.user_id,
                    item=answer.item,
                    code=answer.code,
                    level=answer.level,
                    rating=answer.rating,
                    judged={"found": answer.found, "named": answer.named, "fixed": answer.fixed},
                    seconds=answer.seconds,
                    at=answer.at,
                )
            )
        return answer, begun.diagnosis, mending

    def learners(self, actor: Actor) -> list[Learner]:
        """All people who answered anything, with their units.

        Raises:
            ForbiddenError: the person is no reviewer.
        """
        if not actor.is_reviewer:
            raise ForbiddenError("各单位的学习情况只给审核人看", "", "请用审核人的账号登录")
        with self._store.read() as db:
            rows = db.scalars(select(TrainingAnswer).order_by(TrainingAnswer.id)).all()
            people = db.scalars(select(User).where(User.id.in_({row.user_id for row in rows}))).all()
            return [
                Learner(
                    name=person.display or person.name,
                    unit=person.unit.name if person.unit else "",
                    answers=tuple(_answer(row) for row in rows if row.user_id == person.id),
                )
                for person in people
            ]

    def _of(self, actor: Actor, item_id: str) -> Begun:
        begun = self._begun.get((actor.user_id, item_id))
        if begun is None:
            raise NotFoundError("这道题已经结束，或服务重新启动过", "", "刷新本页重做，或做下一题")
        return begun


def _answer(row: TrainingAnswer) -> Answer:
    judged = row.judged
    return Answer(
        item=row.item,
        code=row.code,
        level=row.level,
        found=bool(judged.get("found")),
        named=bool(judged.get("named")),
        fixed=judged.get("fixed"),
        at=row.at,
        seconds=row.seconds,
    )
