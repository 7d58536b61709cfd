"""Cells that speak to the program, and a model that obeys them: nothing of it arrives (hostile_cells.yaml)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from reviewer.llm import Session
from reviewer.llm.hostile import LEFT_OUT, defused, speaks_to_program
from reviewer.llm.prompts import load_prompt
from reviewer.pipeline import review_filing
from reviewer.records import Filing, FilingReport, Standing
from tests.llm.fault_server import Body, Step, completion, serving
from tests.rules.builder import filing_of

CELLS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "hostile_cells.yaml").read_text("utf-8"))
GOOD = {
    "decision": "rewrite", "level2": "质量指标", "name": "培训合格率", "sign": "≥", "number": "【待填：比率】",
    "unit": "%", "reason": "改成可以统计的比率。", "bank_entry": "", "computations": [],
}  # fmt: skip
NONE = {"rows": []}


def filing_with(place: str = "", text: str = "") -> Filing:
    """A filing with one flawed row, and the text in its place."""
    row = {"level2": "质量指标", "name": "培训合格情况", "value": "稳步提升", "standard": "行业标准", "note": "无"}
    other = {"level2": "数量指标", "name": "培训人数", "value": "≥150人", "standard": "计划标准", "note": "无"}
    line = {"content": "培训费", "detail": "残疾人培训", "amount": "3", "basis": "150人×200元"}
    form = {"project": "残疾人培训", "org": "某县残联", "budget": "3", "annual_goal": "培训残疾人150人", "year": "2023"}
    if place in row:
        row[place] = text
    elif place == "other":
        other["note"] = text
    elif place in ("basis", "line"):
        line["basis" if place == "basis" else "detail"] = text
    elif place:
        form["annual_goal" if place == "goal" else place] = text
    return filing_of({"form": form | {"rows": [row, other], "cost_lines": [line]}})


def _script(said: Any) -> Callable[[Body, int], Step]:
    def script(body: Body, number: int) -> Step:
        rewrite = body["messages"][0]["content"] == load_prompt("rewrite").system
        return completion(said if rewrite else NONE)

    return script


def _reviewed(cell: dict[str, Any], make: Callable[..., Session]) -> tuple[FilingReport, FilingReport, list[Body]]:
    filing = filing_with(cell["place"], cell["text"])
    said = cell["say"] if "say" in cell else {**GOOD, **cell.get("obeyed", {}), **cell.get("keys", {})}
    with serving(_script(said)) as server:
        report = review_filing(filing, engines=("llm",), llm=make(server, retries=0, cache=False))
    return report, review_filing(filing), server.bodies


def test_there_are_enough() -> None:
    assert len(CELLS) >= 50
    assert len({cell["title"] for cell in CELLS}) == len(CELLS)


def test_without_hostility_the_good_reply_is_delivered(session_for: Callable[..., Session]) -> None:
    with serving(_script(GOOD)) as server:
        report = review_filing(filing_with(), engines=("llm",), llm=session_for(server))
    (made,) = [s for s in report.suggestions if s.indicator_id == "F1.1"]
    assert made.proposed is not None
    assert (made.proposed.name, made.proposed.value) == ("培训合格率", "≥【待填：比率】%")
    assert (made.source, made.standing, made.reason) == ("llm", Standing.CONFIRM, "改成可以统计的比率。")
    assert "QNT202" in made.removes


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell["title"])
def test_nothing_of_it_arrives(cell: dict[str, Any], session_for: Callable[..., Session]) -> None:
    report, plain, bodies = _reviewed(cell, session_for)
    assert report.findings == plain.findings
    assert report.outcomes == plain.outcomes
    assert report.scores == plain.scores
    for made in report.suggestions:
        assert made.standing is not Standing.SAFE
        rows = [row for row in (made.proposed, *made.extra) if row is not None]
        texts = [json.dumps(row.model_dump(exclude_none=True), ensure_ascii=False) for row in rows]
        shown = "\n".join([*texts, *(row.describe() for row in rows), made.reason, made.bank, made.source])
        shown += "".join(f"\n{n.number}｜{n.source}" for n in made.numbers)
        assert not [word for word in cell["never"] if word in shown], shown
    asked_about = {s.indicator_id for s in report.suggestions} | {d.indicator_id for d in report.dropped}
    assert {f.indicator_id for f in report.findings if f.indicator_id} <= asked_about  # none lost
    for body in bodies:
        assert body["messages"][0]["content"] in (load_prompt("rewrite").system, load_prompt("missing").system)


@pytest.mark.parametrize("cell", [c for c in CELLS if not c.get("unseen")], ids=lambda cell: cell["title"])
def test_words_to_the_program_are_not_sent(cell: dict[str, Any], session_for: Callable[..., Session]) -> None:
    _, _, bodies = _reviewed(cell, session_for)
    asked = [m["content"] for body in bodies for m in body["messages"][:2]]
    assert any(LEFT_OUT in text for text in asked)
    written = json.dumps(cell["text"], ensure_ascii=False)[1:-1]
    assert not [text for text in asked if written in text]
    assert not speaks_to_program(defused(cell["text"]).replace(LEFT_OUT, ""))


@pytest.mark.parametrize(
    "text",
    [
        "按生均标准对42所普惠性民办幼儿园进行奖补，开展保教质量评估42园次，使覆盖率达到88%以上",
        "软件系统运行维护合同覆盖的信息系统个数",
        "审核通过率",
        "按程序办理，应返还的资金及时返还",
        "不得挤占挪用资金，必须专款专用",
        "残疾人辅助器具适配服务（含轮椅、助听器）",
        "智能助手机器人采购数量",
        "请示报告及时办结率",
    ],
)
def test_plain_words_are_left_alone(text: str) -> None:
    assert defused(text) == text
