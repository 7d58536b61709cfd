"""Numbers in text, Arabic and Chinese."""

import re
from decimal import Decimal

ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_LONGEST = 1000  # more characters are no number that anyone meant
_ARABIC = re.compile(ARABIC)
CHINESE = r"[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?"


def to_decimal(text: str) -> Decimal | None:
    """``1,200``, ``三十五`` or ``两百`` as a Decimal; None where the words are no numeral.

    Chinese numerals are read by cn2an in its normal mode, with 两 and 〇 folded first.
    """
    if len(text) > _LONGEST:
        return None
    if _ARABIC.fullmatch(text):
        return Decimal(text.replace(",", ""))
    import cn2an  # late: it takes longer to import than most filings take to read, and many hold no Chinese numeral

    try:
        return Decimal(str(cn2an.cn2an(text.replace("两", "二").replace("〇", "零"), "smart")))
    except ValueError:
        return None
