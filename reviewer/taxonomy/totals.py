"""How many places of a kind there are in the whole country (``taxonomy/national_totals.yaml``)."""

from decimal import Decimal
from functools import cache

from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml


@cache
def national_totals() -> dict[str, Decimal]:
    """Upper bounds of counts of administrative units, by the word that names them."""
    return {str(k): Decimal(str(v)) for k, v in load_yaml(resource("taxonomy", "national_totals.yaml")).items()}
