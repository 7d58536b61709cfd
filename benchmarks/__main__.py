"""All benchmarks in one command: figures as JSON, and RESULTS.md.

    python -m benchmarks [--only start,read,review,matching,growth,batch] [--most 10000] [--json FILE] [--output FILE]

Needs the extra ``bench``. Run it from the project's folder on a machine that does nothing else.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import report  # noqa: E402

_PYTEST = ("start", "read", "review")
_ALL = (*_PYTEST, "matching", "growth", "batch")


def _pytest(names: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "benchmarks.json"
        files = [str(HERE / f"bench_{name}.py") for name in names]
        settings = ("python_files=bench_*.py", "python_functions=bench_*", f"pythonpath={HERE}")
        options = [word for setting in settings for word in ("-o", setting)]
        command = [
            sys.executable,
            "-m",
            "pytest",
            *files,
            *options,
        ]
        subprocess.run([*command, "-q", "-p", "no:cacheprovider", f"--benchmark-json={out}"], check=True)
        found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


def _script(name: str, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, str(HERE / f"{name}.py"), *arguments]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, Any] = json.loads(printed)
    return found


def main() -> None:
    """Measure what was asked for, then write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default=",".join(_ALL))
    parser.add_argument("--most", type=int, default=10_000, help="forms of the growth")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--output", type=Path, default=HERE / "RESULTS.md")
    options = parser.parse_args()
    chosen = [name for name in _ALL if name in options.only.split(",")]
    found: dict[str, Any] = {"machine": report.machine(), "rows": [], "sections": {}}
    if names := [name for name in _PYTEST if name in chosen]:
        found["rows"] = report.rows_of(_pytest(names))
        least: dict[str, dict[str, float]] = {}
        for row in found["rows"]:
            least.setdefault(row["group"], {})[row["name"]] = row["min_s"]
        found["least_s"] = least
        read = {kind: least.get(f"read .{kind}", {}) for kind in ("docx", "xlsx", "html", "csv")}
        peers = {row["group"]: row["peer"] for row in found["rows"]}
        # Our share is what reading takes beyond the parser that does the same (negative: less than the parser).
        found["share"] = {
            kind: times["reviewer"] / times[peers[f"read .{kind}"]] - 1 for kind, times in read.items() if times
        }
        if read["docx"] and "review" in least:
            found["warm_filing_s"] = read["docx"]["reviewer"] + least["review"]["review"]
    if "matching" in chosen:
        import matching

        result = matching.measure(2000, 20_000)
        times = {row["method"]: row["match_s"] for row in result["methods"]}
        ours, peer = times.get("this project"), times.get("rapidfuzz.process.cdist (ratio)")
        found["matching"] = {**result, "ratio": ours / peer if ours and peer else None}
        found["sections"]["matching"] = matching.as_markdown(result)
    if "growth" in chosen:
        growth = _script("growth", "--most", str(options.most))
        found["growth"] = {**growth, "peak_memory_mb": growth["points"][-1]["peak_memory_mb"]}
        lines = [
            (str(p["forms"]), *(f"{p[k]:.2f}" for k in ("seconds", "ms_per_form", "peak_memory_mb")))
            for p in growth["points"]
        ]
        head = ("forms", "processor seconds", "ms a form (read and review)", "peak memory, MB")
        found["sections"]["growth"] = "\n".join(
            [*report.table(head, lines), f"Slope {growth['slope']:.3f} (1 is linear)."]
        )
    if "batch" in chosen:
        found["batch"] = _script("batch", "--count", "1000", "--scaling", "--format", "json")
        found["sections"]["batch"] = "\n".join(
            report.table(("what", "value"), ((k.replace("_", " "), str(v)) for k, v in found["batch"].items()))
        )
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=2), "utf-8")
    options.output.write_text(report.markdown(found), "utf-8")
    print(options.output)


if __name__ == "__main__":
    main()
