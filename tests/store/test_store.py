"""The store in both databases: migrations, versions, the audit trail, files, backup."""

import threading
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from reviewer.errors import ReviewerError
from reviewer.store import Store, open_store
from reviewer.store.audit import record
from reviewer.store.backup import backup, restore
from reviewer.store.conflict import ConflictError
from reviewer.store.database import database_url, make_engine
from reviewer.store.migrate import current, head, upgrade
from reviewer.store.models import AuditEntry, Base, Decision, Filing, Review, StoredFile, Unit, User
from tests.store.postgres import Postgres


def fill(store: Store) -> str:
    """Two rounds of a filing with a review, a decision and an audit entry; the id of the second round."""
    kept = store.files.keep([b"first", b"-second"])
    with store.write() as db:
        user = User(name="张三", role="reviewer", unit=Unit(name="甲县残联"))
        db.add(user)
        db.flush()
        for number, previous in (("a" * 32, "b" * 32), ("b" * 32, None)):  # the later one is inserted first
            file = StoredFile(stored=kept.stored if previous else "0" * 32, name="表.docx", size=12, sha256=kept.sha256)
            if previous is None:
                store.files.put("0" * 32, [b"first-second"])
            db.add(
                Filing(
                    id=number,
                    state="open",
                    owner_id=user.id,
                    unit_id=user.unit_id,
                    file=file,
                    deadline=date(2025, 3, 11),
                    round=2 if previous else 1,
                    handed_in=datetime(2025, 3, 1, 8, 30, tzinfo=UTC),
                )
            )
        db.flush()
        db.get_one(Filing, "a" * 32).previous_id = "b" * 32
        db.add(Review(filing_id="a" * 32, report=b"\x00\xff", grids=b"", figures={"错误": 3}))
        note = {"verdict": "accept", "rows": ["≥90%"]}
        db.add(
            Decision(
                filing_id="a" * 32,
                number=1,
                step=1,
                about="finding",
                target="意见1",
                verdict="accept",
                body=note,
                user_id=1,
            )
        )
        record(db, None, "uploaded", db.get_one(Filing, "a" * 32), name="表.docx")
    return "a" * 32


def test_the_schema_is_that_of_the_models(store: Store) -> None:
    assert current(store.engine) == head()
    with store.engine.connect() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_migration_from_nothing_and_from_the_previous_schema(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server: Postgres | None = request.getfixturevalue("postgres") if kind == "postgresql" else None
    url = server.fresh(empty=True) if server else None
    engine = make_engine(database_url(tmp_path, url))
    assert current(engine) is None
    upgrade(engine, "0001")
    assert current(engine) == "0001"
    assert "training_answers" not in inspect(engine).get_table_names()
    with engine.begin() as db:
        db.execute(text("INSERT INTO units (name, version) VALUES ('甲县残联', 4)"))
    engine.dispose()
    store = open_store(tmp_path, url)
    assert current(store.engine) == head() != "0001"
    assert "training_answers" in inspect(store.engine).get_table_names()
    with store.read() as opened:
        assert opened.scalar(select(Unit.name).where(Unit.version == 4)) == "甲县残联"
    store.close()
    open_store(tmp_path, url).close()  # once more changes nothing


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_rounds_are_counted_for_what_was_handed_in_before(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """From the schema before: drafts stand between the rounds."""
    url = request.getfixturevalue("postgres").fresh(empty=True) if kind == "postgresql" else None
    engine = make_engine(database_url(tmp_path, url))
    upgrade(engine, "0002")
    chain = [("a", None, True), ("b", "a", False), ("c", "b", True), ("d", "c", True)]
    with engine.begin() as db:
        db.execute(text("INSERT INTO users VALUES (1, 'x', '', 'admin', NULL, '', false, '2025-01-01 00:00:00', 1)"))
        db.execute(text("INSERT INTO files VALUES (1, 'x', 'x', 1, 'x', '2025-01-01 00:00:00')"))
        for filing_id, previous, handed in chain:
            values = {"id": filing_id, "previous": previous, "handed": "2025-01-01 00:00:00" if handed else None}
            columns = "id, title, round, previous_id, state, handed_in, file_id, owner_id, created, changed, version"
            fixed = "'2025-01-01 00:00:00', '2025-01-01 00:00:00', 1"
            row = f"(:id, '', 1, :previous, 'open', :handed, 1, 1, {fixed})"
            db.execute(text(f"INSERT INTO filings ({columns}) VALUES {row}"), values)
    engine.dispose()
    found = open_store(tmp_path, url)
    with found.read() as opened:
        told = {f.id: (f.earlier_id, f.turn) for f in opened.scalars(select(Filing))}
    assert told == {"a": (None, 1), "b": (None, None), "c": ("a", 2), "d": ("c", 3)}
    found.close()


def test_a_database_of_a_newer_program_is_left_alone(store: Store) -> None:
    with store.engine.begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ReviewerError, match="更新版本的程序"):
        upgrade(store.engine)


def test_what_is_written_is_read_back(store: Store) -> None:
    fill(store)
    with store.read() as db:
        filing = db.get_one(Filing, "a" * 32)
        assert filing.handed_in == datetime(2025, 3, 1, 8, 30, tzinfo=UTC)
        assert filing.deadline == date(2025, 3, 11)
        review = db.scalars(select(Review)).one()
        assert (review.report, review.figures) == (b"\x00\xff", {"错误": 3})


def test_a_failed_block_keeps_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as db:
        db.add(Unit(name="甲"))
        db.flush()
        1 / 0  # noqa: B018
    with store.read() as opened:
        assert opened.scalars(select(Unit)).all() == []


def test_no_update_is_lost(store: Store) -> None:
    """Two people who read the same version: the second is told, and the first one's change stays."""
    fill(store)
    with store.read() as one, store.read() as other:
        mine, theirs = one.get_one(Filing, "a" * 32), other.get_one(Filing, "a" * 32)
    with store.write() as db:
        db.merge(mine).state = "passed"
    with pytest.raises(ConflictError, match="没有保存"), store.write() as again:
        stale = again.merge(theirs, load=False)
        stale.state = "returned"
    with store.read() as db:
        filing = db.get_one(Filing, "a" * 32)
        assert (filing.state, filing.version) == ("passed", mine.version + 1)


def test_many_writers_at_once(store: Store) -> None:
    """Twelve threads count up one row: each either adds one or is told that another was quicker."""
    fill(store)
    told: list[str] = []

    def count() -> None:
        for _ in range(5):
            try:
                with store.write() as db:
                    unit = db.scalars(select(Unit)).one()
                    unit.name = f"{unit.name}."
                told.append("kept")
            except ConflictError:
                told.append("refused")

    threads = [threading.Thread(target=count) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 60
    with store.read() as db:
        assert db.scalars(select(Unit)).one().name.count(".") == told.count("kept") > 0


def test_the_same_row_twice_is_a_conflict(store: Store) -> None:
    with store.write() as db:
        db.add(Unit(name="甲"))
    with pytest.raises(ConflictError), store.write() as again:
        again.add(Unit(name="甲"))


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
def test_the_audit_trail_is_append_only(store: Store, change: str) -> None:
    fill(store)
    with pytest.raises(DBAPIError), store.engine.begin() as db:
        db.execute(text(change))
    with store.read() as opened:
        assert [entry.who for entry in opened.scalars(select(AuditEntry))] == ["程序"]


def test_a_file_is_whole_or_refused(sqlite: Store) -> None:
    kept = sqlite.files.keep([b"abc", b"def"])
    assert sqlite.files.read(kept.stored, kept.sha256) == b"abcdef"
    assert kept.size == 6
    sqlite.files.path(kept.stored).write_bytes(b"abcdeg")
    with pytest.raises(ReviewerError, match="损坏"):
        sqlite.files.read(kept.stored, kept.sha256)

    def breaks() -> object:
        yield b"half"
        raise ValueError

    with pytest.raises(ValueError):
        sqlite.files.keep(breaks())  # type: ignore[arg-type]
    assert [p.name for p in sqlite.files.folder.rglob("*") if p.is_file()] == [kept.stored]


def test_what_a_killed_server_left_is_swept(sqlite: Store) -> None:
    kept, orphan = sqlite.files.keep([b"a"]), sqlite.files.keep([b"b"])
    half = sqlite.files.path("c" * 32).with_suffix(".part")
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(b"c")
    assert sqlite.files.sweep({kept.stored}, older_than=3600) == 0
    assert sqlite.files.sweep({kept.stored}, older_than=-1) == 2
    assert sqlite.files.read(kept.stored, kept.sha256) == b"a"
    assert not sqlite.files.path(orphan.stored).exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "", "a" * 31, "A" * 32, f"{'a' * 30}/b", "a" * 32 + "\n"])
def test_no_name_leads_out_of_the_store(sqlite: Store, name: str) -> None:
    with pytest.raises(ReviewerError):
        sqlite.files.path(name)


def test_wrong_addresses_are_told(tmp_path: Path) -> None:
    for url in ("mysql://x/y", "no address", "postgresql://test@127.0.0.1:1/none"):
        with pytest.raises(ReviewerError) as told:
            open_store(tmp_path, url)
        assert told.value.remedy


def test_passwords_of_databases_are_not_told(tmp_path: Path) -> None:
    with pytest.raises(ReviewerError) as told:
        open_store(tmp_path, "postgresql://test:geheim@127.0.0.1:1/none")
    assert "geheim" not in str(told.value)


def test_backup_and_restore(store: Store, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Into the other kind of database; what came later goes on with the next numbers."""
    fill(store)
    done = backup(store, tmp_path / "b.zip")
    assert (done.files, done.rows) == (2, 9)
    other: str | None = None
    if store.engine.dialect.name == "sqlite":
        other = request.getfixturevalue("postgres").fresh(empty=True)
    restored = restore(tmp_path / "b.zip", tmp_path / "new", other)
    assert restored == done
    again = open_store(tmp_path / "new", other)
    for model in (Unit, User, StoredFile, Filing, Review, Decision, AuditEntry):
        with store.read() as one, again.read() as two:
            key = inspect(model).primary_key[0]
            mine, theirs = ([_row(r) for r in db.scalars(select(model).order_by(key))] for db in (one, two))
            assert mine == theirs != []
    with again.write() as db:
        db.add(Unit(name="乙"))
        record(db, None, "exported")
    with again.read() as db:
        assert {file.sha256 for file in db.scalars(select(StoredFile)) if again.files.read(file.stored, file.sha256)}
    with pytest.raises(ReviewerError, match="已经有数据"):
        restore(tmp_path / "b.zip", tmp_path / "new", other)
    again.close()


def _row(row: object) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in inspect(type(row)).columns}


def test_a_backup_of_the_previous_schema_is_restored(tmp_path: Path) -> None:
    engine = make_engine(database_url(tmp_path))
    upgrade(engine, "0001")
    with engine.begin() as db:
        db.execute(text("INSERT INTO units (name, version) VALUES ('甲', 1)"))
    old = Store(engine, tmp_path)
    backup(old, tmp_path / "old.zip")
    old.close()
    restore(tmp_path / "old.zip", tmp_path / "new")
    store = open_store(tmp_path / "new")
    with store.read() as opened:
        assert opened.scalars(select(Unit.name)).all() == ["甲"]
    assert current(store.engine) == head()
    store.close()


def test_a_damaged_backup_is_refused(sqlite: Store, tmp_path: Path) -> None:
    fill(sqlite)
    backup(sqlite, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as source, zipfile.ZipFile(tmp_path / "c.zip", "w") as target:
        for info in source.infolist():
            content = source.read(info)
            target.writestr(info.filename, content + b"x" if info.filename.startswith("files/") else content)
    (tmp_path / "d.zip").write_bytes((tmp_path / "b.zip").read_bytes()[:-100])
    (tmp_path / "e.zip").write_bytes(b"no zip")
    for name in ("c.zip", "d.zip", "e.zip", "missing.zip"):
        with pytest.raises(ReviewerError):
            restore(tmp_path / name, tmp_path / name[0])
        assert not (tmp_path / name[0] / "reviewer.sqlite3").exists()


def test_a_backup_tells_a_missing_file(sqlite: Store, tmp_path: Path) -> None:
    fill(sqlite)
    sqlite.files.remove("0" * 32)
    with pytest.raises(ReviewerError, match="找不到存下的原文件"):
        backup(sqlite, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()
    assert not (tmp_path / "b.zip.part").exists()
