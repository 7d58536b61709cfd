"""A server that is killed (SIGKILL) loses nothing that it acknowledged: uploads and decisions are there afterwards."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from reviewer.store import open_store
from reviewer.store.models import AuditEntry, Decision, Filing
from reviewer.web.services import Services
from reviewer.web.settings import Settings
from tests.web.filings import csv

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")


def start(data: Path, port: int) -> subprocess.Popen[bytes]:
    """A server in a process of its own, once it answers."""
    command = [sys.executable, "-m", "reviewer", "serve", "--data", str(data), "--port", str(port), "--no-open"]
    command += ["--workers", "1"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{port}/static/base.css", timeout=5)
            return server
        except httpx.TransportError:
            time.sleep(0.1)
    server.kill()
    raise TimeoutError


def client_of(data: Path, port: int) -> httpx.Client:
    """A client that came in by the one-time link."""
    store = open_store(data)
    link = Services(Settings(data=data, workers=0), store).access.make_link()
    store.close()
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
    client.get(f"/account/open?token={link}")
    found = re.search(r'csrf-token" content="([^"]+)', client.get("/account").text)
    assert found
    client.headers["x-csrf-token"] = found[1]
    return client


def kill(server: subprocess.Popen[bytes]) -> None:
    """Kill the server at once, and what it started."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait(30)


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = start(tmp_path, port)
    first = client_of(tmp_path, port)
    answer = first.post("/api/filings", files=[("files", ("一.csv", csv()))], data={"purpose": "review"})
    worked_on = answer.json()["filings"][0]["id"]
    for _ in range(600):
        if first.get(f"/api/filings/{worked_on}").json()["state"] != "reading":
            break
        time.sleep(0.1)
    uploaded: list[str] = [worked_on]
    saved: list[tuple[int, str]] = []
    stop = threading.Event()

    def upload() -> None:
        client = client_of(tmp_path, port)
        while not stop.is_set():
            content = csv() + b"\n" * (len(uploaded) * 20_000)
            try:
                told = client.post("/api/filings", files=[("files", (f"{len(uploaded)}.csv", content))])
                uploaded.append(told.json()["filings"][0]["id"])
            except httpx.TransportError:
                return

    def save() -> None:
        version = first.get(f"/api/filings/{worked_on}").json()["version"]
        while not stop.is_set():
            reason = f"理由{len(saved)}"
            body = {"version": version, "target": "意见1", "verdict": "reject", "reason": reason}
            try:
                told = first.post(f"/api/filings/{worked_on}/decisions", json=body).json()
            except httpx.TransportError:
                return
            version = told["version"]
            saved.append((version, reason))

    threads = [threading.Thread(target=upload), threading.Thread(target=save)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 60
    while (len(uploaded) < 4 or len(saved) < 4) and time.monotonic() < deadline:
        time.sleep(0.05)
    kill(server)  # in the middle of both
    stop.set()
    for thread in threads:
        thread.join(60)
    assert len(uploaded) >= 4
    assert len(saved) >= 4

    store = open_store(tmp_path)
    with store.read() as db:
        for filing_id in uploaded:
            filing = db.get_one(Filing, filing_id)
            assert store.files.read(filing.file.stored, filing.file.sha256)
        reasons = {row.reason for row in db.query(Decision).filter(Decision.filing_id == worked_on)}
        assert {reason for _, reason in saved} <= reasons
        assert db.get_one(Filing, worked_on).version >= saved[-1][0]
        audited = db.query(AuditEntry).filter(AuditEntry.action == "decided", AuditEntry.filing_id == worked_on).count()
        assert audited == len(reasons)  # a decision and its entry are kept together
    store.close()

    server = start(tmp_path, port)  # what was not yet read is read now
    try:
        again = client_of(tmp_path, port)
        for _ in range(600):
            states = {f["id"]: f["state"] for f in again.get("/api/filings").json()["filings"]}
            if "reading" not in states.values():
                break
            time.sleep(0.1)
        assert {states[filing_id] for filing_id in uploaded} == {"in_review", "draft"}
    finally:
        kill(server)
