"""The certificate: what it asks for, what was reached, and a page to print."""

from datetime import datetime

from jinja2 import Environment, PackageLoader, select_autoescape

from reviewer.records.base import Record
from reviewer.training.progress import STATE_SIGNS, STATE_WORDS, Knowledge, Mastery, masteries
from reviewer.training.settings import CLEAN, training
from reviewer.writers.words import written


class Condition(Record):
    """One thing that a certificate asks for, and how far it is."""

    words: str
    reached: str
    met: bool


class Certificate(Record):
    """What the page says.

    Attributes:
        conditions: all must be met; until then the page is a record of what was learnt, and says so.
        since: the first answer; None before it.
    """

    name: str
    unit: str
    answers: int
    masteries: tuple[Mastery, ...]
    conditions: tuple[Condition, ...]
    since: datetime | None
    at: datetime

    @property
    def granted(self) -> bool:
        """Whether all conditions are met."""
        return all(condition.met for condition in self.conditions)


def certificate(known: Knowledge, name: str, unit: str = "") -> Certificate:
    """The certificate of a learner as of now."""
    asked = training().certificate
    rules = [m for m in masteries(known) if m.code != CLEAN]
    mastered = sum(m.state == "mastered" for m in rules)
    calm = [a for a in known.answers if a.code == CLEAN]
    left_alone = sum(a.points == 1 for a in calm) / len(calm) if calm else 0.0
    needed = -int(-asked.rules * len(rules) // 1)
    return Certificate(
        name=name,
        unit=unit,
        answers=len(known.answers),
        masteries=masteries(known),
        conditions=(
            Condition(
                words=f"答题不少于{asked.answers}道",
                reached=f"{len(known.answers)}道",
                met=len(known.answers) >= asked.answers,
            ),
            Condition(
                words=f"掌握{len(rules)}条规则中的{needed}条以上", reached=f"{mastered}条", met=mastered >= needed
            ),
            Condition(
                words=f"没有问题的题，{asked.calm:.0%}以上没有误报",
                reached=f"{left_alone:.0%}" if calm else "还没有答过",
                met=bool(calm) and left_alone >= asked.calm,
            ),
        ),
        since=known.answers[0].at if known.answers else None,
        at=known.now,
    )


def page(made: Certificate) -> bytes:
    """A page of its own, to print on A4."""
    environment = Environment(
        loader=PackageLoader("reviewer.training", "templates"), autoescape=select_autoescape(), trim_blocks=True
    )
    template = environment.get_template("certificate.html")
    return written(template.render(made=made, state_words=STATE_WORDS, state_signs=STATE_SIGNS))
