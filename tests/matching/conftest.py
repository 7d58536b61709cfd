"""Tests of matching keep their caches and libraries to themselves."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path_factory.getbasetemp() / "matching-cache"
    monkeypatch.setenv("REVIEWER_CACHE_DIR", str(cache))
    monkeypatch.setenv("REVIEWER_BANK_DIR", str(Path(tmp_path_factory.mktemp("banks"))))
