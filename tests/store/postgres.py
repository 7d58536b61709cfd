"""A PostgreSQL server for the tests, where its programs are installed: own folder, own port, no password."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path


class Postgres:
    """A server that ends with the tests; ``reason`` says why there is none."""

    def __init__(self) -> None:
        self.reason = ""
        self._template = ""
        self._folder: Path | None = None
        self._programs = _programs()
        if self._programs is None:
            self.reason = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
            return
        # The server refuses to run as root.
        self._as = ["runuser", "-u", "postgres", "--"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        self._folder = Path(tempfile.mkdtemp(prefix="reviewer-pg-", dir=_fast_folder()))
        if self._as:
            shutil.chown(self._folder, "postgres", "postgres")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        try:
            self._run("initdb", "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync", "-D", str(self._folder / "db"))
            options = (
                f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories={self._folder}"
            )
            log = str(self._folder / "log")
            self._run("pg_ctl", "start", "-w", "-t", "30", "-D", str(self._folder / "db"), "-l", log, "-o", options)
        except (OSError, subprocess.SubprocessError) as error:
            said = getattr(error, "stderr", b"") or b""
            self.reason = f"PostgreSQL did not start: {error} {said.decode(errors='replace')[:300]}"

    def fresh(self, *, empty: bool = False) -> str:
        """The address of a new database: without any table, or with the newest schema and nothing in it."""
        import pg8000.native

        name = f"t{uuid.uuid4().hex}"
        if not empty and not self._template:
            from reviewer.store.database import database_url, make_engine
            from reviewer.store.migrate import upgrade

            engine = make_engine(database_url(Path(), self.fresh(empty=True)))
            upgrade(engine)
            self._template = str(engine.url.database)
            engine.dispose()
        template = "template0" if empty else self._template
        db = pg8000.native.Connection("test", host="127.0.0.1", port=self.port, database="postgres")
        try:
            db.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        finally:
            db.close()
        return f"postgresql://test@127.0.0.1:{self.port}/{name}"

    def drop(self, url: str) -> None:
        """Remove a database that nothing is connected to any more."""
        import pg8000.native

        db = pg8000.native.Connection("test", host="127.0.0.1", port=self.port, database="postgres")
        try:
            db.run(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]}")
        finally:
            db.close()

    def stop(self) -> None:
        """End the server."""
        if self._folder is None:
            return
        if not self.reason:
            self._run("pg_ctl", "stop", "-m", "immediate", "-D", str(self._folder / "db"))
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        assert self._programs is not None
        command = [*self._as, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=60, cwd="/")


def _programs() -> Path | None:
    found = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")]
    if found:
        return max(found, key=lambda p: int(p.parent.name))
    program = shutil.which("pg_ctl")
    return Path(program).parent if program else None


def _fast_folder() -> str | None:
    """Memory where there is enough of it: making and removing databases is mostly writing small files."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2**30 else None
