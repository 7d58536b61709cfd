"""Rewrites of a whole row: measurable indicators built from what the filing says, or taken from the bank."""

import re
from collections.abc import Iterator

from reviewer.matching.terms import pairs, pieces
from reviewer.records import Form
from reviewer.records.suggestion import TO_FILL, NumberSource, Standing
from reviewer.suggesters.amounts import plain
from reviewer.suggesters.bank_choice import as_row, bank_words, choose
from reviewer.suggesters.base import Case, Draft, heading_of, suggester, value_columns
from reviewer.suggesters.measurable import rewrites
from reviewer.taxonomy import words
from reviewer.text import clean_name
from reviewer.text.calculation.mentions import counts_in
from reviewer.text.vocabulary import unit_class

_LIST = re.compile(
    r"^(?P<who>.*?)(?P<list>(?:[\u4e00-\u9fff]{2,4}[、,])+[\u4e00-\u9fff]{2,4}?)等?"
    r"(?P<end>(?:服务|培训|项目|工作)?人[数次])$"
)
_ENDS = {"people": "人数", "households": "户数", "times": "次数", "countable": "数量"}
_VAGUE = ["QNT201", "QNT202", "QNT203", "CAT103", "WRD501", "CMP002", "CMP003", "REL303", "CAT102", "WRD502", "REL305"]


@suggester("counted_by_filing", ["QNT201", "CAT103"], order=40, replaces_all=True)
def counted_by_filing(case: Case, draft: Draft) -> Iterator[Draft]:
    """A count that the goal text or a cost line gives for the same thing becomes the target."""
    if draft.row is None or draft.category != "数量指标":
        return
    for source, name, unit in filing_counts(case.form):
        if len(pairs(pieces(draft.name)) & pairs(pieces(name + source.quote))) < 2:
            continue
        if any(clean_name(i.name) == name for i in case.form.indicators):
            continue
        yield draft.change(
            f"按{source.source}里的数量填写。",
            numbers=[source],
            columns={"name": name, **value_columns(draft.row, "≥", source.number, unit)},
        )


@suggester("bank_row", _VAGUE, order=50, replaces_all=True)
def bank_row(case: Case, draft: Draft) -> Iterator[Draft]:
    """The nearest entry of the bank in the same category, its number left to fill in."""
    if draft.row is None or draft.category is None:
        return
    finding = case.finding("CAT101")
    category = finding.suggested_category if finding and finding.suggested_category else draft.category
    taken = {i.name for form in case.filing.forms for i in form.indicators}
    for entry, sure in choose(category, draft.name, case.form, taken):
        row = as_row(entry, heading_of(case.form, category), draft.row)
        reason = (
            f"换成指标库中可统计的指标“{entry.name}”" + (f"（{entry.definition}）" if entry.definition else "") + "。"
        )
        standing = Standing.CONFIRM if sure else Standing.HINT
        yield Draft(row, category, (reason,), standing, bank=bank_words(entry))


@suggester("leave_empty", ["CMP003"], order=10)
def leave_empty(case: Case, draft: Draft) -> Iterator[Draft]:
    """A placeholder under a category that is not required: the row is left empty."""
    if draft.row is None or draft.category in case.profile.required or case.indicator is None:
        return
    yield Draft(None, draft.category, ("本项目没有这类效益时，整行留空。",), Standing.CONFIRM)


@suggester("split", ["WRD502"], order=45, replaces_all=True)
def split(case: Case, draft: Draft) -> Iterator[Draft]:
    """就业、教育、托养、康复等服务人数 → one row each, the numbers left to fill in."""
    if draft.row is None or not draft.target.numbers:
        return
    found = _LIST.match(draft.name)
    if found is None:
        return
    parts = re.split("[、,]", found["list"])
    first = next((w for w in words("services") if parts[0].endswith(w)), parts[0])
    who = found["who"] + parts[0].removesuffix(first)
    unit = draft.target.unit
    rows = [
        draft.row.model_copy(
            update={"name": f"{who}{part}{found['end']}", **value_columns(draft.row, "≥", TO_FILL, unit)}
        )
        for part in (first, *parts[1:])
    ]
    yield draft.change(
        f"拆成{len(rows)}条，各写各的数量。",
        extra=rows[1:],
        columns={"name": rows[0].name, **value_columns(draft.row, "≥", TO_FILL, unit)},
    )


def filing_counts(form: Form) -> Iterator[tuple[NumberSource, str, str]]:
    """Counts that the form's goals and cost lines give: the source, a name for the indicator, and the unit."""
    for line in form.cost_lines:
        label = clean_name(line.detail or line.content)
        for mention in counts_in(line.calculation_basis):
            quantity = mention.quantity
            kind = unit_class(quantity.unit)
            if kind not in _ENDS or quantity.value <= 1:
                continue
            around = clean_name(re.sub(r".*[》〕】号]", "", mention.around))[-12:]
            # 45名残疾儿童 in the line 残疾儿童康复救助: the line says what is done for them.
            subject = label if len(around) < 3 or around in label else around
            source = NumberSource(
                number=plain(quantity.value),
                source=f"支出明细“{label}”的测算依据",
                quote=line.calculation_basis.strip()[:80],
                location=line.location,
            )
            yield source, _named(subject, _ENDS[kind]), quantity.unit
    for objective in form.objectives:
        for mention in counts_in(objective.text):
            kind = unit_class(mention.quantity.unit)
            if kind not in _ENDS or mention.quantity.value <= 1:
                continue
            source = NumberSource(
                number=plain(mention.quantity.value),
                source="年度绩效目标" if objective.horizon == "annual" else "实施期绩效目标",
                quote=objective.text[:80],
                location=objective.location,
            )
            subject = re.sub(r"^(?:开展|完成|组织|举办|实施|为)", "", clean_name(mention.around))
            yield source, _named(subject, _ENDS[kind]), mention.quantity.unit


def _named(subject: str, end: str) -> str:
    for word in rewrites()["priced"]:
        subject = subject.removesuffix(word)
    return subject if subject.endswith(end) else f"{subject.removesuffix('人')}{end}"
