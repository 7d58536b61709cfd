"""Rows of public filings without the unit that filed them and without its place names."""

import re
from collections.abc import Iterable

from reviewer.evals.content import FilingContent, FormContent
from reviewer.training.settings import training

_CODE = re.compile(r"^\W*[0-9A-Za-z]{3,}\W+")  # numbers of units and projects printed before the name
_TEXTS = ("name", "value", "standard", "note", "unit")


class Redactor:
    """Replaces the names of one filing's unit and places.

    Args:
        org: the unit as printed.
        region: where it is, as recorded with the set (四川省广元市昭化区).
    """

    def __init__(self, org: str, region: str) -> None:
        endings = training().redaction.places
        longest = sorted(endings, key=len, reverse=True)
        self._place = re.compile(rf"([一-龥]{{2,6}}?)({'|'.join(longest)})")
        self._known: dict[str, str] = dict(training().redaction.names)
        for words in (region, _CODE.sub("", org)):
            self._learn(words)
        self._org = training().redaction.org

    def _learn(self, words: str) -> None:
        start = 0
        while found := self._place.match(words, start):
            start = found.end()
            stem, ending = found.groups()
            self._known[stem + ending] = training().redaction.places[ending]
            if len(stem) >= 2:
                self._known.setdefault(stem, "某")

    def text(self, text: str) -> str:
        """``text`` with the known names replaced."""
        for name in sorted(self._known, key=len, reverse=True):
            text = text.replace(name, self._known[name])
        return re.sub(r"(某[一-龥]{1,3}?)(?:某[省市县区州旗镇乡村])+", r"\1", text) if "某" in text else text

    def form(self, form: FormContent, rows: Iterable[int], title: str) -> FormContent:
        """A form with these rows (from 0) only, its names replaced, without goals and costs: an excerpt."""
        chosen = []
        for n in rows:
            row = form.rows[n]
            texts = {key: self.text(text) for key in _TEXTS if (text := getattr(row, key))}
            chosen.append(row.model_copy(update={**texts, "weight": None, "note": None}))
        columns = tuple(c for c in form.columns if c not in ("weight", "note"))
        return FormContent(
            kind="project",
            title=title,
            org=self._org,
            project=self.text(_CODE.sub("", form.project)) if form.project else None,
            budget=form.budget,
            columns=columns,
            rows=tuple(chosen),
        )

    def filing(self, content: FilingContent, form: int, rows: Iterable[int]) -> FilingContent:
        """An excerpt of one form of a filing, names replaced.

        Args:
            form: the form, from 0.
            rows: its rows that are kept, from 0.
        """
        title = (
            f"{content.year}年度项目支出绩效目标申报表（节选）" if content.year else "项目支出绩效目标申报表（节选）"
        )
        return FilingContent(
            id=content.id, year=content.year, org=self._org, forms=(self.form(content.forms[form], rows, title),)
        )
