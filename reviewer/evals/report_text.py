"""The result for a terminal: what was asked, the figures, the floors; on request the decisions that went wrong."""

from collections import Counter, defaultdict

from reviewer.evals.compare import Comparison
from reviewer.evals.engines import engine_comparisons, engine_name, engine_rows, grouped
from reviewer.evals.marks import Mark, Verdict
from reviewer.evals.results import ScorerResult, SetResult
from reviewer.evals.words import comparison_text, figure_name, floor_text, number, verdict_name

# Text and style, as ``reviewer.writers.terminal.Line`` has them.
StyledLine = tuple[str, str]
_BAD = (Verdict.MISS, Verdict.FALSE_ALARM, Verdict.WRONG, Verdict.UNSCORED)


def lines(
    results: list[SetResult], comparisons: dict[str, list[Comparison]], misses: int = 0, changes: int = 10
) -> list[StyledLine]:
    """The report, line by line.

    Args:
        misses: how many wrong decisions to show of each group.
        changes: how many gained and lost decisions to show of each comparison.
    """
    out: list[StyledLine] = []
    for same in grouped(results):
        settings = same[0].chosen.settings
        seconds = sum(r.seconds for r in same)
        out.append((f"{settings.id}　{settings.title}（{same[0].cases} 个用例，{seconds:.1f} 秒）", "title"))
        out.append((settings.question, "dim"))
        if len(same) > 1:
            out += _engines(same, misses, changes)
        for result in same:
            named = f"{engine_name(result)}　" if settings.engines else ""
            if len(same) == 1:
                for scorer in result.scorers:
                    out += _scorer(scorer, misses)
            for floor in result.floors:
                out.append((f"  下限　{named}{floor_text(floor)}", "" if floor.held else "error"))
            for found in comparisons.get(result.chosen.id, []):
                out += _comparison(found, changes)
        out.append(("", ""))
    broken = sum(len(r.broken) for r in results)
    checked = sum(len(r.floors) for r in results)
    if broken:
        out.append((f"{broken} 项没有达到下限（共 {checked} 项）。", "error"))
    elif checked:
        out.append((f"{checked} 项下限全部达到。", "title"))
    return out


def _engines(results: list[SetResult], misses: int, changes: int) -> list[StyledLine]:
    """Several engines on one set: one table, then each other one against the first."""
    scorer = results[0].scorers[0].scorer
    out: list[StyledLine] = []
    for figure, values in engine_rows(results):
        out.append((f"  {figure_name(figure, scorer)}", ""))
        out += [(f"    {engine_name(r):8} {number(v)}", "") for r, v in zip(results, values, strict=True)]
    for one, other, found in engine_comparisons(results):
        first, *rest = comparison_text(found)
        out.append((f"  {one} 与 {other} 逐行比较（得到一条各项都过关的建议）　{first}", ""))
        out += [(f"    {line}", "dim") for line in rest]
    for result in results if misses else ():
        out.append((f"  {engine_name(result)}", ""))
        out += _misses(result.scorers[0].marks, misses)
    return out


def _scorer(result: ScorerResult, misses: int) -> list[StyledLine]:
    out: list[StyledLine] = [(f"  {result.title}", "")]
    groups: dict[str, list[str]] = defaultdict(list)
    for figure in result.figures:
        if not figure.group:
            unscored = figure.name == "unscored" and figure.value
            out.append((f"    {figure_name(figure, result.scorer)}：{number(figure)}", "warn" if unscored else ""))
        elif figure.name != "f1":
            groups[figure.group].append(f"{figure_name(figure, result.scorer)} {number(figure)}")
    out += [(f"      {group:8} {'　'.join(said)}", "dim") for group, said in groups.items()]
    if misses:
        out += _misses(result.marks, misses)
    return out


def _misses(marks: tuple[Mark, ...], limit: int) -> list[StyledLine]:
    shown: Counter[tuple[str, str]] = Counter()
    out: list[StyledLine] = []
    for mark in sorted((m for m in marks if m.verdict in _BAD), key=lambda m: (m.group, m.verdict.value)):
        if mark.group.startswith("clean:"):
            continue
        shown[mark.group, mark.verdict.value] += 1
        if shown[mark.group, mark.verdict.value] > limit:
            continue
        what = f"（{mark.expected} → {mark.got}）" if mark.expected or mark.got else ""
        note = f"：{mark.note}" if mark.note else ""
        out.append((f"      {verdict_name(mark.verdict)} {mark.group} {mark.case} {mark.item}{what}{note}", "dim"))
    return out


def _comparison(found: Comparison, limit: int) -> list[StyledLine]:
    first, *rest = comparison_text(found)
    style = {"better": "title", "worse": "error"}.get(found.verdict, "")
    out: list[StyledLine] = [(f"  比较（{found.scorer}）　{first}", style)]
    out += [(f"    {line}", "dim") for line in rest]
    for title, items in (("改对", found.gained), ("改错", found.lost)):
        out += [(f"      {title} {case} {item} {group}", "dim") for case, item, group in items[:limit]]
        if len(items) > limit:
            out.append((f"      {title} 另有 {len(items) - limit} 处", "dim"))
    return out
