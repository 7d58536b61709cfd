"""Word lists of the rules, from ``taxonomy/words.yaml``."""

from functools import cache

from reviewer.errors import DataError
from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml


@cache
def _lists() -> dict[str, list[str]]:
    data: dict[str, list[str]] = load_yaml(resource("taxonomy", "words.yaml"))
    return data


@cache
def words(name: str) -> tuple[str, ...]:
    """The list ``name`` of ``taxonomy/words.yaml``, longest words first.

    Raises:
        DataError: there is no such list.
    """
    if name not in _lists():
        raise DataError(f"词表中没有“{name}”", "taxonomy/words.yaml", "检查名称，或补上这一组词")
    return tuple(sorted(map(str, _lists()[name]), key=len, reverse=True))
