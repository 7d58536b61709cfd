"""The built wheel: nothing missing, nothing too much, and at work in an empty folder."""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CSV = """一级指标,二级指标,三级指标,指标值
产出指标,数量指标,培训人数,≥150人
产出指标,质量指标,培训合格率,稳步提升
"""


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    # Without isolation: no network in tests; hatchling is one of the dev extras.
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> zipfile.ZipFile:
    (path,) = dist.glob("*.whl")
    return zipfile.ZipFile(path)


def _files(folder: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


def _data_folders() -> set[str]:
    """The folders that the code asks ``resources.py`` for."""
    code = "".join(path.read_text("utf-8") for path in (ROOT / "reviewer").rglob("*.py"))
    return set(re.findall(r'\bresource\(\s*"(\w+)"', code))


def test_wheel_holds_the_package_and_its_data(wheel: zipfile.ZipFile) -> None:
    held = set(wheel.namelist())
    assert _files("reviewer") <= held
    assert "reviewer/py.typed" in held
    assert "taxonomy" in _data_folders()
    for folder in _data_folders():
        assert {f"reviewer/_data/{name}" for name in _files(folder)} <= held, folder


def test_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"reviewer"}
    assert not [name for name in wheel.namelist() if "__pycache__" in name or name.endswith(".pyc")]


def test_metadata(wheel: zipfile.ZipFile) -> None:
    (name,) = [n for n in wheel.namelist() if n.endswith(".dist-info/METADATA")]
    metadata = message_from_string(wheel.read(name).decode("utf-8"))
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["License-File"] == "LICENSE"
    assert metadata["Requires-Python"] == ">=3.11"
    needed = metadata.get_all("Requires-Dist") or []
    assert all(re.search(r">=\d", requirement) for requirement in needed), needed


def test_sdist_can_be_built_from(dist: Path) -> None:
    # ``python -m build`` made the wheel from it; what a packager needs beside is there too.
    (path,) = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "LICENSE", "pyproject.toml", "tests/test_packaging.py", "taxonomy/levels.yaml"} <= names
    assert not [name for name in names if name.startswith(".venv")]


def test_wheel_reviews_in_an_empty_folder(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    site, folder = tmp_path / "site", tmp_path / "folder"
    wheel.extractall(site)
    folder.mkdir()
    (folder / "small.csv").write_text(CSV, "utf-8")

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(site), "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    where = run("-c", "from reviewer.resources import resource; print(resource('taxonomy'))")
    assert Path(where.stdout.strip()) == site / "reviewer" / "_data" / "taxonomy"
    reviewed = run("-m", "reviewer", "review", "small.csv")
    assert reviewed.returncode == 1, reviewed.stdout + reviewed.stderr
    assert "培训合格率" in reviewed.stdout
    items = run("-c", "from reviewer.training.items import catalogue; print(len(catalogue()))")
    assert items.stdout.strip().isdigit() and int(items.stdout) >= 300, items.stderr
    refused = run("-m", "reviewer", "new", "rule", "relevance", "REL399_some_name")
    assert refused.returncode == 2
    assert "只能在源码目录中使用" in refused.stderr
    assert [path.name for path in folder.iterdir()] == ["small.csv"]
