"""Running sets: samples, outputs, marks, figures, floors."""

import time
from collections.abc import Sequence
from pathlib import Path

from reviewer.errors import DataError, ReviewerError
from reviewer.evals.marks import Mark
from reviewer.evals.registry import KINDS, SCORERS, Kind, Sample, Scorer
from reviewer.evals.results import FloorResult, ScorerResult, SetResult
from reviewer.evals.sets import EvalSet, Floor, load_set, set_folders
from reviewer.suggesters.base import Engine


def load_sets(names: Sequence[str] = (), extra: Path | None = None) -> list[EvalSet]:
    """The sets to run, all of their format checked before any is run.

    Args:
        names: ids of sets; all when empty.
        extra: a folder of further sets, or one set.

    Raises:
        ReviewerError: no set of that name, two sets of one id, or a set that breaks the format.
    """
    folders = set_folders(extra)
    # Those that were not asked for need not be read.
    sets = [load_set(folder) for folder in folders if not names or folder.name in names]
    sets += [s for s in (load_set(f) for f in folders if names and f.name not in names) if s.settings.id in names]
    seen: dict[str, EvalSet] = {}
    for chosen in sets:
        if chosen.settings.id in seen:
            raise DataError(
                f"评测集 id“{chosen.settings.id}”重复",
                f"{seen[chosen.settings.id].folder}、{chosen.folder}",
                "改用不同的 id",
            )
        seen[chosen.settings.id] = chosen
    missing = [name for name in names if name not in seen]
    if missing:
        known = "、".join(folder.name for folder in folders) or "（没有）"
        raise ReviewerError(f"没有名为“{missing[0]}”的评测集", "", f"可用：{known}；自己的评测集用 --set-path 指出")
    return list(seen.values())


def with_engines(chosen: EvalSet, engines: Sequence[Engine] = (), model: str = "") -> list[EvalSet]:
    """The set once for each engine: those named, else its own; a set that asks no engine as it is.

    Args:
        model: the model of engine ``llm``; those that the set has replies of when empty.

    Raises:
        ReviewerError: engine ``llm`` is asked for, and this program has none.
    """
    if not chosen.settings.engines:
        return [chosen]
    from reviewer.suggesters.delivery import has_engine

    wanted = tuple(engines) or chosen.settings.engines
    for engine in wanted:
        if not has_engine(engine):
            raise ReviewerError(f"没有可用的建议引擎“{engine}”", "--engine", "先配置模型，或改用 rules、bank")
    models = (model,) if model else chosen.settings.models or ("",)
    return [
        chosen.model_copy(update={"engine": engine, "model": name})
        for engine in wanted
        for name in (models if engine == "llm" else ("",))
    ]


def run_set(chosen: EvalSet) -> SetResult:
    """Run one set.

    Raises:
        ReviewerError: the set breaks the format.
    """
    started = time.monotonic()
    kind, scorers = check_set(chosen)
    samples = kind.samples(chosen)
    outputs = kind.run(chosen, samples)
    results = []
    for scorer in scorers:
        marks: list[Mark] = []
        for sample, output in zip(samples, outputs, strict=True):
            marks += scorer.score(chosen, sample, output)
        figures = tuple(scorer.measure(marks))
        results.append(ScorerResult(scorer=scorer.name, title=scorer.title, figures=figures, marks=tuple(marks)))
    return SetResult(
        chosen=chosen,
        cases=len({s.case for s in samples}),
        samples=len(samples),
        scorers=tuple(results),
        floors=tuple(
            _floor(chosen, floor, results) for floor in chosen.settings.floors if floor.engine in ("", chosen.engine)
        ),
        seconds=time.monotonic() - started,
    )


def check_set(chosen: EvalSet) -> tuple[Kind, list[Scorer]]:
    """The kind and the scorers that a set names.

    Raises:
        DataError: one of them, or a code, does not exist, or they do not fit each other.
    """
    from reviewer.rules import RULES

    where, settings = str(chosen.folder / "set.yaml"), chosen.settings
    if settings.kind not in KINDS:
        raise DataError(f"评测类型“{settings.kind}”不存在", where, f"可用：{'、'.join(KINDS)}")
    for name in settings.scorers:
        if name not in SCORERS:
            raise DataError(f"评分器“{name}”不存在", where, f"可用：{'、'.join(SCORERS)}")
        if settings.kind not in SCORERS[name].kinds:
            raise DataError(
                f"评分器“{name}”不能用于类型“{settings.kind}”", where, f"它用于：{'、'.join(SCORERS[name].kinds)}"
            )
    for code in settings.codes:
        if code not in RULES:
            raise DataError(f"代码“{code}”不存在", where, "用 reviewer rules 查看全部代码")
    return KINDS[settings.kind], [SCORERS[name] for name in settings.scorers]


def list_samples(chosen: EvalSet) -> list[Sample]:
    """The samples of a set, its format checked throughout."""
    return check_set(chosen)[0].samples(chosen)


def _floor(chosen: EvalSet, floor: Floor, results: list[ScorerResult]) -> FloorResult:
    where = str(chosen.folder / "set.yaml")
    result = next((r for r in results if r.scorer == floor.scorer), None)
    if result is None:
        raise DataError(f"floors 指向没有使用的评分器“{floor.scorer}”", where, "评分器写在 scorers 里")
    known = {f.name for f in result.figures}
    if floor.figure not in known:
        raise DataError(f"floors 指向不存在的指标“{floor.figure}”", where, f"可用：{'、'.join(sorted(known))}")
    figure = result.figure(floor.figure, floor.group)
    value = figure.value if figure else None
    held = value is not None and (
        (floor.min is None or value >= floor.min) and (floor.max is None or value <= floor.max)
    )
    return FloorResult(floor=floor, value=value, held=held)
