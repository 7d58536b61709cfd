"""From the words of a calculation to tokens: quantities, signs, separators and the words between them.

All patterns are bounded, so that a long text costs no more than its length.
"""

import re
from decimal import Decimal
from functools import cache
from typing import Literal, NamedTuple

from reviewer.text.calculation.model import Quantity
from reviewer.text.calculation.vocabulary import canonical_unit, expand_pair, listed, scaled_unit
from reviewer.text.money import UNITS
from reviewer.text.normalize import fold
from reviewer.text.numerals import to_decimal
from reviewer.text.vocabulary import bare_unit, unit_class, unit_pattern, value_words

TokenKind = Literal["number", "multiply", "divide", "slash", "plus", "minus", "equals", "open", "close", "comma",
                    "stop", "word", "masked"]  # fmt: skip


class Token(NamedTuple):
    """A piece of the text.

    Attributes:
        quantity: set for ``number``.
        unit: for ``close``: a unit that stands behind the bracket ((3+2)人).
    """

    kind: TokenKind
    text: str
    start: int
    quantity: Quantity | None = None
    unit: str = ""


_ARABIC = r"\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,12})?(?!\d)|\d{1,24}(?:\.\d{1,12})?"
_CHINESE = r"[零〇一二两三四五六七八九十百千]{1,12}万?"
_YEAR = r"(?:19|20)\d{2}"
# Digits that count nothing: titles, document numbers, dates, ordinals, telephone numbers and codes.
_MASKS = [
    re.compile(pattern)
    for pattern in (
        r"《[^《》]{0,300}》",
        r"[〔\[【{(（]\d{2,4}[〕\]】})）](?:第?\d{0,5}号?(?:文件|文)?)",
        rf"{_YEAR}年?第?\d{{1,5}}号(?:文件|文)?|第?\d{{1,5}}号(?:文件|文|令|楼|线)",
        r"第[\d一二三四五六七八九十百]{1,6}[\u4e00-\u9fff]",
        rf"(?<!\d){_YEAR}(?:[-—~至到](?:{_YEAR}|\d{{2}}))?(?:学年|年度|年)(?:上半年|下半年|\d{{1,2}}月(?:份|底|末|初)?(?:\d{{1,2}}[日号])?)?",
        rf"(?<![\d.]){_YEAR}[-—~至到]{_YEAR}(?!\d)",
        rf"(?<![\d.]){_YEAR}[.\-/](?:1[0-2]|0?[1-9])(?:[.\-/]\d{{1,2}})?(?=$|[,，、。;；)）前底末至到])",
        rf"(?<![\d.]){_YEAR}(?=预算|决算|计划|学期|春|秋|级)",
        r"(?<!\d)\d{1,2}月\d{1,2}[日号](?:[-—~至到](?:\d{1,2}月)?\d{1,2}[日号])?",
        r"(?<!\d)\d{1,2}(?:月)?[-—~至到]\d{1,2}月(?!\d)",
        r"(?<!\d)\d{1,2}月(?:份|底|末|初|上旬|中旬|下旬)",
        r"(?<![×*xX以乘共按计/\d.])\d{1,2}月(?![×*xX])",
        r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)|\d{25,}",
        r"(?:GB|DB|JGJ|CJJ|ISO|HJ|NY|SL|JTG)[/TZ]{0,3}[\d.]{1,12}(?:[-—]\d{4})?|PM2\.5|PM10|[345]G(?!B)",
        r"(?:(?<=^)|(?<=[\n。;；:：,，]))(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:、|\.(?!\d)|．)|[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|[①-⑳]",
    )
]  # fmt: skip
_SCALE_AND_MORE = re.compile(r"([百千万亿]{1,4})[余多几]")
_WIDE_COMMA = re.compile(r"(?<=\d)，(?=\d)")
_BLANKS = re.compile(r"[^\S\n]+")
# A line that breaks off at a sign goes on in the next one.
_BROKEN_LINE = re.compile(r"(?<=[×*xX/+=÷(])\n{1,9}|\n{1,9}(?=[×*/+=÷)])")
_BARE_SCALE = re.compile(r"([万亿])(?:余|多)?元?")
_SURPLUS = re.compile(r"[余多几]")
_PER = re.compile(r"[/*·×每]")
_DIGITS_BESIDE_MULTIPLY = re.compile(r"[×*xX乘以/÷+=(-]$")


def tokens_of(text: str) -> list[Token]:
    """The tokens of ``text``; what counts nothing is one ``masked`` token each."""
    words = _clean(text)
    hidden = _mask(words)
    return _collapse(_scan(words, hidden))


def _clean(text: str) -> str:
    # A full-width comma between digits separates two numbers; a half-width one may group thousands.
    words = fold(_WIDE_COMMA.sub("、", text.replace("\r", "\n")))
    words = _BLANKS.sub("", words)
    words = _BROKEN_LINE.sub("", words)
    return words.replace("〔", "[").replace("〕", "]")


def _mask(words: str) -> str:
    hidden = words
    for pattern in _MASKS:
        hidden = pattern.sub(lambda m: _blank(m, hidden), hidden)  # noqa: B023 - used at once
    return _idioms().sub(lambda m: "\x00" * len(m.group()), hidden)


def _blank(match: re.Match[str], text: str) -> str:
    before = text[match.start() - 1 : match.start()]
    if match.group()[0].isdigit() and _DIGITS_BESIDE_MULTIPLY.search(before):
        return match.group()
    return "\x00" * len(match.group())


@cache
def _idioms() -> re.Pattern[str]:
    found = sorted(value_words()["not_numeral"], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, found)))


@cache
def _master() -> re.Pattern[str]:
    times = "|".join(map(re.escape, listed("multiply")))
    return re.compile(
        rf"(?P<masked>\x00+)|(?P<number>{_ARABIC})|(?P<multiply>{times}|(?<=[\d\u4e00-\u9fff)%])[xX](?=[\d(\u4e00-\u9fff]))"
        rf"|(?P<chinese>{_CHINESE})|(?P<divide>[÷]|除以)|(?P<slash>/(?=\d))|(?P<plus>[+])|(?P<minus>[-−—~～])"
        rf"|(?P<equals>[=＝≈])|(?P<open>[(（\[【])|(?P<close>[)）\]】])|(?P<comma>[,，、:：])|(?P<stop>[。;；\n!！?？])"
    )


def _scan(words: str, hidden: str) -> list[Token]:
    tokens: list[Token] = []
    word_start, position = 0, 0

    def flush(end: int) -> None:
        if end > word_start:
            tokens.append(Token("word", words[word_start:end], word_start))

    for match in _master().finditer(hidden):
        start, kind = match.start(), str(match.lastgroup)
        if start < position:
            continue
        if kind in ("number", "chinese"):
            quantity, end = _quantity(hidden, match, chinese=kind == "chinese")
            if quantity is None:
                continue
            flush(start)
            tokens.append(Token("number", words[start:end], start, quantity=quantity))
            position = word_start = end
            continue
        flush(start)
        end, unit = match.end(), ""
        if kind == "close":
            unit, end = unit_at(hidden, match.end())
        tokens.append(Token(kind, words[start:end], start, unit=unit))  # type: ignore[arg-type]
        position = word_start = end
    flush(len(words))
    return tokens


def unit_at(text: str, start: int) -> tuple[str, int]:
    """The unit that stands at ``start`` as printed ("" when none does), and where it ends."""
    known = unit_pattern().match(text, start, start + 40)
    if known:
        unit = known.group()
        if unit.endswith("个") and "/" not in unit:  # 6个村 counts villages
            thing = unit_pattern().match(text, known.end(), start + 40)
            if thing and unit_class(thing.group()) in ("people", "households", "countable"):
                return unit[:-1] + thing.group(), thing.end()
        if unit.endswith(")") and "(" not in unit:  # the bracket belongs to the text: (20台×5000元/台)
            unit = unit[:-1]
        return unit, start + len(unit)
    scaled = _SCALE_AND_MORE.match(text, start)
    if scaled:  # 2.5万余人次
        unit, end = unit_at(text, scaled.end())
        if unit and unit_class(unit) != "money":
            return scaled.group(1) + unit, end
    scale = _BARE_SCALE.match(text, start)
    return (f"{scale.group(1)}元", scale.end()) if scale else ("", start)


def _quantity(text: str, match: re.Match[str], *, chinese: bool) -> tuple[Quantity | None, int]:
    """The quantity at ``match`` and where it ends; None where Chinese numerals count nothing."""
    printed, end = match.group(), match.end()
    surplus = _SURPLUS.match(text, end)
    unit, after = unit_at(text, surplus.end() if surplus else end)
    if chinese and not unit and printed[-1] == "万" and len(printed) > 1:
        printed, (unit, after) = printed[:-1], unit_at(text, end - 1)
    if chinese and (not unit or unit_class(_PER.split(unit)[0]) is None):
        return None, end
    value = to_decimal(printed)
    if value is None:
        return None, end
    if not unit:
        return Quantity(value=value, text=printed), end
    return quantity_of(value, unit, text[match.start() : after], chinese=chinese), after


def quantity_of(value: Decimal, unit: str, text: str, *, chinese: bool = False) -> Quantity:
    """A number with its printed unit as a Quantity (money in 万元, denominators as ``per``)."""
    head, *rest = [bare_unit(part) for part in _PER.split(unit)]
    if canonical_unit(unit) in ("人次", "人天", "人月"):  # 人/次 counts visits
        head, rest = unit, []
    per: tuple[str, ...] = ()
    for part in filter(None, rest):  # 20元/百人 is 0.2元/人
        scale, name = scaled_unit(part)
        value /= scale
        per += expand_pair(name)
    if head in UNITS:
        return Quantity(value=value * UNITS[head], money=True, per=per, text=text, chinese=chinese)
    if head in ("%", "百分比", "‰", "成"):
        scale = {"‰": Decimal("0.1"), "成": Decimal(10)}.get(head, Decimal(1))
        return Quantity(value=value * scale, percent=True, text=text, chinese=chinese)
    if not head:
        return Quantity(value=value, per=per, text=text, chinese=chinese)
    if head == "角":
        return Quantity(value=value * Decimal("0.00001"), money=True, per=per, text=text, chinese=chinese)
    scale, name = scaled_unit(head)
    return Quantity(value=value * scale, unit=name, per=per, text=text, chinese=chinese)


def _collapse(tokens: list[Token]) -> list[Token]:
    """Brackets that hold no quantity become words: 500元/件(均价)×200件."""
    result: list[Token] = []
    opened: list[tuple[int, int]] = []
    numbers = 0
    for token in tokens:
        result.append(token)
        numbers += token.kind == "number"
        if token.kind == "open":
            opened.append((len(result) - 1, numbers))
        elif token.kind == "close" and opened:
            start, before = opened.pop()
            if numbers == before:
                inner = result[start:]
                kind: TokenKind = "masked" if any(t.kind == "masked" for t in inner) else "word"
                result[start:] = [Token(kind, "".join(t.text for t in inner), inner[0].start)]
    return _joined(result)


def _joined(tokens: list[Token]) -> list[Token]:
    """Neighbouring words as one: 500元/件 + (均价) + 左右."""
    result: list[Token] = []
    for token in tokens:
        if token.kind == "word" and result and result[-1].kind == "word":
            result[-1] = Token("word", result[-1].text + token.text, result[-1].start)
        else:
            result.append(token)
    return result
