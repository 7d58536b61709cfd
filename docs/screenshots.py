"""Makes the pictures that the READMEs show: ``python docs/screenshots.py`` (Chromium and playwright are needed)."""

import re
import shutil
import socket
import tempfile
import threading
import time
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from reviewer.store import open_store
from reviewer.web.app import create_app
from reviewer.web.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
SEED = ROOT / "examples" / "shifeng-2023.docx"
_SIZE = {"width": 1280, "height": 800}


def main() -> None:
    """Start an application on an empty store, walk to each page, take its picture."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        store = open_store(Path(folder))
        app = create_app(Settings(data=Path(folder), port=port, workers=0), store)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.1)
        base = f"http://127.0.0.1:{port}"
        try:
            with sync_playwright() as playwright:
                arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
                browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
                page = browser.new_page(viewport=_SIZE, locale="zh-CN", reduced_motion="reduce")
                page.goto(f"{base}/account/open?token={app.state.services.access.make_link()}")
                _walk(page, base)
                browser.close()
        finally:
            server.should_exit = True
            thread.join()
            store.close()


def _walk(page: Page, base: str) -> None:
    page.goto(f"{base}/workbench")
    page.set_input_files("#files", str(SEED))
    page.wait_for_url(re.compile("/workbench/[0-9a-f]+$"))
    page.wait_for_selector(".finding.open")
    filing = page.url.rpartition("/")[2]
    page.keyboard.press("s")
    page.click("#safe-dialog .primary")
    page.locator(".pending").wait_for(state="hidden")
    _to(page, "居家服务水平")
    _take(page, "workbench")
    page.goto(f"{base}/check/{filing}")
    page.locator("details.well summary").first.click()
    page.locator(".how-well").first.wait_for()
    _take(page, "check")


def _to(page: Page, words: str) -> None:
    """Walk by keyboard to a finding with a rewrite whose row holds these words."""
    for _ in range(80):
        if words in page.inner_text(".finding.open") and page.locator(".finding.open .fix").count():
            return
        page.keyboard.press("j")


def _take(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)
    file = IMAGES / f"{name}.png"
    page.screenshot(path=file)
    # Few colours: half the size, and no eye sees it.
    Image.open(file).quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
