"""A filing with three thousand findings, and how long the workbench takes over it; for a test and a benchmark."""

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SHEETS, _ROWS = 40, 25


def write_large(file: Path) -> None:
    """A workbook of projects in which every row has its flaws."""
    book = Workbook()
    book.remove(book.active)
    for number in range(1, _SHEETS + 1):
        sheet = book.create_sheet(f"项目{number}")
        sheet.append(["2023年度项目支出绩效目标表"])
        sheet.merge_cells("A1:D1")
        sheet.append(["项目名称", f"第{number}号便民服务项目", "项目金额（万元）", str(10 + number)])
        sheet.append(["年度绩效目标", f"做好第{number}号便民服务，完成各项任务。"])
        sheet.merge_cells("B3:D3")
        sheet.append(["一级指标", "二级指标", "三级指标", "指标值"])
        for row in range(_ROWS):
            first, second = (("产出指标", "数量指标"), ("产出指标", "质量指标"), ("效益指标", "社会效益指标"))[row % 3]
            sheet.append([first, second, f"做好{number}号窗口第{row + 1}项服务工作", "稳步提升"])
    book.save(file)


def measure(page: "Page", base: str, file: Path) -> dict[str, float]:
    """Milliseconds of each step on the workbench with ``file``: as the browser counts them, layout included."""
    page.goto(f"{base}/workbench")
    page.set_input_files("#files", str(file))
    page.wait_for_url(re.compile("/workbench/[0-9a-f]+$"), timeout=120_000)
    page.wait_for_selector(".finding.open", timeout=60_000)
    begun = time.perf_counter()
    page.reload()
    page.wait_for_selector(".finding.open", timeout=60_000)
    opened = time.perf_counter() - begun

    def took(work: str) -> float:
        """The best of three: other work on the machine must not count."""
        timed = f"const t = performance.now(); {work}; void document.body.offsetHeight; return performance.now() - t;"
        return min(float(page.evaluate(f"() => {{ {timed} }}")) for _ in range(3))

    press = "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', bubbles: true}))"
    told = {"findings": float(page.locator(".finding").count()), "open": opened * 1000, "next finding": took(press)}
    told["level off or on"] = took("document.querySelector('.toggle.error').click()")
    if page.locator(".toggle.error").get_attribute("aria-pressed") == "false":
        page.click(".toggle.error")
    jump = "const s = document.querySelector('#form'); s.value = 'F40'; s.dispatchEvent(new Event('change'))"
    told["to the last form"] = took(jump)
    begun = time.perf_counter()
    page.keyboard.press("a")
    told["key of a decision"] = (time.perf_counter() - begun) * 1000
    page.locator(".pending").wait_for(state="hidden")
    told["decision kept and rechecked"] = (time.perf_counter() - begun) * 1000
    return told
