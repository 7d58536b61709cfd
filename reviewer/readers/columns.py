"""Header lines: which column of a table holds what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reviewer.readers.headings import (
    Horizon,
    horizon_of,
    is_group,
    is_horizon_only,
    is_level,
    is_listed,
    key_of,
)
from reviewer.readers.lines import Line, Slot
from reviewer.taxonomy import category_of, is_level1

CORE = ("level1", "level2", "name", "value")
_DEPTH = 3
_LOOK_AHEAD = 30
# Headings of a cost table that may stand twice, and what the second is read as.
_MORE = {"basis": "basis2", "content": "more", "detail": "more", "quantity": "quantity2"}


@dataclass(frozen=True)
class Column:
    """A column (or several under one heading): ``[start, end)``, its key and its heading as printed."""

    key: str
    start: int
    end: int
    heading: str
    horizon: Horizon | None = None


@dataclass(frozen=True)
class ColumnSet:
    """The columns of one set of indicators; a form may print two side by side (长期 | 年度)."""

    columns: dict[str, Column]
    horizon: Horizon | None = None

    def left_of_name(self) -> int:
        """The first column of the indicator's name."""
        return self.columns["name"].start


@dataclass(frozen=True)
class Header:
    """A header of an indicator table.

    Attributes:
        depth: its lines.
        width: its columns; ``slots``: its cells, which are fewer where cells are merged.
        ignored: columns that say no more than 绩效指标, and unknown ones.
        fields: columns of the head (项目名称, 预算数), where one table holds many projects.
        split_value: no column of values is printed: they stand behind the names.
    """

    depth: int
    sets: tuple[ColumnSet, ...]
    width: int
    slots: int
    ignored: tuple[Column, ...] = ()
    fields: tuple[Column, ...] = ()
    split_value: bool = False

    def covers(self, slot: Slot) -> bool:
        """Whether a heading cell stands over a known column."""
        known = [*self.fields, *(c for s in self.sets for c in s.columns.values())]
        return any(c.start < slot.end and slot.start < c.end for c in known)

    def group_horizon(self) -> Horizon | None:
        """The horizon that a heading left of the columns names (年度绩效指标)."""
        first = min(c.start for s in self.sets for c in s.columns.values())
        return next((c.horizon for c in self.ignored if c.start < first and c.horizon), None)

    def printed(self) -> dict[str, str]:
        """Column key → heading as printed."""
        result: dict[str, str] = {}
        for column_set in self.sets:
            for key, column in column_set.columns.items():
                result.setdefault(key, column.heading)
        return result


def is_headerish(text: str) -> bool:
    """Whether the words can stand in the header of an indicator table."""
    return key_of("indicator", text) is not None or is_group(text) or is_horizon_only(text)


def _keys(lines: Sequence[Line]) -> list[Column]:
    """The columns of a block of header lines, each read from its lowest telling heading upwards."""
    edges = sorted({s.start for line in lines for s in line.slots if s.text} | {0})
    top = lines[0].row
    result: list[Column] = []
    above: list[str] = []
    for start in edges:
        stack: list[Slot] = []
        for line in lines:
            slot = line.at(start)
            if slot and slot.text and slot.cell.row >= top and (not stack or slot.cell is not stack[-1].cell):
                stack.append(slot)
        if not stack or stack[-1].start != start:
            continue
        key = next((k for s in reversed(stack) if (k := key_of("indicator", s.text))), None)
        if result and [s.text for s in stack] == above and key is not None and result[-1].key == key:
            # One heading, repeated where it was merged.
            result[-1] = replace(result[-1], end=stack[-1].end)
            continue
        if key is None and above[1:] and is_horizon_only(stack[-1].text):
            # 指标值 over 实施期 | 年度, where the span of the upper heading was lost.
            key = key_of("indicator", above[0])
        above = [s.text for s in stack] if stack[1:] or not above[1:] or key is None else above
        if key is None:
            joined = "".join(s.text for s in stack)
            key = key_of("indicator", joined) or ("group" if all(is_headerish(s.text) for s in stack) else "unknown")
        # Without spans it is not known what an upper heading stands over.
        telling = stack[-1:] if lines[0].grid.ragged else reversed(stack)
        horizon = next((h for s in telling if (h := horizon_of(s.text))), None)
        heading = " ".join(s.text for s in stack if not is_group(s.text)) or stack[-1].text
        result.append(Column(key, start, min(s.end for s in stack), heading, horizon))
    return _widened(result, lines)


def _widened(columns: list[Column], lines: Sequence[Line]) -> list[Column]:
    """Columns of names reach over cells without heading up to the next heading (a span that was lost)."""
    result = list(columns)
    for n, column in enumerate(columns[:-1]):
        between = [s for line in lines for s in line.slots if column.end <= s.start < columns[n + 1].start]
        if column.key == "name" and between and not any(s.text for s in between):
            result[n] = replace(column, end=columns[n + 1].start)
    return result


def _is_core(columns: Sequence[Column]) -> bool:
    keys = {c.key for c in columns} & set(CORE)
    return len(keys) >= 2 and bool(keys & {"name", "value"})


def find_header(lines: Sequence[Line], at: int) -> Header | None:
    """The indicator header that begins at line ``at``, one to three lines deep; None when none begins there."""
    line = lines[at]
    if not line.filled or line.grid.is_text:
        return None
    words = [key_of("indicator", s.text) or (is_group(s.text) and "group") for s in line.filled]
    if not any(words) and (len(line.filled) < 2 or not all(is_horizon_only(s.text) for s in line.filled)):
        return None
    if not all(is_headerish(s.text) for s in line.filled) and not _is_core(_keys([line])):
        return None
    block = [line]
    while len(block) < _DEPTH and at + len(block) < len(lines):
        below = lines[at + len(block)]
        if below.grid is not line.grid or not below.filled or not all(is_headerish(s.text) for s in below.filled):
            break
        # The same headings again are a repeated header, not a second line of this one.
        if [s.text for s in below.filled] == [s.text for s in block[-1].filled]:
            break
        block.append(below)
    for depth in range(1, len(block) + 1):
        columns = _keys(block[:depth])
        if _is_core(columns) and depth == len(block):
            return _header(lines, at, block, columns)
    return None


def _header(lines: Sequence[Line], at: int, block: list[Line], columns: list[Column]) -> Header | None:
    first_words = {s.text for s in block[0].filled}
    sets, ignored = _split_sets(columns, block)
    if len(block) > 1 and len(sets) == 1 and len(first_words) <= 2:
        # "年度绩效目标 | (empty)" above the header is a goal that was left empty, no heading of columns.
        lone = block[0].filled
        if all(is_horizon_only(s.text) and not is_group(s.text) and s.cell.rows == 1 for s in lone) and not any(
            s.cell.columns > 1 and s.start > 0 for s in lone
        ):
            return None
    body = _body(lines, at + len(block))
    sets = [_settle(s, body) for s in sets]
    sets = [s for s in sets if "name" in s.columns]
    if not sets:
        return None
    width = max(line.width for line in block)
    fields = [replace(c, key=k) for c in ignored if (k := key_of("head", c.heading))]
    if not any(c.key == "project" for c in fields):
        fields = []
    return Header(
        depth=len(block),
        sets=tuple(sets),
        width=width,
        slots=max(len(line.slots) for line in block),
        ignored=tuple(ignored),
        fields=tuple(fields),
        split_value=all("value" not in s.columns for s in sets),
    )


def _body(lines: Sequence[Line], start: int) -> list[Line]:
    """The lines below a header, as far as they can belong to it."""
    body: list[Line] = []
    for line in lines[start : start + _LOOK_AHEAD]:
        if line.grid is not lines[start].grid or find_plain_header(line, "cost"):
            break
        if len(line.filled) == 1 and is_listed("cost", "group", line.filled[0].text):
            break
        body.append(line)
    return body


def _split_sets(columns: list[Column], block: list[Line]) -> tuple[list[ColumnSet], list[Column]]:
    """Columns as one set, or two where level2, name or value stand twice."""
    sets: list[dict[str, Column]] = [{}]
    ignored: list[Column] = []
    for column in columns:
        key, current = column.key, sets[-1]
        if key in ("group", "unknown"):
            ignored.append(column)
        elif key not in current:
            current[key] = column
        elif key in ("level2", "name") and "name" in current:
            kept = {"level1"} if key == "level2" else {"level1", "level2"}
            sets.append({**{k: c for k, c in current.items() if k in kept}, key: column})
        elif key == "level1" and "name" in current:
            sets.append({key: column})
        elif key == "value" and column.horizon != current["value"].horizon and column.horizon:
            sets.append({**{k: c for k, c in current.items() if k in ("level1", "level2", "name")}, key: column})
        elif key == "level1" and "level2" not in current:
            current["level2"] = replace(column, key="level2")
        else:
            ignored.append(column)
    if len(sets) == 1:
        value = sets[0].get("value")
        return [ColumnSet(sets[0], value.horizon if value else None)], ignored
    shared = sets[0]
    # A heading that stands twice without names of its own is no second set.
    sets = sets[:1] + [s for s in sets[1:] if "name" in s]
    result = []
    for n, columns_of in enumerate(sets):
        horizon = next(
            (c.horizon for k in ("value", "name", "level2") if (c := columns_of.get(k)) and c.horizon), None
        ) or _over(block, columns_of, n, len(sets))
        # Columns printed once behind both sets (备注) belong to both.
        extra = {k: c for k, c in shared.items() if k not in columns_of and k in ("unit", "nature", "weight")}
        same_names = columns_of.get("name") is shared.get("name")
        horizon = horizon or ("annual" if n else "period")
        result.append(ColumnSet({**columns_of, **(extra if same_names else {})}, horizon))
    return result, ignored


def _over(block: list[Line], columns: dict[str, Column], number: int, sets: int) -> Horizon | None:
    """The horizon of the heading above a set; where spans are lost, the headings count in order."""
    for line in block[:-1]:
        named = [h for s in line.filled if (h := horizon_of(s.text))]
        if len(named) == sets:
            return named[number]
    first = min(c.start for c in columns.values() if c.key != "level1")
    for line in block[:-1]:
        left = [s for s in line.filled if s.start <= first and horizon_of(s.text)]
        if left:
            return horizon_of(left[-1].text)
    return None


def _settle(columns: ColumnSet, body: Sequence[Line]) -> ColumnSet:
    """Correct columns by content where headings mislead: no third-level column, two levels under one heading."""
    found = dict(columns.columns)
    level1 = found.get("level1")
    if level1 and "level2" not in found and level1.end - level1.start > 1:
        # One heading over both levels.
        found["level1"] = replace(level1, end=level1.start + 1)
        found["level2"] = replace(level1, key="level2", start=level1.start + 1)
    nature = found.get("nature")
    if nature and "level2" not in found and _share(body, nature.start) >= 0.5:
        # 指标类型 holds 定量/定性 in some forms, the category in others.
        found["level2"] = replace(found.pop("nature"), key="level2")
    name = found.get("name")
    if name and "level2" not in found and name.end - name.start > 1 and _share(body, name.start) > 0.6:
        found["level2"] = replace(name, key="level2", end=name.start + 1)
        found["name"] = replace(name, start=name.start + 1)
    if "name" not in found and "level2" in found:
        level2 = found["level2"]
        if _share(body, level2.start) < 0.5:
            found["name"] = replace(level2, key="name")
            del found["level2"]
            if level1 and _share(body, level1.start) >= 0.5:
                found["level2"] = replace(level1, key="level2")
                del found["level1"]
        else:
            for key in ("explanation", "standard", "note"):
                if key in found:
                    found["name"] = replace(found.pop(key), key="name")
                    break
    if "name" not in found and "level2" not in found and "level1" in found:
        found["name"] = replace(found.pop("level1"), key="name")
    return ColumnSet(found, columns.horizon)


def _share(body: Sequence[Line], column: int) -> float:
    """How much of a column is second-level headings."""
    texts = [s.text for line in body if (s := line.at(column)) and s.top and s.text]
    levels = [t for t in texts if is_level(t) and not (is_level1(t) and category_of("", t) is None)]
    return len(levels) / len(texts) if texts else 0.0


@dataclass(frozen=True)
class PlainHeader:
    """A header of one line (支出明细, 汇总表)."""

    columns: dict[str, Column]
    slots: int
    slots_used: tuple[Slot, ...] = ()


def find_plain_header(line: Line, section: str) -> PlainHeader | None:
    """The header of the cost breakdown (``cost``) or of the summary table (``summary``) in this line."""
    if line.grid.is_text or len(line.filled) < 2:
        return None
    columns: dict[str, Column] = {}
    group: Slot | None = None
    unknown = 0
    for slot in line.filled:
        key = key_of(section, slot.text)
        if section == "cost" and slot is line.filled[0] and is_listed("cost", "group", slot.text):
            group = slot
            continue
        key = "detail" if key == "group" else key
        if key in columns:
            key = _MORE.get(key)
        if key is None or key in columns:
            unknown += 1
        else:
            columns[key] = Column(key, slot.start, slot.end, slot.text, horizon_of(slot.text))
    if "more" in columns and "detail" not in columns:
        # "支出方向 | 支出内容 | 金额": the second of two headings of contents is the detail of the first.
        columns["detail"] = replace(columns.pop("more"), key="detail")
    own = group is not None and group.cell.rows == 1 and not columns.keys() & {"content", "detail"}
    if group is not None and section == "cost" and own:
        # "支出明细 | 金额 | 测算依据": the first heading is the column itself unless it is merged downwards.
        columns["detail"] = Column("detail", group.start, group.end, group.text)
        group = None
    keys = columns.keys()
    if section == "cost":
        good = "amount" in keys and bool(keys & {"content", "detail"}) and len(keys - {"number", "note"}) >= 3
        good = good or {"amount", "basis"} <= keys or {"content", "detail", "basis"} <= keys
        good = good and bool(keys & {"content", "detail"})
    else:
        good = {"name", "amount"} <= keys and bool(keys & {"number", "annual_goal", "period_goal"})
    # Values among the words show a line of labelled fields, no header.
    if not good or unknown > len(keys) // 3:
        return None
    known = {c.start for c in columns.values()}
    used = tuple(s for s in line.filled if s.start in known or s is group)
    return PlainHeader(columns, len(line.slots), used)
