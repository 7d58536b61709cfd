from collections.abc import Iterator

from reviewer.records import Hit
from reviewer.rules.engine import Context, CouldNotCheck, Row, rule


@rule(
    "CMP002",
    "指标或指标值为空",
    severity="error",
    smart="S",
    basis=("caiyu-2015-88#complete", "integrated-system#checks"),
    reads=["name", "value"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """有指标名称没有指标值，或者有指标值没有指标名称。

    检查：三级指标名称与指标值两栏，只填了一栏。
    理由：缺了一半的指标无法考核；管理系统也不允许空值保存。
    反例：培训人数 ｜ （空）；（空） ｜ ≥100人
    正例：培训人数 ｜ ≥100人
    未能检查：空着的那一格是没有保存计算结果的公式，或没有读出来的，不算没填。
    例外：两栏都空（或名称栏只印着“指标1：”）的一行不是指标，缺不缺由 CMP001 按框架判断；填“无”“/”的由 CMP003 指出。
    """
    value = row.indicator.value.strip()
    if bool(row.name) != bool(value) and (why := _not_read(row, "name" if value else "value", context)):
        raise CouldNotCheck(why)
    if row.name and not value:
        yield row.hit("value", f"指标“{row.name}”没有填指标值。请补填可考核的值。", evidence=row.indicator.name.strip())
    elif value and not row.name:
        yield row.hit("name", f"指标值“{value}”没有对应的指标名称。请补填名称，或删去这一行。", evidence=value)


def _not_read(row: Row, column: str, context: Context) -> str:
    """Why the cell of a column could not be read (a formula that was never computed); "" where it is empty."""
    cell = row.indicator.cells.get(column)
    for unread in context.filing.unread:
        at = unread.location
        if cell and at and not unread.advisory and (at.sheet, at.row, at.column) == (cell.sheet, cell.row, cell.column):
            return f"“{row.name or row.indicator.value.strip()}”一行：{unread.reason}"
    return ""
