"""Where plug-ins are declared: each module of a package registers itself when it is imported.

Rules, readers, suggesters, writers and scorers use the same shape: a decorator puts an item under a key, and
``load()`` walks the package so that adding a module is all it takes to add an item.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Items of one kind by key, found by walking a package.

    Args:
        package: dotted name of the package whose modules declare the items.
        kind: what the items are called in error messages (Chinese).
    """

    def __init__(self, package: str, kind: str) -> None:
        self._package = package
        self._kind = kind
        self._items: dict[str, T] = {}
        self._loaded = False

    def add(self, key: str, item: T) -> None:
        """Declare ``item``; a key that is taken is a programming error.

        Raises:
            ValueError: the key is taken.
        """
        if key in self._items:
            raise ValueError(f"{self._kind} {key} is declared twice")
        self._items[key] = item

    def load(self) -> None:
        """Import every module of the package once."""
        if self._loaded:
            return
        package = importlib.import_module(self._package)
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)
        self._items = dict(sorted(self._items.items()))
        self._loaded = True

    def __getitem__(self, key: str) -> T:
        self.load()
        return self._items[key]

    def __contains__(self, key: object) -> bool:
        self.load()
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        self.load()
        return iter(self._items)

    def __len__(self) -> int:
        self.load()
        return len(self._items)

    def values(self) -> list[T]:
        """All items in order of their keys."""
        self.load()
        return list(self._items.values())
