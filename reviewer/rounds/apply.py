"""Accepted rewrites in the filer's own file: written, read back and compared before the file is replaced."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reviewer.annotate.package import Package
from reviewer.errors import ReviewerError
from reviewer.readers import read
from reviewer.readers.safety import check_file, check_zip
from reviewer.records import Filing, FilingReport, Form, Indicator, Suggestion
from reviewer.rounds.anchors import Side
from reviewer.rounds.correct_excel import correct_excel
from reviewer.rounds.correct_word import correct_word
from reviewer.rounds.corrections import NotWritten, Tried, change_words
from reviewer.rounds.places import row_words, text_words
from reviewer.text.normalize import squash

_CORRECT: dict[str, Callable[[Package, FilingReport], Tried]] = {
    "docx": correct_word,
    "xlsx": correct_excel,
}
_SAVE_AS = "用 Word、Excel 或 WPS 打开后另存为 .docx 或 .xlsx，再审核、处理、写入"
_BY_HAND = {
    "docx": "这一处写不进去（单元格与别的行合用、有图片、域或未处理的修订），请在 Word 里手工改",
    "xlsx": "这一处写不进去（单元格与别的行合用、或是公式），请在 Excel 里手工改",
}


@dataclass(frozen=True)
class Corrected:
    """A file with rewrites written into it.

    Attributes:
        content: the file.
        written: the rewrites that are in it; none: the content is the file as it was.
    """

    content: bytes
    written: tuple[Suggestion, ...]
    lost: tuple[NotWritten, ...]


def correct(path: Path, item: FilingReport, wanted: tuple[Suggestion, ...]) -> Corrected:
    """The file with rewrites in it; the file itself is not touched.

    What was written is read back: a rewrite that does not read as it should or changes something else is left out.

    Args:
        path: the file that was reviewed.
        item: its review.

    Raises:
        ReviewerError: the format cannot be written into, or the file has changed since it was reviewed.
    """
    format = item.filing.format
    if format not in _CORRECT:
        raise ReviewerError(f"不能往 {format} 格式的文件里写", str(path), _SAVE_AS)
    check_file(path)
    check_zip(path)
    content = path.read_bytes()
    kept, made, reasons = _written(path, content, item, wanted)
    if not _reads_as(path, made, item.filing, kept):
        kept, made = (), content
        for suggestion in wanted:  # one spoils it: find which
            more, tried, _ = _written(path, content, item, (*kept, suggestion))
            if len(more) > len(kept) and _reads_as(path, tried, item.filing, more):
                kept, made = more, tried
    ids = {suggestion.id for suggestion in kept}
    lost = tuple(NotWritten(change_words(s), reasons.get(s.id) or _BY_HAND[format]) for s in wanted if s.id not in ids)
    return Corrected(made if kept else content, kept, lost)


def _written(
    path: Path, content: bytes, item: FilingReport, wanted: tuple[Suggestion, ...]
) -> tuple[tuple[Suggestion, ...], bytes, dict[str, str]]:
    chosen = item.model_copy(update={"suggestions": wanted})
    tried = _CORRECT[item.filing.format](Package(path, content), chosen)
    return tuple(s for s in wanted if s.id in tried.written), tried.content, tried.reasons


def _reads_as(path: Path, content: bytes, before: Filing, written: tuple[Suggestion, ...]) -> bool:
    """Whether the new file holds the rewrites and everything else as it was."""
    if not written:
        return True
    with tempfile.TemporaryDirectory(prefix="reviewer-") as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(content)
        try:
            after = read(copy)
        except ReviewerError:
            return False
    if len(after.forms) != len(before.forms) or len(after.unread) != len(before.unread):
        return False
    return all(
        _holds(after.forms[n], _expected(before.forms[n], written)) and _other(before, n) == _other(after, n)
        for n in range(len(before.forms))
    )


def _expected(form: Form, written: tuple[Suggestion, ...]) -> list[tuple[str, str | None]]:
    """The rows of a form as they should be: their words, and the columns that no rewrite touches (None: any)."""
    mine = [s for s in written if s.form_id == form.id]
    changed = {s.indicator_id: s for s in mine if s.indicator_id}
    rows: list[tuple[str, str | None]] = []
    for row in form.indicators:
        rewrite = changed.get(row.id)
        if rewrite is None:
            rows.append((squash(row_words(form, row)), _rest(row)))
        elif rewrite.proposed is not None and (rewrite.proposed.name.strip() or rewrite.proposed.value.strip()):
            rows.append((squash(text_words(rewrite.proposed)), _rest(row)))
    added = [row for s in mine for row in (*((s.proposed,) if s.indicator_id is None else ()), *s.extra)]
    return [*rows, *((squash(text_words(row)), None) for row in added if row is not None)]


def _holds(form: Form, expected: list[tuple[str, str | None]]) -> bool:
    """Whether a form has these rows and no others."""
    rows = [(squash(row_words(form, row)), _rest(row)) for row in form.indicators]
    for words, rest in sorted(expected, key=lambda item: item[1] is None):
        found = next((r for r in rows if r[0] == words and rest in (None, r[1])), None)
        if found is None:
            return False
        rows.remove(found)
    return not rows


def _rest(row: Indicator) -> str:
    """The columns that no rewrite touches."""
    return squash("｜".join(("", row.weight or "", row.note or "", row.actual or ""))).rstrip("｜")


def _other(filing: Filing, number: int) -> str:
    """Everything in a form but its rows."""
    form = filing.forms[number].model_copy(update={"indicators": (), "blank_rows": ()})
    alone = filing.model_copy(update={"forms": (form,)})
    report = FilingReport(filing=alone, profile={}, findings=(), outcomes=(), scores=())
    return Side(report).words(("form", form.id))
