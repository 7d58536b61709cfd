"""``reviewer explain CODE``: the page of one rule."""

from collections.abc import Iterator
from difflib import get_close_matches
from inspect import cleandoc
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.app import app
from reviewer.cli.complete import complete_codes

if TYPE_CHECKING:
    from reviewer.rules import Rule
    from reviewer.writers.terminal import Line

_GRADES = {"A": "读过原文", "B": "转引自其他资料", "C": "未读原文，请以正式文件为准"}


@app.command("explain")
def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="规则代码，如 QNT201。", autocompletion=complete_codes)],
) -> None:
    """说明一条规则：查什么、为什么、正反例子和依据。"""
    from reviewer.cli.output import print_lines, terminal_width
    from reviewer.errors import ReviewerError
    from reviewer.rules import RULES

    wanted = code.strip().upper()
    if wanted not in RULES:
        near = [c for c in RULES if wanted and c.startswith(wanted)] or get_close_matches(
            wanted, list(RULES), n=3, cutoff=0.5
        )
        near += [r.code for r in RULES.values() if code.strip() and code.strip() in r.name and r.code not in near]
        hint = (
            f"是不是 {'、'.join(f'{c}（{RULES[c].name}）' for c in near[:5])}" if near else "用 reviewer rules 查看全部"
        )
        raise ReviewerError(f"没有代码为“{code}”的规则", "", hint)
    print_lines(_page(RULES[wanted], terminal_width()))


def _paragraphs(page: str) -> list[str]:
    """The page with the line breaks of the source code taken out: a line that ends in mid-sentence goes on."""
    joined: list[str] = []
    for line in cleandoc(page).splitlines():
        goes_on = joined and joined[-1] and joined[-1][-1] not in "。；！？）”：" and line.strip()
        if goes_on and not line.startswith(("检查：", "理由：", "反例：", "正例：", "例外：", "- ", "· ")):
            joined[-1] += line.strip()
        else:
            joined.append(line)
    return joined


def _page(rule: "Rule", width: int) -> Iterator["Line"]:
    from reviewer.taxonomy import regulations
    from reviewer.writers.terminal import Line
    from reviewer.writers.words import SEVERITY_HELP, SEVERITY_WORDS, SMART_WORDS
    from reviewer.writers.wrap import wrap

    smart = "、".join(f"{letter}（{SMART_WORDS.get(letter, letter)}）" for letter in rule.smart)
    yield Line(f"{rule.code} {rule.name}", "title")
    yield Line(f"级别：{SEVERITY_WORDS[rule.severity]}（{SEVERITY_HELP[rule.severity]}）", rule.severity.value)
    yield Line(f"审核方面：{rule.dimension}" + (f"　SMART：{smart}" if smart else ""))
    if rule.categories:
        yield Line(f"适用：{'、'.join(rule.categories)}")
    yield Line("")
    for paragraph in _paragraphs(rule.page):
        body = paragraph.lstrip()
        for text in wrap(body, width, " " * (len(paragraph) - len(body))):
            yield Line(text)
    yield Line("")
    yield Line("依据", "title")
    for key in rule.basis:
        basis = regulations().get(key)
        if basis is None:
            yield Line(f"  {key}")
            continue
        for text in wrap(
            f"{basis.cite}{basis.title if basis.number else ''}（{_GRADES[basis.grade]}）", width, "  · ", "    "
        ):
            yield Line(text)
        if basis.gist:
            for text in wrap(f"大意：{basis.gist}", width, "    "):
                yield Line(text, "dim")
        if basis.url:
            yield Line(f"    {basis.url}", "dim")
