"""A page with a thousand findings in a real browser: open within 2 s, filtered within 100 ms."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from reviewer.batch import dashboard
from reviewer.batch.records import FileResult
from reviewer.records import Severity
from reviewer.writers import WRITERS
from tests.batch.test_outputs import DAY, filing, finding, tally_of
from tests.writers.sample import sample

_BROWSER = next((b for b in ("chromium", "chromium-browser", "google-chrome") if shutil.which(b)), None)
pytestmark = pytest.mark.skipif(_BROWSER is None, reason="Chromium is not installed")
# The pause before a search is left out, so that the work alone is measured; layout is asked for, as painting needs it.
_PROBE = """
window.setTimeout = function (work) { work(); return 0; };
window.addEventListener("load", function () {
  var told = { opened: (document.body.offsetHeight, performance.now()) };
  function timed(name, work) {
    var start = performance.now();
    work();
    void document.body.offsetHeight;
    told[name] = performance.now() - start;
  }
  function rows() { return document.querySelectorAll("#findings tbody tr").length; }
  function said() { return document.querySelector("#findings output").textContent; }
  var search = document.querySelector("#findings input[type=search]");
  told.rows = rows();
  timed("search", function () { search.value = "第7条"; search.dispatchEvent(new Event("input")); });
  told.searched = said();
  timed("again", function () { search.value = "第71条"; search.dispatchEvent(new Event("input")); });
  told.searchedAgain = said();
  timed("clear", function () { search.value = ""; search.dispatchEvent(new Event("input")); });
  timed("toggle", function () { document.querySelector("#findings .toggle.error").click(); });
  told.toggled = said();
  document.querySelector("#findings .toggle.error").click();
  timed("narrow", function () { document.querySelector("#units tbody button").click(); });
  told.unit = said() + document.getElementById("chip").textContent;
  document.getElementById("chip").click();
  timed("sort", function () { document.querySelectorAll("#findings thead button")[4].click(); });
  timed("page", function () { document.querySelector("#findings .on").click(); });
  told.paged = said();
  var out = document.createElement("pre");
  out.id = "told";
  out.textContent = JSON.stringify(told);
  document.body.appendChild(out);
});
"""


_REPORT_PROBE = """
window.setTimeout = function (work) { work(); return 0; };
window.addEventListener("load", function () {
  var told = { opened: (document.body.offsetHeight, performance.now()) };
  function timed(name, work) {
    var start = performance.now();
    work();
    void document.body.offsetHeight;
    told[name] = performance.now() - start;
  }
  function said() { return document.getElementById("shown").textContent; }
  var search = document.getElementById("search");
  told.all = said();
  timed("search", function () { search.value = "QNT202"; search.dispatchEvent(new Event("input")); });
  told.searched = said();
  timed("clear", function () { search.value = ""; search.dispatchEvent(new Event("input")); });
  timed("toggle", function () { document.querySelector(".toggle.error").click(); });
  told.toggled = said();
  var out = document.createElement("pre");
  out.id = "told";
  out.textContent = JSON.stringify(told);
  document.body.appendChild(out);
});
"""


def opened(place: Path) -> str:
    """The document of a page once it is loaded."""
    command = [str(_BROWSER), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={place.parent}/profile"]
    command += ["--dump-dom", place.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def probe(html: str, folder: Path, script: str = _PROBE) -> dict[str, Any]:
    """What the browser tells; the page's policy is taken out, as it would (rightly) stop the probe."""
    html, count = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    assert count == 1
    place = folder / "页.html"
    place.write_text(html.replace("<body>", f"<body><script>{script}</script>"), "utf-8")
    dom = opened(place)
    found = re.search(r'<pre id="told">(.*?)</pre>', dom)
    assert found, dom[-2000:]
    told: dict[str, Any] = json.loads(found[1].replace("&amp;", "&"))
    return told


def best(html: str, folder: Path, script: str, steps: tuple[str, ...]) -> dict[str, Any]:
    """What the browser tells, each time the shortest of up to three: other work on the machine must not count."""
    told = probe(html, folder, script)
    for _ in range(2):
        if told["opened"] < 2000 and all(told[step] < 100 for step in steps):
            break
        again = probe(html, folder, script)
        told |= {step: min(told[step], again[step]) for step in ("opened", *steps)}
    return told


def thousand() -> list[FileResult]:
    kinds = list(Severity)
    return [
        filing(f"第{unit}局", tuple(finding(n, kinds[n % 3]) for n in range(unit * 25, unit * 25 + 25)))
        for unit in range(40)
    ]


def test_a_thousand_findings(tmp_path: Path) -> None:
    html = dashboard.page(tally_of(thousand()), DAY).decode()
    steps = ("search", "again", "clear", "toggle", "narrow", "sort", "page")
    told = best(html, tmp_path, _PROBE, steps)
    assert told["rows"] == 50
    assert told["searched"].startswith("筛选出1行（共1000行）")
    assert told["searchedAgain"].startswith("筛选出1行（共1000行）")
    assert told["toggled"].startswith("筛选出666行（共1000行）")
    assert told["unit"].startswith("筛选出25行")
    assert "单位：第" in told["unit"]
    assert told["paged"] == "共1000行，第2/20页"
    assert told["opened"] < 2000, told
    assert all(told[step] < 100 for step in steps), told


def test_a_thousand_findings_in_the_report_of_a_review(tmp_path: Path) -> None:
    report = sample()
    many = report.model_copy(update={"filings": report.filings * 143})
    steps = ("search", "clear", "toggle")
    told = best(WRITERS["html"].write(many).decode(), tmp_path, _REPORT_PROBE, steps)
    assert told["all"] == "共1001条"
    assert told["searched"].startswith("显示")
    assert told["toggled"].startswith("显示")
    assert told["opened"] < 2000, told
    assert all(told[step] < 100 for step in steps), told


def test_the_policy_lets_the_page_work(tmp_path: Path) -> None:
    place = tmp_path / "页.html"
    place.write_bytes(dashboard.page(tally_of(thousand()), DAY))
    dom = opened(place)
    assert dom.count("<tr") > 90, "the tables are drawn by the page's own script"
