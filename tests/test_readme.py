"""The two READMEs say the same, and what they say exists."""

import re
from pathlib import Path

import pytest

from reviewer.cli.app import load_commands
from reviewer.readers.base import READERS
from reviewer.rules import RULES
from reviewer.writers.base import WRITERS

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("README.md", "README.zh-CN.md")
TEXTS = {name: (ROOT / name).read_text("utf-8") for name in NAMES}


def _levels(text: str) -> list[int]:
    return [len(mark) for mark in re.findall(r"^(#+) ", _without_blocks(text), re.MULTILINE)]


def _without_blocks(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def _blocks(text: str) -> list[str]:
    return re.findall(r"^```\w*\n.*?^```$", text, re.DOTALL | re.MULTILINE)


def _code(text: str) -> list[str]:
    return sorted(re.findall(r"`([^`\n]+)`", _without_blocks(text).replace("报告.html", "report.html")))


@pytest.mark.parametrize("part", [_levels, _blocks, _code], ids=["headings", "blocks", "inline code"])
def test_both_languages_are_equal(part: object) -> None:
    assert callable(part)
    assert part(TEXTS[NAMES[0]]) == part(TEXTS[NAMES[1]])


@pytest.mark.parametrize("name", NAMES)
def test_links_and_files_exist(name: str) -> None:
    text = TEXTS[name]
    wanted = re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r"\b(?:examples|taxonomy)/[\w./-]+", text)
    assert len(wanted) > 8
    assert [path for path in wanted if not (ROOT / path).exists()] == []


def test_every_command_is_listed_and_every_listed_one_exists() -> None:
    listed = set(re.findall(r"^\| `reviewer ([a-z]+)", TEXTS["README.md"], re.MULTILINE))
    commands = load_commands()
    names = {c.name or getattr(c.callback, "__name__", "") for c in commands.registered_commands}
    names |= {g.name or (g.typer_instance.info.name or "") for g in commands.registered_groups}
    assert listed == names


def test_every_code_is_in_the_table() -> None:
    ranges = re.findall(r"\| ([A-Z]{3})(\d+)–\1(\d+) \|", TEXTS["README.md"])
    covered = {f"{family}{n:03d}" for family, first, last in ranges for n in range(int(first), int(last) + 1)}
    assert covered == set(RULES)


def test_every_format_is_listed() -> None:
    section = TEXTS["README.md"].split("## Formats")[1].split("\n## ")[0]
    listed = set(re.findall(r"`(\.\w+)`", section))
    readers = {item.name: set(item.suffixes) for item in READERS.values()}
    assert listed <= {suffix for suffixes in readers.values() for suffix in suffixes}
    assert [name for name, suffixes in readers.items() if not suffixes & listed] == []
    shown = TEXTS["README.md"].split("## What a report looks like")[1].split("\n## ")[0]
    assert [name for name in WRITERS if f"`{name}`" not in shown and f".{name}`" not in shown and name != "text"] == []


def test_project_readmes_do_not_lean_on_this_machine() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        assert not re.search(r"(?<![\w.])/(?:home|root|work|tmp|Users)/", path.read_text("utf-8")), path
