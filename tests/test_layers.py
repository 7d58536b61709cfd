"""What import-linter cannot say: a rule sees a filing and the taxonomy; no file, clock, network or model."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

RULES = Path(__file__).resolve().parents[1] / "reviewer" / "rules"
# By module; a rule's own computing needs nothing beyond these.
PURE = {
    "__future__", "bisect", "collections", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools",
    "itertools", "math", "operator", "re", "statistics", "string", "types", "typing", "unicodedata",
    "pydantic", "rapidfuzz",
}  # fmt: skip
OURS = ("records", "taxonomy", "text", "matching", "errors", "rules")
# The engine keeps the registry; the scores read their tables.
EXEMPT = {
    "engine.py": {"reviewer.registry"},
    "scoring.py": {"reviewer.resources"},
    "smart.py": {"reviewer.resources"},
}
CLOCK_AND_FILES = {"now", "today", "utcnow", "open", "read_text", "read_bytes", "write_text", "input", "print"}
MODULES = sorted(RULES.rglob("*.py"))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            yield function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _allowed(module: str, file: str) -> bool:
    if module in EXEMPT.get(file, set()):
        return True
    if module.split(".")[0] == "reviewer":
        return module.split(".")[1] in OURS
    return module.split(".")[0] in PURE


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(RULES).as_posix())
def test_rules_are_pure(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert [m for m in _imports(tree) if not _allowed(m, path.name)] == []
    assert sorted(CLOCK_AND_FILES & set(_calls(tree))) == []


def test_the_scan_sees_what_it_should() -> None:
    tree = ast.parse("import os\nfrom reviewer.readers import read\nfrom datetime import date\ndate.today()\nopen('x')")
    assert [m for m in _imports(tree) if not _allowed(m, "x.py")] == ["os", "reviewer.readers"]
    assert CLOCK_AND_FILES & set(_calls(tree)) == {"today", "open"}


@pytest.mark.parametrize("folder", ["reviewer", "tests"])
def test_modules_stay_readable(folder: str) -> None:
    long = {
        str(path.relative_to(RULES.parents[1])): count
        for path in (RULES.parents[1] / folder).rglob("*.py")
        if (count := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}
