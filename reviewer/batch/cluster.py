"""``--engine ray``: the files of a batch reviewed by all machines of a Ray cluster, with the local engine's results.

Ray Data hands chunks of paths to the machines; each runs the local engine's own worker process, with its time limit and
its isolation, and hands results back; this process alone writes the output. What a lost worker or machine had in hand
Ray gives to another. Usage statistics are off.
"""

import contextlib
import gzip
import json
import os
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from reviewer.batch.inputs import Input
from reviewer.batch.node import Node, Order, Task
from reviewer.batch.parts import COLUMNS, Parts
from reviewer.batch.store import Store, replacing
from reviewer.batch.worker import Broken, Done, Setup
from reviewer.errors import ReviewerError

_CHUNK = 64  # files handed over at once: what is lost with a machine, and one partition
_EACH = 8  # chunks for each processor at least, so that none is idle at the end
_NODES: dict[bytes, Node] = {}
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DATA_DISABLE_PROGRESS_BARS": "1"}


def is_installed() -> bool:
    """Whether Ray is there, with what Ray Data needs."""
    return all(find_spec(name) is not None for name in ("ray", "pandas", "pyarrow", "fsspec"))


@dataclass(frozen=True)
class Cluster:
    """A batch on a cluster.

    Attributes:
        address: of the cluster (``host:port``); None: what RAY_ADDRESS says, else a cluster of this machine alone.
        jobs: files reviewed at once; one for each processor of the cluster when None.
        seconds: time limit of a file.
        roots: folders that each machine must see.
    """

    parts: Parts
    setup: Setup
    address: str | None
    jobs: int | None
    seconds: float
    roots: tuple[Path, ...]

    def run(self, items: Sequence[Input]) -> Iterator[Done | Broken]:
        """What became of each file, in the order in which they come back.

        Raises:
            ReviewerError: the cluster is not there, or a machine of it runs another program or does not see the files.
        """
        from ray.exceptions import RayError

        with _connected(self.address) as processors:
            try:
                for table in self._tables(items, min(self.jobs or processors, processors)):
                    yield from self._keep(items, table)
            except RayError as error:
                remedy = "检查集群各机；已审核的结果都在，再次运行同一命令会接着做"
                raise ReviewerError(f"Ray 集群没有做完（{type(error).__name__}）", _last_line(error), remedy) from None

    def _tables(self, items: Sequence[Input], jobs: int) -> Iterator[Any]:
        """What comes back: a table for each chunk."""
        import ray.data

        tasks = [Task(n, item, self._known(item)) for n, item in enumerate(items)]
        size = max(1, min(_CHUNK, len(tasks) // (jobs * _EACH)))
        chunks = [{"tasks": pickle.dumps(tasks[start : start + size])} for start in range(0, len(tasks), size)]
        order = pickle.dumps(Order.of(self.setup, self.seconds, self.roots))
        reviewed = ray.data.from_items(chunks, override_num_blocks=len(chunks)).map_batches(
            _review,
            fn_kwargs={"order": order},
            batch_size=None,
            compute=ray.data.TaskPoolStrategy(size=jobs),
            num_cpus=1,
        )
        yield from reviewed.iter_batches(batch_size=None, batch_format="pyarrow")

    def _known(self, item: Input) -> tuple[str, ...]:
        keys = self.parts.known(item.path)
        if not self.setup.reports:
            return keys
        store = Store(self.setup.output)
        return tuple(key for key in keys if store.report_place(item.path, key).exists())

    def _keep(self, items: Sequence[Input], table: Any) -> Iterator[Done | Broken]:
        """Keep what came back, then tell of it."""
        rows = table.select(["number", "key", "kept", "failed", "result"]).to_pylist()
        for row in rows:
            if row["number"] < 0:
                raise ReviewerError(*json.loads(row["result"]))
        try:
            self._write(items, table)
        except OSError as error:
            yield Broken.of(error)
            return
        for row in rows:
            yield Done(row["number"], row["key"], kept=row["kept"], failed=row["failed"], memory=0)

    def _write(self, items: Sequence[Input], table: Any) -> None:
        import pyarrow.compute as pc

        fresh = table.filter(pc.invert(table.column("kept")))
        store = Store(self.setup.output)
        for row in fresh.select(["number", "key", "report"]).to_pylist():
            if row["report"]:
                place = store.report_place(items[row["number"]].path, row["key"])
                with replacing(place) as part:
                    part.write_bytes(gzip.decompress(row["report"]))
        if fresh.num_rows:
            self.parts.add(fresh.select(list(COLUMNS)))


def _review(batch: Any, order: bytes) -> Any:
    """One chunk, on whatever machine."""
    import pyarrow as pa

    try:
        node = _node(order)
        rows = [row for tasks in batch["tasks"] for row in node.review(pickle.loads(tasks))]
    except ReviewerError as error:
        said = json.dumps([error.what, error.where, error.remedy])
        rows = [{"number": -1, "kept": True, "result": said}]
    schema = pa.schema([(name, getattr(pa, kind)()) for name, kind in Order.COLUMNS.items()])
    return pa.Table.from_pylist(rows, schema=schema)


def _node(order: bytes) -> Node:
    """Serves for the next chunk too, as Ray keeps this process; a further batch has another order."""
    if order not in _NODES:
        while _NODES:
            _NODES.popitem()[1].close()
        _NODES[order] = Node(pickle.loads(order))
    return _NODES[order]


def _last_line(error: Exception) -> str:
    return next((line for line in reversed(str(error).splitlines()) if line.strip()), "").strip()[:200]


@contextlib.contextmanager
def _connected(address: str | None) -> Iterator[int]:
    """A connection to the cluster; gives its number of processors."""
    import logging

    # Ray reads these when it is imported.
    os.environ.update({name: value for name, value in _QUIET.items() if name not in os.environ})
    import ray
    import ray.data

    known = address or os.environ.get("RAY_ADDRESS")
    where: dict[str, Any] = {"address": known} if known else {"address": "local", "include_dashboard": False}
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        ray.init(logging_level=logging.ERROR, log_to_driver=False, **where)
    except (ConnectionError, RuntimeError, ValueError, TimeoutError) as error:
        remedy = "检查 --cluster 的地址，集群是否在运行，口令（RAY_AUTH_TOKEN）是否一致"
        raise ReviewerError("连不上 Ray 集群", f"{known or '本机'}（{error}）", remedy) from None
    try:
        yield max(1, int(ray.cluster_resources().get("CPU", 1)))
    finally:
        ray.shutdown()
