"""Results in Parquet partitions: what ``--engine ray`` keeps instead of a file each (see ``Store``).

    .batch/parts/<digest of its keys>.parquet    path, key, passing, result (JSON)

A partition is written beside its place and renamed, so that it is whole or not there; it is never changed.
"""

import contextlib
import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Set
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reviewer.batch.records import FileResult
from reviewer.batch.store import STATE, replacing

COLUMNS = ("path", "key", "passing", "result")
_OPEN = 8  # partitions in memory: results are read in the order of paths, and so were partitions made


class Parts:
    """The partitions of an output folder; one process writes them.

    Args:
        output: the output folder.
    """

    def __init__(self, output: Path) -> None:
        self._folder = output / STATE / "parts"
        self._part_of: dict[str, str] = {}
        self._keys_of: defaultdict[str, list[str]] = defaultdict(list)
        self._open: OrderedDict[str, dict[str, bytes]] = OrderedDict()

    def begin(self) -> None:
        """See what lies there; a damaged partition (power was lost) is as good as none.

        Raises:
            OSError: the folder cannot be made or read.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(self._folder.glob("*.parquet")):
            with contextlib.suppress(pa.ArrowException):
                self._note(file.stem, pq.read_table(file, columns=["path", "key", "passing"]))

    def known(self, path: str) -> tuple[str, ...]:
        """The keys under which results of a file of this path lie: of this content, of former ones, of other options.

        Failures that may go better another time are left out.
        """
        return tuple(self._keys_of.get(path, ()))

    def load(self, key: str) -> FileResult | None:
        """The result under a key; None where there is none, or a damaged one."""
        part = self._part_of.get(key)
        if part is None:
            return None
        try:
            return FileResult.model_validate_json(self._rows(part)[key])
        except (KeyError, ValidationError):
            return None

    def add(self, table: Any) -> None:
        """Keep a partition.

        Args:
            table: a pyarrow table with ``COLUMNS``.

        Raises:
            OSError: the disk is full or may not be written to.
        """
        import pyarrow.parquet as pq

        keys = table.column("key").to_pylist()
        name = hashlib.sha256("\n".join(keys).encode()).hexdigest()[:20]
        with replacing(self._folder / f"{name}.parquet") as part:
            pq.write_table(table, part, compression="zstd")
        self._note(name, table)

    def drop(self, keep: Set[str]) -> None:
        """Remove the partitions that hold none of these keys: results of former contents or options."""
        for part in set(self._part_of.values()) - {self._part_of[key] for key in keep if key in self._part_of}:
            with contextlib.suppress(OSError):
                (self._folder / f"{part}.parquet").unlink()

    def _note(self, part: str, table: Any) -> None:
        columns = (table.column(name).to_pylist() for name in ("path", "key", "passing"))
        for path, key, passing in zip(*columns, strict=True):
            self._part_of[key] = part
            if not passing and key not in self._keys_of[path]:
                self._keys_of[path].append(key)

    def _rows(self, part: str) -> dict[str, bytes]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if part not in self._open:
            try:
                table = pq.read_table(self._folder / f"{part}.parquet", columns=["key", "result"])
            except (pa.ArrowException, FileNotFoundError):
                return {}
            self._open[part] = dict(zip(*(column.to_pylist() for column in table.columns), strict=True))
            if len(self._open) > _OPEN:
                self._open.popitem(last=False)
        self._open.move_to_end(part)
        return self._open[part]
