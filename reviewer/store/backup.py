"""Backup and restore: every row of one moment and every uploaded file in one zip, for either database.

A backup of SQLite can be restored into PostgreSQL and the other way round, and one of an older schema into this one:
rows are inserted under the schema that they were taken from, then brought to the newest. Sessions are left out.
"""

import base64
import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, DateTime, LargeBinary, MetaData, Table, bindparam, insert, select, text, update

from reviewer.errors import ReviewerError
from reviewer.store.base import now
from reviewer.store.database import Store, database_url, make_engine
from reviewer.store.files import FileStore
from reviewer.store.migrate import current, knows, upgrade

_FORMAT = 1
_LEFT_OUT = ("accesses", "alembic_version")
_MANIFEST = "manifest.json"
_STORED = re.compile(r"files/([0-9a-f]{32})")
_BATCH = 500
_TRIES = 3
_LARGEST = 2 * 1024**3  # of one file in a backup, unpacked


@dataclass(frozen=True)
class BackedUp:
    """What is in a backup: rows of all tables, files, and when it was made."""

    rows: int
    files: int
    made: str


class _VanishedError(Exception):
    """A file was removed while it should have been copied."""


def backup(store: Store, target: Path) -> BackedUp:
    """Write a backup; the server may go on working.

    Raises:
        ReviewerError: the place cannot be written, or an uploaded file is missing or damaged.
    """
    part = target.with_name(target.name + ".part")
    try:
        for _ in range(_TRIES):
            try:
                done = _write(store, part)
                part.replace(target)
                return done
            except _VanishedError:
                continue
        raise ReviewerError("文件正在被删除，备份没有做成", "", "过一会儿再备份")
    except OSError as error:
        remedy = "换一个位置，或腾出磁盘空间"
        raise ReviewerError(f"备份没有写成：{error.strerror or error}", str(target), remedy) from None
    finally:
        part.unlink(missing_ok=True)


def _write(store: Store, part: Path) -> BackedUp:
    made = now().isoformat(timespec="seconds")
    engine = store.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")  # all tables of one moment
    with engine.connect() as db, db.begin(), zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        tables = _tables(db)
        counts = {}
        for table in tables:
            with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as stream:
                counts[table.name] = 0
                for row in db.execute(select(table)).yield_per(_BATCH):
                    line = {name: _to_json(value) for name, value in row._mapping.items()}
                    stream.write(json.dumps(line, ensure_ascii=True).encode() + b"\n")
                    counts[table.name] += 1
        files = next(table for table in tables if table.name == "files")
        stored = db.execute(select(files.c.stored, files.c.sha256)).all()
        for name, sha256 in stored:
            archive.writestr(f"files/{name}", _content(store, name, sha256))
        manifest = {
            "format": _FORMAT,
            "schema": current(store.engine),
            "made": made,
            "tables": counts,
            "files": dict(stored),
        }
        archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
    return BackedUp(sum(counts.values()), len(stored), made)


def _content(store: Store, name: str, sha256: str) -> bytes:
    try:
        return store.files.read(name, sha256)
    except ReviewerError:
        with store.read() as db:
            is_known = db.execute(text("SELECT 1 FROM files WHERE stored = :name"), {"name": name}).first()
        if is_known is None:
            raise _VanishedError from None
        raise


def _tables(db: Connection) -> list[Table]:
    """The tables as the database has them, each behind those that it refers to."""
    found = MetaData()
    found.reflect(db)
    return [table for table in found.sorted_tables if table.name not in _LEFT_OUT]


def _to_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        moment = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def restore(source: Path, folder: Path, url: str | None = None) -> BackedUp:
    """Restore a backup into an empty store; a store that is in use is never overwritten.

    Raises:
        ReviewerError: it is no backup, is damaged or of a newer version, or the store is not empty.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            _check(archive, manifest)
            folder.mkdir(parents=True, exist_ok=True)
            engine = make_engine(database_url(folder, url))
            try:
                if current(engine) is not None and not _is_empty(engine.connect()):
                    where = "--database" if url else str(folder)
                    raise ReviewerError("这里已经有数据，没有恢复，以免盖掉", where, "用 --data 写一个新文件夹再恢复")
                upgrade(engine, manifest["schema"])
                _copy_files(archive, manifest, FileStore(folder / "files"))
                with engine.begin() as db:
                    rows = _insert(db, archive)
                upgrade(engine)
            finally:
                engine.dispose()
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        what = f"这不是完好的备份（{type(error).__name__}）"
        raise ReviewerError(what, str(source), "换一份备份") from None
    except OSError as error:
        raise ReviewerError(f"没有恢复：{error.strerror or error}", str(source), "检查文件、权限和磁盘空间") from None
    return BackedUp(rows, len(manifest["files"]), manifest["made"])


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read(_MANIFEST))
    if manifest["format"] != _FORMAT or not knows(manifest["schema"]):
        raise ReviewerError("备份是更新版本的程序做的", archive.filename or "", "升级本程序后再恢复")
    return manifest


def _check(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    """Prove the whole backup before anything is written."""
    names = {info.filename: info for info in archive.infolist()}
    for name, sha256 in manifest["files"].items():
        info = names[f"files/{name}"]
        if not _STORED.fullmatch(info.filename) or info.file_size > _LARGEST:
            raise ValueError(name)
        digest = hashlib.sha256()
        with archive.open(info) as stream:
            while chunk := stream.read(1024**2):
                digest.update(chunk)
        if digest.hexdigest() != sha256:
            raise ValueError(name)
    for table, count in manifest["tables"].items():
        if sum(1 for _ in _lines(archive, table)) != count:
            raise ValueError(table)


def _is_empty(db: Connection) -> bool:
    with db:
        return all(db.execute(select(table).limit(1)).first() is None for table in _tables(db))


def _copy_files(archive: zipfile.ZipFile, manifest: dict[str, Any], files: FileStore) -> None:
    for name in manifest["files"]:
        files.put(name, iter([archive.read(f"files/{name}")]))


def _insert(db: Connection, archive: zipfile.ZipFile) -> int:
    total = 0
    for table in _tables(db):
        # A row may refer to a later row of its own table: such references come second.
        own = [c.name for c in table.columns if any(f.column.table is table for f in c.foreign_keys)]
        rows = [_from_json(table, line) for line in _lines(archive, table.name)]
        if rows:
            db.execute(insert(table), [{**row, **dict.fromkeys(own)} for row in rows])
        (key,) = table.primary_key.columns
        for name in own:
            links = [{"row_key": row[key.name], "link": row[name]} for row in rows if row[name] is not None]
            if links:
                db.execute(update(table).where(key == bindparam("row_key")).values({name: bindparam("link")}), links)
        if db.dialect.name == "postgresql" and rows and isinstance(rows[0][key.name], int):
            quoted = f"pg_get_serial_sequence('{table.name}', '{key.name}')"
            db.execute(text(f"SELECT setval({quoted}, (SELECT max({key.name}) FROM {table.name}))"))
        total += len(rows)
    return total


def _lines(archive: zipfile.ZipFile, table: str) -> Iterator[dict[str, Any]]:
    with archive.open(f"tables/{table}.jsonl") as stream:
        for line in stream:
            yield json.loads(line)


def _from_json(table: Table, line: dict[str, Any]) -> dict[str, Any]:
    return {column.name: _value(column.type, line[column.name]) for column in table.columns}


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
