"""A Word document: comments on its cells and rewrites as tracked changes, everything else as it was."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from reviewer.annotate.base import Annotated, Stamp
from reviewer.annotate.package import STRICT, TRANSITIONAL, Package, xml_text
from reviewer.annotate.places import Places
from reviewer.annotate.remarks import Remark, remarks
from reviewer.annotate.word_rows import Rewriter
from reviewer.annotate.word_text import Mark, Marker, child, local, value
from reviewer.readers.docx import docx_elements, main_part
from reviewer.writers.view import FilingView
from reviewer.writers.words import one_line, shown

if TYPE_CHECKING:
    from lxml.etree import _Element

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BIG_ID = 2**31 - 1
_SIGNED = "原件带有电子签名，加了批注后签名失效；请另行保存原件"


class WordFile:
    """The main part of a document as a tree, with its comments.

    Args:
        package: the document.
        file: its name, as in Locations.
        root: the main part's tree; the package's own when None.
        places: cells by place; found by the reader's own walk when None.
    """

    def __init__(
        self,
        package: Package,
        file: str,
        root: "_Element | None" = None,
        places: "Places[_Element] | None" = None,
    ) -> None:
        self.package = package
        self.part = main_part(package.path, package.zip)
        self.root = package.tree(self.part) if root is None else root
        self.ns = self.root.tag.rpartition("}")[0].lstrip("{")
        self.places: Places[_Element] = Places() if places is None else places
        if places is None:
            for grid, cells in zip(*docx_elements(self.root, file), strict=True):
                self.places.add(grid, cells)
        relation = package.related(self.part, "comments")
        self._comments_part = relation.target if relation else ""
        self._comments = package.tree(self._comments_part) if relation else self._no_comments()
        self.ids = _free_ids(self.root, self._comments)
        self.written = 0

    def _no_comments(self) -> "_Element":
        from lxml import etree

        return etree.fromstring(f'<w:comments xmlns:w="{self.ns}"/>'.encode())

    def _new(self, name: str) -> "_Element":
        from lxml import etree

        return etree.Element(f"{{{self.ns}}}{name}")

    def comment(self, cell: "_Element", title: str, lines: Iterable[str], stamp: Stamp) -> int:
        """Put a comment on a cell or paragraph; its id."""
        key = next(self.ids)
        self._comments.append(self._comment(key, title, lines, stamp))
        first, last = _ends(cell)
        start, end = self._new("commentRangeStart"), self._new("commentRangeEnd")
        reference = self._new("r")
        properties = self._new("rPr")
        size = self._new("sz")
        size.set(f"{{{self.ns}}}val", "16")
        properties.append(size)
        mark = self._new("commentReference")
        reference.extend([properties, mark])
        for item in (start, end, mark):
            item.set(f"{{{self.ns}}}id", str(key))
        first.insert(0 if child(first, "pPr") is None else 1, start)
        last.extend([end, reference])
        self.written += 1
        return key

    def _comment(self, key: int, title: str, lines: Iterable[str], stamp: Stamp) -> "_Element":
        comment = self._new("comment")
        signed = {"id": str(key), "author": stamp.author, "date": stamp.date, "initials": stamp.initials}
        for name, words in signed.items():
            comment.set(f"{{{self.ns}}}{name}", one_line(words))
        for number, line in enumerate((title, *lines)):
            paragraph = self._new("p")
            run = self._new("r")
            if not number:
                reference = self._new("r")
                reference.append(self._new("annotationRef"))
                paragraph.append(reference)
                properties = self._new("rPr")
                properties.append(self._new("b"))
                run.append(properties)
            for part, piece in enumerate(shown(line).split("\n")):
                if part:
                    run.append(self._new("br"))
                text = self._new("t")
                text.text = piece
                text.set(_SPACE, "preserve")
                run.append(text)
            paragraph.append(run)
            comment.append(paragraph)
        return comment

    def save(self) -> bytes:
        """The document's file."""
        if self.written:
            if not self._comments_part:
                folder = self.part.rpartition("/")[0]
                self._comments_part = self.package.free_name(f"{folder}/comments{{}}.xml".lstrip("/"), plain=True)
                base = STRICT if "purl.oclc.org" in self.ns else TRANSITIONAL
                self.package.relate(self.part, f"{base}/comments", self._comments_part)
                self.package.declare(self._comments_part, _COMMENTS_TYPE)
            self.package.put(self._comments_part, self._comments)
        self.package.put(self.part, self.root)
        return self.package.save()


def _free_ids(*trees: "_Element") -> Iterator[int]:
    """Numbers that no comment, revision or bookmark of the trees has."""
    used = {
        int(text)
        for tree in trees
        for element in tree.iter()
        if (text := value(element, "id")) and text.isdecimal() and len(text) < 11
    }
    return (n for n in range(1, _BIG_ID) if n not in used)


def _ends(cell: "_Element") -> tuple["_Element", "_Element"]:
    """The first and the last paragraph of a cell; Word takes no comments inside a text box: the one that holds it."""
    box = next((a for a in cell.iterancestors() if local(a) == "txbxContent"), None)
    while box is not None:
        cell = next(a for a in box.iterancestors() if local(a) in ("p", "tc", "body"))
        box = next((a for a in cell.iterancestors() if local(a) == "txbxContent"), None)
    if local(cell) == "p":
        return cell, cell
    # A cell may keep its paragraphs in content controls; those of a table inside it come last.
    own = [e for e in cell.iter() if local(e) == "p" and _owner(e) is cell]
    return own[0], own[-1]


def _owner(paragraph: "_Element") -> "_Element | None":
    return next((a for a in paragraph.iterancestors() if local(a) in ("tc", "txbxContent", "body")), None)


def annotate_word(
    document: WordFile, view: FilingView, stamp: Stamp, *, suffix: str, rebuilt: bool = False
) -> Annotated:
    """Write the findings and rewrites of a review into a document."""
    mark = Mark(document.ns, xml_text(stamp.proposer), stamp.date, document.ids)
    tracked = Rewriter(document.places, document.root, Marker(document.ns, mark), mark).write(view.item)
    found = [(remark, *_target(document, remark)) for remark in remarks(view, tracked)]
    for remark, cell, title in sorted(found, key=lambda item: item[0].rank):
        document.comment(cell, title, remark.lines, stamp)
    signed = any("_xmlsignatures/" in name for name in document.package.names())
    return Annotated(
        content=document.save(),
        suffix=suffix,
        rebuilt=rebuilt,
        comments=document.written,
        tracked=tuple(tracked),
        notes=(_SIGNED,) if signed else (),
    )


def _target(document: WordFile, remark: Remark) -> tuple["_Element", str]:
    """The cell of a remark, and its title; the title names the place where the cell is not just that."""
    for number, place in enumerate(remark.places):
        spot = document.places.find(place)
        if spot is not None:
            if number and remark.finding is not None and remark.places[0].row is not None:
                return spot.cell, f"{remark.title}（{remark.places[0].describe()}）"
            row = remark.row or place.row
            return spot.cell, f"{remark.title}（第{row}行）" if row != spot.row else remark.title
    first = document.places.first()
    assert first is not None  # a document without words was refused by the reader
    where = f"（{remark.places[0].describe()}）" if remark.places else ""
    return first.cell, remark.title + where
