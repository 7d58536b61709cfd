"""One endless cell in any column: the work of the whole program grows with its length, not with its square.

Growth is judged, not seconds: four times the length may cost some four times the time (a square costs 16 times).
"""

import csv
import time
from pathlib import Path

import pytest

from reviewer.pipeline import build_report, review_filing
from reviewer.readers import read
from reviewer.writers import WRITERS

SHORT, LONG = 10_000, 40_000
MOST_GROWTH = 10.0  # between 4 (linear) and 16 (a square)
NOTICED = 0.4  # seconds; what is done sooner cannot have grown much

HEAD = [
    ["2024年项目支出绩效目标申报表"],
    ["项目名称", "职业技能培训"],
    ["项目单位", "某县人社局"],
    ["项目资金（万元）", "20"],
    ["实施期", "2024年"],
    ["年度绩效目标", "培训学员150人，带动就业80人。"],
]
COLUMNS = ["一级指标", "二级指标", "三级指标", "指标值", "指标性质", "度量单位", "权重", "绩效标准", "备注"]
ROWS = [
    ["产出指标", "数量指标", "培训学员人数", "150", "≥", "人", "30", "计划标准", ""],
    ["产出指标", "质量指标", "培训合格率", "95", "≥", "%", "20", "行业标准", ""],
    ["产出指标", "时效指标", "培训完成时间", "2024年12月底前", "", "", "10", "", ""],
    ["产出指标", "成本指标", "培训总成本", "20", "≤", "万元", "10", "", ""],
    ["效益指标", "社会效益指标", "带动就业人数", "80", "≥", "人", "20", "", ""],
    ["满意度指标", "服务对象满意度指标", "学员满意度", "90", "≥", "%", "10", "", ""],
]
COSTS = [
    ["支出内容", "支出明细", "金额（万元）", "测算依据"],
    ["培训", "讲课费", "15", "150人×1000元/人"],
    ["资料", "印刷费", "5", "100人×500元/人"],
    ["合计", "", "20", ""],
]
HEADING, FIRST, COST = len(HEAD), len(HEAD) + 1, len(HEAD) + len(ROWS) + 2
# Row and column of the cell that never ends.
PLACES = {
    **{f"head {row[0]}": (n, len(row) - 1) for n, row in enumerate(HEAD)},
    **{name: (FIRST, n) for n, name in enumerate(COLUMNS)},
    **{f"cost {name}": (COST, n) for n, name in enumerate(COSTS[0])},
    "heading": (HEADING, 8),
}
PUMPS = [
    "1234567890", "1、", "《关于", "》", "3万元", "a 　", "（(", "）)", "10人×20元+", "2024年12月", "培训合格率", "≥",
    "一二三", "1.", "95%，", "元/人/", "x", "一；", "“", "和与及", "指标1：", "**人", "的的", "完成培训100人，", "▇",
    "第届", "，，", "培训\n",
]  # fmt: skip
MIXED = "".join(PUMPS).replace("\n", "")
BUSIEST = ["三级指标", "指标值", "head 年度绩效目标", "cost 测算依据"]


def _work(folder: Path, place: tuple[int, int], pump: str, length: int) -> tuple[float, int]:
    """Seconds of CPU for reading, reviewing and telling it; bytes told."""
    rows = [list(row) for row in (*HEAD, COLUMNS, *ROWS, *COSTS)]
    rows[place[0]][place[1]] = (pump * (length // len(pump) + 1))[:length]
    path = folder / "filing.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)
    start = time.process_time()
    told = WRITERS["json"].write(build_report([review_filing(read(path))]))
    return time.process_time() - start, len(told)


@pytest.mark.parametrize(
    ("place", "pump"),
    [*((place, MIXED) for place in PLACES), *((place, pump) for place in BUSIEST for pump in PUMPS)],
    ids=lambda text: "mixed" if text == MIXED else repr(text),
)
def test_work_grows_with_the_length(tmp_path: Path, place: str, pump: str) -> None:
    _work(tmp_path, PLACES["三级指标"], "x", 10)  # caches and lazy imports
    seconds, told = _work(tmp_path, PLACES[place], pump, LONG)
    assert told < 100 * LONG, "so much is told of one cell"
    if seconds < NOTICED:
        return
    # Another program may have had the processor's caches: the best of three counts.
    short = min(_work(tmp_path, PLACES[place], pump, SHORT)[0] for _ in range(3))
    seconds = min(seconds, *(_work(tmp_path, PLACES[place], pump, LONG)[0] for _ in range(2)))
    assert seconds < MOST_GROWTH * max(short, NOTICED * SHORT / LONG)
