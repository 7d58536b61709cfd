"""A number as a spreadsheet prints it: 0.95 under ``0%`` is 95%, 45261 under ``yyyy"年"m"月"`` is 2023年12月.

Covers what filings use: general, decimals, thousands, percent, dates, literals around the number, sections for negative
numbers and zero, locale and colour brackets. Fractions, exponents and patterns with letters between digits fall back to
the plain number, which is never wrong, only less pretty.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<ampm>AM/PM|A/P|上午/下午)'
    r"|(?P<general>[Gg]eneral|GENERAL|G/通用格式|@)|(?P<exponent>[eE][+-]0+)"
    r"|(?P<date>[yY]+|[eE]+|[mM]+|[dD]+|[hH]+|[sS]+(?:\.0+)?|[aA]{3,4}|[gGbB]+)"
    r"|(?P<number>[0#?][0#?,.]*|\.[0#?]+)|(?P<other>.)",
    re.S,
)
# Formats that Chinese Excel and WPS store by number only (ECMA-376 part 1, 18.8.30, zh-cn); 14 follows the locale.
BUILTIN_CHINESE = {
    14: "yyyy/m/d", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_SYSTEM_DATES = {"$-F800": 'yyyy"年"m"月"d"日"', "$-F400": "h:mm:ss"}
_WEEKDAYS = "一二三四五六日"


def render(
    value: int | float | Decimal | datetime | date | time | timedelta, pattern: str, *, since_1904: bool = False
) -> str:
    """The printed form of a number or date.

    Args:
        value: the stored value; a date as serial number or as datetime.
        pattern: the cell's number format, e.g. ``#,##0.00``.
        since_1904: day 0 of serial numbers is 1904-01-01.
    """
    moment = value if isinstance(value, datetime | date | time) else None
    if isinstance(value, timedelta):
        number = Decimal(repr(value / timedelta(days=1)))
    elif moment is None:
        number = _decimal(value)  # type: ignore[arg-type]
    else:
        number = Decimal(1)
    if not number.is_finite():
        return str(value)
    section = _section(pattern, number)
    tokens = list(_TOKEN.finditer(section))
    for token in tokens:
        system = _SYSTEM_DATES.get((token["bracket"] or "").upper())
        if system:
            tokens = list(_TOKEN.finditer(system))
            break
    if any(t["date"] or t["ampm"] or _elapsed(t) for t in tokens):
        when = moment if moment is not None else _moment(number, since_1904)
        return _render_date(when, tokens) if when is not None else general(number)
    if moment is not None:
        return _plain_date(moment)
    return _render_number(number, tokens, negative_section=";" in pattern and number < 0)


def general(number: Decimal) -> str:
    """The number as Excel's General prints it: no binary dust, at most 11 characters where it has a fraction."""
    if number == number.to_integral_value():
        return format(number, "f").partition(".")[0]
    whole = len(str(abs(int(number))))
    # Excel would cut the 分 of a hundred million 元 here; we keep them.
    places = max(10 - whole, 2)
    rounded = round(number, places).normalize() if number.adjusted() > -5 else number.normalize()
    return format(rounded, "f")


def _decimal(value: int | float | Decimal) -> Decimal:
    """Exact to the 15 digits that a spreadsheet keeps: 314.21000000000004 is 314.21."""
    if isinstance(value, float):
        return Decimal(f"{value:.15g}")
    try:
        return Decimal(value)
    except InvalidOperation:
        return Decimal("NaN")


def _section(pattern: str, number: Decimal) -> str:
    parts = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)(?<!\\;)', pattern)
    if any(re.search(r"\[[<>=]", p) for p in parts):
        for part in parts:
            test = re.search(r"\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]", part)
            if test is None or _holds(number, test[1], Decimal(test[2])):
                return part
        return parts[-1]
    if number < 0 and len(parts) > 1:
        return parts[1]
    if number == 0 and len(parts) > 2:
        return parts[2]
    return parts[0]


def _holds(number: Decimal, sign: str, bound: Decimal) -> bool:
    tests = {
        "<": number < bound, ">": number > bound, "=": number == bound,
        "<=": number <= bound, ">=": number >= bound, "<>": number != bound,
    }  # fmt: skip
    return tests[sign]


def _elapsed(token: re.Match[str]) -> bool:
    return bool(token["bracket"]) and set(token["bracket"].lower()) <= set("hms")


def _literal(token: re.Match[str]) -> str:
    """The text that a token prints itself; currency brackets print their symbol."""
    bracket = token["bracket"]
    if bracket is not None:
        return bracket[1:].split("-")[0] if bracket.startswith("$") else ""
    return token["quoted"] or token["escaped"] or token["other"] or ""


def _render_number(number: Decimal, tokens: list[re.Match[str]], *, negative_section: bool) -> str:
    slots = [i for i, t in enumerate(tokens) if t["number"] or t["general"]]
    percent = sum(t["other"] == "%" for t in tokens)
    scaled = number.scaleb(2 * percent)
    if not slots:
        text = "".join(_literal(t) for t in tokens).strip()
        return text or general(number)
    inner = "".join(_literal(t) for t in tokens[slots[0] : slots[-1] + 1])
    if inner or any(t["exponent"] for t in tokens) or len(slots) > 1:
        return general(number)
    before = "".join(_literal(t) for t in tokens[: slots[0]]).lstrip()
    after = "".join(_literal(t) for t in tokens[slots[0] + 1 :]).rstrip()
    shape = tokens[slots[0]]["number"]
    sign = "-" if scaled < 0 and not negative_section else ""
    digits = general(abs(scaled)) if shape is None else _digits(abs(scaled), shape)
    if not any(c in "123456789" for c in digits):
        sign = ""
    return f"{sign}{before}{digits}{after}".strip()


def _digits(number: Decimal, shape: str) -> str:
    while shape.endswith(","):
        shape, number = shape[:-1], number.scaleb(-3)
    whole, _, decimals = shape.partition(".")
    places = sum(c in "0#?" for c in decimals)
    with localcontext(prec=400):
        rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    integer, _, fraction = format(rounded, "f").partition(".")
    integer = integer.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole and integer:
        integer = f"{int(integer):,}".rjust(len(integer), "0")
    needed = sum(c == "0" for c in decimals)
    while len(fraction) > needed and fraction.endswith("0"):
        fraction = fraction[:-1]
    return integer + (f".{fraction}" if fraction else "")


def _moment(number: Decimal, since_1904: bool) -> datetime | None:
    if not 0 <= number < 2_958_466:  # 9999-12-31
        return None
    # Excel counts a 29 February 1900 that never was.
    start = datetime(1899, 12, 30) if number >= 60 else datetime(1899, 12, 31)
    if since_1904:
        start = datetime(1904, 1, 1)
    return start + timedelta(seconds=int((number * 86_400).to_integral_value()))


def _plain_date(moment: datetime | date | time) -> str:
    if isinstance(moment, time):
        return moment.strftime("%H:%M:%S")
    day = f"{moment.year}年{moment.month}月{moment.day}日"
    if isinstance(moment, datetime) and moment.time() != time():
        return f"{day} {moment:%H:%M}"
    return day


def _render_date(moment: datetime | date | time, tokens: list[re.Match[str]]) -> str:
    if isinstance(moment, time):
        moment = datetime.combine(date(1900, 1, 1), moment)
    elif not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    half_day = any(t["ampm"] for t in tokens)
    parts: list[str] = []
    last = ""  # the date letter before: m behind h means minutes
    for i, token in enumerate(tokens):
        letters = (token["date"] or "").lower()
        if not letters:
            if _elapsed(token):
                letters = token["bracket"].lower()
            else:
                if token["ampm"]:
                    parts.append("上午" if moment.hour < 12 else "下午")
                parts.append(_literal(token) + (token["number"] or ""))
                continue
        following = next((t["date"].lower() for t in tokens[i + 1 :] if t["date"]), "")
        minutes = letters[0] == "m" and (last.startswith("h") or following.startswith("s"))
        parts.append(_date_part(moment, letters, minutes=minutes, half_day=half_day))
        last = letters
    return "".join(parts).strip()


def _date_part(moment: datetime, letters: str, *, minutes: bool, half_day: bool) -> str:
    kind, width = letters[0], len(letters)
    if kind in "ye":
        return f"{moment.year % 100:02d}" if kind == "y" and width <= 2 else f"{moment.year:04d}"
    if kind == "a":
        return ("星期" if width == 4 else "") + _WEEKDAYS[moment.weekday()]
    if kind in "gb":
        return ""
    if kind == "d" and width >= 3:
        return "星期" + _WEEKDAYS[moment.weekday()]
    if kind == "m" and width >= 3 and not minutes:
        return f"{moment.month}月"
    hour = (moment.hour % 12 or 12) if half_day else moment.hour
    number = {"d": moment.day, "h": hour, "s": moment.second, "m": moment.minute if minutes else moment.month}[kind]
    return f"{number:02d}" if width >= 2 else str(number)
