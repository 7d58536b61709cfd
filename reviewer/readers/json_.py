"""JSON: a filing as this program writes it (``Filing.model_dump_json``)."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reviewer.errors import UnreadableFileError
from reviewer.readers.base import filing_reader
from reviewer.readers.decode import read_text
from reviewer.records import Filing

_REMEDY = "按 Filing 的结构改正（由 reviewer 的 Filing.model_dump_json 写出），或改用 Word、Excel 原件"
_MAX_SHOWN = 5


@filing_reader("json", (".json",))
def filing(path: Path) -> Filing:
    """The filing in the file.

    Raises:
        UnreadableFileError: no JSON, or not the shape of a filing; names line or keys.
    """
    text = read_text(path)
    try:
        data: Any = json.loads(text, parse_float=str)
    except json.JSONDecodeError as error:
        raise UnreadableFileError(
            "文件不是有效的 JSON", f"{path} 第{error.lineno}行第{error.colno}列", "检查括号、引号和逗号后重试"
        ) from None
    except ValueError:  # a whole number of thousands of digits
        raise UnreadableFileError("JSON 里有一个过长的数", str(path), _REMEDY) from None
    except RecursionError:
        raise UnreadableFileError("JSON 嵌套太深", str(path), _REMEDY) from None
    if not isinstance(data, dict):
        raise UnreadableFileError("JSON 的最外层应是一份申报（对象）", str(path), _REMEDY)
    try:
        read = Filing.model_validate({"source": path.name, "format": "json", **data})
    except ValidationError as error:
        raise UnreadableFileError(
            "JSON 的内容不合申报的结构：" + "；".join(_describe(e) for e in error.errors()[:_MAX_SHOWN]),
            str(path),
            _REMEDY,
        ) from None
    if not read.forms:
        raise UnreadableFileError("JSON 里没有任何表（forms 为空）", f"{path} 键 forms", _REMEDY)
    ids = [f.id for f in read.forms] + [r.id for f in read.forms for r in (*f.indicators, *f.blank_rows)]
    twice = next((i for i, times in Counter(ids).items() if times > 1), None)
    if twice is not None:
        raise UnreadableFileError(f"JSON 里有重复的编号“{twice}”", f"{path} 键 id", "每张表、每项指标的 id 应各不相同")
    return read


def _describe(error: Any) -> str:
    """One problem in Chinese: the path of keys, then what is wrong there."""
    place = ".".join(str(part) for part in error["loc"]) or "（最外层）"
    kinds = {
        "missing": "缺少这个键",
        "extra_forbidden": "没有这个键",
        "string_type": "应是文字",
        "enum": "不是可选的值",
    }
    kinds |= {
        "literal_error": "不是可选的值",
        "tuple_type": "应是列表",
        "int_type": "应是整数",
        "int_parsing": "应是整数",
    }
    kinds |= {"value_error": "数的位数不合常理", "greater_than_equal": "数太小", "less_than_equal": "数太大"}
    kinds |= {"decimal_parsing": "应是数", "decimal_type": "应是数", "model_type": "应是对象", "dict_type": "应是对象"}
    return f"键 {place}：{kinds.get(error['type'], error['msg'])}"
