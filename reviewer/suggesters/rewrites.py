"""Rewrites of a whole row: measurable indicators built from what the filing says, or taken from the bank."""

import re
from collections.abc import Iterator

from reviewer.matching import BankEntry, matcher_of, national_bank
from reviewer.matching.heads import find_head
from reviewer.matching.terms import pairs, pieces
from reviewer.records.suggestion import TO_FILL, Standing
from reviewer.suggesters.bank_choice import PLAIN_UNITS, TOLD, about_words, as_row, bank_words, choose, told_by
from reviewer.suggesters.base import Case, Draft, heading_of, suggester, value_columns
from reviewer.suggesters.filing_counts import filing_counts
from reviewer.taxonomy import words
from reviewer.text import clean_name
from reviewer.text.vocabulary import unit_class

_LIST = re.compile(
    r"^(?P<who>.*?)(?P<list>(?:[\u4e00-\u9fff]{2,4}[、,]){1,12}[\u4e00-\u9fff]{2,4}?)等?"
    r"(?P<end>(?:服务|培训|项目|工作)?人[数次])$"
)
_STANDARD = [
    "QNT201",
    "QNT202",
    "QNT203",
    "QNT204",
    "QNT205",
    "QNT206",
    "QNT207",
    "QNT209",
    "WRD501",
    "WRD504",
    "CAT101",
]
_VAGUE = ["QNT201", "QNT202", "QNT203", "CAT103", "WRD501", "CMP002", "CMP003", "REL303", "CAT102", "WRD502", "REL305"]


@suggester("counted_by_filing", ["QNT201", "CAT103"], order=40, replaces_all=True)
def counted_by_filing(case: Case, draft: Draft) -> Iterator[Draft]:
    """A count that the goal text or a cost line gives for the same thing becomes the target."""
    if draft.row is None or draft.category != "数量指标":
        return
    for source, name, unit in filing_counts(case.form):
        if len(pairs(pieces(draft.name)) & pairs(pieces(name + source.quote))) < 2:
            continue
        # 残疾人服务项目 is not counted by 残疾人专干人数: the people alone do not make it the same thing.
        things = [t.word for t in about_words(draft.name)]
        if things and not any(word in name + source.quote for word in things):
            continue
        if any(clean_name(i.name) == name for i in case.form.indicators):
            continue
        yield draft.change(
            f"按{source.source}里的数量填写。",
            numbers=[source],
            columns={"name": name, **value_columns(draft.row, "≥", source.number, unit)},
        )


@suggester("bank_row", _VAGUE, order=50, replaces_all=True, engines=("rules", "bank"))
def bank_row(case: Case, draft: Draft) -> Iterator[Draft]:
    """The nearest entry of the bank in the same category, its number left to fill in."""
    if draft.row is None or draft.category is None:
        return
    category = _home(case, draft.category)
    taken = {i.name for form in case.filing.forms for i in form.indicators}
    counted = draft.target.unit if draft.target.numbers else ""
    for entry, sure in choose(category, draft.name, case.form, taken):
        if counted not in ("", "%") and unit_class(counted) != unit_class(entry.unit):
            continue  # another measure would lose the target that stands there
        row = as_row(entry, heading_of(case.form, category), draft.row, draft.target if sure else None)
        yield Draft(
            row,
            category,
            (f"换成指标库中可统计的指标{_quoted(entry)}。",),
            Standing.CONFIRM if sure else Standing.HINT,
            bank=bank_words(entry),
        )


@suggester("same_entry", _STANDARD, order=48, replaces_all=True, engines=("bank",))
def same_entry(case: Case, draft: Draft) -> Iterator[Draft]:
    """The standard indicator that the row means: its name, unit and direction; the filer's number stays."""
    if draft.row is None or draft.category is None or not draft.name:
        return
    category = _home(case, draft.category)
    for found in matcher_of([national_bank()]).match([draft.name], category, None, 3)[0].entries:
        entry = found.entry
        if not found.same or not entry.unit or entry.unit in PLAIN_UNITS:
            continue
        # 参训人员结业率 and 电商培训结业率 are measured alike, but nobody here trains for 电商.
        if told_by(entry, draft.name, case.form) < TOLD:
            continue
        row = as_row(entry, heading_of(case.form, category), draft.row, draft.target)
        yield Draft(
            row, category, (f"按指标库的标准写法填写{_quoted(entry)}。",), Standing.CONFIRM, bank=bank_words(entry)
        )


def _home(case: Case, category: str) -> str:
    finding = case.finding("CAT101")
    return finding.suggested_category if finding and finding.suggested_category else category


def _quoted(entry: BankEntry) -> str:
    return f"“{entry.name}”" + (f"（{entry.definition.rstrip('。')}）" if entry.definition else "")


@suggester("leave_empty", ["CMP003"], order=10)
def leave_empty(case: Case, draft: Draft) -> Iterator[Draft]:
    """A placeholder under a category that is not required: the row is left empty."""
    if draft.row is None or draft.category in case.profile.required or case.indicator is None:
        return
    yield Draft(None, draft.category, ("本项目没有这类效益时，整行留空。",), Standing.CONFIRM)


@suggester("not_an_indicator", ["CAT103"], order=10)
def not_an_indicator(case: Case, draft: Draft) -> Iterator[Draft]:
    """What belongs to the management of money (执行率, 结余率, 科目调整次数) is no performance indicator: left out."""
    head = find_head(draft.name) if draft.row is not None else None
    if head is not None and head.at_end and not head.homes:
        yield Draft(None, draft.category, ("属于预算管理内容，不作绩效指标，整行删去。",), Standing.CONFIRM)


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
