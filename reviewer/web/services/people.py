"""People and units: who may sign in, in which role, for which unit."""

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from reviewer.errors import ReviewerError
from reviewer.store import Store
from reviewer.store.audit import record
from reviewer.store.conflict import ConflictError
from reviewer.store.models import ROLES, Access, AuditEntry, Filing, Unit, User
from reviewer.web.actor import Actor
from reviewer.web.problems import ForbiddenError, NotFoundError
from reviewer.web.services.access import LOCAL_USER, AccessService, local_user
from reviewer.web.services.rows import audit_info
from reviewer.web.services.shapes import AuditInfo
from reviewer.web.services.units import unit_named
from reviewer.web.settings import Settings


class UserInfo(BaseModel):
    """A person as administrators see him."""

    id: int
    name: str
    display: str
    role: str
    unit: str
    disabled: bool
    created: datetime
    version: int


class UnitInfo(BaseModel):
    """A unit with how many filings it has handed in."""

    id: int
    name: str
    filings: int
    version: int


class PeopleService:
    """People and units. ``actor`` is None where the command line asks: who may run it may do everything."""

    def __init__(self, settings: Settings, store: Store, access: AccessService) -> None:
        self._settings, self._store, self._access = settings, store, access

    def users(self, actor: Actor | None) -> list[UserInfo]:
        """Everybody, by name.

        Raises:
            ForbiddenError: the person is no administrator.
        """
        _check(actor)
        with self._store.read() as db:
            query = select(User).where(User.name != LOCAL_USER).order_by(User.name).options(joinedload(User.unit))
            return [_info(user) for user in db.scalars(query)]

    def has_admin(self) -> bool:
        """Whether somebody can sign in and manage the others."""
        query = select(func.count(User.id)).where(
            User.role == "admin", User.disabled.is_(False), User.password_hash != ""
        )
        with self._store.read() as db:
            return bool(db.scalar(query))

    def add(
        self, actor: Actor | None, name: str, password: str, role: str, *, unit: str = "", display: str = ""
    ) -> UserInfo:
        """Add a person.

        Raises:
            ForbiddenError: the actor is no administrator.
            ReviewerError: the name is taken or empty, the role unknown, the password too simple, a clerk without unit.
        """
        _check(actor)
        name = name.strip()
        if not name or len(name) > 60 or name == LOCAL_USER or not name.isprintable() or "/" in name:
            raise ReviewerError("用户名不能用", name[:60], "写 1 至 60 个字，可以是中文，不要有斜杠")
        self._check_role(role, unit)
        self._check_password(name, password)
        hashed = self._access.hash_password(password)
        with self._store.write() as db:
            if db.scalar(select(User.id).where(func.lower(User.name) == name.lower())) is not None:
                raise ReviewerError(f"已经有叫“{name}”的用户", "", "换一个用户名")
            user = User(name=name, display=display.strip()[:60], role=role, password_hash=hashed)
            user.unit_id = unit_named(db, actor, unit) if unit.strip() else None
            db.add(user)
            db.flush()
            record(db, actor, "user_changed", user=name, what="新建", role=role, unit=unit.strip())
            db.refresh(user, ["unit"])
            return _info(user)

    def change(
        self,
        actor: Actor | None,
        name: str,
        *,
        version: int | None = None,
        role: str | None = None,
        unit: str | None = None,
        display: str | None = None,
        disabled: bool | None = None,
        password: str | None = None,
    ) -> UserInfo:
        """Change a person; what is None stays. A new password and a disabled account end all sessions.

        Raises:
            ForbiddenError: the actor is no administrator, or would lock himself out.
            NotFoundError: there is nobody of that name.
            ConflictError: somebody else changed him since ``version``.
            ReviewerError: see ``add``.
        """
        _check(actor)
        if actor is not None and actor.name == name and (disabled or (role is not None and role != "admin")):
            raise ForbiddenError("不能停用自己，也不能改自己的角色", "", "请另一位管理员来改")
        if password is not None:
            self._check_password(name, password)
        with self._store.write() as db:
            user = _user(db, name)
            if version is not None and user.version != version:
                raise ConflictError
            told = {}
            if role is not None or unit is not None:
                unit_name = unit if unit is not None else (user.unit.name if user.unit else "")
                self._check_role(role or user.role, unit_name)
                user.role = role or user.role
                user.unit_id = unit_named(db, actor, unit_name) if unit_name.strip() else None
                told = {"role": user.role, "unit": unit_name.strip()}
            if display is not None:
                user.display = display.strip()[:60]
            if disabled is not None:
                user.disabled = disabled
                told["disabled"] = "是" if disabled else "否"
            if password is not None:
                user.password_hash = self._access.hash_password(password)
                told["password"] = "重设"
            if disabled or password is not None:
                db.execute(delete(Access).where(Access.user_id == user.id))
            record(db, actor, "user_changed", None, user=name, what="修改", **told)
            db.flush()
            db.refresh(user, ["unit"])
            return _info(user)

    def change_own_password(self, actor: Actor, old: str, new: str) -> None:
        """A person's own new password; his other sessions end.

        Raises:
            ReviewerError: the old one is wrong, or the new one too simple.
        """
        self._check_password(actor.name, new)
        with self._store.read() as db:
            hashed = _user(db, actor.name).password_hash
        if not self._access.is_password(hashed, old):
            raise ReviewerError("原密码不对", "", "再输一次；忘了请找管理员重设")
        with self._store.write() as db:
            _user(db, actor.name).password_hash = self._access.hash_password(new)
            db.execute(delete(Access).where(Access.user_id == actor.user_id, Access.id != actor.access_id))
            record(db, actor, "user_changed", user=actor.name, what="改自己的密码")

    def token(self, name: str) -> str:
        """A new token with which a program acts as a person.

        Raises:
            NotFoundError: there is nobody of that name.
        """
        with self._store.write() as db:
            user_id = (local_user(db) if name == LOCAL_USER else _user(db, name)).id
            record(db, None, "user_changed", user=name, what="新建令牌")
        return self._access.make_token(user_id)

    def units(self, actor: Actor) -> list[UnitInfo]:
        """All units for reviewers; a clerk's own."""
        count = (
            select(func.count(Filing.id))
            .where(Filing.unit_id == Unit.id, Filing.handed_in.is_not(None))
            .scalar_subquery()
        )
        query = select(Unit, count).order_by(Unit.name)
        if not actor.is_reviewer:
            query = query.where(Unit.id == actor.unit_id)
        with self._store.read() as db:
            return [
                UnitInfo(id=unit.id, name=unit.name, filings=number, version=unit.version)
                for unit, number in db.execute(query)
            ]

    def rename_unit(self, actor: Actor, unit_id: int, version: int, name: str) -> None:
        """Give a unit another name.

        Raises:
            ForbiddenError: no administrator. NotFoundError, ConflictError: no such unit, or changed meanwhile.
            ReviewerError: the name is empty or taken.
        """
        _check(actor)
        name = name.strip()[:200]
        with self._store.write() as db:
            unit = db.get(Unit, unit_id)
            if unit is None:
                raise NotFoundError("没有这个单位")
            if unit.version != version:
                raise ConflictError
            taken = db.scalar(select(Unit.id).where(Unit.name == name, Unit.id != unit_id))
            if not name or taken is not None:
                raise ReviewerError("单位名称不能为空，也不能与别的单位相同", name, "换一个名称")
            record(db, actor, "unit_changed", before=unit.name, name=name)
            unit.name = name

    def audit(self, actor: Actor, limit: int = 500) -> list[AuditInfo]:
        """The latest entries of the whole audit trail.

        Raises:
            ForbiddenError: the person is no administrator.
        """
        _check(actor)
        with self._store.read() as db:
            query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
            return [audit_info(entry) for entry in db.scalars(query)]

    def _check_role(self, role: str, unit: str) -> None:
        if role not in ROLES:
            raise ReviewerError(f"没有“{role[:20]}”这种角色", "", f"可用：{'、'.join(ROLES)}")
        if role == "clerk" and not unit.strip():
            raise ReviewerError("填报人要指定单位", "", "写上单位名称，例如 --unit 某县残疾人联合会")

    def _check_password(self, name: str, password: str) -> None:
        least = self._settings.limits.login.password_length
        if len(password) < least:
            raise ReviewerError(f"密码太短，至少 {least} 个字符", "", "用几个词连起来更好记，也更难猜")
        if len(password) > 200 or len(set(password)) < 4 or password.casefold() == name.casefold():
            raise ReviewerError("密码太简单", "", "不要用重复的字符，也不要与用户名相同")


def _check(actor: Actor | None) -> None:
    if actor is not None and not actor.is_admin:
        raise ForbiddenError("只有管理员能管理用户和单位", "", "请管理员来改")


def _user(db: Session, name: str) -> User:
    user = db.scalar(select(User).where(User.name == name.strip()).options(joinedload(User.unit)))
    if user is None:
        raise NotFoundError(f"没有叫“{name[:60]}”的用户", "", "用 reviewer user list 查看全部")
    return user


def _info(user: User) -> UserInfo:
    return UserInfo(
        id=user.id,
        name=user.name,
        display=user.display,
        role=user.role,
        unit=user.unit.name if user.unit else "",
        disabled=user.disabled,
        created=user.created,
        version=user.version,
    )
