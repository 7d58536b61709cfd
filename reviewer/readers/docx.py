"""Word documents (.docx, .docm, also strict Open XML and those WPS writes).

The tables are read from the document's XML, cell by cell: python-docx's ``row.cells`` repeats merged cells and refuses
``.docm`` and strict files. What is read is what is printed: no hidden text, headers, footers, comments and footnotes.

Of tracked changes insertions are read, not deletions: a unit that sends a draft with its own revisions means the text
as revised. The revisions that ``reviewer annotate`` adds are the other way round: they are proposals until somebody
accepts them, so what was filed is read. They are told apart by the author's name, which ends in ``PROPOSAL`` and which
Word, WPS and LibreOffice keep. Either way a note says so.

A table inside a cell becomes a grid of its own after the outer one when it is at least two rows by three columns;
a smaller one is kept as lines of its cell's text.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.errors import UnreadableFileError
from reviewer.readers.base import reader
from reviewer.readers.grid import Cell, Grid
from reviewer.readers.safety import MAX_COLUMNS, check_zip, note, parse_xml
from reviewer.records import Unread

if TYPE_CHECKING:
    from lxml.etree import _Element

# The end of the author's name of a revision that proposes a rewrite (``reviewer annotate`` sets it).
PROPOSAL = "（审核建议）"
# The body is held in memory as a tree; a filing with a thousand rows has about 5 MB.
_MAX_BODY_BYTES = 64 * 1024**2
# Elements that only wrap what counts; of mc:AlternateContent the first choice counts, not the fallback beside it.
_WRAPPERS = {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple", "dir", "bdo"}
_WRAPPERS |= {"AlternateContent", "Choice", "ruby", "rubyBase", "oMath", "oMathPara", "drawing", "pict", "object"}
_DROPPED = {"del", "moveFrom", "Fallback", "rt", "instrText", "delText", "pPr", "rPr", "tblPr", "tblGrid", "sectPr"}
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
# Ticked and empty boxes of the Wingdings fonts, which forms use for choices.
_SYMBOLS = {"F0FE": "☑", "F0FD": "☒", "F052": "☑", "F0A8": "☐", "F06F": "☐", "F0A3": "☐", "F0FC": "√", "F0B3": "≥"}


def _name(element: "_Element") -> str:
    """The local name; "" for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _attribute(element: "_Element | None", name: str) -> str | None:
    """An attribute by local name (transitional and strict files differ in namespace)."""
    if element is None:
        return None
    return next((str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name), None)


def _child(element: "_Element | None", name: str) -> "_Element | None":
    return next((c for c in element if _name(c) == name), None) if element is not None else None


def _is_proposal(revision: "_Element | None") -> bool:
    return (_attribute(revision, "author") or "").endswith(PROPOSAL)


def _number(text: str | None, default: int) -> int:
    return min(int(text[:9]), MAX_COLUMNS) if text and text.isdecimal() else default


def _unwrapped(element: "_Element", wanted: tuple[str, ...]) -> Iterator["_Element"]:
    """Children with a wanted name, looking through wrappers."""
    for child in element:
        name = _name(child)
        if name in wanted:
            yield child
        elif name in _WRAPPERS:
            yield from _unwrapped(child, wanted)


@dataclass
class _Document:
    """The state of one walk through a document."""

    file: str
    grids: list[Grid] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    paragraphs: list[Cell] = field(default_factory=list)
    # The element of each cell of each grid.
    elements: list[list["_Element"]] = field(default_factory=list)
    of_paragraphs: list["_Element"] = field(default_factory=list)
    line: int = 0
    first_line: int = 1
    tables: int = 0
    hidden: int = 0
    pictures: int = 0
    pictures_in_tables: int = 0
    objects: int = 0
    proposals: int = 0
    revisions: int = 0
    in_proposal: bool = False
    in_table: bool = False
    boxes: list["_Element"] = field(default_factory=list)

    def flush(self) -> None:
        """Close the run of paragraphs before a table."""
        if self.paragraphs:
            self.grids.append(Grid(self.file, self.paragraphs, first_row=self.first_line, is_text=True))
            self.elements.append(self.of_paragraphs)
        self.paragraphs, self.of_paragraphs = [], []

    def blocks(self, element: "_Element") -> None:
        """Read the paragraphs and tables of a body or text box in order."""
        for block in _unwrapped(element, ("p", "tbl", "altChunk")):
            if _name(block) == "tbl":
                self.flush()
                self.in_table = True
                self.table(block)
                self.in_table = False
            elif _name(block) == "altChunk":
                self.unread.append(note(self.file, "嵌入的子文档", "文档里嵌入了另一个文件，其中的内容未读、未审"))
            else:
                self.line += 1
                text = self.text(block)
                if text.strip():
                    if not self.paragraphs:
                        self.first_line = self.line
                    self.paragraphs.append(Cell(text, self.line - self.first_line, 0))
                    self.of_paragraphs.append(block)
            self.text_boxes()

    def text_boxes(self) -> None:
        """Read the text boxes met in the block before; they are drawn beside it and have no cell of their own."""
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            before = self.line
            self.flush()
            self.blocks(box)
            self.flush()
            self.line = before

    def text(self, element: "_Element") -> str:
        """The printed text of a paragraph or run."""
        parts: list[str] = []
        for child in element:
            name = _name(child)
            if name == "t" or (name == "delText" and self.in_proposal):
                parts.append(child.text or "")
            elif name in ("ins", "del", "moveTo", "moveFrom"):
                parts.append(self.revised(child, name))
            elif name in _BREAKS:
                parts.append(_BREAKS[name] if _attribute(child, "type") != "page" else "")
            elif name == "sym":
                parts.append(_SYMBOLS.get((_attribute(child, "char") or "").upper(), ""))
            elif name == "r":
                if self.is_hidden(child):
                    self.hidden += bool(self.text(child).strip())
                else:
                    parts.append(self.text(child))
            elif name == "txbxContent":
                self.boxes.append(child)
            elif name in ("blip", "imagedata"):
                self.pictures += 1
                self.pictures_in_tables += self.in_table
            elif name == "OLEObject":
                self.objects += 1
            elif name not in _DROPPED:
                parts.append(self.text(child))
        return "".join(parts)

    def revised(self, revision: "_Element", kind: str) -> str:
        """The text of a tracked change that counts, see the module."""
        if not _is_proposal(revision):
            self.revisions += 1
            return self.text(revision) if kind in ("ins", "moveTo") else ""
        self.proposals += 1
        if kind != "del":
            return ""
        before, self.in_proposal = self.in_proposal, True
        text = self.text(revision)
        self.in_proposal = before
        return text

    @staticmethod
    def is_hidden(run: "_Element") -> bool:
        vanish = _child(_child(run, "rPr"), "vanish")
        return vanish is not None and _attribute(vanish, "val") not in ("0", "false", "off")

    def table(self, table: "_Element") -> None:
        """Read a table, then the large tables inside its cells."""
        self.tables += 1
        grid = Grid(self.file, table=self.tables)
        self.grids.append(grid)
        elements: list[_Element] = []
        self.elements.append(elements)
        inner: list[_Element] = []
        open_cells: dict[int, int] = {}  # column → index in ``grid.cells`` of the cell that may continue downwards
        row = 0
        for tr in _unwrapped(table, ("tr",)):
            properties = _child(tr, "trPr")
            removed, added = _child(properties, "del"), _child(properties, "ins")
            self.revisions += sum(mark is not None and not _is_proposal(mark) for mark in (removed, added))
            if removed is not None and not _is_proposal(removed):
                continue
            if _is_proposal(added):
                self.proposals += 1
                continue
            column = _number(_attribute(_child(properties, "gridBefore"), "val"), 0)
            last: int | None = None  # index of the cell to the left, for the old hMerge
            still_open: dict[int, int] = {}
            for tc in _unwrapped(tr, ("tc",)):
                cell_properties = _child(tc, "tcPr")
                span = max(_number(_attribute(_child(cell_properties, "gridSpan"), "val"), 1), 1)
                merge = _child(cell_properties, "vMerge")
                across = _child(cell_properties, "hMerge")
                above = open_cells.get(column)
                if merge is not None and _attribute(merge, "val") != "restart" and above is not None:
                    top = grid.cells[above]
                    grid.cells[above] = Cell(top.text, top.row, top.column, row - top.row + 1, top.columns)
                    still_open[column] = last = above
                elif across is not None and _attribute(across, "val") != "restart" and last is not None:
                    left = grid.cells[last]
                    grid.cells[last] = Cell(left.text, left.row, left.column, left.rows, left.columns + span)
                else:
                    last = len(grid.cells)
                    grid.cells.append(Cell(self.cell_text(tc, inner), row, column, 1, span))
                    elements.append(tc)
                    if merge is not None:
                        still_open[column] = last
                column += span
            open_cells = still_open
            row += 1
        for nested in inner:
            self.table(nested)

    def cell_text(self, tc: "_Element", inner: list["_Element"]) -> str:
        """The paragraphs of a cell, one a line; large tables inside go to ``inner``."""
        lines: list[str] = []
        for block in _unwrapped(tc, ("p", "tbl")):
            if _name(block) == "p":
                lines.append(self.text(block))
                continue
            rows = [list(_unwrapped(tr, ("tc",))) for tr in _unwrapped(block, ("tr",))]
            if len(rows) >= 2 and max(len(r) for r in rows) >= 3:
                inner.append(block)
            else:
                lines.extend(" ".join(self.cell_text(c, inner) for c in cells).rstrip() for cells in rows)
        return "\n".join(lines).strip("\n")


def main_part(path: Path, package: zipfile.ZipFile) -> str:
    """The name of the document's main part, from the package's relations."""
    names = set(package.namelist())
    if "_rels/.rels" in names:
        for relation in parse_xml(package.read("_rels/.rels"), path, "_rels/.rels"):
            if (_attribute(relation, "Type") or "").endswith("/officeDocument"):
                target = (_attribute(relation, "Target") or "").lstrip("/")
                if target in names:
                    return target
    if "word/document.xml" in names:
        return "word/document.xml"
    raise UnreadableFileError("文件里没有 Word 正文", str(path), "用 Word 或 WPS 打开后另存为 .docx 再审核")


@reader("docx", (".docx", ".docm", ".dotx"))
def docx_grids(path: Path) -> tuple[list[Grid], list[Unread]]:
    """Read a Word document.

    Raises:
        UnreadableFileError: damaged, protected, hostile, without text, or nothing but pictures.
    """
    check_zip(path)
    with zipfile.ZipFile(path) as package:
        part = main_part(path, package)
        if package.getinfo(part).file_size > _MAX_BODY_BYTES:
            raise UnreadableFileError("Word 正文过于庞大，不能读取", str(path), "请把各张表分存为几个文件")
        root = parse_xml(package.read(part), path, part)
    body = _child(root, "body")
    if body is None:
        raise UnreadableFileError("文件里没有 Word 正文", str(path), "用 Word 或 WPS 打开后另存为 .docx 再审核")
    document = _Document(path.name)
    document.blocks(body)
    document.flush()
    if not any(cell.text.strip() for grid in document.grids for cell in grid.cells):
        if document.pictures:
            raise UnreadableFileError(
                "文档里只有图片（扫描件），没有可读的文字",
                str(path),
                "请取得原始的 Word 或 Excel 文件，或导出图片后用 OCR 读取",
            )
        raise UnreadableFileError("文档是空的，没有文字和表格", str(path), "请检查是否拿错了文件")
    return document.grids, [*document.unread, *_notes(document)]


def docx_elements(root: "_Element", file: str = "") -> tuple[list[Grid], list[list["_Element"]]]:
    """The grids of a document's tree, and the element (``w:tc``, ``w:p``) of each of their cells.

    Args:
        root: the root of the main part.
    """
    document = _Document(file)
    body = _child(root, "body")
    if body is not None:
        document.blocks(body)
        document.flush()
    return document.grids, document.elements


def _notes(document: _Document) -> Iterator[Unread]:
    """What the document holds beside the text that was read."""
    if document.proposals:
        reason = "审核时加的修订还没有接受或拒绝，按修订前的原文读取；要采用的请先在 Word 里接受"
        yield note(document.file, f"审核建议的 {document.proposals} 处修订", reason, advisory=True)
    if document.revisions:
        reason = "文档里有还没有接受的修订，按修订后的文字读取；请核对后接受或拒绝"
        yield note(document.file, f"{document.revisions} 处修订", reason, advisory=True)
    if document.hidden:
        reason = "隐藏文字不会打印出来，未读、未审；请取消隐藏后核对"
        yield note(document.file, f"{document.hidden} 处隐藏文字", reason, advisory=True)
    # A logo or seal beside the tables is no part of the form; a picture in a cell stands for what should be text.
    inside, beside = document.pictures_in_tables, document.pictures - document.pictures_in_tables
    if inside:
        yield note(document.file, f"表格里的 {inside} 张图片", "图片里的文字未读、未审，请改成文字")
    if beside:
        reason = "表格之外的图片不读取；如图片里有申报内容，请改成文字"
        yield note(document.file, f"{beside} 张图片", reason, advisory=True)
    if document.objects:
        reason = "嵌入的对象（如 Excel 工作表）未读、未审，请改成 Word 表格"
        yield note(document.file, f"{document.objects} 个嵌入对象", reason)
