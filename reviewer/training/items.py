"""The questions: made anew at every start from the eval sets, always the same ones.

Three sources: whole forms of ``eval_sets/planted`` altered by its operators; sound rows of public filings altered by
the same operators; rows of public filings that were filed with a flaw, with the rewrite that a person wrote. And forms
and rows with nothing wrong: who marks something there cries wolf.
"""

from collections import Counter
from functools import cache
from itertools import islice
from random import Random
from typing import Literal

from reviewer.evals.content import Edit, FilingContent
from reviewer.records.base import Record
from reviewer.rules import RULES, Rule
from reviewer.training import filed, forms
from reviewer.training.alter import Altered, Label, altered
from reviewer.training.settings import CLEAN, training

_WRONG_CHARACTER = "WRD503"
Source = Literal["form", "altered", "filed"]


class Item(Record):
    """One question.

    Attributes:
        id: readable and lasting: code, operator and filing.
        code: what it trains; ``CLEAN`` where nothing is wrong.
        level: 1 to 3.
        content: the filing with the flaw in it.
        excerpt: only some rows of a form: judged by the rules of rows alone.
        labels: what the engine must or may find.
        reference: edits that mend it.
        others: further ways to put the row right, in words.
        may_be_empty: leaving the row out is right too.
        why: why nothing is wrong, where it looks otherwise.
    """

    id: str
    code: str
    level: int
    source: Source
    content: FilingContent
    excerpt: bool = False
    labels: tuple[Label, ...] = ()
    reference: tuple[Edit, ...] = ()
    others: tuple[str, ...] = ()
    may_be_empty: bool = False
    why: str = ""


@cache
def catalogue() -> dict[str, Item]:
    """All items by id, in the order of ``training.yaml``; within a code the easier ones first."""
    found = [*_filed(), *_real(), *_forms(), *_clean()]
    Random(0).shuffle(found)  # the sources mixed, always in the same way
    order = {code: n for n, code in enumerate((*training().codes, CLEAN))}
    found.sort(key=lambda item: (order[item.code], item.level))
    return {item.id: item for item in found}


@cache
def by_code() -> dict[str, tuple[Item, ...]]:
    """The items of each trained code, and of ``CLEAN``."""
    made: dict[str, list[Item]] = {code: [] for code in (*training().codes, CLEAN)}
    for item in catalogue().values():
        made[item.code].append(item)
    return {code: tuple(items) for code, items in made.items()}


def _forms() -> list[Item]:
    """Items of whole forms: each operator of a code in turn, on forms in an order of its own."""
    found: list[Item] = []
    for code, settings in training().codes.items():
        each = -(-training().sizes.forms // max(len(settings.operators), 1))
        level = max(settings.level, 2)  # a whole form is never the easiest
        for name in settings.operators:
            made = (
                _item(f"{code}.{name}.{content.id}", code, level, "form", done)
                for content, done in forms.altered_forms(name, code)
            )
            found += islice(filter(_kept, made), each)
    return found


def _real() -> list[Item]:
    """Items of sound rows of public filings, altered."""
    found: list[Item] = []
    for code, settings in training().codes.items():
        each = -(-training().sizes.real // max(len(settings.operators), 1))
        for name in settings.operators if settings.real else ():
            made = (
                _item(f"{code}.{name}.{content.id}", code, settings.level, "altered", done)
                for content in filed.sound_rows(name)
                if (done := altered(content, name, f"{name}:{content.id}")) and done.plants(code) and not done.inserted
            )
            found += islice(filter(_kept, made), each)
    return [item.model_copy(update={"excerpt": True}) for item in found]


def _kept(item: Item) -> bool:
    return item.id not in training().left_out


def _item(item_id: str, code: str, level: int, source: Source, done: Altered) -> Item:
    return Item(
        id=item_id,
        code=code,
        level=level,
        source=source,
        content=done.content,
        labels=done.labels,
        reference=done.reference,
        may_be_empty=done.inserted,
    )


def rules_for(excerpt: bool) -> list[Rule]:
    """The rules that judge: what is missing in an excerpt is missing from the excerpt, not from the form."""
    return [r for r in RULES.values() if not excerpt or r.scope == "indicator" or r.code == _WRONG_CHARACTER]


def _filed() -> list[Item]:
    """Rows that were filed with a flaw: each goes to that of its codes which has the fewest so far."""
    counts: Counter[str] = Counter()
    seen = {rule.code for rule in rules_for(excerpt=True)}
    found = []
    for case in filed.mended_rows():
        if f"filed.{case.id}" in training().left_out:
            continue
        # Of several flaws the worst strikes the eye.
        trained = [c for c in case.codes if c in training().codes and c in seen and training().codes[c].level < 3]
        worst = min((RULES[c].severity.rank for c in trained), default=0)
        trained = [c for c in trained if RULES[c].severity.rank == worst]
        code = min(trained, key=lambda c: counts[c], default="")
        if not code or counts[code] >= training().sizes.filed:
            continue
        counts[code] += 1
        found.append(
            Item(
                id=f"{code}.filed.{case.id}",
                code=code,
                level=training().codes[code].level,
                source="filed",
                content=case.content,
                excerpt=True,
                labels=tuple(label for label in case.labels if label.code in seen),
                reference=case.reference,
                others=case.others,
                may_be_empty=case.may_be_empty,
            )
        )
    return found


def _clean() -> list[Item]:
    """Forms as they should be, forms with something that only looks wrong, and sound rows of public filings."""
    sizes = training().sizes
    found = [
        Item(id=f"{CLEAN}.real.{content.id}", code=CLEAN, level=1, source="altered", content=content, excerpt=True)
        for content in filed.sound_rows(CLEAN)
        if len(content.forms[0].rows) > 2  # two rows are no search
    ][: sizes.real_clean]
    found += [
        Item(id=f"{CLEAN}.plain.{content.id}", code=CLEAN, level=2, source="form", content=content)
        for content in forms.pool(CLEAN)[: sizes.plain]
    ]
    for name, why in training().legit.items():
        made = (
            _item(f"{CLEAN}.{name}.{content.id}", CLEAN, 3, "form", done)
            for content, done in forms.altered_forms(name, "")
        )
        update = {"why": why, "reference": (), "may_be_empty": False}
        found += [item.model_copy(update=update) for item in islice(made, sizes.legit)]
    return list(filter(_kept, found))
