"""A check in plain text, as JSON, and as a page."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from reviewer.rounds.check import LIGHT_WORDS, Checked, Light, Todo
from reviewer.rounds.pages import page
from reviewer.writers.terminal_suggestions import WIDTH, Line, wrapped
from reviewer.writers.view import FilingView
from reviewer.writers.words import aside_notice, one_line, shown

_STYLES = {Light.RED: "error", Light.YELLOW: "warn", Light.GREEN: "title"}
_CLEARED_SHOWN = 12
READING = (
    "怎么看：“第几行”是表格从上往下数的行（Excel 就是左边的行号）；“可写成”是改好的样子，可以照抄；"
    "【待填】是只有你们单位知道的数，填上实际的；改完一条，在□里打勾。"
)


def lines(done: Checked, view: FilingView, width: int = WIDTH) -> Iterator[Line]:
    """The check in plain text."""
    yield from wrapped(one_line(view.item.filing.source), width, style="title")
    yield from wrapped(f"● {LIGHT_WORDS[done.light]}　{done.verdict}。", width, style=_STYLES[done.light])
    if view.item.aside:
        yield from wrapped(aside_notice(view.item.aside), width, "  ", style="warn")
    yield from _since(done, width)
    if done.safe:
        command = f"reviewer apply {argument(view.item.filing.source)} --safe"
        text = f"先让程序改：{done.safe} 处改法不改变原意，运行 {command} 一步改好，再查一遍。"
        yield from wrapped(text, width, "  ")
    if done.steps:
        yield from wrapped(READING, width, "  ", style="dim")
    for number, step in enumerate(done.steps, 1):
        yield Line("")
        yield from wrapped(f"第{'一二三'[number - 1]}步　{step.title}（{step.count} 处）", width, style="title")
        for group in step.groups:
            yield from wrapped(group.title, width, "  ", "    ")
            for todo in group.todos:
                yield from _todo(todo, width, step.severity.value)
    if done.gaps:
        yield Line("")
        yield Line("没有查成、没有读出的（不算通过，请人工核对）", "title")
        for gap in done.gaps:
            yield from wrapped(gap, width, "  ? ")
    if done.steps:
        yield Line("")
        yield from wrapped(f"想知道某条的理由和正确写法：reviewer explain {_first(done)}", width, style="dim")
        again = f"改完存盘、关闭文件，再运行 reviewer check {argument(view.item.filing.source)}，会说改好了哪些。"
        yield from wrapped(again, width, style="dim")


def argument(name: str) -> str:
    """A file's name as it is written on a command line."""
    clean = shown(name).replace("\n", " ")
    return f'"{clean}"' if " " in clean else clean


def _first(done: Checked) -> str:
    return done.steps[0].groups[0].todos[0].code


def _todo(todo: Todo, width: int, style: str) -> Iterator[Line]:
    head = f"{todo.number}. □ "
    yield from wrapped(f"{todo.where}：{todo.do}" if todo.where else todo.do, width, f"  {head}", style=style)
    yield from wrapped(todo.why, width, "       ", style="dim")
    for how in todo.how:
        yield from wrapped(how, width, "       可写成：")


def _since(done: Checked, width: int) -> Iterator[Line]:
    if not done.since:
        return
    when = done.since.replace("T", " ")[:16]
    told = f"和上次（{when}）比：改好 {len(done.cleared)} 处，还剩 {done.left} 处，新出现 {len(done.fresh)} 处。"
    yield from wrapped(told, width, "  ")
    for sign, items in (("√ 改好", done.cleared), ("＋ 新出现", done.fresh)):
        for item in items[:_CLEARED_SHOWN]:
            yield from wrapped(item, width, f"    {sign}　", style="dim")
        if len(items) > _CLEARED_SHOWN:
            yield Line(f"    ……等 {len(items)} 处", "dim")


def as_json(done: Checked, view: FilingView) -> bytes:
    """The check as JSON."""
    data = {
        "schema_version": 1,
        "source": view.item.filing.source,
        "light_words": LIGHT_WORDS[done.light],
        "aside": aside_notice(view.item.aside),
        **asdict(done),
    }
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode("utf-8", errors="replace")


def as_html(done: Checked, view: FilingView) -> bytes:
    """The check as a page to print and tick off."""
    return page(
        "check.html",
        done=done,
        source=one_line(view.item.filing.source),
        argument=argument(view.item.filing.source),
        light_words=LIGHT_WORDS[done.light],
        reading=READING,
        aside=aside_notice(view.item.aside),
        since=done.since.replace("T", " ")[:16],
    )
