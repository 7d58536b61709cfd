"""The audit trail: rows are added in the same transaction as what they tell of, and never changed."""

from typing import Any, Protocol

from sqlalchemy.orm import Session

from reviewer.store.models import AuditEntry, Filing


class Person(Protocol):
    """Whoever did it."""

    @property
    def user_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def shown(self) -> str: ...


def record(
    db: Session, person: Person | None, action: str, filing: Filing | None = None, *, who: str = "", **detail: Any
) -> None:
    """Add an entry.

    Args:
        person: who did it; None for the program itself, or somebody unknown named by ``who``.
        action: a key of ``ACTION_WORDS``.
        detail: what else there is to tell, as JSON.
    """
    if action not in ACTION_WORDS:
        raise ValueError(action)
    db.add(
        AuditEntry(
            user_id=person.user_id if person else None,
            who=_words(person) if person else who or "程序",
            action=action,
            filing_id=filing.id if filing else None,
            unit_id=filing.unit_id if filing else None,
            detail=detail,
        )
    )


def _words(person: Person) -> str:
    return person.name if person.shown == person.name else f"{person.shown}（{person.name}）"


ACTION_WORDS = {
    "sign_in": "登录",
    "sign_in_failed": "登录失败",
    "sign_out": "退出",
    "user_changed": "改了用户",
    "unit_changed": "改了单位",
    "uploaded": "上传",
    "reviewed": "程序审核完成",
    "failed": "程序没有读出",
    "submitted": "报送",
    "deadline": "定了期限",
    "assigned": "认领",
    "returned": "退回修改",
    "passed": "审核通过",
    "reopened": "重新打开",
    "removed": "删除",
    "decided": "处理",
    "edited": "改了单元格",
    "undone": "撤销",
    "exported": "导出",
}
