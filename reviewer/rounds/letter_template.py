"""The default template of the letter: a Word file with placeholders, laid out as official papers are (GB/T 9704).

A bureau takes it (``reviewer letter --new-template``), changes it in Word, and gives it back (``--template``).
"""

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

# Words put in place of {{…}}; a paragraph that holds one alone and gets nothing is taken out.
WORDS = {
    "标题": "意见书的名称",
    "文号": "--number",
    "单位": "填报单位，或 --unit",
    "年度": "预算年度",
    "审核单位": "--office",
    "审核人": "--reviewer",
    "日期": "--date，不写为当天",
    "期限": "--due",
    "文件": "所审核的文件名",
    "意见数": "意见条数",
    "必须修改": "必须修改的处数",
    "应当修改": "应当修改的处数",
    "提示": "提示的处数",
}
# Paragraphs and tables put in place of a paragraph that holds {{…}} alone, in the format of that paragraph.
BLOCKS = {
    "审核人意见": "审核人自己的意见（--opinion 或处理记录中的 opinion）",
    "总体意见": "收到什么、查出多少、初评等级、修改要求",
    "逐条意见": "按表列出的意见：位置、问题、依据、修改建议",
    "审核表": "每张表的审核表和初评等级建议",
    "依据目录": "意见所引依据的全称和条款",
    "不计意见": "豁免和驳回的意见",
    "未能检查": "没有查成、没有读出的内容",
}
REQUIRED = "逐条意见"
# Named styles that generated tables and headings take when the template has them.
STYLE_HEADING, STYLE_CELL, STYLE_CELL_HEAD = "意见表名", "表格文字", "表格标题"

TABLE_NOTE = (
    "本表由程序按规则初评，参照财预〔2015〕88号审核表的四个方面；分值、分数线是本程序的约定，等级为建议，由审核人核定。"
)
_FILE_TITLE = "绩效目标审核意见书（模板）"
_TITLE, _BODY, _HEAD = "方正小标宋简体", "仿宋_GB2312", "黑体"
# What takes the place of a font that is not installed; Word and WPS look here.
_SUBSTITUTES = {
    "方正小标宋简体": ("华文中宋", "roman"),
    "仿宋_GB2312": ("仿宋", "roman"),
    "黑体": ("SimHei", "swiss"),
}
_LINE = 28.95  # points: 22 lines a page
_SIZE = 16  # 三号


def default_template() -> bytes:
    """The default template as a .docx file."""
    from docx import Document
    from docx.shared import Cm, Pt

    document = Document()
    _without_leftovers(document)
    _fonts(document)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    section.footer_distance = Cm(2.8)
    _styles(document)
    _page_numbers(document)
    _line(document, "{{标题}}", font=_TITLE, size=22, center=True, indent=False)
    _line(document, "{{文号}}", center=True, indent=False)
    _line(document, "", indent=False)
    _line(document, "{{单位}}：", indent=False)
    _line(document, "{{审核人意见}}")
    _line(document, "{{总体意见}}")
    _line(document, "", indent=False)
    _line(document, "附件：1. 逐条审核意见").paragraph_format.keep_with_next = True
    second = _line(document, "2. 绩效目标审核表（初评）", indent=False)
    second.paragraph_format.left_indent = Pt(_SIZE * 5)
    second.paragraph_format.keep_with_next = True
    _line(document, "", indent=False).paragraph_format.keep_with_next = True
    for words in ("{{审核单位}}", "审核人：{{审核人}}", "{{日期}}"):
        line = _line(document, words, indent=False)
        line.paragraph_format.alignment = 2
        line.paragraph_format.right_indent = Pt(_SIZE * 2)
        line.paragraph_format.keep_with_next = words != "{{日期}}"  # the signature does not stand on a page alone
    _annex(document, "附件1", "逐条审核意见")
    _line(document, "{{逐条意见}}")
    _section(document, "所引依据")
    _line(document, "{{依据目录}}", size=12, spacing=20)
    _section(document, "审核人核定不作为问题的意见")
    _line(document, "{{不计意见}}", size=12, spacing=20)
    _section(document, "没有查成、没有读出的内容（不算通过，请人工核对）")
    _line(document, "{{未能检查}}", size=12, spacing=20)
    _annex(document, "附件2", "绩效目标审核表（初评）")
    _line(document, TABLE_NOTE, size=12, spacing=20)
    _line(document, "{{审核表}}")
    document.core_properties.title, document.core_properties.author = _FILE_TITLE, ""
    document.core_properties.comments = ""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def set_font(run: Any, font: str, size: float | None = None) -> None:
    """Give a run a Chinese font; digits and letters of it too."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    fonts = run.element.get_or_add_rPr().get_or_add_rFonts() if hasattr(run, "element") else None
    if fonts is not None:
        for kind in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(kind), font)
    if size is not None:
        run.font.size = Pt(size)


def _line(
    document: "Document",
    text: str,
    *,
    font: str = _BODY,
    size: float = _SIZE,
    center: bool = False,
    indent: bool = True,
    spacing: float = _LINE,
) -> Any:
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(max(spacing, size * 1.3))
    layout.space_before = layout.space_after = Pt(0)
    if center:
        layout.alignment = 1
    if indent:
        layout.first_line_indent = Pt(size * 2)
    set_font(paragraph.add_run(text), font, size)
    return paragraph


def _annex(document: "Document", label: str, title: str) -> None:
    from docx.enum.text import WD_BREAK

    first = _line(document, "", font=_HEAD, indent=False)
    first.runs[0].add_break(WD_BREAK.PAGE)
    run = first.add_run(label)
    set_font(run, _HEAD, _SIZE)
    _line(document, title, font=_TITLE, size=20, center=True, indent=False, spacing=36)


def _section(document: "Document", title: str) -> None:
    from docx.shared import Pt

    line = _line(document, title, font=_HEAD, size=14, indent=False)
    line.paragraph_format.keep_with_next = True
    line.paragraph_format.space_before = Pt(12)


def _styles(document: "Document") -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    normal: Any = document.styles["Normal"]
    set_font(normal, _BODY, _SIZE)
    normal.paragraph_format.space_after = Pt(0)
    for name, font, size in ((STYLE_HEADING, _HEAD, 14), (STYLE_CELL, _BODY, 10.5), (STYLE_CELL_HEAD, _HEAD, 10.5)):
        style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        set_font(style, font, size)
        style.paragraph_format.space_after = Pt(4 if name == STYLE_HEADING else 0)
        style.paragraph_format.space_before = Pt(12 if name == STYLE_HEADING else 0)
        style.paragraph_format.keep_with_next = name == STYLE_HEADING
        if name == STYLE_CELL_HEAD:
            style.paragraph_format.alignment = 1


def _page_numbers(document: "Document") -> None:
    """``— 1 —`` in 四号 宋体, at the outer edge: right on odd pages, left on even ones."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, alignment in ((section.footer, 2), (section.even_page_footer, 0)):
        paragraph: Any = footer.paragraphs[0]
        paragraph.paragraph_format.alignment = alignment
        side = "right_indent" if alignment == 2 else "left_indent"
        setattr(paragraph.paragraph_format, side, Pt(14))
        set_font(paragraph.add_run("— "), "宋体", 14)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        paragraph._p.append(field)
        number = paragraph.add_run("1")
        set_font(number, "宋体", 14)
        field.append(number._r)
        set_font(paragraph.add_run(" —"), "宋体", 14)


def _without_leftovers(document: "Document") -> None:
    """Drop what python-docx's own blank document carries along: a thumbnail, and styles for Word 2010 that disagree."""
    for part in (document.part, document.part.package):
        relations: Any = part.rels
        for key in [k for k, r in relations.items() if r.reltype.endswith(("/stylesWithEffects", "/thumbnail"))]:
            relations.pop(key)


def _fonts(document: "Document") -> None:
    """Name substitutes for the fonts of official papers, which few computers at home have."""
    from lxml import etree

    part: Any = next((p for p in document.part.package.iter_parts() if str(p.partname) == "/word/fontTable.xml"), None)
    if part is None:
        return
    root = etree.fromstring(part.blob)
    ns = root.tag.rpartition("}")[0] + "}"
    for name, (substitute, family) in _SUBSTITUTES.items():
        font = etree.SubElement(root, f"{ns}font")
        font.set(f"{ns}name", name)
        for kind, setting in (("altName", substitute), ("charset", "86"), ("family", family), ("pitch", "default")):
            etree.SubElement(font, f"{ns}{kind}").set(f"{ns}val", setting)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
