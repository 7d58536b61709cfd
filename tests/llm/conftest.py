"""No test of this folder reaches beyond loopback, sees the developer's model settings or writes the user's cache."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewer.llm import Session, load_settings, open_session
from tests.llm.fault_server import ScriptedFaultServer

KEY = "sk-test-0123456789abcdef"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anywhere else is an error."""
    connect, lookup = socket.socket.connect, socket.getaddrinfo

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in _LOOPBACK:
            raise AssertionError(f"a test wants to connect to {address}")
        connect(self, address)

    def looked_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in (*_LOOPBACK, None, ""):
            raise AssertionError(f"a test wants to look up {host}")
        return lookup(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", looked_up)


@pytest.fixture(autouse=True)
def clean_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of the developer's; caches go to the test's own folder; tracing is asked for and must not happen."""
    for name in list(os.environ):
        if name.startswith(("REVIEWER_LLM_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("REVIEWER_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("REVIEWER_LLM_SETTINGS", str(tmp_path / "model.yaml"))
    (tmp_path / "model.yaml").write_text("{}\n", "utf-8")
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2_none")


@pytest.fixture
def session_for() -> Callable[..., Session]:
    """Makes a session that asks a scripted server and never really waits."""

    def make(server: ScriptedFaultServer, **options: Any) -> Session:
        given = {"base_url": server.url, "model": "scripted", "api_key": KEY, "timeout": 5, "price": None, **options}
        session = open_session(load_settings(given), progress=False)
        session.sleep = lambda seconds: None
        return session

    return make
