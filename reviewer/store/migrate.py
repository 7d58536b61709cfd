"""Bringing a database to the newest schema; the migrations travel with the package."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from reviewer.errors import ReviewerError

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_204_311  # any number of our own: two servers starting at once take turns


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", _FOLDER.as_posix().replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest schema's name."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def knows(schema: str) -> bool:
    """Whether this program knows a schema."""
    script = ScriptDirectory.from_config(_config())
    return any(revision.revision == schema for revision in script.walk_revisions())


def current(engine: Engine) -> str | None:
    """The schema of a database; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, target: str = "head") -> None:
    """Bring a database to a schema.

    Raises:
        ReviewerError: it was made by a newer version of this program.
    """
    with _turn(engine) as connection:
        try:
            command.upgrade(_config(connection), target)
        except CommandError:
            raise ReviewerError(
                "数据库是更新版本的程序建的，这个版本读不了",
                "",
                "升级本程序（pip install -U indicator-reviewer）后再启动",
            ) from None


@contextmanager
def _turn(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection = connection.execution_options(immediate=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            yield connection
