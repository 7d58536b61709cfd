"""Eval sets: a folder with ``set.yaml``, ``cases.jsonl``, optional ``filings/`` and ``baseline.json``.

Whatever breaks the format is an error that names file and line; see ``docs/eval-sets.md``.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError, model_validator

from reviewer.errors import DataError, ReviewerError
from reviewer.evals.content import explain
from reviewer.records.base import Record
from reviewer.resources import resource
from reviewer.suggesters.base import Engine
from reviewer.taxonomy.loader import load_yaml

_HELP = "格式见 docs/eval-sets.md"


class Floor(Record):
    """A figure that may not fall below ``min`` (or rise above ``max``); a broken floor makes the command fail.

    Attributes:
        figure: name of a figure of one of the set's scorers.
        group: a code or category; "" over all.
        engine: holds for this engine only; for all when empty.
    """

    scorer: str
    figure: str
    group: str = ""
    engine: str = ""
    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> "Floor":
        if (self.min is None) == (self.max is None):
            raise ValueError("floors 的每一项写 min 或 max 之一")
        return self


class SetFile(Record):
    """``set.yaml``.

    Attributes:
        kind: what a case is; a key of ``KINDS``.
        question: what the set asks, one sentence.
        labelled: how the labels were made, and by whom.
        limits: what the set does not show.
        codes: codes that the labels cover (findings); findings of other codes are not scored. All when empty.
        renders: ``format:layout`` in which content is rendered; the first one is used for findings and categories.
        bank: library to match against, a path inside the set; the project's when empty.
        engines: engines of suggestions that are run one after the other and compared (suggestions).
        models: the models that engine ``llm`` is run with unless another is named; their replies are recorded.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    kind: str
    question: str
    source: str
    licence: str
    labelled: str
    limits: str
    scorers: tuple[str, ...] = Field(min_length=1)
    floors: tuple[Floor, ...] = ()
    codes: tuple[str, ...] = ()
    renders: tuple[str, ...] = ()
    bank: str = ""
    engines: tuple[Engine, ...] = ()
    models: tuple[str, ...] = ()


class Line(Record):
    """One case as written: its data and where it stands."""

    data: dict[str, Any]
    where: str


class EvalSet(Record):
    """A set that was read: its settings, its cases as written, and its folder.

    Attributes:
        engine: the engine of suggestions asked, where the kind asks one.
        model: the model of engine ``llm``.
    """

    folder: Path
    settings: SetFile
    lines: tuple[Line, ...]
    engine: Engine = "rules"
    model: str = ""

    @property
    def id(self) -> str:
        """The set's id; where it is run with several engines, with the engine (and model) behind it."""
        if not self.settings.engines:
            return self.settings.id
        return ":".join(part for part in (self.settings.id, self.engine, self.model) if part)

    @property
    def baseline(self) -> Path:
        """Where the set's baseline is kept."""
        tail = re.sub(r"[^\w.-]+", "-", self.id.removeprefix(self.settings.id))
        return self.folder / f"baseline{tail}.json"


def set_folders(extra: Path | None = None) -> list[Path]:
    """The folders that hold a ``set.yaml``: the project's, then those in (or at) ``extra``.

    Raises:
        ReviewerError: ``extra`` holds no set.
    """
    own = resource("eval_sets")
    found = sorted(p.parent for p in own.glob("*/set.yaml")) if own.is_dir() else []
    if extra is not None:
        more = [extra] if (extra / "set.yaml").is_file() else sorted(p.parent for p in extra.glob("*/set.yaml"))
        if not more:
            raise ReviewerError("这里没有评测集", str(extra), "评测集是含有 set.yaml 和 cases.jsonl 的文件夹")
        found += more
    return found


def load_set(folder: Path) -> EvalSet:
    """Read one set.

    Raises:
        DataError: a file is missing or breaks the format; names file and line.
    """
    path = folder / "set.yaml"
    data = load_yaml(path)
    if not isinstance(data, dict):
        raise DataError("set.yaml 应为键值", str(path), _HELP)
    try:
        settings = SetFile.model_validate(data)
    except ValidationError as error:
        line = _line_of(path, str((error.errors()[0]["loc"] or ("",))[0]))
        raise DataError(f"set.yaml 不合格式：{explain(error)}", f"{path}{line}", _HELP) from None
    return EvalSet(folder=folder, settings=settings, lines=tuple(_lines(folder / "cases.jsonl")))


def _lines(path: Path) -> Iterator[Line]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise DataError("找不到用例文件", str(path), "每行写一个用例（JSON）") from None
    except UnicodeDecodeError:
        raise DataError("用例文件不是 UTF-8 编码", str(path), "另存为 UTF-8") from None
    seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path} 第{number}行"
        try:
            data = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(f"不是有效的 JSON：{error.msg}", where, _HELP) from None
        if not isinstance(data, dict) or not isinstance(data.get("id"), str) or not data["id"]:
            raise DataError("用例没有 id", where, "每个用例写一个不重复的 id")
        if data["id"] in seen:
            raise DataError(
                f"用例 id“{data['id']}”重复，前面第{seen[data['id']]}行已用过", where, "给每个用例不同的 id"
            )
        seen[data["id"]] = number
        yield Line(data=data, where=where)
    if not seen:
        raise DataError("用例文件是空的", str(path), "每行写一个用例（JSON）")


def _line_of(path: Path, key: str) -> str:
    """`` 第N行`` of a top-level key, "" when it does not stand there."""
    node = yaml.compose(path.read_text("utf-8"), yaml.SafeLoader)
    if isinstance(node, yaml.MappingNode):
        for name, _ in node.value:
            if name.value == key:
                return f" 第{name.start_mark.line + 1}行"
    return ""
