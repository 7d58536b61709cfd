"""Opening the database: SQLite in WAL mode or PostgreSQL, brought to the newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from reviewer.errors import ReviewerError
from reviewer.store.conflict import ConflictError
from reviewer.store.files import FileStore

DATABASE_FILE = "reviewer.sqlite3"
_BUSY_SECONDS = 30


class Store:
    """The database and the uploaded files of one installation.

    Attributes:
        engine: its database.
        folder: the data folder.
        files: the uploaded files.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.files = FileStore(folder / "files")
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that changes nothing; what was loaded may be used after it."""
        with self._sessions() as db:
            yield db

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction: everything in it is kept when the block ends, or nothing.

        Raises:
            ConflictError: somebody else changed a row since it was read, or added the same one.
        """
        with self._sessions() as db:
            try:
                db.connection(execution_options={"immediate": True})
                yield db
                db.commit()
            except StaleDataError:
                db.rollback()
                raise ConflictError from None
            except DBAPIError as error:
                db.rollback()
                if _is_race(error):
                    raise ConflictError from None
                raise
            except BaseException:
                db.rollback()
                raise

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def database_url(folder: Path, url: str | None = None) -> str:
    """The address of the database: the file in the data folder when none is given."""
    if not url:
        return f"sqlite:///{(folder / DATABASE_FILE).as_posix()}"
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return f"postgresql+pg8000://{url.removeprefix(plain)}"
    return url


def make_engine(url: str) -> Engine:
    """An engine with the settings that this program relies on.

    Raises:
        ReviewerError: the address is wrong or its driver is not installed.
    """
    try:
        kind = make_url(url).get_backend_name()
        if kind == "sqlite":
            return _sqlite(url)
        if kind != "postgresql":
            raise ReviewerError(
                f"不支持的数据库：{kind}", "--database", "可用 SQLite（不写 --database）或 postgresql://…"
            )
        # Reviews are short transactions; a connection that a firewall has closed is noticed before use.
        return create_engine(url, pool_size=20, max_overflow=40, pool_pre_ping=True)
    except ArgumentError:
        example = "postgresql://用户:密码@主机/库名"
        raise ReviewerError("数据库地址的写法不对", "--database", f"例如 {example}") from None
    except ModuleNotFoundError:
        raise ReviewerError(
            "没有安装 PostgreSQL 的驱动", "--database", 'pip install "indicator-reviewer[postgres]"'
        ) from None


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        pool_size=20,
        max_overflow=40,
    )

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # this module says BEGIN itself: pysqlite would say it too late
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_SECONDS}000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # Writers queue up at their start: a reader turned writer could only fail when another was quicker.
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def open_store(folder: Path, url: str | None = None) -> Store:
    """Open the store of a data folder and bring its database to the newest schema.

    Raises:
        ReviewerError: the folder or database cannot be used, or was made by a newer version of this program.
    """
    from reviewer.store.migrate import upgrade

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReviewerError(
            f"数据文件夹建不了：{error.strerror or error}", str(folder), "用 --data 换一个位置"
        ) from None
    engine = make_engine(database_url(folder, url))
    try:
        with FileLock(folder / ".migrate.lock"):
            upgrade(engine)
    except DBAPIError as error:
        engine.dispose()
        raise ReviewerError(
            "数据库打不开", shown(engine), f"检查地址、权限和服务是否在运行（{_cause(error)}）"
        ) from None
    return Store(engine, folder)


def shown(engine: Engine) -> str:
    """The database's address without its password."""
    return engine.url.render_as_string(hide_password=True)


# PostgreSQL: unique_violation, serialization_failure, deadlock_detected.
_RACES = ("23505", "40001", "40P01")


def _is_race(error: DBAPIError) -> bool:
    """Whether two transactions got into each other's way: once more, and it works."""
    told = error.orig.args[0] if error.orig is not None and error.orig.args else ""
    if isinstance(told, dict):  # pg8000
        return told.get("C") in _RACES
    return str(told).startswith("UNIQUE constraint failed")


def _cause(error: DBAPIError) -> str:
    return f"{error.orig or error}".splitlines()[0][:200]
