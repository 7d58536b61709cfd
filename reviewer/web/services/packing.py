"""Reports and grids as they lie in the database: compressed JSON."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict

from reviewer.readers.grid import Cell, Grid
from reviewer.records import Report


def pack_report(report: Report) -> bytes:
    """A report for the database."""
    # A damaged file may hold half a surrogate pair, which UTF-8 cannot express.
    text = json.dumps(report.model_dump(mode="json"), ensure_ascii=True, separators=(",", ":"))
    return zlib.compress(text.encode("ascii"), 6)


def unpack_report(data: bytes) -> Report:
    """A report from the database."""
    return Report.model_validate(json.loads(zlib.decompress(data)), strict=False)


def pack_grids(grids: Sequence[Grid]) -> bytes:
    """The tables of a file for the database."""
    told = [
        {**asdict(grid), "cells": [[c.text, c.row, c.column, c.rows, c.columns] for c in grid.cells]} for grid in grids
    ]
    return zlib.compress(json.dumps(told, separators=(",", ":")).encode("ascii"), 6)


def unpack_grids(data: bytes) -> list[Grid]:
    """The tables of a file from the database."""
    grids = []
    for told in json.loads(zlib.decompress(data)):
        cells = [Cell(*cell) for cell in told.pop("cells")]
        numbers = told.pop("row_numbers")
        kept = {int(row): shown for row, shown in numbers.items()} if numbers is not None else None
        grids.append(Grid(cells=cells, row_numbers=kept, **told))
    return grids
