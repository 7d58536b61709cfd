"""Pages of help, made of what the rules say of themselves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from inspect import cleandoc

from reviewer.records import Basis
from reviewer.rules import RULES, Rule
from reviewer.taxonomy import regulations
from reviewer.writers.words import SMART_WORDS

_SECTION = re.compile(r"(检查|理由|反例|正例|例外)：")
GRADES = {"A": "读过原文", "B": "转引自其他资料", "C": "未读原文，请以正式文件为准"}
FAMILIES = {
    "CMP": "填全了没有",
    "CAT": "放对了地方没有",
    "QNT": "量得出来没有",
    "REL": "目标和指标对得上没有",
    "CON": "钱和数对得上没有",
    "WRD": "话说清楚没有",
}


@dataclass(frozen=True)
class RulePage:
    """A rule as a person reads it.

    Attributes:
        summary: one sentence.
        checks, reason, exceptions: 检查, 理由, 例外.
        wrong, right: 反例 and 正例, one each.
        smart: the letters it is about, in words.
    """

    rule: Rule
    summary: str
    checks: str
    reason: str
    wrong: tuple[str, ...]
    right: tuple[str, ...]
    exceptions: tuple[str, ...]
    authorities: tuple[Basis, ...]
    smart: str
    words: str = field(repr=False)

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.rule.code

    @property
    def name(self) -> str:
        """The rule's name."""
        return self.rule.name


@cache
def rule_pages() -> dict[str, RulePage]:
    """The page of each rule, by code."""
    return {rule.code: _page(rule) for rule in RULES.values()}


def families() -> Iterator[tuple[str, str, list[RulePage]]]:
    """The pages by family: its letters, its question, its pages."""
    pages = rule_pages().values()
    letters = dict.fromkeys(page.code[:3] for page in pages)
    for family in sorted(letters, key=lambda f: list(FAMILIES).index(f) if f in FAMILIES else len(FAMILIES)):
        yield family, FAMILIES.get(family, family), [page for page in pages if page.code.startswith(family)]


def _page(rule: Rule) -> RulePage:
    text = cleandoc(rule.page)
    pieces = _SECTION.split(text)
    sections = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    joined = {name: _joined(body) for name, body in sections.items()}
    right, remarks = _examples(sections.get("正例", ""))
    return RulePage(
        rule=rule,
        summary=_joined(pieces[0]),
        checks=joined.get("检查", ""),
        reason=joined.get("理由", ""),
        wrong=_examples(sections.get("反例", ""))[0],
        right=right,
        exceptions=(*(part.strip() for part in joined.get("例外", "").split("；") if part.strip()), *remarks),
        authorities=tuple(regulations()[key] for key in rule.basis if key in regulations()),
        smart="、".join(f"{letter}（{SMART_WORDS.get(letter, letter)}）" for letter in rule.smart),
        words=f"{rule.code} {rule.name} {text}".lower(),
    )


def _joined(text: str) -> str:
    """A paragraph with the line breaks of the source code taken out."""
    return "".join(line.strip() for line in text.strip().splitlines())


def _examples(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The examples, one a clause of the first sentence, and the sentences behind it; brackets hold together."""
    clauses: list[str] = []
    sentences: list[str] = []
    depth, current = 0, ""
    for sign in _joined(text):
        depth += (sign in "（“") - (sign in "）”")
        if sign == "；" and depth <= 0 and not sentences:
            clauses.append(current)
            current = ""
        elif sign == "。" and depth <= 0:
            sentences.append(current)
            current = ""
        else:
            current += sign
    parts = [*sentences, current] if current.strip() else sentences
    clauses, rest = [*clauses, *parts[:1]], [f"{part.strip()}。" for part in parts[1:]]
    return tuple(part.strip() for part in clauses if part.strip()), tuple(rest)


def search(words: str) -> list[RulePage]:
    """The pages in which all words stand, those with the words in code or name first."""
    wanted = words.lower().split()
    found = [page for page in rule_pages().values() if all(word in page.words for word in wanted)]
    return sorted(found, key=lambda page: not all(word in f"{page.code} {page.name}".lower() for word in wanted))
