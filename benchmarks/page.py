"""The HTML report of one large filing in a real browser: how long until it is open, how long a filter takes.

    python benchmarks/page.py [--findings 1000] [--runs 5] [--keep FOLDER]

Forms of the eval sets are joined to one workbook until it has that many findings; reviewed, its report is written;
Chromium opens it headless, in a new profile each time. Prints JSON: milliseconds, the median and the longest of all.
Times are the browser's own: from the start of navigation to the end of loading and layout; a filter from the event to
the end of layout, without the pause that the page makes while somebody is typing.
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from filings import contents

from reviewer.evals.render_files import render
from reviewer.pipeline import review
from reviewer.writers import WRITERS

_BROWSER = next((b for b in ("chromium", "chromium-browser", "google-chrome") if shutil.which(b)), "")
_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
_PROBE = """
window.setTimeout = function (work) { work(); return 0; };
window.addEventListener("load", function () {
  var told = { open: (document.body.offsetHeight, performance.now()) };
  function timed(name, work) {
    var start = performance.now();
    work();
    void document.body.offsetHeight;
    told[name] = performance.now() - start;
  }
  var search = document.getElementById("search"), rule = document.getElementById("rule");
  function type(words) { search.value = words; search.dispatchEvent(new Event("input")); }
  function choose(code) { rule.value = code; rule.dispatchEvent(new Event("change")); }
  told.shown = document.getElementById("shown").textContent;
  timed("first search", function () { type("满意"); });
  timed("next search", function () { type("满意度"); });
  timed("search cleared", function () { type(""); });
  timed("level off", function () { document.querySelector(".toggle.warn").click(); });
  timed("level on", function () { document.querySelector(".toggle.warn").click(); });
  timed("rule", function () { choose("QNT202"); });
  timed("all rules", function () { choose(""); });
  var out = document.createElement("pre");
  out.id = "told";
  out.textContent = JSON.stringify(told);
  document.body.appendChild(out);
});
"""


def large(folder: Path, findings: int) -> tuple[Path, int]:
    """A workbook with at least that many findings, and how many it has."""
    sources = contents()
    found = [len(review(render(s, folder, "xlsx")).filings[0].findings) for s in sources]
    forms: list[Any] = []
    total = n = 0
    while total < findings:
        forms += sources[n % len(sources)].forms
        total += found[n % len(sources)]
        n += 1
    path = render(sources[0].model_copy(update={"id": "large", "forms": tuple(forms)}), folder, "xlsx")
    return path, len(review(path).filings[0].findings)


def probed(html: bytes, folder: Path) -> dict[str, Any]:
    """What the browser tells; the page's policy is taken out, as it would (rightly) stop the probe."""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html.decode(), count=1)
    place = folder / "page.html"
    place.write_text(text.replace("<body>", f"<body><script>{_PROBE}</script>", 1), "utf-8")
    with tempfile.TemporaryDirectory() as profile:
        command = [_BROWSER, *_QUIET, f"--user-data-dir={profile}", "--dump-dom", place.as_uri()]
        dom = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout
    told = re.search(r'<pre id="told">(.*?)</pre>', dom)
    if told is None:
        raise SystemExit("the page told nothing")
    return dict(json.loads(told[1].replace("&amp;", "&")))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--findings", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="a folder for the workbook and its report")
    chosen = parser.parse_args()
    if not _BROWSER:
        raise SystemExit("Chromium is not installed")
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        path, findings = large(folder, chosen.findings)
        start = time.perf_counter()
        html = WRITERS["html"].write(review(path, match=True))
        seconds = time.perf_counter() - start
        runs = [probed(html, folder) for _ in range(chosen.runs)]
    figures = {
        key: {
            "median_ms": round(statistics.median(r[key] for r in runs), 1),
            "most_ms": round(max(r[key] for r in runs), 1),
        }
        for key, value in runs[0].items()
        if isinstance(value, int | float)
    }
    told = {
        "findings": findings,
        "shown": runs[0]["shown"],
        "bytes": len(html),
        "review_s": round(seconds, 2),
        **figures,
    }
    print(json.dumps(told, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
