"""The application in a real browser: Chromium, driven by playwright; nothing but the page's own server answers."""

import hashlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from fastapi import FastAPI

from reviewer.store import open_store
from reviewer.web.app import create_app
from reviewer.web.settings import Settings
from reviewer.web.workers import Job, Reviewed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
SEED = Path(__file__).parents[2] / "examples" / "shifeng-2023.docx"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none, and say so."""
    reason = _missing()
    for item in items:
        if reason and item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.skip(reason=reason))


def _missing() -> str:
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "playwright is not installed"
    return "" if CHROMIUM else "Chromium is not installed"


@dataclass
class Served:
    """A running application."""

    base: str
    app: FastAPI

    def link(self) -> str:
        """A one-time link into the local mode."""
        return f"{self.base}/account/open?token={self.app.state.services.access.make_link()}"


@contextmanager
def serve(*, local: bool) -> Iterator[Served]:
    """An application of its own on a free port; uploads are read in this process."""
    with tempfile.TemporaryDirectory(prefix="reviewer-e2e-") as folder, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        store = open_store(Path(folder))
        app = create_app(Settings(data=Path(folder), local=local, port=port, workers=0), store)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        for _ in range(400):
            if server.started:
                break
            time.sleep(0.05)
        assert server.started
        try:
            yield Served(f"http://127.0.0.1:{port}", app)
        finally:
            server.should_exit = True
            thread.join(10)
            store.close()


@pytest.fixture(scope="package", autouse=True)
def _each_file_is_reviewed_once() -> Iterator[None]:
    """The same file gives the same review: only the first upload of it takes its time."""
    from reviewer.web.services import examine

    known: dict[tuple[str, bytes], Reviewed] = {}
    work = examine.examine

    def remembered(job: Job) -> Reviewed:
        key = job.name, hashlib.sha256(job.place.read_bytes()).digest()
        if key not in known:
            known[key] = work(job)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examine, "examine", remembered)
        yield


@pytest.fixture(scope="package")
def browser() -> Iterator["Browser"]:
    """One browser for all tests of this folder."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def local() -> Iterator[Served]:
    """The local mode: no accounts, a one-time link."""
    with serve(local=True) as served:
        yield served


@pytest.fixture(scope="package")
def office() -> Iterator[Served]:
    """The mode with accounts."""
    from tests.web.conftest import make_people

    with serve(local=False) as served:
        make_people(served.app)
        yield served


@dataclass
class Watched:
    """A page and what went wrong on it."""

    page: "Page"
    served: Served
    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def goto(self, path: str) -> None:
        """Open a page of the application."""
        self.page.goto(self.served.base + path)

    def watch(self) -> None:
        """Take note of errors on the console, of uncaught errors, and of requests to anywhere else."""
        self.page.on("console", lambda m: self._note(f"console: {m.text}") if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self._note(f"error: {error}"))
        self.page.on("request", lambda request: self._request(request.url))

    def _request(self, url: str) -> None:
        if not url.startswith((self.served.base, "data:", "blob:")):
            self._note(f"off-origin: {url}")

    def _note(self, text: str) -> None:
        self.problems.append(text)

    def unexpected(self) -> list[str]:
        """What went wrong and was not meant to."""
        return [p for p in self.problems if not any(word in p for word in self.expected)]


Opener = Callable[..., Watched]


@pytest.fixture
def opener(browser: "Browser") -> Iterator[Opener]:
    """Opens a fresh browser window on an application; at the end nothing may have gone wrong on any of its pages."""
    opened: list[tuple[Any, Watched]] = []

    def make(served: Served, *, width: int = 1280, height: int = 800) -> Watched:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True, reduced_motion="reduce"
        )
        context.set_default_timeout(15_000)
        watched = Watched(context.new_page(), served)
        watched.watch()
        opened.append((context, watched))
        return watched

    yield make
    problems = [problem for _, watched in opened for problem in watched.unexpected()]
    for context, _ in opened:
        context.close()
    assert problems == []


@pytest.fixture
def desk(opener: Opener, local: Served) -> Watched:
    """A window on the local mode, come in by the link."""
    watched = opener(local)
    watched.page.goto(local.link())
    return watched


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, from npm; skips where it cannot be had."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed: accessibility is not checked by axe-core")
    folder = Path(tempfile.gettempdir()) / "reviewer-axe-core"
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), "axe-core@4"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip("npm did not answer: accessibility is not checked by axe-core")
        if done.returncode or not script.is_file():
            pytest.skip(f"npm could not install axe-core: {done.stderr.strip()[-200:]}")
    return script.read_text("utf-8")


def upload(watched: Watched, file: Path = SEED) -> str:
    """Drop a file on the workbench; its id once it is open there."""
    page = watched.page
    watched.goto("/workbench")
    page.set_input_files("#files", str(file))
    page.wait_for_url(re.compile("/workbench/[0-9a-f]+$"))
    page.wait_for_selector(".finding.open")
    return page.url.rpartition("/")[2]


def saved(page: "Page") -> None:
    """Wait until every step is kept."""
    page.locator(".pending").wait_for(state="hidden")
