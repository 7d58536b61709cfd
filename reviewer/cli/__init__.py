"""The command line: ``reviewer`` and ``python -m reviewer``; one module a command."""

from collections.abc import Sequence

from reviewer.cli.chinese import speak_chinese

__all__ = ["main"]

speak_chinese()  # before any module of this package imports typer


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: arguments without the program's name; those of the process when None.

    Returns:
        0 no error-level finding, 1 some, 2 something could not be read or done, 130 interrupted.
    """
    from reviewer.cli.run import run

    return run(argv)
