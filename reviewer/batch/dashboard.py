"""The page of a batch: one self-contained HTML file with charts and tables that sort and filter themselves."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from reviewer.batch.copies import KIND_WORDS, Copy
from reviewer.batch.sector import settings
from reviewer.batch.tally import GRADES, Group, Tally, by_need, most_frequent
from reviewer.records import Severity
from reviewer.writers.words import SCORE_NOTE, SEVERITY_SIGNS, SEVERITY_WORDS, one_line, shown, written

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
_TOP = 12
_COPIES, _PLACES, _GAPS = 200, 30, 500
_NUMBER = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: ``share`` of the longest, 0 to 1; ``kind`` gives its colour."""

    label: str
    share: float
    value: str
    kind: str = ""


def page(tally: Tally, day: date) -> bytes:
    """The page; the same counts give the same bytes."""
    style = resources.files("reviewer.writers").joinpath("templates", "report.css").read_text("utf-8")
    style += (_TEMPLATES / "batch.css").read_text("utf-8")
    script = (_TEMPLATES / "batch.js").read_text("utf-8")
    kept = tally.kept()
    html = (
        _environment()
        .get_template("batch.html")
        .render(
            tally=tally,
            day=day.isoformat(),
            version=_version(),
            rules=most_frequent(tally.rules.values()),
            flaws=_flaws(tally),
            grades=_grades(tally.total),
            sectors=by_need(tally.sectors),
            sector_bars=_sector_bars(tally.sectors),
            year_bars=_rate_bars(sorted(tally.years.items())),
            years=sorted(tally.years.items()),
            copies=tally.copies[:_COPIES],
            copy_files=[_link(line.report) for line in tally.files],
            places=_PLACES,
            gaps=_GAPS,
            kept=len(kept),
            data=_data(tally),
            style=style,
            script=script,
            style_hash=_hash(style),
            script_hash=_hash(script),
        )
    )
    return written(html)


def _data(tally: Tally) -> str:
    """What the tables of the page are drawn from, as JSON that may stand in a script element."""
    units = by_need(tally.units)
    unit_numbers = {name: number for number, (name, _) in enumerate(units)}
    codes = sorted(tally.rules)
    code_numbers = {code: number for number, code in enumerate(codes)}
    data = {
        "severities": [SEVERITY_WORDS[s] for s in Severity],
        "signs": [SEVERITY_SIGNS[s] for s in Severity],
        "kinds": [s.value for s in Severity],
        "codes": [[code, tally.rules[code].name] for code in codes],
        "units": [_unit_row(name, group, tally) for name, group in units],
        "files": [
            [
                f.path, f.unit, f.year, f.sector, f.status, f.forms, *f.severities, "".join(_short(f.grades)),
                _link(f.report),
            ]
            for f in tally.files
        ],
        "findings": [
            [
                k.file, unit_numbers[k.unit], code_numbers[k.code], _NUMBER[k.severity], k.place, k.indicator, k.value,
                k.message,
            ]
            for k in tally.kept()
        ],
    }  # fmt: skip
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # "</script>" or "<!--" in filed text would end or break the element.
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _unit_row(name: str, group: Group, tally: Tally) -> list[Any]:
    frequent = sorted(group.codes.items(), key=lambda item: (-item[1], item[0]))[:2]
    return [
        name,
        group.files,
        group.forms,
        *(group.severities[s] for s in Severity),
        round(group.per_form(Severity.ERROR), 1),
        group.clean,
        *(group.grades[g] for g in GRADES),
        group.partly,
        "、".join(f"{tally.rules[code].name} {number}" for code, number in frequent),
    ]


def _short(grades: Sequence[str]) -> list[str]:
    return ["－" if grade == "未评" else grade for grade in grades]


def _flaws(tally: Tally) -> list[Bar]:
    """The flaws that most forms have, remarks left out."""
    forms = max(tally.total.forms, 1)
    lines = [line for line in most_frequent(tally.rules.values()) if line.worst is not Severity.INFO][:_TOP]
    most = max((line.forms for line in lines), default=1)
    return [
        Bar(line.name, line.forms / most, f"{line.forms}张表（{line.forms / forms:.0%}）", line.worst.value)
        for line in lines
    ]


def _grades(group: Group) -> list[Bar]:
    forms = max(group.forms, 1)
    return [
        Bar(
            grade, group.grades[grade] / forms, f"{group.grades[grade]}张（{group.grades[grade] / forms:.0%}）", f"g{n}"
        )
        for n, grade in enumerate(GRADES)
    ]


def _sector_bars(groups: dict[str, Group]) -> list[Bar]:
    """Flaws that must be corrected for each form, of the groups with most forms (a rate of few forms says little)."""
    known = [item for item in groups.items() if item[0] != settings()["sector_unknown"]]
    largest = sorted(known, key=lambda item: (-item[1].forms, item[0]))[:_TOP]
    return _rate_bars(sorted(largest, key=lambda item: (-item[1].per_form(Severity.ERROR), item[0])))


def _rate_bars(groups: list[tuple[str, Group]]) -> list[Bar]:
    most = max((group.per_form(Severity.ERROR) for _, group in groups), default=0) or 1.0
    return [
        Bar(name, g.per_form(Severity.ERROR) / most, f"{g.per_form(Severity.ERROR):.1f}（{g.forms}张表）", "error")
        for name, g in groups
    ]


def _copy_head(copy: Copy) -> str:
    years = f"，{copy.years[0]}—{copy.years[-1]}年" if len(copy.years) > 1 else ""
    degree = "完全相同" if copy.exact else "基本相同"
    handed = "（许多单位相同，可能是统一下发的）" if copy.common else ""
    return f"{KIND_WORDS[copy.kind]}{degree}：{len(copy.units)}个单位、{len(copy.places)}张表{years}{handed}"


def _link(report: str) -> str:
    return quote(report) if report else ""


def _version() -> str:
    try:
        return version("indicator-reviewer")
    except PackageNotFoundError:
        return "0"


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        severities=list(Severity),
        severity_words=SEVERITY_WORDS,
        severity_signs=SEVERITY_SIGNS,
        grade_names=GRADES,
        copy_head=_copy_head,
        score_note=SCORE_NOTE,
    )
    environment.filters.update(shown=shown, line=one_line)
    return environment
