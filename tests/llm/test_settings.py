"""Where settings come from, which goes first, and what is said when they do not fit."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reviewer.errors import DataError, ReviewerError
from reviewer.llm.presets import MODES, listed_price, models
from reviewer.llm.settings import load_settings


def test_nothing_configured_is_said_with_a_remedy() -> None:
    with pytest.raises(ReviewerError) as caught:
        load_settings()
    assert caught.value.what == "没有配置语言模型"
    assert "REVIEWER_LLM_PRESET" in caught.value.remedy


def test_options_go_before_environment_before_file_before_preset(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "model.yaml").write_text("preset: deepseek\nmodel: of-file\ntimeout: 11\nconcurrency: 2\n", "utf-8")
    monkeypatch.setenv("REVIEWER_LLM_MODEL", "of-environment")
    monkeypatch.setenv("REVIEWER_LLM_TIMEOUT", "22")
    settings = load_settings({"timeout": 33, "max_calls": None})
    assert (settings.model, settings.timeout, settings.concurrency) == ("of-environment", 33, 2)
    assert settings.base_url == models().presets["deepseek"].base_url
    assert settings.modes == ("tools", "json_object", "plain")


def test_the_makers_own_key_goes_to_the_maker_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", "sk-of-the-maker")
    assert load_settings({"preset": "deepseek"}).api_key.get_secret_value() == "sk-of-the-maker"
    elsewhere = load_settings({"preset": "deepseek", "base_url": "http://10.0.0.1/v1"})
    assert elsewhere.api_key.get_secret_value() == ""


def test_everything_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_text(
        "base_url: https://models.example.gov.cn/v1\nmodel: own\napi_key: sk-file\nmodes: [json_object, plain]\n"
        "temperature: none\nmax_cost: 1.5\nprice: {input: 0.8, output: 2}\nextra_body: {top_k: 5}\nreplay: r.jsonl\n",
        "utf-8",
    )
    settings = load_settings()
    assert settings.temperature is None
    assert settings.max_cost == Decimal("1.5")
    assert settings.effective_price is not None
    assert settings.effective_price.cost(1_000_000, 500_000) == Decimal("1.8")
    assert settings.replay == tmp_path / "r.jsonl"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"preset": "gpt"}, "没有名为“gpt”的模型服务"),
        ({"base_url": "http://x/v1"}, "没有说用哪个模型"),
        ({"base_url": "x/v1", "model": "m"}, "http"),
        ({"base_url": "http://x/v1", "model": "m", "timeout": "soon"}, "timeout"),
        ({"base_url": "http://x/v1", "model": "m", "modes": ["xml"]}, "modes"),
        ({"base_url": "http://x/v1", "model": "m", "concurrency": 0}, "concurrency"),
        ({"base_url": "http://x/v1", "model": "m", "speed": 1}, "没有名为“speed”的模型设置"),
        ({"base_url": "http://x/v1", "model": "m", "max_cost": "1"}, "价格表里没有"),
    ],
)
def test_what_does_not_fit_is_said(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ReviewerError, match=said):
        load_settings(options)


@pytest.mark.parametrize("content", ["- a\n", "speed: 1\n", "model: [\n"])
def test_broken_files_are_said(content: str, tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_text(content, "utf-8")
    with pytest.raises(DataError) as caught:
        load_settings()
    assert "model.yaml" in caught.value.where


def test_a_wrong_value_does_not_show_the_key() -> None:
    with pytest.raises(DataError) as caught:
        load_settings({"base_url": "http://x/v1", "model": "m", "api_key": "sk-hidden-123456", "retries": 99})
    assert "sk-hidden" not in str(caught.value)


def test_the_table_is_sound() -> None:
    table = models()
    assert set(table.presets) == {"openai", "deepseek", "qwen", "glm", "vllm", "ollama", "llamacpp"}
    for key, preset in table.presets.items():
        assert set(preset.modes) <= set(MODES), key
        assert preset.base_url.startswith("http://127.0.0.1" if preset.local else "https://"), key
        assert preset.local or listed_price(preset.model) is not None, key
    for name, price in table.prices.items():
        assert price.input < price.output, name
        assert price.source.startswith("https://"), name


def test_prices() -> None:
    dear, dated = listed_price("gpt-5-mini"), listed_price("qwen-plus-2025-07-28")
    assert dear is not None
    assert dear.input == Decimal("1.8")  # 0.25 dollars at 7.2
    assert dated == listed_price("qwen-plus")
    assert listed_price("unheard-of") is None
    assert load_settings({"preset": "ollama"}).effective_price is not None
    remote = load_settings({"preset": "ollama", "base_url": "https://rented.example/v1"})
    assert remote.effective_price is None
