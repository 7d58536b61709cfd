"""Pasted text: tab or pipe tables among paragraphs, and indicators told in lines (数量指标：培训人数≥100人)."""

import re
from collections.abc import Iterable, Iterator

from reviewer.readers.grid import Cell, Grid
from reviewer.readers.headings import is_group, is_level, is_level_heading, key_of, without_mark
from reviewer.taxonomy import is_level1

_RULE = re.compile(r"^\s*+\|?\s*+:?-{2,}+:?\s*+(?:\|\s*+:?-{2,}+:?\s*+)*+\|?\s*$")
_BOX = re.compile(r"^[\s┌┐└┘├┤┬┴┼─━═╔╗╚╝╠╣╦╩╬+\-=]+$")
_BARS = re.compile(r"[|｜│┃║]")
_TOLD = re.compile(
    r"^\s*(?:[-*•●]\s*|[(（]?[\d一二三四五六七八九十]{1,2}[)）.、]\s*)?(?P<level>[^\s:：。；|\t]{2,14}?)\s*[:：]\s*(?P<rest>.*)$"
)
_SPLIT = re.compile(
    r"^(?P<name>.*?[^\s:：,，])[\s:：,，]*"
    r"(?P<value>(?:[≥≤≧≦<>＜＞=＝═]|不低于|不少于|不高于|不超过|不小于|不大于|大于等于|小于等于|达到|控制在|\d).*)$"
)
_HEADER = ("一级指标", "二级指标", "三级指标", "指标值")


def cells_of(line: str) -> list[str] | None:
    """The cells of a line of a table (tabs, or bars on both sides or at least twice); None for a paragraph."""
    if "\t" in line.strip("\r\n"):
        return [c.strip() for c in line.split("\t")]
    bars = _BARS.findall(line)
    stripped = line.strip()
    if len(bars) >= 2 or (bars and (_BARS.match(stripped) or _BARS.match(stripped[-1:]))):
        inner = _BARS.sub("|", stripped).strip("|") if _BARS.match(stripped) else _BARS.sub("|", stripped)
        return [c.strip() for c in inner.split("|")]
    return None


def grids_of(file: str, text: str, first_line: int = 1) -> list[Grid]:
    """Tables and paragraphs of a text in order; rows and paragraphs are placed by their line numbers."""
    grids: list[Grid] = []
    tables = 0
    for kind, block in _blocks(text.split("\n"), first_line):
        if kind == "table":
            tables += 1
            cells = [Cell(t, number - 1, c) for number, row in block for c, t in enumerate(row)]
            grids.append(Grid(file=file, cells=cells, table=tables))
        else:
            grids.extend(_paragraphs(file, [(number, row[0]) for number, row in block]))
    return grids


def _blocks(lines: Iterable[str], first: int) -> Iterator[tuple[str, list[tuple[int, list[str]]]]]:
    block: list[tuple[int, list[str]]] = []
    kind = ""
    for number, line in enumerate(lines, first):
        if not line.strip() or _RULE.match(line) or _BOX.match(line):
            continue
        row = cells_of(line)
        now = "text" if row is None else "table"
        if now != kind and block:
            yield kind, block
            block = []
        kind = now
        block.append((number, [line.strip()] if row is None else row))
    if block:
        yield kind, block


def _paragraphs(file: str, lines: list[tuple[int, str]]) -> Iterator[Grid]:
    """Paragraphs; where they tell indicators, those lines are given as a table with the headings they stand for."""
    told = [_told(text) for _, text in lines]
    if sum(item is not None and bool(item[1]) for item in told) < 2:
        yield Grid(file=file, cells=[Cell(t, n - 1, 0) for n, t in lines], is_text=True)
        return
    level1 = ""
    plain: list[tuple[int, str]] = []
    rows: list[Cell] = []
    numbers: dict[int, int] = {}
    for (number, text), item in zip(lines, told, strict=True):
        if item is None:
            if rows:
                yield Grid(file=file, cells=rows, row_numbers=numbers)
                rows = []
            plain.append((number, text))
            continue
        if plain:
            yield Grid(file=file, cells=[Cell(t, n - 1, 0) for n, t in plain], is_text=True)
            plain = []
        level, rest = item
        if not rows:
            rows = [Cell(heading, 0, column) for column, heading in enumerate(_HEADER)]
            numbers = {0: number}
        if not rest:
            level1 = level
            continue
        if is_level1(level):
            level1 = level
        for part in re.split(r"[；;]\s*(?=\S)", rest.rstrip("。；;")):
            row = rows[-1].row + 1
            numbers[row] = number
            words = (level1, "" if level1 == level else level, *_name_and_value(part))
            rows.extend(Cell(t, row, column) for column, t in enumerate(words))
    if rows:
        yield Grid(file=file, cells=rows, row_numbers=numbers)
    if plain:
        yield Grid(file=file, cells=[Cell(t, n - 1, 0) for n, t in plain], is_text=True)


def _told(text: str) -> tuple[str, str] | None:
    if is_level_heading(text) and not is_group(text):
        return without_mark(text), ""
    found = _TOLD.match(text)
    if found is None or not is_level(found["level"]) or key_of("head", found["level"]):
        return None
    return found["level"], found["rest"].strip()


def _name_and_value(text: str) -> tuple[str, str]:
    found = _SPLIT.match(text.strip())
    return (found["name"], found["value"]) if found else (text.strip(), "")
