"""The first inputs of each target, made when they are needed: nothing but small texts is kept in git."""

import io
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import yaml

from reviewer.readers import read

HERE = Path(__file__).parent
TESTS = HERE.parent
CASES = HERE / "cases"
ROWS = [
    ["2024年项目支出绩效目标表", "", "", ""],
    ["项目名称", "残疾人事业补助", "预算单位", "某县残联"],
    ["年度绩效目标", "培训残疾人150人", "年度资金总额（万元）", "45.5"],
    ["一级指标", "二级指标", "三级指标", "指标值"],
    ["产出指标", "数量指标", "培训残疾人数", "≥150人"],
    ["", "质量指标", "培训合格率", "95%"],
    ["", "时效指标", "完成时间", "2024年12月底前"],
    ["效益指标", "社会效益指标", "就业人数", "20-30人"],
    ["支出明细", "金额", "测算依据", ""],
    ["培训费", "45.5", "150人×3000元/人＋印刷费0.5万元", ""],
]


def seeds(target: str) -> list[bytes]:
    """The first inputs of a target, its found cases among them."""
    found = [path.read_bytes() for path in sorted((CASES / target).glob("*")) if path.is_file()]
    return [*_MAKERS.get(target, list)(), *found]


def _layouts(suffix: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((TESTS / "readers" / "layouts").glob(f"*{suffix}"))]


def _docx() -> list[bytes]:
    from docx import Document

    document = Document()
    document.add_paragraph("项目支出绩效目标表")
    table = document.add_table(len(ROWS), 4)
    for row, cells in zip(ROWS, table.rows, strict=True):
        for text, cell in zip(row, cells.cells, strict=True):
            cell.text = text
    table.cell(4, 0).merge(table.cell(6, 0))
    table.cell(0, 0).merge(table.cell(0, 3))
    return [_saved(document.save)]


def _xlsx() -> list[bytes]:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    for row in ROWS:
        sheet.append(row)
    sheet.merge_cells("A5:A7")
    sheet["D6"].value, sheet["D6"].number_format = 0.95, "0.0%"
    sheet["B10"].value = "=40+5.5"
    sheet["D8"].value, sheet["D8"].number_format = 45000, 'yyyy"年"m"月"'
    return [_saved(book.save)]


def _xls() -> list[bytes]:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for r, row in enumerate(ROWS[1:], 1):
        for c, text in enumerate(row):
            sheet.write(r, c, text)
    sheet.write_merge(0, 0, 0, 3, ROWS[0][0])
    sheet.write(11, 0, 0.95, xlwt.easyxf(num_format_str="0.0%"))
    sheet.write(11, 1, xlwt.Formula("1+1"))
    return [_saved(book.save)]


def _pdf() -> list[bytes]:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), "STSong-Light")]

    def save(stream: io.BytesIO) -> None:
        SimpleDocTemplate(stream, pageCompression=0, invariant=1).build([Table(ROWS, style=style)])

    return [_saved(save)]


def _doc() -> list[bytes]:
    """By LibreOffice, where installed."""
    office = shutil.which("soffice")
    if office is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.docx").write_bytes(_docx()[0])
        command = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "doc"]
        subprocess.run([*command, "--outdir", folder, f"{folder}/a.docx"], check=True, capture_output=True, timeout=120)
        return [(Path(folder) / "a.doc").read_bytes()]


def _csv() -> list[bytes]:
    return [*_layouts(".csv"), "\n".join(",".join(row) for row in ROWS).encode("gb18030")]


def _json() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text("\n".join(",".join(row) for row in ROWS), "utf-8")
        return [read(path).model_dump_json(exclude_defaults=True).encode()]


def _rule_texts(keys: Iterable[str]) -> list[str]:
    """The words that the rules' cases hold under some keys."""
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            found.extend(str(v) for k, v in node.items() if k in keys and isinstance(v, str))
            walk(list(node.values()))

    for path in sorted((TESTS / "rules").rglob("*.yaml")):
        walk(yaml.load(path.read_text("utf-8"), yaml.BaseLoader))
    return list(dict.fromkeys(found))


def _values() -> list[bytes]:
    return [text.encode() for text in _rule_texts(("value",))]


def _cost_lines() -> list[bytes]:
    return [f"{text}\n45.5万元\n150\n3000元\n人".encode() for text in _rule_texts(("basis",))]


def _replies() -> list[bytes]:
    row = {"level2": "数量指标", "name": "培训人数", "sign": "≥", "number": "150", "unit": "人", "reason": "有数",
           "bank_entry": "", "computations": [{"result": "150", "expression": "100+50"}]}  # fmt: skip
    samples: list[object] = [{**row, "decision": "rewrite"}, {"rows": [row]}, {"choice": "A", "reason": "合适"}]
    texts = [json.dumps(sample, ensure_ascii=False) for sample in samples]
    wrapped = (f"<think>想</think>{texts[0]}", f"好的：\n```json\n{texts[1]}\n```", f"{texts[2]} {texts[2][:9]}")
    return [text.encode() for text in (*texts, *wrapped)]


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


_MAKERS: dict[str, Callable[[], list[bytes]]] = {
    "docx": _docx, "xlsx": _xlsx, "xls": _xls, "pdf": _pdf, "doc": _doc, "csv": _csv, "json": _json,
    "html": lambda: _layouts(".html"), "md": lambda: _layouts(".md"), "txt": lambda: _layouts(".txt"),
    "values": _values, "cost_lines": _cost_lines, "replies": _replies,
}  # fmt: skip
