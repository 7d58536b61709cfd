"""Mutation testing of ``reviewer/rules``: how many planted faults do the rules' own cases notice?

    pip install -e ".[dev,mutation]"
    python -m benchmarks.mutate_rules --out benchmarks/mutation.md             every mutant
    python -m benchmarks.mutate_rules --modules con403 cmp006                  those of some modules
    python -m benchmarks.mutate_rules --sample 500                             500 of them, always the same ones

The mutants are cosmic-ray's; they are not written to the tree. Each one is tried in a process of its own, forked from
one that has everything but the rules imported, on the tests of its own module only: the YAML cases, the contract and
the golden of a rule; those of the rules that import a helper; the tests of the engine and the scores. A mutant that
breaks a test, raises or does not end is killed. Linux and macOS.
"""

import argparse
import contextlib
import importlib
import importlib.abc
import importlib.util
import io
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
RULES = ROOT / "reviewer" / "rules"
SECONDS = 20  # for one mutant; a case takes some milliseconds
# What each pair says: a fault that a person makes. cosmic-ray has eleven for each operator of arithmetic, most of which
# raise a TypeError at once and would only flatter the figure.
OPERATORS = (
    *(f"ReplaceComparisonOperator_{pair}" for pair in (
        "Eq_NotEq", "NotEq_Eq", "Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt",
        "Is_IsNot", "IsNot_Is")),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "BitAnd_BitOr")),
    "ReplaceUnaryOperator_USub_UAdd", "ReplaceUnaryOperator_Delete_Not", "AddNot", "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak", "NumberReplacer", "ZeroIterationForLoop", "ExceptionReplacer",
)  # fmt: skip
# Modules that are no rules, and the tests that hold them.
HELPERS = {
    "engine": ["tests/rules/test_contract.py", "tests/rules/test_said.py", "tests/rules/test_inputs.py"],
    "scoring": ["tests/rules/test_scoring.py"],
    "inputs": ["tests/rules/test_inputs.py", "tests/rules/test_said.py"],
    "smart": ["tests/rules/test_smart.py", "tests/rules/test_contract.py"],
}


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    module: str
    operator: str
    occurrence: int


def main() -> None:
    """Try the mutants and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modules", nargs="*", default=[], help="beginnings of module names; all when left out")
    parser.add_argument("--sample", type=int, help="how many mutants, chosen with seed 1")
    parser.add_argument("--out", type=Path, help="a Markdown file for the table")
    parser.add_argument("--survivors", type=Path, help="a file for the changes that no test noticed")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    files = [
        path
        for path in sorted(RULES.rglob("*.py"))
        if path.name != "__init__.py" and (not options.modules or path.stem.startswith(tuple(options.modules)))
    ]
    mutants = [mutant for path in files for mutant in mutants_of(path)]
    whole = len(mutants)
    if options.sample and options.sample < whole:
        mutants = random.Random(1).sample(mutants, options.sample)
    _preload()
    start, results = time.monotonic(), defaultdict[str, Counter[str]](Counter)
    survivors: list[str] = []
    for mutant in mutants:
        how = attempt(mutant)
        results[mutant.module][how] += 1
        if how == "survived":
            survivors.append(f"{mutant.module} {mutant.operator} {mutant.occurrence}\n{difference(mutant)}")
    table = markdown(results, len(mutants), whole, time.monotonic() - start)
    print(table)
    if options.survivors:
        options.survivors.write_text("\n\n".join(survivors), "utf-8")
    if options.out:
        options.out.write_text(table + "\n", "utf-8")


def mutants_of(path: Path) -> Iterator[Mutant]:
    """All mutants of a module, in the order of its text."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator

    tree = get_ast(path.read_text("utf-8"))
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for operator in OPERATORS:
        found = get_operator(f"core/{operator}")()
        count = sum(1 for node in ast_nodes(tree) for _ in found.mutation_positions(node))
        yield from (Mutant(name, operator, n) for n in range(count))


def source(mutant: Mutant) -> str:
    """The module with its change."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    text = (ROOT / (mutant.module.replace(".", "/") + ".py")).read_text("utf-8")
    return str(mutate_code(text, get_operator(f"core/{mutant.operator}")(), mutant.occurrence))


def difference(mutant: Mutant) -> str:
    """The lines that the change touches, before and after."""
    import difflib

    text = (ROOT / (mutant.module.replace(".", "/") + ".py")).read_text("utf-8")
    lines = difflib.unified_diff(text.splitlines(), source(mutant).splitlines(), n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


def attempt(mutant: Mutant) -> str:
    """``killed``, ``survived`` or ``timeout``, tried in a child."""
    code = source(mutant)
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return "timeout" if os.WTERMSIG(status) == signal.SIGPROF else "killed"
        return "survived" if os.WEXITSTATUS(status) == 0 else "killed"
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # CPU, so that a busy machine kills no mutant
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            sys.meta_path.insert(0, _Changed(mutant.module, code))
            check(mutant.module)
    except BaseException:
        os._exit(1)
    os._exit(0)


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module from other source."""

    def __init__(self, name: str, code: str) -> None:
        self.name, self.code = name, code

    def find_spec(
        self, name: str, path: object, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self) if name == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.code, self.name, "exec"), module.__dict__)


def check(module: str) -> None:
    """The tests of a module; raises where one fails."""
    stem = module.rsplit(".", 1)[1]
    if stem in HELPERS:
        import pytest

        files = [str(ROOT / file) for file in HELPERS[stem] if (ROOT / file).is_file()]
        if pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly", *files]) != 0:
            raise AssertionError(module)
        return
    from reviewer.rules import RULES as registry
    from tests.rules.test_cases import load_cases, test_case
    from tests.rules.test_contract import test_contract
    from tests.rules.test_said import SAID, said

    own = [item for item in registry.values() if item.check.__module__ == module]
    users = own or [
        i for i in registry.values() if f"{module} import" in Path(_file(i.check.__module__)).read_text("utf-8")
    ]
    if not users:
        raise AssertionError("the module declares no rule any more")
    for item in users:
        test_contract(item)
        for case in load_cases(item):
            test_case(item, case)
        if said(item) != (SAID / f"{item.code}.txt").read_text("utf-8"):
            raise AssertionError(f"{item.code} says something else")


def _file(module: str) -> str:
    return str(ROOT / (module.replace(".", "/") + ".py"))


def _preload() -> None:
    """Import and warm all that is not under test, then forget the modules that see the rules."""
    from reviewer.rules import RULES as registry
    from tests.rules.test_cases import load_cases, test_case

    importlib.import_module("pytest")
    for item in registry.values():
        for case in load_cases(item):
            test_case(item, case)
    of_rules = ("reviewer.rules", "reviewer.pipeline", "reviewer.suggesters", "tests.")
    for name in [n for n in sys.modules if n.startswith(of_rules)]:
        del sys.modules[name]


def markdown(results: dict[str, Counter[str]], tried: int, whole: int, seconds: float) -> str:
    """The table of the results by group, and by module where something survived."""
    groups = defaultdict[str, Counter[str]](Counter)
    for module, counts in results.items():
        parts = module.split(".")
        groups[parts[2] if len(parts) > 3 else "shared"] += counts
    lines = ["| group | mutants | killed | of them by timeout | survived | share killed |", "|---|---|---|---|---|---|"]
    total = sum(groups.values(), Counter[str]())
    lines += [_row(name, counts) for name, counts in sorted(groups.items())]
    lines += [_row("**all**", total), "", f"{tried} of {whole} mutants, {seconds:.0f} s.", ""]
    lines += [
        "| module | mutants | killed | of them by timeout | survived | share killed |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_row(module.removeprefix("reviewer.rules."), counts) for module, counts in sorted(results.items())]
    return "\n".join(lines)


def _row(name: str, counts: Counter[str]) -> str:
    every, lost = counts.total(), counts["survived"]
    return (
        f"| {name} | {every} | {every - lost} | {counts['timeout']} | {lost} | {(every - lost) / max(every, 1):.1%} |"
    )


if __name__ == "__main__":
    main()
