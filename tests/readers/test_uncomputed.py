"""A formula that nobody computed is no empty cell: nobody can tell what it says, and it is never computed here."""

from pathlib import Path

import openpyxl
import pytest

from reviewer.pipeline import review_filing
from reviewer.readers import read


@pytest.mark.parametrize(
    ("name", "value", "outcome"),
    [
        ("培训人数", "=100+50", "could_not_check"),
        ('="培训"&"人数"', "≥150人", "could_not_check"),
        ("培训人数", None, "found"),
        ("培训人数", "≥150人", "passed"),
    ],
)
def test_half_a_row_behind_a_formula(tmp_path: Path, name: str, value: str | None, outcome: str) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", name, value],
        ["产出指标", "质量指标", "培训合格率", "≥95%"],
        ["产出指标", "时效指标", "培训完成时间", "2024年12月底前"],
    ):
        book["Sheet"].append(row)
    path = tmp_path / "申报表.xlsx"
    book.save(path)  # openpyxl stores formulas without their results
    (own,) = [o for o in review_filing(read(path)).outcomes if o.code == "CMP002"]
    assert own.outcome.value == outcome
    if outcome == "could_not_check":
        assert "公式没有保存计算结果" in own.reason and "Excel 或 WPS 打开、保存" in own.reason
