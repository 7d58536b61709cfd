"""What every request passes: one-time link, sign-in, roles, CSRF, host, headers, limits."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.web.conftest import BASE, PASSWORD, signed_in, take_token


def test_a_link_works_once(local: TestClient) -> None:
    link = local.app.state.services.access.make_link()
    browser = TestClient(local.app, base_url=BASE, follow_redirects=False)
    assert browser.get("/workbench").status_code == 401
    assert browser.get(f"/account/open?token={link}").headers["location"] == "/"
    assert browser.get("/workbench").status_code == 200
    other = TestClient(local.app, base_url=BASE)
    refused = other.get(f"/account/open?token={link}")
    assert refused.status_code == 401
    assert "已经用过或过期" in refused.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8620", "", "[::2]"])
def test_other_host_names_are_refused(local: TestClient, host: str) -> None:
    assert local.get("/workbench", headers={"host": host}).status_code == 421


def test_each_page_carries_the_policy(local: TestClient) -> None:
    for path in ("/workbench", "/static/base.css", "/nowhere", "/api/openapi.json"):
        policy = local.get(path).headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy


def test_sign_in_and_roles(people: dict[str, TestClient], app: FastAPI) -> None:
    assert people["reviewer"].get("/queue").status_code == 200
    assert people["clerk"].get("/check").status_code == 200
    stranger = TestClient(app, base_url=BASE, follow_redirects=False)
    assert stranger.get("/check").headers["location"] == "/account/sign-in"
    take_token(stranger, "/account/sign-in")
    wrong = stranger.post("/account/sign-in", data={"name": "clerk", "password": "falsch"})
    assert wrong.status_code == 401
    assert "用户名或密码不对" in wrong.text


def test_signing_in_is_rate_limited(people: dict[str, TestClient], app: FastAPI) -> None:
    stranger = TestClient(app, base_url=BASE, follow_redirects=False)
    take_token(stranger, "/account/sign-in")
    for _ in range(5):
        assert stranger.post("/account/sign-in", data={"name": "clerk", "password": "x"}).status_code == 401
    refused = stranger.post("/account/sign-in", data={"name": "clerk", "password": PASSWORD})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert signed_in(app, "reviewer")  # others are not kept out


def test_requests_without_token_or_from_elsewhere_are_refused(people: dict[str, TestClient]) -> None:
    clerk = people["clerk"]
    token = clerk.headers.pop("X-CSRF-Token")
    assert clerk.post("/account/sign-out").status_code == 403
    assert clerk.post("/account/sign-out", data={"csrf_token": "wrong"}).status_code == 403
    elsewhere = {"origin": "https://evil.example", "x-csrf-token": token}
    assert clerk.post("/account/sign-out", headers=elsewhere).status_code == 403
    assert clerk.get("/check").status_code == 200  # still signed in
    assert clerk.post("/account/sign-out", data={"csrf_token": token}).status_code == 303
    assert clerk.get("/check").status_code == 303


def test_a_long_body_is_refused(people: dict[str, TestClient]) -> None:
    long = people["clerk"].post("/account/sign-out", content=b"x" * 600_000)
    assert long.status_code == 413

    def drops() -> object:
        yield from (b"x" * 100_000 for _ in range(8))

    answer = people["clerk"].post("/account/sign-out", content=drops())
    assert answer.status_code in (303, 413)  # a route that reads no body may answer before
