from collections.abc import Iterator

from reviewer.matching.category import Verdict, judge_category, settings
from reviewer.matching.phrases import is_evidenced, vague_word
from reviewer.records import Hit, Indicator, Severity, ValueKind
from reviewer.rules.engine import Context, Row, rule
from reviewer.taxonomy import BENEFITS, words
from reviewer.text import squash


@rule(
    "CAT101",
    "指标归类错误",
    severity="error",
    smart="R",
    basis=("caiyu-2015-88#framework", "caiyu-2021-101#output", "caiyu-2021-101#benefit", "paper#quality-benefit"),
    reads=["name", "value", "category", "unit"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """指标放在了不该放的二级指标下。

    检查：把名称的中心词（……率、……人数、……时间）、指标值的种类和单位、提示词与所填的二级指标放在一起判断，
        按证据给九类二级指标打分；所填类别远低于最合适的类别时报错，差距较小时给出警告并列出两个可能的归处。
    理由：归类错了，数量、质量、时效、成本和效益的考核就都不完整；钱、时间、合格与否、对人的影响各有归处。
    反例：残疾人家庭的幸福感（填在经济效益指标下）；培训合格率（填在数量指标下）；逾期发放率（填在质量指标下）
    正例：残疾人家庭的幸福感 → 社会效益指标；培训合格率 → 质量指标；逾期发放率 → 时效指标
    例外：完成率、覆盖率、发放率放在数量或质量下都可以；补助标准放在成本或质量下都可以；受益人数放在数量或社会效益下都可以；
        对人的长远影响放在社会效益或可持续影响下都可以；“社会成本”“生态环境成本”下的投诉、占地、污染等负面影响是应有之义；占位的行不判断归类。
    """
    indicator, filed = row.indicator, row.category
    if filed is None or not row.name or row.target.kind is ValueKind.PLACEHOLDER:
        return
    if _is_burden(indicator):
        if _is_gain(row):
            home = "生态效益指标" if "环境" in squash(indicator.level2) else "社会效益指标"
            yield row.hit(
                "level2",
                f"“{row.name}”说的是好的影响；社会成本、生态环境成本应填负面影响（扰民、占地、污染等）。更像{home}，请核对归类。",
                evidence=f"{indicator.level2}｜{indicator.name}｜{indicator.value}",
                severity=Severity.WARN,
                suggested_category=home,
            )
        return
    verdict = judge_category(indicator.name, indicator.value, indicator.unit, indicator.nature, filed)
    shown = f"{indicator.level2}｜{indicator.name}｜{indicator.value}"
    if verdict.head is not None and verdict.head.at_end and not verdict.head.homes:
        # A count of re-bookings (科目调整次数) is at least a count; a rate of spending is at home nowhere.
        clear = filed in (*BENEFITS, "成本指标", "满意度指标")
        if clear or verdict.head.measure == "rate":
            yield row.hit(
                "level2",
                f"“{row.name}”{verdict.head.why}，不应放在{filed}下，九类绩效指标中都没有它的位置。请删去，另设反映{filed[:-2]}的指标。",
                evidence=shown,
                severity=Severity.ERROR if clear else Severity.WARN,
            )
        return
    doubt = settings()["doubt"]
    if verdict.gap < doubt["warn"]:
        return
    if not verdict.certain and any({filed, verdict.homes[0]} == set(pair) for pair in settings()["near"]):
        return
    sure = verdict.gap >= doubt["error"] and verdict.certain
    yield row.hit(
        "level2",
        _message(row, verdict, sure),
        evidence=shown,
        severity=Severity.ERROR if sure else Severity.WARN,
        suggested_category=verdict.homes[0],
        other_categories=verdict.homes[1:],
    )


def _message(row: Row, verdict: Verdict, sure: bool) -> str:
    best = verdict.homes[0]
    reason = next((e.words for e in verdict.evidence if e.weights.get(best) and e.kind != "model"), "")
    also = "".join(f"（或{home}）" for home in verdict.homes[1:2])
    if sure:
        return f"{reason}，应归入{best}{also}，不应填在{row.category}下。"
    return f"“{row.name}”填在{row.category}下可能不妥：{reason}，更像{best}{also}。请核对归类。"


def _is_burden(indicator: Indicator) -> bool:
    heading = squash(indicator.level2)
    return "社会成本" in heading or "环境成本" in heading


def _is_gain(row: Row) -> bool:
    """A vague gain where a burden is asked for: 提升绿化水平 ｜ 提升, 对文化传承影响 ｜ 长远."""
    told = row.name + row.indicator.value
    if row.target.kind is not ValueKind.QUALITATIVE or any(w in told for w in words("burdens")):
        return False
    return bool(vague_word(row.indicator.value)) and not is_evidenced(row.indicator.value)
