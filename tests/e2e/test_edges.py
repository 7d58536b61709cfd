"""Filings at the edges: nothing found, nothing read, hostile words, many decisions one after the other."""

import re
from pathlib import Path

import pytest

from tests.e2e.conftest import Watched, saved, upload

_TABLE = "一级指标,二级指标,三级指标,指标值\n产出指标,数量指标,{},{}\n"


def test_nothing_was_found(desk: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviewer.pipeline.run_rules", lambda *_, **__: ((), ()))
    file = tmp_path / "没有问题.csv"
    file.write_text(_TABLE.format("培训人数", "≥150人"), "utf-8")
    page = desk.page
    desk.goto("/workbench")
    page.set_input_files("#files", str(file))
    page.wait_for_selector(".paper")
    assert page.inner_text(".right .empty") == "没有查出问题。"
    for key in "jkaerun?":
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    filing = page.url.rpartition("/")[2]
    desk.goto(f"/check/{filing}")
    page.wait_for_selector(".light.green")


def test_nothing_could_be_read(desk: Watched, tmp_path: Path) -> None:
    file = tmp_path / "坏的.docx"
    file.write_bytes(b"PK\x03\x04 no package")
    page = desk.page
    desk.goto("/workbench")
    page.set_input_files("#files", str(file))
    page.wait_for_selector("#uploads li.failed")
    answer = page.request.get(f"{desk.served.base}/api/filings?state=failed")
    (filing,) = [f for f in answer.json()["filings"] if f["name"] == "坏的.docx"]
    desk.goto(f"/workbench/{filing['id']}")
    assert "没有读成" in page.inner_text("h1")
    assert "怎么办" in page.inner_text("main")


def test_words_of_a_filing_are_never_markup(desk: Watched, tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
    file = tmp_path / "恶意.csv"
    file.write_text(_TABLE.format(evil, "稳步提升"), "utf-8")
    page = desk.page
    shown: list[str] = []
    page.on("dialog", lambda dialog: (shown.append(dialog.message), dialog.dismiss()))
    filing = upload(desk, file)
    assert page.locator(".paper img, .paper script, .right img").count() == 0
    assert evil in page.inner_text(".paper")
    page.locator("#search").fill("<b>")
    page.locator("#search").fill("")
    page.keyboard.press("Escape")
    desk.goto(f"/check/{filing}")
    page.wait_for_selector(".task")
    assert page.locator("main img, main script").count() == 0
    assert shown == []


def test_many_steps_at_once_are_all_kept(desk: Watched) -> None:
    """Keys come faster than the server answers: every step is sent, in order."""
    upload(desk)
    page = desk.page
    page.locator("#search").fill("可直接")  # no finding says so: the list is empty, keys do nothing
    page.locator(".shown", has_text="显示 0 条").wait_for()
    page.locator("#search").fill("")
    page.locator(".shown", has_text="显示 76 条").or_(page.locator(".shown", has_text="共 76 条")).wait_for()
    page.keyboard.press("Escape")
    reasons = page.locator("form.ask textarea")
    for _ in range(5):
        page.keyboard.press("r")
        reasons.fill("口径不同")
        page.keyboard.press("Control+Enter")
    saved(page)
    told = re.search(r"(\d+)／", page.inner_text("#done"))
    assert told
    assert int(told[1]) == 5
    for _ in range(5):
        page.keyboard.press("u")
    saved(page)
    assert page.inner_text("#done").startswith("已处理 0／")
    page.reload()
    page.wait_for_selector(".finding.open")
    assert page.inner_text("#done").startswith("已处理 0／")
