"""A workbook with everything that rows can be told in."""

import io
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Border, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

SHEET = "绩效 目标表"
ROWS: tuple[tuple[object, ...], ...] = (
    ("2025年项目支出绩效目标申报表",),
    ("项目名称", "农技推广培训"),
    ("年度绩效目标", "举办农技推广培训3场，培训150人，印发资料800册。"),
    ("一级指标", "二级指标", "三级指标", "", "指标值", "单位", "权重"),
    ("产出指标", "数量指标", "农技推广培训人数", "", "≥150", "人", 10),
    ("", "", "农技推广培训场次", "", "≥3", "场", 10),
    ("", "质量指标", "培训合格率", "", "≥95", "%", 20),
    ("", "时效指标", "培训完成时间", "", "2025年12月底前", "", 20),
    ("效益指标", "社会效益指标", "农户知晓率", "", "≥90", "%", 20),
    ("满意度指标", "服务对象满意度指标", "学员满意度", "", "≥90", "%", 20),
    ("合计", "", "", "", "", "", "=SUM(G5:G10)"),
    ("填表人：", "王某", "", "", "联系电话：", "", "=G11/100"),
)


def book(path: Path) -> Path:
    """Write the workbook: merged levels, sums, validations, formats, print set-up, pictures, a chart, notes, names."""
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    line = Side("thin")
    for row in ROWS:
        sheet.append([value if value != "" else None for value in row])
    for cells in sheet.iter_rows(4, 11, 1, 7):
        for cell in cells:
            cell.border = Border(line, line, line, line)
    for span in ("A1:G1", "B2:G2", "B3:G3", "A5:A8", "B5:B6", "A11:F11", *(f"C{n}:D{n}" for n in range(4, 11))):
        sheet.merge_cells(span)
    sheet.row_dimensions[6].height = 31.5
    sheet.row_dimensions[7].hidden = True
    units = DataValidation(type="list", formula1='"人,场,%,万元"')
    units.add("F5:F10")
    last = DataValidation(type="custom", formula1="G12<=$G$11")
    last.add("G12")
    sheet.add_data_validation(units)
    sheet.add_data_validation(last)
    fill = PatternFill(bgColor="FFC7CE")
    sheet.conditional_formatting.add("G5:G6", CellIsRule(operator="greaterThan", formula=["$G$11/2"], fill=fill))
    sheet.conditional_formatting.add("G11", FormulaRule(formula=["G11<>100"], fill=fill))
    sheet.print_area = "A1:G12"
    sheet.print_title_rows = "1:4"
    sheet.row_breaks.append(Break(id=10))
    sheet.freeze_panes = "A5"
    sheet["B12"].comment = Comment("请写全名", "局办公室")
    sheet["B12"].hyperlink = Hyperlink(ref="B12", location=f"'{SHEET}'!G11")
    sheet["C5"].comment = Comment("按培训计划", "局办公室")
    from PIL import Image as Pixels

    picture = io.BytesIO()
    Pixels.new("RGB", (40, 20), "red").save(picture, "PNG")
    sheet.add_image(Image(io.BytesIO(picture.getvalue())), "I2")
    sheet.add_image(Image(io.BytesIO(picture.getvalue())), "I12")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=7, min_row=5, max_row=10))
    sheet.add_chart(chart, "I14")
    made.defined_names["合计数"] = DefinedName("合计数", attr_text=f"'{SHEET}'!$G$11")
    other = made.create_sheet("汇总")
    other["A1"] = f"='{SHEET}'!G11+G11"
    other["A2"] = f"=SUM('{SHEET}'!G5:G6)"
    other["A3"] = "=合计数"
    made.save(path)
    return path


def protect(path: Path, *unlocked: str) -> None:
    """Protect the sheet but for some cells."""
    made = load_workbook(path)
    sheet = made[SHEET]
    sheet.protection.sheet = True
    for reference in unlocked:
        sheet[reference].protection = Protection(locked=False)
    made.save(path)
