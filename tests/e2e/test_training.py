"""A session of the training ground in a browser: by keyboard, with live judging, and the pages around it."""

import json
import re
from datetime import UTC, datetime

import pytest

from reviewer.training import judge
from reviewer.training.answering import adds_row
from reviewer.training.certificate import certificate
from reviewer.training.certificate import page as page_to_print
from reviewer.training.items import by_code, catalogue
from reviewer.training.places import accepted
from reviewer.training.progress import knowledge
from reviewer.training.settings import CLEAN
from tests.e2e.conftest import Watched

VAGUE = "QNT201.quantity_without_number.a022"


def _open(desk: Watched, item: str) -> None:
    desk.goto(f"/train/items/{item}")
    desk.page.wait_for_selector('input[name="mark"]', state="attached")


def test_a_session_by_keyboard(desk: Watched) -> None:
    page = desk.page
    _open(desk, VAGUE)
    page.focus('input[value="/forms/0/rows/0/name"]')
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == "/forms/0/rows/0/value"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    assert "指标值：按时足额完成" in page.inner_text("#marked")
    page.focus("#found")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "code"
    page.check('input[name="code"][value="QNT201"]')
    page.focus("#named")
    page.keyboard.press("Enter")
    page.wait_for_selector("#step-judged .verdict.good")
    assert "问题在这里" in page.evaluate(
        "getComputedStyle(document.querySelector('.mark.right .words'), '::after').content"
    )
    value = page.locator('[name="/forms/0/rows/0/value"]')
    value.fill("很多")
    page.wait_for_selector("#live .verdict.bad")
    assert "没有数量" in page.inner_text("#live")
    value.fill("=10个")
    page.wait_for_selector("#live .verdict.good")
    value.press("Enter")
    page.wait_for_selector("#next")
    assert page.locator("#step-result .verdict.good").count() == 3
    assert "入股合作社个数｜=10个" in page.inner_text(".reference")
    assert page.evaluate("document.activeElement.id") == "next"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/train/items/(?!QNT201\.quantity_without_number\.a022)"))
    desk.goto("/train")
    assert "继续练习" in page.inner_text("header.row")
    assert "在学" in page.inner_text("tr:has-text('数量指标未量化')")


def test_nothing_wrong_and_crying_wolf(desk: Watched) -> None:
    page = desk.page
    item = by_code()[CLEAN][0]
    _open(desk, item.id)
    page.click("#none")
    page.wait_for_selector("#next")
    assert "确实没有问题" in page.inner_text("#step-result")
    _open(desk, item.id)
    page.locator(".scene td .words").first.click()
    page.click("#found")
    page.locator('input[name="code"]').first.check()
    page.click("#named")
    page.wait_for_selector("#next")
    assert page.locator("#step-result .verdict.bad").count() == 1
    assert "白跑一趟" in page.inner_text("#step-result")


def test_a_row_is_added(desk: Watched) -> None:
    page = desk.page
    item = catalogue()["REL301.task_added_to_goal.forest-fire-1"]
    assert adds_row(item)
    _open(desk, item.id)
    page.get_by_text("整张表缺了东西").click()
    page.click("#found")
    page.check(f'input[name="code"][value="{item.code}"]')
    page.click("#named")
    page.locator("#\\+name").fill("应急演练次数")
    page.locator("#\\+value").fill("≥2次")
    page.wait_for_selector("#live .verdict.good")
    page.click("#mend button.primary")
    page.wait_for_selector("#next")
    assert page.locator("#step-result .verdict.good").count() == 3


def test_giving_up_shows_the_reference(desk: Watched) -> None:
    page = desk.page
    item = by_code()["CON403"][0]
    _open(desk, item.id)
    page.check(f'input[value="{accepted(item, judge.key_findings(item))[0]}"]', force=True)
    page.click("#found")
    page.locator('input[name="code"]:not([value="CON403"])').first.check()
    page.click("#named")
    page.get_by_role("button", name="不会改，看答案").click()
    page.wait_for_selector(".reference")
    assert page.locator("#step-result .verdict.bad").count() == 2


def test_what_is_typed_never_becomes_markup(desk: Watched) -> None:
    page = desk.page
    _open(desk, VAGUE)
    page.check('input[value="/forms/0/rows/0/value"]', force=True)
    page.click("#found")
    page.check('input[name="code"][value="QNT201"]')
    page.click("#named")
    page.locator('[name="/forms/0/rows/0/name"]').fill("入股合作社<img src=x onerror=alert(1)>")
    page.wait_for_selector("#live .verdict")
    assert page.locator("#live img").count() == 0


@pytest.mark.parametrize("path", ["/train", f"/train/items/{VAGUE}", "/train/items/CON402", "/train/certificate"])
def test_axe_reports_nothing_serious(desk: Watched, axe: str, path: str) -> None:
    desk.goto(path.replace("CON402", by_code()["CON402"][0].id))
    desk.page.evaluate(axe)
    found = desk.page.evaluate(
        "axe.run().then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact)))"
    )
    assert found == [], json.dumps([(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in found], ensure_ascii=False)


def test_the_certificate_prints_on_one_page(desk: Watched) -> None:
    desk.goto("/train/certificate")
    served = desk.page.pdf(format="A4", prefer_css_page_size=True)
    alone = desk.page.context.new_page()
    alone.set_content(page_to_print(certificate(knowledge([], datetime.now(UTC)), "张三", "甲县残联")).decode())
    written = alone.pdf(format="A4", prefer_css_page_size=True)
    assert [len(re.findall(rb"/Type\s*/Page\b", pdf)) for pdf in (served, written)] == [1, 1]


def test_a_row_is_left_out(desk: Watched) -> None:
    page = desk.page
    item = by_code()["REL303"][0]
    _open(desk, item.id)
    page.check(f'input[value="{accepted(item, judge.key_findings(item))[0]}"]', force=True)
    page.click("#found")
    page.check('input[name="code"][value="REL303"]')
    page.click("#named")
    rows = page.locator("#mend fieldset")
    rows.nth(1).wait_for()
    assert rows.count() == 2
    assert rows.nth(1).locator("legend").inner_text().startswith("表2 第")
    rows.nth(1).get_by_role("button", name="删去这一行").click()
    page.wait_for_selector("#live .verdict.good")
    assert rows.nth(0).locator("input").first.input_value()
    page.click("#mend button.primary")
    page.wait_for_selector("#next")
    assert page.locator("#step-result .verdict.good").count() == 3
