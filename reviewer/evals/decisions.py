"""Decisions of people on findings: from lines of JSON to agreement of the labellers, and to an eval set.

One line a decision: ``{"file", "target", "code", "decision", "by"}``. ``decision`` is ``confirm`` (rightly found),
``reject`` (wrongly found), ``add`` (missed by the program) or ``unsure``.
"""

import json
import shutil
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from reviewer.errors import DataError, ReviewerError
from reviewer.evals.content import explain
from reviewer.evals.results import SetResult
from reviewer.evals.run import run_set
from reviewer.evals.sets import EvalSet, Line, SetFile
from reviewer.records.base import Record

_HELP = "格式见 docs/eval-sets.md"


class Decision(Record):
    """What one person decided on one finding.

    Attributes:
        file: the filing, as a path beside the file of decisions.
        target: ``F1`` or ``F1.3``.
        by: who decided.
    """

    file: str = Field(min_length=1)
    target: str = Field(pattern=r"^F\d+(\.\d+)?$")
    code: str
    decision: Literal["confirm", "reject", "add", "unsure"]
    by: str = Field(min_length=1)
    note: str = ""


class Decisions(Record):
    """All decisions of some files, with the folder that each file's filings are sought in."""

    lines: tuple[tuple[Path, Decision], ...]


def read_decisions(paths: Sequence[Path]) -> Decisions:
    """Read files of decisions.

    Raises:
        DataError: a file is missing, a line breaks the format or a code does not exist; names file and line.
    """
    from reviewer.rules import RULES

    found: list[tuple[Path, Decision]] = []
    for path in paths:
        try:
            text = path.read_text("utf-8")
        except OSError:
            raise DataError("找不到或打不开审核决定文件", str(path), "检查路径和文件权限") from None
        except UnicodeDecodeError:
            raise DataError("审核决定文件不是 UTF-8 编码", str(path), "另存为 UTF-8") from None
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            where = f"{path} 第{number}行"
            try:
                decision = Decision.model_validate(json.loads(line))
            except json.JSONDecodeError as error:
                raise DataError(f"不是有效的 JSON：{error.msg}", where, _HELP) from None
            except ValidationError as error:
                raise DataError(f"审核决定不合格式：{explain(error)}", where, _HELP) from None
            if decision.code not in RULES:
                raise DataError(f"代码“{decision.code}”不存在", where, "用 reviewer rules 查看全部代码")
            found.append((path.parent, decision))
    if not found:
        raise DataError("没有审核决定", "、".join(map(str, paths)), _HELP)
    return Decisions(lines=tuple(found))


def agreement_of(decisions: Decisions) -> SetResult:
    """Agreement on whether each finding is right; ``unsure`` counts as not labelled.

    Raises:
        ReviewerError: fewer than two people decided.
    """
    people = sorted({d.by for _, d in decisions.lines})
    if len(people) < 2:
        raise ReviewerError("只有一个标注人，算不出一致性", "、".join(people), "给出至少两个人的决定")
    said: dict[tuple[str, str, str], dict[str, str | None]] = defaultdict(lambda: dict.fromkeys(people))
    for _, d in decisions.lines:
        value = {"confirm": "有", "add": "有", "reject": "没有", "unsure": None}[d.decision]
        said[d.file, d.target, d.code][d.by] = value
    lines = [
        Line(data={"id": f"{file} {target} {code}", "group": code, "labels": labels}, where="")
        for (file, target, code), labels in sorted(said.items())
    ]
    settings = SetFile(
        id="agreement",
        title="标注人的一致性",
        kind="agreement",
        question=f"{'、'.join(people)} 对同一处是不是问题的判断有多一致？",
        source="审核决定",
        licence="—",
        labelled=f"{len(people)} 人",
        limits="只包括至少一人作过决定的地方；程序没有报、也没有人补充的地方不在内。",
        scorers=("agreement",),
    )
    return run_set(EvalSet(folder=Path(), settings=settings, lines=tuple(lines)))


def make_set(decisions: Decisions, folder: Path) -> Path:
    """Write decisions as an eval set: filings copied, labels from what people agreed on.

    All who decided say it is right: required. They differ or are unsure: optional. All say it is wrong: no label, so
    that finding it again is a false alarm.

    Raises:
        ReviewerError: the folder is not empty, or a filing is missing.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ReviewerError("文件夹不是空的，没有写入", str(folder), "换一个新文件夹")
    by_file: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    sources: dict[str, Path] = {}
    for base, d in decisions.lines:
        source = base / d.file
        if not source.is_file():
            raise ReviewerError(f"找不到填报文件“{d.file}”", str(base), "把填报文件放在审核决定文件旁边")
        sources[d.file] = source
        by_file[d.file][d.target, d.code].append(d.decision)
    names = [Path(file).name for file in sources]
    if len(set(names)) < len(names):
        raise ReviewerError("不同文件夹里有同名的填报文件", str(folder), "改成不同的文件名")
    (folder / "filings").mkdir(parents=True)
    lines = []
    for file, places in by_file.items():
        name = Path(file).name
        shutil.copyfile(sources[file], folder / "filings" / name)
        labels = [
            {"target": target, "code": code}
            if set(said) <= {"confirm", "add"}
            else {"target": target, "code": code, "required": False}
            for (target, code), said in sorted(places.items())
            if set(said) != {"reject"}
        ]
        lines.append(
            json.dumps({"id": Path(file).stem, "filing": f"filings/{name}", "labels": labels}, ensure_ascii=False)
        )
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    people = sorted({d.by for _, d in decisions.lines})
    settings = {
        "id": "own",
        "title": "本单位的审核决定",
        "kind": "findings",
        "question": "程序的结论与本单位审核人的决定有多一致？",
        "source": "本单位审核过的填报",
        "licence": "仅供本单位使用",
        "labelled": f"{'、'.join(people)} 的审核决定：一致认定的为必报，有分歧或不确定的为可报可不报",
        "limits": "审核人是看着程序的结论作决定的，程序漏报的地方只有补充过的才在内，召回率会偏高",
        "scorers": ["findings"],
    }
    path = folder / "set.yaml"
    path.write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
    return path


__all__ = ["Decision", "Decisions", "agreement_of", "make_set", "read_decisions"]
