"""Ways in: passwords, sessions, tokens and one-time links."""

import hashlib
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from reviewer.store import Store
from reviewer.store.audit import record
from reviewer.store.base import now
from reviewer.store.models import Access, User
from reviewer.web.actor import Actor, actor_of
from reviewer.web.problems import SignInError, TooManyError
from reviewer.web.settings import Settings

LOCAL_USER = "local"
_HASHES = 4  # passwords checked at once: many people who sign in together must not fill memory and cores
_Kind = Literal["session", "token", "link"]


@dataclass(frozen=True)
class Entered:
    """A session was begun: ``secret`` goes into the cookie and is kept nowhere else."""

    secret: str
    actor: Actor


class AccessService:
    """Who may come in."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._hashing = threading.BoundedSemaphore(_HASHES)
        self._tries = Tries(settings.limits.login.tries, settings.limits.login.window_minutes * 60)

    @cached_property
    def _hasher(self) -> PasswordHasher:
        # Argon2id with 19 MiB, two passes, one lane: the least that OWASP's Password Storage Cheat Sheet recommends.
        return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

    @cached_property
    def _nobody(self) -> str:
        # Checked for names that do not exist, so that the time taken does not tell them from those that do.
        return self._hasher.hash(secrets.token_hex(16))

    def hash_password(self, password: str) -> str:
        """The Argon2 hash of a password."""
        with self._hashing:
            return self._hasher.hash(password)

    def sign_in(self, name: str, password: str, *, source: str) -> Entered:
        """Begin a session with name and password.

        Args:
            source: address of the browser, for the limit of tries.

        Raises:
            TooManyError: too many failed tries of this name or from this address.
            SignInError: name or password is wrong.
        """
        keys = (f"name:{name.strip().casefold()}", f"from:{source}")
        self._tries.check(keys)
        with self._store.read() as db:
            user = db.scalar(select(User).where(User.name == name.strip()))
        known = user is not None and user.password_hash and not user.disabled
        right = self.is_password(user.password_hash if user is not None and known else self._nobody, password)
        if user is None or not known or not right:
            self._tries.failed(keys)
            with self._store.write() as db:
                record(db, None, "sign_in_failed", who=name.strip()[:60] or "（空）", source=source)
            raise SignInError("用户名或密码不对", "", "检查大小写和输入法；忘了密码请找管理员重设")
        self._tries.forget(keys[:1])
        with self._store.write() as db:
            fresh = db.get_one(User, user.id, options=[joinedload(User.unit)])
            if self._hasher.check_needs_rehash(fresh.password_hash):
                fresh.password_hash = self.hash_password(password)
            entered = self._enter(db, fresh)
            record(db, entered.actor, "sign_in", source=source)
        return entered

    def is_password(self, stored: str, password: str) -> bool:
        """Whether a password has this hash."""
        try:
            with self._hashing:
                return self._hasher.verify(stored, password)
        except (VerifyMismatchError, InvalidHashError):
            return False

    def _enter(self, db: Session, user: User) -> Entered:
        secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        db.execute(delete(Access).where(Access.expires < now()))
        expires = now() + timedelta(hours=self._settings.limits.session_hours)
        row = Access(kind="session", secret_hash=digest(secret), user_id=user.id, csrf=csrf, expires=expires)
        db.add(row)
        db.flush()
        return Entered(secret, actor_of(user, csrf=csrf, access_id=row.id))

    def actor(self, secret: str, kind: _Kind = "session") -> Actor | None:
        """The person behind a session's cookie or a program's token; None when it is unknown or too old."""
        with self._store.read() as db:
            row = db.scalar(
                select(Access)
                .where(Access.secret_hash == digest(secret), Access.kind == kind)
                .options(joinedload(Access.user).joinedload(User.unit))
            )
            if row is None or row.expires < now() or row.user.disabled:
                return None
            if row.user.name == LOCAL_USER and not self._settings.local:
                return None  # the machine's own user has no place where others come in
            found = actor_of(row.user, csrf=row.csrf, access_id=row.id)
            life = timedelta(hours=self._settings.limits.session_hours)
            is_stale = kind == "session" and row.expires - now() < life / 2
        if is_stale:  # used for half of its life: it goes on
            with self._store.write() as db:
                again = db.get(Access, found.access_id)
                if again is not None:
                    again.expires = now() + life
        return found

    def sign_out(self, actor: Actor) -> None:
        """End a session."""
        with self._store.write() as db:
            db.execute(delete(Access).where(Access.id == actor.access_id))
            record(db, actor, "sign_out")

    def make_link(self) -> str:
        """The secret of a one-time link into the local mode."""
        secret = secrets.token_urlsafe(24)
        with self._store.write() as db:
            user = local_user(db)
            expires = now() + timedelta(minutes=self._settings.limits.link_minutes)
            db.add(Access(kind="link", secret_hash=digest(secret), user_id=user.id, expires=expires))
        return secret

    def use_link(self, secret: str) -> Entered:
        """Begin a session with a one-time link; it works once.

        Raises:
            SignInError: it was used before or is too old.
        """
        with self._store.write() as db:
            row = db.scalar(
                select(Access).where(Access.secret_hash == digest(secret), Access.kind == "link").with_for_update()
            )
            if row is None or row.expires < now() or not self._settings.local:
                raise SignInError(
                    "这个链接已经用过或过期了", "", "在终端里再运行一次 reviewer serve，会给出新的链接并自动打开"
                )
            user = db.get_one(User, row.user_id, options=[joinedload(User.unit)])
            db.delete(row)
            return self._enter(db, user)

    def make_token(self, user_id: int) -> str:
        """The secret of a new token for programs."""
        secret = secrets.token_urlsafe(32)
        with self._store.write() as db:
            expires = now() + timedelta(days=self._settings.limits.token_days)
            db.add(Access(kind="token", secret_hash=digest(secret), user_id=user_id, expires=expires))
        return secret


def local_user(db: Session) -> User:
    """The one user of the local mode, who may do everything on his own machine."""
    user = db.scalar(select(User).where(User.name == LOCAL_USER))
    if user is None:
        user = User(name=LOCAL_USER, display="本机", role="admin")
        db.add(user)
        db.flush()
    return user


def digest(secret: str) -> str:
    """What is kept of a secret: it has 192 bits or more, so a plain hash tells nothing of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Tries:
    """Failed tries within a sliding window, by name and by address."""

    def __init__(self, limit: int, seconds: int) -> None:
        self._limit, self._seconds = limit, seconds
        self._seen: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, keys: tuple[str, ...]) -> None:
        """Refuse when a key has failed too often.

        Raises:
            TooManyError: it has.
        """
        with self._lock:
            for key in keys:
                times = self._fresh(key)
                # Many people may sit behind one address.
                if len(times) >= self._limit * (4 if key.startswith("from:") else 1):
                    wait = max(1, int(times[0] + self._seconds - time.monotonic()))
                    minutes = -(-wait // 60)
                    raise TooManyError("登录试错太多次", "", f"请过 {minutes} 分钟再试，或找管理员", seconds=wait)

    def failed(self, keys: tuple[str, ...]) -> None:
        """Note a failed try."""
        with self._lock:
            for key in keys:
                self._fresh(key).append(time.monotonic())

    def forget(self, keys: tuple[str, ...]) -> None:
        """The right password ends the count."""
        with self._lock:
            for key in keys:
                self._seen.pop(key, None)

    def _fresh(self, key: str) -> deque[float]:
        if len(self._seen) > 10_000:  # made-up names must not fill the memory
            self._seen = {k: t for k, t in self._seen.items() if t and t[-1] > time.monotonic() - self._seconds}
        times = self._seen.setdefault(key, deque(maxlen=self._limit * 4))
        while times and times[0] < time.monotonic() - self._seconds:
            times.popleft()
        return times
