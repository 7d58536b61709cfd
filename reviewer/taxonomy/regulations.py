"""The authorities behind the rules, from ``taxonomy/regulations.yaml``."""

from functools import cache

from pydantic import ValidationError

from reviewer.errors import DataError
from reviewer.records import Basis
from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml


@cache
def regulations() -> dict[str, Basis]:
    """All authorities by key (``caiyu-2015-88#quantified``).

    Raises:
        DataError: an entry breaks the format.
    """
    path = resource("taxonomy", "regulations.yaml")
    entries: dict[str, Basis] = {}
    for key, entry in load_yaml(path).items():
        try:
            entries[key] = Basis(key=key, **entry)
        except (ValidationError, TypeError) as error:
            raise DataError(f"依据“{key}”的写法不对：{error}", str(path)) from None
    return entries
