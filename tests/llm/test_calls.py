"""Ways to ask, repetitions, limits, accounts, cache, recording, several at once, secrets."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reviewer.errors import DataError
from reviewer.llm import FailureKind, Request, Session, load_settings, open_session
from reviewer.llm.pool import work
from reviewer.llm.prompts import load_prompt
from reviewer.llm.replies import CheckReply, schema_of
from reviewer.llm.transport import Transport, body_of
from tests.llm.conftest import KEY
from tests.llm.fault_server import Body, Step, completion, error, serving

Make = Callable[..., Session]
GOOD = completion({"name": "培训人数", "unit": "人"})
TYPED = CheckReply(name="培训人数", unit="人")


def asked(name: str = "培训人数") -> Request:
    return Request("check", {"row": {"三级指标": name}})


def _mode(body: Body) -> str:
    if "tools" in body:
        return "tools"
    kind = body.get("response_format", {}).get("type", "plain")
    assert isinstance(kind, str)
    return kind


def _knows(*modes: str) -> Callable[[Body, int], Step]:
    """An endpoint that answers in some ways and turns the others away as real ones do."""

    def script(body: Body, number: int) -> Step:
        mode = _mode(body)
        if mode not in modes:
            return error(400, f"response_format {mode} is not supported")
        if mode == "tools":
            return completion(None, arguments=['{"name": "培训人数", "unit": "人"}'])
        return GOOD

    return script


@pytest.mark.parametrize(("known", "requests"), [("json_schema", 1), ("tools", 2), ("json_object", 3), ("plain", 4)])
def test_cascade_goes_down_to_what_the_endpoint_knows(known: str, requests: int, session_for: Make) -> None:
    with serving(_knows(known)) as server:
        session = session_for(server)
        assert session.ask(asked()).reply == TYPED
        assert [_mode(b) for b in server.bodies] == ["json_schema", "tools", "json_object", "plain"][:requests]
        # What was refused is not tried again in this run.
        assert session.ask(asked("别的")).reply == TYPED
        assert len(server.bodies) == requests + 1


@pytest.mark.parametrize("status", [400, 404, 422, 500, 501])
def test_a_way_may_be_refused_with_any_status(status: int, session_for: Make) -> None:
    # llama-cpp-python answers 500 to json_schema, others 404, 422 or 501.
    refused = error(status, "Input should be 'text' or 'json_object': response_format.type")
    with serving(refused, GOOD) as server:
        assert session_for(server).ask(asked()).reply == TYPED
        assert [_mode(b) for b in server.bodies] == ["json_schema", "tools"]


def test_an_answer_that_does_not_fit_is_sent_back_with_what_is_wrong(session_for: Make) -> None:
    with serving(completion('{"name": 5, "unit": "人"}'), GOOD) as server:
        assert session_for(server).ask(asked()).reply == TYPED
    said, complaint = server.bodies[1]["messages"][2:]
    assert said == {"role": "assistant", "content": '{"name": 5, "unit": "人"}'}
    assert "name：要用字符串" in complaint["content"]


def test_a_reply_cut_off_gets_more_room(session_for: Make) -> None:
    with serving(completion('{"name": "', finish="length"), GOOD) as server:
        assert session_for(server, max_tokens=100).ask(asked()).reply == TYPED
    assert [b["max_tokens"] for b in server.bodies] == [100, 200]


def test_retry_after_is_obeyed_up_to_a_limit(session_for: Make) -> None:
    waits: list[float] = []
    with serving(error(429, "slow", Retry_After="7"), error(429, "slow", retry_after_ms="1500"), GOOD) as server:
        session = session_for(server)
        session.sleep = waits.append
        assert session.ask(asked()).reply == TYPED
    assert waits == [7, 1.5]
    with serving(error(429, "slow", Retry_After="600")) as server:
        session = session_for(server, max_wait=60)
        session.sleep = waits.append
        answer = session.ask(asked())
    assert answer.failure is not None
    assert (answer.failure.kind, answer.failure.attempts) == (FailureKind.RATE_LIMITED, 1)
    assert waits == [7, 1.5]


def test_waits_grow_where_the_endpoint_names_none(session_for: Make) -> None:
    waits: list[float] = []
    with serving(error(500, "oops")) as server:
        session = session_for(server, retries=3)
        session.sleep = waits.append
        session.ask(asked())
    assert len(waits) == 3
    assert waits[0] < waits[1] < waits[2]


def test_tokens_and_cost_count_failed_attempts(session_for: Make) -> None:
    price = {"input": "2", "output": "8"}
    # An unreadable answer costs as much as a good one; one that was turned away costs nothing.
    with serving(error(429, "slow", Retry_After="0"), completion("不是 JSON"), GOOD) as server:
        session = session_for(server, price=price)
        assert session.ask(asked()).reply == TYPED
    totals = session.totals
    assert (totals.requests, totals.failed) == (3, 1)
    assert (totals.input_tokens, totals.output_tokens, totals.estimated) == (200, 40, 0)
    assert totals.cost == Decimal("0.0007")  # 200×2＋40×8 = 720 millionths


def test_tokens_are_estimated_where_the_endpoint_tells_none(session_for: Make) -> None:
    silent = completion({"name": "培训人数", "unit": "人"}, usage=None)
    with serving(silent) as server:
        session = session_for(server)
        session.ask(asked())
    assert session.totals.estimated == 1
    assert session.totals.input_tokens > 50


def test_calls_stop_at_the_limit(session_for: Make) -> None:
    with serving(GOOD) as server:
        session = session_for(server, max_calls=2)
        answers = session.ask_all([asked(str(n)) for n in range(5)])
    assert len(server.bodies) == 2
    kinds = [a.failure.kind if a.failure else None for a in answers]
    assert kinds.count(FailureKind.BUDGET) == 3


def test_cost_stops_before_it_passes_the_limit_even_with_many_at_once(session_for: Make) -> None:
    price = {"input": "1000", "output": "1000"}  # 0.12 元 for what the server reports
    with serving(GOOD) as server:
        session = session_for(server, price=price, max_cost="0.75", max_tokens=100, concurrency=8)
        answers = session.ask_all([asked(str(n)) for n in range(20)])
    assert session.totals.cost is not None
    assert session.totals.cost <= Decimal("0.75")
    assert 0 < len(server.bodies) < 20
    assert all(a.reply or (a.failure and a.failure.kind is FailureKind.BUDGET) for a in answers)


def test_a_limit_of_cost_lets_as_many_through_as_it_pays_for(session_for: Make) -> None:
    """A call may cost 0.5 元 and costs 0.12: with eight at once the first two must not use the limit up for all."""
    price = {"input": "1000", "output": "1000"}
    with serving(GOOD) as server:
        session = session_for(server, price=price, max_cost="1.5", max_tokens=100, concurrency=8)
        answers = session.ask_all([asked(str(n)) for n in range(6)])
    assert session.totals.cost == Decimal("0.72")
    assert all(a.reply for a in answers)


def test_after_a_wrong_key_nobody_is_asked_again(session_for: Make) -> None:
    with serving(error(401, "wrong key")) as server:
        session = session_for(server, concurrency=1)
        answers = session.ask_all([asked(str(n)) for n in range(6)])
    assert len(server.bodies) == 1
    assert {a.failure.kind for a in answers if a.failure} == {FailureKind.AUTH}
    assert len(answers) == 6


def test_no_more_at_once_than_allowed_and_answers_in_order(session_for: Make) -> None:
    def script(body: Body, number: int) -> Step:
        name = json.loads(body["messages"][1]["content"].split(">>\n")[1].split("\n<<")[0])["三级指标"]
        return Step(completion({"name": name, "unit": "人"}).content, delay=0.05 if name == "0" else 0.02)

    with serving(script) as server:
        answers = session_for(server, concurrency=3).ask_all([asked(str(n)) for n in range(9)])
    assert 2 <= server.most_at_once <= 3
    assert [a.reply.name for a in answers if isinstance(a.reply, CheckReply)] == [str(n) for n in range(9)]


def test_cache_keeps_replies_and_no_errors(session_for: Make) -> None:
    with serving(completion("不是 JSON")) as server:
        assert session_for(server).ask(asked()).failure is not None
        failed = len(server.bodies)
        server.script = lambda body, number: GOOD
        assert session_for(server).ask(asked()).reply == TYPED
        assert len(server.bodies) == failed + 1
        again = session_for(server)
        answer = again.ask(asked())
    assert (answer.reply, answer.cached) == (TYPED, True)
    assert (again.totals.requests, again.totals.cached) == (0, 1)


@pytest.mark.parametrize(
    "change",
    [{"model": "other"}, {"temperature": 0.5}, {"max_tokens": 99}, {"extra_body": {"top_k": 1}}, {"modes": ["plain"]}],
)
def test_cache_key_holds_everything_that_matters(change: dict[str, Any], session_for: Make) -> None:
    with serving(GOOD) as server:
        session_for(server).ask(asked())
        session_for(server, **change).ask(asked())
        assert len(server.bodies) == 2
        session_for(server, api_key="another", timeout=9, concurrency=2).ask(asked())
        assert len(server.bodies) == 2


def test_cache_knows_addresses_prompts_and_samples(session_for: Make, tmp_path: Path) -> None:
    text = Path(load_prompt.__globals__["resource"]("prompts", "check.md")).read_text("utf-8")
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "check.md").write_text(text.replace("version: 1", "version: 2"), "utf-8")
    with serving(GOOD) as server, serving(GOOD) as other:
        session_for(server).ask(asked())
        session_for(other).ask(asked())
        assert len(other.bodies) == 1
        session_for(server, prompts=tmp_path / "prompts").ask(asked())
        assert len(server.bodies) == 2
        session_for(server).ask(Request("check", {"row": {"三级指标": "培训人数"}}, sample=1))
        assert len(server.bodies) == 3


def test_a_damaged_cache_counts_as_absent(session_for: Make, tmp_path: Path) -> None:
    with serving(GOOD) as server:
        session_for(server).ask(asked())
        (kept,) = (tmp_path / "cache" / "llm").rglob("*.json")
        kept.write_text(kept.read_text("utf-8")[:40], "utf-8")
        assert session_for(server).ask(asked()).reply == TYPED
        assert len(server.bodies) == 2


def test_record_and_replay(session_for: Make, tmp_path: Path) -> None:
    path = tmp_path / "replies.jsonl"
    requests = [asked("甲"), asked("乙")]
    with serving(GOOD, completion("坏"), completion("坏"), completion("坏")) as server:
        recorded = session_for(server, record=path, concurrency=1, cache=False).ask_all(requests)
    # Without address, key or server; failures are played back too.
    replay = open_session(load_settings({"replay": path}))
    played = replay.ask_all([*requests, asked("丙")])
    assert [a.reply for a in played[:2]] == [a.reply for a in recorded] == [TYPED, None]
    assert played[1].failure == recorded[1].failure
    assert played[2].failure is not None
    assert played[2].failure.kind is FailureKind.NOT_RECORDED
    assert replay.totals.requests == 0
    header, *lines = path.read_text("utf-8").splitlines()
    keys = [json.loads(line)["key"] for line in lines]
    assert keys == sorted(keys)
    assert json.loads(header)["model"] == "scripted"
    assert KEY not in path.read_text("utf-8")


def test_a_broken_recording_is_said(tmp_path: Path) -> None:
    path = tmp_path / "replies.jsonl"
    header = '{"model": "other", "temperature": 0.0, "max_tokens": 2048, "extra_body": {}}\n'
    with pytest.raises(DataError, match="别的模型或参数"):
        path.write_text(header, "utf-8")
        open_session(load_settings({"base_url": "http://127.0.0.1:9/v1", "model": "m", "record": path}))
    path.unlink()
    for content, said in ((None, "找不到"), ("{}\n", "第1行"), ("", "第1行"), (f"{header}{{}}\n", "第2行")):
        if content is not None:
            path.write_text(content, "utf-8")
        with pytest.raises(DataError, match=said):
            open_session(load_settings({"model": "m", "replay": path}))


def test_what_a_dry_run_shows_is_what_is_sent(session_for: Make) -> None:
    with serving(GOOD) as server:
        settings = load_settings({"preset": "deepseek", "base_url": server.url, "api_key": KEY})
        dry = open_session(settings, dry=True)
        dry.ask(asked())
        assert server.bodies == []
        open_session(settings, progress=False).ask(asked())
    assert server.bodies == dry.collected


@pytest.mark.parametrize("preset", ["openai", "deepseek", "qwen", "glm", "vllm", "ollama", "llamacpp"])
@pytest.mark.parametrize("mode", ["json_schema", "tools", "json_object", "plain"])
def test_bodies_of_all_presets(preset: str, mode: Any) -> None:
    messages = [{"role": "system", "content": "甲"}, {"role": "user", "content": "乙"}]
    schema = schema_of(CheckReply)
    with serving(GOOD) as server:
        settings = load_settings({"preset": preset, "base_url": server.url, "model": "m"})
        Transport(settings).send(messages, mode, schema, 77)
    assert server.bodies == [body_of(settings, messages, mode, schema, 77)]


def test_the_key_is_nowhere(session_for: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    echo = error(400, f"bad request by Bearer {KEY} at https://user:{KEY}@host/v1")
    with serving(echo) as server:
        session = session_for(server, record=tmp_path / "r.jsonl")
        answer = session.ask(asked())
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert not any("organization" in name for name in server.headers[0])
    assert answer.failure is not None
    told = [str(answer), answer.failure.reason, str(session.settings), repr(session.settings), str(session.totals)]
    told += [session.settings.model_dump_json(), caplog.text]
    told += [p.read_text("utf-8") for p in tmp_path.rglob("*") if p.is_file()]
    assert not [text for text in told if KEY in text]


def test_ctrl_c_keeps_what_is_done_and_goes_on_from_there(session_for: Make) -> None:
    requests = [asked(str(n)) for n in range(6)]
    third = threading.Event()

    def script(body: Body, number: int) -> Step:
        if number == 3 and not third.is_set():
            third.set()
            return Step(GOOD.content, delay=3)
        return GOOD

    with serving(script) as server:
        session = session_for(server, concurrency=1)
        plain = session._answer

        def interrupted(item: Any) -> Any:
            if len(server.bodies) >= 3:
                raise KeyboardInterrupt
            return plain(item)

        session._answer = interrupted  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            session.ask_all(requests)
        done = len(server.bodies)
        again = session_for(server, concurrency=1, timeout=10)
        third.set()
        answers = again.ask_all(requests)
    assert done == 3
    assert [a.reply for a in answers] == [TYPED] * 6
    assert (again.totals.cached, again.totals.requests) == (3, 3)


def test_the_pool_does_not_wait_for_what_hangs() -> None:
    hang = threading.Event()

    def slow(item: int) -> int:
        if item:
            hang.wait(20)
        return item

    started = time.monotonic()
    for place, result in work(slow, [0, 1], 2):
        assert (place, result) == (0, 0)
        break
    assert time.monotonic() - started < 5
    hang.set()


def test_nothing_of_it_is_imported_without_the_engine(tmp_path: Path) -> None:
    (tmp_path / "small.csv").write_text(
        "一级指标,二级指标,三级指标,指标值\n产出指标,质量指标,合格率,稳步提升\n", "utf-8"
    )
    code = (
        "import sys\nfrom reviewer.pipeline import review\n"
        "review('small.csv', engines=('rules', 'bank'))\n"
        "import reviewer.llm.session, reviewer.suggesters.model, reviewer.cli.model\n"
        "heavy = {'openai', 'langchain_openai', 'langchain_core', 'langsmith', 'httpx', 'llama_cpp'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        env=dict(os.environ),
        check=True,
    )
    assert done.stdout.strip() == "[]"
