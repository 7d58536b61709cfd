"""Which model is asked, and how: options before the environment, before the user's file, before the preset."""

import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator

from reviewer.errors import DataError, ReviewerError
from reviewer.llm.failures import scrub, shown_url
from reviewer.llm.presets import MODES, Mode, Price, listed_price, models
from reviewer.llm.prompts import VARIANTS
from reviewer.records.base import Record
from reviewer.taxonomy.loader import load_yaml

_ENV = "REVIEWER_LLM_"
_HELP = "查看可用的服务：reviewer model presets；说明见 docs/model.md"
_LISTS = frozenset({"modes"})
_NO_ENV = frozenset({"extra_body", "price"})


class ModelSettings(Record):
    """An endpoint and how it is used. The key is never printed, compared or stored.

    Attributes:
        preset: the preset it was filled up from, "" for none.
        modes: how a typed reply is asked for, best first.
        temperature: None: not sent.
        max_tokens: limit of one reply.
        timeout: seconds for one request; ``max_wait``: longest wait that ``Retry-After`` may ask for.
        retries: repetitions after a timeout, 429 or 5xx.
        max_calls: hard stop: requests in one run; ``max_cost``: 元 in one run. None: no limit.
        price: overrides the price table.
        mask_organisations: take names of organisations out too.
        prompts: another folder of prompts, or ``small``: the project's own short ones.
        cache: keep replies in the user's cache folder.
        record: write replies into this file; ``replay``: take them from this file and call nobody.
        replay_like: take also a reply to the same row and prompt from a time when the rules worded it otherwise.
    """

    preset: str = ""
    base_url: str = ""
    model: str
    api_key: SecretStr = Field(default=SecretStr(""), repr=False)
    modes: tuple[Mode, ...] = MODES
    token_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: float | None = 0.0
    max_tokens: int = Field(default=2048, ge=16)
    extra_body: dict[str, Any] = Field(default_factory=dict)
    timeout: float = Field(default=60, gt=0)
    retries: int = Field(default=2, ge=0, le=10)
    max_wait: float = Field(default=60, ge=0)
    concurrency: int = Field(default=4, ge=1, le=64)
    max_calls: int | None = Field(default=None, ge=0)
    max_cost: Decimal | None = Field(default=None, ge=0)
    price: Price | None = None
    mask_organisations: bool = False
    prompts: Path | None = None
    cache: bool = True
    record: Path | None = None
    replay: Path | None = None
    replay_like: bool = False

    @field_validator("modes")
    @classmethod
    def _each_once(cls, modes: tuple[Mode, ...]) -> tuple[Mode, ...]:
        if not modes:
            raise ValueError("at least one mode")
        return tuple(dict.fromkeys(modes))

    @field_validator("temperature", mode="before")
    @classmethod
    def _not_sent(cls, value: Any) -> Any:
        return None if value in ("none", "") else value

    @property
    def shown(self) -> str:
        """Model and address for a person, without secrets."""
        return f"{self.model}（{shown_url(self.base_url)}）" if self.base_url else self.model

    @property
    def effective_price(self) -> Price | None:
        """The price: the user's, else that of the table, else nothing for a model of one's own machine."""
        if self.price is not None:
            return self.price
        preset = models().presets.get(self.preset)
        if preset is not None and preset.local and _is_local(self.base_url):
            return Price(input=Decimal(0), output=Decimal(0))
        return listed_price(self.model)


def _is_local(url: str) -> bool:
    return (urlsplit(url).hostname or "") in ("127.0.0.1", "localhost", "::1")


def settings_file() -> Path:
    """Where the user's settings are: ``REVIEWER_LLM_SETTINGS``, else ``model.yaml`` in the user's settings folder."""
    chosen = os.environ.get(f"{_ENV}SETTINGS")
    if chosen:
        return Path(chosen)
    from platformdirs import user_config_path

    return user_config_path("indicator-reviewer", appauthor=False) / "model.yaml"


def load_settings(options: Mapping[str, Any] | None = None) -> ModelSettings:
    """The settings in force.

    Args:
        options: fields of ``ModelSettings``; those that are None count as not given.

    Raises:
        ReviewerError: no model is configured, or a preset is unknown.
        DataError: the settings file breaks its format, or a value does not fit.
    """
    given = {key: value for key, value in (options or {}).items() if value is not None}
    chosen = {**_from_file(), **_from_environment(), **given}
    preset_id = str(chosen.get("preset") or "")
    if preset_id:
        presets = models().presets
        if preset_id not in presets:
            raise ReviewerError(f"没有名为“{preset_id}”的模型服务", "preset", f"可用：{'、'.join(presets)}")
        preset = presets[preset_id]
        # The maker's own variable goes to the maker alone, not to an address given besides.
        if preset.key_env and "base_url" not in chosen:
            chosen.setdefault("api_key", os.environ.get(preset.key_env, ""))
        filled = preset.model_dump(exclude={"title", "key_env", "local"}, exclude_defaults=True)
        chosen = {**filled, **chosen}
    if not chosen.get("base_url") and not chosen.get("replay"):
        raise ReviewerError(
            "没有配置语言模型",
            "引擎 llm",
            f"设置环境变量 {_ENV}PRESET（如 deepseek）和 {_ENV}API_KEY，或 {_ENV}BASE_URL 和 {_ENV}MODEL；"
            f"也可写在 {settings_file()}。{_HELP}",
        )
    if chosen.get("replay"):
        chosen.setdefault("model", "")  # the recording says
    elif not chosen.get("model"):
        raise ReviewerError("没有说用哪个模型", "model", f"设置环境变量 {_ENV}MODEL，或写在设置文件里。{_HELP}")
    return _validated(chosen)


def _validated(chosen: dict[str, Any]) -> ModelSettings:
    try:
        settings = ModelSettings.model_validate(chosen)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        unknown = first["type"] == "extra_forbidden"
        what = f"没有名为“{key}”的模型设置" if unknown else f"模型设置“{key}”的值不合要求：{scrub(first['msg'])}"
        raise DataError(what, f"{_ENV}{key.upper()} 或 {settings_file()}", f"可用：{'、'.join(_fields())}") from None
    if settings.base_url and urlsplit(settings.base_url).scheme not in ("http", "https"):
        raise DataError("模型服务的地址要以 http:// 或 https:// 开头", "base_url", _HELP)
    if settings.max_cost is not None and settings.effective_price is None and settings.replay is None:
        raise ReviewerError(
            f"价格表里没有模型“{settings.model}”，不能按金额限制",
            "max_cost",
            "在设置文件里写 price: {input: 元/百万, output: 元/百万}，或改用 --max-calls",
        )
    return settings


def _fields() -> list[str]:
    return list(ModelSettings.model_fields)


def _from_environment() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in _fields():
        text = os.environ.get(f"{_ENV}{field.upper()}")
        if text and field not in _NO_ENV:
            found[field] = tuple(p.strip() for p in text.split(",")) if field in _LISTS else text.strip()
    return found


def _from_file() -> dict[str, Any]:
    path = settings_file()
    if not path.is_file():
        if os.environ.get(f"{_ENV}SETTINGS"):
            raise DataError("找不到模型设置文件", str(path), f"检查环境变量 {_ENV}SETTINGS")
        return {}
    data = load_yaml(path)
    if not isinstance(data, dict):
        raise DataError("模型设置文件要写成“键: 值”", str(path), f"可用的键：{'、'.join(_fields())}")
    unknown = [str(key) for key in data if key not in _fields()]
    if unknown:
        raise DataError(f"没有名为“{unknown[0]}”的模型设置", str(path), f"可用：{'、'.join(_fields())}")
    for key in ("prompts", "record", "replay"):
        if data.get(key) and str(data[key]) not in VARIANTS:
            data[key] = path.parent / str(data[key])
    # YAML reads 0.8 as a float; money is never one.
    if data.get("max_cost") is not None:
        data["max_cost"] = str(data["max_cost"])
    if isinstance(data.get("price"), dict):
        data["price"] = {key: str(value) for key, value in data["price"].items()}
    return data
