"""Under which key the result of a file is kept: same path, content, program and options, same key."""

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from reviewer.resources import resource
from reviewer.suggesters.base import Engine

_BLOCK = 1 << 20
# What only calls, shows or measures a review; of this package, what makes a result.
_APART = {"_data", "annotate", "cli", "evals", "llm", "store", "training", "web"}
_KEEPERS = {"condense.py", "records.py", "sector.py", "worker.py"}
_CONVERTERS = ("soffice", "libreoffice", "antiword")


@dataclass(frozen=True)
class Options:
    """How the files are reviewed; everything here enters the keys.

    Attributes:
        profile, year, select, ignore: see ``pipeline.review``.
        engines: what proposes rewrites.
        decisions: what lies beside a file (waivers, rejections) is heeded.
        baseline: file of findings known before.
        waivers: files of waivers that hold for all.
    """

    profile: str | None = None
    year: int | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    engines: tuple[Engine, ...] = ()
    decisions: bool = True
    baseline: str | None = None
    waivers: tuple[str, ...] = ()


@cache
def program() -> str:
    """A digest of all that decides a review: the code, the taxonomy, the libraries brought in, converters at hand."""
    from reviewer.matching.bank import user_bank_folder
    from reviewer.readers import ocr

    total = hashlib.sha256()
    code = Path(__file__).resolve().parents[1]
    files = sorted(f for f in code.rglob("*.py") if _decides(f.relative_to(code)))
    data = sorted(f for f in resource("taxonomy").rglob("*") if f.is_file())
    own = sorted(user_bank_folder().glob("*.csv"))
    for file in (*files, *data, *own):
        total.update(file.name.encode("utf-8", "replace") + b"\0" + file.read_bytes() + b"\0")
    # What cannot be read today may be readable once a converter is installed.
    tools = [name for name in _CONVERTERS if shutil.which(name)]
    total.update(f"{tools} {ocr.is_installed()}".encode())
    return total.hexdigest()


def _decides(module: Path) -> bool:
    """Whether a module has a part in what a review finds, or in what a batch keeps of it."""
    return module.parts[0] not in _APART and (module.parts[0] != "batch" or module.name in _KEEPERS)


def digest_of(file: Path) -> str:
    """SHA-256 of a file's content.

    Raises:
        OSError: it cannot be read.
    """
    total = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            total.update(block)
    return total.hexdigest()


def key_of(path: str, digest: str, options: str, decided: str = "") -> str:
    """The key of a result.

    Args:
        path: see ``Input``.
        digest: of the file's content.
        options: what ``options_digest`` gives.
        decided: what else decides which findings count, "" for nothing.
    """
    return _joined((path, digest, options, decided))


def options_digest(options: Options) -> str:
    """A digest of the program and of how it is asked to review."""
    known = digest_of(Path(options.baseline)) if options.baseline else ""
    waived = [digest_of(Path(place)) for place in options.waivers]
    said = {**asdict(options), "baseline": known, "waivers": waived}
    return _joined((program(), json.dumps(said, sort_keys=True)))


def _joined(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
