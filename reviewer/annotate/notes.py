"""The notes of a worksheet: their texts (a comments part) and the boxes that show them (a VML drawing)."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.annotate.sheet_scan import SheetScan
from reviewer.writers.words import shown

if TYPE_CHECKING:
    from lxml.etree import _Element

_BOX = 340  # pixels wide: about 26 Chinese characters of 9 points
_LINE = 17
_CHARACTERS = 2 * 26
_SHAPE_ID = re.compile(rb"_x0000_s(\d+)")
_BLOCK = re.compile(rb"""idmap[^>]*?\bdata\s*=\s*["']([\d, ]+)["']""")
_CLOSING = re.compile(rb"</(?:[\w.-]+:)?xml\s*>\s*\Z")
_NAMESPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_TYPE = (
    f'<v:shapetype {_NAMESPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
# A cell holds 32,767 characters; so does a note.
_MAX_TEXT = 32_000


class Notes:
    """The comments part of a sheet.

    Args:
        root: the part; made anew when None.
        namespace: of SpreadsheetML.
    """

    def __init__(self, root: "_Element | None", namespace: str) -> None:
        from lxml import etree

        self._ns = namespace
        self.root = root
        if self.root is None:
            self.root = etree.fromstring(f'<comments xmlns="{namespace}"><authors/><commentList/></comments>'.encode())
        self._authors = self._part("authors")
        self._list = self._part("commentList")

    def _part(self, name: str) -> "_Element":
        from lxml import etree

        assert self.root is not None
        found = next((e for e in self.root if e.tag == f"{{{self._ns}}}{name}"), None)
        return etree.SubElement(self.root, f"{{{self._ns}}}{name}") if found is None else found

    @property
    def cells(self) -> list[str]:
        """The cells that have notes."""
        return [item.get("ref") or "" for item in self._list if isinstance(item.tag, str)]

    def add(self, cell: str, author: str, paragraphs: Sequence[tuple[str, bool]]) -> bool:
        """Write a note; what a cell has already stays above it.

        Args:
            paragraphs: lines, each with whether it is bold.

        Returns:
            Whether the cell had none.
        """
        from lxml import etree

        comment = next((item for item in self._list if item.get("ref") == cell), None)
        is_new = comment is None
        if comment is None:
            comment = etree.SubElement(self._list, f"{{{self._ns}}}comment")
            comment.set("ref", cell)
            comment.set("authorId", str(self._author(author)))
        text = next((e for e in comment if e.tag == f"{{{self._ns}}}text"), None)
        if text is None:
            text = etree.SubElement(comment, f"{{{self._ns}}}text")
        if len(text):
            paragraphs = [("\n——————", False), *paragraphs]
            plain = [e for e in text if e.tag == f"{{{self._ns}}}t"]
            for item in plain:  # text is either plain or in runs
                run = etree.Element(f"{{{self._ns}}}r")
                text.replace(item, run)
                run.append(item)
        left = _MAX_TEXT
        for number, (line, bold) in enumerate(paragraphs):
            words = shown(line)[:left]
            left -= len(words)
            text.append(self._run(words + ("\n" if number < len(paragraphs) - 1 else ""), bold=bold))
        return is_new

    def _author(self, author: str) -> int:
        from lxml import etree

        names = [item.text or "" for item in self._authors]
        if author in names:
            return names.index(author)
        etree.SubElement(self._authors, f"{{{self._ns}}}author").text = author
        return len(names)

    def _run(self, words: str, *, bold: bool) -> "_Element":
        from lxml import etree

        run = etree.Element(f"{{{self._ns}}}r")
        properties = etree.SubElement(run, f"{{{self._ns}}}rPr")
        if bold:
            etree.SubElement(properties, f"{{{self._ns}}}b")
        for name, key, value in (
            ("sz", "val", "9"), ("color", "indexed", "81"), ("rFont", "val", "宋体"), ("charset", "val", "134"),
        ):  # fmt: skip
            etree.SubElement(properties, f"{{{self._ns}}}{name}").set(key, value)
        text = etree.SubElement(run, f"{{{self._ns}}}t")
        text.text = words
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return run


@dataclass(frozen=True)
class Box:
    """What shows a note: the cell's row and column, the column in which it ends (all from 0), the lines it takes."""

    row: int
    column: int
    last_column: int
    lines: int


def boxes(scan: SheetScan, cells: Iterable[Box], old: bytes | None, blocks: Iterable[bytes]) -> bytes:
    """A VML drawing with a hidden box for each note.

    Args:
        cells: the cells and how large their notes are.
        old: the sheet's drawing, whose shapes stay; None for a new one.
        blocks: the other VML drawings of the workbook: each has a block of shape ids of its own.
    """
    if old is None:
        taken = {
            int(n) for data in blocks for m in _BLOCK.finditer(data) for n in m[1].replace(b" ", b"").split(b",") if n
        }
        block = max(taken, default=0) + 1
        last = block * 1024
        head = f'<xml {_NAMESPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/></o:shapelayout>'
        before, behind = head.encode(), b"</xml>"
    else:
        closing = _CLOSING.search(old)
        at = closing.start() if closing else len(old)
        before, behind = old[:at], old[at:]
        last = max((int(m[1]) for m in _SHAPE_ID.finditer(old)), default=1024)
    shapes = [] if old is not None and b'"_x0000_t202"' in old else [_TYPE]
    shapes += [_box(scan, number, box) for number, box in enumerate(cells, last + 1)]
    return before + "".join(shapes).encode() + behind


def _box(scan: SheetScan, number: int, box: Box) -> str:
    left, left_offset = box.last_column + 1, 12
    right, right_offset = _reach(scan.column_pixels, left, left_offset + _BOX)
    top, top_offset = max(box.row - 1, 0), 4
    bottom, bottom_offset = _reach(scan.row_pixels, top, top_offset + _LINE * (box.lines + 1))
    anchor = (left, left_offset, top, top_offset, right, right_offset, bottom, bottom_offset)
    return (
        f'<v:shape {_NAMESPACES} id="_x0000_s{number}" type="#_x0000_t202" '
        'style=\'position:absolute;z-index:1;visibility:hidden\' fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        "<v:textbox style='mso-direction-alt:auto'><div style='text-align:left'></div></v:textbox>"
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{', '.join(map(str, anchor))}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{box.row}</x:Row><x:Column>{box.column}</x:Column></x:ClientData></v:shape>"
    )


def _reach(pixels: Callable[[int], int], first: int, length: int) -> tuple[int, int]:
    """The column or row in which a length that begins at the edge of ``first`` ends, and how far in."""
    at = first
    while at < first + 500 and (size := pixels(at)) <= length:
        length -= size
        at += 1
    return at, length


def line_count(paragraphs: Iterable[tuple[str, bool]]) -> int:
    """How many lines a note takes in its box."""
    count = 0
    for text, _ in paragraphs:
        for line in text.split("\n"):
            width = sum(1 if ord(c) < 0x2000 else 2 for c in line)
            count += max(-(-width // _CHARACTERS), 1)
    return count
