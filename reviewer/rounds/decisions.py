"""The file of decisions beside a filing: what the reviewer accepted, changed, rejected, waived, and wrote himself."""

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError

from reviewer.errors import DataError, ReviewerError
from reviewer.records import RowText
from reviewer.records.base import Record
from reviewer.resources import write_atomically
from reviewer.taxonomy.loader import load_yaml
from reviewer.writers.words import one_line

SUFFIX = ".decisions.yaml"
_LONGEST_NAME = 255
_VERSION = 1
_HEAD = """\
# 对“{file}”的审核处理记录（可以手工修改；程序改写时不保留自己加的 # 注释，说明请写进 reason）。
# decisions：对建议和意见的处理。verdict 为 accept（采纳）、edit（改后采纳）、reject（驳回）。
# waivers：豁免。按代码（code）、表（form，可不写）和原文（text）认，不按行号；原文改了，豁免就失效。
#   text 写全“二级指标｜名称｜指标值”；只写名称则不论指标值；不写则整张表。until 是最后一天，不写则一直有效。
# opinion：审核人自己的总体意见，放在审核意见书最前面。
"""


class Decision(Record):
    """What a person decided on a suggestion or a finding.

    Attributes:
        about: what was decided on.
        codes: the codes that the suggestion removes; the code of the finding.
        form, text: the place in words, see ``places``; the text as it was when decided.
        source: the engine that made the suggestion.
        current: the row as filed; None where a row is added.
        proposed, extra: the rows to write; after ``edit`` those that the person wrote.
        message: after ``edit`` of a finding: the person's own words for it.
    """

    verdict: Literal["accept", "edit", "reject"]
    about: Literal["suggestion", "finding"]
    codes: tuple[str, ...]
    form: str = ""
    text: str = ""
    source: str = ""
    current: RowText | None = None
    proposed: RowText | None = None
    extra: tuple[RowText, ...] = ()
    message: str = ""
    reason: str = ""
    reviewer: str = ""
    date: date


class Waiver(Record):
    """A finding that shall not count, told by code and words.

    Attributes:
        until: the last day on which it holds; None for ever.
    """

    code: str = Field(min_length=1)
    form: str = ""
    text: str = ""
    reason: str = Field(min_length=1)
    reviewer: str = Field(min_length=1)
    until: date | None = None


class Decisions(Record):
    """The whole file.

    Attributes:
        file: the filing's name.
        opinion: the reviewer's own text for the letter.
        unit: the unit's name for the letter, where the filing's own is wrong or missing.
    """

    version: Literal[1] = 1
    file: str = ""
    unit: str = ""
    opinion: str = ""
    decisions: tuple[Decision, ...] = ()
    waivers: tuple[Waiver, ...] = ()


def beside(file: Path) -> Path:
    """Where the decisions on a filing lie: ``申报表.docx`` → ``申报表.docx.decisions.yaml``.

    Of a name that leaves no room for the ending (systems take 255 bytes) the beginning and a digest are kept.
    """
    name, room = file.name.encode("utf-8", "surrogateescape"), _LONGEST_NAME - len(SUFFIX)
    if len(name) <= room:
        return file.with_name(file.name + SUFFIX)
    kept = name[: room - 9].decode("utf-8", "ignore")
    return file.with_name(f"{kept}~{hashlib.sha256(name).hexdigest()[:8]}{SUFFIX}")


def load_decisions(path: Path, *, must_exist: bool = False) -> Decisions:
    """The decisions of a file; none when there is no such file.

    Raises:
        DataError: the file breaks the format, or is not there though it must.
    """
    if not path.exists() and not must_exist:
        return Decisions()
    if not path.is_file():
        raise DataError("找不到处理记录文件", str(path), "检查文件名；用 reviewer decide 可新建")
    data = load_yaml(path)
    try:
        return Decisions.model_validate({} if data is None else data)
    except ValidationError as error:
        raise DataError(f"处理记录的写法不对：{_told(error)}", str(path), "按文件开头的说明改正后重试") from None


def save_decisions(path: Path, decisions: Decisions) -> None:
    """Write the file whole or not at all.

    Raises:
        ReviewerError: the place cannot be written.
    """
    data = decisions.model_dump(mode="json", exclude_defaults=True)
    body: dict[str, Any] = {"version": _VERSION, "file": decisions.file, **data}
    for part in ("decisions", "waivers"):  # lists come last, opinion and unit above
        if part in body:
            body[part] = body.pop(part)
    text = _HEAD.format(file=one_line(decisions.file)) + yaml.safe_dump(
        body, allow_unicode=True, sort_keys=False, width=1000
    )
    try:
        write_atomically(path, text)
    except OSError as error:
        raise ReviewerError(
            f"处理记录没有写成：{error.strerror or error}", str(path), "换一个可以写入的位置，用 --decisions 指定"
        ) from None


def merged(old: Iterable[Decision], new: Decision) -> tuple[Decision, ...]:
    """The decisions with a new one in place of an earlier one on the same matter."""
    return (*(item for item in old if not same_matter(item, new)), new)


def same_matter(a: Decision, b: Decision) -> bool:
    """Whether two decisions are about the same suggestion or finding."""
    same = (a.about, a.form, a.text, sorted(a.codes), a.source) == (b.about, b.form, b.text, sorted(b.codes), b.source)
    # Several rows may be proposed for one form under one code: they are told apart by what they propose.
    return same and (a.about == "finding" or a.current is not None or a.proposed == b.proposed)


_KINDS = {
    "extra_forbidden": "不认识的键",
    "missing": "缺少",
    "literal_error": "取值不在允许范围内",
    "string_type": "应为文字（数字请加引号）",
    "string_too_short": "不能为空",
    "tuple_type": "应为列表（每项以 - 开头）",
    "model_type": "应为键值",
    "date_from_datetime_parsing": "应为日期，如 2025-12-31",
    "date_type": "应为日期，如 2025-12-31",
    "date_parsing": "应为日期，如 2025-12-31",
}


def _told(error: ValidationError) -> str:
    said = []
    for fault in error.errors()[:3]:
        place = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
        said.append(f"{place or '整体'}：{_KINDS.get(fault['type'], fault['msg'])}")
    return "；".join(said)
