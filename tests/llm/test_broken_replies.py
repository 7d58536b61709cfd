"""Every broken reply ends as a typed failure or is repaired: none is lost, none becomes "no problems"."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from reviewer.llm import Answer, FailureKind, Request, Session
from reviewer.llm.replies import CheckReply
from tests.llm.conftest import KEY
from tests.llm.fault_server import Step, completion, serving

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "broken_replies.yaml").read_text("utf-8"))
GOOD = completion({"name": "培训人数", "unit": "人"})
ASKED = Request("check", {"row": {"三级指标": "培训人数", "指标值": "≥150人"}})


def _step(case: dict[str, Any]) -> Step:
    if case.get("drop"):
        return Step(drop=True)
    if "status" in case:
        content = case["raw"].encode() if "raw" in case else case["body"]
        return Step(content, case["status"], case.get("headers", {}))
    content = '{"name": "' + "长" * 600 + '", "unit": "人"}' if case.get("long") else case.get("content")
    extra = {key: case[key] for key in ("finish", "arguments", "refusal") if key in case}
    done = completion(content, **extra)
    return Step(done.content, delay=case.get("delay", 0))


def _asked(session: Session) -> Answer:
    answer = session.ask(ASKED)
    assert (answer.reply is None) != (answer.failure is None)
    assert session.totals.calls == 1
    return answer


def test_there_are_enough() -> None:
    assert len(CASES) >= 40
    assert len({case["title"] for case in CASES}) == len(CASES)
    kinds = {case["fails"] for case in CASES if "fails" in case}
    assert kinds == {kind.value for kind in FailureKind} - {"budget", "not_recorded"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_every_time(case: dict[str, Any], session_for: Callable[..., Session]) -> None:
    with serving(_step(case)) as server:
        session = session_for(server, timeout=0.4 if "delay" in case else 5, retries=1)
        answer = _asked(session)
        asked = len(server.bodies)
    if "fails" not in case:
        assert answer.reply == CheckReply(name="培训人数", unit="人")
        assert asked == 1
        return
    assert answer.failure is not None
    assert answer.failure.kind.value == case["fails"]
    assert answer.failure.attempts == asked == session.totals.requests
    assert KEY not in answer.failure.reason
    assert "secret" not in answer.failure.reason
    assert session.totals.failures == {case["fails"]: 1}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_once(case: dict[str, Any], session_for: Callable[..., Session]) -> None:
    with serving(_step(case), GOOD) as server:
        answer = _asked(session_for(server, timeout=0.4 if "delay" in case else 5, retries=1))
    if "then" in case:
        assert answer.failure is not None
        assert answer.failure.kind.value == case["then"]
    else:
        assert answer.reply == CheckReply(name="培训人数", unit="人")
