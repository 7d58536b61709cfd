"""``reviewer config explain``: each effective value and where it comes from."""

import json
from pathlib import Path
from typing import Any

import pytest

from reviewer.cli import main
from reviewer.cli.config import LABELS
from reviewer.taxonomy.profiles import Detect, Limits, Profile, Satisfaction, profiles

CSV = """一级指标,二级指标,三级指标,指标值,绩效标准
产出指标,数量指标,养护里程,≥120公里,计划标准
产出指标,质量指标,验收合格率,≥95%,行业标准
满意度指标,社会公众或服务对象满意度指标,群众满意度,≥90%,历史标准
"""


def explained(capsys: pytest.CaptureFixture[str], *args: str) -> list[dict[str, Any]]:
    assert main(["config", "explain", *args, "--format", "json"]) == 0
    result: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["profiles"]
    return result


def test_every_setting_has_a_chinese_label() -> None:
    fields = {name for model in (Profile, Detect, Limits, Satisfaction) for name in model.model_fields}
    assert fields <= set(LABELS)


@pytest.mark.parametrize("profile", list(profiles()))
def test_every_setting_of_every_profile_is_told(profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    (item,) = explained(capsys, "--profile", profile)
    assert item["profile"] == profile
    assert {v["key"].split(".")[0] for v in item["values"]} == set(Profile.model_fields)


def test_inherited_values_name_the_parents_file(capsys: pytest.CaptureFixture[str]) -> None:
    (item,) = explained(capsys, "--profile", "caiyu-2021-101")
    values = {v["key"]: v for v in item["values"]}
    assert values["required"]["origin"] == "taxonomy/profiles/caiyu-2021-101.yaml"
    assert values["grades.优"] == {
        "key": "grades.优",
        "label": "等级分数线：优",
        "value": 90,
        "origin": "taxonomy/profiles/caiyu-2015-88.yaml",
    }


def test_the_default_profile_is_explained_when_nothing_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    (item,) = explained(capsys)
    assert (item["profile"], item["forms"]) == ("caiyu-2015-88", [])
    detect = next(v for v in item["values"] if v["key"] == "detect")
    assert detect["origin"] == "程序默认值"


def test_a_file_is_explained_by_the_profile_its_headings_choose(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "filing.csv"
    file.write_text(CSV, "utf-8")
    (item,) = explained(capsys, str(file))
    assert item["profile"] == "hunan"
    assert len(item["forms"]) == 1
    (forced,) = explained(capsys, str(file), "--profile", "local-input")
    assert forced["profile"] == "local-input"


def test_text_shows_values_and_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "explain", "--profile", "caiyu-2021-101"]) == 0
    text = capsys.readouterr().out
    assert "满意度（%）：下限" in text
    line = next(line for line in text.splitlines() if "等级分数线：优" in line)
    assert line.split() == ["等级分数线：优", "90", "caiyu-2015-88.yaml"]


def test_unknown_profile_and_missing_file_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "explain", "--profile", "nowhere"]) == 2
    assert "没有名为“nowhere”的框架" in capsys.readouterr().err
    assert main(["config", "explain", "no-such-file.csv"]) == 2
    assert "no-such-file.csv" in capsys.readouterr().err
