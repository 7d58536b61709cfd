"""What a run gives: figures, marks, floors; and the part of it that is kept as a baseline."""

import json
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reviewer.errors import DataError, ReviewerError
from reviewer.evals.content import explain
from reviewer.evals.marks import Figure, Mark, Verdict
from reviewer.evals.sets import EvalSet, Floor
from reviewer.records.base import Record

# Order of the counts in a tally.
_TALLY = (
    (Verdict.HIT, Verdict.RIGHT),
    (Verdict.FALSE_ALARM,),
    (Verdict.MISS, Verdict.WRONG),
    (Verdict.UNSCORED,),
)


class FloorResult(Record):
    """A floor and what was measured; ``held`` is False also where nothing could be measured."""

    floor: Floor
    value: float | None
    held: bool


class ScorerResult(Record):
    """One scorer's result on a set."""

    scorer: str
    title: str
    figures: tuple[Figure, ...]
    marks: tuple[Mark, ...]

    def figure(self, name: str, group: str = "") -> Figure | None:
        """The figure of that name and group, or None."""
        return next((f for f in self.figures if f.name == name and f.group == group), None)


class SetResult(Record):
    """All scorers' results on a set."""

    chosen: EvalSet
    cases: int
    samples: int
    scorers: tuple[ScorerResult, ...]
    floors: tuple[FloorResult, ...]
    seconds: float

    @property
    def broken(self) -> tuple[FloorResult, ...]:
        """Floors that were not held."""
        return tuple(f for f in self.floors if not f.held)


class Kept(Record):
    """A scorer's result as kept: figures, counts a case, and the decisions that went wrong.

    Attributes:
        tallies: good, false alarms, bad, unscored; by case.
        bad: case, item, group, verdict.
    """

    figures: tuple[Figure, ...]
    tallies: dict[str, tuple[int, int, int, int]]
    bad: tuple[tuple[str, str, str, str], ...]


class Baseline(Record):
    """A set's result as kept in ``baseline.json``, and as ``--format json`` prints it."""

    schema_version: int = 1
    id: str
    scorers: dict[str, Kept]


def keep(result: SetResult) -> Baseline:
    """The part of a result that later runs are compared with; the same result gives the same bytes."""
    return Baseline(id=result.chosen.id, scorers={s.scorer: _keep(s) for s in result.scorers})


def _keep(result: ScorerResult) -> Kept:
    tallies: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    bad = []
    for mark in result.marks:
        if mark.group.startswith("clean:"):
            continue  # counts of false alarms that stand there already
        place = next(n for n, verdicts in enumerate(_TALLY) if mark.verdict in verdicts)
        tallies[mark.case][place] += 1
        if mark.verdict in (Verdict.FALSE_ALARM, Verdict.MISS, Verdict.WRONG):
            bad.append((mark.case, mark.item, mark.group, mark.verdict.value))
    rounded = tuple(
        f.model_copy(update={k: round(v, 6) for k in ("value", "low", "high") if (v := getattr(f, k)) is not None})
        for f in result.figures
    )
    return Kept(
        figures=rounded,
        tallies={case: (t[0], t[1], t[2], t[3]) for case, t in sorted(tallies.items())},
        bad=tuple(sorted(bad)),
    )


def write_baseline(result: SetResult) -> Path:
    """Write ``baseline.json`` of the set; one line a case, so that a diff can be read."""
    data = keep(result).model_dump(mode="json")
    path = result.chosen.baseline
    path.write_text(dump(data) + "\n", encoding="utf-8")
    return path


def dump(data: Any) -> str:
    """JSON with the innermost lists on one line each."""
    lines: list[str] = []
    _dump(data, "", "", lines)
    return "\n".join(lines)


def _dump(data: Any, indent: str, tail: str, lines: list[str], head: str = "") -> None:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    if not any(isinstance(v, dict | list) for v in inner):
        lines.append(f"{indent}{head}{json.dumps(data, ensure_ascii=False)}{tail}")
        return
    keys = list(data) if isinstance(data, dict) else range(len(data))
    lines.append(f"{indent}{head}{'{' if isinstance(data, dict) else '['}")
    for number, key in enumerate(keys):
        name = f"{json.dumps(key, ensure_ascii=False)}: " if isinstance(data, dict) else ""
        _dump(data[key], indent + " ", "," if number + 1 < len(keys) else "", lines, name)
    lines.append(f"{indent}{'}' if isinstance(data, dict) else ']'}{tail}")


def load_baselines(against: str, sets: list[EvalSet]) -> dict[str, Baseline]:
    """What to compare with, by set: a file written by ``--format json``, or each set's baseline at a git revision.

    Raises:
        ReviewerError: neither a file nor a revision; or the file breaks the format.
    """
    path = Path(against)
    if path.is_file():
        return _of_file(path)
    found = {}
    for chosen in sets:
        text = _at_revision(chosen.baseline, against)
        if text is not None:
            found[chosen.id] = _baseline(text, f"{against}:{chosen.baseline}")
    if not found:
        raise ReviewerError(f"版本“{against}”里没有这些评测集的 baseline.json", "--against", "换一个版本，或写文件路径")
    return found


def load_baseline(chosen: EvalSet) -> Baseline | None:
    """The set's own baseline; None when it has none."""
    if not chosen.baseline.is_file():
        return None
    return _baseline(chosen.baseline.read_text("utf-8"), str(chosen.baseline))


def _of_file(path: Path) -> dict[str, Baseline]:
    try:
        data = json.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise DataError("不是评测结果文件", str(path), "用 reviewer eval --format json --output 生成") from None
    items = data.get("sets") if isinstance(data, dict) and "sets" in data else [data]
    if not isinstance(items, list):
        raise DataError("不是评测结果文件", str(path), "用 reviewer eval --format json --output 生成")
    return {b.id: b for b in (_baseline(json.dumps(item), str(path)) for item in items)}


def _baseline(text: str, where: str) -> Baseline:
    try:
        return Baseline.model_validate_json(text)
    except ValidationError as error:
        raise DataError(
            f"基线不合格式：{explain(error)}", where, "用 reviewer eval --update-baseline 重新生成"
        ) from None


def _at_revision(file: Path, revision: str) -> str | None:
    """The text of a file at a git revision; None when it was not there."""
    if revision.startswith("-"):
        raise ReviewerError(f"“{revision}”不是版本", "--against", "写提交号、分支名或文件路径")
    git = ["git", "-C", str(file.parent)]
    try:
        known = subprocess.run(
            [*git, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"], capture_output=True, text=True
        )
        if known.returncode:
            raise ReviewerError(f"“{revision}”既不是文件，也不是版本", "--against", "写提交号、分支名或文件路径")
        shown = subprocess.run(
            [*git, "show", f"{revision}:./{file.name}"], capture_output=True, text=True, encoding="utf-8"
        )
    except FileNotFoundError:
        raise ReviewerError("没有安装 git，不能与版本比较", "--against", "安装 git，或与结果文件比较") from None
    return shown.stdout if shown.returncode == 0 else None
