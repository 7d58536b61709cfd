"""An application over each database, and clients of each role."""

import re
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from reviewer.store import Store
from reviewer.store.models import Unit, User
from reviewer.web.app import create_app
from reviewer.web.settings import Settings

BASE = "http://127.0.0.1:8620"
PASSWORD = "正确的密码 123"


@pytest.fixture
def app(store: Store) -> FastAPI:
    """The application with accounts."""
    return create_app(Settings(data=store.folder, local=False, hosts=(), workers=0), store)


@pytest.fixture
def local(sqlite: Store) -> Iterator[TestClient]:
    """A client of the local mode, come in by the one-time link."""
    app = create_app(Settings(data=sqlite.folder, workers=0), sqlite)
    with TestClient(app, base_url=BASE, follow_redirects=False) as client:
        link = app.state.services.access.make_link()
        assert client.get(f"/account/open?token={link}").status_code == 303
        take_token(client)
        yield client


class People(dict[str, TestClient]):
    """Clients by name, signed in when they are first asked for."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__()
        self._app = app

    def __missing__(self, name: str) -> TestClient:
        self[name] = signed_in(self._app, name)
        return self[name]


@pytest.fixture
def people(app: FastAPI) -> Iterator[People]:
    """Clients that signed in, by role; ``other`` is a clerk of another unit."""
    make_people(app)
    yield People(app)
    app.state.services.reading.close()


def make_people(app: FastAPI) -> None:
    """Two units with a clerk each, a reviewer and an administrator."""
    access = app.state.services.access
    access._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # tests sign in many times
    hashed = access.hash_password(PASSWORD)
    with app.state.store.write() as db:
        for name, role, unit in (
            ("clerk", "clerk", "甲县残联"),
            ("other", "clerk", "乙县水务局"),
            ("reviewer", "reviewer", None),
            ("admin", "admin", None),
        ):
            db.add(User(name=name, role=role, unit=Unit(name=unit) if unit else None, password_hash=hashed))


def signed_in(app: FastAPI, name: str, password: str = PASSWORD) -> TestClient:
    """A client of a person."""
    client = TestClient(app, base_url=BASE, follow_redirects=False)
    take_token(client, "/account/sign-in")
    answer = client.post("/account/sign-in", data={"name": name, "password": password})
    assert answer.status_code == 303, answer.text
    take_token(client)
    return client


def take_token(client: TestClient, path: str = "/account") -> None:
    """Let a client carry the CSRF token of a page from now on."""
    page = client.get(path, follow_redirects=True)
    found = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
    assert found, page.text
    client.headers["X-CSRF-Token"] = found[1]
