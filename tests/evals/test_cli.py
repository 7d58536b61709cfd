"""``reviewer eval`` from outside: exit codes, formats, comparison, people's decisions."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from reviewer.cli import main
from tests.evals.test_sets import CASE, SETTINGS, write


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["eval", *arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_floors_decide_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    floor = "floors: [{{scorer: findings, figure: recall, min: {}}}]\n"
    write(tmp_path / "own", SETTINGS + floor.format("0.9"))
    code, out, _ = run(capsys, "own", "--set-path", str(tmp_path))
    assert code == 0
    assert "1 项下限全部达到" in out
    missed = {**CASE, "labels": [*CASE["labels"], {"target": "F1.1", "code": "QNT203"}]}
    write(tmp_path / "own", SETTINGS + floor.format("0.9"), [missed])
    code, out, _ = run(capsys, "own", "--set-path", str(tmp_path), "--misses", "3")
    assert code == 1
    assert "没有达到下限" in out
    assert "漏报 QNT203 c1 F1.1" in out


def test_a_broken_set_is_exit_2_and_names_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "own", SETTINGS, [CASE, CASE])
    code, out, err = run(capsys, "own", "--set-path", str(tmp_path))
    assert (code, out) == (2, "")
    assert "第2行" in err
    assert "Traceback" not in err


def test_json_is_stable_and_can_be_compared_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "own")
    kept = tmp_path / "kept.json"
    arguments = ("own", "--set-path", str(tmp_path))
    assert run(capsys, *arguments, "-f", "json", "-o", str(kept))[0] == 0
    assert run(capsys, *arguments, "-f", "json")[1] == kept.read_text("utf-8")
    assert json.loads(kept.read_text("utf-8"))["sets"][0]["id"] == "own"
    code, out, _ = run(capsys, *arguments, "--against", str(kept))
    assert code == 0
    assert "没有变化" in out


def test_against_something_that_is_neither_file_nor_revision(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "own")
    for against in ("no-such-revision", "--output=x"):
        code, _, err = run(capsys, "own", "--set-path", str(tmp_path), f"--against={against}")
        assert code == 2
        assert "--against" in err


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_against_a_revision(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "own")
    assert run(capsys, "own", "--set-path", str(tmp_path), "--update-baseline")[0] == 0
    assert (folder / "baseline.json").is_file()
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "x"], check=True)
    (folder / "baseline.json").unlink()
    code, out, _ = run(capsys, "own", "--set-path", str(tmp_path), "--against", "HEAD")
    assert code == 0
    assert "没有变化" in out


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_each_engine_is_held_against_its_own_baseline_of_a_revision(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.evals.test_suggestions import write as write_suggestions

    folder = write_suggestions(tmp_path / "own").folder
    assert run(capsys, "own", "--set-path", str(tmp_path), "--update-baseline")[0] == 0
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(tmp_path)]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], check=True)
    for engine in ("rules", "bank"):
        (folder / f"baseline-{engine}.json").unlink()
    code, out, _ = run(capsys, "own", "--set-path", str(tmp_path), "--against", "HEAD")
    assert code == 0
    assert out.count("没有变化") == 2


def test_markdown_says_how_labels_were_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "own", SETTINGS.replace("labelled: 自己", "labelled: 两人分别标注"))
    code, out, _ = run(capsys, "own", "--set-path", str(tmp_path), "-f", "markdown")
    assert code == 0
    assert "标注：两人分别标注" in out
    assert "| QNT202 | 1.000" in out


DECISIONS = [
    ("F1.2", "QNT202", "confirm", "甲"),
    ("F1.2", "QNT202", "confirm", "乙"),
    ("F1.1", "QNT204", "confirm", "甲"),
    ("F1.1", "QNT204", "reject", "乙"),
    ("F1", "CMP001", "reject", "甲"),
    ("F1", "CMP001", "reject", "乙"),
]


def decisions(folder: Path) -> Path:
    (folder / "a.csv").write_text(
        "一级指标,二级指标,三级指标,指标值\n产出指标,数量指标,培训人数,150人\n产出指标,质量指标,培训合格率,稳步提升\n",
        "utf-8",
    )
    path = folder / "decisions.jsonl"
    lines = [
        {"file": "a.csv", "target": target, "code": code, "decision": decision, "by": by}
        for target, code, decision, by in DECISIONS
    ]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    return path


def test_agreement_of_decisions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--agreement", str(decisions(tmp_path)))
    assert code == 0
    assert "标注相同：0.667" in out
    # Both yes 1, both no 1, one differs: observed 2/3, expected (2·1 + 1·2)/9.
    assert "Cohen's κ：0.400" in out


def test_decisions_become_a_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = tmp_path / "made"
    code, _, _ = run(capsys, "--agreement", str(decisions(tmp_path)), "--make-set", str(made))
    assert code == 0
    [case] = [json.loads(line) for line in (made / "cases.jsonl").read_text("utf-8").splitlines()]
    assert case["labels"] == [
        {"target": "F1.1", "code": "QNT204", "required": False},
        {"target": "F1.2", "code": "QNT202"},
    ]
    code, out, _ = run(capsys, "own", "--set-path", str(made))
    assert code == 0
    assert "QNT202" in out
    code, _, err = run(capsys, "--agreement", str(tmp_path / "decisions.jsonl"), "--make-set", str(made))
    assert code == 2
    assert "不是空的" in err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"file": "a.csv"', "不是有效的 JSON"),
        ('{"file": "a.csv", "target": "F1", "code": "CMP001", "decision": "maybe", "by": "甲"}', "decision"),
        ('{"file": "a.csv", "target": "F1", "code": "XYZ1", "decision": "add", "by": "甲"}', "代码“XYZ1”不存在"),
        ('{"file": "a.csv", "target": "F1", "code": "CMP001", "decision": "add", "by": "甲"}', "只有一个标注人"),
    ],
)
def test_broken_decisions(line: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text(line, "utf-8")
    code, _, err = run(capsys, "--agreement", str(path))
    assert code == 2
    assert said in err
