"""Content of filings: the format, edits, and files that say what the content says."""

from pathlib import Path

import pytest

from reviewer.errors import DataError
from reviewer.evals.alignment import align_rows, squeeze
from reviewer.evals.content import Edit, apply_edits, content_of, plain
from reviewer.evals.render import LAYOUTS
from reviewer.evals.render_files import WRITERS, render
from reviewer.readers import read

FILING = {
    "id": "small",
    "org": "某县民政局",
    "year": "2024",
    "template": "hn",
    "forms": [
        {
            "kind": "project",
            "title": "2024年县级专项资金支出方向绩效目标表",
            "org": "某县民政局",
            "project": "老年助餐",
            "period": "2024年度",
            "budget": "12.5",
            "annual_goal": "助餐2500人次。",
            "columns": ["level1", "level2", "name", "value", "standard"],
            "rows": [
                ["产出指标", "数量指标", "助餐人次", "=2500人次", "计划标准"],
                ["产出指标", "质量指标", "餐食抽检合格率", "≥98%", "计划标准"],
                ["产出指标", "时效指标", "完成时间", "2024年12月10日前", "计划标准"],
                ["产出指标", "成本指标", "项目总成本", "≤12.5万元", "计划标准"],
                ["效益指标", "社会效益指标", "", "", ""],
                ["效益指标", "满意度指标", "就餐老年人满意度", "≥90%", "计划标准"],
            ],
            "cost_lines": [{"content": "助餐", "detail": "就餐补贴", "amount": "12.5", "basis": "2500人次×50元/人次"}],
            "cost_total": "12.5",
        }
    ],
}


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_rendered_is_read_again(form: str, layout: str, tmp_path: Path) -> None:
    content = content_of(FILING, "")
    filing = read(render(content, tmp_path, form, layout))
    [read_form] = filing.forms
    rows = align_rows(content.forms[0], read_form)
    assert all(indicator is not None for indicator in rows.values())
    assert len(rows) == len(read_form.indicators) == 5
    assert read_form.budget is not None
    assert str(read_form.budget.wan) == "12.5"
    assert [squeeze(line.calculation_basis) for line in read_form.cost_lines] == ["2500人次×50元/人次"]


def test_edits_follow_json_patch() -> None:
    data = plain(content_of(FILING, ""))
    edits = [
        Edit(op="replace", path="/forms/0/rows/1/value", value="稳步提升"),
        Edit(op="remove", path="/forms/0/rows/0"),
        Edit(op="add", path="/forms/0/rows/-", value={"level2": "数量指标", "name": "新增"}),
        Edit(op="add", path="/forms/0/period", value=""),
    ]
    changed = apply_edits(data, edits)
    assert changed["forms"][0]["rows"][0]["value"] == "稳步提升"
    assert changed["forms"][0]["rows"][-1]["name"] == "新增"
    assert changed["forms"][0]["period"] == ""
    assert data["forms"][0]["rows"][1]["value"] == "≥98%"


@pytest.mark.parametrize(
    "path", ["/forms/7/title", "/forms/0/rows/99/value", "/forms/0/nothing", "/forms/x", "nonsense", "/forms/0/rows/-1"]
)
def test_an_edit_that_leads_nowhere_is_an_error(path: str) -> None:
    with pytest.raises(DataError, match="路径不存在"):
        apply_edits(plain(content_of(FILING, "")), [Edit(op="replace", path=path, value="x")])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"form": []}, "不认识的键"),
        ({"forms": [{"kind": "other"}]}, "取值不在允许范围内"),
        ({"forms": [{"kind": "project", "rows": [["a", "b"]]}]}, "2 格"),
        ({"forms": [{"kind": "project", "columns": ["level1", "nonsense"]}]}, "nonsense"),
        ({"year": 2024}, "加引号"),
    ],
)
def test_content_that_breaks_the_format(change: dict[str, object], said: str) -> None:
    with pytest.raises(DataError) as caught:
        content_of({**FILING, **change}, "某文件")
    assert said in str(caught.value)
    assert "某文件" in str(caught.value)
