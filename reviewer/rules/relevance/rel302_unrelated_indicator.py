"""REL302."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from reviewer.matching.sectors import are_near, is_effect, terms_of
from reviewer.matching.terms import pairs, pieces, with_synonyms
from reviewer.records import Form, FormKind, Hit
from reviewer.rules.engine import Context, CouldNotCheck, NotApplicable, Row, rule
from reviewer.taxonomy import BENEFITS, OUTPUTS
from reviewer.text import squash

_ENOUGH = 2
# Of the name's own character pairs, what may stand in the project's text by chance (检测 in a road project).
_SHARED = 0.25


@rule(
    "REL302",
    "指标与项目无关",
    severity="warn",
    smart="R",
    basis=["caiyu-2015-88#relevant", "caiyu-2021-101#highly-relevant", "baotou-2023#six-checks"],
    scope="form",
    kinds=[FormKind.PROJECT],
    reads=["goals", "name", "category", "cost.content", "cost.detail", "cost.basis"],
)
def check(form: Form, context: Context) -> Iterator[Hit]:
    """检查：指标是否属于与本项目毫不相干的领域：名称带有某一领域的专用词，而项目名称、单位、目标、支出明细和
    其他指标都没有这一领域的任何词，且这些内容明确属于别的、并不相近的领域。

    理由：指标要与目标和支出方向直接相关；从别的项目抄来的指标考核不了本项目。

    反例：中小学食堂改造项目的数量指标写“灌溉农田面积”；水利项目写“文艺演出场次”。

    正例：农村公路项目的效益写“带动沿线旅游收入”；残疾人项目写“辅助器具适配人数”；各类项目的“验收合格率”。

    例外：只凭专用词判断，证据不足的一律不提；相近领域（水利与环保、交通与环卫）的产出指标，要有两个专用词、与本项目没有一处
    字词相同才提；效益指标常涉及别的领域，学生、游客这类常见受益词单独出现不提；
    满意度、时效指标不查；部门整体表不查；看不出项目属于哪个领域的，记为未能检查。
    """
    rows = context.rows(form)
    if not rows:
        raise CouldNotCheck("没有读到指标")
    if len(rows) < _ENOUGH:
        raise NotApplicable("只有一条指标，无从比较")
    known = _project_text(form, context)
    if not terms_of(known):  # siblings alone may all be copied
        raise CouldNotCheck("看不出项目属于哪个领域")
    for row in rows:
        if row.category in (None, "满意度指标", "时效指标"):
            continue
        yield from _foreign(row, rows, known)


def _foreign(row: Row, rows: tuple[Row, ...], known: str) -> Iterator[Hit]:
    own = terms_of(row.name)
    if not own:
        return
    siblings = [r.name for r in rows if r.name != row.name]
    texts = [*known.split("\n"), *siblings]
    around: dict[str, set[str]] = defaultdict(set)
    seen: Counter[str] = Counter()
    for text in texts:
        for name, terms in terms_of(text).items():
            around[name].update(terms)
            seen[name] += 1
    ours = {name for name, terms in around.items() if len(terms) >= _ENOUGH or seen[name] > _ENOUGH}
    # The project itself must name its field.
    if not ours & set(terms_of(known)):
        return
    if set(own) & set(around):
        return
    near = any(are_near(name, other) for name in own for other in ours)
    words = pairs(pieces(row.name, ("task_generic", "measurable_ends")))
    context_words = with_synonyms("\n".join(texts))
    shared = [pair for pair in words if pair in context_words]
    if len(shared) > _SHARED * len(words):
        return
    # 高速公路收费站 in a project of 路灯: near fields, but two words of the other one and none of the project's.
    if near and (shared or row.category not in OUTPUTS or all(len(terms) < _ENOUGH for terms in own.values())):
        return
    if row.category in BENEFITS and _may_be_effect(own, bool(shared)):
        return
    field, terms = next(iter(own.items()))
    yield row.hit(
        "name",
        f"“{squash(row.indicator.name)}”说的是{field}方面的事（{'、'.join(terms)}），与本项目的名称、目标、支出明细和"
        f"其他指标都没有关系。请核对是否抄自别的项目，改为本项目的产出或效果。",
        f"项目：{row.form.project or row.form.title}；本项目涉及：{'、'.join(sorted(ours))}",
    )


def _may_be_effect(own: Mapping[str, tuple[str, ...]], shares: bool) -> bool:
    """Benefits reach into other fields: two words of them are asked for, or one that is no common effect."""
    terms = [t for found in own.values() for t in found]
    return len(terms) < _ENOUGH and (shares or any(map(is_effect, terms)))


def _project_text(form: Form, context: Context) -> str:
    texts = [form.project, form.title, form.org or context.filing.org, form.goal_text]
    texts += [f"{c.content} {c.detail} {c.calculation_basis}" for c in form.cost_lines]
    return "\n".join(squash(t) for t in texts if t)
