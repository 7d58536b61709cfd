"""A reviewer's work on the seed filing, mostly by keyboard."""

import re
import zipfile
from pathlib import Path

from docx import Document

from reviewer.readers import read
from tests.e2e.conftest import SEED, Opener, Served, Watched, saved, upload


def _current(watched: Watched) -> str:
    return watched.page.inner_text(".finding.open .no")


def _done(watched: Watched) -> int:
    told = re.search(r"(\d+)／", watched.page.inner_text("#done"))
    assert told
    return int(told[1])


def _open_item(watched: Watched, name: str) -> None:
    """Walk by keyboard to the first finding whose card holds a text."""
    page = watched.page
    for _ in range(80):
        if name in page.inner_text(".finding.open"):
            return
        page.keyboard.press("j")
    raise AssertionError(name)


def test_thirty_findings_by_keyboard(desk: Watched) -> None:
    upload(desk)
    page = desk.page
    seen = [_current(desk)]
    for _ in range(29):
        page.keyboard.press("j")
        seen.append(_current(desk))
        box = page.locator(".paper td.current, .whole li.current").first.bounding_box()
        assert box is not None
        assert 0 < box["y"] < 800, "the cell of the finding is in view"
    assert seen == [str(n) for n in range(1, 31)]
    page.keyboard.press("k")
    assert _current(desk) == "29"
    assert page.evaluate("document.activeElement.id") == "item-28", "the focus goes along"
    assert page.locator(".finding.open").count() == 1


def test_accept_recheck_undo(desk: Watched) -> None:
    upload(desk)
    page = desk.page
    cell = page.locator('td[data-cell="F1.8:value"]')
    assert cell.locator(".words").inner_text() == "90%"
    _open_item(desk, "√ 可直接采用")
    number = _current(desk)
    page.keyboard.press("a")
    saved(page)
    assert cell.locator("ins").inner_text().endswith("≥90%")
    assert cell.locator("del").inner_text().endswith("90%")
    assert page.locator(f'.mark:text-is("√{number}")').count() == 1, "its mark says that it is solved"
    assert _current(desk) != number, "the next open finding is shown"
    assert _done(desk) == 1
    page.keyboard.press("u")
    saved(page)
    assert cell.locator(".words").inner_text() == "90%"
    assert _done(desk) == 0


def test_edit_fills_what_is_to_fill(desk: Watched) -> None:
    upload(desk)
    page = desk.page
    _open_item(desk, "满足残疾人居家服务需求")
    page.keyboard.press("a")  # cannot be accepted as it is: the form to fill it in opens
    page.wait_for_selector("form.ask")
    chosen = page.evaluate(
        "(() => { const e = document.activeElement; return e.value.slice(e.selectionStart, e.selectionEnd); })()"
    )
    assert chosen == "【待填】", "what is to fill in is selected"
    page.keyboard.press("Control+Enter")
    assert "还有【待填】没有填" in page.inner_text(".ask .problem")
    page.keyboard.type("95")
    page.keyboard.press("Control+Enter")
    saved(page)
    assert page.locator('td[data-cell="F1.2:value"] ins').inner_text().endswith("≥95%")
    assert page.locator('td[data-cell="F1.2:name"] ins').inner_text().endswith("残疾人居家服务需求满足率")
    assert _done(desk) == 2, "both findings of the row are solved"
    assert "× 0" in page.inner_text("#grade"), "no error is left in this form"
    page.keyboard.press("u")
    saved(page)
    assert _done(desk) == 0


def test_reject_with_a_reason(desk: Watched) -> None:
    upload(desk)
    page = desk.page
    number = _current(desk)
    page.keyboard.press("r")
    page.click('.reasons button:text-is("已另行批复")')
    page.keyboard.press("Control+Enter")
    saved(page)
    page.click('.tabs [data-status="done"]')
    line = page.locator(".finding:visible", has_text="不采纳").first
    assert line.locator(".no").inner_text() == number
    line.locator(".head").click()
    assert "已另行批复" in page.inner_text(".finding.open .outcome")


def test_a_row_in_ones_own_words(desk: Watched) -> None:
    """A finding without a suggestion can be mended on the page, and what comes with the change is told."""
    upload(desk)
    page = desk.page
    page.locator("#search").fill("CON405")
    page.locator(".shown", has_text="显示").wait_for()
    page.locator(".finding:visible .head").first.click()
    page.keyboard.press("e")
    page.wait_for_selector("form.ask")
    value = page.locator('form.ask textarea[name$=".value"]')
    value.fill("≥160人")
    page.keyboard.press("Control+Enter")
    saved(page)
    assert page.locator('td[data-cell="F4.1:value"] ins').inner_text().endswith("≥160人")


def test_safe_ones_in_one_step(desk: Watched) -> None:
    upload(desk)
    page = desk.page
    assert page.inner_text("#safe .count") == "8"
    page.keyboard.press("s")
    assert page.locator("#safe-dialog li").count() == 8
    page.click("#safe-dialog .primary")
    saved(page)
    assert page.locator("#safe").is_hidden()
    assert _done(desk) >= 8
    page.keyboard.press("u")
    saved(page)
    assert _done(desk) == 0, "one undo takes all back"


def test_the_place_is_kept_over_a_reload(desk: Watched) -> None:
    upload(desk)
    page = desk.page
    for _ in range(20):
        page.keyboard.press("j")
    number, top = _current(desk), page.evaluate("document.querySelector('.forms').scrollTop")
    page.reload()
    page.wait_for_selector(".finding.open")
    assert _current(desk) == number
    assert abs(page.evaluate("document.querySelector('.forms').scrollTop") - top) < 200


def test_exports(desk: Watched, tmp_path: Path) -> None:
    upload(desk)
    page = desk.page
    _open_item(desk, "√ 可直接采用")
    page.keyboard.press("a")
    saved(page)
    taken = {}
    for name in ("带批注的原文件", "改好的文件", "审核意见书（Word）"):
        page.click("#export")
        with page.expect_download() as started:
            page.click(f'#export-list a:has-text("{name}")')
            if "意见书" in name:
                page.fill("#office", "某市财政局")
                page.fill("#opinion", "总体可行，按意见改后再报。")
                page.click('#letter-dialog [value="yes"]')
        taken[name] = tmp_path / started.value.suggested_filename
        started.value.save_as(taken[name])
    with zipfile.ZipFile(taken["带批注的原文件"]) as package:
        assert package.read("word/comments.xml").count(b"<w:comment ") > 50
    assert read(taken["改好的文件"]).forms[0].indicators[-1].value == "≥90%"
    letter = "".join(p.text for p in Document(str(taken["审核意见书（Word）"])).paragraphs)
    assert "某市财政局" in letter
    assert "总体可行，按意见改后再报。" in letter
    page.click("#export")
    with page.expect_download() as started:
        page.click('#export-list a:has-text("数据（JSON）")')
    assert started.value.suggested_filename.endswith(".json")


def test_several_files_at_once(desk: Watched, tmp_path: Path) -> None:
    page = desk.page
    desk.goto("/workbench")
    broken = tmp_path / "坏文件.docx"
    broken.write_bytes(b"PK\x03\x04 no package")
    small = tmp_path / "小表.csv"
    small.write_text("一级指标,二级指标,三级指标,指标值\n产出指标,数量指标,培训人数,150人\n", "utf-8")
    page.set_input_files("#files", [str(SEED), str(broken), str(small)])
    page.wait_for_selector("#uploads li.failed")
    page.locator("#uploads li.ready").nth(1).wait_for()
    assert page.url.endswith("/workbench"), "nothing opens by itself"
    assert "坏文件.docx" in page.inner_text("#uploads li.failed")
    page.click('#uploads li:has-text("小表.csv") a')
    page.wait_for_selector(".paper")
    assert "培训人数" in page.inner_text(".paper")


def test_rule_and_score_are_explained(desk: Watched) -> None:
    upload(desk)
    page = desk.page
    page.click(".finding.open .authority a")
    page.wait_for_selector("#rule-dialog[open] .rule .wrong")
    page.keyboard.press("Escape")
    page.click("#grade button")
    page.wait_for_selector("#score-dialog[open] .criteria")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#keys-dialog[open]").count() == 1


def test_a_lost_network_loses_nothing(desk: Watched) -> None:
    upload(desk)
    page = desk.page
    desk.expected = ["Failed to load resource", "ERR_"]
    page.route("**/api/filings/**", lambda route: route.abort())
    _open_item(desk, "√ 可直接采用")
    page.keyboard.press("a")
    page.wait_for_selector(".messages .notice.error")
    assert "都留着" in page.inner_text(".messages")
    assert _done(desk) == 0, "nothing is shown as kept that is not"
    page.unroute("**/api/filings/**")
    page.click('.messages button:has-text("重试")')
    saved(page)
    assert _done(desk) == 1
    assert page.inner_text(".messages") == ""


def test_somebody_was_quicker(desk: Watched, opener: Opener, local: Served) -> None:
    filing = upload(desk)
    other = opener(local)
    other.page.goto(local.link())
    other.goto(f"/workbench/{filing}")
    other.page.wait_for_selector(".finding.open")
    other.expected = ["409"]
    _open_item(desk, "√ 可直接采用")
    desk.page.keyboard.press("a")
    saved(desk.page)
    _open_item(other, "√ 可直接采用")
    other.page.keyboard.press("a")
    other.page.wait_for_selector(".messages .notice.warn")
    assert "刚被别人改过" in other.page.inner_text(".messages")
    assert _done(other) == 0
    other.page.click('.messages button:has-text("看最新的内容")')
    other.page.locator("#done", has_text="已处理 1／").wait_for()


def test_the_tour(desk: Watched) -> None:
    page = desk.page
    desk.goto("/help/tour")
    page.click("#start")
    page.wait_for_url("**/workbench/*?tour")
    page.wait_for_selector(".coach")
    assert "第 1 步" in page.inner_text(".coach")
    page.click('.coach button:has-text("下一步")')
    for _ in range(3):
        page.keyboard.press("j")
    assert "第 3 步" in page.inner_text(".coach"), "doing the thing leads on"


def test_second_round(desk: Watched, tmp_path: Path) -> None:
    """The corrected file comes back: what was mended, what was not, in the list and in the comparison."""
    upload(desk)
    page = desk.page
    page.keyboard.press("s")
    page.click("#safe-dialog .primary")
    saved(page)
    page.click("#export")
    with page.expect_download() as started:
        page.click('#export-list a:has-text("改好的文件")')
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    first = page.url
    page.set_input_files("#next", str(file))
    page.wait_for_url(lambda url: "/workbench/" in url and url != first)
    page.wait_for_selector(".finding.open")
    told = page.inner_text(".second")
    fixed = re.search(r"已改 ?(\d+) 处", told)
    assert fixed
    assert int(fixed[1]) >= 8
    assert page.locator('.finding .round:text-is("未改")').count() >= 50
    page.click(".second a")
    page.wait_for_url("**/compare")
    assert "已改" in page.inner_text("main")


def test_what_cannot_be_made_is_said(desk: Watched) -> None:
    upload(desk)
    desk.expected = ["422"]
    desk.page.click("#export")
    desk.page.click('#export-list a:has-text("改好的文件")')
    desk.page.locator(".toast.error", has_text="还没有采纳任何改法").wait_for()


def test_what_could_not_be_checked_stands_on_top(desk: Watched) -> None:
    upload(desk, Path(__file__).parents[1] / "readers" / "layouts" / "cost_tables.html")
    told = desk.page.inner_text(".gaps summary >> nth=0")
    assert "都不算通过" in told
    assert desk.page.locator(".gaps.warn li").count() == int(re.findall(r"\d+", told)[0]) > 0


def test_a_file_is_dropped_anywhere_on_the_page(desk: Watched) -> None:
    page = desk.page
    desk.goto("/workbench")
    table = "一级指标,二级指标,三级指标,指标值\\n产出指标,数量指标,培训人数,150人\\n"
    page.evaluate(
        f"""() => {{
          const data = new DataTransfer();
          data.items.add(new File(['{table}'], '小表.csv'));
          const told = {{dataTransfer: data, bubbles: true}};
          const send = (kind) => document.body.dispatchEvent(new DragEvent(kind, told));
          send('dragenter');
          document.body.dataset.over = document.querySelector('#drop').classList.contains('over');
          send('drop');
        }}"""
    )
    assert page.locator('body[data-over="true"]').count() == 1, "the page shows that it takes the file"
    page.wait_for_selector(".paper")
    assert "培训人数" in page.inner_text(".paper")


def test_a_file_that_is_no_filing_is_refused_at_once(desk: Watched, tmp_path: Path) -> None:
    desk.goto("/workbench")
    file = tmp_path / "程序.exe"
    file.write_bytes(b"MZ")
    desk.page.set_input_files("#files", str(file))
    desk.page.locator("#uploads li.failed", has_text="这种文件不是申报表").wait_for()
