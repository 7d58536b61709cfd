"""A bureau's own library: imported from Excel or CSV in any layout by a mapping file, and compared by version.

The mapping (YAML) says which column holds what::

    bank: 某市共性指标库        # what the library is called; also the name of the stored file
    version: "2024"            # cited with every match
    source: 某市财政局          # who issued it
    sheet: 指标                # optional: name or number of the sheet; the first when left out
    header_row: 2              # optional: row of the headings, 1 when left out
    columns:                   # field: heading as printed, or a column letter (A, B …)
      name: 三级指标
      level2: 二级指标
      unit: 计量单位
    fill_down: [level2]        # optional: empty cells take the value above (merged cells always do)
    constants: {sector: 教育}   # optional: a field that is the same in every row
    separator: "、"             # optional: what separates synonyms and keywords in a cell
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from reviewer.errors import DataError
from reviewer.matching.bank import COLUMNS, Bank, BankEntry, read_bank, user_bank_folder
from reviewer.matching.cache import write_atomically
from reviewer.matching.encoding import decode_table
from reviewer.records.base import Record
from reviewer.taxonomy.loader import load_yaml
from reviewer.text import squash

_KEYS = {"bank", "version", "source", "sheet", "header_row", "columns", "fill_down", "constants", "separator"}
_LISTS = ("synonyms", "keywords")


class Imported(Record):
    """What an import stored: the library, where it lies, and rows of the table that held no indicator."""

    bank: Bank
    path: str
    skipped: int


def import_bank(table: Path, mapping: Path, folder: Path | None = None, *, replace: bool = False) -> Imported:
    """Read a table by its mapping and keep it as a library of the user.

    Args:
        table: .xlsx, .xls, .ods or .csv.
        mapping: the YAML file described above.
        folder: where libraries are kept; ``user_bank_folder()`` when None.
        replace: write over a library of the same name.

    Raises:
        DataError: the table or the mapping breaks the format; nothing is then stored.
    """
    plan = _read_mapping(mapping)
    grid = _read_grid(table, plan.get("sheet"))
    rows, numbers, skipped = _rows(grid, plan, str(table))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    target = (folder or user_bank_folder()) / f"{_file_name(plan['bank'])}.csv"
    if target.exists() and not replace:
        raise DataError(f"已有名为“{plan['bank']}”的指标库", str(target), "换一个名称，或加 --replace 覆盖")
    # Parsed once more as a whole before anything is stored, so that nothing half-read is ever left behind.
    proof = target.with_suffix(".check")
    try:
        write_atomically(proof, stream.getvalue())
        bank = read_bank(proof, name=plan["bank"])
        proof.replace(target)
    except DataError as error:
        raise _in_table(error, str(table), numbers) from None
    except OSError as error:
        raise DataError(f"指标库没有存成：{error.strerror or error}", str(target), "检查文件夹的写入权限") from None
    finally:
        proof.unlink(missing_ok=True)
    return Imported(bank=bank, path=str(target), skipped=skipped)


def _in_table(error: DataError, table: str, numbers: list[int]) -> DataError:
    """The same error with the rows of the user's table instead of those of the file that was to be stored."""

    def row(found: re.Match[str]) -> str:
        place = int(found[1]) - 2
        return f"第{numbers[place]}行" if 0 <= place < len(numbers) else ""

    line = re.search(r"第(\d+)行$", error.where)
    return DataError(
        re.sub(r"第(\d+)行", row, error.what), f"{table} {row(line) if line else ''}".strip(), error.remedy
    )


def _file_name(title: str) -> str:
    return re.sub(r'[\\/:*?"<>|\s.]+', "_", title).strip("_") or "bank"


def _read_mapping(path: Path) -> dict[str, Any]:
    plan = load_yaml(path)
    where = str(path)
    if not isinstance(plan, dict):
        raise DataError("对照文件不是“键: 值”的形式", where, "参照 docs/indicator-bank.md 里的例子")
    unknown = sorted(set(plan) - _KEYS)
    if unknown:
        raise DataError(
            f"对照文件里有不认识的键：{'、'.join(map(str, unknown))}", where, f"可用：{'、'.join(sorted(_KEYS))}"
        )
    columns = plan.get("columns")
    if not isinstance(columns, dict) or "name" not in columns:
        raise DataError("对照文件没有写明指标名称在哪一列", where, "加上 columns: {name: 三级指标}")
    if "level2" not in columns and "level2" not in (plan.get("constants") or {}):
        raise DataError("对照文件没有写明二级指标在哪一列", where, "加上 columns: {level2: 二级指标}")
    for section in ("columns", "constants"):
        others = sorted(set(plan.get(section) or {}) - set(COLUMNS))
        if others:
            raise DataError(f"{section} 里有不认识的字段：{'、'.join(others)}", where, f"可用：{'、'.join(COLUMNS)}")
    plan["bank"] = str(plan.get("bank") or path.stem)
    plan["version"] = str(plan.get("version") or "1")
    return cast(dict[str, Any], plan)


def _read_grid(path: Path, sheet: object) -> list[list[str]]:
    """The cells as text; every cell of a merged span holds the span's value."""
    if not path.is_file():
        raise DataError("找不到要导入的文件", str(path), "检查路径")
    if path.suffix.lower() in (".csv", ".txt"):
        text = decode_table(path.read_bytes(), str(path))
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))]
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if isinstance(sheet, int) and 1 <= sheet <= len(names):
            chosen = names[sheet - 1]
        elif sheet is None and names:
            chosen = names[0]
        elif str(sheet) in names:
            chosen = str(sheet)
        else:
            raise DataError(f"没有名为“{sheet}”的工作表", str(path), f"可用：{'、'.join(names)}")
        content = book.get_sheet_by_name(chosen)
        grid = [[_text(cell) for cell in row] for row in content.to_python(skip_empty_area=False)]
        for (top, left), (bottom, right) in content.merged_cell_ranges or ():
            for row in range(top, min(bottom + 1, len(grid))):
                for column in range(left, min(right + 1, len(grid[row]))):
                    grid[row][column] = grid[top][left]
    except (CalamineError, OSError, ValueError):
        raise DataError("打不开这个表格文件", str(path), "确认是 .xlsx、.xls、.ods 或 .csv，且没有密码") from None
    return grid


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _rows(grid: list[list[str]], plan: dict[str, Any], where: str) -> tuple[list[dict[str, str]], list[int], int]:
    header_row = int(plan.get("header_row") or 1)
    if len(grid) < header_row:
        raise DataError(f"表格没有第{header_row}行", where, "改正对照文件的 header_row")
    places = {
        field: _place(grid[header_row - 1], str(heading), f"{where} 第{header_row}行")
        for field, heading in plan["columns"].items()
    }
    constants = {k: str(v) for k, v in (plan.get("constants") or {}).items()}
    fill = set(plan.get("fill_down") or ())
    separator = plan.get("separator")
    above: dict[str, str] = {}
    rows: list[dict[str, str]] = []
    numbers: list[int] = []
    skipped = 0
    for number, cells in _numbered(grid, header_row):
        row = {field: (cells[place] if place < len(cells) else "") for field, place in places.items()}
        if not any(row.values()):
            continue
        for field in fill:
            row[field] = above[field] = row.get(field) or above.get(field, "")
        if not squash(row["name"]):
            skipped += 1
            continue
        for field in _LISTS:
            if separator and row.get(field):
                row[field] = "|".join(part.strip() for part in row[field].split(str(separator)) if part.strip())
        defaults = {"id": f"{number:04d}", "standing": "local", "version": plan["version"], "sector": "未分类"}
        defaults["source"] = str(plan.get("source") or plan["bank"])
        full = {**defaults, **constants, **{f: v for f, v in row.items() if v}}
        full["name"] = re.sub(r"\s+", "", full["name"])
        full["level2_printed"] = full.get("level2_printed") or full.get("level2", "")
        # One line a row: numbers of lines must lead back to the table.
        rows.append({column: " ".join(full.get(column, "").split()) for column in COLUMNS})
        numbers.append(number)
    if not rows:
        raise DataError("表格里没有读到指标", where, "检查对照文件的 sheet、header_row 和 columns")
    return rows, numbers, skipped


def _numbered(grid: list[list[str]], header_row: int) -> Iterator[tuple[int, list[str]]]:
    return ((number, cells) for number, cells in enumerate(grid[header_row:], header_row + 1))


def _place(header: list[str], heading: str, where: str) -> int:
    wanted = squash(heading)
    places = [place for place, cell in enumerate(header) if squash(cell) == wanted]
    if places:
        return places[0]
    if re.fullmatch("[A-Z]{1,2}", heading):
        place = 0
        for letter in heading:
            place = place * 26 + ord(letter) - 64
        return place - 1
    raise DataError(f"表头里没有“{heading}”这一列", where, f"表头是：{'、'.join(c for c in header if c)}")


class BankChange(Record):
    """A row that differs between two versions: ``fields`` maps a column to its old and new content."""

    before: BankEntry
    after: BankEntry
    fields: dict[str, tuple[str, str]]


class BankDifference(Record):
    """What a newer version adds, drops and changes."""

    added: tuple[BankEntry, ...]
    removed: tuple[BankEntry, ...]
    changed: tuple[BankChange, ...]


_IGNORED = {"id", "bank", "version"}


def compare_banks(old: Bank, new: Bank) -> BankDifference:
    """Compare two versions of a library.

    Rows belong together by id where most ids stand in both versions with one name, else by name and category.
    """
    shared = [e for e in new.entries if (o := old.entry(e.id)) and o.name == e.name]
    by_id = 2 * len(shared) >= min(len(old.entries), len(new.entries))

    def key(entry: BankEntry) -> tuple[str, ...]:
        return (entry.id,) if by_id else (squash(entry.name), entry.level2, entry.sector)

    before = {key(e): e for e in old.entries}
    after = {key(e): e for e in new.entries}
    changed = []
    for place, entry in after.items():
        if place in before and (fields := _changed_fields(before[place], entry)):
            changed.append(BankChange(before=before[place], after=entry, fields=fields))
    return BankDifference(
        added=tuple(e for k, e in after.items() if k not in before),
        removed=tuple(e for k, e in before.items() if k not in after),
        changed=tuple(changed),
    )


def _changed_fields(old: BankEntry, new: BankEntry) -> dict[str, tuple[str, str]]:
    found = {}
    for field in BankEntry.model_fields:
        one, other = _shown(getattr(old, field)), _shown(getattr(new, field))
        if field not in _IGNORED and one != other:
            found[field] = (one, other)
    return found


def _shown(value: object) -> str:
    return "|".join(value) if isinstance(value, tuple) else str(value)
