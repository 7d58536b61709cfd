"""What a route asks for: ``def page(request: Request, actor: Me, services: Work): …``."""

from typing import Annotated

from fastapi import Depends, Request

from reviewer.web.actor import Actor
from reviewer.web.problems import ForbiddenError, SignInError
from reviewer.web.services import Services


def _actor(request: Request) -> Actor:
    actor: Actor | None = getattr(request.state, "actor", None)
    if actor is None:
        raise SignInError("请先登录", "", "登录后再打开这一页")
    return actor


def _reviewer(actor: Annotated[Actor, Depends(_actor)]) -> Actor:
    if not actor.is_reviewer:
        raise ForbiddenError("这一页只给审核人看", "", "请用审核人的账号登录")
    return actor


def _admin(actor: Annotated[Actor, Depends(_actor)]) -> Actor:
    if not actor.is_admin:
        raise ForbiddenError("这一页只给管理员看", "", "请用管理员的账号登录")
    return actor


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


Me = Annotated[Actor, Depends(_actor)]
Reviewer = Annotated[Actor, Depends(_reviewer)]
Admin = Annotated[Actor, Depends(_admin)]
Work = Annotated[Services, Depends(_services)]
