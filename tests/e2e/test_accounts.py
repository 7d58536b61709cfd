"""With accounts: signing in, roles, and what a clerk of another unit may not see."""

from tests.e2e.conftest import Opener, Served, Watched, upload
from tests.web.conftest import PASSWORD


def _signed_in(opener: Opener, office: Served, name: str) -> Watched:
    watched = opener(office)
    watched.goto("/account/sign-in")
    watched.page.fill('input[name="name"]', name)
    watched.page.fill('input[name="password"]', PASSWORD)
    watched.page.click('form:has(input[name="password"]) button')
    watched.page.wait_for_url(lambda url: "sign-in" not in url)
    return watched


def test_nothing_is_shown_before_signing_in(opener: Opener, office: Served) -> None:
    watched = opener(office)
    watched.goto("/workbench")
    assert watched.page.url.endswith("/account/sign-in")


def test_a_clerk_comes_to_the_check_and_hands_in(opener: Opener, office: Served) -> None:
    clerk = _signed_in(opener, office, "clerk")
    assert clerk.page.url.endswith("/check")
    assert clerk.page.locator("nav", has_text="审核队列").count() == 0
    filing = upload(clerk)
    other = _signed_in(opener, office, "other")
    other.expected = ["404"]
    other.goto(f"/workbench/{filing}")
    assert "没有找到" in other.page.inner_text("h1")
    assert "残疾人" not in other.page.inner_text("main")
    answer = other.page.request.get(f"{office.base}/api/filings/{filing}/report")
    assert answer.status == 404
    reviewer = _signed_in(opener, office, "reviewer")
    reviewer.expected = ["404"]
    reviewer.goto(f"/workbench/{filing}")
    assert "没有找到" in reviewer.page.inner_text("h1"), "a draft is the unit's own affair"
    clerk.goto(f"/check/{filing}")
    clerk.page.click("#submit")
    clerk.page.locator(".toast", has_text="已报送").wait_for()
    reviewer.goto(f"/workbench/{filing}")
    reviewer.page.wait_for_selector(".finding.open")
    assert reviewer.page.locator(".finding.open .buttons").count() == 1
    clerk.goto(f"/workbench/{filing}")
    clerk.page.wait_for_selector(".finding.open")
    assert clerk.page.locator(".finding.open .buttons").count() == 0, "handed in: the unit only reads"


def test_a_clerk_does_not_enter_the_queue(opener: Opener, office: Served) -> None:
    clerk = _signed_in(opener, office, "clerk")
    clerk.expected = ["403"]
    clerk.goto("/queue")
    assert "没有权限" in clerk.page.inner_text("h1")


def test_a_session_that_ended_loses_nothing(opener: Opener, office: Served) -> None:
    """The steps stay with the page; after signing in again it sends them."""
    clerk = _signed_in(opener, office, "clerk")
    clerk.expected = ["401", "403"]
    page = clerk.page
    upload(clerk)
    kept = page.context.cookies()
    page.context.clear_cookies()
    page.keyboard.press("r")
    page.fill("form.ask textarea", "口径不同")
    page.keyboard.press("Control+Enter")
    page.locator(".messages", has_text="登录过期了").wait_for()
    page.context.add_cookies(kept)
    page.click('.messages button:has-text("重新打开这一页")')
    page.locator("#done", has_text="已处理 1／").wait_for()
