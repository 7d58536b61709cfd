"""Wrong characters that official papers often hold (``taxonomy/typos.yaml``)."""

from functools import cache

from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml


@cache
def typos() -> dict[str, str]:
    """Wrong word → right word."""
    return {str(k): str(v) for k, v in load_yaml(resource("taxonomy", "typos.yaml")).items()}
