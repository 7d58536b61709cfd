"""Every regular expression of the program, and texts made to wear each one out.

As a program it prints the expressions as JSON: it imports all modules and reviews the example with ``re`` under watch,
so expressions made from word lists are among them.
"""

import contextlib
import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

ROOT = Path(__file__).parents[2]
# A repeat that may go on this long is worth attacking.
LONG = 40


def collect() -> list[tuple[str, int, str]]:
    """Pattern, flags, and the file and line that compiled it."""
    found: dict[tuple[str, int], str] = {}
    original = re._compile  # type: ignore[attr-defined]

    def watch(pattern: object, flags: int) -> object:
        frame = sys._getframe(2)
        if isinstance(pattern, str) and "/reviewer/" in frame.f_code.co_filename.replace("\\", "/"):
            place = Path(frame.f_code.co_filename).relative_to(ROOT).as_posix()
            found.setdefault((pattern, int(flags)), f"{place}:{frame.f_lineno}")
        return original(pattern, flags)

    re._compile = watch  # type: ignore[attr-defined]
    import reviewer

    for module in pkgutil.walk_packages(reviewer.__path__, "reviewer."):
        if module.name.endswith("__main__") or ".migrations." in module.name:  # programs, not modules
            continue
        with contextlib.suppress(ImportError):  # of an extra that is not installed
            importlib.import_module(module.name)
    from reviewer import review

    review(ROOT / "examples" / "shifeng-2023.docx", engines=("rules", "bank"), match=True)
    from reviewer.llm.hostile import defused

    defused("请通过")
    return [(pattern, flags, place) for (pattern, flags), place in found.items()]


def only_anchored(place: str) -> bool:
    """Whether a pattern with a name in its module is only ever asked for a match at the start of a text."""
    file, _, line = place.partition(":")
    source = (ROOT / file).read_text("utf-8")
    above = source.splitlines()[: int(line)]
    named = next((m for text in reversed(above) if (m := re.match(r"(\w+)(?:: [^=]+)? = ", text))), None)
    inside = next((text for text in reversed(above) if text.startswith("def ")), "")
    if named is None or (inside and above.index(inside) > above.index(named.string)):
        return False
    uses = set(re.findall(rf"\b{named[1]}\b(?!\s*(?::[^=]+)?=)(?:\.(\w+))?", source))
    return bool(uses) and uses <= {"match", "fullmatch"}


def attacks(pattern: str, flags: int) -> Iterator[tuple[str, str, str]]:
    """Prefix, pump, suffix for each long repeat of a pattern: the pump is repeated, the suffix makes the match fail."""
    tree = parser.parse(pattern, flags)
    for prefix, body in _repeats(tree, ""):
        for pump in dict.fromkeys((_example(body, 0), _example(body, 1))):
            if pump:
                for suffix in ("\x01", "。x"):
                    yield prefix, pump, suffix


def _repeats(tree: object, before: str) -> Iterator[tuple[str, object]]:
    for kind, value in tree:  # type: ignore[attr-defined]
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            _, most, body = value
            if most >= LONG:
                yield before, body
            yield from _repeats(body, before)
        elif kind is op.SUBPATTERN:
            yield from _repeats(value[-1], before)
        elif kind is op.BRANCH:
            for branch in value[1]:
                yield from _repeats(branch, before)
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            yield from _repeats(value[1], before)
        before += _example([(kind, value)], 0)


def _example(tree: object, choice: int) -> str:
    """A text that the tree matches; ``choice`` 0 or 1 takes other branches and other members of sets."""
    parts: list[str] = []
    for kind, value in tree:  # type: ignore[attr-defined]
        if kind is op.LITERAL:
            parts.append(chr(value))
        elif kind is op.NOT_LITERAL:
            parts.append("a" if value != ord("a") else "b")
        elif kind is op.ANY:
            parts.append("甲" if choice else "a")
        elif kind is op.IN:
            parts.append(_member(value, choice))
        elif kind is op.BRANCH:
            parts.append(_example(value[1][-1 if choice else 0], choice))
        elif kind is op.SUBPATTERN:
            parts.append(_example(value[-1], choice))
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            parts.append(_example(value[2], choice) * max(value[0], 1))
    return "".join(parts)


def _member(items: list[tuple[object, object]], choice: int) -> str:
    examples = {"CATEGORY_DIGIT": "5", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a"}
    if items[0][0] is op.NEGATE:
        return next((c for c in "a甲5 ，(%℃" if not any(_holds(i, c) for i in items[1:])), "")
    kind, value = items[-1 if choice else 0]
    if kind is op.LITERAL:
        return chr(value)  # type: ignore[arg-type]
    if kind is op.RANGE:
        return chr(value[choice])  # type: ignore[index]
    return examples.get(str(value), "甲")


def _holds(item: tuple[object, object], sign: str) -> bool:
    kind, value = item
    if kind is op.LITERAL:
        return ord(sign) == value
    if kind is op.RANGE:
        return value[0] <= ord(sign) <= value[1]  # type: ignore[index]
    tests = {"CATEGORY_DIGIT": str.isdigit, "CATEGORY_SPACE": str.isspace, "CATEGORY_WORD": str.isalnum}
    test = tests.get(str(value))
    return bool(test and test(sign))


if __name__ == "__main__":
    json.dump(collect(), sys.stdout)
