"""Cost growth of a review from 10 to 10,000 forms in one process: the slope of log time over log forms, and memory.

    python benchmarks/growth.py [--most 10000]

A slope of 1 is linear. Filings are made in chunks, reviewed and let go, as a batch does.
"""

import argparse
import json
import math
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from filings import write_filings

from reviewer.pipeline import review_filing
from reviewer.readers.base import read

_CHUNK = 200


def _grow(forms: int, seed: int) -> dict[str, Any]:
    """Read and review filings until ``forms`` forms are done; writing them is not counted."""
    done, spent, number = 0, 0.0, 0
    while done < forms:
        with tempfile.TemporaryDirectory() as folder:
            for path in write_filings(Path(folder), min(_CHUNK, forms - done), seed=seed * 10_000 + number):
                started = time.process_time()
                done += len(review_filing(read(path)).filing.forms)
                spent += time.process_time() - started
                if done >= forms:
                    break
        number += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"forms": done, "seconds": spent, "ms_per_form": spent / done * 1e3, "peak_memory_mb": peak}


def measure(most: int) -> dict[str, Any]:
    """The points and the slope of a least-squares line through them, logarithms on both sides."""
    _grow(200, seed=99)  # what is loaded once is not growth
    sizes = [n for n in (10, 100, 1_000, 10_000) if n <= most]
    points = [_grow(n, seed=k) for k, n in enumerate(sizes, 1)]
    xs = [math.log(p["forms"]) for p in points]
    ys = [math.log(p["seconds"]) for p in points]
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)) / sum((x - mx) ** 2 for x in xs)
    return {"points": points, "slope": slope}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--most", type=int, default=10_000)
    print(json.dumps(measure(parser.parse_args().most), indent=2))


if __name__ == "__main__":
    main()
