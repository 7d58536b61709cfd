"""What can be taken away from a filing: annotated and corrected original, opinion letter, reports."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from reviewer.errors import ReviewerError
from reviewer.rounds.compare import compare
from reviewer.rounds.letter import Head, Letter, first_letter, second_letter
from reviewer.store import Store
from reviewer.store.audit import record
from reviewer.store.models import Filing
from reviewer.web.actor import Actor
from reviewer.web.problems import NotFoundError
from reviewer.web.services.names import safe_name
from reviewer.web.services.work import WorkService
from reviewer.web.services.working import Working
from reviewer.writers import WRITERS
from reviewer.writers.view import FilingView, views
from reviewer.writers.words import one_line

_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
}
# what a person may ask for, and what it is called
KINDS = {
    "annotated": "批注件",
    "corrected": "改后的文件",
    "letter.docx": "审核意见书（Word）",
    "letter.html": "审核意见书（网页）",
    "report.html": "审核报告（网页）",
    "report.json": "审核报告（JSON）",
    "report.csv": "审核报告（CSV）",
    "report.md": "审核报告（Markdown）",
    "original": "原文件",
}


@dataclass(frozen=True)
class Export:
    """A file to take away; ``notes``: what did not get into it."""

    name: str
    type: str
    content: bytes
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LetterWords:
    """What a person adds to a letter."""

    office: str = ""
    number: str = ""
    due: str = ""
    opinion: str = ""
    hints: bool = False


class ExportService:
    """Files made of a filing and its decisions."""

    def __init__(self, store: Store, work: WorkService) -> None:
        self._store, self._work = store, work

    def make(self, actor: Actor, filing_id: str, kind: str, words: LetterWords | None = None) -> Export:
        """A file of one of ``KINDS``.

        Raises:
            NotFoundError: no such filing or kind.
            ReviewerError: it cannot be made of this filing.
        """
        if kind not in KINDS:
            raise NotFoundError(f"没有“{kind[:40]}”这种导出", "", f"可以导出：{'、'.join(KINDS)}")
        work = self._work.open(actor, filing_id)
        makers: dict[str, Callable[[], Export]] = {
            "annotated": lambda: self._annotated(actor, work),
            "corrected": lambda: self._corrected(work),
            "original": lambda: self._original(work),
        }
        if kind.startswith("letter"):
            made = self._letter(actor, work, kind.partition(".")[2], words or LetterWords())
        else:
            made = makers[kind]() if kind in makers else self._report(work, kind.partition(".")[2])
        with self._store.write() as db:
            filing = db.get(Filing, filing_id)
            if filing is not None:
                record(db, actor, "exported", filing, what=KINDS[kind], name=made.name)
        return made

    def _annotated(self, actor: Actor, work: Working) -> Export:
        from reviewer.annotate import Stamp, annotate

        with self._file(work) as path:
            done = annotate(path, work.settled, Stamp(author=actor.shown, when=datetime.now()))
        return _export(f"{_stem(work)}（批注）{done.suffix}", done.content, done.notes)

    def _corrected(self, work: Working) -> Export:
        from reviewer.rounds.apply import correct
        from reviewer.rounds.corrections import corrections

        wanted, lost = corrections(work.base, work.decisions, safe=False)
        if not wanted:
            raise ReviewerError("还没有采纳任何改法，没有可以写进文件的", "", "先采纳或改写几条，再导出改后的文件")
        with self._file(work) as path:
            done = correct(path, work.base, wanted)
        missed = (*(n for n in lost if not n.done), *done.lost)
        notes = tuple(f"没有写入：{item.text}（{item.reason}）" for item in missed)
        return _export(f"{_stem(work)}（改后）{PurePosixPath(work.filing.name).suffix}", done.content, notes)

    def _original(self, work: Working) -> Export:
        with self._file(work) as path:
            return _export(work.filing.name, path.read_bytes())

    def _report(self, work: Working, format: str) -> Export:
        writer = WRITERS["markdown" if format == "md" else format]
        return _export(f"{_stem(work)}（审核）{writer.suffix}", writer.write(work.settled))

    def _letter(self, actor: Actor, work: Working, format: str, words: LetterWords) -> Export:
        from reviewer.rounds.letter_docx import letter_docx
        from reviewer.rounds.letter_html import letter_html

        letter = self.letter(actor, work, words)
        content = letter_docx(letter) if format == "docx" else letter_html(letter)
        name = one_line(letter.unit or _stem(work), 60)
        return _export(f"{letter.title.removeprefix('绩效目标')}（{name}）.{format}", content)

    def letter(self, actor: Actor, work: Working, words: LetterWords) -> Letter:
        """The letter as data: of the second round where the filing has an earlier one."""
        head = Head(
            office=words.office,
            reviewer=actor.shown,
            number=words.number,
            due=words.due,
            opinion=words.opinion,
            unit=work.filing.unit,
            today=date.today(),
            hints=words.hints,
        )
        if work.filing.previous is not None:
            old, new = self.rounds(actor, work)
            return second_letter(compare(old.item, new.item), new, old, head)
        (view,) = views(work.settled)
        return first_letter([view], [work.decisions.decisions], head)

    def rounds(self, actor: Actor, work: Working) -> tuple[FilingView, FilingView]:
        """The earlier round and this one, decisions put upon both.

        Raises:
            NotFoundError: there is no earlier round that the person may see.
        """
        if work.filing.previous is None:
            raise NotFoundError("这份申报表没有上一轮", "", "上传修改稿时选“这是哪一份的修改稿”，就能对照")
        before = self._work.open(actor, work.filing.previous)
        (old,), (new,) = views(before.settled), views(work.settled)
        return old, new

    @contextmanager
    def _file(self, work: Working) -> Iterator[Path]:
        """The original under its own name, for as long as the block lasts."""
        with self._store.read() as db:
            stored = db.get_one(Filing, work.filing.id).file
        content = self._store.files.read(stored.stored, stored.sha256)
        with tempfile.TemporaryDirectory(prefix="reviewer-") as folder:
            path = Path(folder) / stored.name
            path.write_bytes(content)
            try:
                yield path
            except ReviewerError as error:
                told = (text.replace(str(path), stored.name) for text in (error.what, error.where, error.remedy))
                raise ReviewerError(*told) from None


def _export(name: str, content: bytes, notes: tuple[str, ...] = ()) -> Export:
    kind = _TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
    return Export(safe_name(name), kind, content, notes)


def _stem(work: Working) -> str:
    return PurePosixPath(work.filing.name).stem
