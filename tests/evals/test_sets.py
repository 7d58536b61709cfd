"""Sets that break their format: the error names what, file and line; nothing is run."""

import json
from pathlib import Path
from typing import Any

import pytest

from reviewer.errors import DataError, ReviewerError
from reviewer.evals.run import list_samples, load_sets, run_set
from reviewer.evals.sets import load_set, set_folders

SETTINGS = """\
id: own
title: 自己的
kind: findings
question: 好不好？
source: 自己
licence: 自己
labelled: 自己
limits: 很多
scorers: [findings]
"""
ROWS = [["产出指标", "数量指标", "培训人数", "≥150人"], ["产出指标", "质量指标", "培训合格率", "稳步提升"]]
CASE: dict[str, Any] = {
    "id": "c1",
    "content": {"forms": [{"kind": "project", "title": "项目支出绩效目标表", "project": "农民培训", "rows": ROWS}]},
    "labels": [{"target": "F1.2", "code": "QNT202"}],
}


def write(folder: Path, settings: str = SETTINGS, cases: list[Any] | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "set.yaml").write_text(settings, "utf-8")
    lines = [c if isinstance(c, str) else json.dumps(c, ensure_ascii=False) for c in cases or [CASE]]
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_a_set_from_outside_the_tree(tmp_path: Path) -> None:
    write(tmp_path / "own")
    [chosen] = load_sets(["own"], tmp_path)
    result = run_set(chosen)
    recall = result.scorers[0].figure("recall", "QNT202")
    assert recall is not None
    assert (recall.part, recall.whole) == (1, 1)
    assert load_sets(["own"], tmp_path / "own")[0].folder == tmp_path / "own"


@pytest.mark.parametrize(
    ("settings", "cases", "what", "line"),
    [
        (SETTINGS + "colour: red\n", None, "colour：不认识的键", "第10行"),
        (SETTINGS.replace("title: 自己的\n", ""), None, "title：缺少", ""),
        (SETTINGS.replace("kind: findings", "kind: opinions"), None, "评测类型“opinions”不存在", ""),
        (SETTINGS.replace("[findings]", "[taste]"), None, "评分器“taste”不存在", ""),
        (SETTINGS.replace("[findings]", "[matching]"), None, "不能用于类型", ""),
        (SETTINGS + "codes: [QNT999]\n", None, "代码“QNT999”不存在", ""),
        (SETTINGS + "floors: [{scorer: findings, figure: recall}]\n", None, "min 或 max", "第10行"),
        (SETTINGS + 'renders: ["png:merged"]\n', None, "png:merged", "第1行"),
        (SETTINGS, [CASE, "{not json"], "不是有效的 JSON", "第2行"),
        (SETTINGS, [CASE, CASE], "id“c1”重复", "第2行"),
        (SETTINGS, [{"content": CASE["content"]}], "没有 id", "第1行"),
        (SETTINGS, [CASE, {**CASE, "id": "c2", "colour": 1}], "colour：不认识的键", "第2行"),
        (SETTINGS, [{**CASE, "labels": [{"target": "F1.2", "code": "QNT999"}]}], "代码“QNT999”不存在", "第1行"),
        (SETTINGS, [{**CASE, "labels": [{"target": "F2.2", "code": "QNT202"}]}], "“F2.2”不存在", "第1行"),
        (SETTINGS, [{**CASE, "labels": [{"target": "F1.9", "code": "QNT202"}]}], "“F1.9”不存在", "第1行"),
        (SETTINGS, [{**CASE, "labels": [{"target": "第一行", "code": "QNT202"}]}], "labels.0.target", "第1行"),
        (SETTINGS, [{**CASE, "homes": [{"target": "F1.1", "homes": ["好指标"]}]}], "类别“好指标”不存在", "第1行"),
        (SETTINGS, [{"id": "c1", "filing": "filings/lost.docx"}], "找不到填报文件“filings/lost.docx”", "第1行"),
        (SETTINGS, [{"id": "c1"}], "没有 filing", "第1行"),
        (SETTINGS, [{**CASE, "edits": [{"op": "remove", "path": "/forms/3"}]}], "路径不存在", "第1行"),
    ],
)
def test_what_is_wrong_and_where(tmp_path: Path, settings: str, cases: list[Any] | None, what: str, line: str) -> None:
    folder = write(tmp_path / "own", settings, cases)
    with pytest.raises(DataError) as caught:
        list_samples(load_set(folder))
    assert what in str(caught.value)
    assert line in caught.value.where
    assert "own" in caught.value.where


def test_missing_and_empty_files(tmp_path: Path) -> None:
    folder = write(tmp_path / "own")
    (folder / "cases.jsonl").write_text("\n", "utf-8")
    with pytest.raises(DataError, match="空的"):
        load_set(folder)
    (folder / "cases.jsonl").unlink()
    with pytest.raises(DataError, match="找不到用例文件"):
        load_set(folder)
    with pytest.raises(ReviewerError, match="没有评测集"):
        set_folders(tmp_path / "nowhere")
    with pytest.raises(ReviewerError, match="没有名为“nothing”的评测集"):
        load_sets(["nothing"])


def test_a_floor_must_name_a_figure_that_is_measured(tmp_path: Path) -> None:
    floors = "floors: [{scorer: findings, figure: beauty, min: 0.5}]\n"
    folder = write(tmp_path / "own", SETTINGS + floors)
    with pytest.raises(DataError, match="不存在的指标“beauty”"):
        run_set(load_set(folder))


def test_a_floor_on_what_could_not_be_measured_is_not_held(tmp_path: Path) -> None:
    floors = "floors: [{scorer: findings, figure: recall, group: CON401, min: 0.5}]\n"
    folder = write(tmp_path / "own", SETTINGS + floors)
    [floor] = run_set(load_set(folder)).floors
    assert floor.value is None
    assert not floor.held
