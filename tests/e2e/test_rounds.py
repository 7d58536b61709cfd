"""From unit to office and back: returned with a word, revised, compared; and the pages of it before axe-core."""

import re
from pathlib import Path

from tests.e2e.conftest import Opener, Served
from tests.e2e.test_access import _violations
from tests.e2e.test_accounts import _signed_in
from tests.web.filings import csv


def test_a_filing_goes_back_and_comes_again(opener: Opener, office: Served, axe: str, tmp_path: Path) -> None:
    found: list[str] = []
    clerk = _signed_in(opener, office, "clerk")
    page = clerk.page
    first = tmp_path / "培训项目.csv"
    first.write_bytes(csv())
    clerk.goto("/check")
    page.set_input_files("#files", str(first))
    page.wait_for_url(re.compile("/check/[0-9a-f]+$"))
    page.click("#submit")
    page.locator(".toast", has_text="已报送").wait_for()
    filing = page.url.rpartition("/")[2]

    reviewer = _signed_in(opener, office, "reviewer")
    desk = reviewer.page
    reviewer.goto("/queue")
    found += _violations(reviewer, axe)
    desk.click(f'a[href="/queue/{filing}"]:has-text("培训项目")')
    desk.fill("#day", "2031-03-11")
    desk.click('button:has-text("定期限")')
    desk.fill("#note", "服务水平请写合格率")
    found += _violations(reviewer, axe)
    desk.click('button:has-text("退回修改")')
    desk.locator(".tag", has_text="已退回修改").wait_for()

    clerk.goto("/sent")
    card = page.locator("section.card", has_text="培训项目")
    assert "服务水平请写合格率" in card.inner_text()
    assert "2031-03-11" in card.inner_text()
    found += _violations(clerk, axe)
    second = tmp_path / "培训项目（修改稿）.csv"
    second.write_bytes(csv(("稳步提升", "≥95%")))
    card.locator("input[type=file]").set_input_files(str(second))
    page.wait_for_url(re.compile("/queue/[0-9a-f]+$"))
    again = page.url.rpartition("/")[2]
    assert again != filing
    page.locator("dt", has_text="评分").or_(page.locator("p.notice", has_text="正在读")).first.wait_for()

    for _ in range(40):
        reviewer.goto(f"/queue/{again}/compare")
        if desk.title().startswith("两轮对照"):
            break
        reviewer.expected = ["404"]  # it is being read
        desk.wait_for_timeout(250)
    assert "已改 1" in desk.inner_text(".notice")
    found += _violations(reviewer, axe)
    for path in ("/queue/dashboard", f"/queue/{again}"):
        reviewer.goto(path)
        found += _violations(reviewer, axe)
        assert desk.evaluate("document.documentElement.scrollWidth") <= 1280, path

    admin = _signed_in(opener, office, "admin")
    for path in ("/account/people", "/account/audit"):
        admin.goto(path)
        found += _violations(admin, axe)
        assert admin.page.evaluate("document.documentElement.scrollWidth") <= 1280, path
    assert found == []
