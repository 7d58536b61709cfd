from collections.abc import Iterator

from reviewer.records import CostLine, Form, FormKind, Hit
from reviewer.rules.cost_lines import in_columns, line_name, parts_of
from reviewer.rules.engine import Context, NotApplicable, rule
from reviewer.text import squash
from reviewer.text.calculation import counts_in, read_calculation, wan
from reviewer.text.vocabulary import unit_class

_LISTED, _QUOTED = 6, 30  # lines, characters
_MEASURES = ("length", "area", "volume", "energy")  # they describe a thing as often as they count it


@rule(
    "CON407",
    "测算依据不具体",
    severity="warn",
    smart="A",
    basis=("caiyu-2015-88#feasible", "hanzhong-2024#review"),
    scope="form",
    kinds=(FormKind.PROJECT, FormKind.DEPARTMENT),
    reads=["cost.amount", "cost.basis"],
)
def check(form: Form, context: Context) -> Iterator[Hit]:
    """支出明细的测算依据没有数量、单价或分项金额，只有文件名、一句“据实测算”，或者空着。

    检查：逐行看测算依据，去掉文号、日期、政策名称后，既没有数量和单价，也没有分项金额的，合并成一条列出。
    表上印有“数量”“单价”栏的，两栏都填了数即可。
    理由：依据里没有数，金额从何而来无法复核，也就无法判断资金能否保证目标在期限内实现。
    反例：测算依据 ｜ 根据实际需求测算；测算依据 ｜ 《中华人民共和国残疾人保障法》；测算依据 ｜ （空）
    正例：测算依据 ｜ 45名×8800元/年；测算依据 ｜ 儿童康复25万，服药补贴10万，辅具10万
    例外：有数量、单价、比例、分项金额中任何一样的不报（是否算得对由 CON403 处理）；数字写在“明细内容”“备注”里的也算；
    支出明细只有内容和金额、没有测算依据栏的表不查（表样没有要求填）；金额为0或没有填金额的行不报。金额小的行同样要有依据，所以不按金额大小免除。
    """
    lines = [line for line in parts_of(form.cost_lines) if line.amount.wan]
    if not lines:
        raise NotApplicable("表中没有填了金额的支出明细")
    printed = form.cost_columns
    if printed and not printed.keys() & {"basis", "quantity", "unit_price"}:
        raise NotApplicable("支出明细没有印测算依据栏")
    bare = [line for line in lines if not _has_figures(line, form)]
    if not bare:
        return
    asks_basis = not printed or "basis" in printed
    listed = "；".join(_said(line, asks_basis) for line in bare[:_LISTED]) + ("等" if bare[_LISTED:] else "")
    yield Hit(
        message=f"{len(bare)}项支出的测算依据没有数量、单价或分项金额，无法复核：{listed}。"
        "请按“数量×单价＝金额”补写，文件依据可以保留。",
        evidence="；".join(line.calculation_basis.strip() or "（空）" for line in bare[:_LISTED]),
        location=bare[0].location or form.location,
    )


def _has_figures(line: CostLine, form: Form) -> bool:
    if any(read_calculation(text).figures for text in (line.calculation_basis, in_columns(line, form))):
        return True
    return any(_gives_quantity(text) for text in (line.detail, line.content, line.note) if text)


def _gives_quantity(text: str) -> bool:
    """Whether a name of a thing also says how many or how much of it: 修路5公里, but not 12平方米帐篷."""
    calculation = read_calculation(text)
    if not calculation.figures:
        return False
    counts = counts_in(text)
    # Money, shares and products are figures in any place.
    if calculation.terms or calculation.rates or len(counts) < len(calculation.loose):
        return True
    return any(unit_class(m.quantity.unit) not in _MEASURES or not squash(m.after) for m in counts)


def _said(line: CostLine, asks_basis: bool) -> str:
    amount = wan(line.amount.wan) if line.amount.wan is not None else line.amount.printed
    words = squash(line.calculation_basis)
    basis = "测算依据为空" if asks_basis else "没有填数量和单价"
    if words:
        basis = f"只写“{words[:_QUOTED]}{'…' if words[_QUOTED:] else ''}”"
    return f"“{line_name(line)}”{amount}，{basis}"
