"""``reviewer train``: what it writes, and a session from a pipe."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from reviewer.cli import main
from reviewer.training.journal import Journal


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REVIEWER_STATE_DIR", str(tmp_path / "state"))
    return tmp_path


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))


def test_a_session_is_kept(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    type_in(monkeypatch, "0", "", "0", "", "q")
    assert main(["train", "--rule", "qnt201", "--count", "5", "--learner", "张三", "--unit", "甲县残联"]) == 0
    out = capsys.readouterr().out
    assert "第1题，共5题" in out
    assert "这次做了2题" in out
    person = Journal("张三").read()
    assert (person.unit, len(person.answers)) == ("甲县残联", 2)
    assert {a.code for a in person.answers} == {"QNT201"}
    assert len({a.item for a in person.answers}) == 2
    assert main(["train", "--learner", "张三", "--overview"]) == 0
    assert "△ 在学" in capsys.readouterr().out


def test_the_end_of_the_input_ends_the_session(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, "0")
    assert main(["train", "--rule", "QNT201"]) == 0
    assert "没有做题" in capsys.readouterr().out


def test_a_broken_line_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    journal = Journal("本机学员")
    journal.path.parent.mkdir(parents=True)
    journal.path.write_bytes(b'{"item": "x"\n')
    type_in(monkeypatch, "q")
    assert main(["train"]) == 0
    assert "有1行读不出" in capsys.readouterr().out
    assert journal.path.read_bytes().startswith(b'{"item": "x"\n')


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--rule", "CMP007"], "没有练习题"),
        (["--rule", "XYZ"], "没有代码"),
        (["--report", "nowhere/x.xlsx"], "文件夹不存在"),
    ],
)
def test_what_cannot_be_done(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_report_certificate_and_deck(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, "0", "", "q")
    assert main(["train", "--learner", "张三", "--unit", "甲县残联"]) == 0
    report, page, deck = home / "学习情况.xlsx", home / "证明.html", home / "牌组.apkg"
    arguments = ["train", "--learner", "张三", "--report", str(report), "--certificate", str(page)]
    try:
        import genanki  # noqa: F401

        arguments += ["--anki", str(deck), "--rule", "CMP004"]
    except ImportError:
        pass
    assert main(arguments) == 0
    assert load_workbook(report)["学员"]["B2"].value == "张三"
    assert "甲县残联" in page.read_text("utf-8")
    assert "学习记录" in capsys.readouterr().err
    copied = home / "收到的"
    copied.mkdir()
    assert main(["train", "--report", str(report), "--from", str(copied)]) == 0
    assert "0名学员" in capsys.readouterr().err
