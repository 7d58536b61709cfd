"""Counts that a filing itself gives, each with a name for the indicator that would count it."""

import re
from collections.abc import Iterator
from functools import cache

from reviewer.records import Form
from reviewer.records.suggestion import NumberSource
from reviewer.suggesters.measurable import rewrites
from reviewer.taxonomy import words
from reviewer.text import clean_name
from reviewer.text.calculation.model import Quantity
from reviewer.text.calculation.tokens import tokens_of
from reviewer.text.calculation.vocabulary import is_duration
from reviewer.text.vocabulary import unit_class

_ENDS = {"people": "人数", "households": "户数", "times": "次数", "countable": "数量"}
# A document with who issued it: 省残联《关于…的通知》（…〔2022〕5号）, 株残教就字〔2022〕1号.
_DOCUMENTS = re.compile(
    r"(?:根据|依据|按照|按)?[\u4e00-\u9fff]{0,14}《[^》]*》(?:的通知|文件)?(?:[（(][^（）()]*号(?:文件)?[)）])?"
    r"|[\u4e00-\u9fff]{2,10}[〔\[（({【]\d{4}[〕\]）)}】]第?\d+号(?:文件)?"
)
_LABEL = 12
_AGE = ("岁", "周岁", "以上", "以下", "以内")


def filing_counts(form: Form) -> Iterator[tuple[NumberSource, str, str]]:
    """Counts that the form's cost lines and goals give: the source, a name for the indicator, and the unit."""
    for line in form.cost_lines:
        label = clean_name(line.detail or line.content)
        for quantity, subject in _counted(line.calculation_basis):
            # 45名残疾儿童 in the line 残疾儿童康复救助: the line says what is done for them.
            told = label if len(subject) < 3 or subject in label else subject
            source = NumberSource(
                number=_plain(quantity, line.calculation_basis),
                source=f"支出明细“{label}”的测算依据",
                quote=line.calculation_basis.strip()[:80],
                location=line.location,
            )
            yield source, _named(told, quantity.unit), quantity.unit
    for objective in form.objectives:
        for quantity, subject in _counted(objective.text):
            bare = re.sub(r"^(?:开展|完成|组织|举办|实施|为)", "", subject)
            if len(bare) < 2:
                continue
            source = NumberSource(
                number=_plain(quantity, objective.text),
                source="年度绩效目标" if objective.horizon == "annual" else "实施期绩效目标",
                quote=objective.text[:80],
                location=objective.location,
            )
            yield source, _named(bare, quantity.unit), quantity.unit


def _counted(text: str) -> Iterator[tuple[Quantity, str]]:
    """Counts with the words that name what is counted: those before the number, else those right behind it."""
    tokens = [t for t in tokens_of(_DOCUMENTS.sub("，", text)) if t.kind != "comma" or t.text.strip()]
    before = ""
    for place, token in enumerate(tokens):
        if token.kind in ("comma", "stop"):
            before = ""
        elif token.kind == "word":
            before += token.text
        elif token.kind == "number":
            quantity = token.quantity
            behind = tokens[place + 1].text if place + 1 < len(tokens) and tokens[place + 1].kind == "word" else ""
            subject = clean_name(before or behind)[-_LABEL:]
            before = ""
            if quantity is None or not quantity.unit or quantity.money or quantity.percent or quantity.chinese:
                continue
            if quantity.per or is_duration(quantity.unit) or quantity.value <= 1:
                continue
            # 65岁以上老年人免费乘车160万人次: an age and a 乘 that means no product leave words that nobody wrote.
            if subject.startswith(_AGE) or subject not in text:
                continue
            if unit_class(quantity.unit) in _ENDS and not _part().search(subject):
                yield quantity, subject


@cache
def _part() -> re.Pattern[str]:
    """Words that make a count a part or a base instead of a target: 其中, 每期, 现有."""
    return re.compile("|".join(map(re.escape, words("count_part_words"))))


def _plain(quantity: Quantity, text: str) -> str:
    """The number as the filing writes it: 160万, not 1600000."""
    wan = f"{(quantity.value / 10000).normalize():f}万"
    return wan if wan in text else f"{quantity.value.normalize():f}"


def _named(subject: str, unit: str) -> str:
    end = _ENDS[unit_class(unit) or ""]
    for word in rewrites()["priced"]:
        subject = subject.removesuffix(word)
    return subject if subject.endswith(end) else f"{subject.removesuffix('人')}{end}"
