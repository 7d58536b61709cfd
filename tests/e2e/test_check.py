"""Before handing in: light, to-do, examples, and what a second check tells."""

import re
from pathlib import Path

from openpyxl import load_workbook

from tests.e2e.conftest import SEED, Watched


def _dropped(desk: Watched, file: Path) -> None:
    desk.goto("/check")
    desk.page.set_input_files("#files", str(file))
    desk.page.wait_for_selector(".verdict")


def _errors(desk: Watched) -> int:
    found = re.search(r"有 (\d+) 处必须改", desk.page.inner_text(".verdict h1"))
    assert found
    return int(found[1])


def test_red_then_fewer(desk: Watched, tmp_path: Path) -> None:
    page = desk.page
    first = SEED.with_suffix(".xlsx")
    _dropped(desk, first)
    assert page.locator(".light.red").get_attribute("aria-label") == "红灯"
    before = _errors(desk)
    book = load_workbook(first)
    changed = 0
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == "稳步推进":
                    cell.value, changed = "≥95%", changed + 1
    assert changed
    mended = tmp_path / "改好的.xlsx"
    book.save(mended)
    page.set_input_files("#files", str(mended))
    page.wait_for_selector(".since")
    assert "改好了 1 处" in page.inner_text(".since")
    assert "质量指标不可衡量" in page.inner_text(".since details")
    assert _errors(desk) == before - 1
    assert "第2次查" in page.inner_text(".verdict")


def test_how_to_write_it_well(desk: Watched) -> None:
    page = desk.page
    _dropped(desk, SEED)
    task = page.locator(".task", has_text="满足残疾人居家服务需求").first
    task.locator("details.well summary").click()
    task.locator(".how-well .good li").first.wait_for()
    assert "≥95%" in task.locator(".how-well .good").inner_text()
    task = page.locator(".task", has_text="成本指标").first
    task.locator("details.well summary").click()
    task.locator(".how-well").wait_for()


def test_ticks_stay(desk: Watched) -> None:
    page = desk.page
    _dropped(desk, SEED)
    page.locator(".task input").nth(1).check()
    page.reload()
    assert page.locator(".task input").nth(1).is_checked()
    assert not page.locator(".task input").nth(0).is_checked()


def test_the_safe_ones_are_made_for_the_unit(desk: Watched, tmp_path: Path) -> None:
    from reviewer.readers import read

    page = desk.page
    _dropped(desk, SEED)
    with page.expect_download() as started:
        page.click("#safe")
    file = tmp_path / "改好.docx"
    started.value.save_as(file)
    assert read(file).forms[0].indicators[-1].value == "≥90%"


def test_a_clean_filing_is_green_or_yellow(desk: Watched, tmp_path: Path) -> None:
    rows = """一级指标,二级指标,三级指标,指标值
产出指标,数量指标,培训残疾人人数,≥150人
产出指标,质量指标,培训合格率,≥95%
产出指标,时效指标,培训完成时间,2023年12月底前
产出指标,成本指标,人均培训成本,≤2000元
效益指标,社会效益指标,参训人员就业率,≥60%
满意度指标,服务对象满意度指标,参训人员满意度,≥90%
"""
    file = tmp_path / "好表.csv"
    file.write_text(rows, "utf-8")
    _dropped(desk, file)
    assert desk.page.locator(".light.red").count() == 0
