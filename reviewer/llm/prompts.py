"""``prompts/<task>.md``: what is said to a model, with a strict head.

The head (YAML between ``---``) holds exactly ``task`` (the file's name), ``version`` (a number, raised with every
change of words), ``variables`` (each used in the body) and ``reply`` (a type of ``replies.py``). The body has the
parts ``# 系统`` and ``# 用户``; ``{{name}}`` is where a variable goes.

A variable goes in as JSON between two marks that carry a number drawn from all the variables together: a text inside
cannot contain it, for it would have to contain its own digest. So a cell can neither end the block nor open one.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from reviewer.errors import DataError
from reviewer.llm.replies import REPLIES, Reply
from reviewer.records.base import Record
from reviewer.resources import resource

VARIANTS = ("small",)  # folders of prompts/ with other wordings for some of the tasks
TASKS = ("rewrite", "missing", "explain", "judge", "check")
_KEYS = ("task", "version", "variables", "reply")
_HEAD = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.S)
_PARTS = re.compile(r"\A\s*# 系统\n(.*?)\n# 用户\n(.*)\Z", re.S)
_VARIABLE = re.compile(r"\{\{(.*?)\}\}")
_HELP = "格式见 docs/model.md“提示词”"


class Prompt(Record):
    """A prompt that was read.

    Attributes:
        version: raised with every change of words; part of the cache key and of the report.
        digest: of the whole file: a change without a new version is a change nevertheless.
    """

    task: str
    version: int
    variables: tuple[str, ...]
    reply: str
    system: str
    user: str
    digest: str

    @property
    def label(self) -> str:
        """``rewrite v1``."""
        return f"{self.task} v{self.version}"

    @property
    def reply_type(self) -> type[Reply]:
        """The type of the reply."""
        return REPLIES[self.reply]

    def messages(self, values: Mapping[str, Any]) -> list[dict[str, str]]:
        """The messages with the variables filled in; a short prompt need not use all that there are.

        Raises:
            DataError: the prompt uses a variable that the task does not have.
        """
        lacking = [name for name in self.variables if name not in values]
        if lacking:
            known = f"可用的变量：{'、'.join(values)}"
            raise DataError(f"提示词 {self.task} 没有变量“{lacking[0]}”", f"prompts/{self.task}.md", known)
        blocks = {name: json.dumps(values[name], ensure_ascii=False, indent=1) for name in self.variables}
        mark = hashlib.sha256("\0".join(blocks.values()).encode()).hexdigest()[:12]

        def block(match: re.Match[str]) -> str:
            return f"<<资料 {mark}>>\n{blocks[match[1]]}\n<<资料完 {mark}>>"

        return [
            {"role": "system", "content": self.system},
            {"role": "user", "content": _VARIABLE.sub(block, self.user)},
        ]


def load_prompt(task: str, folder: Path | None = None) -> Prompt:
    """The prompt of a task.

    Args:
        folder: where to look, or ``small``: the project's own short ones for small models; the project's own
            ``prompts/`` when None, or when the folder has none for this task.

    Raises:
        DataError: the file is missing or breaks its format.
    """
    if folder is not None and not folder.is_dir():
        if folder.name not in VARIANTS:
            raise DataError("找不到提示词文件夹", str(folder), f"检查设置 prompts；自带的另一套：{'、'.join(VARIANTS)}")
        folder = resource("prompts", folder.name)
    path = folder / f"{task}.md" if folder is not None else None
    if path is None or not path.is_file():
        path = resource("prompts", f"{task}.md")
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise DataError(f"没有任务“{task}”的提示词", str(path), f"任务：{'、'.join(TASKS)}") from None


@lru_cache(maxsize=32)
def _read(path: Path, changed: int) -> Prompt:
    try:
        text = path.read_text("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise DataError("提示词不是 UTF-8 编码", str(path), "另存为 UTF-8") from None
    head = _HEAD.match(text)
    if head is None:
        raise DataError("提示词要以两行 --- 之间的说明开头", str(path), _HELP)
    try:
        data = yaml.safe_load(head[1])
    except yaml.YAMLError:
        raise DataError("提示词的说明不是有效的 YAML", str(path), _HELP) from None
    if not isinstance(data, dict):
        raise DataError("提示词的说明要写成“键: 值”", str(path), _HELP)
    for key in data:
        if key not in _KEYS:
            raise DataError(f"提示词的说明里有不认识的键“{key}”", str(path), f"可用：{'、'.join(_KEYS)}")
    for key in _KEYS:
        if key not in data:
            raise DataError(f"提示词的说明里缺少“{key}”", str(path), f"需要：{'、'.join(_KEYS)}")
    _check(data, path)
    parts = _PARTS.match(head[2])
    if parts is None:
        raise DataError("提示词的正文要分“# 系统”和“# 用户”两部分", str(path), _HELP)
    system, user = parts[1].strip(), parts[2].strip()
    used = _VARIABLE.findall(user)
    if _VARIABLE.search(system):
        raise DataError("变量只能写在“# 用户”部分", str(path), "填报的内容不进入系统提示")
    for name in used:
        if name not in data["variables"]:
            raise DataError(f"正文用了没有列出的变量“{name}”", str(path), "在 variables 里列出")
    for name in data["variables"]:
        if used.count(name) != 1:
            raise DataError(f"变量“{name}”要在正文里出现一次", str(path), f"现在出现{used.count(name)}次")
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Prompt(**{**data, "variables": tuple(data["variables"])}, system=system, user=user, digest=digest)


def _check(data: dict[str, Any], path: Path) -> None:
    variables = data["variables"]
    if data["task"] != path.stem:
        raise DataError(f"task“{data['task']}”和文件名不一致", str(path), f"改为 {path.stem}")
    if type(data["version"]) is not int or data["version"] < 1:
        raise DataError("version 要是正整数", str(path), "每改一次文字加一")
    if not isinstance(variables, list) or not all(isinstance(v, str) for v in variables):
        raise DataError("variables 要是变量名的列表", str(path), _HELP)
    if len(set(variables)) != len(variables):
        raise DataError("variables 里有重复的变量", str(path), _HELP)
    if data["reply"] not in REPLIES:
        raise DataError(f"没有回复类型“{data['reply']}”", str(path), f"可用：{'、'.join(REPLIES)}")
