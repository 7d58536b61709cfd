"""``reviewer serve`` as a person runs it, ``reviewer user``, and the examples of how to run it for others."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from reviewer.cli import main
from reviewer.web.serve import is_loopback

ROOT = Path(__file__).parents[2]
SERVE = [sys.executable, "-m", "reviewer", "serve", "--no-open"]


@pytest.fixture
def port() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def running(tmp_path: Path, port: int) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A running server with its first link."""
    command = [*SERVE, "--data", str(tmp_path), "--port", str(port), "--workers", "1"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    assert server.stdout is not None
    line = server.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+/account/open\?token=[\w-]+", line)
    assert found, line
    for _ in range(300):
        try:
            httpx.get(f"http://127.0.0.1:{port}/static/base.css")
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield found[0], server
    server.kill()
    server.wait(30)


def test_one_link_one_visitor_and_a_second_start(
    running: tuple[str, subprocess.Popen[str]], tmp_path: Path, port: int
) -> None:
    link, server = running
    with httpx.Client(follow_redirects=True) as browser:
        assert browser.get(link).status_code == 200
        assert browser.get(f"http://127.0.0.1:{port}/workbench").status_code == 200
    assert httpx.get(link).status_code == 401
    # The same data once more: no second server, but a fresh link into the first one, whatever port is asked for.
    again = subprocess.run(
        [*SERVE, "--data", str(tmp_path), "--port", "1"], capture_output=True, encoding="utf-8", timeout=120
    )
    assert again.returncode == 0, again.stderr
    assert "已经在" in again.stdout
    fresh = re.search(r"http://\S+token=[\w-]+", again.stdout)
    assert fresh
    assert fresh[0] != link
    assert httpx.get(fresh[0]).status_code == 303
    other = subprocess.run(
        [*SERVE, "--data", str(tmp_path / "other"), "--port", str(port)],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert other.returncode == 2
    assert "--port" in other.stderr
    server.send_signal(signal.SIGTERM)
    assert server.wait(30) == 0
    assert not (tmp_path / ".serve.json").exists()


def test_others_come_in_only_with_an_administrator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--host", "0.0.0.0", "--data", str(tmp_path), "--no-open"]) == 2
    assert "reviewer user add" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("10.0.0.5", False), ("x.cn", False)],
)
def test_what_only_this_machine_reaches(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_users_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        import io

        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(["user", *arguments, "--data", str(tmp_path)])
        said = capsys.readouterr()
        return code, said.out, said.err

    assert run("add", "张三", "--role", "admin", "--password-stdin", typed="一个好记的密码呀\n")[0] == 0
    assert run("add", "李四", "--unit", "甲县残联", "--password-stdin", typed="另一个好记的密码\n")[0] == 0
    code, _, told = run("add", "王五", "--password-stdin", typed="另一个好记的密码\n")
    assert code == 2
    assert "填报人要指定单位" in told
    for password, word in (("短\n", "太短"), ("aaaaaaaaaa\n", "太简单"), ("张三张三张三张三\n", "太简单")):
        code, _, told = run("add", "赵六", "--role", "reviewer", "--password-stdin", typed=password)
        assert code == 2
        assert word in told
    assert "已经有叫" in run("add", "张三", "--role", "admin", "--password-stdin", typed="一个好记的密码呀\n")[2]
    assert run("disable", "李四")[0] == 0
    assert run("list")[1].splitlines() == ["张三　管理员", "李四　填报人，甲县残联，已停用"]
    assert run("enable", "李四")[0] == 0
    code, token, _ = run("token", "李四")
    assert code == 0
    assert len(token.strip()) >= 40
    assert run("password", "无名", "--password-stdin", typed="另一个好记的密码\n")[0] == 2


def test_a_token_is_the_person(tmp_path: Path) -> None:
    from starlette.testclient import TestClient

    from reviewer.store import open_store
    from reviewer.web.app import create_app
    from reviewer.web.settings import Settings
    from tests.web.filings import csv

    store = open_store(tmp_path)
    app = create_app(Settings(data=tmp_path, local=False, hosts=(), workers=0), store)
    people = app.state.services.people
    people.add(None, "李四", "另一个好记的密码", "clerk", unit="甲县残联")
    token = people.token("李四")
    client = TestClient(app, headers={"authorization": f"Bearer {token}"})
    assert client.get("/api/me").json() == {"name": "李四", "shown": "李四", "role": "clerk", "unit": "甲县残联"}
    assert client.post("/api/filings", files=[("files", ("a.csv", csv()))]).status_code == 202  # no CSRF token
    people.change(None, "李四", disabled=True)
    assert client.get("/api/me").status_code == 401
    app.state.services.reading.close()
    store.close()


@pytest.mark.parametrize("name", ["Dockerfile", "reviewer.service"])
def test_the_examples_name_options_that_there_are(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "examples" / "deploy" / name).read_text("utf-8")
    line = next(t for t in text.splitlines() if t.startswith(("CMD [", "ExecStart=")) and "serve" in t)
    told = set(re.findall(r"--[a-z][a-z-]+", line))
    assert main(["serve", "--help"]) == 0
    shown = re.sub(r"\s", "", capsys.readouterr().out)
    assert told
    assert all(option in shown for option in told)
