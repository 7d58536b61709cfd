"""Every page before axe-core: no serious and no critical violation; and what axe cannot see."""

import pytest

from tests.e2e.conftest import Opener, Served, Watched, upload
from tests.e2e.test_accounts import _signed_in

_RUN = "() => axe.run(document, {resultTypes: ['violations']})"


def _violations(watched: Watched, axe: str) -> list[str]:
    page = watched.page
    page.evaluate(axe)
    found = page.evaluate(_RUN)["violations"]
    return [
        f"{page.url}: {v['id']} ({v['impact']}): {v['nodes'][0]['html'][:160]}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def test_pages_of_the_local_mode(desk: Watched, axe: str) -> None:
    page = desk.page
    found: list[str] = []
    for path in (
        "/workbench",
        "/check",
        "/help",
        "/help?q=满意度",
        "/help/rules/CON403",
        "/help/tour",
        "/train",
        "/queue",
    ):
        desk.goto(path)
        found += _violations(desk, axe)
    filing = upload(desk)
    found += _violations(desk, axe)
    page.keyboard.press("e")
    page.wait_for_selector("form.ask")
    found += _violations(desk, axe)
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.wait_for_selector("#safe-dialog[open]")
    found += _violations(desk, axe)
    page.click("#safe-dialog .primary")
    page.locator(".pending").wait_for(state="hidden")
    page.click('.tabs [data-status="all"]')
    page.click("#export")
    found += _violations(desk, axe)
    desk.goto(f"/check/{filing}")
    page.locator("details.well summary").first.click()
    page.locator(".how-well").first.wait_for()
    found += _violations(desk, axe)
    assert found == []


def test_pages_with_accounts(opener: Opener, office: Served, axe: str) -> None:
    guest = opener(office)
    guest.goto("/account/sign-in")
    found = _violations(guest, axe)
    guest.expected = ["404"]
    guest.goto("/nowhere")
    found += _violations(guest, axe)
    admin = _signed_in(opener, office, "admin")
    for path in ("/queue", "/account"):
        admin.goto(path)
        found += _violations(admin, axe)
    assert found == []


@pytest.mark.parametrize("width", [1280, 1920, 800])
def test_nothing_sticks_out(desk: Watched, width: int) -> None:
    """No page scrolls sideways."""
    page = desk.page
    upload(desk)
    page.set_viewport_size({"width": width, "height": 800})
    paths = [
        page.url.removeprefix(desk.served.base),
        "/workbench",
        "/check",
        "/help",
        "/help/rules/REL303",
        "/help/tour",
    ]
    for path in paths:
        desk.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_it_prints(desk: Watched) -> None:
    """On paper: the form and all findings, no buttons."""
    upload(desk)
    page = desk.page
    page.click('.tabs [data-status="all"]')
    page.set_viewport_size({"width": 720, "height": 1000})  # as wide as paper
    page.emulate_media(media="print")
    box = "document.querySelector('{}').getBoundingClientRect()"
    assert page.evaluate(f"{box.format('.forms')}.bottom <= {box.format('.findings')}.top + 1"), "one after the other"
    assert page.evaluate(
        "(() => { const e = document.querySelector('.findings'); return e.scrollHeight <= e.clientHeight; })()"
    )
    assert page.locator(".top").is_hidden()
    assert page.locator(".bar button:visible").count() == 0
    assert page.locator(".form").last.is_visible()
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type /Page/") >= 7
