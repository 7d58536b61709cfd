"""Whatever a grid holds: no crash, and every cell with words is understood or listed."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.errors import UnreadableFileError
from reviewer.readers.grid import Cell, Grid
from reviewer.readers.headings import is_furniture
from reviewer.readers.layout import _Layout, build_filing
from reviewer.readers.lines import lines_of

WORDS = [
    "", "", "一级指标", "二级指标", "三级指标", "指标值", "年度指标值", "实施期", "年度", "绩效指标",
    "年度绩效指标", "长期绩效指标", "产出指标（50分）", "数量指标", "质量指标", "效益指标", "社会效益指标",
    "满意度指标", "培训人数", "≥100人", "95%", "项目名称", "甲项目", "预算单位", "某局", "年度资金总额：12.5",
    "项目资金（万元）", "其中：财政拨款", "12.5", "年度绩效目标", "实施期绩效目标", "完成任务", "总体目标",
    "2024年项目支出绩效目标表", "附件1", "金额单位：万元", "支出明细", "金额", "测算依据", "合计", "序号", "名称",
    "单位", "备注", "权重", "单位负责人签字：", "填表人：", "无", "/", "[bookmark: _GoBack]", "年初预算数",
    "全年执行数", "部门职责概述", "性质", "1", "44", "审核意见", "指标1", "一、产出指标", "所属专项", "事项",
    "工作目标", "预期目标", "实际完成情况", "总分", "\u202e乱\x00码", "3.",
]  # fmt: skip
# Whole rows, so that forms come about.
ROWS = [
    ["2024年项目支出绩效目标表"],
    ["项目名称", "乙项目", "预算单位", "某局"],
    ["年度绩效目标", "完成任务"],
    ["一级指标", "二级指标", "三级指标", "指标值"],
    ["年度绩效指标", "一级指标", "二级指标", "三级指标", "指标值", "权重"],
    ["一级指标", "二级指标", "三级指标", "指标值", "二级指标", "三级指标", "指标值"],
    ["产出指标", "数量指标", "培训人数", "≥100人"],
    ["", "质量指标", "培训人数", "95%", "质量指标", "培训人数"],
    ["", "", "培训人数", "95%"],
    ["支出内容简介", "支出明细", "金额", "测算依据"],
    ["序号", "名称", "金额", "实施期绩效目标", "年度绩效目标"],
    ["合计", "", "12.5"],
]
text = st.one_of(st.sampled_from(WORDS), st.sampled_from(WORDS), st.text(max_size=6))


@st.composite
def grids(draw: st.DrawFn) -> list[Grid]:
    """A few grids with cells merged at random, never overlapping."""
    result = []
    for number in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["table", "table", "text", "ragged"]))
        height, width = draw(st.integers(1, 9)), 1 if kind == "text" else draw(st.integers(3, 8))
        taken: set[tuple[int, int]] = set()
        cells = []
        for r in range(height):
            row = draw(st.one_of(st.none(), st.sampled_from(ROWS))) if kind != "text" else None
            for c in range(width):
                if row is not None and c < len(row) and (r, c) not in taken:
                    cells.append(Cell(row[c], r, c))
                    taken.add((r, c))
                if (r, c) in taken or draw(st.integers(0, 19)) == 0:
                    continue
                rows, columns = 1, 1
                if kind == "table":
                    rows = draw(st.sampled_from([1, 1, 1, 2, 3]))
                    columns = draw(st.sampled_from([1, 1, 1, 2, 3]))
                slots = {(r + dr, c + dc) for dr in range(rows) for dc in range(columns)}
                if slots & taken or r + rows > height or c + columns > width:
                    rows = columns = 1
                    slots = {(r, c)}
                taken |= slots
                cells.append(Cell(draw(text), r, c, rows, columns))
        sheet = draw(st.sampled_from([None, None, "表1", "表2"]))
        result.append(
            Grid(file="x", cells=cells, table=number + 1, sheet=sheet, is_text=kind == "text", ragged=kind == "ragged")
        )
    return result


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(grids())
def test_nothing_is_lost(data: list[Grid]) -> None:
    try:
        filing = build_filing("x", "docx", data, [])
    except UnreadableFileError:
        return
    assert filing.forms
    layout = _Layout(lines_of(data))
    layout.run()
    listed = "\n".join(u.text for u in filing.unread)
    for line in layout.lines:
        for slot in line.filled:
            if not layout.ledger.knows(line, slot) and not is_furniture(slot.text, running=line.grid.is_text):
                assert slot.text in listed
    ids = [r.id for f in filing.forms for r in (*f.indicators, *f.blank_rows)]
    assert len(ids) == len(set(ids))
    assert all(r.name or r.value for f in filing.forms for r in f.indicators)
    assert not any(r.name or r.value for f in filing.forms for r in f.blank_rows)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(grids())
def test_understood_words_are_somewhere(data: list[Grid]) -> None:
    """Words of an indicator column that are marked as understood stand in the record."""
    marked = [Grid(g.file, [Cell(f"词{n}" if c.text == "培训人数" else c.text, c.row, c.column, c.rows, c.columns)
                            for n, c in enumerate(g.cells)], g.sheet, g.table, is_text=g.is_text, ragged=g.ragged)
              for g in data]  # fmt: skip
    try:
        filing = build_filing("x", "docx", marked, [])
    except UnreadableFileError:
        return
    everything = filing.model_dump_json()
    for grid in marked:
        for cell in grid.cells:
            if cell.text.startswith("词"):
                assert cell.text in everything
