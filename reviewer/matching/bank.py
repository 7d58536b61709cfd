"""The indicator bank: rows of ``taxonomy/indicator_bank/*.csv`` and the libraries that a bureau brings itself."""

import csv
import hashlib
import io
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal, cast

from reviewer.errors import DataError
from reviewer.matching.encoding import decode_table
from reviewer.records.base import Record
from reviewer.resources import resource
from reviewer.taxonomy.levels import CATEGORIES, category_of

COLUMNS = (
    "id", "name", "level2", "level2_printed", "sector", "category", "definition", "formula", "unit", "direction",
    "typical_value", "data_source", "synonyms", "keywords", "source", "source_url", "standing", "version", "overlaps",
    "note",
)  # fmt: skip
REQUIRED = ("id", "name", "level2", "sector", "source", "standing", "version")
STANDINGS = ("published", "recommended", "local")
STANDING_WORDS = {"published": "公开发布", "recommended": "推荐（非官方）", "local": "地方"}
_LISTS = ("synonyms", "keywords", "overlaps")
_NAME_HEADINGS = ("name", "指标名称", "三级指标", "名称")


class BankEntry(Record):
    """One row of a bank; the fields are the columns of the file, ``bank`` the library it stands in."""

    id: str
    name: str
    level2: str = ""
    level2_printed: str = ""
    sector: str = ""
    category: str = ""
    definition: str = ""
    formula: str = ""
    unit: str = ""
    direction: str = ""
    typical_value: str = ""
    data_source: str = ""
    synonyms: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    source: str = ""
    source_url: str = ""
    standing: Literal["published", "recommended", "local"] = "local"
    version: str = ""
    overlaps: tuple[str, ...] = ()
    note: str = ""
    bank: str = ""

    @property
    def citation(self) -> str:
        """How a match cites the row: library, id, version and standing."""
        version = f"，版本 {self.version}" if self.version else ""
        return f"{self.bank or '指标库'} {self.id}{version}，{STANDING_WORDS[self.standing]}"


class Bank(Record):
    """A library: its name, its rows in order, and a digest of its content."""

    name: str
    entries: tuple[BankEntry, ...]
    digest: str

    def entry(self, entry_id: str) -> BankEntry | None:
        """The row of an id, or None."""
        return next((e for e in self.entries if e.id == entry_id), None)


def read_bank(path: Path, *, name: str = "", names_only: bool = False) -> Bank:
    """A bank from a CSV file.

    Args:
        path: UTF-8 or GB18030; one row an indicator, lists separated by ``|``.
        name: what the library is called; the file's name when empty.
        names_only: only the column ``name`` is required (ids are then the numbers of the rows).

    Raises:
        DataError: the file cannot be read, columns are missing, an id stands twice, a category is none of the nine,
            or encodings are mixed. The error names file and line; nothing of the file is used.
    """
    try:
        content = path.read_bytes()
    except OSError:
        raise DataError("找不到或打不开指标库文件", str(path), "检查路径和文件权限") from None
    title = name or path.stem
    entries = _parse(decode_table(content, str(path)), str(path), title, names_only)
    return Bank(name=title, entries=tuple(entries), digest=hashlib.sha256(content).hexdigest())


def _parse(text: str, where: str, title: str, names_only: bool) -> list[BankEntry]:
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = [h.strip() for h in next(reader)]
    except StopIteration:
        raise DataError("指标库文件是空的", where, "第一行写列名，以后每行一个指标") from None
    if names_only and "name" not in header:
        header = ["name" if h in _NAME_HEADINGS and "name" not in header else h for h in header]
    missing = [c for c in (("name",) if names_only else REQUIRED) if c not in header]
    if missing:
        raise DataError(f"指标库缺少列：{'、'.join(missing)}", f"{where} 第1行", "补上这些列，列名照抄")
    twice = {h for h in header if h in COLUMNS and header.count(h) > 1}
    if twice:
        raise DataError(f"列名重复：{'、'.join(sorted(twice))}", f"{where} 第1行", "每个列名只留一个")
    entries: list[BankEntry] = []
    seen: dict[str, int] = {}
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            line = reader.line_num
            entry = _entry(dict(zip(header, row, strict=False)), f"{where} 第{line}行", title, names_only, len(entries))
            if len(row) > len(header) and any(c.strip() for c in row[len(header) :]):
                raise DataError("这一行比表头多出内容", f"{where} 第{line}行", "有逗号的内容用英文双引号括起来")
            if entry.id in seen:
                raise DataError(
                    f"编号“{entry.id}”重复，前面第{seen[entry.id]}行已用过", f"{where} 第{line}行", "每行用不同的编号"
                )
            seen[entry.id] = line
            entries.append(entry)
    except csv.Error as error:
        raise DataError(f"不是有效的 CSV：{error}", f"{where} 第{reader.line_num}行", "检查引号是否成对") from None
    if not entries:
        raise DataError("指标库里没有指标", where, "第一行以后每行写一个指标")
    return entries


def _entry(cells: dict[str, str], where: str, title: str, names_only: bool, count: int) -> BankEntry:
    row = {c: (cells.get(c) or "").strip() for c in COLUMNS}
    if not row["name"]:
        raise DataError("指标名称为空", where, "填上名称，或删去这一行")
    if not row["id"]:
        if not names_only:
            raise DataError("编号为空", where, "填上编号")
        row["id"] = str(count + 1)
    category = category_of("", row["level2"]) if row["level2"] else None
    if category is None and (row["level2"] or not names_only):
        raise DataError(f"二级指标“{row['level2']}”不在九类之中", where, f"可用：{'、'.join(CATEGORIES)}")
    standing = row["standing"] or "local"
    if standing not in STANDINGS:
        raise DataError(f"standing “{standing}”不认识", where, f"可用：{'、'.join(STANDINGS)}")
    for column in () if names_only else REQUIRED:
        if not row[column]:
            raise DataError(f"“{column}”为空", where, "填上内容")
    lists = {c: tuple(p.strip() for p in row[c].split("|") if p.strip()) for c in _LISTS}
    plain = {c: v for c, v in row.items() if c not in _LISTS and c not in ("level2", "standing")}
    kind = cast(Literal["published", "recommended", "local"], standing)
    return BankEntry(
        **plain, level2=category or "", standing=kind, bank=title,
        synonyms=lists["synonyms"], keywords=lists["keywords"], overlaps=lists["overlaps"],
    )  # fmt: skip


NATIONAL = "内置指标库"


@cache
def national_bank() -> Bank:
    """The bank of this project: all files of ``taxonomy/indicator_bank``.

    Raises:
        DataError: a file breaks the format, or an id stands in two files.
    """
    parts = [read_bank(path, name=NATIONAL) for path in sorted(resource("taxonomy", "indicator_bank").glob("*.csv"))]
    return join_banks(NATIONAL, parts)


def join_banks(name: str, parts: Iterable[Bank]) -> Bank:
    """Several files as one library.

    Raises:
        DataError: an id stands in two of them.
    """
    entries: dict[str, BankEntry] = {}
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.digest.encode())
        for entry in part.entries:
            if entry.id in entries:
                raise DataError(f"编号“{entry.id}”在两个文件中重复", name, "每行用不同的编号")
            entries[entry.id] = entry
    return Bank(name=name, entries=tuple(entries.values()), digest=digest.hexdigest())


def user_bank_folder() -> Path:
    """Where imported libraries are kept: ``REVIEWER_BANK_DIR``, else the platform's data folder for the user."""
    chosen = os.environ.get("REVIEWER_BANK_DIR")
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("indicator-reviewer", appauthor=False) / "banks"


def load_banks(folder: Path | None = None) -> tuple[Bank, ...]:
    """All libraries, the user's own first (by name), the project's last.

    Args:
        folder: where the user's libraries are; ``user_bank_folder()`` when None.

    Raises:
        DataError: a file breaks the format.
    """
    own = folder or user_bank_folder()
    local = [read_bank(path) for path in sorted(own.glob("*.csv"))] if own.is_dir() else []
    return (*local, national_bank())


class ProcessIndicator(Record):
    """A printed item that belongs to the management of money or work, not to a performance target."""

    id: str
    name: str
    level2_printed: str
    source: str


@cache
def process_indicators() -> tuple[ProcessIndicator, ...]:
    """``taxonomy/process_indicators.csv``: names that are no performance indicators, as published tables print them."""
    path = resource("taxonomy", "process_indicators.csv")
    rows = csv.DictReader(io.StringIO(decode_table(path.read_bytes(), str(path))))
    return tuple(
        ProcessIndicator(id=r["id"], name=r["name"], level2_printed=r["level2_printed"], source=r["source"])
        for r in rows
    )
