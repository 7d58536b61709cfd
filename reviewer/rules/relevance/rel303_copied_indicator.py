"""REL303."""

from collections import defaultdict
from collections.abc import Iterator

from reviewer.matching.names import plain_name, plain_value, says_nothing
from reviewer.matching.terms import pairs, pieces, with_synonyms
from reviewer.records import Filing, Form, FormKind, Hit, Severity, ValueKind
from reviewer.rules.engine import Context, NotApplicable, Row, rule
from reviewer.taxonomy import BENEFITS, words
from reviewer.text import squash

_NATURAL = ("时效指标", "满意度指标")
_MANY = 3


@rule(
    "REL303",
    "指标照搬",
    severity="info",
    smart="R",
    basis=["caiyu-2015-88#relevant", "paper#copied-goals"],
    scope="filing",
    kinds=[FormKind.PROJECT],
    reads=["name", "value", "unit", "category"],
)
def check(filing: Filing, context: Context) -> Iterator[Hit]:
    """检查：同一套材料中，两个及以上不同项目的表里是否有名称和指标值都相同的指标；两个为提示，三个起为警告。

    理由：项目不同，产出和效果就不同；几张表填同一条空话，看不出各自项目的特点，也无法分别考核。

    反例：四个项目的社会效益都写“残疾人家庭的幸福感：不断提高”；修路项目照抄了培训项目的“参训学员就业率≥80%”。

    正例：各项目的效益指标写各自的受益对象和数值；两个工程都写“验收合格率＝100%”；各表都写“2023年12月底前完成”。

    资金管理类名称：“资金使用合规率＝100%”“管理制度健全”说的是每个项目都必须做到的管理要求，不反映本项目做了什么、
    做得怎样，几张表相同就是照搬，照样提出。“验收合格率”不同：各表的合格率考核的是各自的产出，写法相同而内容不同，
    不算照搬。只在两个项目相同时是提示，不影响评级。

    例外：时效和满意度指标本就相似，不查；合格率、准确率、总成本等通用名称不查；可以查证的标准值
    （合格、符合国家标准）不查；产出数字相同而名称与各项目的内容都有关的不查；效益为“无事故”“100%”的通用名称不查；部门整体表与项目表相同不算照搬。
    """
    forms = [f for f in filing.forms if f.kind is FormKind.PROJECT and f.indicators]
    if len({squash(f.project) or f.id for f in forms}) < 2:
        raise NotApplicable("材料中没有两个以上的项目表可比")
    rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for form in forms:
        for row in context.rows(form):
            value = plain_value(row.indicator.value)
            name = plain_name(row.indicator.name)
            if name and value and not says_nothing(row.indicator.name, row.indicator.value):
                rows[name, value + squash(row.indicator.unit or "")].append(row)
    for (name, value), same in rows.items():
        projects = {squash(r.form.project) or r.form.id: r.form for r in same}
        if len(projects) < 2 or any(r.category in _NATURAL for r in same) or all(map(_may_be_shared, same)):
            continue
        severity = Severity.WARN if len(projects) >= _MANY else Severity.INFO
        for row in same:
            others = [p for p in projects if p != (squash(row.form.project) or row.form.id)]
            yield row.hit(
                "name",
                f"与{'、'.join(f'“{p}”' for p in others)}的指标完全相同（名称、指标值都一样）。"
                "请按本项目自己的产出和受益对象改写。",
                f"{squash(row.indicator.name)}：{squash(row.indicator.value)}（共{len(projects)}个项目）",
                severity=severity,
                group=f"REL303 {name} {value}",
            )


def _may_be_shared(row: Row) -> bool:
    """Whether a row may well be right in its project though others have the same."""
    if row.target.kind in (ValueKind.PLACEHOLDER, ValueKind.DATE):
        return True
    if any(word in squash(row.indicator.name) for word in words("management_names")):
        return False
    if row.target.kind is ValueKind.QUALITATIVE:
        return any(word in squash(row.indicator.value) for word in words("shared_values"))
    own = pieces(row.name, ("task_generic", "standing_names"))
    if row.category in BENEFITS:
        # Effects are a project's own; only "no accidents", "all of them" are the same everywhere.
        return not own and (row.target.number == 0 or (row.target.kind is ValueKind.RATE and row.target.number == 100))
    # An output: copied only when the name speaks of something that one of the projects has nothing to do with.
    return not own or _grounded(pairs(own), row.form)


def _grounded(own: frozenset[str], form: Form) -> bool:
    texts = [form.project, form.goal_text, *(f"{c.content} {c.detail} {c.calculation_basis}" for c in form.cost_lines)]
    known = with_synonyms(squash(" ".join(texts)))
    return any(pair in known for pair in own)
