"""``RESULTS.md`` from the measurements: a table a group, the ratio to the peer of the same run, and the goals."""

import importlib.metadata
import math
import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

GOALS = yaml.safe_load((Path(__file__).parent / "goals.yaml").read_text("utf-8"))
_PACKAGES = ("pydantic", "rapidfuzz", "lxml", "python-docx", "openpyxl", "python-calamine", "jieba", "numpy")


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return {
        "processor": f"{model}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES),
        "load when the report was written": load,
    }


def rows_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    """One row a benchmark of pytest-benchmark's JSON: seconds of one unit (form, row, filing, run)."""
    rows = []
    for one in data["benchmarks"]:
        extra, stats = one["extra_info"], one["stats"]
        units = extra.get("units", 1)
        row = {
            "group": one["group"],
            "name": extra["name"],
            "per": extra.get("per", "run"),
            "min_s": stats["min"] / units,
            "median_s": stats["median"] / units,
            "rounds": stats["rounds"],
            "peer": extra.get("peer"),
        }
        rows.append(row)
    for row in rows:
        peer = next((r for r in rows if r["group"] == row["group"] and r["name"] == row["peer"]), None)
        row["ratio"] = row["min_s"] / peer["min_s"] if peer and peer is not row else None
    return rows


def _number(value: float | None, digits: int = 3) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.{digits}g}"


def table(head: Iterable[str], lines: Iterable[Iterable[str]]) -> list[str]:
    titles = list(head)
    return [
        f"| {' | '.join(titles)} |",
        f"|{'|'.join(['---', *['---:'] * (len(titles) - 1)])}|",
        *(f"| {' | '.join(line)} |" for line in lines),
        "",
    ]


def verdicts(found: dict[str, Any]) -> list[list[str]]:
    """Each goal, what was measured, and whether it is met; a goal without a measurement says so."""
    lines = []
    for goal in GOALS:
        value: Any = found
        for key in goal["figure"].split("/"):
            value = value.get(key) if isinstance(value, dict) else None
        if value is None or math.isnan(value):
            told = ["not measured in this run", "–"]
        else:
            met = value <= goal["most"] if "most" in goal else value >= goal["least"]
            told = [
                _number(value),
                "met" if met else f"**not met**: {goal['why']}" if goal.get("why") else "**not met**",
            ]
        bound = f"≤ {goal['most']}" if "most" in goal else f"≥ {goal['least']}"
        lines.append([goal["what"], bound, *told])
    return lines


def markdown(found: dict[str, Any]) -> str:
    """The whole report."""
    out = [
        "# Benchmarks",
        "",
        "Written by `python -m benchmarks`; do not edit. Least and median of several rounds, one run, one machine,",
        "with the peer beside it; ratios of the least. Times of other machines differ, ratios less so.",
        "",
        *table(("machine", "value"), found["machine"].items()),
        "## Goals",
        "",
        *table(("goal", "bound", "measured", "verdict"), verdicts(found)),
    ]
    groups = dict.fromkeys(row["group"] for row in found["rows"])
    for group in groups:
        rows = [row for row in found["rows"] if row["group"] == group]
        out += [f"## {group}", ""]
        lines = (
            (
                row["name"], f"ms / {row['per']}", _number(row["min_s"] * 1e3), _number(row["median_s"] * 1e3),
                str(row["rounds"]), f"{row['ratio']:.2f} × {row['peer']}" if row["ratio"] else "–",
            )
            for row in rows
        )  # fmt: skip
        out += table(("what", "unit", "least", "median", "rounds", "ratio"), lines)
    for title, text in found.get("sections", {}).items():
        out += [f"## {title}", "", text, ""]
    return "\n".join(out)
