"""CMP001."""

from collections.abc import Iterator

from reviewer.matching.names import says_nothing
from reviewer.records import Form, FormKind, Hit, Indicator, Severity
from reviewer.rules.engine import Context, CouldNotCheck, rule
from reviewer.taxonomy import BENEFITS, CATEGORIES, OUTPUTS, Profile, words
from reviewer.taxonomy.levels import bare_level, level1_name
from reviewer.text import squash

_EXAMPLES = {
    "数量指标": "服务人数、建设面积、购置台数",
    "质量指标": "验收合格率、发放准确率",
    "时效指标": "完成时间（××××年××月底前）、按时完成率",
    "成本指标": "总成本控制数、单位成本、补助标准",
    "满意度指标": "服务对象满意度（≥90%）",
}


@rule(
    "CMP001",
    "必填二级指标缺失",
    severity="error",
    smart="S",
    basis=["caiyu-2015-88#complete", "caiyu-2015-88#framework", "unit-system#required", "caiyu-2021-101#output"],
    scope="form",
    kinds=[FormKind.PROJECT, FormKind.DEPARTMENT],
)
def check(form: Form, context: Context) -> Iterator[Hit]:
    """检查：本表所用框架要求的二级指标是否各有至少一条指标；四类效益至少有一类；表头印有“必填”的类别也要有。

    理由：绩效目标要从数量、质量、时效、成本、效益和满意度各方面说清楚；缺一类，就少一面的约束，
    审核“规范完整”时即为缺项。要求哪些类别由框架（profile）决定，可在数据文件中修改。

    反例：表中有数量、质量、时效和效益，唯独没有成本指标；“成本指标”一行空着；四类效益全部空着或都填“无”。

    正例：数量、质量、时效、成本各有一条，社会效益有一条，满意度有一条；经济效益、生态效益空着。

    例外：必填类别里只填了“无”的，由占位填报（CMP003）指出，此处不重复；部门整体表没有印成本栏的，不要求成本；
    财预〔2021〕101号框架下时效、满意度可不设，只作提示，满意度仅对直接服务公众或企业的项目提示；
    一级指标下不分二级、无法对应到类别的，记为未能检查。
    """
    rows = (*form.indicators, *form.blank_rows)
    if not rows and not form.columns:
        raise CouldNotCheck("没有读到指标部分，无法判断缺了哪些类别")
    if form.indicators and not any(i.category for i in form.indicators):
        raise CouldNotCheck("指标的类别名称都不在九类二级指标之内，无法对应")
    profile = context.profile(form)
    filled = {i.category for i in form.indicators if i.category}
    real = {i.category for i in form.indicators if i.category and not says_nothing(i.name, i.value)}
    unsure = _unsure(form)
    for category in _required(form, profile, rows):
        if category not in filled and category not in unsure:
            yield _hit(form, category)
    # The placeholder of a required category is CMP003's business; of a group, one must really say something.
    for group in profile.any_of:
        if not (real | unsure) & set(group):
            yield _group_hit(form, group)
    for category, when in profile.advised.items():
        if category not in filled and category not in unsure and (when == "always" or _serves_public(form)):
            yield _advice(form, category)
    if unsure - filled:
        raise CouldNotCheck(f"有指标没有印二级指标，无法判断是否属于{'、'.join(c for c in CATEGORIES if c in unsure)}")


def _required(form: Form, profile: Profile, rows: tuple[Indicator, ...]) -> list[str]:
    """The profile's categories and those that a heading marks 必填, without those it marks 选填."""
    marks = [(i.category, squash(i.level1) + squash(i.level2)) for i in rows if i.category]
    wanted = {c for c, heading in marks if any(m in heading for m in words("required_marks"))} | set(profile.required)
    wanted -= {c for c, heading in marks if any(m in heading for m in words("optional_marks"))}
    if form.kind is FormKind.DEPARTMENT:
        printed = {i.category for i in rows}
        wanted -= set(profile.department_if_printed) - printed
    return [c for c in CATEGORIES if c in wanted]


def _unsure(form: Form) -> set[str]:
    """Categories that rows without a known second level may belong to, by their first level."""
    found: set[str] = set()
    for row in form.indicators:
        if row.category is None and not says_nothing(row.name, row.value):
            level1 = level1_name(row.level1)
            if level1 == "产出指标" and not bare_level(row.level2):
                found |= set(OUTPUTS)
            elif level1 == "效益指标":
                found |= set(BENEFITS)
    return found


def _serves_public(form: Form) -> bool:
    texts = (form.project, form.goal_text, *(i.name for i in form.indicators))
    return any(word in text for text in texts for word in words("public_words"))


def _hit(form: Form, category: str) -> Hit:
    blank = next((i for i in form.blank_rows if i.category == category), None)
    seen = f"“{category}”一行是空的" if blank else f"表中没有一条{category}"
    return Hit(
        message=f"缺少{category}：{seen}。请补填一条，如{_EXAMPLES[category]}。"
        if category in _EXAMPLES
        else f"缺少{category}：{seen}。请补填一条。",
        evidence=_have(form),
        location=blank.location if blank else form.location,
        missing=(category,),
        group="CMP001",
    )


def _group_hit(form: Form, group: tuple[str, ...]) -> Hit:
    names = "、".join(c.removesuffix("指标") for c in group)
    placeholders = [i.category for i in form.indicators if i.category in group]
    seen = "填了的几行都是“无”之类的占位" if placeholders else "一条也没有"
    return Hit(
        message=f"缺少效益指标：{names}四类中{seen}。请至少补填一条能反映受益变化的指标。"
        if len(group) == 4
        else f"缺少效益指标：{names}中{seen}。请至少补填一条能反映受益变化的指标。",
        evidence=_have(form),
        location=form.location,
        missing=group,
        group="CMP001",
    )


def _advice(form: Form, category: str) -> Hit:
    reason = (
        "时效可不强制设，但一般应写明整体完成时间" if category == "时效指标" else "直接服务公众或企业的项目一般应设"
    )
    return Hit(
        message=f"没有设{category}。本表所用框架不强制要求；{reason}，如{_EXAMPLES[category]}。",
        evidence=_have(form),
        location=form.location,
        severity=Severity.INFO,
        missing=(category,),
        group="CMP001",
    )


def _have(form: Form) -> str:
    present = [c for c in CATEGORIES if any(i.category == c for i in form.indicators)]
    return f"已有：{'、'.join(present)}" if present else "指标部分没有填写任何指标"
