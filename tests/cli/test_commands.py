"""The other commands, usage errors in Chinese, completion and start-up."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer import RULES, pipeline
from reviewer.cli import main
from reviewer.errors import ReviewerError

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "jieba", "langchain", "langchain_core", "langchain_openai", "openai", "docx", "openpyxl", "pdfplumber", "pandas",
    "python_calamine", "rapidocr_onnxruntime",
)  # fmt: skip


def test_rules_lists_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    out = capsys.readouterr().out
    assert all(f"{rule.code}  " in out and rule.name in out for rule in RULES.values())


def test_rules_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [r["code"] for r in rows] == list(RULES)
    assert {r["severity"] for r in rows} <= {"error", "warn", "info"}


@pytest.mark.parametrize("code", list(RULES))
def test_explain_shows_page_and_authorities(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", code.lower()]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{code} {RULES[code].name}\n")
    assert all(f"{part}：" in out for part in ("检查", "理由", "反例", "正例"))
    authorities = out.rpartition("\n依据\n")[2]
    assert authorities.count("  · ") == len(RULES[code].basis)
    assert "读过原文" in authorities or "未读原文" in authorities or "转引" in authorities


@pytest.mark.parametrize(("code", "near"), [("QNT2O1", "QNT201"), ("qnt20", "QNT201"), ("满意度", "QNT206")])
def test_explain_suggests_near_codes(code: str, near: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", code]) == 2
    error = capsys.readouterr().err
    assert f"没有代码为“{code}”的规则" in error
    assert near in error


def test_schema_is_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"schema_version", "filings", "failures"} <= set(schema["required"])


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("reviewer")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["review"], "缺少参数 PATH"),
        (["explain"], "缺少参数 CODE"),
        (["explan", "CAT101"], "没有“explan”这个命令，是不是 'explain'"),
        (["review", "x.csv", "--fromat", "json"], "没有选项“--fromat”，是不是 --format"),
        (
            ["review", "x.csv", "--format", "pdf"],
            "没有 'pdf'，可选 'text', 'json', 'html'",
        ),
        (["review", "x.csv", "--year", "二〇二四"], "要写整数"),
        (["review", "x.csv", "--year", "3"], "1990"),
        (["review", "x.csv", "--output"], "后面要跟一个值"),
        (["rules", "extra"], "多余的参数：extra"),
    ],
)
def test_usage_errors_are_chinese(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.err.startswith("用法有误：")
    assert "--help 看用法。" in captured.err
    shown = captured.err.replace("sarif", "").replace("junit", "").replace("markdown", "")
    english = set(re.findall(r"[a-z]{4,}", shown)) - set(re.findall(r"[a-z]+", " ".join(arguments) + words))
    assert english <= {"help", "reviewer", "review", "rules", "explain", "match"}
    assert captured.out == ""


def test_help_is_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert out.index(" review ") < out.index(" rules ") < out.index(" explain ") < out.index(" schema ")
    for english in ("Show this message", "Install completion", "Options ─", "Commands ─"):
        assert english not in out


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    captured = capsys.readouterr()
    assert "审核绩效目标申报表" in captured.out + captured.err


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (ReviewerError("坏了", "某处", "换一个"), 2, "出错：坏了；位置：某处；怎么办：换一个"),
        (KeyboardInterrupt(), 130, "已中断"),
        (ZeroDivisionError("planted"), 2, "程序内部出错（ZeroDivisionError: planted）"),
    ],
)
def test_errors_never_end_in_a_traceback(
    error: BaseException,
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(pipeline, "review", fail)
    assert main(["review", str(tmp_path)]) == code
    captured = capsys.readouterr()
    assert words in captured.err
    assert "Traceback" not in captured.err


def test_completion_offers_commands_and_codes() -> None:
    def offers(words: str, number: int) -> list[str]:
        environment = {"_REVIEWER_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(number)}
        return _run([], environment).stdout.decode().split()

    assert offers("reviewer sch", 1) == ["schema"]
    assert "CAT101" in offers("reviewer explain CAT", 2)
    assert "caiyu-2015-88" in offers("reviewer review --profile ", 3)


def test_completion_script_can_be_shown() -> None:
    done = _run(["--show-completion", "bash"], {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    assert b"_REVIEWER_COMPLETE=complete_bash" in done.stdout, done.stderr.decode()


@pytest.mark.parametrize(
    "arguments", [["--help"], ["rules"], ["explain", "CAT101"], ["review", "{csv}"], ["review", "{json}"]]
)
def test_start_up_leaves_heavy_libraries_alone(arguments: list[str], tmp_path: Path) -> None:
    table = "一级指标,二级指标,三级指标,指标值\n产出指标,数量指标,培训场次,3场\n"
    (tmp_path / "t.csv").write_text(table, encoding="utf-8")
    row = {"id": "F1.1", "level1": "产出指标", "level2": "数量指标", "name": "培训场次", "value": "3场"}
    filing = {
        "org": "甲局",
        "year": 2024,
        "forms": [{"id": "F1", "kind": "project", "title": "表", "indicators": [row]}],
    }
    (tmp_path / "t.json").write_text(json.dumps(filing, ensure_ascii=False), encoding="utf-8")
    words = [a.format(csv=tmp_path / "t.csv", json=tmp_path / "t.json") for a in arguments]
    code = (
        "import sys; from reviewer.cli import main; code = main(sys.argv[1:]);"
        "print('MODULES', code, *sorted(m for m in sys.modules if '.' not in m), file=sys.stderr)"
    )
    done = _run(words, {}, ["-c", code])
    last = done.stderr.decode().strip().splitlines()[-1].split()
    assert last[0] == "MODULES", done.stderr.decode()
    if words[0] == "review":
        assert int(last[1]) in (0, 1), done.stdout.decode()
    else:
        assert last[1] == "0"
    loaded = set(last[2:])
    assert not loaded & set(HEAVY)
    if arguments == ["--help"]:
        assert not loaded & {"pydantic", "yaml", "lxml", "jinja2", "rapidfuzz"}


@pytest.mark.parametrize("command", ["", "review", "suggest", "batch", "eval", "apply", "train", "bank import"])
def test_help_breaks_chinese_instead_of_cutting_it_off(command: str) -> None:
    shown = _run([*command.split(), "--help"], {"COLUMNS": "80"}).stdout.decode()
    assert "选项" in shown
    assert "…" not in shown


def _run(
    arguments: list[str], environment: dict[str, str], how: list[str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *(how or ["-m", "reviewer"]), *arguments],
        cwd=ROOT,
        capture_output=True,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        timeout=60,
        check=False,
    )
