"""CMP005."""

from collections.abc import Iterator

from reviewer.records import Form, HeaderField, Hit
from reviewer.rules.engine import Context, NotApplicable, rule
from reviewer.taxonomy import words
from reviewer.text import squash
from reviewer.text.values import is_placeholder

_ASKED = {"project": "项目名称", "org": "填报单位", "budget": "项目金额", "period": "项目实施期"}


@rule(
    "CMP005",
    "基本信息缺失",
    severity="warn",
    smart="S",
    basis=["caiyu-2015-88#complete", "baotou-2023#six-checks"],
    scope="form",
)
def check(form: Form, context: Context) -> Iterator[Hit]:
    """检查：表头印有的项目名称、填报单位、金额、实施期是否填写。

    理由：没有期限就无法判断时效指标，没有金额就无法核对成本和测算，没有名称和单位就不知道审的是谁的哪个项目。

    反例：“项目实施期”一栏空着；“项目金额（万元）”空着；期限填“/”。

    正例：四项都填了；表上没有印实施期一栏。

    例外：没有印的栏目不要求；表外供纸质盖章的“填报单位：（盖章）”空着，而全套材料别处写明单位的，不算缺；
    同类各表都不填单位、另有表写明的，也不算缺；金额填0不算缺（由金额核对规则检查）。
    """
    printed = [f for f in form.fields if f.key in _ASKED]
    if not printed:
        raise NotApplicable("表头没有印这些栏目")
    missing: list[HeaderField] = []
    for key in _ASKED:
        found = [f for f in printed if f.key == key]
        if found and all(_is_empty(f, form) for f in found) and not (key == "org" and _org_known(form, context)):
            missing.append(found[0])
    if missing:
        names = "、".join(_label(f) for f in missing)
        yield Hit(
            message=f"表头有栏目没有填写：{names}。请补填。",
            evidence="；".join(f"{_label(f)}：{squash(f.text) or '（空）'}" for f in missing),
            location=missing[0].location or form.location,
        )


def _is_empty(field: HeaderField, form: Form) -> bool:
    text = squash(field.text).strip(":：")
    if field.key == "budget":
        written = any(c.isnumeric() and c not in "万亿" for c in text)  # 30, 叁拾万元整, but not a printed 万元
        return not written and (form.budget is None or form.budget.wan is None)
    if field.key == "project" and squash(form.project):
        return False
    if field.key == "period" and squash(form.period or "") and not is_placeholder(squash(form.period or "")):
        return False
    return not text or is_placeholder(text) or text in ("(盖章)", "盖章")


def _org_known(form: Form, context: Context) -> bool:
    """Whether the unit is told elsewhere, and leaving it out here is the habit of this filing, not a slip."""
    # Not form.org: readers fill it in from the filing where the form leaves it out.
    others = [f for f in context.filing.forms if f.id != form.id]
    if not squash(context.filing.org) and not any(squash(f.org) for f in others):
        return False
    label = squash("".join(f.label for f in form.fields if f.key == "org"))
    if any(word in label for word in words("seal_labels")):
        return True
    same_kind = [f for f in others if f.kind is form.kind and f.field("org")]
    return not any(squash((f.field("org") or HeaderField(key="org", label="", text="")).text) for f in same_kind)


def _label(field: HeaderField) -> str:
    printed = squash(field.label).strip(":：")
    # Labels of one letter's worth (key names in made-up filings, 名称) are told by what they ask for.
    return printed if printed and not printed.isascii() else _ASKED[field.key]
