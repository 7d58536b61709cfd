"""Certificate, supervisor's workbook, Anki deck."""

import builtins
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from reviewer.errors import ReviewerError
from reviewer.training.anki import write_deck
from reviewer.training.certificate import certificate, page
from reviewer.training.items import by_code
from reviewer.training.journal import Learner
from reviewer.training.progress import Answer, knowledge
from reviewer.training.report_excel import workbook
from reviewer.training.settings import CLEAN, training

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def answers(codes: Iterable[str], *, each: int = 1, right: bool = True) -> tuple[Answer, ...]:
    return tuple(
        Answer(
            item=f"{code}.x", code=code, found=right, named=right, fixed=None if code == CLEAN else right,
            at=START + timedelta(minutes=n), seconds=30,
        )
        for n, code in enumerate([code for code in codes for _ in range(each)])
    )  # fmt: skip


def test_a_beginner_gets_a_record_that_says_what_is_missing() -> None:
    made = certificate(knowledge(answers(["QNT201"]), START), "张三", "甲县残联")
    assert not made.granted
    text = page(made).decode()
    assert "<h1>学习记录</h1>" in text
    assert "结业证明" not in text
    assert "只是学习记录" in text
    assert text.count("× 未达到") == 3


def test_who_meets_all_conditions_gets_a_certificate() -> None:
    given = answers([*training().codes, CLEAN], each=3)
    made = certificate(knowledge(given, START + timedelta(days=1)), "张三", "甲县残联")
    assert made.granted, made.conditions
    assert "<h1>结业证明</h1>" in page(made).decode()


@pytest.mark.parametrize("spoilt", ["few", "weak", "wolf"])
def test_each_condition_counts(spoilt: str) -> None:
    codes = list(training().codes)
    given = {
        "few": answers([*codes[:10], CLEAN], each=3),
        "weak": answers([*codes, CLEAN], each=3, right=False),
        "wolf": (*answers(codes, each=3), *answers([CLEAN], each=3, right=False)),
    }[spoilt]
    assert not certificate(knowledge(given, START), "张三").granted


def test_names_are_no_markup() -> None:
    text = page(certificate(knowledge([], START), "<script>alert(1)</script>", "<b>")).decode()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


@pytest.fixture(scope="module")
def book() -> Any:
    people = [
        Learner(name="李四", unit="甲县残联", answers=answers(["QNT201", CLEAN, "CAT101"], each=2)),
        Learner(name="=1+1", unit="甲县残联", answers=answers(["QNT201"], right=False), unreadable=3),
        Learner(name="王五", unit="", answers=()),
        Learner(name="赵六", unit="乙县财政局", answers=answers([CLEAN], each=4, right=False)),
    ]
    return load_workbook(io.BytesIO(workbook(people, START + timedelta(days=1))))


def rows(book: Any, sheet: str) -> list[tuple[Any, ...]]:
    return list(book[sheet].iter_rows(values_only=True))


def test_the_workbook_tells_units_and_people(book: Any) -> None:
    assert book.sheetnames == ["单位", "学员", "规则掌握", "薄弱规则", "答题明细"]
    units = {row[0]: row[1:] for row in rows(book, "单位")[1:]}
    assert units["甲县残联"][:3] == (2, 0, 7)
    assert units["甲县残联"][3] == pytest.approx(6 / 7)
    assert units["乙县财政局"][4] == 1.0  # every sound item was marked
    assert units["（未填单位）"][3:] == (None, None)
    people = {row[1]: row for row in rows(book, "学员")[1:]}
    assert people["李四"][2:7] == (6, 1.0, 1.0, 1.0, 0.0)
    assert people["=1+1"][11] == 3
    assert people["王五"][9] is None
    assert people["李四"][7] == f"0/{len(training().codes)}"


def test_a_name_is_no_formula(book: Any) -> None:
    cell = next(c for row in book["学员"].iter_rows() for c in row if c.value == "=1+1")
    assert cell.data_type == "s"


def test_rules_and_answers_are_complete(book: Any) -> None:
    matrix = rows(book, "规则掌握")
    assert len(matrix) == len(training().codes) + 2
    assert matrix[0][2:] == ("王五", "赵六（乙县财政局）", "=1+1（甲县残联）", "李四（甲县残联）")
    assert len(rows(book, "答题明细")) == 1 + 6 + 1 + 4
    weak = rows(book, "薄弱规则")
    assert [row[4] for row in weak[1:]] == sorted(row[4] for row in weak[1:])


def test_an_empty_report_is_a_report() -> None:
    assert rows(load_workbook(io.BytesIO(workbook([], START))), "学员")[0][1] == "学员"


def test_the_deck_holds_front_and_back(tmp_path: Path) -> None:
    pytest.importorskip("genanki", reason="genanki is not installed")
    chosen = [*by_code()["CON402"][:2], *by_code()[CLEAN][:1]]
    path = tmp_path / "deck.apkg"
    assert write_deck(chosen, path) == 3
    with zipfile.ZipFile(path) as package:
        package.extract("collection.anki2", tmp_path)
    with sqlite3.connect(tmp_path / "collection.anki2") as db:
        notes = db.execute("select flds, tags from notes order by id").fetchall()
        models = json.loads(db.execute("select models from col").fetchone()[0])
    assert len(notes) == 3
    name, front, back = notes[0][0].split("\x1f")
    assert name == chosen[0].id
    assert "支出明细不符" not in front and "<table>" in front
    assert "支出明细合计不符" in back and "参考写法" in back
    assert "规则::CON402" in notes[0][1]
    assert "绩效目标审核" in {model["name"] for model in models.values()}
    assert write_deck(chosen, path) == 3  # the same ids: Anki renews its cards


def test_without_genanki_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name == "genanki":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ReviewerError, match="genanki") as raised:
        write_deck([], tmp_path / "x.apkg")
    assert "[anki]" in raised.value.remedy
