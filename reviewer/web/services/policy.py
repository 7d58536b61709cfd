"""Who may do what with a filing: the one place where this is said."""

from reviewer.store.models import Filing
from reviewer.web.actor import Actor
from reviewer.web.problems import ForbiddenError, NotFoundError

# state → states that it may move to, by who moves it
_BY_CLERK = {"draft": ("open",)}
_BY_REVIEWER = {
    "open": ("in_review", "returned", "passed"),
    "in_review": ("returned", "passed", "open"),
    "returned": ("in_review",),
    "passed": ("in_review",),
}
_READ = ("draft", "open", "in_review", "returned", "passed")


def may_see(actor: Actor, filing: Filing) -> bool:
    """A unit's drafts are its own affair; what was handed in is seen by its unit and by reviewers."""
    if actor.user_id == filing.owner_id:
        return True
    if actor.is_reviewer:
        return filing.handed_in is not None
    return actor.unit_id is not None and actor.unit_id == filing.unit_id


def may(actor: Actor, filing: Filing) -> list[str]:
    """What a person who sees a filing may do with it; ``revise``: upload a further version of it."""
    allowed = list(moves(actor, filing))
    is_own = _is_own(actor, filing)
    if filing.state in _READ:
        allowed.append("export")
    if (filing.state == "draft" and is_own) or (filing.state in ("open", "in_review") and actor.is_reviewer):
        allowed.append("decide")
    if actor.is_reviewer and filing.handed_in is not None:
        allowed.append("deadline")
    if is_own and filing.state in ("draft", "failed"):
        allowed.append("remove")
    if (is_own and filing.state in ("draft", "returned")) or (actor.is_reviewer and filing.state in _READ):
        allowed.append("revise")
    return allowed


def moves(actor: Actor, filing: Filing) -> tuple[str, ...]:
    """The states that a person may move a filing to."""
    own = _BY_CLERK.get(filing.state, ()) if _is_own(actor, filing) else ()
    return (*own, *(_BY_REVIEWER.get(filing.state, ()) if actor.is_reviewer else ()))


def _is_own(actor: Actor, filing: Filing) -> bool:
    same_unit = actor.unit_id is not None and actor.unit_id == filing.unit_id
    return actor.user_id == filing.owner_id or (same_unit and not actor.is_reviewer)


def check_seen(actor: Actor, filing: Filing | None) -> Filing:
    """The filing, when the person may know of it.

    Raises:
        NotFoundError: there is none, or it is another unit's: the two are told alike, so that nobody can probe.
    """
    if filing is None or not may_see(actor, filing):
        raise NotFoundError("没有这份申报表，或您无权查看", "", "检查网址；其他单位的申报表只有审核人能看")
    return filing


def check_may(actor: Actor, filing: Filing, what: str) -> None:
    """Refuse what the person may not do.

    Raises:
        ForbiddenError: he may not.
    """
    if what not in may(actor, filing):
        from reviewer.web.settings import limits

        state = limits().states[filing.state]
        raise ForbiddenError(f"这份申报表{state}，您现在不能做这一步", "", "刷新后看它现在的状态；需要时请审核人处理")
