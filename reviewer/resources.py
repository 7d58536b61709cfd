"""Where the data folders are (``taxonomy prompts eval_sets examples``), in a checkout and in a wheel alike.

Also where the user's cache is, and how files are written there.
"""

import os
import tempfile
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """The path of a data file or folder, e.g. ``resource("taxonomy", "levels.yaml")``.

    In a wheel the folders lie in ``reviewer/_data``; in a checkout at the top of the tree.
    """
    packaged = _PACKAGE / "_data"
    root = packaged if packaged.is_dir() else _PACKAGE.parent
    return root.joinpath(*parts)


def cache_folder() -> Path:
    """Where caches are kept: ``REVIEWER_CACHE_DIR``, else the platform's cache folder for the user."""
    chosen = os.environ.get("REVIEWER_CACHE_DIR")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("indicator-reviewer", appauthor=False)


def state_folder() -> Path:
    """Where the program remembers between runs: ``REVIEWER_STATE_DIR``, else the platform's folder for the user."""
    chosen = os.environ.get("REVIEWER_STATE_DIR")
    if chosen:
        return Path(chosen)
    from platformdirs import user_state_path

    return user_state_path("indicator-reviewer", appauthor=False)


def data_folder() -> Path:
    """Where ``reviewer serve`` keeps its data: ``REVIEWER_DATA_DIR``, else the platform's data folder for the user."""
    chosen = os.environ.get("REVIEWER_DATA_DIR")
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("indicator-reviewer", appauthor=False)


def write_atomically(path: Path, text: str) -> None:
    """Write a text file so that a reader sees the old or the new content, never a part.

    Raises:
        OSError: the folder cannot be made or written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
