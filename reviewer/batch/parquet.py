"""Parquet files of a batch, for analysis in other programs; needs the extra ``batch`` (pyarrow)."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from reviewer.batch.records import FileResult

NAMES = ("files", "forms", "indicators", "findings", "asides")
_GROUP = 5_000  # rows of a row group: what is held in memory at once, of each table
_Row = dict[str, Any]


def is_installed() -> bool:
    """Whether pyarrow is there."""
    return find_spec("pyarrow") is not None


def write(places: Mapping[str, Path], results: Iterable[FileResult]) -> None:
    """Write tables; the same results give the same bytes.

    Args:
        places: where to, by the table's name, see ``NAMES``.
        results: each file's result, in order; they stream by once.

    Raises:
        OSError: the disk is full or may not be written to.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = {"year": pa.int32(), "indicators": pa.int32(), "judged": pa.int32(), "total": pa.float64()}
    numbers["budget_wan"] = pa.decimal128(24, 6)
    with contextlib.ExitStack() as stack:
        tables: list[tuple[Callable[[FileResult], Iterator[_Row]], Any, Any, list[_Row]]] = []
        for name, place in places.items():
            rows_of, columns = _TABLES[name]
            schema = pa.schema([(column, numbers.get(column, pa.string())) for column in columns])
            writer = stack.enter_context(pq.ParquetWriter(place, schema, compression="zstd"))
            tables.append((rows_of, schema, writer, []))
        for result in results:
            for rows_of, schema, writer, rows in tables:
                rows += rows_of(result)
                if len(rows) >= _GROUP:
                    writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                    rows.clear()
        for _, schema, writer, rows in tables:
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))


def _files(result: FileResult) -> Iterator[_Row]:
    failure = result.failure
    status = "failed" if failure else "complete" if result.is_complete else "partial"
    said = {"failure": failure.what if failure else "", "remedy": failure.remedy if failure else ""}
    yield {**result.model_dump(include={"path", "format", "digest", "unit", "year"}), "status": status, **said}


def _forms(result: FileResult) -> Iterator[_Row]:
    for form in result.forms:
        row = form.model_dump(exclude={"goals", "indicators"})
        row["form"] = row.pop("id")
        row["indicators"] = len(form.indicators)
        row["goal"] = "\n".join(form.goals)
        row["budget_wan"] = Decimal(form.budget_wan).quantize(Decimal("0.000001")) if form.budget_wan else None
        row["total"] = float(form.total) if form.total else None
        yield {"path": result.path, **row}


def _indicators(result: FileResult) -> Iterator[_Row]:
    for form in result.forms:
        for item in form.indicators:
            own = item.model_dump()
            head = {"path": result.path, "form": form.id, "org": form.unit, "year": form.year, "sector": form.sector}
            yield {**head, "indicator": own.pop("id"), **own}


def _findings(result: FileResult) -> Iterator[_Row]:
    forms = {form.id: form for form in result.forms}
    for item in result.findings:
        form = forms[item.form_id]
        row = item.model_dump(mode="json")
        head = {"path": result.path, "form": row.pop("form_id"), "org": form.unit, "year": form.year}
        yield {**head, "sector": form.sector, **row}


def _asides(result: FileResult) -> Iterator[_Row]:
    forms = {form.id: form for form in result.forms}
    for item in result.aside:
        row = item.model_dump(mode="json")
        form = forms[item.form_id]
        yield {"path": result.path, "form": row.pop("form_id"), "org": form.unit, "year": form.year, **row}


_TABLES: dict[str, tuple[Callable[[FileResult], Iterator[_Row]], tuple[str, ...]]] = {
    "files": (_files, ("path", "format", "digest", "unit", "year", "status", "failure", "remedy")),
    "forms": (
        _forms,
        ("path", "form", "label", "title", "kind", "unit", "year", "project", "sector", "profile", "budget_wan",
         "grade", "total", "judged", "indicators", "goal"),
    ),
    "indicators": (
        _indicators,
        ("path", "form", "org", "year", "sector", "indicator", "level1", "level2", "category", "name", "value", "unit"),
    ),
    "findings": (
        _findings,
        ("path", "form", "org", "year", "sector", "indicator_id", "code", "name", "severity", "dimension", "place",
         "level2", "indicator", "value", "message", "evidence", "basis", "suggestion"),
    ),
    "asides": (
        _asides,
        ("path", "form", "org", "year", "kind", "code", "name", "severity", "place", "indicator", "message", "reason",
         "reviewer", "until"),
    ),
}  # fmt: skip
