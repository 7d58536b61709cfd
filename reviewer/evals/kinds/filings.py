"""Kinds ``reading``, ``findings`` and ``category``: a case is a filing, with what is true of it.

They share their cases and their run; which questions a set asks is said by its scorers.
"""

import tempfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from pydantic import Field, ValidationError

from reviewer.errors import DataError, ReviewerError
from reviewer.evals.content import Edit, FilingContent, apply_edits, content_of, explain, load_content, plain
from reviewer.evals.registry import KINDS, Kind, Output, Sample
from reviewer.evals.render import LAYOUTS, templates
from reviewer.evals.render_files import WRITERS, render
from reviewer.evals.sets import EvalSet, Line
from reviewer.records.base import Record
from reviewer.taxonomy import CATEGORIES

_HELP = "格式见 docs/eval-sets.md"


class Label(Record):
    """A flaw of a filing.

    Attributes:
        target: ``F1`` a form, ``F1.3`` a row (counted in the form, empty rows too), ``F1.*`` any row of it.
        required: False: may be found, need not.
        also: further places where the finding would be as right.
    """

    target: str = Field(pattern=r"^F\d+(\.(\d+|\*))?$")
    code: str
    required: bool = True
    also: tuple[str, ...] = ()
    why: str = ""


class Homes(Record):
    """The categories that a row may stand in, best first; none for what is no performance indicator."""

    target: str = Field(pattern=r"^F\d+\.\d+$")
    homes: tuple[str, ...]


class FilingCase(Record):
    """A filing and what is true of it.

    Attributes:
        filing: a file in the set: ``.yaml`` content that is rendered, or a real file that is read as it is.
        content: the content itself, instead of ``filing``; beside a real file, what reading it should give.
        edits: changes to the content before it is rendered.
        clean: whatever is found beyond the labels is a false alarm on a clean form.
    """

    id: str
    filing: str = ""
    content: FilingContent | None = None
    edits: tuple[Edit, ...] = ()
    renders: tuple[str, ...] = ()
    clean: bool = False
    labels: tuple[Label, ...] = ()
    homes: tuple[Homes, ...] = ()
    note: str = ""


class FilingSample(Record):
    """A case in one rendering; ``path`` is set for a real file."""

    case: FilingCase
    content: FilingContent | None
    form: str = ""
    layout: str = ""
    path: str = ""


def samples(chosen: EvalSet) -> list[Sample]:
    """The samples of a set, each case in each of its renderings."""
    return [sample for line in chosen.lines for sample in _samples(chosen, line)]


def _samples(chosen: EvalSet, line: Line) -> Iterator[Sample]:
    case = _case(chosen, line)
    path = chosen.folder / case.filing
    content = case.content
    if case.filing and not path.is_file():
        raise DataError(f"找不到填报文件“{case.filing}”", line.where, "文件放在评测集的 filings/ 下")
    if case.filing and path.suffix != ".yaml":
        yield Sample(case.id, FilingSample(case=case, content=content, path=str(path)))
        return
    if case.filing:
        content = _content(str(path))
    if content is None:
        raise DataError("用例没有 filing，也没有 content", line.where, _HELP)
    try:
        if case.edits:
            content = content_of(apply_edits(plain(content), case.edits), line.where)
    except DataError as error:
        _fail(error.what, line)
    content = content.model_copy(update={"id": case.id})
    _check_targets(case, content, line)
    if content.template not in templates():
        _fail(f"没有名为“{content.template}”的表样（可用：{'、'.join(templates())}）", line)
    for number, wanted in enumerate(case.renders or chosen.settings.renders or ("xlsx:merged",)):
        form, _, layout = wanted.partition(":")
        if form not in WRITERS or (layout and layout not in LAYOUTS):
            _fail(f"renders 中的“{wanted}”不认识（格式：{'、'.join(WRITERS)}；版式：{'、'.join(LAYOUTS)}）", line)
        data = FilingSample(case=case, content=content, form=form, layout=layout or content.layout)
        yield Sample(case.id, data, variant=wanted, first=number == 0)


@lru_cache(maxsize=256)
def _content(path: str) -> FilingContent:
    return load_content(Path(path))


def _case(chosen: EvalSet, line: Line) -> FilingCase:
    from reviewer.rules import RULES

    try:
        case = FilingCase.model_validate(line.data)
    except ValidationError as error:
        _fail(f"用例不合格式：{explain(error)}", line)
    for label in case.labels:
        if label.code not in RULES:
            _fail(f"标注的代码“{label.code}”不存在", line, "用 reviewer rules 查看全部代码")
    for row in case.homes:
        unknown = [h for h in row.homes if h not in CATEGORIES]
        if unknown:
            _fail(f"类别“{unknown[0]}”不存在（可用：{'、'.join(CATEGORIES)}）", line)
    return case


def _check_targets(case: FilingCase, content: FilingContent, line: Line) -> None:
    named = [t for label in case.labels for t in (label.target, *label.also)] + [row.target for row in case.homes]
    for target in named:
        form, _, row = target.removeprefix("F").partition(".")
        if not 1 <= int(form) <= len(content.forms):
            _fail(f"标注的位置“{target}”不存在：这份填报有 {len(content.forms)} 张表", line)
        rows = len(content.forms[int(form) - 1].rows)
        if row.isdigit() and not 1 <= int(row) <= rows:
            _fail(f"标注的位置“{target}”不存在：这张表有 {rows} 行", line)


def _fail(what: str, line: Line, remedy: str = _HELP) -> NoReturn:
    raise DataError(what, line.where, remedy)


def run(chosen: EvalSet, batch: Sequence[Sample]) -> list[Output]:
    """Render where needed, read and review."""
    with tempfile.TemporaryDirectory(prefix="reviewer-eval-") as folder:
        return [_run_one(sample.data, Path(folder), review=sample.first) for sample in batch]


def _run_one(sample: FilingSample, folder: Path, *, review: bool) -> Output:
    from reviewer.pipeline import review_filing
    from reviewer.readers import read

    path = Path(sample.path) if sample.path else None
    try:
        if path is None:
            assert sample.content is not None
            path = render(sample.content, folder, sample.form, sample.layout)
        # Further renderings are only read: what the rules say of them is not scored.
        answer: Any = review_filing(read(path), rules=None if review else [])
    except ReviewerError as error:
        return Output(error=str(error))
    finally:
        if path is not None and not sample.path:
            path.unlink(missing_ok=True)
    return Output(answer=answer)


for _name in ("reading", "findings", "category"):
    KINDS.add(_name, Kind(_name, samples, run))
