"""Options shared by all tests."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.store.postgres import Postgres

if TYPE_CHECKING:
    from reviewer.store import Store


# A run in the background of a shell ignores Ctrl-C, and so would what it starts; some tests send it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="renew expected outputs instead of comparing with them")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected outputs are to be renewed."""
    return bool(request.config.getoption("--update"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; the test is skipped where there is none."""
    server = Postgres()
    if server.reason:
        server.stop()
        pytest.skip(server.reason)
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> "Iterator[Store]":
    """An empty store in each database."""
    from reviewer.store import open_store

    postgres = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = postgres.fresh() if postgres else None
    store = open_store(tmp_path / "data", url)
    yield store
    store.close()
    if postgres:
        postgres.drop(url)


@pytest.fixture
def sqlite(tmp_path: Path) -> "Iterator[Store]":
    """A store in SQLite: for what does not depend on the database."""
    from reviewer.store import open_store

    store = open_store(tmp_path / "data")
    yield store
    store.close()
