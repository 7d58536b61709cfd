"""Load on loopback: many clerks upload, review and decide at once; counts errors and losses, measures times.

    python benchmarks/load.py [--users 50] [--rounds 2] [--workers 2] [--database postgresql://…] [FILE…]

Starts a server of its own on a free port with a fresh data folder; everything is checked in the database afterwards.
"""

import argparse
import asyncio
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx

from reviewer.store import open_store
from reviewer.store.models import AuditEntry, Decision, Filing
from reviewer.web.services import Services
from reviewer.web.settings import Settings

SEED = Path(__file__).parents[1] / "examples" / "shifeng-2023.docx"
PASSWORD = "load-test-password"
_PAUSE = 0.5  # seconds between two looks at a list, as the page does


class Tally:
    """Times by what was done, and what went wrong."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self.filings: list[str] = []
        self.decisions: dict[str, int] = {}

    async def ask(self, kind: str, client: httpx.AsyncClient, method: str, url: str, **more: Any) -> httpx.Response:
        """A request, timed."""
        start = time.perf_counter()
        answer = await client.request(method, url, **more)
        self.times[kind].append(time.perf_counter() - start)
        if answer.status_code >= 400:
            self.errors.append(f"{method} {url}: {answer.status_code} {answer.text[:200]}")
        return answer


async def clerk(number: int, base: str, files: list[Path], rounds: int, tally: Tally) -> None:
    """One person: signs in, uploads, waits, reads, decides, takes back, exports."""
    async with httpx.AsyncClient(base_url=base, timeout=300, follow_redirects=True) as client:
        page = await tally.ask("sign-in page", client, "GET", "/account/sign-in")
        client.headers["x-csrf-token"] = _token(page)
        form = {"name": f"clerk{number}", "password": PASSWORD}
        page = await tally.ask("sign in", client, "POST", "/account/sign-in", data=form)
        client.headers["x-csrf-token"] = _token(page)
        for turn in range(rounds):
            file = files[(number + turn) % len(files)]
            sent = [("files", (file.name, file.read_bytes()))]
            start = time.perf_counter()
            answer = await tally.ask("upload", client, "POST", "/api/filings", files=sent)
            filing_id = answer.json()["filings"][0]["id"]
            tally.filings.append(filing_id)
            url = f"/api/filings/{filing_id}"
            while (await tally.ask("poll", client, "GET", url)).json()["state"] == "reading":
                await asyncio.sleep(_PAUSE)
            tally.times["upload to reviewed"].append(time.perf_counter() - start)
            await tally.ask("workbench", client, "GET", f"/workbench/{filing_id}")
            state = (await tally.ask("state", client, "GET", f"{url}/state")).json()
            made = 0
            for target in (1, 2, 3):
                body = {"version": state["version"], "target": f"意见{target}", "verdict": "reject", "reason": "已批复"}
                state = (await tally.ask("decide", client, "POST", f"{url}/decisions", json=body)).json()
                made += 1
            if state["safe"]:
                body = {"version": state["version"]}
                state = (await tally.ask("accept safe", client, "POST", f"{url}/accept-safe", json=body)).json()
                state = (
                    await tally.ask("undo", client, "POST", f"{url}/undo", json={"version": state["version"]})
                ).json()
            tally.decisions[filing_id] = made
            await tally.ask("export", client, "GET", f"{url}/export/report.json")


def _token(page: httpx.Response) -> str:
    found = re.search(r'csrf-token" content="([^"]+)', page.text)
    assert found, page.text[:500]
    return found[1]


async def run(base: str, files: list[Path], users: int, rounds: int, tally: Tally) -> float:
    """All at once; the seconds it took."""
    start = time.perf_counter()
    done = await asyncio.gather(*(clerk(n, base, files, rounds, tally) for n in range(users)), return_exceptions=True)
    tally.errors += [f"{type(error).__name__}: {error}" for error in done if isinstance(error, BaseException)]
    return time.perf_counter() - start


def lost(data: Path, database: str | None, tally: Tally) -> list[str]:
    """What was acknowledged and is not in the database, or not whole."""
    store = open_store(data, database)
    gone = []
    with store.read() as db:
        for filing_id in tally.filings:
            filing = db.get(Filing, filing_id)
            if filing is None or filing.state != "draft":
                gone.append(f"filing {filing_id}: {filing and filing.state}")
                continue
            store.files.read(filing.file.stored, filing.file.sha256)
            kept = db.query(Decision).filter(Decision.filing_id == filing_id, Decision.undone.is_(None)).count()
            told = (
                db.query(AuditEntry).filter(AuditEntry.filing_id == filing_id, AuditEntry.action == "decided").count()
            )
            if kept != tally.decisions.get(filing_id, 0) or told < kept:
                gone.append(f"decisions of {filing_id}: {kept} kept, {told} audited")
    store.close()
    return gone


def report(tally: Tally, seconds: float, gone: list[str], users: int) -> None:
    """The figures."""
    requests = sum(len(times) for kind, times in tally.times.items() if kind != "upload to reviewed")
    print(f"{users} users, {len(tally.filings)} filings, {requests} requests in {seconds:.1f} s")
    print(f"  {requests / seconds:.1f} requests/s, {60 * len(tally.filings) / seconds:.1f} filings/min")
    print(f"  errors {len(tally.errors)}, lost {len(gone)}")
    for line in (*tally.errors[:5], *gone[:5]):
        print(f"    {line}")
    print(f"  {'':20} {'n':>6} {'median':>9} {'p95':>9} {'max':>9}")
    every = [t for kind, times in tally.times.items() if kind != "upload to reviewed" for t in times]
    for kind, times in [*tally.times.items(), ("all requests", every)]:
        p95 = statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
        told = [f"{value * 1000:7.0f}ms" for value in (statistics.median(times), p95, max(times))]
        print(f"  {kind:20} {len(times):6} {' '.join(told)}")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=[SEED])
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=2, help="filings of each user")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database")
    options = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        services = Services(Settings(data=data, workers=0), open_store(data, options.database))
        services.people.add(None, "admin", PASSWORD, "admin")
        for number in range(options.users):
            services.people.add(None, f"clerk{number}", PASSWORD, "clerk", unit=f"单位{number}")
        services.store.close()
        # Accounts are asked for only where others come in; the requests go over loopback all the same.
        command = [sys.executable, "-m", "reviewer", "serve", "--data", folder, "--port", str(port), "--no-open"]
        command += ["--host", "0.0.0.0", "--workers", str(options.workers)]
        command += ["--database", options.database] if options.database else []
        server = subprocess.Popen(command)
        try:
            base = f"http://127.0.0.1:{port}"
            for _ in range(300):
                try:
                    httpx.get(f"{base}/static/base.css")
                    break
                except httpx.TransportError:
                    time.sleep(0.2)
            tally = Tally()
            seconds = asyncio.run(run(base, options.files, options.users, options.rounds, tally))
            gone = lost(data, options.database, tally)
        finally:
            server.terminate()
            server.wait(30)
    report(tally, seconds, gone, options.users)
    return int(bool(tally.errors or gone))


if __name__ == "__main__":
    sys.exit(main())
