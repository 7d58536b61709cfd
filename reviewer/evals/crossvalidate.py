"""Cross-validation of the category evidence by document: ``python -m reviewer.evals.crossvalidate [SET]``.

The weights that are numbers (the unit's own choice, the n-gram voice, the two limits of doubt) are chosen on the other
documents and measured on the one left out, so that no row is judged by numbers that saw its document. The word lists
were written by people who had read all documents; that part no cross-validation undoes.
"""

import argparse
import itertools
import json
from dataclasses import dataclass
from typing import Any

from reviewer.evals.statistics import wilson
from reviewer.matching.category import Verdict, judge_category, settings
from reviewer.resources import resource
from reviewer.taxonomy import BENEFITS, CATEGORIES, category_of

_FILED = (1.0, 1.5, 2.0)
_MODEL = (0.0, 0.5, 1.0, 1.5)  # times the weight of category_evidence.yaml
_WARN = (2.0, 2.4, 2.8)
_ERROR = (3.0, 3.4, 4.0)
_BETA = 0.5  # precision counts twice as much as recall: a tool that cries wolf is switched off


@dataclass(frozen=True)
class Labelled:
    """One row: what the evidence says, where it was filed, where it may stand."""

    document: str
    filed: str
    homes: frozenset[str]
    misfiled: bool
    debatable: bool
    verdict: Verdict


@dataclass
class Tally:
    """Counts of one run."""

    hits: int = 0
    false_alarms: int = 0
    misses: int = 0
    error_hits: int = 0
    error_false: int = 0
    first_right: int = 0
    rows: int = 0

    def add(self, other: "Tally") -> None:
        """Add the counts of another run."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def score(self) -> float:
        """F-beta of CAT101, ties broken by the share of right homes."""
        weighted = (1 + _BETA**2) * self.hits
        whole = weighted + _BETA**2 * self.misses + self.false_alarms
        return weighted / max(whole, 1e-9) + self.first_right / max(self.rows, 1) / 1000


Weights = tuple[float, float, float, float]


def labelled_rows(set_id: str) -> list[Labelled]:
    """The rows of a findings set that carry homes and are filed under one of the nine categories."""
    rows = []
    for line in resource("eval_sets", set_id, "cases.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        homes = {entry["target"]: entry["homes"] for entry in case.get("homes", ())}
        for number, form in enumerate(case["content"]["forms"], 1):
            for place, row in enumerate(form.get("rows", []), 1):
                target = f"F{number}.{place}"
                filed = category_of(row.get("level1", ""), row.get("level2", ""))
                if filed is None or target not in homes:
                    continue
                rows.append(_labelled(case, target, row, filed, homes[target]))
    return rows


def _labelled(case: dict[str, Any], target: str, row: dict[str, Any], filed: str, homes: list[str]) -> Labelled:
    marks = [m for m in case["labels"] if m["target"] == target and m.get("code") == "CAT101"]
    return Labelled(
        document=case["id"],
        filed=filed,
        homes=frozenset(homes),
        misfiled=any(m.get("required", True) for m in marks),
        debatable=any(not m.get("required", True) for m in marks),
        verdict=judge_category(row["name"], row.get("value", ""), row.get("unit"), row.get("nature"), filed),
    )


def judge(row: Labelled, weights: Weights) -> tuple[str, str]:
    """The severity of CAT101 ("" for none) and the home that the evidence prefers, under given weights."""
    filed_weight, model_share, warn, error = weights
    head = row.verdict.head
    if head is not None and head.at_end and not head.homes:
        return ("error" if row.filed in (*BENEFITS, "成本指标") else ""), row.filed
    scores = dict.fromkeys(CATEGORIES, 0.0)
    for voice in row.verdict.evidence:
        share = model_share if voice.kind == "model" else 1.0
        for category, weight in voice.weights.items():
            scores[category] += share * weight
    scores[row.filed] += filed_weight
    best = max(CATEGORIES, key=lambda c: scores[c])
    gap = scores[best] - scores[row.filed]
    if gap < warn:
        return "", row.filed
    return ("error" if gap >= error and row.verdict.certain else "warn"), best


def tally(rows: list[Labelled], weights: Weights) -> Tally:
    """Run the judgement over rows."""
    result = Tally()
    for row in rows:
        severity, home = judge(row, weights)
        result.rows += 1
        result.first_right += home in row.homes
        if severity:
            result.hits += row.misfiled
            result.false_alarms += not (row.misfiled or row.debatable)
            result.error_hits += row.misfiled and severity == "error"
            result.error_false += severity == "error" and not (row.misfiled or row.debatable)
        else:
            result.misses += row.misfiled
    return result


def cross_validate(rows: list[Labelled]) -> Tally:
    """Each document judged by the weights that did best on all others."""
    grid = list(itertools.product(_FILED, _MODEL, _WARN, _ERROR))
    total = Tally()
    for document in dict.fromkeys(r.document for r in rows):
        others = [r for r in rows if r.document != document]
        best = max(grid, key=lambda weights: tally(others, weights).score())
        total.add(tally([r for r in rows if r.document == document], best))
    return total


def _share(part: int, whole: int) -> str:
    interval = wilson(part, whole)
    return "-" if interval is None else f"{part / whole:.3f} [{interval[0]:.2f}, {interval[1]:.2f}]（{part}/{whole}）"


def main() -> None:
    """Command line of the module."""
    parser = argparse.ArgumentParser(description="归类证据的交叉验证（按文件）")
    parser.add_argument("set", nargs="?", default="real-dev")
    rows = labelled_rows(parser.parse_args().set)
    limits = settings()["doubt"]
    shipped = tally(rows, (settings()["filed"], 1.0, limits["warn"], limits["error"]))
    for title, result in (("现用权重", shipped), ("按文件交叉验证", cross_validate(rows))):
        print(f"{title}：{result.rows} 行")
        print(f"  首选类别可接受 {_share(result.first_right, result.rows)}")
        print(f"  CAT101 精确率 {_share(result.hits, result.hits + result.false_alarms)}")
        print(f"  CAT101 召回率 {_share(result.hits, result.hits + result.misses)}")
        print(f"  CAT101 “必须修改”级精确率 {_share(result.error_hits, result.error_hits + result.error_false)}")


if __name__ == "__main__":
    main()
