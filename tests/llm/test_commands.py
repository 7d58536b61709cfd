"""``reviewer model …`` and ``suggest --engine llm`` from the outside; and the default product without network."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from reviewer.cli import main
from reviewer.evals.content import content_of
from reviewer.evals.render_files import render
from reviewer.pipeline import review
from reviewer.resources import resource
from tests.llm.conftest import KEY
from tests.llm.fault_server import Step, completion, error, serving
from tests.llm.test_engine import ROW, _by_task


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "small.csv"
    path.write_text("一级指标,二级指标,三级指标,指标值\n产出指标,质量指标,培训效果,稳步提升\n", "utf-8")
    return str(path)


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Any:
    def configure(url: str) -> None:
        monkeypatch.setenv("REVIEWER_LLM_BASE_URL", url)
        monkeypatch.setenv("REVIEWER_LLM_MODEL", "scripted")
        monkeypatch.setenv("REVIEWER_LLM_API_KEY", KEY)

    return configure


def test_presets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "presets"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("openai", "deepseek", "qwen", "glm", "vllm", "ollama", "llamacpp"))


def test_check_says_which_ways_work(configured: Any, capsys: pytest.CaptureFixture[str]) -> None:
    def script(body: Any, number: int) -> Any:
        if "response_format" in body:
            return error(400, "response_format is not supported")
        return completion({"name": "培训残疾人人数", "unit": "人"})

    with serving(script) as server:
        configured(server.url)
        assert main(["model", "check"]) == 0
    out = capsys.readouterr().out
    assert "✗ 按结构" in out
    assert "✓ 工具调用" in out
    assert "密钥：已设置" in out
    assert KEY not in out
    assert "modes: [tools, plain]" in out


def test_check_of_a_wrong_key_stops_at_once(configured: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(error(401, f"Incorrect API key provided: {KEY}")) as server:
        configured(server.url)
        assert main(["model", "check"]) == 2
        assert len(server.bodies) == 1
    out = capsys.readouterr().out
    assert "密钥不被接受" in out
    assert KEY not in out


def test_check_without_a_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "check"]) == 2
    assert "没有配置语言模型" in capsys.readouterr().err


def test_suggest_with_a_model(small: str, configured: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(_by_task([ROW])) as server:
        configured(server.url)
        assert main(["suggest", small, "--engine", "llm", "--format", "json"]) == 0
        first = capsys.readouterr()
        asked = len(server.bodies)
        assert main(["suggest", small, "--engine", "llm", "--format", "json"]) == 0
        assert len(server.bodies) == asked  # all from the cache
    suggestions = json.loads(first.out)["filings"][0]["suggestions"]
    assert [s["source"] for s in suggestions if s["indicator_id"]] == ["llm"]
    assert "问了" in first.err
    assert capsys.readouterr().out == first.out
    assert KEY not in first.out + first.err


def test_limits_and_their_report(small: str, configured: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(_by_task([ROW])) as server:
        configured(server.url)
        assert main(["suggest", small, "--engine", "llm", "--max-calls", "0"]) == 0
        assert server.bodies == []
        assert "已到本次运行的上限" in capsys.readouterr().err
        assert main(["suggest", small, "--engine", "llm", "--max-cost", "1"]) == 2
        assert "价格表里没有" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (error(429, f"slow down {KEY}", Retry_After="3600"), "rate_limited", "请求过于频繁"),
        (error(500, f"oops {KEY}"), "server_error", "模型服务出错"),
        (completion('{"decision": "rewr', finish="length"), "truncated", "回复被截断"),
        (completion("这一条没有问题。"), "not_json", "回复不是 JSON"),
        (completion(None, refusal="no"), "refused", "模型拒绝回答"),
        (completion(""), "empty", "回复是空的"),
        (completion({**ROW, "name": 5}), "wrong_shape", "回复的内容不合要求"),
    ],
)
def test_no_answer_is_told_and_never_looks_like_nothing_to_mend(
    said: Step, kind: str, words: str, small: str, configured: Any, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    monkeypatch.setenv("REVIEWER_LLM_RETRIES", "0")
    seen = []
    with serving(said) as server:
        configured(server.url)
        for name in ("text", "html", "markdown", "json"):
            assert main(["suggest", small, "--engine", "llm", "--format", name]) == 2
            shown = capsys.readouterr()
            assert words in shown.out + shown.err
            assert f"没有得到可用回复 2 次：{words} 2 次" in shown.err
            seen += [shown.out, shown.err]
            if name == "json":
                (filing,) = json.loads(shown.out)["filings"]
                assert [d["failure"] for d in filing["dropped"]["reasons"]] == [kind, kind]
                assert filing["findings"]
            else:
                assert f"没有修改建议。模型没有答上 2 处：{words} 2 处。没有答上不等于不用改。" in shown.out.replace(
                    "\n  ", ""
                )
                assert "没有通过检查" not in shown.out
        assert main(["review", small, "--suggest", "llm"]) == 1  # the findings count, as ever
        shown = capsys.readouterr()
        assert "模型没有答上 2 处" in shown.out
        assert "没有得到可用回复 2 次" in shown.err
    assert KEY not in "".join((*seen, shown.out, shown.err))


def test_personal_data_in_a_word_file_is_neither_shown_nor_sent(
    configured: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    secrets = ("李明华", "王建国", "张晓丽", "13800138000", "22334455", "430202198001011234", "6222021903001234567")
    rows = (("质量指标", "李明华主任负责的培训效果", "稳步提升"), ("数量指标", "残疾人培训", "扎实开展"))
    content = content_of(
        {
            "id": "private", "org": "某县残联", "year": "2023", "template": "hn", "layout": "merged",
            "forms": [{
                "kind": "project", "title": "2023年项目支出绩效目标表", "org": "某县残联", "project": "残疾人培训",
                "budget": "8.6", "period_goal": "王建国主任牵头，公章：某县残联印",
                "annual_goal": "培训残疾人150人，负责人：李明华，电话：13800138000，身份证号430202198001011234，"
                "银行账号6222021903001234567",
                "columns": ["level1", "level2", "name", "value"],
                "rows": [["产出指标", *row] for row in rows],
                "cost_lines": [{"content": "培训费", "detail": "联系人：张晓丽 0731-22334455", "amount": "8.6"}],
            }],
        },
        "x",
    )  # fmt: skip
    file = str(render(content, tmp_path, "docx", "merged"))
    hidden = {**ROW, "name": "〖姓名1〗主任负责的培训合格率"}
    with serving(_by_task([hidden])) as server:
        configured(server.url)
        assert main(["suggest", file, "--dry-run"]) == 0
        shown = capsys.readouterr().out
        assert "〖姓名1〗主任负责的培训效果" in shown
        assert main(["suggest", file, "--engine", "llm", "--format", "json"]) == 0
        made = json.loads(capsys.readouterr().out)["filings"][0]["suggestions"]
        sent = json.dumps(server.bodies, ensure_ascii=False)
    for secret in (*secrets, "某县残联印"):
        assert secret not in shown
        assert secret not in sent
    assert "李明华主任负责的培训合格率" in [s["proposed"]["name"] for s in made]  # put back on this computer


def test_dry_run_shows_everything_and_sends_nothing(
    small: str, configured: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(_by_task([ROW])) as server:
        configured(server.url)
        assert main(["suggest", small, "--dry-run"]) == 0
        assert server.bodies == []
        shown = json.loads(capsys.readouterr().out)
        assert main(["suggest", small, "--engine", "llm"]) == 0
        capsys.readouterr()
        assert shown["url"] == f"{server.url}/chat/completions"
        first = sorted((b for b in server.bodies if len(b["messages"]) == 2), key=json.dumps)
    assert sorted(shown["requests"], key=json.dumps) == first
    assert KEY not in json.dumps(shown)


def test_explain(small: str, configured: Any, capsys: pytest.CaptureFixture[str]) -> None:
    told = {"problem": "没有数字。", "why": "没法核对。", "how": "写成培训合格率≥【待填】%。"}
    with serving(completion(told)) as server:
        configured(server.url)
        assert main(["model", "explain", small, "--row", "F1.1", "--code", "QNT202"]) == 0
        assert main(["model", "explain", small, "--row", "F9.9"]) == 2
    out = capsys.readouterr().out
    assert "没法核对。" in out
    assert "只供参考" in out


def test_the_default_product_needs_no_network(monkeypatch: pytest.MonkeyPatch, small: str) -> None:
    def refused(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("the default product opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    example = resource().parent / "examples" / "shifeng-2023.docx"
    files = [small, *([str(example)] if example.is_file() else [])]
    report = review(files, engines=("rules", "bank"), match=True)
    assert len(report.filings) == len(files)
    assert report.filings[0].suggestions
