"""Coverage-guided fuzzing of one target: ``python -m tests.fuzz.driver docx --minutes 10 --out /tmp/fuzz``.

Needs atheris (``pip install -e ".[fuzz]"``). Whatever a target raises is kept once for each place in the code, and the
run goes on; so is what takes more than ``SECONDS`` of CPU or ``MEGABYTES`` of memory. The last line tells runs, minutes
and finds as JSON. What is found, made small, belongs into ``cases/TARGET/``.
"""

import argparse
import hashlib
import json
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import atheris

SECONDS = 5.0
MEGABYTES = 1024
ADDRESSES = 6 << 30
# What is measured for coverage beside our own code: the parsers that work on the raw bytes.
PARSERS = {"pdf": ["pdfplumber", "pdfminer"], "xls": ["xlrd"], "xlsx": ["openpyxl"]}


def main() -> None:
    """Fuzz until the CPU time is used up; the exit code tells whether something was found."""
    names = argparse.ArgumentParser(description=__doc__)
    names.add_argument("target")
    names.add_argument("--minutes", type=float, default=10.0)
    names.add_argument("--clock", choices=("cpu", "wall"), default="cpu", help="which minutes count")
    names.add_argument("--out", type=Path, default=Path("fuzz-out"))
    names.add_argument("--seed", type=int, default=1)
    options = names.parse_args()
    with atheris.instrument_imports(include=["reviewer", *PARSERS.get(options.target, [])]):
        from tests.fuzz.mutators import MUTATORS
        from tests.fuzz.seeds import seeds
        from tests.fuzz.targets import MAX_INPUT, TARGETS

        out = options.out / options.target
        corpus, finds = out / "corpus", out / "finds"
        for folder in (corpus, finds):
            folder.mkdir(parents=True, exist_ok=True)
        for data in seeds(options.target):
            (corpus / hashlib.sha1(data).hexdigest()).write_bytes(data)
            TARGETS[options.target](data)  # imports what is imported late, while it is instrumented

    # A bomb must not take the machine along: it fails here, and is kept like any other find.
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    run = _Run(TARGETS[options.target], options, finds)
    flags = [
        f"-max_len={MAX_INPUT}",
        f"-seed={options.seed}",
        "-timeout=120",
        "-rss_limit_mb=0",
        "-print_final_stats=0",
    ]
    extra = {}
    if options.target in MUTATORS:
        extra["custom_mutator"] = MUTATORS[options.target](
            lambda data, limit: atheris.Mutate(data, limit)
        )  # bound late
    atheris.Setup([sys.argv[0], *flags, str(corpus)], run, **extra)
    atheris.Fuzz()


class _Run:
    """One fuzzing run: calls the target, keeps what goes wrong, ends by itself."""

    def __init__(self, target: Callable[[bytes], None], options: argparse.Namespace, finds: Path) -> None:
        self.target, self.finds, self.name = target, finds, options.target
        self.limit, self.clock = options.minutes * 60, _cpu if options.clock == "cpu" else time.monotonic
        self.runs, self.seen, self.slowest = 0, dict[str, str](), 0.0
        self.started, self.cpu, self.wall = self.clock(), _cpu(), time.monotonic()
        self.peak = _peak()

    def __call__(self, data: bytes) -> None:
        begin = _cpu()
        try:
            self.target(data)
        except Exception as error:
            self.keep(_place(error), data, "".join(traceback.format_exception(error)))
        self.runs += 1
        took, peak = _cpu() - begin, _peak()
        self.slowest = max(self.slowest, took)
        if took > SECONDS:
            self.keep(f"slow-{int(took)}s", data, f"{took:.1f} s of CPU")
        if peak - self.peak > MEGABYTES:
            self.keep(f"memory-{peak}", data, f"from {self.peak} to {peak} MB")
        self.peak = peak
        if self.clock() - self.started > self.limit:
            self.tell()
            os._exit(bool(self.seen))

    def keep(self, place: str, data: bytes, why: str) -> None:
        """The first input for each place; its reason stands beside it."""
        if place in self.seen:
            return
        name = hashlib.sha1(place.encode()).hexdigest()[:12]
        self.seen[place] = name
        (self.finds / name).write_bytes(data)
        (self.finds / f"{name}.txt").write_text(f"{place}\n{why}", "utf-8")
        print(f"FOUND {place} -> {self.finds / name}", flush=True)

    def tell(self) -> None:
        minutes = {"cpu": (_cpu() - self.cpu) / 60, "wall": (time.monotonic() - self.wall) / 60}
        told = {"target": self.name, "runs": self.runs, "minutes": {k: round(v, 1) for k, v in minutes.items()}}
        told = {**told, "finds": sorted(self.seen)}
        print(
            json.dumps({**told, "slowest_s": round(self.slowest, 2), "peak_mb": _peak()}, ensure_ascii=False),
            flush=True,
        )


def _cpu() -> float:
    """CPU seconds of this process and of the children it waited for."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _place(error: BaseException) -> str:
    """Kind of the error and the innermost line of ours that raised it."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/reviewer/" in f.filename]
    frame = frames[-1] if frames else traceback.extract_tb(error.__traceback__)[-1]
    detail = str(error)[:60] if isinstance(error, AssertionError) else ""
    return f"{type(error).__name__} {Path(frame.filename).name}:{frame.lineno} {detail}".strip()


if __name__ == "__main__":
    main()
