"""``--engine ray`` on two nodes started on this machine: the local engine's outputs, whatever dies meanwhile."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest

from reviewer.batch import Options, Summary, run_batch
from reviewer.batch.inputs import Inputs
from reviewer.errors import ReviewerError
from tests.batch.conftest import digests, fill

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.skipif(any(find_spec(m) is None for m in ("ray", "pandas", "fsspec")), reason="Ray is not installed"),
    pytest.mark.skipif(sys.platform != "linux", reason="the nodes are ended by way of /proc"),
]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


S3 = {
    "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}",
    "AWS_ACCESS_KEY_ID": "someone",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def family(pid: int) -> list[int]:
    """A process and those below it."""
    try:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in below for one in family(int(child)))]


@dataclass
class TwoNodes:
    """A Ray cluster of two nodes with a processor each."""

    folder: Path
    address: str = field(default_factory=lambda: f"127.0.0.1:{free_port()}")
    nodes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, *kind: str) -> None:
        """Start a node and wait until it takes part."""
        command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus=1", *kind]
        command += ["--object-store-memory=80000000", "--disable-usage-stats"]
        told = self.folder / f"node{len(self.nodes)}.log"
        with told.open("wb") as log:
            self.nodes.append(subprocess.Popen(command, stdout=log, stderr=log))
        limit = time.monotonic() + 90
        while "Ray runtime started" not in told.read_text():
            assert time.monotonic() < limit and self.nodes[-1].poll() is None, told.read_text()
            time.sleep(0.2)

    def kill(self, node: int) -> None:
        """A node dies at once, with all its workers."""
        for pid in reversed(family(self.nodes[node].pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.nodes[node].wait()


@pytest.fixture(scope="module")
def nodes() -> Iterator[TwoNodes]:
    # Sockets lie below the folder, and their paths may have 107 characters only.
    folder = Path(tempfile.mkdtemp(prefix="ray-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", str(ROOT))
        for name, value in S3.items():  # a node gives its workers the surroundings that it was started in
            patch.setenv(name, value)
        cluster = TwoNodes(folder)
        try:
            port = cluster.address.rpartition(":")[2]
            cluster.start("--head", f"--port={port}", "--include-dashboard=false", f"--temp-dir={folder}")
            cluster.start(f"--address={cluster.address}")
            yield cluster
        finally:
            for node in reversed(range(len(cluster.nodes))):
                cluster.kill(node)
            shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Watch:
    """Hears of each file."""

    told: Callable[[str, bool], None]

    def start(self, found: Inputs) -> None: ...

    def writing(self, what: str) -> None: ...

    def step(self, path: str, *, kept: bool, is_failure: bool) -> None:
        self.told(path, kept)


@pytest.fixture(scope="module")
def filings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("cluster") / "上报 材料", 33)


@pytest.fixture(scope="module")
def alone(filings: Path) -> dict[str, bytes]:
    """What the local engine makes of them."""
    output = filings.parent / "本机"
    run_batch([filings], output, Options(waivers=waivers(filings.parent)), jobs=2, reports=True)
    return digests(output)


def waivers(folder: Path) -> tuple[str, ...]:
    place = folder / "豁免.yaml"
    place.write_text("version: 1\nwaivers:\n  - {code: CMP001, reason: 上级未要求, reviewer: 张三}\n", "utf-8")
    return (str(place),)


def shared(filings: Path, cluster: TwoNodes, output: str, watch: Watch) -> Summary:
    options = Options(waivers=waivers(filings.parent))
    place = filings.parent / output
    return run_batch([filings], place, options, engine="ray", address=cluster.address, reports=True, progress=watch)


def test_a_killed_run_goes_on_and_a_node_killed_in_the_middle_changes_nothing(
    filings: Path, alone: dict[str, bytes], nodes: TwoNodes
) -> None:
    script = filings.parent / "start.py"
    script.write_text(_SCRIPT, "utf-8")
    output = filings.parent / "集群"
    command = [sys.executable, str(script), str(filings), str(output), *waivers(filings.parent), nodes.address]
    dead = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert dead.returncode == -9, dead.stderr
    before = {f.name: f.stat().st_mtime_ns for f in (output / ".batch" / "parts").iterdir()}
    assert before
    assert not (output / "审核汇总.html").exists()

    fresh: list[str] = []

    def step(path: str, kept: bool) -> None:
        fresh.extend([] if kept else [path])
        if len(fresh) == 4:
            nodes.kill(1)

    summary = shared(filings, nodes, "集群", watch=Watch(step))
    assert nodes.nodes[1].poll() is not None, "the node died in the middle"
    assert summary.kept >= 8
    assert len(fresh) == len(set(fresh)) == 33 - summary.kept > 4
    after = {f.name: f.stat().st_mtime_ns for f in (output / ".batch" / "parts").iterdir()}
    assert {name: after[name] for name in before} == before, "nothing is done twice"
    assert digests(output) == alone


def test_an_object_store_gives_the_same(filings: Path, tmp_path: Path, nodes: TwoNodes) -> None:
    some = next(folder for folder in sorted(filings.iterdir()) if folder.is_dir())
    file = next(some.iterdir())
    file.with_name(file.name + ".decisions.yaml").write_text(
        "version: 1\nwaivers:\n  - {code: QNT202, reason: 另行批复, reviewer: 张三}\n", "utf-8"
    )
    by_url = run_batch([f"file://{some}"], tmp_path / "对象", engine="ray", address=nodes.address)
    run_batch([some], tmp_path / "本机", jobs=1)
    assert by_url.tally.aside == {"waiver": 1}
    assert digests(tmp_path / "对象") == digests(tmp_path / "本机")


@pytest.mark.skipif(find_spec("s3fs") is None, reason="s3fs is not installed")
@pytest.mark.skipif(shutil.which("moto_server") is None, reason="moto_server is not installed")
def test_s3_gives_the_same(filings: Path, tmp_path: Path, nodes: TwoNodes) -> None:
    from s3fs import S3FileSystem

    some = next(folder for folder in sorted(filings.iterdir()) if folder.is_dir())
    port = int(S3["AWS_ENDPOINT_URL"].rpartition(":")[2])
    server = subprocess.Popen(["moto_server", "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL)
    try:
        limit = time.monotonic() + 60
        while not _listens(port):
            assert time.monotonic() < limit and server.poll() is None
            time.sleep(0.2)
        store = S3FileSystem()
        store.mkdir("filings")
        store.put(f"{some}/", "filings/2024 年/", recursive=True)
        run_batch(["s3://filings/2024 年"], tmp_path / "对象", engine="ray", address=nodes.address)
    finally:
        server.kill()
        server.wait()
    run_batch([some], tmp_path / "本机", jobs=1)
    assert digests(tmp_path / "对象") == digests(tmp_path / "本机")


def test_a_machine_with_another_program_is_told(
    filings: Path, tmp_path: Path, nodes: TwoNodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviewer.batch.node.program", lambda: "another")
    with pytest.raises(ReviewerError, match="审核程序与本机不同") as told:
        run_batch([filings], tmp_path / "结果", engine="ray", address=nodes.address)
    assert socket.gethostname() in told.value.where


def test_object_stores_need_the_cluster_and_the_cluster_needs_ray(
    filings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ReviewerError, match="要用 --engine ray"):
        run_batch(["s3://某处/申报"], tmp_path / "结果")
    with pytest.raises(ReviewerError, match="打不开对象存储"):
        run_batch(["nowhere://某处/申报"], tmp_path / "结果", engine="ray")
    monkeypatch.setattr("reviewer.batch.cluster.is_installed", lambda: False)
    with pytest.raises(ReviewerError, match=r"indicator-reviewer\[ray\]"):
        run_batch([filings], tmp_path / "结果", engine="ray")
    assert not (tmp_path / "结果").exists()


_SCRIPT = """
import os, signal, sys
from reviewer.batch import Options, run_batch

class Watch:
    done = 0
    def start(self, found): pass
    def writing(self, what): pass
    def step(self, path, *, kept, is_failure):
        self.done += 1
        if self.done == 8:
            os.kill(os.getpid(), signal.SIGKILL)

source, output, waivers, address = sys.argv[1:]
run_batch([source], output, Options(waivers=(waivers,)), engine="ray", address=address, reports=True, progress=Watch())
"""
