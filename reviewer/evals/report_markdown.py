"""The result as Markdown: the published ``EVALUATION.md``; the same program on the same sets writes the same bytes."""

from collections import Counter

from reviewer.evals.compare import Comparison
from reviewer.evals.engines import engine_comparisons, engine_name, engine_rows, grouped
from reviewer.evals.marks import Figure, Verdict
from reviewer.evals.results import ScorerResult, SetResult
from reviewer.evals.words import comparison_text, figure_name, floor_text, number
from reviewer.taxonomy import CATEGORIES

_HEAD = """# 评测结果

这份文件由 `reviewer eval --format markdown --output EVALUATION.md` 写成，请不要手改；
评测集的格式见 [docs/eval-sets.md](docs/eval-sets.md)。

怎样读：

- **精确率**：程序说有问题的，有多少确有问题。**召回率**：确有的问题，程序找出了多少。
  方括号里是 Wilson 95% 区间，圆括号里是计数。
- 标注分“必报”和“可报可不报”。没有找出必报的算漏报；找出可报可不报的既不加分也不扣分；两者之外的一律算误报。
- 表级的代码（CMP001、CMP004–007、REL、CON）按表计，指在表上或指在表中的行上都算。
- **未能评分**另计，不算对也不算错：读不了的文件、出错的规则都在这里，不会被当作“通过”。
- **修改建议**不听程序自己的说法：每条都真正改进表里、填上【待填】的数、重新读取和审核，
  再看问题是否消失、有没有新问题、数字有没有出处。
- 区间只反映用例多少带来的不确定，不反映用例像不像你手里的填报。每个集合“不能说明什么”一栏请一并看。
"""


def render(results: list[SetResult], comparisons: dict[str, list[Comparison]], version: str) -> str:
    """The whole document."""
    told = f"程序版本 {version}，" if version != "0" else ""  # 0: run from the source tree
    parts = [_HEAD, f"{told}全部在本机运行，不联网。\n", _overview(results)]
    for same in grouped(results):
        if same[0].chosen.settings.engines:
            parts.append(_engines(same, comparisons))
        else:
            parts.append(_set(same[0], comparisons.get(same[0].chosen.id, [])))
    return "\n".join(parts).rstrip() + "\n"


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'|'.join([' --- '] + [' ---: '] * (len(heads) - 1))}|"]
    lines += [f"| {' | '.join(cell.replace('|', '¦') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _overview(results: list[SetResult]) -> str:
    rows = []
    for result in results:
        figures = [
            f"{figure_name(f, scorer.scorer)} {f.value:.3f}"
            for scorer in result.scorers
            for f in scorer.figures
            if not f.group and f.value is not None and f.name in _HEADLINES.get(scorer.scorer, ())
        ]
        floors = f"{len(result.floors) - len(result.broken)}/{len(result.floors)}" if result.floors else "—"
        name = result.chosen.settings.id
        shown = name + (f"（{engine_name(result)}）" if result.chosen.settings.engines else "")
        rows.append([f"[{shown}](#{name})", str(result.cases), "，".join(figures), floors])
    return "## 一览\n\n" + _table(["评测集", "用例", "主要数字", "达到下限"], rows)


_HEADLINES = {
    "findings": ("precision", "recall", "error_precision", "clean_errors_per_form"),
    "reading": ("rows_exact",),
    "category": ("top1",),
    "matching": ("top1", "top5", "traps_accepted"),
    "agreement": ("kappa", "alpha"),
    "rounds": ("state_right",),
    "judgements": ("kappa", "judge_agrees", "constant_guess"),
    "suggestions": ("delivered", "removed", "new_errors", "provenance_violations"),
}


def _set(result: SetResult, comparisons: list[Comparison]) -> str:
    s = result.chosen.settings
    parts = _about(result)
    for scorer in result.scorers:
        parts.append(f"### {s.id}：{scorer.title}\n")
        parts.append(_scorer(scorer))
    if result.floors:
        parts.append(f"### {s.id}：下限\n")
        parts.append("\n".join(f"- {floor_text(f)}" for f in result.floors) + "\n")
    for found in comparisons:
        parts.append(f"### {s.id}：与上一次比较（{found.scorer}）\n")
        parts.append(_compared(found))
    return "\n".join(parts)


def _about(result: SetResult) -> list[str]:
    """What a set asks, where it comes from and what it does not show."""
    s = result.chosen.settings
    return [
        f"## {s.id}\n",
        f"**{s.title}。** {s.question}\n",
        f"- 来源：{_flat(s.source)}",
        f"- 许可：{_flat(s.licence)}",
        f"- 标注：{_flat(s.labelled)}",
        f"- 不能说明什么：{_flat(s.limits)}",
        f"- 用例 {result.cases} 个"
        + (f"，共 {result.samples} 份文件" if result.samples != result.cases else "")
        + "\n",
    ]


def _compared(found: Comparison) -> str:
    first, *rest = comparison_text(found)
    return "\n".join([f"**{first}**", "", *(f"- {line}" for line in rest)]) + "\n"


def _engines(results: list[SetResult], comparisons: dict[str, list[Comparison]]) -> str:
    """A set that was run with several engines: one table, the engines side by side."""
    s = results[0].chosen.settings
    names = [engine_name(r) for r in results]
    parts = [*_about(results[0]), f"### {s.id}：各引擎\n"]
    rows = [
        [figure_name(figure, results[0].scorers[0].scorer), *(number(own) for own in values)]
        for figure, values in engine_rows(results)
    ]
    parts.append(_table(["", *names], rows))
    for one, other, found in engine_comparisons(results):
        parts.append(f"### {s.id}：{one} 与 {other} 逐行比较（得到一条各项都过关的建议）\n")
        parts.append(_compared(found))
    floors = [f"- {name}：{floor_text(f)}" for name, r in zip(names, results, strict=True) for f in r.floors]
    if floors:
        parts.append(f"### {s.id}：下限\n")
        parts.append("\n".join(floors) + "\n")
    for name, result in zip(names, results, strict=True):
        for found in comparisons.get(result.chosen.id, []):
            parts.append(f"### {s.id}：{name} 与上一次比较\n")
            parts.append(_compared(found))
    return "\n".join(parts)


def _flat(text: str) -> str:
    return text.replace("\n", "").strip()


def _scorer(result: ScorerResult) -> str:
    overall = [[figure_name(f, result.scorer), number(f)] for f in result.figures if not f.group]
    parts = [_table(["", "结果"], overall)]
    groups = sorted({f.group for f in result.figures if f.group})
    if result.scorer == "findings":
        parts.append(_codes(result, groups))
    elif groups:
        names = list(dict.fromkeys(f.name for f in result.figures if f.group))
        heads = ["", *(figure_name(_any(result, n), result.scorer) for n in names)]
        parts.append(_table(heads, [[g, *(number(result.figure(n, g)) for n in names)] for g in groups]))
    if result.scorer == "category":
        parts.append(_confusion(result))
    return "\n".join(parts)


def _any(result: ScorerResult, name: str) -> Figure:
    return next(f for f in result.figures if f.name == name)


def _codes(result: ScorerResult, groups: list[str]) -> str:
    counts = Counter((m.group, m.verdict) for m in result.marks)
    rows = []
    for code in groups:
        marks = [counts[code, v] for v in (Verdict.HIT, Verdict.FALSE_ALARM, Verdict.MISS, Verdict.UNSCORED)]
        f1 = result.figure("f1", code)
        rows.append(
            [code, number(result.figure("precision", code)), number(result.figure("recall", code)), number(f1)]
            + [str(n) if n else "" for n in marks]
        )
    return _table(["代码", "精确率", "召回率", "F1", "找出", "误报", "漏报", "未评分"], rows)


def _confusion(result: ScorerResult) -> str:
    """Best acceptable home by the category that was put first; rows where another home is as good count as right."""
    counts: Counter[tuple[str, str]] = Counter()
    for mark in result.marks:
        if mark.verdict is not Verdict.UNSCORED and mark.group not in ("blind", "suggested"):
            # A second-best home is accepted: shown on the diagonal, else the table would not add up to top-1.
            got = mark.expected if mark.verdict is Verdict.RIGHT else mark.got
            counts[mark.expected, got] += 1
    extra = sorted({c for pair in counts for c in pair} - set(CATEGORIES))
    names = [c for c in (*CATEGORIES, *extra) if any(c in pair for pair in counts)]
    rows = [[name, *(str(counts[name, other] or "") for other in names)] for name in names]
    head = "各行是应归的类别（首选），各列是程序首选的类别；程序选了另一个可接受的类别也计在对角线上。\n\n"
    return head + _table(["应归＼程序", *names], rows)
