"""Where the data folders are: ``taxonomy/``, ``prompts/`` and ``eval_sets/``, in a checkout and in a wheel alike."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """The path of a data file or folder, e.g. ``resource("taxonomy", "levels.yaml")``.

    In a wheel the folders lie in ``reviewer/_data``; in a checkout at the top of the tree.
    """
    packaged = _PACKAGE / "_data"
    root = packaged if packaged.is_dir() else _PACKAGE.parent
    return root.joinpath(*parts)
