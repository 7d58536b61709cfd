"""``taxonomy/models.yaml``: known endpoints, and what models cost."""

from decimal import Decimal
from functools import cache
from typing import Any, Literal

from pydantic import Field, ValidationError

from reviewer.errors import DataError
from reviewer.records.base import Record
from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml

Mode = Literal["json_schema", "tools", "json_object", "plain"]
MODES: tuple[Mode, ...] = ("json_schema", "tools", "json_object", "plain")


class Preset(Record):
    """An endpoint; see the head of ``taxonomy/models.yaml``. Times in seconds."""

    title: str
    base_url: str
    model: str = ""
    key_env: str = ""
    modes: tuple[Mode, ...] = MODES
    token_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: float | None = 0.0
    max_tokens: int = 2048
    extra_body: dict[str, Any] = Field(default_factory=dict)
    local: bool = False
    concurrency: int = 4
    timeout: float = 60


class Price(Record):
    """元 per million tokens."""

    input: Decimal
    output: Decimal

    def cost(self, input_tokens: int, output_tokens: int) -> Decimal:
        """元 for so many tokens."""
        return (self.input * input_tokens + self.output * output_tokens) / 1_000_000


class ListedPrice(Price):
    """A price of the table: where and when it was read, and how (A read, B second-hand)."""

    currency: Literal["yuan", "usd"] = "yuan"
    grade: Literal["A", "B"]
    as_of: str
    source: str


class Models(Record):
    """The whole file."""

    usd: Decimal
    presets: dict[str, Preset]
    prices: dict[str, ListedPrice]


@cache
def models() -> Models:
    """``taxonomy/models.yaml``.

    Raises:
        DataError: the file breaks its format.
    """
    path = resource("taxonomy", "models.yaml")
    try:
        return Models.model_validate(load_yaml(path))
    except ValidationError as error:
        raise DataError("模型表不合格式", str(path), error.errors()[0]["msg"]) from None


def listed_price(model: str) -> Price | None:
    """The price of a model, in 元; a dated name (``qwen-plus-2025-07-28``) costs what its family costs."""
    table = models()
    known = [name for name in table.prices if model == name or model.startswith(f"{name}-20")]
    if not known:
        return None
    price = table.prices[max(known, key=len)]
    rate = table.usd if price.currency == "usd" else Decimal(1)
    return Price(input=price.input * rate, output=price.output * rate)
