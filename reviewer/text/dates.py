"""Points of time in Chinese text."""

import re
from calendar import monthrange

from reviewer.records import DatePoint

_Y = r"(?P<y>(?:19|20)\d{2})"
_TAIL = r"(?:上旬|中旬|下旬|月初|初|底|末|份)?"
_QUARTER = r"第?(?P<q>[一二三四1-4])季度"
_PATTERNS = [
    re.compile(p)
    for p in (
        rf"{_Y}年度?(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})[日号]?(?!\d)",
        rf"{_Y}年度?(?P<m>\d{{1,2}})月{_TAIL}",
        rf"{_Y}年度?{_QUARTER}",
        rf"{_Y}[.\-/](?P<m>\d{{1,2}})[.\-/](?P<d>\d{{1,2}})(?!\d)",
        rf"(?<![\d.]){_Y}[.\-/](?P<m>\d{{1,2}})(?=$|[前底末至到~—-]|[,，、。;；])",
        r"(?<!\d)(?P<y>20\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)",
        rf"(?<!\d){_Y}(?=\s*[-—~至到]\s*(?:19|20)\d{{2}}年?)",
        rf"(?<!\d){_Y}年(?:度|底|末|初|内|全年)?",
        r"(?<![\d.])(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]",
        rf"(?<![\d.])(?P<m>\d{{1,2}})(?=[-—~至到]\d{{1,2}}月)(?![-—~至到]\d{{1,2}}个月)|(?<![\d.])(?P<m2>\d{{1,2}})月{_TAIL}",
    )
]
# What every pattern holds: most target values have none of it.
_MAYBE = re.compile(r"\d[年月.\-/—~至到\s]|\d{8}")
_QUARTERS = {c: n for n, pair in enumerate(("一1", "二2", "三3", "四4"), 1) for c in pair}


def find_dates(text: str) -> tuple[list[DatePoint], list[str], str]:
    """All points of time in ``text``.

    Args:
        text: folded text without white space.

    Returns:
        The points in order; the dates that do not exist, as printed; and the text with all of them blanked out by
        spaces, so that positions stay and their digits are not taken for quantities.
    """
    if not _MAYBE.search(text):
        return [], [], text
    found: list[tuple[int, DatePoint]] = []
    bad: list[str] = []
    rest = text
    for pattern in _PATTERNS:
        for match in list(pattern.finditer(rest)):
            parts = match.groupdict()
            point = _point(parts, match.group())
            if point is None:
                bad.append(match.group())
            else:
                found.append((match.start(), point))
            rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
    found.sort(key=lambda item: item[0])
    points: list[DatePoint] = []
    for _, point in found:
        if point.year is None and points and points[-1].year is not None:
            point = point.model_copy(update={"year": points[-1].year})
        points.append(point)
    return points, bad, rest


def _point(parts: dict[str, str | None], text: str) -> DatePoint | None:
    printed_year = parts.get("y")
    year = int(printed_year) if printed_year else None
    printed_month = parts.get("m") or parts.get("m2")
    month = int(printed_month) if printed_month else None
    if parts.get("q"):
        month = 3 * _QUARTERS[str(parts["q"])]
    day = int(str(parts["d"])) if parts.get("d") else None
    if month is not None and not 1 <= month <= 12:
        return None
    # 2024 stands in for an unknown year: only 29 February depends on it, and that is then accepted.
    if day is not None and month is not None and not 1 <= day <= monthrange(year or 2024, month)[1]:
        return None
    return DatePoint(year=year, month=month, day=day, text=text)


def find_years(text: str) -> list[int]:
    """Years named in ``text`` (``2023年7月-2024年6月`` → 2023, 2024; ``2023-2025年`` → 2023, 2025), in order."""
    points, _, _ = find_dates(re.sub(r"\s+", "", text))
    return [p.year for p in points if p.year is not None]
