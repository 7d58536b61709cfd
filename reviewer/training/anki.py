"""The items as a deck for Anki: the filing on the front, what is wrong and how to mend it on the back."""

import html
from collections.abc import Callable, Iterable
from pathlib import Path

from reviewer.errors import ReviewerError
from reviewer.training import answering, judge
from reviewer.training.items import Item
from reviewer.training.scene import CellView, FormView, view
from reviewer.training.settings import CLEAN

# Numbers that tell this deck and its kind of note from all others; Anki asks that they never change.
_DECK, _MODEL = 1864202351, 1710042863
_STYLE = """
.card { font-family: "Microsoft YaHei", "PingFang SC", sans-serif; font-size: 16px; line-height: 1.5; text-align: left }
table { border-collapse: collapse; margin: 6px 0 }
td, th { border: 1px solid #999; padding: 2px 6px; vertical-align: top }
.key { font-weight: bold } .muted { color: #666; font-size: 13px }"""


def write_deck(items: Iterable[Item], path: Path, step: Callable[[], object] = lambda: None) -> int:
    """Write the deck; the number of notes.

    Args:
        path: the ``.apkg`` file.
        step: called after each item.

    Raises:
        ReviewerError: genanki is not installed, or the file cannot be written.
    """
    try:
        import genanki
    except ImportError:
        raise ReviewerError(
            "导出 Anki 牌组需要 genanki，还没有安装", "", '安装：python -m pip install "indicator-reviewer[anki]"'
        ) from None
    model = genanki.Model(
        _MODEL,
        "绩效目标审核",
        fields=[{"name": "题号"}, {"name": "表"}, {"name": "答案"}],
        templates=[
            {
                "name": "找问题",
                "qfmt": '<p class="key">这里有没有问题？有的话在哪一格，是哪一类，怎么改？</p>{{表}}',
                "afmt": "{{FrontSide}}<hr id=answer>{{答案}}",
            }
        ],
        css=_STYLE,
        sort_field_index=0,
    )
    deck = genanki.Deck(_DECK, "绩效目标审核")
    count = 0
    for item in items:
        if judge.agrees(item):
            tags = [f"规则::{item.code}" if item.code != CLEAN else "没有问题", f"级::{item.level}"]
            fields = [html.escape(item.id), "".join(_form(form) for form in view(item.content)), _back(item)]
            deck.add_note(genanki.Note(model=model, fields=fields, tags=tags, guid=genanki.guid_for(item.id)))
            count += 1
        step()
    try:
        genanki.Package(deck).write_to_file(str(path))
    except OSError as error:
        raise ReviewerError(f"牌组没有写成（{error.strerror or error}）", str(path), "换一个可以写入的位置") from None
    return count


def _form(form: FormView) -> str:
    lines = [f"<b>{html.escape(form.title.text)}</b>"]
    lines += [f"<br>{html.escape(cell.label)}：{html.escape(cell.text or '（空）')}" for cell in form.head]
    for columns, rows in (
        (form.columns, form.rows),
        (form.cost_columns, form.costs),
        (form.project_columns, form.projects),
    ):
        if rows:
            lines.append(_table(columns, rows))
    return "".join(lines)


def _table(columns: Iterable[str], rows: Iterable[tuple[CellView, ...]]) -> str:
    head = "".join(f"<th>{html.escape(heading)}</th>" for heading in columns)
    body = []
    for row in rows:
        cells = [html.escape(cell.text) for cell in row]
        if len(row) == 1:  # the total under the amounts
            cells = ["合计", "", *cells]
        body.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    return f"<table><tr>{head}</tr>{''.join(body)}</table>"


def _back(item: Item) -> str:
    told = judge.explain(item)
    code = "" if item.code == CLEAN else f"（{item.code}）"
    parts = [f'<p class="key">{judge.name_of(item.code)}{code}</p>']
    parts += [f"<p>{html.escape(message)}</p>" for message in told.messages[:2]]
    parts += [f"<p>这一行还有：{html.escape(message)}</p>" for message in told.besides]
    parts.append(f"<p>{html.escape(told.reason)}</p>")
    for change in answering.reference(item):
        after = html.escape(change.after) or "（删去这一行）"
        parts.append(f"<p>参考写法（{html.escape(change.where)}）：{html.escape(change.before)} → <b>{after}</b></p>")
    parts.append(f'<p class="muted">{html.escape("；".join(told.basis))}</p>')
    return "".join(parts)
