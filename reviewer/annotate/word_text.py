"""The text of a Word cell as characters that can be marked as deleted, or have text inserted between them.

Reject every change and the cell is what it was: runs are split and wrapped, nothing is dropped.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reviewer.annotate.package import xml_text
from reviewer.writers.changes import changes

if TYPE_CHECKING:
    from lxml.etree import _Element

# Revisions of others are not touched: theirs and ours in one place could not be told apart. The result of a field is
# computed anew by Word, and pictures, formulas and tables inside a cell are no text.
_TRANSPARENT = {"hyperlink", "smartTag", "customXml", "sdt", "sdtContent", "dir", "bdo"}
_MARKERS = {"bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "proofErr", "permStart", "permEnd"}
_IGNORED = {"pPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "lastRenderedPageBreak"}
_SINGLE = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}
_REVISION_MARKS = {"ins", "del", "moveFrom", "moveTo", "rPrChange"}


def local(element: "_Element") -> str:
    """The local name; "" for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def value(element: "_Element", name: str) -> str:
    """An attribute by its local name."""
    return next((str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name), "")


def child(element: "_Element | None", name: str) -> "_Element | None":
    """The first child with a local name."""
    return None if element is None else next((c for c in element if local(c) == name), None)


class NotPlain(Exception):
    """The cell holds something that is no plain text, or revisions of others."""


@dataclass
class _Char:
    """A character: of ``node`` in ``run``, or the end of ``paragraph`` (no run)."""

    text: str
    paragraph: "_Element"
    run: "_Element | None" = None
    node: "_Element | None" = None
    deleted: bool = False
    inserted_before: str = ""
    inserted_after: str = ""


@dataclass
class CellText:
    """The text of a cell.

    Raises:
        NotPlain: see there.
    """

    cell: "_Element"
    chars: list[_Char] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.paragraphs = [block for block in self.cell if local(block) == "p"]
        if any(local(block) not in ("p", "tcPr", *_MARKERS) for block in self.cell) or not self.paragraphs:
            raise NotPlain
        for number, paragraph in enumerate(self.paragraphs):
            if number:
                self.chars.append(_Char("\n", self.paragraphs[number - 1]))
            marks = child(child(paragraph, "pPr"), "rPr")
            if marks is not None and any(local(m) in _REVISION_MARKS - {"rPrChange"} for m in marks):
                raise NotPlain
            self._read(paragraph, paragraph)

    def _read(self, element: "_Element", paragraph: "_Element") -> None:
        for item in element:
            name = local(item)
            if name == "r":
                self._read_run(item, paragraph)
            elif name in _TRANSPARENT:
                self._read(item, paragraph)
            elif name not in _MARKERS and name not in _IGNORED and name:
                raise NotPlain

    def _read_run(self, run: "_Element", paragraph: "_Element") -> None:
        properties = child(run, "rPr")
        vanish = child(properties, "vanish")
        if vanish is not None and value(vanish, "val") not in ("0", "false", "off"):
            return  # hidden text is not read either
        for node in run:
            name = local(node)
            if name == "t":
                self.chars += [_Char(c, paragraph, run, node) for c in node.text or ""]
            elif name in _SINGLE:
                if value(node, "type") != "page":
                    self.chars.append(_Char(_SINGLE[name], paragraph, run, node))
            elif name not in ("rPr", "lastRenderedPageBreak", "commentReference", "annotationRef", ""):
                raise NotPlain

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(char.text for char in self.chars)

    def propose(self, new: str) -> None:
        """Note what turns the cell's words, without white space around them, into ``new``."""
        text = self.text
        start, end = len(text) - len(text.lstrip()), len(text.rstrip())
        if end <= start:
            start = end = 0
        at = start
        for kind, words in _steps(text[start:end], new):
            if kind == "insert":
                self._insert(at, words, start)
                continue
            for char in self.chars[at : at + len(words)]:
                char.deleted = kind == "delete"
            at += len(words)

    def _insert(self, at: int, words: str, start: int) -> None:
        before = self.chars[at - 1] if at > start else None
        behind = self.chars[at] if at < len(self.chars) else None
        if before is not None and before.run is not None:
            before.inserted_after += words
        elif behind is not None and (behind.run is not None or before is None):
            behind.inserted_before += words
        else:  # an empty cell, or between two ends of paragraphs
            last = before or (self.chars[-1] if self.chars else None)
            target = last if last is not None else _Char("", self.paragraphs[0])
            target.inserted_after += words
            if last is None:
                self.chars.append(target)


def _steps(old: str, new: str) -> Iterator[tuple[str, str]]:
    """``keep``, ``delete`` and ``insert`` that turn ``old`` into ``new``."""
    left, right = ([[part.text, part.changed] for part in side] for side in changes(old, new))
    while left or right:
        if left and left[0][1]:
            yield "delete", str(left.pop(0)[0])
        elif right and right[0][1]:
            yield "insert", str(right.pop(0)[0])
        else:
            (one, _), (other, _) = left[0], right[0]
            size = min(len(str(one)), len(str(other)))
            yield "keep", str(one)[:size]
            for side, words in ((left, str(one)), (right, str(other))):
                if len(words) == size:
                    side.pop(0)
                else:
                    side[0][0] = words[size:]


class Marker:
    """Writes what ``CellText.propose`` noted into the tree.

    Args:
        namespace: of WordprocessingML in the document.
        mark: makes an empty ``w:ins`` or ``w:del`` with its id, author and time.
    """

    def __init__(self, namespace: str, mark: "Mark") -> None:
        self._ns = namespace
        self._mark = mark

    def write(self, text: CellText) -> None:
        """Mark the changes of one cell."""
        runs: dict[int, list[_Char]] = {}
        for char in text.chars:
            if char.run is not None:
                runs.setdefault(id(char.run), []).append(char)
            else:
                self._paragraph_end(text, char)
        for chars in runs.values():
            if any(c.deleted or c.inserted_before or c.inserted_after for c in chars):
                self._split(chars)

    def _paragraph_end(self, text: CellText, char: _Char) -> None:
        if char.deleted:
            of_paragraph = self._paragraph_properties(char.paragraph)
            marks = child(of_paragraph, "rPr")
            if marks is None:
                marks = self._new("rPr")
                behind = next((n for n, c in enumerate(of_paragraph) if local(c) in ("sectPr", "pPrChange")), None)
                of_paragraph.insert(len(of_paragraph) if behind is None else behind, marks)
            marks.insert(0, self._mark("del"))
        if char.inserted_after:
            at = text.paragraphs.index(char.paragraph) + (char.text == "\n")
            char.paragraph = text.paragraphs[at]
            char.inserted_before, char.inserted_after = char.inserted_after, ""
        if char.inserted_before:
            paragraph = char.paragraph
            own = child(child(paragraph, "pPr"), "rPr")
            properties = None if own is None else deepcopy(own)
            for mark in [] if properties is None else list(properties):
                if local(mark) in _REVISION_MARKS and properties is not None:
                    properties.remove(mark)
            first = child(paragraph, "pPr")
            paragraph.insert(0 if first is None else 1, self._inserted(char.inserted_before, properties))

    def _paragraph_properties(self, paragraph: "_Element") -> "_Element":
        found = child(paragraph, "pPr")
        if found is None:
            found = self._new("pPr")
            paragraph.insert(0, found)
        return found

    def _split(self, chars: list[_Char]) -> None:
        """Replace a run by pieces: kept, deleted, inserted."""
        run = chars[0].run
        assert run is not None
        parent = run.getparent()
        assert parent is not None
        properties = child(run, "rPr")
        pieces: list[_Element] = []
        open_run: tuple[bool, _Element] | None = None

        def piece(deleted: bool) -> "_Element":
            nonlocal open_run
            if open_run is None or open_run[0] is not deleted:
                fresh = self._new("r")
                fresh.attrib.update(run.attrib)
                if properties is not None:
                    fresh.append(deepcopy(properties))
                wrapper = self._mark("del") if deleted else None
                if wrapper is not None:
                    wrapper.append(fresh)
                pieces.append(fresh if wrapper is None else wrapper)
                open_run = (deleted, fresh)
            return open_run[1]

        def insert(words: str) -> None:
            nonlocal open_run
            if words:
                pieces.append(self._inserted(words, None if properties is None else deepcopy(properties)))
                open_run = None

        by_node: dict[int, list[_Char]] = {}
        for char in chars:
            by_node.setdefault(id(char.node), []).append(char)
        for node in list(run):
            if node is properties:
                continue
            own = by_node.get(id(node))
            if own is None:
                piece(False).append(node)
                continue
            for char in own:
                insert(char.inserted_before)
                target = piece(char.deleted)
                if local(node) != "t":
                    target.append(node)
                else:
                    self._add_text(target, char.text, "delText" if char.deleted else "t")
                insert(char.inserted_after)
        at = parent.index(run)
        tail, run.tail = run.tail, None
        parent.remove(run)
        for shift, item in enumerate(pieces):
            parent.insert(at + shift, item)
        pieces[-1].tail = tail

    def _add_text(self, run: "_Element", text: str, name: str) -> None:
        last = run[-1] if len(run) else None
        if last is not None and local(last) == name:
            last.text = (last.text or "") + text
            return
        fresh = self._new(name)
        fresh.text = text
        fresh.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(fresh)

    def _inserted(self, words: str, properties: "_Element | None") -> "_Element":
        mark = self._mark("ins")
        mark.append(self.run(words, properties))
        return mark

    def run(self, words: str, properties: "_Element | None" = None) -> "_Element":
        """A run with the words."""
        run = self._new("r")
        if properties is not None:
            run.append(properties)
        for number, line in enumerate(xml_text(words).split("\n")):
            if number:
                run.append(self._new("br"))
            if line:
                self._add_text(run, line, "t")
        return run

    def _new(self, name: str) -> "_Element":
        from lxml import etree

        return etree.Element(f"{{{self._ns}}}{name}")


class Mark:
    """Makes empty revision marks, each with an id of its own."""

    def __init__(self, namespace: str, author: str, date: str, ids: Iterator[int]) -> None:
        self._ns, self._author, self._date, self._ids = namespace, author, date, ids

    def __call__(self, kind: str) -> "_Element":
        """An empty ``w:ins`` or ``w:del``."""
        from lxml import etree

        mark = etree.Element(f"{{{self._ns}}}{kind}")
        mark.set(f"{{{self._ns}}}id", str(next(self._ids)))
        mark.set(f"{{{self._ns}}}author", self._author)
        mark.set(f"{{{self._ns}}}date", self._date)
        return mark
