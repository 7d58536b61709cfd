"""Chinese words for what typer says by itself: headings of the help, and errors of usage."""

import gettext
import re
from typing import Any

_TYPER_WORDS = {
    "(deprecated) ": "（已弃用）",
    "[default: {}]": "[默认：{}]",
    "[env var: {}]": "[环境变量：{}]",
    "[required]": "[必填]",
    "Arguments": "参数",
    "Options": "选项",
    "Commands": "命令",
    "Error": "用法有误",
    "default: {default}": "默认：{default}",
    "required": "必填",
    "env var: {var}": "环境变量：{var}",
    "Missing command.": "没有写命令。",
    "No such command {name!r}.": "没有“{name}”这个命令。",
}
_OPTION_HELP = {
    "install_completion": "为当前的 shell 安装命令补全。",
    "show_completion": "显示当前 shell 的补全脚本，供复制或修改。",
    "help": "显示这段说明。",
}
_original = gettext.gettext


def _translate(message: str) -> str:
    return _TYPER_WORDS.get(message) or _original(message)


def speak_chinese() -> None:
    """Put our words behind ``gettext``; typer binds it when it is imported, so call this before.

    typer asks gettext for these words but ships no catalogue, and a catalogue of our own would only be found where
    the user's locale is Chinese.
    """
    gettext.gettext = _translate


def _break_chinese() -> None:
    """Let the help break Chinese, which has no spaces, where rich would cut it off with an ellipsis."""
    from typer import rich_utils

    make: Any = getattr(rich_utils, "_make_rich_text", None)
    if make is None or getattr(make, "breaks", False):
        return

    def made(**words: Any) -> Any:
        text = make(**words)
        text.overflow = "fold"
        return text

    made.breaks = True  # type: ignore[attr-defined]
    rich_utils._make_rich_text = made


def translate_command(command: Any) -> Any:
    """Give the options that typer adds by itself a Chinese help, here and in all subcommands."""
    for param in command.params:
        if param.name in _OPTION_HELP and param.name != "help":
            param.help = _OPTION_HELP[param.name]
    find_help = command.get_help_option

    def help_option(ctx: Any) -> Any:
        option = find_help(ctx)
        if option is not None:
            option.help = _OPTION_HELP["help"]
        return option

    command.get_help_option = help_option
    format_help = command.format_help

    def broken_help(ctx: Any, formatter: Any) -> None:
        _break_chinese()
        format_help(ctx, formatter)

    command.format_help = broken_help
    for child in getattr(command, "commands", {}).values():
        translate_command(child)
    return command


def usage_message(error: Exception) -> str | None:
    """What a wrong use of the command line is, in Chinese; None when ``error`` is something else.

    Told apart by the names of click's exceptions: typer carries its own copy of click and moves it between versions.
    """
    if not hasattr(error, "format_message"):
        return None
    said: Any = error
    hint = _hint(said)
    match type(error).__name__:
        case "MissingParameter":
            text = f"缺少{hint or '参数'}"
        case "NoSuchOption":
            near = "、".join(said.possibilities or ())
            text = f"没有选项“{said.option_name}”" + (f"，是不是 {near}" if near else "")
        case "NoArgsIsHelpError":
            return str(said.format_message())
        case "BadParameter":
            text = f"{hint or '参数'}的值不对：{_value_message(said)}"
        case "BadOptionUsage":
            text = f"选项“{said.option_name}”后面要跟一个值"
        case _:
            text = _other_message(str(said.format_message()))
    context = getattr(said, "ctx", None)
    path = context.command_path if context is not None else "reviewer"
    return f"用法有误：{text.rstrip('。.')}。用 {path} --help 看用法。"


def _hint(error: Any) -> str:
    param = getattr(error, "param", None)
    if param is None:
        return str(error.param_hint or "") if getattr(error, "param_hint", None) else ""
    if param.param_type_name == "argument":
        return f"参数 {param.metavar or param.name.upper()}"
    return f"选项 {'/'.join(param.opts)} "


def _other_message(message: str) -> str:
    extra = re.fullmatch(r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", message)
    if extra:
        return f"多余的参数：{extra[1]}"
    near = re.fullmatch(r"(.+?)[。. ]* Did you mean (.+)\?", message)
    unknown = re.fullmatch(r"No such command '(.+)'", near[1] if near else message.rstrip("."))
    text = f"没有“{unknown[1]}”这个命令" if unknown else near[1] if near else message
    return f"{text}，是不是 {near[2]}" if near else text


def _value_message(error: Any) -> str:
    message = str(error.message).removeprefix("Value error, ")
    choice = re.fullmatch(r"(.+) is not one of (.+?)\.?", message)
    if choice:
        return f"没有 {choice[1]}，可选 {choice[2]}"
    limits = re.search(r"range (\d+)<=x<=(\d+)", message)
    if limits:
        return f"应在 {limits[1]} 到 {limits[2]} 之间"
    limit = re.search(r"(greater|less) than or equal to (\d+)", message)
    if limit:
        return f"{'最小' if limit[1] == 'greater' else '最大'}为 {limit[2]}"
    if "valid integer" in message:
        return "要写整数"
    return message
