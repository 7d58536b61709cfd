"""Mechanical fixes: signs, units, spaces, the right category. Most of them cannot change the meaning."""

import re
from collections.abc import Iterator

from reviewer.matching.heads import find_head
from reviewer.records import Comparator, Severity, ValueKind
from reviewer.records.suggestion import TO_FILL, Standing
from reviewer.suggesters.base import Case, Draft, heading_of, suggester
from reviewer.suggesters.measurable import rewrites
from reviewer.text import squash

_WRONG = re.compile(r"“(?P<wrong>[^”]+)”疑为笔误，应为“(?P<right>[^”×]+)”")
_SIGNS = re.compile(r"[≥≤<>=]|>=|<=|大于等于|小于等于|不低于|不超过")


@suggester("category", ["CAT101"], order=10)
def category(case: Case, draft: Draft) -> Iterator[Draft]:
    """Move a row to its right category; the place it leaves is filled by ``vacated``."""
    finding = case.finding("CAT101")
    if draft.row is None or finding is None or not finding.suggested_category or case.indicator is None:
        return
    home = finding.suggested_category
    certain = finding.severity is Severity.ERROR and not finding.other_categories
    yield draft.change(
        f"移到“{heading_of(case.form, home)}”下。",
        standing=Standing.SAFE if certain else Standing.CONFIRM,
        category=home,
        columns={"level2": heading_of(case.form, home)},
    )


@suggester("comparator", ["QNT204", "QNT209"], order=30)
def comparator(case: Case, draft: Draft) -> Iterator[Draft]:
    """Add the missing comparator, write ≥100% as =100%, turn a reversed one round."""
    if draft.row is None or draft.target.number is None:
        return
    target = draft.target
    number = target.numbers[target.primary]
    if "QNT204" in case.codes and target.comparator is None and len(target.numbers) == 1:
        head = find_head(draft.name)
        bad = head is not None and head.polarity == "bad"
        sign = "≤" if draft.category == "成本指标" or bad else "≥"
        # The direction is beyond doubt for satisfaction and for what is spent; elsewhere somebody confirms it.
        sure = draft.category in ("满意度指标", "成本指标")
        yield _signed(draft, sign, number.text, f"补上比较符“{sign}”。", Standing.SAFE if sure else Standing.CONFIRM)
    elif "QNT209" in case.codes:
        whole = target.unit == "%" and target.number == 100 and target.comparator in (Comparator.GE, Comparator.GT)
        finding = case.finding("QNT209")
        if whole and finding is not None and finding.severity is Severity.WARN:
            yield _signed(draft, "=", number.text, "最高就是100%，改写为“=100%”。", Standing.SAFE)
        elif target.comparator in (Comparator.GE, Comparator.GT):
            if target.unit == "%" and target.number == 100:  # 逾期率≤100% would allow everything
                yield _signed(draft, "≤", TO_FILL + "%", "方向反了，改为“≤”，数值另行填写。", Standing.CONFIRM)
                return
            yield _signed(draft, "≤", number.text, "方向反了，改为“≤”。", Standing.CONFIRM)
        elif target.comparator in (Comparator.LE, Comparator.LT):
            yield _signed(draft, "≥", number.text, "方向反了，改为“≥”。", Standing.CONFIRM)


def _signed(draft: Draft, sign: str, number: str, reason: str, standing: Standing) -> Draft:
    assert draft.row is not None
    bare = number or squash(draft.row.value)
    if draft.row.nature is not None:
        return draft.change(reason, standing=standing, columns={"nature": sign, "value": bare})
    return draft.change(reason, standing=standing, columns={"value": f"{sign}{bare}"})


@suggester("unit", ["QNT205"], order=32)
def unit(case: Case, draft: Draft) -> Iterator[Draft]:
    """Add the percent sign of a rate, 元 before a denominator; leave other missing units to be filled in."""
    if draft.row is None:
        return
    target, row, number = draft.target, draft.row, draft.target.number
    if number is None:
        return
    head = find_head(draft.name)
    is_rate = (head is not None and head.measure == "rate") or draft.category == "满意度指标"
    if target.unit.startswith("/"):
        yield draft.change("补上单位“元”。", columns={"value": row.value.replace("/", "元/", 1)})
    elif not target.unit and is_rate and number <= 100:
        yield _with_unit(draft, "%", "补上百分号。", Standing.SAFE)
    elif not target.unit:
        measure = {"people": "人", "households": "户", "area": "", "times": "次"}.get(
            head.measure if head is not None and head.measure else "", ""
        )
        thing = re.sub(r"(?:[(（][^()（）]*[)）])?(?:数量|个数|总数|数)$", "", draft.name)
        thing = re.sub(r"(?:建设|改造|新建|创建|补助|实施)+$", "", re.sub(r"[(（][^()（）]*[)）]$", "", thing))
        units = rewrites()["counted_in"]
        if not measure and thing != draft.name and number == number.to_integral_value():
            measure = next((units[e] for e in sorted(units, key=len, reverse=True) if thing.endswith(e)), "")
        if measure:
            yield _with_unit(draft, measure, f"补上单位“{measure}”。", Standing.CONFIRM)


def _with_unit(draft: Draft, unit_text: str, reason: str, standing: Standing) -> Draft:
    assert draft.row is not None
    if draft.row.unit is not None:
        return draft.change(reason, standing=standing, columns={"unit": unit_text})
    return draft.change(reason, standing=standing, columns={"value": f"{squash(draft.row.value)}{unit_text}"})


@suggester("copied_name", ["CAT102"], order=28)
def copied_name(case: Case, draft: Draft) -> Iterator[Draft]:
    """Take the name out of the value (当年在校学生数4953 → =4953); put a usual standard where a purpose stood."""
    if draft.row is None or case.indicator is None:
        return
    name, value = draft.name, squash(draft.row.value)
    if name == value and draft.target.kind in (ValueKind.DURATION, ValueKind.DATE):
        called = "项目实施期限" if draft.target.kind is ValueKind.DURATION else "项目完成时间"
        yield draft.change("名称写考核什么，时间写在指标值栏。", columns={"name": called})
    if value.startswith(name) and draft.target.kind is not ValueKind.QUALITATIVE and len(value) > len(name):
        rest = value[len(name) :]
        sign = "" if _SIGNS.match(rest) else "="
        yield draft.change("指标值只留数字。", columns={"value": f"{sign}{rest}"})
    usual = [i.standard for i in case.form.indicators if i.standard and i.id != case.indicator.id]
    finding = case.finding("CAT102")
    if finding is not None and draft.row.standard and finding.location is not None and usual:
        common = max(set(usual), key=usual.count)
        if finding.location.text.strip() == draft.row.standard.strip() and common != draft.row.standard:
            yield draft.change(f"绩效标准栏按本表其他行写“{common}”。", columns={"standard": common})


@suggester("satisfaction", ["QNT206"], order=30)
def satisfaction(case: Case, draft: Draft) -> Iterator[Draft]:
    """Ask for a percentage below 100; the number itself is the filer's."""
    if draft.row is None:
        return
    name = draft.name
    columns: dict[str, str | None] = {"value": f"≥{TO_FILL}%"}
    if draft.row.nature is not None:
        columns = {"value": TO_FILL, "nature": "≥", "unit": "%" if draft.row.unit is not None else None}
        if draft.row.unit is None:
            columns["value"] = f"{TO_FILL}%"
    if "满意" not in name:
        columns["name"] = re.sub(r"(?:的)?(?:幸福感|获得感|认可度?|评价)$", "", name) + "满意度"
    yield draft.change("满意度写成低于100%、可以调查取得的百分数。", columns=columns)


@suggester("typo", ["WRD503"], order=5)
def typo(case: Case, draft: Draft) -> Iterator[Draft]:
    """The right characters in the place of the wrong ones that WRD503 names."""
    if draft.row is None:
        return
    fixed = {"name": draft.row.name, "value": draft.row.value}
    told = []
    for finding in case.findings:
        found = _WRONG.search(finding.message) if finding.code == "WRD503" else None
        if found is None:
            continue
        for column, text in fixed.items():
            fixed[column] = text.replace(found["wrong"], found["right"])
        told.append(f"“{found['wrong']}”改为“{found['right']}”。")
    if told and fixed != {"name": draft.row.name, "value": draft.row.value}:
        yield draft.change("".join(told), columns=fixed)
