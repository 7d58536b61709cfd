"""A letter as a Word file: a template's placeholders filled in."""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.errors import ReviewerError
from reviewer.records import Severity
from reviewer.rounds.letter import Letter, Part, Table
from reviewer.rounds.letter_template import (
    BLOCKS,
    REQUIRED,
    STYLE_CELL,
    STYLE_CELL_HEAD,
    STYLE_HEADING,
    WORDS,
    default_template,
)
from reviewer.writers.words import shown

if TYPE_CHECKING:
    from docx.document import Document

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
_NONE = "无。"
# Of the table's width, in percent.
_OPINION_WIDTHS = (7, 15, 30, 16, 32)
_LONG = 500  # characters: such a row may be broken over two pages
_OPINION_HEADS = ("序号", "位置", "问题", "依据", "修改建议")
_TABLE_WIDTHS = (13, 13, 8, 15, 51)
_TABLE_HEADS = ("审核内容", "审核要点", "分值", "得分", "说明")


def letter_docx(letter: Letter, template: Path | None = None) -> bytes:
    """The letter as a .docx file.

    Args:
        template: a Word file with placeholders; the default one when None.

    Raises:
        ReviewerError: the template is no Word file, names a placeholder that there is not, or lacks the opinions.
    """
    document = _opened(template)
    _check(document, template)
    document.core_properties.title = shown(letter.title)
    document.core_properties.author = shown(letter.head.reviewer or letter.head.office)
    _Filler(document, letter).fill()
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _opened(template: Path | None) -> "Document":
    from docx import Document

    if template is None:
        return Document(io.BytesIO(default_template()))
    try:
        return Document(io.BytesIO(template.read_bytes()))
    except FileNotFoundError:
        raise ReviewerError(
            "找不到模板", str(template), "检查文件名；用 reviewer letter --new-template 可得到默认模板"
        ) from None
    except OSError as error:
        raise ReviewerError(f"模板读不了：{error.strerror or error}", str(template), "检查权限") from None
    except Exception:  # python-docx fails on broken files in many ways
        raise ReviewerError(
            "模板不是 Word 文件（.docx），或已损坏", str(template), "用 Word 或 WPS 另存为 .docx"
        ) from None


def _check(document: "Document", template: Path | None) -> None:
    named = [name for p in _paragraphs(document) for name in _PLACEHOLDER.findall(p.text)]
    unknown = [name for name in dict.fromkeys(named) if name not in WORDS and name not in BLOCKS]
    where = str(template or "默认模板")
    if unknown:
        known = "、".join((*WORDS, *BLOCKS))
        raise ReviewerError(f"模板里有不认识的占位：{'、'.join(unknown)}", where, f"可用的占位：{known}")
    if REQUIRED not in named:
        raise ReviewerError("模板里没有 {{逐条意见}}，意见没有地方写", where, "单独成段写上 {{逐条意见}}")
    for paragraph in _paragraphs(document):
        inside = [n for n in _PLACEHOLDER.findall(paragraph.text) if n in BLOCKS]
        if inside and paragraph.text.strip() != f"{{{{{inside[0]}}}}}":
            raise ReviewerError(f"{{{{{inside[0]}}}}} 要单独成段", where, "前后不要有别的字，占位里不要有空格")


def _paragraphs(document: "Document") -> Iterator[Any]:
    """All paragraphs: of the body, of tables, of headers and footers."""
    from docx.text.paragraph import Paragraph

    roots: list[Any] = [document.element.body]
    for section in document.sections:
        for part in (section.header, section.footer, section.even_page_header, section.even_page_footer,
                     section.first_page_header, section.first_page_footer):  # fmt: skip
            if not part.is_linked_to_previous:
                roots.append(part._element)
    for root in roots:
        for element in root.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"):
            yield Paragraph(element, document._body)


class _Filler:
    def __init__(self, document: "Document", letter: Letter) -> None:
        self._document, self._letter = document, letter
        self._styles = {style.name for style in document.styles}

    def fill(self) -> None:
        """Replace every placeholder."""
        words = self._words()
        blocks: dict[str, Callable[[Any], None]] = {
            "审核人意见": lambda p: self._texts(p, self._letter.own),
            "总体意见": lambda p: self._texts(p, self._letter.overall),
            "逐条意见": self._opinions,
            "审核表": self._tables,
            "依据目录": lambda p: self._texts(p, self._letter.authorities or (_NONE,)),
            "不计意见": lambda p: self._texts(p, self._letter.aside or (_NONE,)),
            "未能检查": lambda p: self._texts(p, self._letter.gaps or (_NONE,)),
        }
        for paragraph in list(_paragraphs(self._document)):
            names = _PLACEHOLDER.findall(paragraph.text)
            if not names:
                continue
            if names[0] in BLOCKS:
                blocks[names[0]](paragraph)
                self._remove(paragraph)
                continue
            # 审核人：{{审核人}} without a name would be a line that asks for one.
            if not any(words[name] for name in names):
                self._remove(paragraph)
                continue
            _replace(paragraph, words)

    def _words(self) -> dict[str, str]:
        letter, head = self._letter, self._letter.head
        return {
            "标题": letter.title,
            "文号": head.number,
            "单位": letter.unit or "填报单位",
            "年度": letter.year,
            "审核单位": head.office,
            "审核人": head.reviewer,
            "日期": letter.date,
            "期限": head.due,
            "文件": "、".join(letter.sources),
            "意见数": str(letter.total),
            "必须修改": str(letter.counts[Severity.ERROR]),
            "应当修改": str(letter.counts[Severity.WARN]),
            "提示": str(letter.counts[Severity.INFO]),
        }

    def _remove(self, paragraph: Any) -> None:
        element = paragraph._p
        parent = element.getparent()
        # A cell must keep a paragraph.
        if sum(1 for e in parent if e.tag == element.tag) > 1 or not parent.tag.endswith("}tc"):
            parent.remove(element)
        else:
            for run in list(paragraph.runs):
                run._r.getparent().remove(run._r)

    def _like(self, paragraph: Any, text: str) -> Any:
        """A paragraph before another one, in its format."""
        made = deepcopy(paragraph._p)
        paragraph._p.addprevious(made)
        fresh = type(paragraph)(made, paragraph._parent)
        _set_text(fresh, text)
        return fresh

    def _texts(self, paragraph: Any, texts: Sequence[str]) -> None:
        for text in texts:
            self._like(paragraph, text)

    def _heading(self, paragraph: Any, text: str) -> None:
        line = self._like(paragraph, text)
        if STYLE_HEADING in self._styles:
            _plain(line)
            line.style = self._document.styles[STYLE_HEADING]
        else:
            for run in line.runs:
                run.bold = True
            line.paragraph_format.keep_with_next = True

    def _opinions(self, paragraph: Any) -> None:
        if not self._letter.parts:
            self._like(paragraph, "没有需要修改的意见。")
        for part in self._letter.parts:
            self._heading(paragraph, part.title)
            self._table(paragraph, _OPINION_HEADS, _OPINION_WIDTHS, _opinion_rows(part), centered=1)

    def _tables(self, paragraph: Any) -> None:
        for table in self._letter.tables:
            self._heading(paragraph, table.title)
            if table.rows:
                drawn = self._table(paragraph, _TABLE_HEADS, _TABLE_WIDTHS, _table_rows(table), centered=4)
                cells = drawn.add_row().cells
                self._cell(cells[0].merge(cells[-1]), table.result, STYLE_CELL_HEAD, center=False)
                continue
            result = self._like(paragraph, table.result)
            if STYLE_CELL in self._styles:
                _plain(result)
                result.style = self._document.styles[STYLE_CELL]

    def _table(
        self,
        paragraph: Any,
        heads: Sequence[str],
        widths: Sequence[int],
        rows: Sequence[Sequence[str]],
        *,
        centered: int,
    ) -> Any:
        from docx.oxml import OxmlElement

        section = self._document.sections[0]
        room = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
        table = self._document.add_table(rows=1, cols=len(heads))
        _borders(table)
        table.autofit = False
        for column, share in zip(table.columns, widths, strict=True):
            column.width = int(room * share / 100)
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            self._cell(cell, head, STYLE_CELL_HEAD, center=True)
        header = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(header)
        for row in rows:
            made = table.add_row()
            if sum(map(len, row)) < _LONG:
                made._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            cells = made.cells
            for number, (cell, text) in enumerate(zip(cells, row, strict=True)):
                self._cell(cell, text, STYLE_CELL, center=number < centered)
        for row in table.rows:
            for cell, share in zip(row.cells, widths, strict=True):
                cell.width = int(room * share / 100)
        paragraph._p.addprevious(table._tbl)
        return table

    def _cell(self, cell: Any, text: str, style: str, *, center: bool) -> None:
        from docx.shared import Pt

        line = cell.paragraphs[0]
        for number, words in enumerate(text.split("\n")):
            if number:
                line = cell.add_paragraph()
            run = line.add_run(shown(words))
            if style in self._styles:
                line.style = self._document.styles[style]
            else:
                run.font.size = Pt(10.5)
            line.paragraph_format.alignment = 1 if center else 0


def _opinion_rows(part: Part) -> list[tuple[str, ...]]:
    return [
        (str(o.number), o.place, f"【{o.mark}】{o.title}\n{o.problem}", o.basis or "—", o.advice or "—")
        for o in part.opinions
    ]


def _table_rows(table: Table) -> list[tuple[str, ...]]:
    return [(r.dimension, r.name, r.weight, r.points, r.reason) for r in table.rows]


def _replace(paragraph: Any, words: dict[str, str]) -> None:
    """Replace placeholders, also those that Word has cut into several runs; what is around keeps its format."""
    runs, done = paragraph.runs, 0  # what a person wrote may look like a placeholder: it is not searched again
    while match := _PLACEHOLDER.search("".join(run.text for run in runs), done):
        start, end = match.span()
        at, first, word = 0, True, shown(words[match[1]])
        done = start + len(word)
        for run in runs:
            text, size = run.text, len(run.text)
            left, right = max(start - at, 0), min(end - at, size)
            if left < right:
                run.text = text[:left] + (word if first else "") + text[right:]
                first = False
            at += size


def _set_text(paragraph: Any, text: str) -> None:
    """Give a paragraph another text in the format of its first run."""
    runs = paragraph.runs
    runs[0].text = shown(text)
    for run in runs[1:]:
        run._r.getparent().remove(run._r)


def _plain(paragraph: Any) -> None:
    """Take a paragraph's own format away, so that a style can give it one."""
    if paragraph._p.pPr is not None:
        paragraph._p.remove(paragraph._p.pPr)
    for run in paragraph.runs:
        if run._r.rPr is not None:
            run._r.remove(run._r.rPr)


def _borders(table: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{edge}")
        for key, setting in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{key}"), setting)
        borders.append(line)
    margins = OxmlElement("w:tblCellMar")
    for edge in ("left", "right"):
        side = OxmlElement(f"w:{edge}")
        side.set(qn("w:w"), "70")  # twentieths of a point
        side.set(qn("w:type"), "dxa")
        margins.append(side)
    properties = table._tbl.tblPr
    old = properties.find(qn("w:tblBorders"))
    if old is not None:
        properties.remove(old)
    # The schema wants them in this order: tblBorders, shd, tblLayout, tblCellMar, tblLook.
    behind = [qn(f"w:{name}") for name in ("shd", "tblLayout", "tblLook")]
    properties.insert(next((n for n, e in enumerate(properties) if e.tag in behind), len(properties)), borders)
    look = next((n for n, e in enumerate(properties) if e.tag == qn("w:tblLook")), len(properties))
    properties.insert(look, margins)
