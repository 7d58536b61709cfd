"""How the web application runs: where its data is, who may reach it, and the limits of ``taxonomy/web.yaml``."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from reviewer.errors import DataError
from reviewer.records.base import Record
from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml


class UploadLimits(Record):
    """Limits of uploads: MB of a file, files at once, seconds and MB of memory for reading one."""

    file_mb: int
    files: int
    seconds: int
    memory_mb: int


class LoginLimits(Record):
    """Failed tries within a window of minutes; least characters of a password."""

    tries: int
    window_minutes: int
    password_length: int


class Limits(Record):
    """The whole of ``taxonomy/web.yaml``."""

    upload: UploadLimits
    body_kb: int
    login: LoginLimits
    session_hours: int
    link_minutes: int
    token_days: int
    states: dict[str, str]
    roles: dict[str, str]


@cache
def limits() -> Limits:
    """The limits as delivered.

    Raises:
        DataError: the file breaks its format.
    """
    path = resource("taxonomy", "web.yaml")
    try:
        return Limits.model_validate(load_yaml(path))
    except ValidationError as error:
        raise DataError(f"网页的限度写得不对：{error.errors()[0]['msg']}", str(path), "改正后重启") from None


@dataclass(frozen=True)
class Settings:
    """One running application.

    Attributes:
        data: folder of the store.
        database: address of the database; the file in ``data`` when None.
        local: no accounts: whoever holds the one-time link is the machine's user. Only for loopback.
        hosts: names in the ``Host`` header that are answered (without port); empty: any. Guards the local mode against
            other sites that point their name at this machine.
        secure: the browser speaks https (a proxy in front): cookies are marked so.
        workers: processes that read and review uploads; 0: a thread.
    """

    data: Path
    database: str | None = None
    local: bool = True
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    secure: bool = False
    port: int = 8620
    workers: int = 2
    limits: Limits = field(default_factory=limits)

    @property
    def cookie(self) -> str:
        """Name of the session's cookie: cookies are shared by all ports of a host, so the local mode's has its own."""
        return f"reviewer_session_{self.port}" if self.local else "reviewer_session"
