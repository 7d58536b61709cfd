"""Who is asking."""

from dataclasses import dataclass

from reviewer.store.models import User


@dataclass(frozen=True)
class Actor:
    """The person (or program) behind a request.

    Attributes:
        role: clerk, reviewer or admin.
        unit_id, unit: the unit that a clerk belongs to.
        csrf: what every request that changes something must carry; "" for a program's token, which no browser sends.
        access_id: the session or token that was used.
    """

    user_id: int
    name: str
    display: str
    role: str
    unit_id: int | None = None
    unit: str = ""
    csrf: str = ""
    access_id: int = 0

    @property
    def shown(self) -> str:
        """The name that others see."""
        return self.display or self.name

    @property
    def is_reviewer(self) -> bool:
        """May see and decide on the filings of all units."""
        return self.role in ("reviewer", "admin")

    @property
    def is_admin(self) -> bool:
        """May manage people and units."""
        return self.role == "admin"


def actor_of(user: User, *, csrf: str = "", access_id: int = 0) -> Actor:
    """The actor of a user's row."""
    unit = user.unit
    return Actor(user.id, user.name, user.display, user.role, user.unit_id, unit.name if unit else "", csrf, access_id)
