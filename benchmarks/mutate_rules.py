"""Mutation testing of ``reviewer/rules``: how many planted faults do the rules' own cases notice?

    pip install -e ".[dev,mutation]"
    python -m benchmarks.mutate_rules --jobs 2 --out mutation.md               every mutant
    python -m benchmarks.mutate_rules --modules con403 cmp006                  those of some modules
    python -m benchmarks.mutate_rules --sample 500                             500 of them, always the same ones

The mutants are cosmic-ray's; they are not written to the tree. Each one is tried in a process of its own, forked from
one that has everything but the rules imported, on the tests of its own module only: the YAML cases, the contract and
the golden of a rule; those of the rules that import a helper; the tests of the engine and the scores. A mutant that
breaks a test, raises or does not end is killed. Each module is tried unchanged before and after its mutants: where its
tests fail then, their failing says nothing, and nothing is reported; the time that they took sets the limit for the
mutants. Linux and macOS.
"""

import argparse
import contextlib
import importlib
import importlib.abc
import importlib.util
import io
import multiprocessing
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
LEAST, TIMES = 2.0, 10  # a mutant gets as many seconds of CPU, or as many times what the unchanged module took
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
    "engine": ("test_engine", "test_inputs"),
    "scoring": ("test_scoring",),
    "inputs": ("test_inputs",),
    "smart": ("test_smart",),
    "inferred": ("test_inferred",),
}


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    module: str
    operator: str
    occurrence: int


def main() -> None:
    """Try the mutants and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", nargs="*", default=[], help="beginnings of module names; all when left out")
    parser.add_argument("--sample", type=int, help="how many mutants, chosen with seed 1")
    parser.add_argument("--jobs", type=int, default=1, help="how many are tried side by side")
    parser.add_argument("--out", type=Path, help="a Markdown file for the table")
    parser.add_argument("--survivors", type=Path, help="a file for the changes that no test noticed")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    files = [
        path
        for path in sorted(RULES.rglob("*.py"))
        if path.name != "__init__.py" and (not options.modules or path.stem.startswith(tuple(options.modules)))
    ]
    texts = {".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text("utf-8") for path in files}
    mutants = [mutant for module, text in texts.items() for mutant in mutants_of(module, text)]
    whole = len(mutants)
    if options.sample and options.sample < whole:
        mutants = random.Random(1).sample(mutants, options.sample)
    _preload()
    start, results = time.monotonic(), defaultdict[str, Counter[str]](Counter)
    survivors: list[str] = []
    trial = Trial(texts, {module: limit(module, texts[module]) for module in sorted({m.module for m in mutants})})
    with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
        for mutant, how in zip(mutants, pool.imap(trial, mutants), strict=True):
            results[mutant.module][how] += 1
            if how == "survived":
                changed = difference(texts[mutant.module], source(mutant, texts[mutant.module]))
                survivors.append(f"{mutant.module} {mutant.operator} {mutant.occurrence}\n{changed}")
    for module in trial.limits:
        limit(module, texts[module])
    table = markdown(results, len(mutants), whole, time.monotonic() - start)
    print(table)
    if options.survivors:
        options.survivors.write_text("\n\n".join(survivors), "utf-8")
    if options.out:
        options.out.write_text(table + "\n", "utf-8")


def mutants_of(module: str, text: str) -> Iterator[Mutant]:
    """All mutants of a module, in the order of its text."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator

    tree = get_ast(text)
    for operator in OPERATORS:
        found = get_operator(f"core/{operator}")()
        count = sum(1 for node in ast_nodes(tree) for _ in found.mutation_positions(node))
        yield from (Mutant(module, operator, n) for n in range(count))


def source(mutant: Mutant, text: str) -> str:
    """The module with its change."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    return str(mutate_code(text, get_operator(f"core/{mutant.operator}")(), mutant.occurrence))


def difference(before: str, after: str) -> str:
    """The lines that a change touches, before and after."""
    import difflib

    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


@dataclass(frozen=True)
class Trial:
    """Tries mutants: ``killed``, ``survived`` or ``timeout``."""

    texts: dict[str, str]
    limits: dict[str, float]

    def __call__(self, mutant: Mutant) -> str:
        how, _ = attempt(mutant.module, source(mutant, self.texts[mutant.module]), self.limits[mutant.module])
        return how


def limit(module: str, text: str) -> float:
    """The seconds of CPU that a mutant of ``module`` gets, by what the unchanged module takes.

    Raises:
        SystemExit: its tests fail without any change.
    """
    how, seconds = attempt(module, text, 600)
    if how != "survived":
        raise SystemExit(f"The tests of {module} fail without a mutant ({how}), or were changed meanwhile.")
    return max(LEAST, TIMES * seconds)


def attempt(module: str, code: str, seconds: float) -> tuple[str, float]:
    """``killed``, ``survived`` or ``timeout``, tried in a child, and the seconds of CPU that it took."""
    child = os.fork()
    if child:
        _, status, used = os.wait4(child, 0)
        if os.WIFSIGNALED(status):
            how = "timeout" if os.WTERMSIG(status) == signal.SIGPROF else "killed"
        else:
            how = "survived" if os.WEXITSTATUS(status) == 0 else "killed"
        return how, used.ru_utime + used.ru_stime
    signal.setitimer(signal.ITIMER_PROF, seconds)  # CPU, so that a busy machine kills no mutant
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            sys.meta_path.insert(0, _Changed(module, code))
            check(module)
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

        files = [str(ROOT / "tests" / "rules" / f"{name}.py") for name in HELPERS[stem]]
        if pytest.main(["-x", "-q", "-p", "no:cacheprovider", *files]) != 0:
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

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # they take ten times as long as the tests
    importlib.import_module("pytest")
    importlib.import_module("hypothesis")
    for item in registry.values():
        for case in load_cases(item):
            with contextlib.suppress(AssertionError):
                test_case(item, case)
    of_rules = ("reviewer.rules", "reviewer.pipeline", "reviewer.suggesters", "tests.")
    for name in [n for n in sys.modules if n.startswith(of_rules) and n != "tests.rules.builder"]:
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
