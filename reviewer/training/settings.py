"""What ``taxonomy/training.yaml`` says: the rules that are trained, their order, and how an answer is judged."""

from functools import cache
from typing import Literal

from pydantic import Field, ValidationError

from reviewer.errors import DataError
from reviewer.records.base import Record
from reviewer.resources import resource
from reviewer.taxonomy.loader import load_yaml

# Stands for "nothing is wrong" wherever a code stands: an answer, a card, a row of the overview.
CLEAN = "CLEAN"
CLEAN_NAME = "没有问题"
LEVEL_WORDS = {1: "入门", 2: "进阶", 3: "综合"}


class TrainedCode(Record):
    """How one code is trained; see the head of ``training.yaml`` for the fields."""

    level: Literal[1, 2, 3]
    operators: tuple[str, ...] = ()
    real: bool = False
    cells: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    anywhere: bool = False
    add: bool = False
    near: tuple[str, ...] = Field(min_length=4)


class Sizes(Record):
    """How many items of each kind."""

    forms: int
    real: int
    filed: int
    plain: int
    legit: int
    real_clean: int


class ProgressSettings(Record):
    """Spacing and mastery; minutes, days and shares as named."""

    retention: float = Field(gt=0, lt=1)
    learning_minutes: tuple[int, ...]
    relearning_minutes: tuple[int, ...]
    longest_days: int
    longest_gap_days: int
    clean_every: int = Field(ge=2)
    new_at_once: int = Field(ge=1)
    window: int = Field(ge=1)
    mastered: float
    mastered_after: int


class CertificateSettings(Record):
    """What a certificate asks for: answers, and shares between 0 and 1."""

    answers: int
    rules: float
    calm: float


class Redaction(Record):
    """What units and places are called instead."""

    org: str
    names: dict[str, str]
    places: dict[str, str]


class NoExample(Record):
    """Patterns of names and values that are no examples."""

    name: str
    value: str


class Training(Record):
    """``taxonomy/training.yaml``."""

    codes: dict[str, TrainedCode]
    not_trained: dict[str, str]
    left_out: dict[str, str]
    sizes: Sizes
    neighbours: int
    no_example: NoExample
    task_rows: dict[str, tuple[str, str, str]]
    legit: dict[str, str]
    general: tuple[str, ...]
    progress: ProgressSettings
    certificate: CertificateSettings
    redaction: Redaction


@cache
def training() -> Training:
    """The settings of the training ground.

    Raises:
        DataError: the file is missing or breaks its format.
    """
    path = resource("taxonomy", "training.yaml")
    try:
        return Training.model_validate(load_yaml(path))
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(part) for part in fault["loc"])
        raise DataError(f"练习设置不合格式：{place}（{fault['msg']}）", str(path), "照原文件的写法改正") from None
