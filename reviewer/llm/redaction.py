"""What identifies a person is taken out before a call and put back into the reply, on this computer.

Taken out: names behind labels and before titles, and those in the fields of a form that hold them; numbers of identity
papers, phones, bank accounts and cards; e-mail addresses; what stands in the place of a seal or signature. Names of
organisations stay: budgets are published under them, and 残联 or 医院 says what a row is about; the setting
``mask_organisations`` takes them out too. A name in running text without label or title is not recognised.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

from reviewer.errors import DataError
from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml

_STAND_IN = re.compile(r"〖[一-龥]+\d+〗")
_SHORTEST_NAME = 2


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Stand-in and pattern, in the order in which they are tried."""
    path = resource("taxonomy", "privacy.yaml")
    data = load_yaml(path)
    try:
        rules = [(item["as"], re.compile(item["match"])) for item in data["patterns"]]
        labels = "|".join(sorted(map(re.escape, data["name_labels"]), key=len, reverse=True))
        surname = f"[{data['surnames']}]"
        blocked = "|".join(map(re.escape, data["no_names"]))
        titles = "|".join(map(re.escape, data["titles"]))
        rules.append(
            (
                "姓名",
                re.compile(rf"(?:{labels})(?:签字|签名|姓名)?[)）]?(?:[:：] ?| )({surname}[一-龥·]{{1,3}})(?![一-龥])"),
            )
        )
        rules.append(
            (
                "姓名",
                re.compile(
                    rf"(?:{labels})(?:签字|签名|姓名)?[)）]?[:：] ?([一-龥·]{{2,4}}?)(?=\d|〖|\s|[,，。;；、(（]|$)"
                ),
            )
        )
        before = "|".join(f"(?<={word})" for word in data["before_names"])
        rules.append(
            ("姓名", re.compile(rf"(?:(?<![一-龥])|{before})(?!{blocked})({surname}[一-龥]{{0,2}})(?:{titles})"))
        )
    except (KeyError, TypeError, re.error) as error:
        raise DataError("个人信息规则不合格式", str(path), str(error)) from None
    return tuple(rules)


def _narrow(text: str) -> str:
    """Full-width characters made half-width, each one by one, so that places stay the same."""
    return "".join(n if len(n := unicodedata.normalize("NFKC", c)) == 1 else c for c in text)


class Redactor:
    """Takes out and puts back, for one call. The same words get the same stand-in."""

    def __init__(self, private: Iterable[str] = (), organisations: Iterable[str] = ()) -> None:
        """Args:
        private: words that are taken out wherever they stand (names from the fields of a form).
        organisations: names of organisations that are taken out.
        """
        self._by_words: dict[str, str] = {}
        self._by_stand_in: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        known = [("姓名", w) for w in private] + [("单位", w) for w in organisations]
        self._kinds = {w.strip(): kind for kind, w in known if len(w.strip()) >= _SHORTEST_NAME}
        longest = sorted(self._kinds, key=lambda words: (-len(words), words))
        self._names = re.compile("|".join([_STAND_IN.pattern, *map(re.escape, longest)]))

    @property
    def taken(self) -> dict[str, str]:
        """What was taken out: words by their stand-in."""
        return dict(self._by_stand_in)

    def hide(self, text: str) -> str:
        """The text with stand-ins."""
        text = _STAND_IN.sub(
            lambda m: self._stand_in("原文", m.group()), text
        )  # a filing may print such a thing itself
        if self._kinds:  # in one pass: a name may be a part of a stand-in
            text = self._names.sub(
                lambda m: self._stand_in(kind, m.group()) if (kind := self._kinds.get(m.group())) else m.group(), text
            )
        for kind, pattern in _rules():
            text = self._replace(text, kind, pattern)
        return text

    def hide_all(self, content: Any) -> Any:
        """The same for every text in lists and mappings."""
        if isinstance(content, str):
            return self.hide(content)
        if isinstance(content, dict):
            return {key: self.hide_all(value) for key, value in content.items()}
        if isinstance(content, list | tuple):
            return [self.hide_all(value) for value in content]
        return content

    def restore(self, text: str) -> str:
        """The text with the words put back; a stand-in that was never given out stays as it is."""
        return _STAND_IN.sub(lambda m: self._by_stand_in.get(m.group(), m.group()), text)

    def restore_all(self, content: Any) -> Any:
        """The same for every text in lists and mappings."""
        if isinstance(content, str):
            return self.restore(content)
        if isinstance(content, dict):
            return {key: self.restore_all(value) for key, value in content.items()}
        if isinstance(content, list):
            return [self.restore_all(value) for value in content]
        return content

    def _replace(self, text: str, kind: str, pattern: re.Pattern[str]) -> str:
        narrow = _narrow(text)
        pieces, last = [], 0
        for match in pattern.finditer(narrow):
            start, end = match.span(1 if pattern.groups else 0)
            if start < last or _STAND_IN.search(narrow[start:end]):
                continue
            pieces += [text[last:start], self._stand_in(kind, text[start:end])]
            last = end
        return "".join((*pieces, text[last:]))

    def _stand_in(self, kind: str, words: str) -> str:
        if words not in self._by_words:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            stand_in = f"〖{kind}{self._counts[kind]}〗"
            self._by_words[words] = stand_in
            self._by_stand_in[stand_in] = words
        return self._by_words[words]


def unknown_stand_ins(text: str) -> list[str]:
    """Stand-ins that are still in a restored text: the model made them up."""
    return _STAND_IN.findall(text)
