"""Filings in any number: the contents of the eval sets, moved to other places, years and numbers, and rendered.

What ``benchmarks/batch.py`` reviews; nothing is tuned on them and no figure of quality comes of them.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reviewer.evals.content import FilingContent, content_of, plain
from reviewer.evals.kinds.filings import samples
from reviewer.evals.render import LAYOUTS
from reviewer.evals.render_files import render
from reviewer.evals.sets import load_set
from reviewer.resources import resource

_COUNTIES = (
    "云溪县", "临江县", "清河区", "望山县", "东屏县", "西岭区", "白沙市", "青石县", "南浦区", "石桥县", "双河市",
    "金川县", "平阳镇", "古渡县", "长岭区", "新塘县", "玉泉区", "大田县", "松山县", "桃源镇",
)  # fmt: skip
_FORMATS = ("docx", "xlsx", "csv", "html", "docx", "xlsx")
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,3}(?:省|市|县|区|镇|乡)")
_NUMBER = re.compile(r"(?<![\d.])[1-9]\d{0,3}(?![\d.%年月日])")
_TEXTS = ("name", "value", "annual_goal", "period_goal", "project", "title", "detail", "basis", "content")


def contents() -> list[FilingContent]:
    """What the filings are made of: every different content of the development set and of the planted set."""
    found = []
    for name in ("real-dev", "planted"):
        for sample in samples(load_set(resource("eval_sets", name))):
            if sample.first and sample.data.content is not None:
                found.append(sample.data.content)
    return found


def write_filings(folder: Path, count: int, seed: int = 1) -> list[Path]:
    """Write ``count`` filings below ``folder``: a folder for each unit, names in Chinese with blanks.

    The same seed gives the same filings.
    """
    sources = contents()
    return [_write(folder, number, sources, seed) for number in range(count)]


def _write(folder: Path, number: int, sources: list[FilingContent], seed: int) -> Path:
    draw = random.Random(f"{seed}/{number}")
    source = sources[number % len(sources)]
    county, year = draw.choice(_COUNTIES), draw.randrange(2021, 2027)
    content = _varied(source, county, year, draw)
    unit = content.org or f"{county}人民政府"
    place = folder / f"{county} 各单位" / unit
    place.mkdir(parents=True, exist_ok=True)
    made = render(content, place, _FORMATS[number % len(_FORMATS)], LAYOUTS[number // 7 % len(LAYOUTS)])
    return made.rename(place / f"{year}年 绩效目标申报表（{number:05}）{made.suffix}")


def _varied(source: FilingContent, county: str, year: int, draw: random.Random) -> FilingContent:
    """The content for another place and year; in three of four, numbers of the rows change too."""
    data = plain(source)
    department = _PLACE.sub("", re.sub(r"^[\[【(（]?\d+[\]】)）]?-?", "", source.org or ""))[-12:] or "财政局"
    old = source.year[:4] if source.year else ""
    others = draw.random() < 0.75

    def text(value: str) -> str:
        moved = _PLACE.sub(county, value) if source.org and source.org[:2] in value else value
        moved = moved.replace(old, str(year)) if old else moved
        return _NUMBER.sub(lambda m: str(max(1, round(int(m[0]) * draw.uniform(0.6, 1.5)))), moved) if others else moved

    data["org"], data["year"] = f"{county}{department}", str(year)
    for form in data["forms"]:
        if form.get("org") is not None:
            form["org"] = data["org"]
        for holder in (form, *_rows(form)):
            for key in _TEXTS:
                if holder.get(key):
                    holder[key] = text(holder[key])
    return content_of(data, source.id)


def _rows(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key in ("rows", "cost_lines"):
        yield from form.get(key) or ()
