"""``reviewer user``: who may sign in to the page, when others reach it too."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.app import app

if TYPE_CHECKING:
    from reviewer.web.services import Services

user_app = typer.Typer(
    name="user", help="管理网页的用户：reviewer serve --host 给别人用时，要用账号登录。", no_args_is_help=True
)
app.add_typer(user_app)


class Role(StrEnum):
    """What a person may do."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    ADMIN = "admin"


_Data = Annotated[Path | None, typer.Option("--data", metavar="DIR", help="数据文件夹。")]
_Database = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", envvar="REVIEWER_DATABASE", show_envvar=False, help="数据库的地址。"),
]
_Name = Annotated[str, typer.Argument(metavar="NAME", help="用户名。")]
_Stdin = Annotated[bool, typer.Option("--password-stdin", help="密码从标准输入读。")]


@user_app.command("add")
def add(
    name: _Name,
    role: Annotated[Role, typer.Option(metavar="ROLE", help="clerk、reviewer、admin。")] = Role.CLERK,
    unit: Annotated[str, typer.Option(metavar="单位", help="填报人所在的单位。", show_default=False)] = "",
    display: Annotated[str, typer.Option(metavar="姓名", help="显示的姓名。", show_default=False)] = "",
    password_stdin: _Stdin = False,
    data: _Data = None,
    database: _Database = None,
) -> None:
    """新建用户：clerk 是填报人，reviewer 是审核人，admin 是管理员。

    第一个用户应是管理员：reviewer user add 张三 --role admin。
    数据文件夹和数据库同 reviewer serve。
    """
    services = _services(data, database)
    made = services.people.add(None, name, _password(password_stdin), role.value, unit=unit, display=display)
    words = services.settings.limits.roles[made.role]
    typer.echo(f"已新建 {made.name}（{words}{'，' + made.unit if made.unit else ''}）", err=True)


@user_app.command("list")
def list_users(data: _Data = None, database: _Database = None) -> None:
    """列出全部用户。"""
    services = _services(data, database)
    users = services.people.users(None)
    for user in users:
        parts = [services.settings.limits.roles[user.role], user.unit, user.display, "已停用" if user.disabled else ""]
        print(f"{user.name}　{'，'.join(filter(None, parts))}")
    if not users:
        typer.echo("还没有用户。新建：reviewer user add 张三 --role admin", err=True)


@user_app.command("password")
def password(name: _Name, password_stdin: _Stdin = False, data: _Data = None, database: _Database = None) -> None:
    """重设密码；这个用户要重新登录。"""
    services = _services(data, database)
    services.people.change(None, name, password=_password(password_stdin))
    typer.echo(f"已重设 {name} 的密码", err=True)


@user_app.command("disable")
def disable(name: _Name, data: _Data = None, database: _Database = None) -> None:
    """停用用户；他做过的事都留着。"""
    _services(data, database).people.change(None, name, disabled=True)
    typer.echo(f"已停用 {name}；恢复用 reviewer user enable {name}", err=True)


@user_app.command("enable")
def enable(name: _Name, data: _Data = None, database: _Database = None) -> None:
    """恢复停用的用户。"""
    _services(data, database).people.change(None, name, disabled=False)
    typer.echo(f"已恢复 {name}", err=True)


@user_app.command("token")
def token(name: _Name, data: _Data = None, database: _Database = None) -> None:
    """给程序一个令牌，让它以这个用户的身份用 REST API；只显示这一次。"""
    services = _services(data, database)
    print(services.people.token(name))
    typer.echo(f"有效 {services.settings.limits.token_days} 天；请求时带上 Authorization: Bearer 令牌", err=True)


def _services(data: Path | None, database: str | None) -> "Services":
    from reviewer.resources import data_folder
    from reviewer.store import open_store
    from reviewer.web.services import Services
    from reviewer.web.settings import Settings

    folder = data or data_folder()
    return Services(Settings(data=folder, database=database, workers=0), open_store(folder, database))


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    entered: str = typer.prompt("密码", hide_input=True, confirmation_prompt="再输一次")
    return entered
