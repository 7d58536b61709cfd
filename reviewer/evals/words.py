"""How figures, verdicts and floors are said in Chinese."""

from reviewer.evals.compare import Comparison
from reviewer.evals.marks import Figure, Verdict
from reviewer.evals.results import FloorResult

FIGURES = {
    "precision": "精确率",
    "recall": "召回率",
    "f1": "F1",
    "error_precision": "“必须修改”级的精确率",
    "clean_errors_per_form": "没有问题的表，每张误报“必须修改”",
    "clean_warns_per_form": "没有问题的表，每张误报“建议修改”",
    "clean_infos_per_form": "没有问题的表，每张误报“可以看看”",
    "unscored": "未能评分",
    "rows_exact": "原样读出的行",
    "fields_exact": "原样读出的栏目",
    "forms_without_extra_rows": "没有多读出行的表",
    "forms_lost": "没有读出的表",
    "top1": "首选类别可接受",
    "top1_blind": "首选类别可接受（不看填报类别）",
    "suggested_home_right": "CAT101 建议的类别可接受",
    "same_label": "标注相同",
    "kappa": "Cohen's κ",
    "alpha": "Krippendorff's α",
    "top5": "前五条中有正确条目",
    "accepted_right": "接受的匹配是对的",
    "accepted_share": "作出接受判断的",
    "delivered": "给出了建议的行",
    "usable": "得到一条各项都过关的建议的行",
    "cleared": "采用后标注的问题全部消失的行",
    "removed": "采用后所说的问题消失",
    "category_right": "类别可接受",
    "kept": "说的还是同一件事",
    "new_errors": "带来新的“必须修改”",
    "new_warnings": "带来新的“应当修改”",
    "provenance_violations": "有没有出处的数字",
    "rewrites": "经过检查的改写",
    "refused": "其中没有通过检查、没有给出的",
    "smart_gain": "SMART 平均提高（满分10）",
    "closeness": "与参考写法的接近程度",
    "judge_agrees": "与人的结论相同",
    "constant_guess": "总猜人最常给的结论能对",
    "judge_steady": "选项换了先后结论不变",
    "traps_accepted": "误认反义或不同指标",
    "state_right": "去向说得对的意见",
}
_MATCHING = {"top1": "首条即正确条目"}
_VERDICTS = {
    Verdict.MISS: "漏报",
    Verdict.FALSE_ALARM: "误报",
    Verdict.WRONG: "错",
    Verdict.UNSCORED: "未评分",
}


def figure_name(figure: Figure, scorer: str = "") -> str:
    """The figure's name in Chinese."""
    if scorer == "matching" and figure.name in _MATCHING:
        return _MATCHING[figure.name]
    return FIGURES.get(figure.name, figure.name)


def verdict_name(verdict: Verdict) -> str:
    """The verdict's name in Chinese."""
    return _VERDICTS.get(verdict, verdict.value)


def number(figure: Figure | None) -> str:
    """``0.931 [0.90, 0.95]（27/29）``, as the kind of figure asks."""
    if figure is None or figure.value is None:
        return "—"
    if figure.kind == "mean":
        return f"{figure.value:.3f}（{figure.part}/{figure.whole}）"
    if figure.kind == "score":
        whole = figure.value == int(figure.value) and figure.name in ("unscored", "forms_lost", "rewrites", "refused")
        return f"{int(figure.value)}" if whole else f"{figure.value:.3f}"
    interval = f" [{figure.low:.3f}, {figure.high:.3f}]" if figure.low is not None else ""
    return f"{figure.value:.3f}{interval}（{figure.part}/{figure.whole}）"


def floor_text(result: FloorResult) -> str:
    """``findings 精确率 ≥ 0.90：0.931，达到``."""
    floor = result.floor
    bound = f"≥ {floor.min:g}" if floor.min is not None else f"≤ {floor.max:g}"
    named = _MATCHING.get(floor.figure) if floor.scorer == "matching" else None
    name = (named or FIGURES.get(floor.figure, floor.figure)) + (f"（{floor.group}）" if floor.group else "")
    value = "无法测得" if result.value is None else f"{result.value:.3f}"
    return f"{name} {bound}：{value}，{'达到' if result.held else '没有达到'}"


def comparison_text(found: Comparison) -> list[str]:
    """What may be said of a difference: a headline and what it rests on."""
    measure = "F1" if found.measure == "f1" else "正确率"
    old, new = ("—" if v is None else f"{v:.3f}" for v in (found.old, found.new))
    verdict = {"better": "更好", "worse": "更差", "unclear": "差别不显著，不能说更好或更差", "same": "没有变化"}
    lines = [f"{measure} {old} → {new}：{verdict[found.verdict]}"]
    if found.low is not None and found.high is not None:
        lines.append(f"差值的 95% 区间 [{found.low:+.3f}, {found.high:+.3f}]（按用例自助抽样，{found.cases} 例）")
    elif found.verdict != "same":
        lines.append(f"共同的用例只有 {found.cases} 个，不给区间")
    lines.append(f"改对 {len(found.gained)} 处，改错 {len(found.lost)} 处，McNemar 精确检验 p={found.p:.3f}")
    if found.left_out:
        lines.append(f"另有 {found.left_out} 个用例只在其中一次运行里，没有比较")
    return lines
