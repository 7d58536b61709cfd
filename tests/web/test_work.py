"""Deciding: accept, edit, reject, undo, live recheck, and two reviewers at one filing, in both databases."""

import threading
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.web.conftest import signed_in
from tests.web.filings import state, upload

People = dict[str, TestClient]


def decide(client: TestClient, filing_id: str, version: int, target: str, verdict: str, **more: Any) -> dict[str, Any]:
    """A decision that is accepted; the new state."""
    body = {"version": version, "target": target, "verdict": verdict, **more}
    answer = client.post(f"/api/filings/{filing_id}/decisions", json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.fixture
def filing(people: People) -> dict[str, Any]:
    """A filing that was handed in."""
    return upload(people["clerk"])


def test_accept_safe_and_undo(people: People, filing: dict[str, Any]) -> None:
    url, reviewer = f"/api/filings/{filing['id']}", people["reviewer"]
    begin = state(reviewer, filing["id"])
    assert (begin["safe"], begin["undo"], begin["items"]) == (1, "", {})
    assert begin["counts"] == {"error": 1, "warn": 0, "info": 1, "open": 2, "done": 0}
    told = reviewer.post(f"{url}/accept-safe", json={"version": begin["version"]}).json()
    assert told["texts"] == {"F1.6:value": "≥90%"}
    assert told["items"]["意见2"]["state"] == "cleared"
    assert told["counts"] == {"error": 1, "warn": 0, "info": 0, "open": 1, "done": 1}
    assert told["filing"]["state"] == "in_review"  # whoever decides first takes it on
    assert told["filing"]["reviewer"] == "reviewer"
    assert reviewer.post(f"{url}/accept-safe", json={"version": told["version"]}).status_code == 422
    undone = reviewer.post(f"{url}/undo", json={"version": told["version"]}).json()
    assert (undone["texts"], undone["items"], undone["counts"]) == ({}, {}, begin["counts"])
    assert reviewer.post(f"{url}/undo", json={"version": undone["version"]}).status_code == 422


def test_an_edited_suggestion_is_reviewed_at_once(people: People, filing: dict[str, Any]) -> None:
    reviewer = people["reviewer"]
    rows = [{"level2": "质量指标", "name": "培训服务规范率", "value": "≥95%"}]
    told = decide(reviewer, filing["id"], filing["version"], "F1.2/confirm", "edit", rows=rows)
    assert told["texts"] == {"F1.2:name": "培训服务规范率", "F1.2:value": "≥95%"}
    assert told["suggestions"] == {"F1.2/confirm": "edited"}
    assert told["items"]["意见1"]["state"] == "cleared"
    assert told["counts"]["error"] == 0
    before = state(people["clerk"], filing["id"])["scores"]
    assert told["scores"] == before
    worse = decide(
        reviewer,
        filing["id"],
        told["version"],
        "F1.2/bank",
        "edit",
        rows=[{"value": "力争更好", "name": "培训出勤率", "level2": "质量指标"}],
    )
    assert worse["texts"]["F1.2:value"] == "力争更好"  # the last rewrite of a row holds
    assert [f["code"] for f in worse["fresh"]] or "意见1" not in worse["items"]


def test_a_row_in_ones_own_words(people: People, filing: dict[str, Any]) -> None:
    url, reviewer = f"/api/filings/{filing['id']}/rows/F1.1", people["reviewer"]
    told = reviewer.post(url, json={"version": filing["version"], "row": {"value": "大幅增加"}}).json()
    assert told["texts"] == {"F1.1:value": "大幅增加"}
    assert [(f["code"], f["row"]) for f in told["fresh"]] == [("QNT201", "F1.1")]
    assert told["counts"]["error"] == 2
    version = told["version"]
    for row in ({"weight": "5"}, {"value": "大幅增加"}, {"value": "≥【待填】人"}, {"nature": "≥"}):
        assert reviewer.post(url, json={"version": version, "row": row}).status_code == 422
    assert reviewer.post(url.replace("F1.1", "F9.9"), json={"version": version, "row": {}}).status_code == 404
    emptied = reviewer.post(url, json={"version": version, "row": {"name": "", "value": ""}}).json()
    assert emptied["removed"] == ["F1.1"]


def test_findings_are_accepted_edited_and_rejected(people: People, filing: dict[str, Any]) -> None:
    reviewer, number = people["reviewer"], filing["id"]
    body = {"version": filing["version"], "target": "意见1", "verdict": "reject"}
    refused = reviewer.post(f"/api/filings/{number}/decisions", json=body)
    assert refused.status_code == 422
    assert refused.json()["detail"] == "驳回要写理由"
    told = decide(reviewer, number, filing["version"], "意见1", "reject", reason="上级下达的定性任务")
    assert told["items"]["意见1"]["state"] == "rejected"
    assert told["counts"]["error"] == 0
    told = decide(reviewer, number, told["version"], "意见1", "edit", message="请写明培训合格率")
    assert told["items"]["意见1"]["state"] == "edited"
    assert told["counts"]["error"] == 1
    told = decide(reviewer, number, told["version"], "意见2", "accept")
    assert told["items"]["意见2"]["state"] == "accepted"
    assert [(d["number"], d["words"]) for d in told["decisions"]] == [(2, "改后采纳意见1"), (3, "认可意见2")]
    url = f"/api/filings/{number}/decisions/2?version={told['version']}"
    told = reviewer.delete(url).json()
    assert told["items"]["意见1"]["state"] == "rejected"  # the decision before holds again
    for target in ("意见3", "意见0", "意见x", "F1.9/safe", ""):
        body = {"version": told["version"], "target": target, "verdict": "accept"}
        assert reviewer.post(f"/api/filings/{number}/decisions", json=body).status_code == 404
    hint = {"version": told["version"], "target": "F1.2/confirm", "verdict": "accept"}
    assert (
        reviewer.post(f"/api/filings/{number}/decisions", json=hint).status_code == 422
    )  # something is left to fill in


def test_a_lost_update_is_told(people: People, filing: dict[str, Any], app: FastAPI) -> None:
    mine, yours = people["reviewer"], signed_in(app, "admin")
    told = decide(mine, filing["id"], filing["version"], "意见2", "accept")
    body = {"version": filing["version"], "target": "意见1", "verdict": "reject", "reason": "x"}
    answer = yours.post(f"/api/filings/{filing['id']}/decisions", json=body)
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("reviewer刚刚改过这份申报表")
    assert state(mine, filing["id"]) == told


def test_many_at_once_lose_nothing(people: People, filing: dict[str, Any], app: FastAPI) -> None:
    """Twelve requests with one version: one is kept, the others are told."""
    clients = [signed_in(app, name) for name in ("reviewer", "admin") for _ in range(3)]
    codes: list[int] = []

    def go(client: TestClient) -> None:
        for reason in ("甲", "乙"):
            body = {"version": filing["version"], "target": "意见1", "verdict": "reject", "reason": reason}
            codes.append(client.post(f"/api/filings/{filing['id']}/decisions", json=body).status_code)

    threads = [threading.Thread(target=go, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200] + [409] * 11
    assert len(state(people["reviewer"], filing["id"])["decisions"]) == 1


def test_a_settled_filing_is_left_alone(people: People, filing: dict[str, Any]) -> None:
    reviewer, url = people["reviewer"], f"/api/filings/{filing['id']}"
    told = decide(reviewer, filing["id"], filing["version"], "意见1", "reject", reason="已另行批复")
    moved = reviewer.post(f"{url}/move", json={"version": told["version"], "to": "passed"}).json()
    assert moved["state"] == "passed"
    body = {"version": moved["version"], "target": "意见2", "verdict": "accept"}
    assert reviewer.post(f"{url}/decisions", json=body).status_code == 403
    assert reviewer.post(f"{url}/undo", json={"version": moved["version"]}).status_code == 403
    current = reviewer.get(f"{url}/report?current=true").json()["filings"][0]
    assert [a["reason"] for a in current["aside"]] == ["已另行批复"]


def test_the_last_rewrite_of_a_row_holds(people: People, filing: dict[str, Any]) -> None:
    """Also when it comes back to a suggestion that was taken before."""
    reviewer, version = people["reviewer"], filing["version"]
    told: dict[str, Any] = {}
    for target, value in (("F1.2/confirm", "≥91%"), ("F1.2/bank", "≥92%"), ("F1.2/confirm", "≥93%")):
        rows = [{"level2": "质量指标", "name": "培训合格率", "value": value}]
        told = decide(reviewer, filing["id"], version, target, "edit", rows=rows)
        version = told["version"]
        assert told["texts"]["F1.2:value"] == value
    assert told["suggestions"] == {"F1.2/confirm": "edited"}
    row = {"version": version, "row": {"value": "≥94%"}}
    told = reviewer.post(f"/api/filings/{filing['id']}/rows/F1.2", json=row).json()
    assert told["texts"]["F1.2:value"] == "≥94%"
    undone = reviewer.post(f"/api/filings/{filing['id']}/undo", json={"version": told["version"]}).json()
    assert undone["texts"]["F1.2:value"] == "≥93%"
