"""How an output format is declared."""

from collections.abc import Callable
from dataclasses import dataclass

from reviewer.records import Report
from reviewer.registry import Registry

Write = Callable[[Report], bytes]


@dataclass(frozen=True)
class Writer:
    """An output format.

    Attributes:
        name: what ``--format`` takes.
        suffix: usual file ending, with the dot.
        title: what the format is for, in a few Chinese words.
        write: the same report gives the same bytes.
    """

    name: str
    suffix: str
    title: str
    write: Write


WRITERS: Registry[Writer] = Registry("reviewer.writers", "输出格式")


def writer(name: str, suffix: str, title: str) -> Callable[[Write], Write]:
    """Declare a format on its ``write`` function. Slow libraries are imported inside the function."""

    def declare(write: Write) -> Write:
        WRITERS.add(name, Writer(name, suffix, title, write))
        return write

    return declare
