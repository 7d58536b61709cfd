"""The workbench over a filing with three thousand findings, in a real browser; nothing is sent anywhere.

    python benchmarks/workbench.py

Prints JSON, milliseconds: opening the page, the next finding, a filter, a jump to the last form, and a decision until
it is kept and the filing was reviewed again. Without proposals: what is measured is the page, not the suggesters.
"""

import json
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.e2e.conftest import CHROMIUM, QUIET, serve
from tests.e2e.large import measure, write_large


def main() -> None:
    """Serve, open, measure."""
    engines = patch("reviewer.web.services.examine.ENGINES", ())
    with engines, tempfile.TemporaryDirectory() as folder, serve(local=True) as served, sync_playwright() as playwright:
        file = Path(folder) / "四十个项目.xlsx"
        write_large(file)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        page.goto(served.link())
        told = measure(page, served.base, file)
        browser.close()
    print(json.dumps({name: round(value, 1) for name, value in told.items()}, ensure_ascii=False))


if __name__ == "__main__":
    main()
