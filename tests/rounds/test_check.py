"""Before handing in: the light, what to do, what was cleared; and what is kept of it."""

import json
import os
import stat
from pathlib import Path

import pytest

from reviewer.cli import main
from reviewer.pipeline import review
from reviewer.records import Severity
from reviewer.rounds.check import Light, check
from reviewer.rounds.memory import recall
from reviewer.writers.view import views

_HEAD = (
    "项目支出绩效目标申报表,,,\n项目名称,农技推广培训,,\n项目资金,12万元,,\n"
    "年度绩效目标,举办农技推广培训3场，培训农户150人。,,\n"
)
_GOOD = (
    "一级指标,二级指标,三级指标,指标值\n"
    "产出指标,数量指标,举办农技推广培训场次,≥3场\n"
    "产出指标,数量指标,农技推广培训农户人数,≥150人\n"
    "产出指标,质量指标,培训合格率,≥95%\n"
    "产出指标,时效指标,培训完成时间,2023年12月底前\n"
    "产出指标,成本指标,培训总成本,≤12万元\n"
    "效益指标,社会效益指标,农户技术知晓率,≥90%\n"
    "满意度指标,服务对象满意度指标,参训农户满意度,≥90%\n"
)


def _file(folder: Path, *changes: tuple[str, str]) -> Path:
    text = _GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "申报表.csv"
    path.write_text(_HEAD + text, encoding="utf-8")
    return path


def _light(path: Path) -> Light:
    (view,) = views(review(path, engines=("rules",)))
    return check(view, None).light


def test_red_yellow_green(tmp_path: Path) -> None:
    assert _light(_file(tmp_path, ("培训合格率,≥95%", "培训合格率,稳步提升"))) is Light.RED
    assert _light(_file(tmp_path, ("农户技术知晓率,≥90%", "农户技术知晓率,不断提高"))) is Light.YELLOW
    path = _file(tmp_path)
    found = [f for f in review(path).filings[0].findings if f.severity is not Severity.INFO]
    assert found == []
    assert _light(path) is Light.GREEN


def test_what_could_not_be_checked_is_never_green(tmp_path: Path) -> None:
    from reviewer.records import Unread

    (view,) = views(review(_file(tmp_path), engines=("rules",)))
    filing = view.item.filing.model_copy(update={"unread": (Unread(text="图片", reason="没有识别出文字"),)})
    report = view.report.model_copy(update={"filings": (view.item.model_copy(update={"filing": filing}),)})
    (blind,) = views(report)
    done = check(blind, None)
    assert done.light is Light.YELLOW and "人工核对" in done.verdict
    assert done.gaps == ("“图片”没有读出：没有识别出文字",)


def test_the_list_holds_every_finding_the_worst_first(word: Path) -> None:
    (view,) = views(review(word, engines=("rules",)))
    done = check(view, None)
    todos = [t for step in done.steps for group in step.groups for t in group.todos]
    assert [step.severity for step in done.steps] == list(Severity)
    assert sum(t.clears for t in todos) == len(view.item.findings)
    assert [t.number for t in todos] == list(range(1, len(todos) + 1))
    assert all(t.do and t.where for t in todos)
    assert done.safe == 8


def test_a_second_check_tells_what_was_cleared(word: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(word)]) == 1
    out = capsys.readouterr().out
    assert "红灯" in out and "--safe" in out and "和上次" not in out
    assert main(["apply", str(word), "--safe"]) == 0
    capsys.readouterr()
    assert main(["check", str(word)]) == 1
    out = capsys.readouterr().out
    assert "改好 8 处，还剩 68 处，新出现 0 处" in out
    assert "√ 改好　指标归类错误　表7 第14行" in out


def test_what_is_spoilt_since_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(_file(tmp_path))]) == 0
    path = _file(tmp_path, ("培训合格率,≥95%", "培训合格率,稳步提升"))
    capsys.readouterr()
    assert main(["check", str(path), "--format", "json"]) == 1
    done = json.loads(capsys.readouterr().out)
    assert done["light"] == "red"
    assert [text.partition("　")[0] for text in done["fresh"]] == ["质量指标不可衡量"]


def test_a_waiver_is_no_progress(word: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(word)]) == 1
    assert main(["decide", str(word), "QNT202@F1.2", "reject", "--reason", "定性", "--reviewer", "张三"]) == 0
    capsys.readouterr()
    assert main(["check", str(word), "-f", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["cleared"] == []


def test_what_is_kept_is_little_and_private(word: Path, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(p.name for p in word.parent.iterdir())
    assert main(["check", str(word)]) == 1
    assert sorted(p.name for p in word.parent.iterdir() if p != state) == [n for n in before if n != state.name]
    (kept,) = (state / "checks").iterdir()
    if os.name == "posix":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    text = kept.read_text("utf-8")
    report = review(word).filings[0]
    goals = [o.text for f in report.filing.forms for o in f.objectives if len(o.text) > 20]
    assert goals and not any(goal in text for goal in goals)
    assert report.filing.org not in text and word.stem not in kept.name
    assert main(["check", str(word), "--forget"]) == 0
    assert not kept.exists()
    assert main(["check", str(word), "--no-remember"]) == 1
    assert recall(word) is None


def test_a_memory_that_is_broken_is_no_memory(word: Path, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(word)]) == 1
    (kept,) = (state / "checks").iterdir()
    kept.write_text("{", encoding="utf-8")
    capsys.readouterr()
    assert main(["check", str(word)]) == 1
    assert "和上次" not in capsys.readouterr().out


def test_formats_and_files(word: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "自查.html"
    assert main(["check", str(word), "--output", str(page)]) == 1
    text = page.read_text("utf-8")
    assert "红灯" in text and "第一步" in text and "<script" not in text
    plain = tmp_path / "自查.txt"
    assert main(["check", str(word), "-o", str(plain)]) == 1
    assert "□" in plain.read_text("utf-8")
    assert main(["check", str(tmp_path / "没有.docx")]) == 2
    assert main(["check", str(word), "-o", str(word)]) == 2


def test_compare_by_command(word: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = tmp_path / "二稿.docx"
    assert main(["apply", str(word), "--safe", "-o", str(new)]) == 0
    capsys.readouterr()
    assert main(["compare", str(word), str(new)]) == 1
    assert "上一轮 76 条：已改 8，未改 68；这一轮另有新增 0，改坏 0。" in capsys.readouterr().out
    assert main(["compare", str(word), str(new), "-f", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["counts"]["fixed"] == 8 and len(data["findings"]) == 76
    for name in ("对照.html", "对照.txt", "对照.json", "复核意见书.docx"):
        assert main(["compare", str(word), str(new), "-o", str(tmp_path / name)]) == 1
        assert (tmp_path / name).stat().st_size > 1000
    assert "<script" not in (tmp_path / "对照.html").read_text("utf-8")
    assert main(["compare", str(word), str(new), "-f", "docx"]) == 2
    assert main(["compare", str(word), str(tmp_path / "没有.docx")]) == 2


def test_decisions_of_the_first_round_hold_in_the_second(
    word: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = tmp_path / "二稿.docx"
    new.write_bytes(word.read_bytes())
    assert main(["decide", str(word), "QNT202@F1.2", "reject", "--reason", "定性", "--reviewer", "张三"]) == 0
    capsys.readouterr()
    assert main(["compare", str(word), str(new), "-f", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["counts"]["open"] == 75 and data["counts"]["fixed"] == 0
