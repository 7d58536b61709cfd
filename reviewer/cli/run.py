"""Runs the application: exit codes, and Chinese messages instead of tracebacks."""

import os
import sys
from collections.abc import Sequence


def run(argv: Sequence[str] | None = None) -> int:
    """See ``reviewer.cli.main``."""
    from reviewer.cli.chinese import translate_command, usage_message
    from reviewer.errors import ReviewerError

    _tolerant_streams()
    import typer

    from reviewer.cli.app import load_commands

    try:
        command = translate_command(typer.main.get_command(load_commands()))
        code = command.main(args=list(argv) if argv is not None else None, prog_name="reviewer", standalone_mode=False)
    except SystemExit as stop:  # shell completion leaves this way
        return stop.code if isinstance(stop.code, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    except ReviewerError as error:
        print(f"出错：{error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of a pipe (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if os.environ.get("REVIEWER_DEBUG"):
            raise
        from reviewer.cli.output import system_message

        print(f"出错：{system_message(error)}", file=sys.stderr)
        return 2
    except Exception as error:
        message = usage_message(error)
        if message is None:
            if os.environ.get("REVIEWER_DEBUG"):
                raise
            message = (
                f"程序内部出错（{type(error).__name__}: {error}）。请把这一行连同所用文件反馈给维护者；"
                "设置环境变量 REVIEWER_DEBUG=1 再运行可看到详细信息。"
            )
        print(message, file=sys.stderr)
        return 2
    if code == 130:  # Ctrl+C, which typer turns into an exit code
        print("已中断。", file=sys.stderr)
    return code if isinstance(code, int) else 0


def _tolerant_streams() -> None:
    """A GBK console cannot print every character of a filing: show ``?`` rather than stop."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
