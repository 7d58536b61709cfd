"""The rooms of the application, in the order of the navigation. To add one: a folder with ``routes.py``, and a line."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.web.actor import Actor

if TYPE_CHECKING:
    from fastapi import APIRouter

_EVERYBODY = ("clerk", "reviewer", "admin")
_REVIEWERS = ("reviewer", "admin")


@dataclass(frozen=True)
class Room:
    """A room.

    Attributes:
        key: name of its folder in ``reviewer/web``; its pages lie under ``/key``, its templates are ``key/….html``,
            its static files ``/static/key/…``.
        title: its name in the navigation; "" when it is not there.
        roles: who may enter; anybody, signed in or not, when empty.
    """

    key: str
    title: str
    roles: tuple[str, ...] = _EVERYBODY

    @property
    def folder(self) -> Path:
        """Its folder."""
        return Path(__file__).parent / self.key

    def router(self) -> "APIRouter":
        """Its routes: ``router`` of its module ``routes``, without the prefix."""
        router: APIRouter = import_module(f"reviewer.web.{self.key}.routes").router
        return router


ROOMS = (
    Room("workbench", "工作台"),
    Room("check", "自查"),
    Room("sent", "报送情况", ("clerk",)),
    Room("queue", "审核队列", _REVIEWERS),
    Room("train", "训练"),
    Room("help", "帮助"),
    Room("account", "", ()),
)


def rooms_for(actor: Actor | None) -> tuple[Room, ...]:
    """The rooms in the navigation of a person."""
    return tuple(room for room in ROOMS if room.title and actor is not None and actor.role in room.roles)
