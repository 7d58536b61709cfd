"""Copies of the example in a folder of their own, and a state folder that is nobody's."""

import shutil
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("REVIEWER_STATE_DIR", str(folder))
    monkeypatch.delenv("REVIEWER_NAME", raising=False)
    return folder


@pytest.fixture
def word(tmp_path: Path) -> Path:
    return Path(shutil.copy(EXAMPLES / "shifeng-2023.docx", tmp_path / "申报表 一稿.docx"))


@pytest.fixture
def excel(tmp_path: Path) -> Path:
    return Path(shutil.copy(EXAMPLES / "shifeng-2023.xlsx", tmp_path / "申报表 一稿.xlsx"))
