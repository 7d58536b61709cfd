"""Accounts: one's own password, people and units for administrators, the whole audit trail."""

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from starlette.testclient import TestClient

from reviewer.store.base import now
from reviewer.store.models import Access
from tests.web.conftest import BASE, PASSWORD, People, signed_in, take_token

NEW = "更长的新密码 456"


def test_ones_own_password(people: People, app: FastAPI) -> None:
    clerk, elsewhere = people["clerk"], signed_in(app, "clerk")
    form = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert "两次输入的新密码不一样" in clerk.post("/account/password", data={**form, "again": "x"}).text
    wrong = clerk.post("/account/password", data={**form, "old": "x"})
    assert (wrong.status_code, "原密码不对" in wrong.text) == (422, True)
    assert "太短" in clerk.post("/account/password", data={**form, "new": "短", "again": "短"}).text
    assert elsewhere.get("/api/me").status_code == 200
    assert "密码已改" in clerk.post("/account/password", data=form).text
    assert clerk.get("/api/me").status_code == 200
    assert elsewhere.get("/api/me").status_code == 401  # the other sessions ended
    assert signed_in(app, "clerk", NEW)


def test_people_are_managed_by_administrators(people: People, app: FastAPI) -> None:
    admin = people["admin"]
    page = admin.post("/account/people", data={"name": "新人", "password": NEW, "role": "clerk"})
    assert (page.status_code, "填报人要指定单位" in page.text) == (422, True)
    form = {"name": "新人", "password": NEW, "role": "clerk", "unit": "丙县教育局", "display": "王新"}
    assert admin.post("/account/people", data=form).status_code == 303
    page = admin.get("/account/people").text
    assert "丙县教育局" in page
    newcomer = signed_in(app, "新人", NEW)
    assert newcomer.get("/api/me").json()["unit"] == "丙县教育局"
    found = re.search(
        r'action="/account/people/%E6%96%B0%E4%BA%BA">\s*.*?name="version" value="(\d+)"', page, re.DOTALL
    )
    assert found
    change = {"version": found[1], "role": "clerk", "unit": "丙县教育局", "display": "王新", "disabled": "true"}
    assert admin.post("/account/people/新人", data=change).status_code == 303
    assert newcomer.get("/api/me").status_code == 401
    stale = admin.post("/account/people/新人", data=change)
    assert stale.status_code == 409
    guest = TestClient(app, base_url=BASE, follow_redirects=False)
    take_token(guest, "/account/sign-in")
    assert guest.post("/account/sign-in", data={"name": "新人", "password": NEW}).status_code == 401


def test_an_administrator_does_not_lock_himself_out(people: People) -> None:
    for change in ({"disabled": "true", "role": "admin"}, {"role": "clerk", "unit": "x"}):
        answer = people["admin"].post("/account/people/admin", data={"version": "1", **change})
        assert answer.status_code == 403


@pytest.mark.parametrize("who", ["clerk", "reviewer"])
def test_others_manage_nobody(people: People, who: str) -> None:
    client = people[who]
    for path, form in (
        ("/account/people", {"name": "x", "password": NEW, "role": "admin"}),
        ("/account/people/admin", {"version": "1", "password": NEW}),
        ("/account/units/1", {"version": "1", "name": "x"}),
    ):
        assert client.post(path, data=form).status_code == 403
    assert client.get("/account/audit").status_code == 403


def test_units_are_renamed(people: People) -> None:
    admin = people["admin"]
    first = "/account/units/1"
    assert admin.post(first, data={"version": "1", "name": "乙县水务局"}).status_code == 422
    assert admin.post(first, data={"version": "1", "name": "甲县残疾人联合会"}).status_code == 303
    assert admin.post(first, data={"version": "1", "name": "丁"}).status_code == 409
    assert admin.post("/account/units/99", data={"version": "1", "name": "丁"}).status_code == 404
    assert people["clerk"].get("/api/me").json()["unit"] == "甲县残疾人联合会"
    trail = admin.get("/account/audit").text
    assert "改了单位" in trail
    assert "登录" in trail


def test_a_session_ends_when_it_is_not_used(people: People, app: FastAPI) -> None:
    clerk = people["clerk"]
    hours = app.state.settings.limits.session_hours

    def left(span: timedelta) -> None:
        with app.state.store.write() as db:
            db.execute(update(Access).values(expires=now() + span))

    left(timedelta(hours=hours / 4))
    assert clerk.get("/api/me").status_code == 200  # used: it goes on
    with app.state.store.read() as db:
        assert db.query(Access).one().expires > now() + timedelta(hours=hours * 0.9)
    left(timedelta(seconds=-1))
    assert clerk.get("/api/me").status_code == 401


def test_secrets_are_not_kept(people: People, app: FastAPI) -> None:
    secret = people["clerk"].cookies["reviewer_session"]
    with app.state.store.read() as db:
        row = db.query(Access).one()
    assert secret not in (row.secret_hash, row.csrf)
    cookie = signed_in(app, "clerk").get("/account").request.headers["cookie"]
    assert "reviewer_session" in cookie
