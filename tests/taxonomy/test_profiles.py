"""Which profile a form's own headings choose, what it takes over, and what happens to broken profile files."""

from importlib import import_module
from pathlib import Path

import pytest

from reviewer.errors import DataError
from reviewer.taxonomy import CATEGORIES, choose_profile, profiles, regulations
from reviewer.taxonomy.profiles import profile_origins


@pytest.mark.parametrize(
    ("level1", "level2", "columns", "expected"),
    [
        (["产出指标", "效益指标", "满意度指标"], ["数量指标", "成本指标"], ["指标值"], "caiyu-2015-88"),
        ([], [], [], "caiyu-2015-88"),
        (["成本指标（20分）", "产出指标（40分）"], ["经济成本指标"], ["指标值", "权重"], "caiyu-2021-101"),
        (["产出指标"], ["生态环境成本 指标"], ["指标值"], "caiyu-2021-101"),
        (["投入", "产出", "效益"], ["时效目标", "成本目标"], ["指标值"], "local-input"),
        (["投入 指标", "产出指标"], ["数量指标"], ["目标值"], "local-input"),
        (["产出指标"], ["社会公众及服务对象满意度指标"], ["指标值及单位", "绩效标准"], "hunan"),
        (["产出指标"], ["社会公众或服务对象满意度指标"], ["指标值", "绩效标准"], "hunan"),
        # Wuhan prints the same satisfaction heading without the other columns, Ezhou 绩效标准 without that heading.
        (["产出指标"], ["社会公众或服务对象满意度指标"], ["指标值"], "caiyu-2015-88"),
        (["产出指标"], ["服务对象满意度指标"], ["绩效标准", "当年预期实现值"], "caiyu-2015-88"),
    ],
)
def test_choice(level1: list[str], level2: list[str], columns: list[str], expected: str) -> None:
    assert choose_profile(level1, level2, columns).id == expected


def test_every_profile_is_sound() -> None:
    for profile in profiles().values():
        assert profile.basis in regulations(), profile.id
        named = {*profile.required, *profile.advised, *(c for group in profile.any_of for c in group)}
        assert named <= set(CATEGORIES), profile.id
        assert not set(profile.advised) & set(profile.required), profile.id
        assert sorted(profile.grades.values(), reverse=True) == list(profile.grades.values()), profile.id


def test_a_child_takes_over_what_it_leaves_out() -> None:
    hunan, parent = profiles()["hunan"], profiles()["caiyu-2015-88"]
    assert (hunan.required, hunan.any_of, hunan.grades) == (parent.required, parent.any_of, parent.grades)
    origins = profile_origins("hunan")
    assert origins["required"][1].name == "caiyu-2015-88.yaml"
    assert origins["title"][1].name == "hunan.yaml"
    assert "parent" not in origins


def test_satisfaction_is_open_under_101() -> None:
    guide = profiles()["caiyu-2021-101"]
    assert "满意度指标" in guide.advised
    assert all("满意度指标" not in group for group in guide.any_of)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.yaml": "title: 无名\n"}, "没有写 id"),
        ({"a.yaml": "id: a\nparent: b\n", "b.yaml": "id: b\nparent: a\n"}, "循环引用"),
        ({"a.yaml": "id: a\nparent: zzz\n"}, "没有名为“zzz”的框架"),
        ({"a.yaml": "id: a\n", "b.yaml": "id: a\n"}, "的 id 都是“a”"),
        ({"a.yaml": "id: a\ntitle: 缺项\n"}, "写法不对"),
    ],
)
def test_broken_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], said: str) -> None:
    module = import_module("reviewer.taxonomy.profiles")
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.setattr(module, "resource", lambda *parts: tmp_path)
    caches = (module._raw, module.profile_origins, module.profiles)
    for cached in caches:
        cached.cache_clear()
    try:
        with pytest.raises(DataError, match=said):
            module.profiles()
    finally:
        for cached in caches:
            cached.cache_clear()
