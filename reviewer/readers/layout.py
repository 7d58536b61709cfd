"""Cells → forms: the one place that knows how the parts of a form follow each other, for all formats."""

from collections.abc import Collection, Sequence
from itertools import groupby

from reviewer.errors import UnreadableFileError
from reviewer.readers.columns import Header, find_header, find_plain_header, is_headerish
from reviewer.readers.costs import CostSection, SummarySection
from reviewer.readers.draft import Draft, assemble
from reviewer.readers.grid import Grid
from reviewer.readers.head import STRONG, Entry, HeadReader
from reviewer.readers.headings import (
    inline_labels,
    is_furniture,
    is_group,
    is_level,
    is_listed,
    is_strong_title,
    key_of,
    without_mark,
)
from reviewer.readers.lines import Ledger, Line, Slot, lines_of
from reviewer.readers.sections import IndicatorSection
from reviewer.records import Filing, Unread

Section = IndicatorSection | CostSection | SummarySection
_TITLE_LOOK_AHEAD = 6
_SHOWN = 4000
NOT_A_FORM = "这一部分不是绩效目标表，没有读取"
NOT_PLACED = "没有识别出属于哪个栏目"
NOT_IN_TABLE = "表格以外的文字，没有读取"


def build_filing(file_name: str, format: str, grids: list[Grid], unread: list[Unread]) -> Filing:
    """The forms in the grids of a file.

    Args:
        file_name: the file's name, without folders.
        format: key of the reader.
        grids: tables and the paragraphs between them, in file order.
        unread: what the reader could not read.

    Returns:
        The filing; every non-empty cell is either understood or listed in ``Filing.unread``.

    Raises:
        UnreadableFileError: no form was recognised.
    """
    lines = lines_of(grids)
    layout = _Layout(lines)
    layout.run()
    drafts = layout.drafts
    if not drafts:
        raise UnreadableFileError(
            "文件里没有找到绩效目标表（没有识别出指标、目标或项目的表头）",
            file_name,
            "检查文件是否选对；表中应有“三级指标/指标名称”“指标值”等表头，或“绩效目标”等栏目",
        )
    forms = [assemble(draft, number) for number, draft in enumerate(drafts, 1)]
    orgs = list(dict.fromkeys(f.org for f in forms if f.org))
    year = next((f.year for f in forms if f.year), None)
    fallback = orgs[0] if len(orgs) == 1 else ""
    forms = [f.model_copy(update={"org": f.org or fallback, "year": f.year or year}) for f in forms]
    return Filing(
        source=file_name,
        format=format,
        org=orgs[0] if orgs else "",
        year=year,
        forms=tuple(forms),
        unread=(*unread, *_not_understood(lines, layout.ledger, layout.owners)),
    )


def _not_understood(lines: Sequence[Line], ledger: Ledger, forms: Collection[int]) -> list[Unread]:
    """Cells that nothing understood: line by line in a form, all of it together elsewhere.

    A table or text without a word about performance is named, but does not make the review incomplete.

    Args:
        forms: owners in the ledger that are forms.
    """
    known = {grid for (grid, _, _), owner in ledger.used.items() if owner in forms}
    result: list[Unread] = []
    for _, group in groupby(lines, key=lambda line: line.grid_index):
        left = [
            (line, slots)
            for line in group
            if (slots := [s for s in line.filled if not ledger.knows(line, s) and not _is_furniture(line, s)])
        ]
        if not left:
            continue
        texts = [" | ".join(s.text for s in slots) for _, slots in left]
        places = [line.locate(slots[0]) for line, slots in left]
        first = left[0][0]
        if first.grid_index in known and not first.grid.is_text:
            result.extend(Unread(text=t, reason=NOT_PLACED, location=p) for t, p in zip(texts, places, strict=True))
            continue
        telling = any(w in text for text in texts for w in ("绩效", "指标")) or any(
            is_level(s.text) for _, slots in left for s in slots
        )
        reason = NOT_IN_TABLE if first.grid.is_text else NOT_A_FORM
        result.append(Unread(text=_shortened(texts), reason=reason, location=places[0], advisory=not telling))
    return result


def _is_furniture(line: Line, slot: Slot) -> bool:
    return is_furniture(slot.text, running=line.grid.is_text)


def _shortened(texts: list[str]) -> str:
    """The words of a part that was left out, at most about ``_SHOWN`` signs of them, and how much there is."""
    words = "\n".join(texts)
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}……（共{len(texts)}行{len(words)}字）"


class _Layout:
    """Walks over the lines once; the state is the form at hand and the section of it that is open."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.ledger = Ledger()
        self.drafts: list[Draft] = []
        self.owners: list[int] = []
        self.draft = Draft()
        self.section: Section | None = None
        self.head = HeadReader()
        self.project = ""
        self.shared: list[Entry] = []

    def run(self) -> None:
        """Read all lines."""
        at = 0
        grid: Grid | None = None
        while at < len(self.lines):
            line = self.lines[at]
            if line.grid is not grid:
                self._enter(at, grid)
                grid = line.grid
            at += self._read(at)
        self._close()

    def _enter(self, at: int, before: Grid | None) -> None:
        """A new grid begins: another sheet is another form; a table goes on only where it looks like it."""
        line = self.lines[at]
        if before is not None and line.grid.sheet != before.sheet:
            self._close()
        if line.grid.is_text or self.section is None:
            return
        if not self._continues(at, self.section):
            self.section = None

    def _continues(self, at: int, section: Section) -> bool:
        """Whether the table at ``at`` goes on with the open section: same columns, and levels or a page show it."""
        grid = self.lines[at].grid
        body = [line for line in self.lines[at : at + 40] if line.grid is grid]
        if not isinstance(section, IndicatorSection):
            return grid.page is not None and max(line.width for line in body) == max(
                c.end for c in section.header.columns.values()
            )
        if max(line.width for line in body) != section.header.width:
            return False
        before = section.name_column
        return grid.page is not None or any(is_level(s.text) for line in body for s in line.filled if s.start < before)

    def _read(self, at: int) -> int:
        """Read the line; how many lines were used up."""
        line = self.lines[at]
        if not line.filled:
            if isinstance(self.section, IndicatorSection) and not line.grid.is_text:
                self.section.take(line, self.ledger)
            return 1
        if self._is_title(at):
            self._start_form(line)
            return 1
        if depth := self._header(at):
            return depth
        if isinstance(self.section, IndicatorSection) and self.section.header.fields and not line.grid.is_text:
            self._take_project(line, self.section)
        key = self._head_key(line)
        if len(line.filled) == 1 and is_listed("cost", "group", line.filled[0].text) and key is None:
            self.ledger.use_all(line)
            return 1
        if self.section is not None and key is None and not line.grid.is_text:
            if self.section.take(line, self.ledger):
                return 1
            if isinstance(self.section, IndicatorSection) and len(line.filled) > 1:
                return 1  # left to the list of what was not understood
        if self._begins_form(line, key):
            self._close()
        entries = self.head.read(line, self.ledger)
        if entries or key is not None or self.head.pending:
            if key is not None and not line.grid.is_text:
                self.section = None
            self._place(line)
            self.draft.entries.extend(entries)
        elif all(_is_furniture(line, s) for s in line.filled):
            self.ledger.use_all(line)
            self.draft.year_words.extend(s.text for s in line.filled)
        elif len(line.filled) == 1 and (is_group(words := line.filled[0].text) or is_strong_title(without_mark(words))):
            self.ledger.use_all(line)  # the heading of a chapter: 二、绩效目标完成情况
        return 1

    def _take_project(self, line: Line, section: IndicatorSection) -> None:
        """One table of many projects: a new name in the column of projects begins a form."""
        columns = {c.key: c for c in section.header.fields}
        project = line.at(columns["project"].start)
        if project is not None and project.text and project.text != self.project:
            if not self.project:
                self.shared = list(self.draft.entries)
            else:
                title, year_words = self.draft.title, self.draft.year_words
                self._close()
                self.draft.title, self.draft.year_words = title, year_words
                self.draft.entries.extend(self.shared)
                self.section = IndicatorSection(section.header)
                self.draft.indicators.append(self.section)
            self.project = project.text
            self.draft.location = line.locate(project)
            for key, column in columns.items():
                slot = line.at(column.start)
                if slot is not None:
                    self.draft.entries.append(Entry(key, column.heading, slot.text, line, slot, column.heading))
        for column in columns.values():
            slot = line.at(column.start)
            # The unit alone in a line stands for the group of its projects.
            group = len(line.filled) == 1 and column.key in ("org", "supervisor")
            if slot is not None and (group or any(e.text == slot.text for e in self.draft.entries)):
                self.ledger.use(line, slot)

    def _head_key(self, line: Line) -> str | None:
        """The key of the label that the line begins with, seen from the open section."""
        if isinstance(self.section, IndicatorSection) and not line.grid.is_text:
            if self.section.header.fields and len(line.filled) > len(self.section.header.fields):
                return None
            return self.head.starts(line, before=self.section.name_column)
        if self.section is not None and not line.grid.is_text:
            key = self.head.starts(line)
            inline = any(inline_labels(line.filled[0].text))
            return key if key in (*STRONG, "signature", "review", "remarks") and (inline or key != "fund") else None
        return self.head.starts(line)

    def _begins_form(self, line: Line, key: str | None) -> bool:
        """Whether a head line behind a body begins the next form (several forms without titles)."""
        if not self.draft.has_body or key is None:
            return False
        if key == "project":
            return True
        label = line.filled[0].text
        known = any(e.key == key and e.label == label for e in self.draft.entries)
        return known and key in ("org", "budget", "annual_goal", "period_goal", "goal") and len(line.slots) > 1

    def _header(self, at: int) -> int:
        """Open the section whose header begins here; its depth, 0 when none does."""
        line = self.lines[at]
        header = find_header(self.lines, at)
        if header is not None:
            self._open_indicators(at, header)
            return header.depth
        for name in ("summary", "cost"):
            plain = find_plain_header(line, name)
            if plain is None or (name == "summary" and self._is_cost_or_head(line)):
                continue
            self.draft.entries.extend(self.head.flush())
            if name == "summary" and self.draft.indicators:
                self._close()
            self._place(line)
            if name == "cost":
                self.section = CostSection(plain)
                self.draft.costs.append(self.section)
            else:
                self.section = SummarySection(plain)
                self.draft.summaries.append(self.section)
            self.ledger.use(line, *plain.slots_used)
            return 1
        return 0

    @staticmethod
    def _is_cost_or_head(line: Line) -> bool:
        return find_plain_header(line, "cost") is not None and not any(
            key_of("summary", s.text) in ("annual_goal", "period_goal") for s in line.filled
        )

    def _open_indicators(self, at: int, header: Header) -> None:
        lines = self.lines[at : at + header.depth]
        for line in lines:
            # An unknown heading is listed as such, like the cells below it.
            self.ledger.use(line, *[s for s in line.filled if is_headerish(s.text) or header.covers(s)])
        self.draft.entries.extend(self.head.flush())
        self._place(lines[0])
        same = self.draft.indicators[-1] if self.draft.indicators else None
        if same is not None and self.section is same and same.header.printed() == header.printed():
            same.continue_with(header)
            return
        self.section = IndicatorSection(header)
        self.draft.indicators.append(self.section)

    def _is_title(self, at: int) -> bool:
        line = self.lines[at]
        # Beside a title only 单位：万元 and the like may stand.
        words = [s for s in line.filled if not is_furniture(s.text) and not any(inline_labels(s.text))]
        if not words or (len(words) < len(line.filled) and not is_strong_title(words[0].text)):
            return False
        texts = {s.text for s in words}
        text = words[0].text
        if len(texts) != 1 or len(text) > 100 or is_furniture(text) or is_level(text) or is_group(text):
            return False
        if key_of("head", text) is not None or any(inline_labels(text)):
            return False
        if is_strong_title(text):
            return True
        if line.grid.is_text or self.head.pending or words[0].start > 0:
            return False
        if not self.draft.has_body:
            return not self.draft.entries and not self.draft.title and self._head_follows(at)
        return self._head_follows(at)

    def _head_follows(self, at: int) -> bool:
        """Whether the head of a form follows in the same grid."""
        grid = self.lines[at].grid
        for line in self.lines[at + 1 : at + 1 + _TITLE_LOOK_AHEAD]:
            if line.grid is not grid:
                return False
            if not line.filled or all(is_furniture(s.text) for s in line.filled):
                continue
            return self.head.starts(line) is not None
        return False

    def _start_form(self, line: Line) -> None:
        self.draft.entries.extend(self.head.flush())
        stray = any(not e.line.grid.is_text and e.line.grid is not line.grid for e in self.draft.entries)
        if self.draft.has_body or self.draft.is_form or stray:
            self._close()
        title = next(s for s in line.filled if not is_furniture(s.text) and not any(inline_labels(s.text)))
        self.draft.title = title.text
        self.draft.location = line.locate(title)
        self.draft.entries.extend(self.head.read(line, self.ledger))
        self.ledger.use_all(line)
        if not line.grid.is_text:
            self.section = None

    def _place(self, line: Line) -> None:
        if self.draft.location is None:
            self.draft.location = line.locate(line.filled[0])

    def _close(self) -> None:
        self.draft.entries.extend(self.head.flush())
        if self.draft.is_form:
            self.drafts.append(self.draft)
            self.owners.append(self.ledger.owner)
        elif self.draft.has_body or self.draft.entries:
            self.ledger.forget(self.ledger.owner)  # a lone title is understood; half a form is listed as unread
        self.ledger.owner += 1
        self.draft, self.section, self.head, self.project = Draft(), None, HeadReader(), ""
