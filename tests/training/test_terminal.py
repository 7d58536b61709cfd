"""A session in the terminal, with what the learner types given beforehand."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from rich.cells import cell_len
from rich.console import Console

from reviewer.training import judge
from reviewer.training.items import Item, by_code, catalogue
from reviewer.training.progress import Answer, knowledge
from reviewer.training.settings import CLEAN
from reviewer.training.terminal import Quit, Session

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Typist:
    """Types lines one after the other; then the input ends."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.prompts: list[str] = []

    def __call__(self, prompt: str) -> str:
        self.prompts.append(prompt)
        try:
            return next(self._lines)
        except StopIteration:
            raise EOFError from None


def play(item: Item, *lines: str) -> tuple[Answer, str, Typist]:
    out = io.StringIO()
    typist = Typist(lines)
    ticks = iter((100.0, 142.5))
    session = Session(Console(file=out, width=80, highlight=False), typist, lambda: AT, lambda: next(ticks))
    return session.run(item, "第1题，共1题（入门）"), out.getvalue(), typist


def number_of(item: Item, code: str) -> str:
    return str(judge.choices(item).index(code) + 1)


@pytest.fixture(scope="module")
def vague() -> Item:
    return catalogue()["QNT201.quantity_without_number.a022"]


def test_all_three_right(vague: Item) -> None:
    answer, shown, _ = play(vague, "1c", number_of(vague, "QNT201"), "1c", "=10个")
    assert (answer.found, answer.named, answer.fixed) == (True, True, True)
    assert (answer.at, answer.seconds) == (AT, 42.5)
    assert "√ 位置找对了" in shown
    assert "√ 改对了" in shown
    assert "参考写法" in shown


def test_wrong_input_is_asked_again(vague: Item) -> None:
    answer, shown, _ = play(vague, "?", "9z", "", "3C", "7", "x", number_of(vague, "QNT202"), "9q", "1c", "很多", "")
    assert (answer.found, answer.named, answer.fixed) == (False, False, False)
    assert "没有叫“9z”的格" in shown
    assert "没有问题请输 0" in shown
    assert "请输一个编号" in shown
    assert "有问题的是：1c" in shown
    assert "“9q”不能改" in shown


def test_three_tries(vague: Item) -> None:
    lines = [line for words in ("多", "少", "适量") for line in ("1c", words)]
    answer, _, typist = play(vague, "1c", number_of(vague, "QNT201"), *lines)
    assert answer.fixed is False
    assert sum("要改哪几格" in prompt for prompt in typist.prompts) == 3


def test_nothing_wrong_is_an_answer() -> None:
    answer, shown, _ = play(by_code()[CLEAN][0], "0")
    assert (answer.found, answer.named, answer.fixed) == (True, True, None)
    assert "确实没有问题" in shown


def test_a_row_is_added_and_one_left_out() -> None:
    missing = catalogue()["REL301.task_added_to_goal.forest-fire-1"]
    answer, _, _ = play(missing, "x", number_of(missing, "REL301"), "+", "1", "应急演练次数", "≥2次")
    assert answer.fixed
    alien = next(i for i in by_code()["REL302"] if i.may_be_empty)
    row = judge.key_findings(alien)[0].indicator_id or ""
    number = row.split(".")[1]
    answer, shown, _ = play(alien, f"{number}b", number_of(alien, "REL302"), f"{number}-")
    assert answer.fixed
    assert "删去这一行" in shown


@pytest.mark.parametrize("lines", [["q"], [], ["1c", "q"]])
def test_the_learner_may_stop_at_any_time(vague: Item, lines: list[str]) -> None:
    with pytest.raises(Quit):
        play(vague, *lines)


@pytest.mark.parametrize("code", ["QNT201", "CON402", "REL303", "REL304", CLEAN])
def test_everything_fits_into_80_columns(code: str) -> None:
    for item in by_code()[code][:2]:
        lines = ["0"] if code == CLEAN else ["0", ""]
        _, shown, _ = play(item, *lines)
        assert max(cell_len(line) for line in shown.splitlines()) <= 80, item.id


def test_a_gbk_console_can_show_it_all() -> None:
    for code in ("QNT201", "CON403", CLEAN):
        item = by_code()[code][0]
        _, shown, _ = play(item, *(["0"] if code == CLEAN else ["0", ""]))
        own = shown.replace("≥", "").replace("·", "")
        own.encode("gb18030")
        marks = set("√×○△┌┬┐│├┼┤└┴┘─═〔〕【】［］｜→")
        assert {c for c in shown if c in marks} == {c for c in shown if c in marks and c.encode("gbk")}


def test_markup_in_a_filing_stays_words(vague: Item) -> None:
    row = vague.content.forms[0].rows[0].model_copy(update={"name": "[red]入股[/red]合作社[个数]"})
    form = vague.content.forms[0].model_copy(update={"rows": (row, *vague.content.forms[0].rows[1:])})
    item = vague.model_copy(update={"content": vague.content.model_copy(update={"forms": (form,)})})
    _, shown, _ = play(item, "0", "")
    assert "[red]" in shown


def test_the_overview_fits_too() -> None:
    out = io.StringIO()
    Session(Console(file=out, width=80, highlight=False)).overview(knowledge([], AT))
    lines = out.getvalue().splitlines()
    assert len(lines) >= 38
    assert max(map(cell_len, lines)) <= 80
