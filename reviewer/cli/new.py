"""``reviewer new rule``: the two files of a rule to come; the contract tests then say what is left to fill in."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.app import app

new_app = typer.Typer(name="new", help="新建规则文件（供开发者在源码目录中使用）。", no_args_is_help=True)
app.add_typer(new_app)

_NAME = re.compile(r"([A-Z]{3}\d{3})_([a-z][a-z0-9]*(?:_[a-z0-9]+)*)")
_CASES = (("应当报出的写法", 1), ("看着像、其实没错的写法", 0))
_OF_EACH = 4


class _Scope(StrEnum):
    INDICATOR = "indicator"
    FORM = "form"
    FILING = "filing"


# What the check of each scope is given: the parameter's name, its type, and where the type comes from.
_SUBJECTS = {
    _Scope.INDICATOR: ("row", "Row", "", "Context, Row, rule"),
    _Scope.FORM: ("form", "Form", "Form, ", "Context, rule"),
    _Scope.FILING: ("filing", "Filing", "Filing, ", "Context, rule"),
}


@new_app.callback()
def _new() -> None:
    pass


@new_app.command("rule")
def new_rule(
    group: Annotated[str, typer.Argument(metavar="组", help="规则所在的组（审核方面），如 relevance。")],
    name: Annotated[str, typer.Argument(metavar="名称", help="代码_英文短名，如 REL306_task_without_unit。")],
    scope: Annotated[_Scope, typer.Option(help="检查的对象：一条指标、一张表或整份文件。")] = _Scope.INDICATOR,
) -> None:
    """新建一条规则的两个文件：规则模块和案例。"""
    from reviewer.errors import ReviewerError
    from reviewer.rules import RULES
    from reviewer.rules.engine import DIMENSIONS

    root = _checkout()
    if group not in DIMENSIONS:
        known = "、".join(f"{folder}（{title}）" for folder, title in DIMENSIONS.items())
        raise ReviewerError(f"没有名为“{group}”的规则组", "参数 组", f"可选：{known}")
    match = _NAME.fullmatch(name[:6].upper() + name[6:])
    if match is None:
        raise ReviewerError(
            f"名称“{name}”的写法不对", "参数 名称", "写成“三个字母＋三位数字_小写英文短名”，如 REL306_task_without_unit"
        )
    code = match[1]
    if code in RULES:
        raise ReviewerError(f"代码 {code} 已有规则“{RULES[code].name}”", "参数 名称", "换一个没有用过的代码")
    stem = match[0].lower()
    files = {
        root / "reviewer" / "rules" / group / f"{stem}.py": _module(code, scope),
        root / "tests" / "rules" / group / f"{stem}.yaml": _cases(code, scope),
    }
    for path in files:
        if path.exists():
            raise ReviewerError("文件已经存在，没有改动任何文件", str(path), "换一个名称，或先移走这个文件")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        typer.echo(f"已新建 {path.relative_to(root).as_posix()}")
    typer.echo(f"接下来：填好两个文件里的“待填”，再运行 python -m pytest tests/rules -k {code}，按提示补齐。")


def _checkout() -> Path:
    """The top of the source tree.

    Raises:
        ReviewerError: the program runs from an installed wheel.
    """
    from reviewer.errors import ReviewerError
    from reviewer.resources import resource

    root = resource()
    if not (root / "pyproject.toml").is_file() or not (root / "tests" / "rules").is_dir():
        raise ReviewerError(
            "这个命令只能在源码目录中使用，当前运行的是安装好的程序",
            str(root),
            '取得源码后在其中执行 pip install -e ".[dev]"，再运行本命令',
        )
    return root


def _template(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text("utf-8")


def _module(code: str, scope: _Scope) -> str:
    subject, kind, record, context = _SUBJECTS[scope]
    scope_line = "" if scope is _Scope.INDICATOR else f'\n    scope="{scope.value}",'
    return _template("rule.py.txt").format(
        code=code, subject=subject, kind=kind, record=record, context=context, scope_line=scope_line
    )


def _cases(code: str, scope: _Scope) -> str:
    template = _template("row_case.yaml.txt" if scope is _Scope.INDICATOR else "form_case.yaml.txt")
    cases = [
        template.format(which=which, number=number, finds=finds)
        for which, finds in _CASES
        for number in range(1, _OF_EACH + 1)
    ]
    return "\n".join([_template("cases.yaml.txt").format(code=code), *cases])
