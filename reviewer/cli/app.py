"""The application that command modules hang themselves on.

A command is a module of this package that says ``@app.command()``; it is found by walking the package. Whatever is
slow to import (parsers, rules, pydantic) is imported inside the command's function, so that ``--help`` stays quick.
"""

import importlib
import pkgutil
from typing import Annotated

import typer
from typer.core import TyperGroup

# Shown first, in this order; all others follow by name.
_FIRST = ("review", "suggest", "rules", "explain", "schema")


class _Ordered(TyperGroup):
    """Lists the everyday commands first."""

    def list_commands(self, ctx: object) -> list[str]:
        names = sorted(self.commands)
        return sorted(names, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))


app = typer.Typer(
    name="reviewer",
    cls=_Ordered,
    help="审核财政预算绩效目标申报表：逐条检查，指出问题、位置、理由和依据。",
    epilog="退出码：0 没有必须修改的问题；1 有必须修改的问题；2 有文件读不了，或命令用法有误。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"reviewer {version('indicator-reviewer')}")
        except PackageNotFoundError:
            typer.echo("reviewer（未安装，直接从源码运行）")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="显示版本号。")
    ] = False,
) -> None:
    pass


def load_commands() -> typer.Typer:
    """The application with all commands of this package."""
    package = importlib.import_module("reviewer.cli")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"reviewer.cli.{module.name}")
    return app
