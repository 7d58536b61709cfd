"""Options shared by all tests."""

from collections.abc import Iterator

import pytest

from tests.store.postgres import Postgres


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
