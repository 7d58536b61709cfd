"""The command line: ``reviewer`` and ``python -m reviewer``; one module a command."""

from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: arguments without the program's name; those of the process when None.

    Returns:
        0 no error-level finding, 1 some, 2 something could not be read or done, 130 interrupted.
    """
    from reviewer.cli.run import run

    return run(argv)
