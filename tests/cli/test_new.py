"""``reviewer new rule``: the two files, and what the contract tests say about them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from reviewer.cli import main, new

ROOT = Path(__file__).resolve().parents[2]
CODE = "REL399"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(new, "_checkout", lambda: tmp_path)
    return tmp_path


def run(directory: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(directory), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("scope", ["indicator", "form", "filing"])
def test_two_files_are_written(scope: str, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "rule", "relevance", f"{CODE.lower()}_some_name", "--scope", scope]) == 0
    module = checkout / "reviewer/rules/relevance/rel399_some_name.py"
    cases = checkout / "tests/rules/relevance/rel399_some_name.yaml"
    assert sorted(p for p in checkout.rglob("*") if p.is_file()) == sorted([module, cases])
    compile(module.read_text("utf-8"), module.name, "exec")
    assert len(yaml.load(cases.read_text("utf-8"), yaml.BaseLoader)) == 8
    assert cases.read_text("utf-8").endswith("finds: 0\n")
    assert CODE in capsys.readouterr().out


def test_nothing_is_overwritten(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = checkout / "tests/rules/relevance/rel399_some_name.yaml"
    cases.parent.mkdir(parents=True)
    cases.write_text("mine", "utf-8")
    assert main(["new", "rule", "relevance", "REL399_some_name"]) == 2
    assert "文件已经存在" in capsys.readouterr().err
    assert cases.read_text("utf-8") == "mine"
    assert not (checkout / "reviewer").exists()


@pytest.mark.parametrize(
    ("group", "name", "said"),
    [
        ("nowhere", "REL399_some_name", "没有名为“nowhere”的规则组"),
        ("relevance", "some_name", "写法不对"),
        ("relevance", "REL399_../../x", "写法不对"),
        ("relevance", "REL399", "写法不对"),
        ("relevance", "QNT201_again", "QNT201 已有规则"),
    ],
)
def test_what_cannot_be_is_refused(
    group: str, name: str, said: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "rule", group, name]) == 2
    assert said in capsys.readouterr().err
    assert not list(checkout.iterdir())


def test_an_installed_program_says_that_it_needs_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("reviewer.resources.resource", lambda *parts: tmp_path.joinpath(*parts))
    assert main(["new", "rule", "relevance", "REL399_some_name"]) == 2
    assert "只能在源码目录中使用" in capsys.readouterr().err


def test_contract_tests_say_what_is_left(tmp_path: Path) -> None:
    for name in ("reviewer", "taxonomy", "tests/rules"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "tests/__init__.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    made = run(tmp_path, "-m", "reviewer", "new", "rule", "relevance", "REL399_some_name")
    assert made.returncode == 0, made.stderr
    tested = run(tmp_path, "-m", "pytest", "tests/rules/test_contract.py", "-k", CODE, "-p", "no:cacheprovider")
    assert tested.returncode == 1, tested.stdout
    assert "still to be filled in, in the module of REL399" in tested.stdout
