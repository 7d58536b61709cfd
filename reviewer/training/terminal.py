"""A session in the terminal: the filing drawn in 80 columns, cells named like those of a sheet (3c)."""

import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from reviewer.taxonomy import CATEGORIES
from reviewer.training import answering, judge
from reviewer.training.items import Item
from reviewer.training.judge import Diagnosis, Mending
from reviewer.training.places import row_number
from reviewer.training.progress import STATE_SIGNS, STATE_WORDS, Answer, Knowledge, masteries
from reviewer.training.scene import CellView, FormView, view
from reviewer.training.settings import CLEAN, LEVEL_WORDS
from reviewer.writers.wrap import wrap

_TRIES = 3
_HELP = """格的叫法：指标表“第3行第c列”是 3c；表头是 t1、t2…；支出明细是 z1c；汇总表是 p1c；说整张表缺了东西是 x。
有几处就用空格隔开，如：3c 5b。没有问题输 0。输 q 随时退出，做过的题已经记下。"""


class Quit(Exception):
    """The learner wants to stop."""


class Names:
    """Short names of cells, and back."""

    def __init__(self, forms: Iterable[FormView]) -> None:
        self.of: dict[str, str] = {}
        counts = {"t": 0, "": 0, "z": 0, "p": 0, "x": 0}
        for form in forms:
            counts["x"] += 1
            self.of[form.path] = f"x{counts['x']}"
            for cell in (form.title, *form.head):
                counts["t"] += 1
                self.of[cell.path] = f"t{counts['t']}"
            for kind, table in (("", form.rows), ("z", form.costs), ("p", form.projects)):
                for row in table:
                    counts[kind] += 1
                    for n, cell in enumerate(row):
                        self.of[cell.path] = f"{kind}{counts[kind]}{chr(ord('a') + n)}"
        self.path = {name: path for path, name in self.of.items()}
        self.path |= {"x": self.path["x1"]}

    def parse(self, typed: str) -> tuple[list[str], list[str]]:
        """Paths of the cells typed, and the words that name none."""
        words = [w for w in re.split(r"[\s,，、;；]+", typed.strip().lower()) if w and w != "0"]
        return [self.path[w] for w in words if w in self.path], [w for w in words if w not in self.path]


class Session:
    """Items one after the other.

    Args:
        console: where it is shown.
        ask: asks a line of the learner.
        clock: today's time; seconds that only run forward.
    """

    def __init__(
        self,
        console: Console,
        ask: Callable[[str], str] = input,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self.console = console
        self._ask = ask
        self._clock = clock
        self._stopwatch = stopwatch

    def run(self, item: Item, title: str) -> Answer:
        """One item: find, name, mend, explain.

        Raises:
            Quit: the learner stops; nothing of this item counts.
        """
        started = self._stopwatch()
        forms = view(item.content)
        names = Names(forms)
        self.console.rule(escape(title), align="left", characters="=")
        for form in forms:
            self._draw(form, names)
        marks = self._marks(names)
        code = self._code(item) if marks else CLEAN
        diagnosis = judge.diagnose(item, marks, code)
        self._say(diagnosis, names)
        mending = self._mend(item, names) if item.code != CLEAN else None
        self._explain(item)
        return answering.answer_of(item, diagnosis, mending, self._clock(), round(self._stopwatch() - started, 1))

    def overview(self, known: Knowledge) -> None:
        """How well each rule is known."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for heading in ("规则", "名称", "级", "答题", "近期得分", "状态", "下次复习"):
            table.add_column(heading, no_wrap=heading != "名称")
        for m in masteries(known):
            due = "" if m.due is None else "现在" if m.due <= known.now else f"{m.due.astimezone():%m月%d日}"
            share = f"{m.share:.0%}" if m.answers else ""
            state = f"{STATE_SIGNS[m.state]} {STATE_WORDS[m.state]}"
            table.add_row(
                "—" if m.code == CLEAN else m.code,
                m.name,
                LEVEL_WORDS[m.level],
                str(m.answers or ""),
                share,
                state,
                due,
            )
        self.console.print(table)

    def ask(self, prompt: str) -> str:
        """A line; ``q`` and the end of the input stop the session.

        Raises:
            Quit: the learner stops.
        """
        try:
            typed = self._ask(prompt).strip()
        except EOFError:
            raise Quit from None
        if typed.lower() == "q":
            raise Quit
        return typed

    # --- drawing -----------------------------------------------------------------------------------------------

    def _draw(self, form: FormView, names: Names) -> None:
        for cell in (form.title, *form.head):
            self._words(f"{names.of[cell.path]:<4}{cell.label}：{cell.text or '（空）'}", indent=4)
        for columns, rows in (
            (form.columns, form.rows),
            (form.cost_columns, form.costs),
            (form.project_columns, form.projects),
        ):
            if rows:
                self._table(columns, rows, names)

    def _table(self, columns: tuple[str, ...], rows: tuple[tuple[CellView, ...], ...], names: Names) -> None:
        table = Table(box=box.SQUARE, show_lines=False, padding=(0, 1, 0, 0))
        table.add_column("", style="cyan", no_wrap=True)
        for n, heading in enumerate(columns):
            table.add_column(f"{chr(ord('a') + n)} {heading}", overflow="fold")
        for row in rows:
            total = len(row) == 1 and len(columns) > 1
            name = names.of[row[0].path]
            cells = [escape(c.text) for c in row]
            table.add_row(name if total else name[:-1], *(["", "合计", *cells] if total else cells))
        self.console.print(table)

    # --- asking ------------------------------------------------------------------------------------------------

    def _marks(self, names: Names) -> list[str]:
        while True:
            typed = self.ask("有问题的格（如 3c，没有问题输 0，? 看说明，q 退出）：")
            if typed in ("?", "？"):
                self.console.print(_HELP)
                continue
            found, unknown = names.parse(typed)
            if unknown or not typed:
                said = f"没有叫“{'、'.join(unknown)}”的格。" if unknown else "没有问题请输 0。"
                self.console.print(f"{said}要写到格，如 3c。", style="yellow")
                continue
            return found

    def _code(self, item: Item) -> str:
        offered = judge.choices(item)
        for n, code in enumerate(offered, 1):
            self.console.print(f"  {n} {judge.name_of(code)}", highlight=False)
        while True:
            typed = self.ask(f"是哪一类问题（1—{len(offered)}）：")
            if typed.isdecimal() and 1 <= int(typed[:9]) <= len(offered):
                return offered[int(typed) - 1]
            self.console.print("请输一个编号。", style="yellow")

    def _say(self, diagnosis: Diagnosis, names: Names) -> None:
        for right, said in zip((diagnosis.found, diagnosis.named), diagnosis.said, strict=False):
            self._line(right, said)
        if not diagnosis.found and diagnosis.places:
            where = "、".join(names.of[path] for path in diagnosis.places[:6])
            self.console.print(f"  有问题的是：{where}", highlight=False)

    def _line(self, right: bool, said: str) -> None:
        self._words(f"{'√' if right else '×'} {said}", "green" if right else "red", indent=2)

    def _mend(self, item: Item, names: Names) -> Mending | None:
        """Up to three tries; None when the learner wants to see the reference at once."""
        cells = {names.of[cell.path]: cell for cell in answering.open_cells(item)}
        done: Mending | None = None
        texts: dict[str, str] = {}
        for _ in range(_TRIES):
            added = self._rewrite(item, cells, texts)
            if added is None:
                return done
            done = judge.mend(item, answering.edits_of(item, texts, added))
            if done.right:
                self._line(True, "改对了：原来的问题没有了，也没有新的问题。")
                for remark in done.remarks:
                    self.console.print(f"  提醒：{remark}", highlight=False)
                return done
            for said in (*done.left, *done.fresh):
                self._line(False, said)
        return done

    def _rewrite(self, item: Item, cells: dict[str, CellView], texts: dict[str, str]) -> dict[str, str] | None:
        """Asks for the cells to change and their new words; the row to add, {} for none; None to give up."""
        columns = answering.adds_row(item)
        more = "，新增一行输 +" if columns else "，删去一行输 3-" if item.may_be_empty else ""
        typed = self.ask(f"要改哪几格（可改 {' '.join(cells) or '无'}{more}；直接回车看参考答案）：")
        if not typed:
            return None
        if typed == "+" and columns:
            return {key: self._new(key, answering.COLUMN_WORDS[key], "") for key in columns}
        for word in re.split(r"[\s,，、]+", typed.lower()):
            if word.endswith("-"):
                rows = {row_number(c.path) for name, c in cells.items() if re.sub(r"[a-z]$", "", name) == word[:-1]}
                texts.update({c.path: "" for c in cells.values() if row_number(c.path) in rows - {None}})
            elif word in cells:
                cell = cells[word]
                is_heading = cell.path.endswith("/level2")
                texts[cell.path] = self._new(
                    "level2" if is_heading else "", f"{word} {cell.label}", texts.get(cell.path, cell.text)
                )
            else:
                self.console.print(f"“{word}”不能改。", style="yellow")
        return {}

    def _new(self, key: str, label: str, before: str) -> str:
        if key != "level2":
            return self.ask(f"  {label}［{before or '空'}］改为：")
        for n, category in enumerate(CATEGORIES, 1):
            self.console.print(f"  {n} {category}", highlight=False)
        while True:
            typed = self.ask(f"  {label}［{before or '空'}］改为（1—{len(CATEGORIES)}）：")
            if typed.isdecimal() and 1 <= int(typed[:9]) <= len(CATEGORIES):
                return CATEGORIES[int(typed) - 1]

    def _explain(self, item: Item) -> None:
        told = judge.explain(item)
        for message in told.messages[:2]:
            self._words(f"引擎的意见：{message}")
        for message in told.besides:
            self._words(f"这一行还有：{message}")
        if told.reason:
            self._words(f"为什么：{told.reason}")
        for change in answering.reference(item):
            after = change.after or "（删去这一行）"
            self._words(f"参考写法（{change.where}）：{change.before or '（没有）'} → {after}", "green")
        for other in item.others:
            self._words(f"也可以：{other}", "green")
        if told.basis:
            self._words("；".join(told.basis), "dim")
        self.console.print()

    def _words(self, words: str, style: str = "", indent: int = 0) -> None:
        """Running text, broken as Chinese is; later lines indented."""
        lines = wrap(words, self.console.width - 1, "", " " * indent)
        self.console.print(Text("\n".join(lines), style=style))
