from collections.abc import Iterator
from decimal import Decimal

from reviewer.records import CostLine, Form, FormKind, Hit, Severity
from reviewer.rules.cost_lines import calculation_of, in_columns, line_name, parts_of
from reviewer.rules.engine import Context, CouldNotCheck, NotApplicable, rule
from reviewer.text.calculation import MARGIN, Calculation, compare, near, read_calculation, wan


@rule(
    "CON403",
    "测算过程与金额不符",
    severity="error",
    smart="A",
    basis=("caiyu-2015-88#matched", "hanzhong-2024#review"),
    scope="form",
    kinds=(FormKind.PROJECT, FormKind.DEPARTMENT),
    reads=["cost.amount", "cost.basis"],
)
def check(form: Form, context: Context) -> Iterator[Hit]:
    """测算依据里的算式算出来，与这一行申报的金额对不上。

    检查：逐行读出测算依据中的数量、单价、比例和分项金额，换算成万元后真正相乘、相加，与该行金额比较；
    表上另有“数量”“单价”栏的，用这两栏相乘。
    算出的数超过金额5%以上为错误；只说明了一部分金额的，写明说明了多少、还差多少，提请补充；
    算式后面自己写的得数（“＝6万元”）与算式不符的，一并提示。
    理由：测算过程是金额的来由。人数乘标准不等于申报数，或大半金额没有测算，财政无法核定资金是否与目标匹配。
    反例：45名残疾儿童×1.5万元/人/年，申报40万元（应为67.5万元，多出27.5万元）；
    技能培训60人×3000元，无障碍改造（无数量单价），申报43万元（只说明18万元）
    正例：10人×2000元/人，申报2万元；康复25万，服药补贴10万，辅具10万，申报45万元
    例外：相差5%以内的不报；文号、日期、政策名称中的数字不参加计算；“各负担一半”“承担30%”时，总数和分担后的数有一个
    相符即可；按月单价未写月数的，按1个月和12个月都试；同一金额先总后分的不重复计；写有上年、上级、合同等其他金额、
    读法不止一种的，任何一种相符就不报，都不相符时只列为“未能检查”，不下结论。
    """
    lines = parts_of(form.cost_lines)
    if not lines:
        raise NotApplicable("表中没有支出明细")
    unclear: list[str] = []
    calculated = False
    for line in lines:
        calculation = calculation_of(line, form)
        if not calculation.terms:
            continue  # nothing to compute: CON407 says so
        calculated = True
        if line.amount.wan is None:
            unclear.append(f"“{line_name(line)}”的金额读不出数字")
            continue
        verdict, gap = compare(calculation, line.amount)
        if verdict == "over":
            yield _over(line, form, calculation, gap)
        elif verdict == "under":
            yield _under(line, form, calculation, gap)
        elif verdict == "equal":
            yield from _wrong_results(line, calculation)
        else:
            unclear.append(f"“{line_name(line)}”的测算依据有几种读法，未下结论")
    if unclear:
        raise CouldNotCheck("；".join(unclear))
    if not calculated:
        raise NotApplicable("测算依据中没有可以复算的算式")


def _source(line: CostLine, form: Form) -> str:
    return "“数量”“单价”两栏" if read_calculation(in_columns(line, form)).terms else "测算依据"


def _over(line: CostLine, form: Form, calculation: Calculation, gap: Decimal) -> Hit:
    name, amount = line_name(line), calculation.total - gap
    open_units = sorted({u for t in calculation.terms for u in t.open if u})
    more = f"（算式还没有写{'、'.join(open_units)}数，实际会更多）" if open_units else ""
    return Hit(
        message=f"“{name}”申报{wan(amount)}，按{_source(line, form)}计算为{wan(calculation.total)}，"
        f"多出{wan(gap)}{more}。{_share(calculation)}请核对数量、单价或金额，改到一致。",
        evidence=calculation.said,
        location=line.location,
    )


def _under(line: CostLine, form: Form, calculation: Calculation, gap: Decimal) -> Hit:
    name, amount = line_name(line), calculation.total - gap
    why = ""
    open_units = sorted({u for t in calculation.terms for u in t.open if u})
    if calculation.unpriced:
        why = f"（如“{'”“'.join(calculation.unpriced[:3])}”没有写数量和单价）"
    elif open_units:
        why = f"（单价按{'、'.join(open_units)}计，但没有写{'、'.join(open_units)}数）"
    return Hit(
        message=f"“{name}”申报{wan(amount)}，{_source(line, form)}只说明了{wan(calculation.total)}，"
        f"还有{wan(-gap)}没有说明怎样测算{why}。{_share(calculation)}请补上这部分的数量和单价，或核减金额。",
        evidence=calculation.said,
        location=line.location,
        severity=Severity.WARN,
    )


def _wrong_results(line: CostLine, calculation: Calculation) -> Iterator[Hit]:
    for equation in calculation.equations:
        if equation.sure and not near(equation.computed, equation.stated, MARGIN):
            yield Hit(
                message=f"“{line_name(line)}”的测算依据把{equation.words}的得数写成{wan(equation.stated)}，"
                f"计算应为{wan(equation.computed)}。请改正算式或得数。",
                evidence=f"{equation.words}＝{wan(equation.computed)}",
                location=line.location,
                severity=Severity.WARN,
            )
            return


def _share(calculation: Calculation) -> str:
    if not calculation.shares:
        return ""
    parts = "、".join(f"{share:.0%}为{wan(calculation.total * share)}" for share in calculation.shares[:2])
    return f"按所写分担比例计算，{parts}，也与金额不符。"
